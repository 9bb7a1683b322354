import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, next } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import { aBuyer, aGrn, aPurchaseOrder, type Buyer, purchasingFaults } from "../../tests/support/purchasing-builders.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { listStock } from "../inventory/index.ts";
import { type FacilityId, must, newId, paise, type Result } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { completePutaway, createPutaway, listWaiting, onPutawayComplete, type PutawayId } from "../putaway/index.ts";
import { endPurchaseOrder } from "./advance-purchase-order.ts";
import { scanIntoGrn, setGrnCounts } from "./count-grn.ts";
import { completePutAwayGrns, finishGrn, putAwayGrn } from "./finish-grn.ts";
import { grnById, listGrns } from "./grn.queries.ts";
import { completePutAway } from "./grn.store.ts";
import type { GrnId } from "./grn.ts";
import { purchaseOrderById } from "./purchase-order.queries.ts";
import type { PurchaseOrderId } from "./purchase-order.ts";
import { createGrn, discardGrn } from "./receive-goods.ts";

let t: TestDatabase;
let buyer: Buyer;
beforeAll(async () => {
  t = await testDatabase();
  onPutawayComplete(completePutAwayGrns); // as the composition root wires it
});
afterAll(() => t.close());
beforeEach(async () => {
  buyer = await aBuyer(t);
});

const ctx = () => t.ctx(buyer.tenantId);
const code = (result: Result<unknown>) => (result.ok ? "OK" : result.refusal.code);
const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
const read = <T>(work: Parameters<typeof t.db.read<T>>[1]) => t.db.read(buyer.tenantId, work);
const actions = async () =>
  (
    await read((tx) =>
      tx.run(sql<{ action: string }>`
        select action from godown.audit_event where tenant_id = ${buyer.tenantId} and action like 'purchasing.%' order by audit_event_id`),
    )
  ).map((row) => row.action.replace("purchasing.", ""));

const order = async (id: PurchaseOrderId) => {
  const found = await read((tx) => purchaseOrderById(ctx(), tx, id));
  if (!found) throw new Error("the order is there");
  return found;
};
const grn = async (id: GrnId) => {
  const found = await read((tx) => grnById(ctx(), tx, id));
  if (!found) throw new Error("the receipt is there");
  return found;
};
const count = async (grnId: GrnId, counts: readonly [accepted: number, rejected: number][]) =>
  setGrnCounts(ctx(), {
    grnId,
    counts: (await grn(grnId)).lines.flatMap(({ lineId }, i) => {
      const [accepted = 0, rejected = 0] = counts[i] ?? [];
      return [{ lineId, accepted, rejected, rejectReason: rejected > 0 ? "torn" : null }];
    }),
  });
const levels = () =>
  read((tx) =>
    tx.run(sql`
      select s.code as sku, l.good, l.qc_rejected as rejected, l.putaway_pending as pending from godown.stock_level l
      join godown.sku s using (tenant_id, sku_id) where l.tenant_id = ${buyer.tenantId} order by s.code`),
  );

/** Are so many sessions of this database in a transaction that writes, the later ones waiting for the first? */
async function blockers(of: TestDatabase, sessions: number): Promise<boolean> {
  const [seen] = await of.raw<{ open: number; waiting: number }>(`
    select count(*) filter (where state like 'idle in transaction%')::integer as open, count(*) filter (where wait_event_type = 'Lock')::integer as waiting
    from pg_stat_activity where datname = current_database() and query ilike '%godown%' and pid <> pg_backend_pid()`);
  return seen?.open === 1 && seen.waiting === sessions - 1;
}

describe("receiving goods", () => {
  it("counts pieces by scans, rejects with a reason, and completes the order when all have come", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    const [pen, cup] = buyer.skus.map((sku) => sku.code);
    const scan = (of = "", verdict: "accepted" | "rejected" = "accepted", reason: string | null = null) =>
      scanIntoGrn(ctx(), { grnId, code: of, verdict, reason });
    for (let i = 0; i < 4; i++) must(await scan(pen));
    expect(code(await scan(pen, "rejected"))).toBe("GRN_REASON_MISSING");
    expect(must(await scan(pen, "rejected", "torn"))).toEqual({ sku: pen, accepted: 4, rejected: 1, left: 0 });
    expect(code(await scan(pen))).toBe("GRN_MORE_THAN_ORDERED");
    expect(code(await scan("NO-SUCH"))).toBe("GRN_SCAN_UNKNOWN");
    must(await scan(cup));
    must(
      await count(grnId, [
        [4, 1],
        [5, 0],
      ]),
    );
    expect(code(await endPurchaseOrder(ctx(), { purchaseOrderId, event: "close", reason: "late" }))).toBe(
      "PO_GRN_OPEN",
    );
    expect(await levels()).toEqual([]);
    expect(must(await finishGrn(ctx(), grnId))).toEqual({ units: 10, rejected: 1 });
    expect(code(await finishGrn(ctx(), grnId))).toBe("GRN_STATE");
    expect(code(await scan(pen))).toBe("GRN_STATE");
    expect(await levels()).toEqual([
      { sku: pen, good: 0, rejected: 0, pending: 5 },
      { sku: cup, good: 0, rejected: 0, pending: 5 },
    ]);
    expect(await order(purchaseOrderId)).toMatchObject({ state: "COMPLETE", accepted: 9, rejected: 1 });
    const { putawayId } = must(await putAwayGrn(ctx(), grnId));
    expect(code(await putAwayGrn(ctx(), grnId))).toBe("GRN_NOTHING_WAITS");
    expect(await grn(grnId)).toMatchObject({ state: "QC_COMPLETE", putaways: [{ putawayId, units: 10 }] });
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(await levels()).toEqual([
      { sku: pen, good: 4, rejected: 1, pending: 0 },
      { sku: cup, good: 5, rejected: 0, pending: 0 },
    ]);
    expect((await grn(grnId)).state).toBe("COMPLETE");
    await expectStockTrue(t, buyer.tenantId);
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    const ledger = await read((tx) =>
      tx.run(sql`
        select cause, bucket, sum(quantity)::integer as quantity from godown.stock_ledger
        where tenant_id = ${buyer.tenantId} group by 1, 2 order by 1, 2`),
    );
    expect(ledger).toEqual([
      { cause: "GOODS_RECEIVED", bucket: "putaway_pending", quantity: 10 },
      { cause: "PUTAWAY", bucket: "good", quantity: 9 },
      { cause: "PUTAWAY", bucket: "putaway_pending", quantity: -10 },
      { cause: "PUTAWAY", bucket: "qc_rejected", quantity: 1 },
    ]);
    expect((await actions()).slice(-4)).toEqual(["grn_created", "grn_counted", "grn_finished", "grn_completed"]);
  });

  it("is seen beside the stock as on order until it has come", async () => {
    await stock(t, buyer.tenantId, buyer.facilityId, buyer.skus[0]?.skuId ?? newId<"Sku">(), 1);
    const onOrder = async () =>
      (await read((tx) => listStock(ctx(), tx, {}, { ...page, sort: "sku" }))).rows.map((row) => row.openPurchase);
    await aPurchaseOrder(t, buyer, { approved: false });
    expect(await onOrder()).toEqual([0]);
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    expect(await onOrder()).toEqual([5]);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(await count(grnId, [[2, 1]]));
    expect(await onOrder()).toEqual([5]);
    must(await finishGrn(ctx(), grnId));
    expect((await onOrder())[0]).toBe(2);
    must(await endPurchaseOrder(ctx(), { purchaseOrderId, event: "close", reason: "sold out" }));
    expect((await onOrder())[0]).toBe(0);
  });

  it("is partial until the rest comes or the order is closed short", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const first = await aGrn(t, buyer, purchaseOrderId);
    expect(code(await finishGrn(ctx(), first))).toBe("GRN_EMPTY");
    must(await count(first, [[3, 0]]));
    must(await finishGrn(ctx(), first));
    expect((await order(purchaseOrderId)).state).toBe("PARTIALLY_RECEIVED");
    const end = (event: "close" | "cancel") => endPurchaseOrder(ctx(), { purchaseOrderId, event, reason: "sold out" });
    expect(code(await end("cancel"))).toBe("PO_STATE");
    must(await end("close"));
    expect(await order(purchaseOrderId)).toMatchObject({ state: "CLOSED", endReason: "sold out", accepted: 3 });
    const late = { vendorInvoiceNumber: "L-1", vendorInvoiceOn: Temporal.PlainDate.from("2026-11-20"), remarks: null };
    expect(code(await createGrn(ctx(), newId<"Grn">(), { purchaseOrderId, ...late }))).toBe("PO_NOT_RECEIVABLE");
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
  });

  it("makes one receipt of a double click, and one of an invoice", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const on = (day: string) => Temporal.PlainDate.from(day);
    const wish = { purchaseOrderId, vendorInvoiceNumber: "INV/7", vendorInvoiceOn: on("2026-11-19"), remarks: null };
    const grnId = newId<"Grn">();
    const made = await Promise.all([createGrn(ctx(), grnId, wish), createGrn(ctx(), grnId, wish)]);
    expect(new Set(made.map((each) => must(each).code)).size).toBe(1);
    const again = { ...wish, vendorInvoiceNumber: "inv/7" };
    expect(await createGrn(ctx(), newId<"Grn">(), again)).toMatchObject({
      refusal: { code: "GRN_INVOICE_TAKEN", facts: { grn: must(made[0]).code } },
    });
    const future = { ...wish, vendorInvoiceNumber: "INV/8", vendorInvoiceOn: on("2026-11-21") };
    expect(code(await createGrn(ctx(), newId<"Grn">(), future))).toBe("GRN_INVOICE_DAY");
    const other = await aPurchaseOrder(t, buyer);
    expect(code(await createGrn(ctx(), grnId, { ...wish, purchaseOrderId: other }))).toBe("NOT_FOUND");
    must(await discardGrn(ctx(), grnId));
    expect(code(await discardGrn(ctx(), grnId))).toBe("GRN_STATE");
    expect(code(await createGrn(ctx(), newId<"Grn">(), again))).toBe("OK");
    expect((await read((tx) => listGrns(ctx(), tx, { purchaseOrderId }, page))).counts).toEqual({
      CREATED: 1,
      DISCARDED: 1,
    });
  });

  it("never takes more than was ordered, however many count at the same time", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grns = [await aGrn(t, buyer, purchaseOrderId), await aGrn(t, buyer, purchaseOrderId)];
    const [pen = ""] = buyer.skus.map((sku) => sku.code);
    const scans = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        scanIntoGrn(ctx(), { grnId: grns[i % 2] ?? newId<"Grn">(), code: pen, verdict: "accepted", reason: null }),
      ),
    );
    expect(scans.filter((scan) => scan.ok)).toHaveLength(5);
    expect(new Set(scans.flatMap((scan) => (scan.ok ? [] : [scan.refusal.code])))).toEqual(
      new Set(["GRN_MORE_THAN_ORDERED"]),
    );
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    const finished = await Promise.all(grns.map((grnId) => finishGrn(ctx(), grnId)));
    expect(finished.reduce((sum, each) => sum + (each.ok ? each.value.units : 0), 0)).toBe(5);
    await expectStockTrue(t, buyer.tenantId);
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
  });

  it("gives counted pieces back to the order when it is discarded", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const first = await aGrn(t, buyer, purchaseOrderId);
    must(await count(first, [[5, 0]]));
    const second = await aGrn(t, buyer, purchaseOrderId);
    expect(code(await count(second, [[1, 0]]))).toBe("GRN_MORE_THAN_ORDERED");
    must(await discardGrn(ctx(), first));
    must(
      await count(second, [
        [5, 0],
        [2, 2],
      ]),
    );
    must(
      await count(second, [
        [1, 0],
        [0, 0],
      ]),
    ); // corrected downwards
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    must(await finishGrn(ctx(), second));
    expect((await order(purchaseOrderId)).accepted).toBe(1);
  });

  it("is done only by who works in the order's facility", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    const facilities: FacilityId[] = [await aFacility(t.db, buyer.tenantId)];
    const elsewhere = t.ctx(buyer.tenantId, { facilities });
    const wish = {
      purchaseOrderId,
      vendorInvoiceNumber: `E-${next()}`,
      vendorInvoiceOn: Temporal.PlainDate.from("2026-11-19"),
      remarks: null,
    };
    const tries = [
      createGrn(elsewhere, newId<"Grn">(), wish),
      scanIntoGrn(elsewhere, { grnId, code: "X", verdict: "accepted", reason: null }),
      setGrnCounts(elsewhere, { grnId, counts: [] }),
      finishGrn(elsewhere, grnId),
      discardGrn(elsewhere, grnId),
      putAwayGrn(elsewhere, grnId),
    ];
    expect((await Promise.all(tries)).map((each) => code(each))).toEqual(tries.map(() => "NOT_FOUND"));
    expect(await read((tx) => grnById(elsewhere, tx, grnId))).toBeUndefined();
  });

  it("is put away when its last piece is, in whatever order and however closely its lists are completed", async () => {
    const many = await aBuyer(t, { skus: 6 });
    buyer = many;
    const purchaseOrderId = await aPurchaseOrder(t, many);
    const grnId = await aGrn(t, many, purchaseOrderId);
    must(
      await count(
        grnId,
        many.skus.map((): [number, number] => [1, 0]),
      ),
    );
    must(await finishGrn(ctx(), grnId));
    const { rows } = await read((tx) => listWaiting(ctx(), tx, {}, page));
    const lists: PutawayId[] = [];
    // One list for each SKU: they share no level of stock that would make them wait for each other.
    for (const row of rows) lists.push(must(await createPutaway(ctx(), { itemIds: [row.itemId] })).putawayId);
    expect(lists).toHaveLength(6);
    const [first, ...others] = lists;
    must(await completePutaway(ctx(), { putawayId: first ?? newId<"Putaway">(), confirmAll: true }));
    expect((await grn(grnId)).state).toBe("QC_COMPLETE");
    const done = await Promise.all(others.map((putawayId) => completePutaway(ctx(), { putawayId, confirmAll: true })));
    expect(done.every((each) => each.ok)).toBe(true);
    expect((await grn(grnId)).state).toBe("COMPLETE");
    expect((await actions()).filter((action) => action === "grn_completed")).toHaveLength(1);
  });

  it("is put away by the later of two lists that are completed at the same time", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(
      await count(grnId, [
        [1, 0],
        [1, 0],
      ]),
    );
    must(await finishGrn(ctx(), grnId));
    const [one, two] = (await read((tx) => listWaiting(ctx(), tx, {}, page))).rows.map((row) => row.itemId);
    const complete = async (itemId: string | undefined, until: Promise<unknown>) =>
      t.db.transaction(buyer.tenantId, async (tx) => {
        // What a completed list does to the receipt: its piece waits no more.
        await tx.run(sql`
          delete from godown.putaway_item where tenant_id = ${buyer.tenantId} and putaway_item_id = ${itemId}`);
        const done = await completePutAway(tx, [grnId], ctx().now);
        await until;
        return done;
      });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const early = complete(one, held);
    await waitFor("the first to hold the receipt", () => blockers(t, 1));
    const late = complete(two, Promise.resolve());
    await waitFor("the second to wait for it", () => blockers(t, 2));
    release();
    expect([await early, (await late).map((each) => each.grnId)]).toEqual([[], [grnId]]);
  });

  it("of 5,000 pieces is as many statements as of one", async () => {
    const [pen] = buyer.skus;
    const lines = [{ sku: pen?.code ?? "", quantity: 5_000, unitPrice: paise(10_00), taxClass: null }];
    const purchaseOrderId = await aPurchaseOrder(t, buyer, { lines });
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(await count(grnId, [[4_990, 10]]));
    expect(must(await finishGrn(ctx(), grnId))).toEqual({ units: 5_000, rejected: 10 });
    expect(await levels()).toEqual([{ sku: pen?.code, good: 0, rejected: 0, pending: 5_000 }]);
    await expectStockTrue(t, buyer.tenantId);
  }, 30_000);

  it("is held by the database itself: no line above its order, no rejected piece without a reason", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(await count(grnId, [[1, 1]]));
    const write = (text: string) => t.raw(text, [buyer.tenantId]);
    const line = "update godown.purchase_order_line set";
    await expect(write(`${line} counting = 6 where tenant_id = $1`)).rejects.toThrow(/check/);
    await expect(write(`${line} gross_paise = gross_paise + 1 where tenant_id = $1`)).rejects.toThrow(/check/);
    await expect(
      write("update godown.grn_line set reject_reason = null where tenant_id = $1 and rejected > 0"),
    ).rejects.toThrow(/check/);
    await expect(write("update godown.purchase_order set state = 'CLOSED' where tenant_id = $1")).rejects.toThrow(
      /check/,
    );
  });
});
