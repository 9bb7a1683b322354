import "../../src/app/sources.ts";
import "../../src/app/wiring.ts";
import {
  askDueCreditNotes,
  type CreditNoteDueId,
  fetchCreditNotes,
  makeDueCreditNotes,
} from "../../src/billing/index.ts";
import { addParcels, closeManifest, invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  type ShippingPackageId,
  type SkuId,
  type TenantId,
} from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import type { ShippingProviderId } from "../../src/shipping/index.ts";
import { type AskedSource, anAskedSource } from "./asked-source.ts";
import { aFacility, aSku, aTenant } from "./builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";
import { allocate } from "./fulfilment-builders.ts";
import { aManifest } from "./hand-over-builders.ts";
import { stock } from "./inventory-builders.ts";
import { aChannel, addressWith, aListing, aPushOrder, receive } from "./order-builders.ts";
import { aPool, aTaxClass } from "./shop-builders.ts";
import { aGstin, aSeries } from "./warehouse-builders.ts";

/** Who makes the credit notes of a channel's returns. */
export const SIDES = ["US", "THEIRS", "NONE"] as const;
export type Side = (typeof SIDES)[number];
/** Rates of the goods, in basis points, and what a channel of the side THEIRS says of them. */
const RATES = [1800, 500, 0] as const;
/** Of each SKU: more than the orders of a run take. */
export const STOCKED = 200;
const CREDIT_HOURS = 3;

export type Sources = Readonly<Record<Side, AskedSource>>;

/** Three sources: our invoices and credit notes; the channel's of both; our invoices and no credit notes at all. */
export async function returnSources(): Promise<Sources> {
  const rules = { labelBy: "us" as const, thirdPartyShipping: { default: false, allowed: [false] } };
  const us = { ...rules, invoiceBy: "us" as const };
  return {
    US: await anAskedSource("RETURNS_US", { rules: { ...us, sendsReturns: [], creditNoteBy: "us" } }),
    NONE: await anAskedSource("RETURNS_NONE", { rules: { ...us, creditNoteBy: "none" } }),
    THEIRS: await anAskedSource("RETURNS_THEIRS", {
      grades: true,
      rules: {
        ...{ ...rules, invoiceBy: "channel", creditNoteBy: "channel" },
        creditNoteDelay: { setting: "creditNoteDelayMinutes", defaultMinutes: 150 },
      },
    }),
  };
}

interface Line {
  readonly sku: number;
  readonly quantity: number;
  readonly paise: number;
  readonly shippingPaise: number;
}

/** A seller of three channels with two warehouses, of which one sends and both take back. */
export class ReturnsWorld {
  readonly t: TestDatabase;
  readonly tenantId: TenantId;
  readonly sends: FacilityId;
  readonly elsewhere: FacilityId;
  readonly #sources: Sources;
  readonly #provider: ShippingProviderId;
  readonly #channels: Readonly<Record<Side, { channelId: ChannelId; products: readonly string[] }>>;
  /** Orders that go to another state: taxed by IGST. */
  readonly #far = new Set<string>();
  #numbers = 0;

  private constructor(
    t: TestDatabase,
    sources: Sources,
    made: {
      tenantId: TenantId;
      facilities: readonly [FacilityId, FacilityId];
      provider: ShippingProviderId;
      channels: Readonly<Record<Side, { channelId: ChannelId; products: readonly string[] }>>;
    },
  ) {
    this.t = t;
    this.tenantId = made.tenantId;
    [this.sends, this.elsewhere] = made.facilities;
    this.#sources = sources;
    this.#provider = made.provider;
    this.#channels = made.channels;
  }

  static async begin(t: TestDatabase, sources: Sources): Promise<ReturnsWorld> {
    t.clock.set(TEST_MORNING);
    const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
    const sends = await aFacility(t.db, tenantId, { code: "BLR", gstin: aGstin() });
    const elsewhere = await aFacility(t.db, tenantId, { code: "DEL", stateCode: "07", gstin: aGstin("07") });
    await aSeries(t, tenantId, { facilityId: sends });
    const skus: SkuId[] = [];
    for (const rate of RATES) {
      const skuId = await aSku(t.db, tenantId, { taxClassId: await aTaxClass(t, tenantId, rate), hsn: "62114210" });
      await stock(t, tenantId, sends, skuId, STOCKED);
      skus.push(skuId);
    }
    const channel = async (side: Side) => {
      const channelId = await aChannel(t, tenantId, [sends], { source: sources[side].id });
      const products: string[] = [];
      for (const skuId of skus) products.push((await aListing(t, tenantId, channelId, skuId)).productId);
      return { channelId, products };
    };
    const channels = { US: await channel("US"), THEIRS: await channel("THEIRS"), NONE: await channel("NONE") };
    const provider = await aPool(t, tenantId, 100);
    const world = new ReturnsWorld(t, sources, { tenantId, facilities: [sends, elsewhere], provider, channels });
    world.#answer();
    return world;
  }

  ctx(): Ctx {
    const urls = Object.values(this.#sources).map(({ id, url }) => [id, url] as const);
    return this.t.ctx(this.tenantId, { sourceUrls: new Map(urls) });
  }

  /** Rows of a text that names the tenant as $1. */
  look<Row>(text: string): Promise<Row[]> {
    return this.t.db.read(this.tenantId, (tx) =>
      tx.run(sql<Row>`${sql.raw(text.replaceAll("$1", `'${this.tenantId}'`))}`),
    );
  }

  async makeCreditSeries(): Promise<void> {
    const known = await this.look(
      "select from godown.invoice_series where tenant_id = $1 and document_type = 'SALE_RETURN_INVOICE'",
    );
    if (known.length > 0) return;
    await aSeries(
      this.t,
      this.tenantId,
      { facilityId: this.sends },
      { documentType: "SALE_RETURN_INVOICE", prefix: "CN-" },
    );
  }

  /** The channel's answers to everything that it makes: under numbers of its own, at the rates of its goods. */
  #answer(): void {
    const { products } = this.#channels.THEIRS;
    const rates = (order: unknown, productId: unknown) => {
      const gstBps = RATES[products.indexOf(String(productId))] ?? 0;
      const near = { gstBps, cgstBps: gstBps / 2, sgstBps: gstBps / 2 };
      return this.#far.has(String(order)) ? { gstBps, igstBps: gstBps } : near;
    };
    const lines = (body: Record<string, unknown>) =>
      (body.lines as { productId: string; quantity: number }[]).map(({ productId, quantity }) => ({
        ...{ productId, quantity, rates: rates(body.channelOrderId, productId) },
      })); // our own operations sent it
    this.#numbers = 0;
    const number = (what: string) => `${what}/${++this.#numbers}`;
    const issuedAt = () => this.t.clock.now().toString();
    this.#sources.THEIRS.answers({
      fetchInvoice: ({ body }) => ({ body: { number: number("TH"), issuedAt: issuedAt(), lines: lines(body) } }),
      fetchCreditNote: ({ body }) => ({ body: { number: number("TC"), issuedAt: issuedAt(), lines: lines(body) } }),
      reportGrade: () => ({ body: { status: "SUCCESS" } }),
    });
  }

  /** What the channel says to who asks for credit notes before they are there. */
  async beforeTheirTime(): Promise<void> {
    this.#sources.THEIRS.answers({ fetchCreditNote: () => ({ body: { notYet: "being made" } }) });
    await this.creditNotes();
    const before = this.#numbers;
    this.#answer();
    this.#numbers = before;
  }

  /** An order as its channel pushes it, allocated. */
  async order(of: { side: Side; far: boolean; lines: readonly Line[] }): Promise<string> {
    const { channelId, products } = this.#channels[of.side];
    const lines = of.lines.map(({ sku, quantity, paise, shippingPaise }) => ({
      ...{ productId: products[sku] ?? "", quantity },
      over: { orderItemPrice: { sellingPrice: paise / 100, shippingCharges: shippingPaise / 100 } },
    }));
    const there = addressWith({ city: "Pune", state: "Maharashtra", pincode: "411001" });
    const body = aPushOrder(lines, of.far ? { shippingAddress: there, billingAddress: there } : {});
    if (of.far) this.#far.add(body.id);
    const [receipt] = await receive(this.t, this.tenantId, channelId, [body]);
    if (receipt?.state !== "CREATED") throw new Error(`an order is created: ${JSON.stringify(receipt)}`);
    await allocate(this.t, this.tenantId, this.sends);
    return body.id;
  }

  /** Invoices and labels what is allocated and, where that is wished, hands it over. */
  async send(upTo: "packed" | "gone"): Promise<void> {
    const parcels = (states: string) =>
      this.look<{ id: ShippingPackageId; channelId: ChannelId }>(
        `select p.shipping_package_id as id, o.channel_id as "channelId" from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
         where p.tenant_id = $1 and p.state in (${states}) order by p.code`,
      );
    const ids = (rows: readonly { id: ShippingPackageId }[]) => rows.map((row) => row.id);
    await invoicePackages(this.ctx(), { packageIds: ids(await parcels("'CREATED'")) });
    await labelPackages(this.ctx(), { packageIds: ids(await parcels("'PACKED'")) });
    if (upTo === "packed") return;
    for (const [channelId, rows] of Map.groupBy(await parcels("'READY_TO_SHIP'"), (row) => row.channelId)) {
      const of = { facilityId: this.sends, channelId, shippingProviderId: this.#provider };
      const shop = { ...of, tenantId: this.tenantId, providerId: this.#provider, skuId: "" as SkuId, productId: "" }; // no goods are asked for
      const { manifestId } = await aManifest(this.t, shop, of);
      must(await addParcels(this.ctx(), { manifestId, packageIds: ids(rows) }));
      must(await closeManifest(this.ctx(), manifestId));
    }
  }

  /** The jobs of credit notes after some hours, and a person who presses the button of every one besides. */
  async creditNotes(): Promise<void> {
    this.t.clock.advance({ hours: CREDIT_HOURS });
    for (const side of SIDES) await askDueCreditNotes(this.ctx(), this.#channels[side].channelId);
    await makeDueCreditNotes(this.ctx());
    const dues = await this.look<{ id: CreditNoteDueId }>(
      "select credit_note_due_id as id from godown.credit_note_due where tenant_id = $1",
    );
    await fetchCreditNotes(
      this.ctx(),
      dues.map((due) => due.id),
    );
  }

  channelOf(side: Side): ChannelId {
    return this.#channels[side].channelId;
  }
}
