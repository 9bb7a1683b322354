import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder, aSource, type LineSpec } from "../../tests/support/order-builders.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  aWord,
  eventsIn,
  type PanelShop,
  packagesIn,
  says,
  statesIn,
} from "../../tests/support/panel-scene.ts";
import { casesOf } from "../../tests/support/return-builders.ts";
import { addParcels, applyChannelCancel, applyLinesDelivered, closeManifest } from "../fulfilment/index.ts";
import { type Facts, must, type ShippingPackageId } from "../kernel/index.ts";
import { exceptionKinds } from "../orders/index.ts";
import { fill } from "../platform/refusals.ts";
import { expectBack } from "../returns/index.ts";
import { resolveException } from "./resolve.ts";

aPanelSource();
aSource("TEST_NEVER", { channelCancel: "never" });
aSource("TEST_LATE", { channelCancel: "invoiced" });

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aPanelShop(t);
});

const ctx = () => t.ctx(shop.tenantId, { now: t.clock.now() });
const cancels = (id: string, line: number, quantity: number | null = null) =>
  t.db.transaction(shop.tenantId, (tx) =>
    applyChannelCancel(tx, ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: id, lines: null, reason: "cancelled on the channel" },
      lineWords: [{ line: `${id}-L${line}`, quantity }],
    }),
  );
const doubts = () =>
  t.raw<{ id: string; kind: string; state: string; units: string[]; left: string | null }>(
    `select order_exception_id as id, kind, state, facts -> 'units' as units, facts ->> 'dispatchedAt' as left
     from godown.order_exception where tenant_id = $1 order by opened_at, order_exception_id`,
    [shop.tenantId],
  );
const open = async () =>
  (await doubts()).filter((d) => d.state === "OPEN").map((d) => `${d.kind} ${d.units.join(" ")}`);
async function answer(choice: string) {
  const first = (await doubts()).find((d) => d.state === "OPEN");
  if (!first) throw new Error("a doubt is open");
  return resolveException(ctx(), first.id, { choice, note: null });
}
const settle = async (choice: string): Promise<void> => must(await answer(choice));
const delivered = async (id: string, ...lines: number[]) =>
  must(
    await t.db.transaction(shop.tenantId, (tx) =>
      applyLinesDelivered(tx, ctx(), {
        ...{ channelId: shop.channelId, channelOrderId: id, at: ctx().now },
        lines: lines.map((line) => `${id}-L${line}`),
      }),
    ),
  );
const parcels = async () => (await packagesIn(t, shop)).map((p) => p.state);
/** An order of two lines, each of which left in a parcel of its own, an hour apart. */
async function twoParcels(id: string): Promise<void> {
  await anOrder(t, shop, id, [{ productId: shop.productId }, { productId: shop.productId }]);
  must(await says(t, shop, id, [aWord(id, 1)]));
  t.clock.advance({ hours: 1 });
  must(await says(t, shop, id, [aWord(id, 2)]));
  expect(await parcels()).toEqual(["DISPATCHED", "DISPATCHED"]);
}

describe("a line that is cancelled after it left", () => {
  it("is expected back alone: the order's other parcel is delivered as ever", async () => {
    await twoParcels("A");
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-2"]);
    expect((await doubts())[0]?.left, "when this parcel left, not the first of the order").toBe(
      TEST_MORNING.add({ hours: 1 }).toString(),
    );
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["DISPATCHED", "RETURN_EXPECTED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", units: ["EXPECTED"] }]);
    expect(await delivered("A", 1)).toEqual({ changed: true, doubt: false });
    expect(await open()).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is a question of its own while the first is open, and each is settled for itself", async () => {
    await twoParcels("A");
    must(await cancels("A", 1));
    must(await cancels("A", 2));
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1", "CANCEL_AFTER_DISPATCH A-2"]);
    await settle("DISMISS");
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["DISPATCHED", "RETURN_EXPECTED"]);
    expect(await open()).toEqual([]);
  });

  it("brings the whole parcel back that it shares with others", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 2 }]);
    must(await says(t, shop, "A"));
    must(await cancels("A", 1, 1));
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["RETURN_EXPECTED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", units: ["EXPECTED", "EXPECTED"] }]);
  });
});

describe("a line that is cancelled after it left, and is delivered before a person has answered", () => {
  it("is not expected back: the answer is refused by name, and the question stays", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId }]);
    must(await says(t, shop, "A"));
    must(await cancels("A", 1));
    t.clock.advance({ hours: 3 });
    await delivered("A", 1);
    const [parcel] = await packagesIn(t, shop);
    expect(await answer("EXPECT_RETURN")).toMatchObject(
      refusedWith("EXPECT_BACK_TOO_LATE", {
        ...{ order: "A", parcels: [`${parcel?.code} was delivered at 20 Nov 2026, 13:00`] },
      }),
    );
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1"]);
    expect(await casesOf(t, shop.tenantId)).toEqual([]);
    expect(await eventsIn(t, shop, "EXCEPTION_RESOLVED"), "nobody is said to have chosen it").toEqual([]);
    await settle("DISMISS");
    expect(await open()).toEqual([]);
  });

  it("is asked about anew where others of its question turn back", async () => {
    await twoParcels("A");
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        applyChannelCancel(tx, ctx(), {
          ...{ channelId: shop.channelId, channelOrderId: "A", lines: null, reason: "cancelled on the channel" },
        }),
      ),
    );
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1 A-2"]);
    await delivered("A", 1);
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["DELIVERED", "RETURN_EXPECTED"]);
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1"]);
    expect(await answer("EXPECT_RETURN")).toMatchObject(refusedWith("EXPECT_BACK_TOO_LATE"));
    await settle("DISMISS");
    expect(await open()).toEqual([]);
  });

  it("needs nothing more where its courier said already that it turned round", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId }]);
    must(await says(t, shop, "A"));
    must(await cancels("A", 1));
    const [{ id } = { id: "" as ShippingPackageId }] = await t.raw<{ id: ShippingPackageId }>(
      "select shipping_package_id as id from godown.shipping_package where tenant_id = $1",
      [shop.tenantId],
    );
    await t.db.transaction(shop.tenantId, (tx) => expectBack(tx, ctx(), [id], { via: "COURIER", reason: null }));
    await settle("EXPECT_RETURN");
    expect(await open()).toEqual([]);
    expect(await casesOf(t, shop.tenantId)).toHaveLength(1);
  });
});

describe("a line that is cancelled too late, and leaves before a person has answered", () => {
  /** What is ready of an order that its channel cancels now, all of it. */
  async function asked(
    source: string,
    lines = (own: PanelShop): LineSpec[] => [{ productId: own.productId }],
  ): Promise<ShippingPackageId[]> {
    shop = await aPanelShop(t, { source });
    const parcels = await readyParcels(t, shop, [aPushOrder(lines(shop), { id: "A" })]);
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        applyChannelCancel(tx, ctx(), {
          ...{ channelId: shop.channelId, channelOrderId: "A", lines: null, reason: "buyer changed mind" },
        }),
      ),
    );
    return parcels;
  }
  async function dispatch(packageIds: readonly ShippingPackageId[]): Promise<void> {
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    t.clock.advance({ hours: 2 });
    must(await closeManifest(ctx(), manifestId));
  }

  it.each([
    ["TEST_LATE", "CHANNEL_CANCEL_TOO_LATE"],
    ["TEST_NEVER", "CHANNEL_CANCEL_NOT_ALLOWED"],
  ])("is another question then: is it expected back? (%s)", async (source, kind) => {
    const packageIds = await asked(source);
    expect(await open()).toEqual([`${kind} A-1`]);
    await dispatch(packageIds);
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1"]);
    const [before, after] = await t.raw<{ note: string; facts: Record<string, unknown> }>(
      "select note, facts from godown.order_exception where tenant_id = $1 order by opened_at",
      [shop.tenantId],
    );
    expect(before?.note).toMatch(/asked anew as: Cancelled after it left/);
    expect(after?.facts).toMatchObject({
      ...{ order: "A", reason: "buyer changed mind", where: expect.stringMatching(/ is DISPATCHED$/) },
      dispatchedAt: TEST_MORNING.add({ hours: 2 }).toString(),
    });
    expect(fill(exceptionKinds.CANCEL_AFTER_DISPATCH.message, after?.facts as Facts)).toMatch(
      /^The channel says that A-1 of A are cancelled, but they left at 20 Nov 2026, 12:00: /,
    );
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["RETURN_EXPECTED"]);
    expect(await open()).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("stays a question about what is still here", async () => {
    const parcels = await asked("TEST_NEVER", (own) => [{ productId: own.productId }, { productId: own.other }]);
    expect(await statesIn(t, shop)).toEqual(["READY_TO_SHIP", "UNFULFILLABLE held"]);
    expect(await open()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED A-1 A-2"]);
    await dispatch(parcels);
    expect(await open()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED A-2", "CANCEL_AFTER_DISPATCH A-1"]);
    await settle("CANCEL_HERE");
    expect(await statesIn(t, shop)).toEqual(["DISPATCHED", "CANCELLED"]);
  });

  it("is another question too where it left from the channel's panel", async () => {
    await asked("TEST_LATE");
    must(await says(t, shop, "A"));
    expect(await parcels()).toEqual(["DISPATCHED"]);
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1"]);
  });

  it("is never said to be cancelled here: an answer that comes too late is refused by name", async () => {
    await dispatch(await asked("TEST_LATE"));
    await settle("DISMISS");
    // As a doubt stands that was opened before its parcel's leaving was another question.
    const [old] = await t.raw<{ id: string }>(
      `update godown.order_exception set state = 'OPEN', resolved_at = null where tenant_id = $1 and kind = 'CHANNEL_CANCEL_TOO_LATE' returning order_exception_id as id`,
      [shop.tenantId],
    );
    const answerOld = (choice: string) => resolveException(ctx(), old?.id ?? "", { choice, note: null });
    expect(await answerOld("CANCEL_HERE")).toMatchObject(
      refusedWith("CANCEL_HERE_LEFT", { order: "A", units: ["A-1"] }),
    );
    expect(await open()).toEqual(["CHANNEL_CANCEL_TOO_LATE A-1"]);
    must(await answerOld("GO_ON"));
    expect(await open()).toEqual([]);
  });
});

describe("where the source knows no cancellation on its side", () => {
  it("a later word of the order is asked about too, and going on with one leaves the other on hold", async () => {
    shop = await aPanelShop(t, { source: "TEST_NEVER" });
    await anOrder(t, shop, "A", [{ productId: shop.productId }, { productId: shop.productId }]);
    await allocate(t, shop.tenantId, shop.facilityId);
    must(await cancels("A", 1));
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED A-1", "CHANNEL_CANCEL_NOT_ALLOWED A-2"]);
    await settle("GO_ON");
    expect(await statesIn(t, shop)).toEqual(["FULFILLABLE", "FULFILLABLE held"]);
    await settle("CANCEL_HERE");
    expect(await statesIn(t, shop)).toEqual(["FULFILLABLE", "CANCELLED"]);
    await expectStockTrue(t, shop.tenantId);
  });
});
