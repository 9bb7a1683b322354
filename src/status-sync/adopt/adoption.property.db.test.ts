import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import { aPushOrder, receive } from "../../../tests/support/order-builders.ts";
import { aPanelShop, aPanelSource, type PanelShop } from "../../../tests/support/panel-scene.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import {
  addParcels,
  applyLinesDelivered,
  closeManifest,
  closePicklist,
  createManifest,
  createPicklist,
  invoicePackages,
  labelPackages,
  type PackageState,
  type PicklistId,
  receivePicklist,
} from "../../fulfilment/index.ts";
import type { ManifestId, Result } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db.ts";
import { announceReturn } from "../../returns/index.ts";
import type { HeardStatus, LineHeard, LineOutcome, OrderHeard } from "../adopt-seam.ts";
import { adoption } from "./index.ts";

aPanelSource();

const RUNS = 14;
const STEPS_MAX = 14;
const STOCK = 9;

/** What people here do, step by step with all that is ready for it, and what the panel says, in any order. */
type Step =
  | { readonly do: "order"; readonly quantities: readonly number[]; readonly other: boolean }
  | {
      readonly do:
        | "allocate"
        | "pick"
        | "receive"
        | "putBack"
        | "invoice"
        | "label"
        | "manifest"
        | "close"
        | "series"
        | "ready";
    }
  | { readonly do: "stock"; readonly pieces: number }
  | {
      readonly do: "word";
      readonly order: number;
      readonly lines: readonly number[];
      readonly status: HeardStatus;
      readonly quantity: number | null;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("order"),
      quantities: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      other: fc.boolean(),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "allocate",
        "pick",
        "receive",
        "putBack",
        "invoice",
        "label",
        "manifest",
        "close",
        "series",
        "ready",
        "ready",
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stock"), pieces: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("word"),
      order: fc.nat(5),
      lines: fc.uniqueArray(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
      status: fc.constantFrom("DISPATCHED", "DISPATCHED", "DELIVERED", "RTO", "CANCELLED"),
      quantity: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
  },
);

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

class World {
  readonly shop: PanelShop;
  readonly orders: { readonly id: string; readonly lines: number }[] = [];
  #series: boolean;

  constructor(shop: PanelShop, series: boolean) {
    this.shop = shop;
    this.#series = series;
  }

  get #ctx() {
    return t.ctx(this.shop.tenantId);
  }

  async #ids(...states: PackageState[]) {
    const all = await packagesOf(t, this.shop.tenantId);
    return all.filter((parcel) => states.some((state) => state === parcel.state)).map((parcel) => parcel.id);
  }

  async act(doing: Step): Promise<void> {
    const { shop } = this;
    if (doing.do === "word") return this.#say(doing);
    if (doing.do === "stock") return stock(t, shop.tenantId, shop.facilityId, shop.skuId, doing.pieces);
    if (doing.do === "order") {
      const id = `O${this.orders.length + 1}`;
      const lines = doing.quantities.map((quantity, i) => ({
        productId: doing.other && i === 1 ? shop.other : shop.productId,
        quantity,
      }));
      await receive(t, shop.tenantId, shop.channelId, [aPushOrder(lines, { id })]);
      this.orders.push({ id, lines: lines.length });
      return;
    }
    await this.#work(doing.do);
  }

  /** One of our own steps, with all that is ready for it; what is refused is refused. "ready": from stock to an open manifest. */
  async #work(doing: Exclude<Step, { do: "word" | "stock" | "order" }>["do"]): Promise<void> {
    const { shop } = this;
    if (doing === "ready")
      for (const each of ["allocate", "invoice", "label", "manifest"] as const) await this.#work(each);
    if (doing === "allocate") await allocate(t, shop.tenantId, shop.facilityId);
    if (doing === "series" && !this.#series) {
      this.#series = true;
      await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "P-" });
    }
    if (doing === "pick") {
      const packageIds = await this.#ids("CREATED");
      if (packageIds.length > 0) await createPicklist(this.#ctx, { packageIds });
    }
    for (const picklistId of await this.#lists<PicklistId>("picklist", "picklist_id", "state <> 'CLOSED'")) {
      if (doing === "receive") await receivePicklist(this.#ctx, { picklistId, scanned: null });
      if (doing === "putBack") await closePicklist(this.#ctx, picklistId);
    }
    if (doing === "invoice") await invoicePackages(this.#ctx, { packageIds: await this.#ids("CREATED", "PICKED") });
    if (doing === "label") await labelPackages(this.#ctx, { packageIds: await this.#ids("PACKED") });
    if (doing === "manifest") await this.#manifest();
    if (doing === "close")
      for (const id of await this.#lists<ManifestId>("manifest", "manifest_id", "state = 'CREATED'"))
        await closeManifest(this.#ctx, id);
  }

  async #manifest(): Promise<void> {
    const { facilityId, channelId, providerId: shippingProviderId } = this.shop;
    const packageIds = await this.#ids("READY_TO_SHIP");
    if (packageIds.length === 0) return;
    const made = await createManifest(this.#ctx, {
      facilityId,
      channelId,
      shippingProviderId,
      thirdPartyShipping: false,
      channelCourierCode: null,
    });
    if (made.ok) await addParcels(this.#ctx, { manifestId: made.value.manifestId, packageIds });
  }

  async #lists<Id>(table: string, id: string, where: string): Promise<Id[]> {
    const rows = await t.raw<{ id: Id }>(`select ${id} as id from godown.${table} where tenant_id = $1 and ${where}`, [
      this.shop.tenantId,
    ]);
    return rows.map((row) => row.id);
  }

  async #say(word: Extract<Step, { do: "word" }>): Promise<void> {
    const order = this.orders[word.order % Math.max(1, this.orders.length)];
    if (!order) return;
    const lines = word.lines
      .filter((line) => line <= order.lines)
      .map(
        (line): LineHeard => ({
          ...{ channelOrderItemId: `${order.id}-L${line}`, status: word.status, raw: word.status },
          ...{ quantity: word.quantity, changedAt: null },
        }),
      );
    if (lines.length === 0) return;
    const heard: OrderHeard = { channelId: this.shop.channelId, channelOrderId: order.id, lines, parcels: [] };
    const said = await this.#apply(heard);
    if (word.status === "CANCELLED") return;
    await this.#judge(heard, said);
    const before = await this.#snapshot();
    const again = await this.#apply(heard);
    expect(await this.#snapshot(), "the same word again changes nothing").toEqual(before);
    if (again.ok) expect(again.value.map((line) => line.outcome)).not.toContain("ADOPTED");
    if (said.ok) await this.#follow(heard);
  }

  /** As the sync does: a transaction of its own, and where it waits, another that keeps people from it. */
  async #apply(heard: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
    const write = <T>(work: (tx: Tx) => Promise<T>) => t.db.transaction(this.shop.tenantId, work);
    const cancelled = heard.lines[0]?.status === "CANCELLED";
    const done = await write((tx) => (cancelled ? adoption.adoptCancelled : adoption.adoptLeft)(tx, this.#ctx, heard));
    if (!done.ok) await write((tx) => adoption.holdWaiting(tx, this.#ctx, heard, done.refusal));
    return done;
  }

  /** Every word that something left ends as dispatched, as a doubt, or waits for what is named. */
  async #judge(heard: OrderHeard, said: Result<readonly LineOutcome[]>): Promise<void> {
    if (!said.ok) return expect(["SERIES_MISSING"]).toContain(said.refusal.code);
    for (const { channelOrderItemId: line, quantity } of heard.lines) {
      const outcome = said.value.find((each) => each.channelOrderItemId === line)?.outcome;
      if (outcome === "DOUBT") continue;
      const [row] = await t.raw<{ here: number; gone: number; hand: boolean; pieces: number }>(
        `select count(*) filter (where u.state in ('CREATED', 'FULFILLABLE', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE', 'PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED'))::integer as here,
           count(*) filter (where p.dispatched_at is not null)::integer as gone, coalesce(bool_or(p.dispatched_how = 'MANIFEST'), false) as hand,
           count(*) filter (where u.state <> 'CANCELLED')::integer as pieces
         from godown.sale_order_item u left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id and u.state <> 'CANCELLED'
         where u.tenant_id = $1 and u.channel_order_item_id = $2`,
        [this.shop.tenantId, line],
      );
      if (!row) throw new Error("a count is a row");
      if (quantity !== null) expect(row.gone).toBeGreaterThanOrEqual(Math.min(quantity, row.pieces));
      else if (!row.hand) expect(row.here).toBe(0);
    }
  }

  async #follow({ channelId, channelOrderId, lines }: OrderHeard): Promise<void> {
    const [first] = lines;
    const ids = lines.map((line) => line.channelOrderItemId);
    await t.db.transaction(this.shop.tenantId, async (tx): Promise<Result<unknown>> => {
      const at = this.#ctx.now;
      if (first?.status === "DELIVERED")
        return applyLinesDelivered(tx, this.#ctx, { channelId, channelOrderId, lines: ids, at });
      if (first?.status !== "RTO") return { ok: true, value: undefined };
      return announceReturn(tx, this.#ctx, {
        ...{ channelId, channelOrderId, kind: "RTO", products: null, reason: null, awb: null },
        lines: ids.map((line) => ({ line, pieces: null })),
        ...{ courierCode: null, channelReturnId: null, warehouse: null, at, via: "SYNC" },
      });
    });
  }

  /** Everything that a word could change. */
  async #snapshot(): Promise<unknown> {
    const of = (text: string) => t.raw(text, [this.shop.tenantId]);
    return [
      await of(
        "select code, state, shipping_package_id, on_hold from godown.sale_order_item where tenant_id = $1 order by 1",
      ),
      await of("select code, state, dispatched_how from godown.shipping_package where tenant_id = $1 order by 1"),
      await of("select number, state from godown.invoice where tenant_id = $1 order by 1"),
      await of("select count(*) from godown.stock_ledger where tenant_id = $1"),
      await of("select count(*) from godown.stock_shortage where tenant_id = $1"),
      await of("select kind, key, state from godown.order_exception where tenant_id = $1 order by 1, 2"),
    ];
  }

  /** What holds whatever happened. */
  async check(): Promise<void> {
    const { tenantId } = this.shop;
    await expectStockTrue(t, tenantId);
    const wrong = await t.raw(
      `with live as (
         select p.*, (select count(*)::integer from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') as units,
           (select array_agg(x order by x) from (select u.sale_order_item_id as x from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') y) as ids,
           (select array_agg(x order by x) from godown.invoice i join godown.invoice_line l using (tenant_id, invoice_id), unnest(l.unit_ids) x
             where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED') as invoiced
         from godown.shipping_package p where p.tenant_id = $1)
       select 'a package that left has one invoice, of exactly its units' as what, code, state from live where dispatched_at is not null and invoiced is distinct from ids
       union all select 'a package that stands has units', code, state from live where state not in ('CANCELLED', 'MERGED', 'SPLITTED') and units = 0
       union all select 'a package that is over has none', code, state from live where state in ('CANCELLED', 'MERGED', 'SPLITTED') and units > 0
       union all select 'what left stands on no manifest that is open', l.code, m.state from live l join godown.manifest_package mp using (tenant_id, shipping_package_id) join godown.manifest m using (tenant_id, manifest_id)
         where l.dispatched_at is not null and m.state = 'CREATED'
       union all select 'what left is not to be fetched', l.code, i.picklist_id::text from live l join godown.sale_order_item u using (tenant_id, shipping_package_id)
         join godown.picklist_item i on i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id where l.dispatched_at is not null and i.outcome is null`,
      [tenantId],
    );
    expect(wrong).toEqual([]);
    const [sums] = await t.raw<{ left: number; taken: number; short: number }>(
      `select (select count(*)::integer from godown.sale_order_item where tenant_id = $1 and state in ('DISPATCHED', 'DELIVERED', 'RETURNED')) as left,
         (select coalesce(-sum(quantity), 0)::integer from godown.stock_ledger where tenant_id = $1 and cause = 'DISPATCH' and bucket <> 'blocked') as taken,
         (select count(*)::integer from godown.stock_shortage where tenant_id = $1) as short`,
      [tenantId],
    );
    expect(sums?.left, "each unit that left came out of the books, or is short").toBe(
      (sums?.taken ?? 0) + (sums?.short ?? 0),
    );
  }
}

describe("our own steps and the panel's words in any order", () => {
  it("keep books, papers and parcels true after each", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(true, true, true, false),
        fc.array(step, { minLength: 5, maxLength: STEPS_MAX }),
        async (series, steps) => {
          const shop = await aPanelShop(t, { stock: STOCK, ...(series ? {} : { series: null }) });
          const world = new World(shop, series);
          // Something stands at every step when the panel begins to speak.
          for (const other of [true, false, false]) await world.act({ do: "order", quantities: [2, 1], other });
          await world.act({ do: "ready" });
          for (const other of [false, true]) await world.act({ do: "order", quantities: [1, 2], other });
          for (const each of steps) {
            await world.act(each);
            await world.check();
          }
        },
      ),
      { numRuns: RUNS, seed: 20261122, endOnFailure: true },
    );
  }, 240_000);
});
