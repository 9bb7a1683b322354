import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectMoneyTrue } from "../../tests/support/invariants.ts";
import { aChannel } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { type ChannelId, type FacilityId, must, paise, type TenantId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql } from "../platform/db.ts";
import { createCustomOrders } from "./create-custom-orders.ts";
import type { CustomOrder } from "./custom-order.ts";
import { importOrders } from "./import-orders.ts";
import { retryWaiting } from "./retry-intake.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
let channelId: ChannelId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId, { code: "BLR" });
  channelId = await aChannel(t, tenantId, [facilityId], { code: "Phone", source: "CUSTOM" });
  await aSku(t.db, tenantId, { code: "PEN" });
});

const address = {
  ...{ name: "Asha Rao", line1: "12 MG Road", line2: null, city: "Bengaluru", state: "Karnataka", country: "India" },
  ...{ pincode: "560001", phone: "9845012345", email: null },
};
const anOrder = (over: Partial<CustomOrder> = {}): CustomOrder => ({
  channelId,
  code: "PH-1",
  placedAt: null,
  dispatchBy: null,
  paymentType: "COD",
  priority: 0,
  lines: [{ sku: "PEN", quantity: 2, sellingPrice: paise(79_900), discount: paise(900), facility: null }],
  shippingCharges: paise(4_000),
  shippingAddress: address,
  billingAddress: address,
  buyerGstin: null,
  additionalInfo: null,
  ...over,
});
const aLine = (over: Partial<CustomOrder["lines"][number]>) => [
  { sku: "PEN", quantity: 1, sellingPrice: paise(100), discount: paise(0), facility: null, ...over },
];
const enter = async (order: CustomOrder, over: Partial<Ctx> = {}) => {
  const [entered] = await t.db.transaction(tenantId, (tx) =>
    createCustomOrders(tx, t.ctx(tenantId, over), [order], "FORM"),
  );
  if (!entered) throw new Error("one order, one result");
  return entered;
};
const orders = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql`
      select code, state, total_paise as total, collect_paise as collect, dispatch_by - placed_at = interval '48 hours' as "inTime"
      from godown.sale_order where tenant_id = ${tenantId} order by code`),
  );
const count = async (table: "intake" | "order_exception" | "listing") =>
  (await t.raw<{ n: number }>(`select count(*)::integer as n from godown.${table} where tenant_id = $1`, [tenantId]))[0]
    ?.n;

describe("an order by form", () => {
  it("becomes a sale order like every other", async () => {
    expect(must(await enter(anOrder()))).toMatchObject({ code: "PH-1", outcome: "CREATED" });
    expect(await orders()).toEqual([
      { code: "PH-1", state: "CREATED", total: 162_000, collect: 162_000, inTime: true },
    ]);
    await expectMoneyTrue(t, tenantId);
  });

  it("gets a number where none is given", async () => {
    const first = must(await enter(anOrder({ code: null })));
    const second = must(await enter(anOrder({ code: null })));
    expect(first.code).toMatch(/^SO-/);
    expect(second.code).not.toBe(first.code);
  });

  it("entered twice is one; with other content it is refused, and nobody else is asked", async () => {
    must(await enter(anOrder()));
    t.clock.advance({ minutes: 7 });
    expect(must(await enter(anOrder()))).toMatchObject({ outcome: "UNCHANGED" });
    expect(await enter(anOrder({ paymentType: "PREPAID" }))).toMatchObject({
      refusal: { code: "SAME_ID_OTHER_CONTENT" },
    });
    expect(await orders()).toHaveLength(1);
    expect(await count("order_exception")).toBe(0);
    expect(await count("intake")).toBe(1);
  });

  it.each([
    ["a SKU that does not exist", () => anOrder({ lines: aLine({ sku: "NOPE" }) }), "SKU_UNKNOWN"],
    [
      "a facility that is not the channel's",
      () => anOrder({ lines: aLine({ facility: "DEL" }) }),
      "FACILITY_NOT_OF_CHANNEL",
    ],
    ["a wrong PIN code", () => anOrder({ shippingAddress: { ...address, pincode: "012345" } }), "PINCODE_INVALID"],
    ["an unknown state", () => anOrder({ shippingAddress: { ...address, state: "Narnia" } }), "STATE_UNKNOWN"],
    [
      "a discount above the price",
      () => anOrder({ shippingCharges: paise(0), lines: aLine({ discount: paise(101) }) }),
      "DISCOUNT_EXCEEDS_PRICE",
    ],
  ])("refuses %s and leaves nothing behind", async (_, order, code) => {
    expect(await enter(order())).toMatchObject({ ok: false, refusal: { code } });
    expect(await count("intake")).toBe(0);
    expect(must(await enter(anOrder())), "put right, it is taken").toMatchObject({ outcome: "CREATED" });
  });

  it("refuses a channel whose marketplace brings its orders, and a facility out of reach", async () => {
    const jupiter = await aChannel(t, tenantId, [facilityId]);
    expect(await enter(anOrder({ channelId: jupiter }))).toMatchObject({ refusal: { code: "CHANNEL_TAKES_NO_FORMS" } });
    expect(await enter(anOrder({ lines: aLine({ facility: "BLR" }) }), { facilities: [] })).toMatchObject({
      refusal: { code: "FACILITY_NOT_OF_CHANNEL" },
    });
  });

  it("waits for the go-live, and is then created by itself", async () => {
    await t.raw("update godown.tenant set live = false, live_at = null where tenant_id = $1", [tenantId]);
    expect(must(await enter(anOrder()))).toMatchObject({ outcome: "RECEIVED", saleOrderId: null });
    await t.raw("update godown.tenant set live = true, live_at = created_at where tenant_id = $1", [tenantId]);
    await retryWaiting(t.ctx(tenantId), null);
    expect(await orders()).toMatchObject([{ code: "PH-1", total: 162_000 }]);
  });
});

describe("orders in a file", () => {
  const TITLES =
    "Channel Code,Order Code,SKU Code,Quantity,Selling Price,Discount,Payment,Shipping Charges,Name,Address Line 1,City,State,PIN Code,Phone";
  const PLACE = "Asha Rao,12 MG Road,Bengaluru,Karnataka,560001,9845012345";
  async function upload(lines: readonly string[]) {
    const { workId } = must(
      await importOrders.start(t.ctx(tenantId), {
        fileName: "orders.csv",
        bytes: Buffer.from([TITLES, ...lines].join("\n")),
        options: {},
      }),
    );
    const { rows } = await runWork(t, tenantId, workId, importOrders.register);
    return rows.map((row) => `${row.row} ${row.outcome}${row.code === null ? "" : ` ${row.code}`}`);
  }

  it("keeps the good half, and repeating it is harmless", async () => {
    const lines = [
      `Phone,PH-1,PEN,2,799,,COD,40,${PLACE}`,
      "Phone,PH-1,PEN,1,10,,,,,,,,,",
      `Phone,PH-2,NOPE,1,10,,COD,,${PLACE}`,
      `Nowhere,PH-3,PEN,1,10,,COD,,${PLACE}`,
      `Phone,PH-4,PEN,0,10,,COD,,${PLACE}`,
      `Phone,PH-5,PEN,1,10,,PREPAID,,${PLACE}`,
    ];
    const expected = [
      "2 DONE",
      "4 FAILED SKU_UNKNOWN",
      "5 FAILED CHANNEL_TAKES_NO_FORMS",
      "6 FAILED ORDER_LINE_INVALID",
      "7 DONE",
    ];
    expect(await upload(lines)).toEqual(expected);
    expect((await orders()).length).toBe(2);
    expect(await upload(lines)).toEqual(expected.map((line) => line.replace("DONE", "UNCHANGED")));
    expect(await upload([...lines.slice(0, 2), `Phone,PH-2,PEN,1,10,,COD,,${PLACE}`])).toEqual([
      "2 UNCHANGED",
      "4 DONE",
    ]);
    expect(await upload([`Phone,PH-1,PEN,9,799,,COD,40,${PLACE}`])).toEqual(["2 FAILED SAME_ID_OTHER_CONTENT"]);
    expect((await orders()).length).toBe(3);
    await expectMoneyTrue(t, tenantId);
  });
});
