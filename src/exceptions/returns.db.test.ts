import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { announced, casesOf, gone, putAway, unitsIn } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { applyLinesDelivered } from "../fulfilment/index.ts";
import { must, type ShippingPackageId } from "../kernel/index.ts";
import { type ReturnCaseId, receiveAtDesk, settleReturn } from "../returns/index.ts";
import { resolveException } from "./resolve.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 20 });
});

const ctx = () => t.ctx(shop.tenantId);
const receive = (parcel: ShippingPackageId, units: Parameters<typeof receiveAtDesk>[1]["units"] = null) =>
  receiveAtDesk(ctx(), {
    ...{ facilityId: shop.facilityId, held: { shippingPackageId: parcel }, units },
    ...{ grade: "good", unannounced: true, putawayId: null },
  });
const doubts = () =>
  t.raw<{ id: string; kind: string; state: string }>(
    "select order_exception_id as id, kind, state from godown.order_exception where tenant_id = $1 order by opened_at, order_exception_id",
    [shop.tenantId],
  );
const settleDoubt = async (choice: string) => {
  const open = (await doubts()).find((doubt) => doubt.state === "OPEN");
  if (!open) throw new Error("a doubt is open");
  return resolveException(ctx(), open.id, { choice, note: null });
};
const parcelStates = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);

describe("doubts about returns", () => {
  const deliveredThere = () =>
    t.db.transaction(shop.tenantId, (tx) =>
      applyLinesDelivered(tx, ctx(), {
        channelId: shop.channelId,
        channelOrderId: "JM-1",
        lines: ["JM-1-L1"],
        at: TEST_MORNING,
      }),
    );

  it("a parcel expected back that the channel calls delivered is asked about, once", async () => {
    await gone(t, shop);
    await announced(t, shop);
    expect(must(await deliveredThere())).toEqual({ changed: false, doubt: true });
    must(await deliveredThere());
    expect((await doubts()).map((doubt) => doubt.kind)).toEqual(["DELIVERED_WHILE_RETURNING"]);
    must(await settleDoubt("DELIVERED"));
    expect(await parcelStates()).toEqual(["DELIVERED"]);
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.state)).toEqual(["DELIVERED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "CANCELLED", units: ["CANCELLED"] }]);
  });

  it("and stays expected where the person says so", async () => {
    await gone(t, shop);
    await announced(t, shop);
    must(await deliveredThere());
    must(await settleDoubt("KEEP"));
    expect(await parcelStates()).toEqual(["RETURN_EXPECTED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "RETURN_EXPECTED" }]);
  });

  it("cannot be settled as delivered once the parcel is here", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    must(await deliveredThere());
    must(await receive(parcel));
    expect(await settleDoubt("DELIVERED")).toMatchObject(refusedWith("PACKAGE_STATE"));
  });

  it("a missing unit that is given up ends its parcel without it", async () => {
    const parcel = await gone(t, shop, { quantity: 2 });
    await announced(t, shop);
    const [one, two] = await unitsIn(t, shop.tenantId, parcel);
    if (!one || !two) throw new Error("two units left");
    const received = must(
      await receive(parcel, [
        { unitId: one.id, grade: "good", missing: false },
        { unitId: two.id, grade: null, missing: true },
      ]),
    );
    if (!received.putaway) throw new Error("goods lie on a list");
    await putAway(t, shop.tenantId, received.putaway.putawayId);
    const [found] = await casesOf(t, shop.tenantId);
    const id = found?.id as ReturnCaseId; // the builder gives ids as text
    must(await t.db.transaction(shop.tenantId, (tx) => settleReturn(tx, ctx(), id)));
    expect(await parcelStates()).toEqual(["RETURN_ACKNOWLEDGED"]);
    must(await settleDoubt("LOST"));
    expect(await parcelStates()).toEqual(["RETURNED"]);
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.state)).toEqual(["RETURNED", "DISPATCHED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED", units: ["RETURNED", "LOST"] }]);
    await expectStockTrue(t, shop.tenantId);
  });
});
