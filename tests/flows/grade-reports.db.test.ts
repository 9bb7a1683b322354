import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { repeatNotice } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { must, type SaleOrderId } from "../../src/kernel/index.ts";
import {
  type Grade,
  gradePutaway,
  onPutawayGraded,
  type PutawayId,
  type PutawayItemId,
} from "../../src/putaway/index.ts";
import { reportGrades } from "../../src/returns/index.ts";
import { receiveAtDesk } from "../../src/returns/receive-at-desk.ts";
import { type AskedSource, anAskedSource } from "../support/asked-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { parcelRow } from "../support/hand-over-builders.ts";
import { announced, gone, unitsIn } from "../support/return-builders.ts";
import { aShop, type Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let source: AskedSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  source = await anAskedSource("GRADES", { grades: true, rules: { invoiceBy: "us", labelBy: "us" } });
  onPutawayGraded(reportGrades);
});
afterAll(async () => {
  await source.close();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source.calls.length = 0;
  source.answers({ reportGrade: () => ({ body: { status: "SUCCESS" } }) });
  shop = await aShop(t, { stock: 20, source: source.id });
});

const ctx = () => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]) });

/** A parcel of units that came back and was looked at, with a grade for each unit (null: not graded yet). */
async function received(...grades: (Grade | null)[]): Promise<PutawayId> {
  const parcel = await gone(t, shop, { quantity: grades.length });
  await announced(t, shop, { channelReturnId: "R-1" });
  const units = (await unitsIn(t, shop.tenantId, parcel)).map(({ id }, i) => ({
    ...{ unitId: id, grade: grades[i] ?? null, missing: false },
  }));
  const held = { code: (await parcelRow(t, shop.tenantId, parcel)).code };
  const input = { held, facilityId: shop.facilityId, units, grade: null, unannounced: false, putawayId: null };
  const desk = must(await receiveAtDesk(ctx(), input));
  if (!desk.putaway) throw new Error("goods lie on a list");
  return desk.putaway.putawayId;
}

const notices = () =>
  t.raw<{
    id: string;
    state: string;
    lines: { quantity: number; grade: string }[];
    case: boolean;
    message: string | null;
  }>(
    `select channel_notice_id as id, state, payload -> 'lines' as lines, return_case_id is not null as case, last_message as message
     from godown.channel_notice where tenant_id = $1 and kind = 'GRADE' order by seq`,
    [shop.tenantId],
  );
const said = async () =>
  (await notices()).map(({ state, lines }) => `${state}: ${lines.map((l) => `${l.quantity} ${l.grade}`).join(", ")}`);
const told = () =>
  source.calls
    .filter((call) => call.operation === "reportGrade")
    .map(({ body }) =>
      (body.lines as { quantity: number; grade: string }[]).map((l) => `${l.quantity} ${l.grade}`).join(", "),
    );
async function send(): Promise<unknown> {
  const [order] = await t.raw<{ id: SaleOrderId }>(
    "select sale_order_id as id from godown.sale_order where tenant_id = $1",
    [shop.tenantId],
  );
  if (!order) throw new Error("there is an order");
  return sendNotices(ctx(), { channelId: shop.channelId, saleOrderId: order.id });
}
async function grade(putawayId: PutawayId, unit: number, to: Grade): Promise<void> {
  const items = await t.raw<{ id: string }>(
    `select w.putaway_item_id as id from godown.putaway_item w join godown.sale_order_item u using (tenant_id, sale_order_item_id)
     where w.putaway_id = $1 order by u.unit_no`,
    [putawayId],
  );
  must(
    await gradePutaway(ctx(), { putawayId, gradings: [{ itemIds: [items[unit]?.id as PutawayItemId], grade: to }] }),
  );
}

describe("the grades of what came back", () => {
  it("are told once, in one report a parcel, with the channel's own id of the return", async () => {
    await received("good", "good", "bad");
    expect(await said()).toEqual(["PENDING: 2 good, 1 bad"]);
    expect(await send()).toBe("done");
    expect(await said()).toEqual(["SENT: 2 good, 1 bad"]);
    expect(source.calls.find((call) => call.operation === "reportGrade")?.body).toMatchObject({
      ...{ channelOrderId: "JM-1", kind: "RTO", channelReturnId: "R-1" },
      lines: [
        { channelOrderItemId: "JM-1-L1", quantity: 2, grade: "good" },
        { channelOrderItemId: "JM-1-L1", quantity: 1, grade: "bad" },
      ],
    });
    await send();
    expect(told()).toHaveLength(1);
    expect((await notices())[0]?.case).toBe(true);
  });

  it("join the report that waits, and are told again when one of them changes", async () => {
    const list = await received("good", null);
    await grade(list, 1, "bad");
    expect(await said()).toEqual(["PENDING: 1 good, 1 bad"]);
    await send();
    await grade(list, 1, "bad");
    expect(await said()).toEqual(["SENT: 1 good, 1 bad"]);
    await grade(list, 1, "good");
    expect(await said()).toEqual(["SENT: 1 good, 1 bad", "PENDING: 2 good"]);
    await send();
    expect(told()).toEqual(["1 good, 1 bad", "2 good"]);
  });

  it("are told in their order when the channel was away: the last one told is the last one said", async () => {
    source.answers({ reportGrade: () => ({ status: 503, body: { message: "away" } }) });
    const list = await received("good", "good");
    expect(await send()).toEqual({ retry: expect.any(String) });
    await grade(list, 0, "bad");
    source.answers({ reportGrade: () => ({ body: { status: "SUCCESS" } }) });
    source.calls.length = 0;
    expect(await send()).toBe("done");
    expect(told().at(-1)).toBe("1 good, 1 bad");
    expect((await notices()).every((notice) => notice.state === "SENT")).toBe(true);
  });

  it("that the channel refuses wait with its words, and are repeated by a person", async () => {
    source.answers({ reportGrade: () => ({ body: { status: "FAILED", refused: "grade window is over" } }) });
    await received("bad");
    await send();
    const [notice] = await notices();
    expect(notice).toMatchObject({ state: "REFUSED" });
    source.answers({ reportGrade: () => ({ body: { status: "SUCCESS" } }) });
    must(await repeatNotice(ctx(), notice?.id as never));
    await send();
    expect(await said()).toEqual(["SENT: 1 bad"]);
  });
});
