import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, orderStates, packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aChannel, aListing, aPushOrder, aSource, receive } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import {
  addParcels,
  applyChannelCancel,
  type ChannelCancel,
  closeManifest,
  invoicePackages,
  requestCancel,
  takeOff,
} from "../fulfilment/index.ts";
import { must, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../kernel/index.ts";
import { resolveException } from "./resolve.ts";
import { exceptionRoutes } from "./routes.ts";

const RULE = "Cancellations is not allowed post invoiced (Packed).";
const until = {
  channelCancel: "invoiced",
  channelCancelRule: RULE,
  sellerCancel: "invoiced",
  sellerCancelRule: RULE,
} as const;
aSource("UNTIL_INVOICED", until);
aSource("WHOLE_ORDERS", { ...until, cancelLevel: "order" });
aSource("WHOLE_LINES", { ...until, cancelLevel: "item" });

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await shopOf("UNTIL_INVOICED");
});

async function shopOf(source: string): Promise<Shop> {
  const own = await aShop(t, { stock: 10 });
  const channelId = await aChannel(t, own.tenantId, [own.facilityId], { source });
  const { productId } = await aListing(t, own.tenantId, channelId, own.skuId);
  return { ...own, channelId, productId };
}
const ctx = () => t.ctx(shop.tenantId);
/** An order of so many lines, one unit each. */
const body = (id: string, lines = 1) =>
  aPushOrder(
    Array.from({ length: lines }, () => ({ productId: shop.productId })),
    { id },
  );
async function order(id: string, lines = 1): Promise<SaleOrderId> {
  const [receipt] = await receive(t, shop.tenantId, shop.channelId, [body(id, lines)]);
  if (!receipt?.saleOrderId) throw new Error("the order is created");
  await allocate(t, shop.tenantId, shop.facilityId);
  return receipt.saleOrderId;
}
/** The channel's status answer names whole lines. */
const says = (id: string, lines: readonly number[], over: Partial<ChannelCancel> = {}) =>
  t.db.transaction(shop.tenantId, (tx) =>
    applyChannelCancel(tx, ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: id, lines: null, reason: "cancelled on the channel" },
      lineWords: lines.map((n) => ({ line: `${id}-L${n}`, quantity: null })),
      ...over,
    }),
  );
const cancels = (saleOrderId: SaleOrderId, unitIds: readonly SaleOrderItemId[] | null = null) =>
  t.db.transaction(shop.tenantId, (tx) => requestCancel(tx, ctx(), { saleOrderId, unitIds, reason: "no stock" }));
const states = async (code?: string) => (await unitsOf(t, shop.tenantId, code)).map((u) => u.state);
const doubts = () =>
  t.raw<{ id: string; kind: string; state: string; facts: Record<string, unknown> }>(
    "select order_exception_id as id, kind, state, facts from godown.order_exception where tenant_id = $1 order by opened_at, kind",
    [shop.tenantId],
  );
const kinds = async () => (await doubts()).map((d) => `${d.kind} ${d.state}`);
const settle = async (choice: string) => {
  const open = (await doubts()).find((d) => d.state === "OPEN");
  return resolveException(ctx(), open?.id ?? "", { choice, note: null });
};
const orderIdOf = async (id: string) =>
  (
    await t.raw<{ id: SaleOrderId }>(
      "select sale_order_id as id from godown.sale_order where tenant_id = $1 and channel_order_id = $2",
      [shop.tenantId, id],
    )
  )[0]?.id ?? ("" as SaleOrderId);
/** The channel is asked for the invoice of a package until then. */
const askInvoice = (id: ShippingPackageId, untilThen: Temporal.Instant) =>
  t.raw(
    `insert into godown.package_step (tenant_id, shipping_package_id, step, state, asking_until, attempts, requested_by, requested_at, updated_at)
     values ($1, $2, 'INVOICE', 'ASKING', $3, 1, 'test', $4, $4)
     on conflict (tenant_id, shipping_package_id, step) do update set asking_until = excluded.asking_until`,
    [shop.tenantId, id, untilThen.toString(), TEST_MORNING.toString()],
  );
const thePackage = async () => {
  const [parcel] = await packagesOf(t, shop.tenantId);
  if (!parcel) throw new Error("there is a package");
  return parcel.id;
};

describe("the channel's cancellation, allowed until the invoice", () => {
  it("is taken before it, line by line, and the package keeps the rest", async () => {
    await order("O-1", 3);
    expect(must(await says("O-1", [1, 3]))).toEqual({ taken: true, changed: true });
    expect(await states()).toEqual(["CANCELLED", "FULFILLABLE", "CANCELLED"]);
    expect(must(await says("O-1", [1, 3]))).toMatchObject({ taken: true });
    expect(await doubts()).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it.each([
    ["PACKED", 1],
    ["READY_TO_SHIP", 2],
    ["MANIFESTED", 3],
  ] as const)("changes nothing once it is %s, and asks a person once, naming rule and parcel", async (state, steps) => {
    const packageIds = await (steps === 1 ? packagesFor : readyParcels)(t, shop, [body("O-1")]);
    if (steps === 1) await invoicePackages(ctx(), { packageIds });
    if (steps === 3) must(await addParcels(ctx(), { manifestId: (await aManifest(t, shop)).manifestId, packageIds }));
    const word = must(await says("O-1", [1]));
    expect(word).toMatchObject({ taken: false, refusal: { code: "CHANNEL_CANCEL_TOO_LATE", facts: { rule: RULE } } });
    expect(await states()).toEqual([state]);
    expect((await unitsOf(t, shop.tenantId))[0]?.onHold).toBe(false);
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual([state]);
    const [doubt] = await doubts();
    expect(doubt?.facts).toMatchObject({ order: "O-1", rule: RULE, where: expect.stringMatching(new RegExp(state)) });
    expect(must(await says("O-1", [1]))).toMatchObject({ taken: false });
    must(await settle("GO_ON"));
    expect(must(await says("O-1", [1]))).toMatchObject({ taken: false });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_TOO_LATE RESOLVED"]);
    expect(await states()).toEqual([state]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("says in the inbox what was asked, by which rule, and what each choice does", async () => {
    await readyParcels(t, shop, [body("O-1")]);
    must(await says("O-1", [1]));
    expect(
      await settle("CANCEL_BY_CREDIT_NOTE"),
      "no credit note is wanted: its invoice can be cancelled",
    ).toMatchObject({
      refusal: { code: "CREDIT_NOTE_NOT_NEEDED", facts: { order: "O-1" } },
    });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_TOO_LATE OPEN"]);
    const list = exceptionRoutes.find((r) => r.path === "/exceptions");
    const answer = await list?.handle(ctx(), { params: {}, query: list.query?.parse({}), body: undefined });
    expect(answer).toMatchObject({
      rows: [
        {
          kind: "CHANNEL_CANCEL_TOO_LATE",
          message: expect.stringMatching(/units of O-1 are cancelled, but .+ is READY_TO_SHIP\. Cancellations is not/),
          choices: [
            { code: "CANCEL_HERE", effect: expect.stringContaining("invoice") },
            { code: "CANCEL_BY_CREDIT_NOTE", effect: expect.stringContaining("the invoice stands") },
            { code: "GO_ON", effect: expect.stringContaining("the parcel goes on") },
          ],
        },
      ],
    });
  });

  it("cancels what is not invoiced yet and leaves the rest of the same order", async () => {
    // One unit is packed alone, the other waits for stock.
    const own = await aShop(t, { stock: 1 });
    const channelId = await aChannel(t, own.tenantId, [own.facilityId], { source: "UNTIL_INVOICED" });
    const { productId } = await aListing(t, own.tenantId, channelId, own.skuId);
    shop = { ...own, channelId, productId };
    await order("O-1", 2);
    await invoicePackages(ctx(), { packageIds: [await thePackage()] });
    expect((await states()).sort()).toEqual(["PACKED", "UNFULFILLABLE"]);
    expect(must(await says("O-1", [1, 2]))).toMatchObject({ taken: false });
    expect((await states()).sort()).toEqual(["CANCELLED", "PACKED"]);
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_TOO_LATE OPEN"]);
    expect((await doubts())[0]?.facts.units).toHaveLength(1);
    await expectStockTrue(t, shop.tenantId);
  });

  it("asks again when other lines of the same order are cancelled later", async () => {
    await readyParcels(t, shop, [body("O-1", 2)]);
    must(await says("O-1", [1]));
    must(await settle("GO_ON"));
    must(await says("O-1", [1, 2]));
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_TOO_LATE RESOLVED", "CHANNEL_CANCEL_TOO_LATE OPEN"]);
    expect((await doubts()).map((d) => d.facts.units)).toEqual([[expect.any(String)], [expect.any(String)]]);
  });

  it("is done here too when a person says so; a parcel on a manifest is taken off first", async () => {
    const packageIds = await readyParcels(t, shop, [body("O-1")]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await says("O-1", [1]));
    expect(await settle("CANCEL_HERE")).toMatchObject(refusedWith("UNITS_NOT_CANCELLABLE"));
    must(await takeOff(ctx(), { manifestId, packageIds }));
    must(await settle("CANCEL_HERE"));
    expect(await orderStates(t, shop.tenantId)).toEqual({ "O-1": "CANCELLED" });
    const invoices = await t.raw("select state from godown.invoice where tenant_id = $1", [shop.tenantId]);
    expect(invoices).toEqual([{ state: "CANCELLED" }]);
    expect(must(await says("O-1", [1]))).toEqual({ taken: true, changed: false });
    await expectStockTrue(t, shop.tenantId);
  });

  it("after dispatch asks whether to expect it back", async () => {
    const packageIds = await readyParcels(t, shop, [body("O-1")]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await closeManifest(ctx(), manifestId));
    must(await says("O-1", [1]));
    expect(await kinds()).toEqual(["CANCEL_AFTER_DISPATCH OPEN"]);
    expect(await states()).toEqual(["DISPATCHED"]);
  });

  it("waits while the channel is asked for the invoice of a package that would keep other units, and never longer", async () => {
    await order("O-1", 2);
    const id = await thePackage();
    await askInvoice(id, TEST_MORNING.add({ seconds: 30 }));
    expect(await says("O-1", [1])).toMatchObject(refusedWith("CANCEL_WHILE_INVOICED", { order: "O-1" }));
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    t.clock.advance({ seconds: 31 });
    expect(must(await says("O-1", [1]))).toEqual({ taken: true, changed: true });
    expect(await states()).toEqual(["CANCELLED", "FULFILLABLE"]);
  });

  it("wins over an invoice that is being asked for where nothing of the package stays", async () => {
    await order("O-1", 2);
    await askInvoice(await thePackage(), TEST_MORNING.add({ seconds: 30 }));
    expect(must(await says("O-1", [1, 2]))).toEqual({ taken: true, changed: true });
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["CANCELLED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is either taken or too late when it comes at the moment of the invoice", async () => {
    for (let round = 1; round <= 8; round++) {
      const id = `R-${round}`;
      await order(id);
      const parcel = (await packagesOf(t, shop.tenantId)).find((p) => p.state === "CREATED");
      if (!parcel) throw new Error("the order has a package");
      const [word, invoiced] = await Promise.all([says(id, [1]), invoicePackages(ctx(), { packageIds: [parcel.id] })]);
      const taken = must(word).taken;
      expect(invoiced[0]?.outcome, id).toBe(taken ? "FAILED" : "DONE");
      const after = (await packagesOf(t, shop.tenantId)).find((p) => p.id === parcel.id);
      expect(after?.state, id).toBe(taken ? "CANCELLED" : "PACKED");
    }
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("the seller's cancellation, allowed until the invoice", () => {
  const notices = () =>
    t.raw("select kind from godown.channel_notice where tenant_id = $1 and kind = 'CANCEL'", [shop.tenantId]);

  it("asks the channel first, and keeps the units from being invoiced meanwhile", async () => {
    const id = await order("O-1", 2);
    expect(must(await cancels(id))).toEqual({ waitsForChannel: true, units: 2 });
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    expect(await notices()).toHaveLength(1);
    const [invoiced] = await invoicePackages(ctx(), { packageIds: [await thePackage()] });
    expect(invoiced?.refusal?.code).toBe("PACKAGE_LOCKED");
  });

  it("is refused in the rule's own words once it is invoiced, on a manifest, and after it left", async () => {
    const packageIds = await readyParcels(t, shop, [body("O-1")]);
    const id = await orderIdOf("O-1");
    const { manifestId } = await aManifest(t, shop);
    const refused = (state: string) =>
      refusedWith("SELLER_CANCEL_NOT_ALLOWED", { rule: RULE, order: "O-1", states: [state] });
    expect(await cancels(id)).toMatchObject(refused("READY_TO_SHIP"));
    must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(await cancels(id)).toMatchObject(refused("MANIFESTED"));
    must(await closeManifest(ctx(), manifestId));
    expect(await cancels(id)).toMatchObject(refused("DISPATCHED"));
    expect(await notices()).toEqual([]);
  });

  it("is refused while the channel is asked for the invoice, and never longer", async () => {
    const id = await order("O-1");
    await askInvoice(await thePackage(), TEST_MORNING.add({ seconds: 30 }));
    expect(await cancels(id)).toMatchObject(refusedWith("SELLER_CANCEL_WHILE_INVOICED", { order: "O-1" }));
    t.clock.advance({ seconds: 31 });
    expect(must(await cancels(id))).toMatchObject({ waitsForChannel: true });
  });

  it("counts a bundle as the one piece that the channel sold, and never breaks one", async () => {
    const kit = await aSku(t.db, shop.tenantId, { code: "KIT" });
    const cup = await aSku(t.db, shop.tenantId, { code: "CUP" });
    await t.raw("update godown.sku set is_bundle = true where tenant_id = $1 and sku_id = $2", [shop.tenantId, kit]);
    for (const [component, quantity] of [
      [cup, 1],
      [shop.skuId, 2],
    ] as const)
      await t.raw(
        "insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values ($1, $2, $3, $4)",
        [shop.tenantId, kit, component, quantity],
      );
    await aListing(t, shop.tenantId, shop.channelId, kit, { productId: "KIT" });
    const [receipt] = await receive(t, shop.tenantId, shop.channelId, [
      aPushOrder([{ productId: "KIT", quantity: 2 }], { id: "O-1" }),
    ]);
    const id = receipt?.saleOrderId;
    if (!id) throw new Error("the order is created");
    const units = (await unitsOf(t, shop.tenantId)).map((u) => u.unitId);
    expect(units).toHaveLength(6);
    expect(await cancels(id, units.slice(0, 2))).toMatchObject(refusedWith("SELLER_CANCEL_PART_OF_BUNDLE"));
    expect(await cancels(id, units.slice(2, 5))).toMatchObject(refusedWith("SELLER_CANCEL_PART_OF_BUNDLE"));
    expect(must(await cancels(id, units.slice(0, 3)))).toMatchObject({ waitsForChannel: true, units: 3 });
    const [told] = await t.raw<{ lines: { quantity: number }[] }>(
      "select payload -> 'lines' as lines from godown.channel_notice where tenant_id = $1 and kind = 'CANCEL'",
      [shop.tenantId],
    );
    expect(told?.lines.map((line) => line.quantity)).toEqual([1]);
  });

  it("is of the whole order where the source takes no other", async () => {
    shop = await shopOf("WHOLE_ORDERS");
    const id = await order("O-1", 2);
    const [first] = await unitsOf(t, shop.tenantId);
    expect(first && (await cancels(id, [first.unitId]))).toMatchObject(
      refusedWith("SELLER_CANCEL_WHOLE_ORDER", { units: [expect.stringContaining("O-1")] }),
    );
    expect(must(await cancels(id))).toEqual({ waitsForChannel: true, units: 2 });
  });

  it("is of whole lines where the source cancels no part of one", async () => {
    shop = await shopOf("WHOLE_LINES");
    const [receipt] = await receive(t, shop.tenantId, shop.channelId, [
      aPushOrder([{ productId: shop.productId, quantity: 3 }, { productId: shop.productId }], { id: "O-1" }),
    ]);
    const id = receipt?.saleOrderId;
    if (!id) throw new Error("the order is created");
    const units = (await unitsOf(t, shop.tenantId)).map((u) => u.unitId);
    expect(await cancels(id, units.slice(0, 1))).toMatchObject(
      refusedWith("SELLER_CANCEL_WHOLE_LINE", { units: [expect.any(String), expect.any(String)] }),
    );
    expect(must(await cancels(id, units.slice(0, 3)))).toEqual({ waitsForChannel: true, units: 3 });
  });
});
