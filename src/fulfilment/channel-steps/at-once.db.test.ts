import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ASKED_GST, AskedScene, codes, gate } from "../../../tests/support/asked-scene.ts";
import { runWork } from "../../../tests/support/run-work.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { must, type SaleOrderId, type SaleOrderItemId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { invoiceMany } from "../bulk-steps.ts";
import { cancelUnits, invoicePackages, registerJobs, stepsAtRest } from "../index.ts";

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());
afterEach(stepsAtRest);

describe("people, processes and channels at once", () => {
  it("ask once for one package, however many press at the same moment", async () => {
    const id = await scene.onePackage();
    const results = await Promise.all(
      Array.from({ length: 12 }, () => invoicePackages(scene.ctx(), { packageIds: [id] })),
    );
    const got = codes(results.flat());
    expect(got.filter((code) => code === "DONE")).toHaveLength(1);
    expect(got.every((code) => ["DONE", "UNCHANGED", "CHANNEL_ASKED_NOW"].includes(code))).toBe(true);
    expect(scene.source.count("fetchInvoice")).toBe(1);
    expect(await scene.invoices()).toHaveLength(1);
  });

  it("take over what a killed process had asked, and get the same invoice", async () => {
    const id = await scene.onePackage();
    // As a kill between the answer and the write leaves it: claimed, asked, nothing written.
    await scene.t.db.transaction(scene.shop.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.package_step (tenant_id, shipping_package_id, step, state, asking_until, attempts, requested_by, requested_at, updated_at)
        values (${scene.shop.tenantId}, ${id}, 'INVOICE', 'ASKING', ${scene.t.clock.now().add({ seconds: 120 })}, 1, 'killed', ${scene.t.clock.now()}, ${scene.t.clock.now()})`),
    );
    expect(await scene.invoice(id)).toEqual(["CHANNEL_ASKED_NOW"]);
    await scene.byJob();
    expect(scene.source.count("fetchInvoice")).toBe(0);
    scene.t.clock.advance({ seconds: 121 });
    await scene.byJob();
    expect(await scene.packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await scene.invoices()).toHaveLength(1);
  });

  it("write nothing of a package that was cancelled while its channel was asked", async () => {
    const id = await scene.onePackage();
    const held = gate();
    scene.source.answers({
      fetchInvoice: async () => {
        await held.opened;
        return { body: { number: "LATE-1", lines: [{ productId: scene.shop.productId, rates: ASKED_GST }] } };
      },
    });
    const asked = invoicePackages(scene.ctx(), { packageIds: [id] });
    await waitFor("the channel is being asked", async () => scene.source.count("fetchInvoice") === 1 || undefined);
    await scene.t.db.transaction(scene.shop.tenantId, async (tx) => {
      const order = await tx.one(sql<{ saleOrderId: SaleOrderId; unitId: SaleOrderItemId }>`
        select sale_order_id as "saleOrderId", sale_order_item_id as "unitId" from godown.sale_order_item where shipping_package_id = ${id}`);
      const cancel = { unitIds: [order.unitId], reason: "changed my mind", by: "SELLER" } as const;
      must(await cancelUnits(tx, scene.ctx(), { saleOrderId: order.saleOrderId, code: "the order" }, cancel));
    });
    held.open();
    expect(codes(await asked)).toEqual(["PACKAGE_STATE"]);
    expect(await scene.invoices()).toEqual([]);
    expect(await scene.steps(id)).toEqual([]);
  });

  it("answer a person in time where the channel is slow; what it says later counts all the same", async () => {
    const ids = await scene.packages(6);
    const held = gate();
    scene.source.answers({
      fetchInvoice: async ({ body }) => {
        await held.opened;
        return {
          body: {
            number: `S-${String(body.channelOrderId)}`,
            lines: [{ productId: scene.shop.productId, rates: ASKED_GST }],
          },
        };
      },
    });
    const results = await invoicePackages(scene.ctx(), { packageIds: ids }, { withinMs: 300, thenLabel: false });
    expect(codes(results)).toEqual(ids.map(() => "CHANNEL_STEP_GOES_ON"));
    expect(scene.source.count("fetchInvoice")).toBe(4); // four at once: two were not begun, and are the job's
    const states = await Promise.all(ids.map(async (id) => (await scene.steps(id))[0]?.state));
    expect(states.filter((state) => state === "ASKING")).toHaveLength(4);
    expect(states.filter((state) => state === "WAITING")).toHaveLength(2);
    held.open();
    await stepsAtRest();
    await scene.byJob();
    expect((await Promise.all(ids.map((id) => scene.packageRow(id)))).map((row) => row.state)).toEqual(
      ids.map(() => "PACKED"),
    );
    expect(scene.source.count("fetchInvoice")).toBe(6);
  });

  it("invoice 60 packages as long work, each once, a few at a time", async () => {
    const ids = await scene.packages(60);
    let atOnce = 0;
    let most = 0;
    const answer = (order: unknown) => ({
      body: { number: `W-${String(order)}`, lines: [{ productId: scene.shop.productId, rates: ASKED_GST }] },
    });
    scene.source.answers({
      fetchInvoice: async ({ body }) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        return body.packageCode === "" ? {} : answer(body.channelOrderId);
      },
    });
    const services = { ...scene.t.services, sourceUrls: new Map([[scene.source.id, scene.source.url]]) };
    const { workId } = await invoiceMany(scene.ctx(), ids);
    const work = await runWork({ ...scene.t, services }, scene.shop.tenantId, workId ?? "", registerJobs);
    expect(work).toMatchObject({ state: "DONE", total: 60, done: 60, failed: 0 });
    expect(scene.source.count("fetchInvoice")).toBe(60);
    expect(most).toBeLessThanOrEqual(4);
    expect(new Set((await scene.invoices()).map((each) => each.number)).size).toBe(60);
  });

  it("keep a package out of reach unknown", async () => {
    const id = await scene.onePackage();
    expect(codes(await invoicePackages(scene.ctx({ facilities: [] }), { packageIds: [id] }))).toEqual([
      "PACKAGE_NOT_FOUND",
    ]);
    expect(scene.source.calls).toEqual([]);
  });

  it("let the job forget a cancelled package, and wait while its order is on hold", async () => {
    const [gone, held] = await scene.twoPackages();
    scene.source.answers({ fetchInvoice: () => ({ body: { notYet: "wait" } }) });
    await scene.invoice(gone, held);
    await scene.t.db.transaction(scene.shop.tenantId, async (tx) => {
      await tx.run(sql`
        update godown.sale_order set on_hold = true, hold_reason = 'asked' where sale_order_id = (
          select sale_order_id from godown.shipping_package where shipping_package_id = ${held})`);
      await tx.run(sql`update godown.shipping_package set state = 'CANCELLED' where shipping_package_id = ${gone}`);
    });
    scene.t.clock.advance({ minutes: 5 });
    scene.source.calls.length = 0;
    await scene.byJob();
    expect(scene.source.calls).toEqual([]);
    expect(await scene.steps(gone)).toEqual([]);
    expect(await scene.steps(held)).toMatchObject([{ state: "WAITING", code: "PACKAGE_ON_HOLD" }]);
  });
});
