import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  askDueCourierSteps,
  changeOrder,
  editPackage,
  labelPackages,
  settleWaybill,
  sweepNumbers,
  tellCourier,
} from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { WaybillId } from "../../src/shipping/index.ts";
import {
  type ACourier,
  aCourier,
  aCourierShop,
  cancelPackage,
  dyingCtx,
  eventsOf,
  labelThem,
  liveAt,
  numbersOf,
  ProcessEnded,
  packageNow,
  packed,
  runCourierJobs,
} from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import type { Shop } from "../support/shop-builders.ts";
import { waitFor } from "../support/wait.ts";

let t: TestDatabase;
const open: ACourier[] = [];
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(async () => {
  for (const { simulator } of open.splice(0)) await simulator.close();
});
const courier = async (...given: Parameters<typeof aCourier>) => {
  const made = await aCourier(...given);
  open.push(made);
  return made;
};
const codes = (results: readonly { outcome: string; refusal: { code: string } | null }[]) =>
  results.map((r) => r.refusal?.code ?? r.outcome);
async function aPacked(shop: Shop): Promise<ShippingPackageId> {
  const [id] = await packed(t, shop, 1);
  if (id === undefined) throw new Error("there is a package");
  return id;
}
const waybillId = (shop: Shop, id: ShippingPackageId) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.one(sql<{ id: WaybillId }>`
        select courier_waybill_id as id from godown.courier_waybill where tenant_id = ${shop.tenantId} and shipping_package_id = ${id} order by asked_at desc limit 1`),
    )
    .then((row) => row.id);
const orderOf = (shop: Shop, id: ShippingPackageId) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.one(sql<{ id: SaleOrderId }>`
        select sale_order_id as id from godown.shipping_package where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`),
    )
    .then((row) => row.id);

const change = async (shop: Shop, orderId: SaleOrderId, to: Parameters<typeof changeOrder>[3]) =>
  void must(await t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, t.ctx(shop.tenantId), orderId, to)));

describe("an answer of a courier that was lost", () => {
  it("is asked again with the same code where that gives the same number", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 3 });
    expect(await labelThem(t, shop, [id])).toMatchObject([
      { outcome: "WAITING", refusal: { code: "COURIER_ANSWER_LOST_REPEATED" } },
    ]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "UNSURE", awb: null }]);
    must(await editPackage(t.ctx(shop.tenantId), id, { weightGrams: 999 }));
    t.clock.advance({ minutes: 2 });
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    const [parcel, ...others] = made.simulator.parcels();
    expect(others).toEqual([]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb: parcel?.id });
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN", awb: parcel?.id }]);
    expect(parcel?.grams, "the first question made it").toBe(450);
    await tellCourier(t.ctx(shop.tenantId), made.providerId);
    expect(made.simulator.parcels()).toMatchObject([{ grams: 999 }]);
    const elsewhere = await courier(t, shop, { preference: 500 });
    expect(await editPackage(t.ctx(shop.tenantId), id, { courier: elsewhere.code })).toMatchObject({
      refusal: { code: "COURIER_SWAP_UNASKED" },
    });
  });

  it("is a person's where a second question would give a second number: the number of the panel is taken", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, {
      settings: { repeatGivesSame: false },
      simulator: { settings: { repeat: "another" } },
    });
    const other = await courier(t, shop, { preference: 500 });
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 1 });
    const ctx = t.ctx(shop.tenantId);
    expect(codes(await labelThem(t, shop, [id]))).toEqual(["COURIER_ANSWER_LOST"]);
    // Nobody asks again: not who repeats, not the job, not another courier in its place.
    expect(codes(await labelThem(t, shop, [id]))).toEqual(["COURIER_ANSWER_LOST"]);
    t.clock.advance({ hours: 3 });
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    expect(await editPackage(ctx, id, { courier: other.code })).toMatchObject({
      refusal: { code: "COURIER_NUMBER_UNSURE" },
    });
    expect(made.simulator.parcels()).toHaveLength(1);
    expect(other.simulator.parcels()).toHaveLength(0);
    const awb = made.simulator.parcels()[0]?.id ?? "";
    expect(must(await settleWaybill(t.ctx(shop.tenantId), await waybillId(shop, id), awb))).toEqual({ state: "GIVEN" });
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb, provider: made.code });
    expect(await settleWaybill(t.ctx(shop.tenantId), await waybillId(shop, id), null)).toMatchObject({
      refusal: { code: "WAYBILL_NOT_UNSURE" },
    });
    expect(await eventsOf(t, shop, id)).toContain("COURIER_NUMBER_SETTLED");
  });

  it("is asked anew once a person says that there is no number", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, { settings: { repeatGivesSame: false } });
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: false, count: 1 });
    expect(codes(await labelThem(t, shop, [id]))).toEqual(["COURIER_ANSWER_LOST"]);
    expect(made.simulator.parcels()).toHaveLength(0);
    must(await settleWaybill(t.ctx(shop.tenantId), await waybillId(shop, id), null));
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb: liveAt(made)[0] });
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "REFUSED" }, { state: "GIVEN" }]);
  });

  it("is taken when a person types the number on the package's page, and goes back when the package is cancelled", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, { settings: { repeatGivesSame: false } });
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 1 });
    expect(codes(await labelThem(t, shop, [id]))).toEqual(["COURIER_ANSWER_LOST"]);
    const awb = liveAt(made)[0] ?? "";
    must(await editPackage(t.ctx(shop.tenantId), id, { courier: made.code, awb }));
    expect(codes(await labelThem(t, shop, [id]))).toEqual(["DONE"]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb });
    await cancelPackage(t, shop, id);
    await runCourierJobs(t, shop, [made]);
    expect(liveAt(made)).toEqual([]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK", awb }]);
  });

  it("of a package that was cancelled meanwhile is a doubt until a person settles it, and then goes back", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, { settings: { repeatGivesSame: false } });
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 1 });
    await labelThem(t, shop, [id]);
    await cancelPackage(t, shop, id);
    await runCourierJobs(t, shop, [made]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "UNSURE" }]);
    must(await settleWaybill(t.ctx(shop.tenantId), await waybillId(shop, id), liveAt(made)[0] ?? ""));
    await runCourierJobs(t, shop, [made]);
    expect(liveAt(made)).toEqual([]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK" }]);
  });
});

describe("a process that ends on the way to a label", () => {
  it.each([true, false])(
    "leaves no second number behind, wherever it ends (repeats give the same: %s)",
    async (same) => {
      const shop = await aCourierShop(t);
      const made = await courier(t, shop, {
        settings: { repeatGivesSame: same },
        simulator: { settings: { repeat: same ? "same" : "another" } },
      });
      let ends = 0;
      let unsure = 0;
      for (let nth = 1; ; nth++) {
        const id = await aPacked(shop);
        const before = made.simulator.parcels().length;
        const died = await labelPackages(dyingCtx(t.ctx(shop.tenantId), nth), { packageIds: [id] }).then(
          () => false,
          (error: unknown) => {
            if (!(error instanceof ProcessEnded)) throw error;
            return true;
          },
        );
        if (!died) break;
        ends += 1;
        t.clock.advance({ minutes: 10 });
        await sweepNumbers(t.services);
        await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
        const [result] = await labelThem(t, shop, [id]);
        const parcels = made.simulator.parcels().slice(before);
        if (result?.refusal?.code === "COURIER_ANSWER_LOST") {
          unsure += 1;
          expect(same).toBe(false);
          expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "UNSURE" }]);
          expect(parcels.length).toBeLessThanOrEqual(1);
          continue;
        }
        expect(result?.refusal).toBeNull();
        expect(parcels).toHaveLength(1);
        expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb: parcels[0]?.id });
      }
      expect(ends).toBeGreaterThan(4);
      expect(unsure > 0).toBe(!same);
    },
  );
});

describe("two at once", () => {
  it("label one package with one number", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 150 });
    const results = await Promise.all(Array.from({ length: 4 }, () => labelThem(t, shop, [id])));
    const answers = results.flatMap(codes);
    expect(answers.filter((code) => code === "DONE")).toHaveLength(1);
    // Who comes while it is asked is told so; who comes after it finds the number there.
    for (const answer of answers) expect(["DONE", "COURIER_ASKED_NOW", "UNCHANGED"]).toContain(answer);
    expect(made.simulator.parcels()).toHaveLength(1);
    expect(made.simulator.parcels()[0]?.repeats).toBe(0);
  });

  it("cancel while the courier is asked: its number goes back", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aPacked(shop);
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 400 });
    const labelling = labelThem(t, shop, [id]);
    await waitFor("the courier to be asked", async () => (await numbersOf(t, shop, id))[0]?.state === "ASKED");
    await cancelPackage(t, shop, id);
    expect(codes(await labelling)).toEqual(["PACKAGE_STATE"]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "CANCELLED" });
    await runCourierJobs(t, shop, [made]);
    expect(liveAt(made)).toEqual([]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK" }]);
  });

  it("hold while the courier is asked: its number waits and is used after", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aPacked(shop);
    const orderId = await orderOf(shop, id);
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 400 });
    const labelling = labelThem(t, shop, [id]);
    await waitFor("the courier to be asked", async () => (await numbersOf(t, shop, id))[0]?.state === "ASKED");
    await change(shop, orderId, { action: "hold", reason: "asks for another address" });
    expect(codes(await labelling)).toEqual(["PACKAGE_ON_HOLD"]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN" }]);
    await change(shop, orderId, { action: "unhold" });
    t.clock.advance({ minutes: 5 });
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", awb: liveAt(made)[0] });
    expect(made.simulator.parcels()).toHaveLength(1);
  });
});

describe("a number that a courier gives twice", () => {
  it("is recognised, and neither package loses its own", async () => {
    const shop = await aCourierShop(t);
    let first: string | null = null;
    await courier(t, shop, {
      simulator: {
        tamper: ({ operation }, answer) => {
          const { body } = answer;
          if (operation !== "generateWaybill" || typeof body !== "object" || body === null) return answer;
          if (!("waybill" in body) || typeof body.waybill !== "string") return answer;
          first ??= body.waybill;
          return { ...answer, body: { ...body, waybill: first } };
        },
      },
    });
    const [a, b] = [await aPacked(shop), await aPacked(shop)];
    expect(codes(await labelThem(t, shop, [a]))).toEqual(["DONE"]);
    const [second] = await labelThem(t, shop, [b]);
    expect(second).toMatchObject({
      outcome: "FAILED",
      refusal: { code: "COURIER_AWB_TAKEN", facts: { awb: first, other: (await packageNow(t, shop, a)).code } },
    });
    expect(await packageNow(t, shop, a)).toMatchObject({ state: "READY_TO_SHIP", awb: first });
    expect(await packageNow(t, shop, b)).toMatchObject({ state: "PACKED", awb: null });
  });
});
