import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { setFaults } from "../../tests/support/channel-builders.ts";
import { aListShop, type ListShop, pulledPackages } from "../../tests/support/channel-list-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { applyChannelCancel, invoicePackages, requestCancel, stepsAtRest } from "../fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../kernel/index.ts";
import { resolveException } from "./resolve.ts";

// AJIO makes the invoice, and takes its time: cancellations of both sides meet the question while it is under way.

let t: TestDatabase;
let shop: ListShop;
let id: ShippingPackageId;
let order: { saleOrderId: SaleOrderId; channelOrderId: string };
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aListShop(t);
  const sku = { sku: "AVAASA-KURTA-TEAL-S", quantity: 1 };
  const [only] = await pulledPackages(t, shop, 1, { items: [sku, sku] });
  const [row] = await t.raw<typeof order>(
    `select sale_order_id as "saleOrderId", channel_order_id as "channelOrderId" from godown.sale_order where tenant_id = $1`,
    [shop.tenantId],
  );
  if (!only || !row) throw new Error("the order has a package");
  [id, order] = [only, row];
});
afterEach(async () => {
  await stepsAtRest();
  await shop.sim.close();
});

/** Asks for the invoice; the channel makes it and answers late. Gives the way to its end. */
async function invoicing(): Promise<() => ReturnType<typeof invoicePackages>> {
  await setFaults(shop.sim, { kind: "late", operation: "getB2bInvoice", delayMs: 800 });
  const work = invoicePackages(shop.ctx(), { packageIds: [id] });
  await waitFor("the channel is asked", async () => {
    const steps = await t.raw("select 1 from godown.package_step where tenant_id = $1 and state = 'ASKING'", [
      shop.tenantId,
    ]);
    return steps.length === 1;
  });
  return () => work;
}
const linesOf = () =>
  t.raw<{ line: string }>(
    "select distinct channel_order_item_id as line from godown.sale_order_item where tenant_id = $1 order by 1",
    [shop.tenantId],
  );
const says = async (lines: number) =>
  t.db.transaction(shop.tenantId, async (tx) =>
    applyChannelCancel(tx, shop.ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: order.channelOrderId, lines: null, reason: "buyer" },
      lineWords: (await linesOf()).slice(0, lines).map((row) => ({ line: row.line, quantity: null })),
    }),
  );
const invoices = () =>
  t.raw<{ state: string }>("select state from godown.invoice where tenant_id = $1", [shop.tenantId]);
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);

it("the channel's word about the whole order wins: no invoice is written, the goods are free", async () => {
  const invoiced = await invoicing();
  expect(must(await says(2))).toEqual({ taken: true, changed: true });
  expect((await invoiced()).map((result) => result.outcome)).toEqual(["FAILED"]);
  expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["CANCELLED"]);
  expect(await invoices()).toEqual([]);
  await expectStockTrue(t, shop.tenantId);
});

it("its word about one line waits for the invoice, and is too late after it", async () => {
  const invoiced = await invoicing();
  expect(await says(1)).toMatchObject(refusedWith("CANCEL_WHILE_INVOICED"));
  expect((await invoiced()).map((result) => result.outcome)).toEqual(["DONE"]);
  expect(must(await says(1))).toMatchObject({ taken: false, refusal: { code: "CHANNEL_CANCEL_TOO_LATE" } });
  expect(await states()).toEqual(["PACKED", "PACKED"]);
  expect(await invoices()).toEqual([{ state: "ISSUED" }]);
  await expectStockTrue(t, shop.tenantId);
});

it("the seller's cancellation waits for it too, and is refused in AJIO's words after it", async () => {
  const invoiced = await invoicing();
  const cancel = () =>
    t.db.transaction(shop.tenantId, (tx) =>
      requestCancel(tx, shop.ctx(), { saleOrderId: order.saleOrderId, unitIds: null, reason: "no stock" }),
    );
  expect(await cancel()).toMatchObject(refusedWith("SELLER_CANCEL_WHILE_INVOICED"));
  expect((await invoiced()).map((result) => result.outcome)).toEqual(["DONE"]);
  expect(await cancel()).toMatchObject(
    refusedWith("SELLER_CANCEL_NOT_ALLOWED", {
      rule: "Seller Cancellation sync UC to AJIO is present until order is not invoiced (Packed) in UC.",
    }),
  );
  expect(await states()).toEqual(["PACKED", "PACKED"]);
});

it("one line that a person takes out of the invoiced parcel: the rest is invoiced again, under the number that AJIO gives again", async () => {
  await invoicePackages(shop.ctx(), { packageIds: [id] });
  await says(1);
  const [doubt] = await t.raw<{ id: string }>(
    "select order_exception_id as id from godown.order_exception where tenant_id = $1",
    [shop.tenantId],
  );
  must(await resolveException(shop.ctx(), doubt?.id ?? "", { choice: "CANCEL_HERE", note: null }));
  const rest = (await packagesOf(t, shop.tenantId)).find((parcel) => parcel.state === "CREATED");
  if (!rest) throw new Error("what stays is in a new package");
  expect(await invoicePackages(shop.ctx(), { packageIds: [rest.id] })).toMatchObject([
    { outcome: "DONE", refusal: null },
  ]);
  const kept = await t.raw<{ state: string; number: string; taxable: number }>(
    "select state, number, taxable_paise::integer as taxable from godown.invoice where tenant_id = $1 order by code",
    [shop.tenantId],
  );
  expect(kept.map((invoice) => invoice.state)).toEqual(["CANCELLED", "ISSUED"]);
  expect(new Set(kept.map((invoice) => invoice.number)).size).toBe(1);
  // Two lines of one product at one price: what is left is billed, not both.
  expect(Math.abs((kept[0]?.taxable ?? 0) - 2 * (kept[1]?.taxable ?? 0))).toBeLessThanOrEqual(1);
  await expectStockTrue(t, shop.tenantId);
});
