import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate } from "../../../tests/support/fulfilment-builders.ts";
import { aServer, aTenantWithAdmin, aUserWithRole, TestBrowser } from "../../../tests/support/identity-builders.ts";
import { aSource } from "../../../tests/support/order-builders.ts";
import { anOrder, aPanelShop, aPanelSource, type PanelShop, statesIn } from "../../../tests/support/panel-scene.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import { changeOrder, orderActionRoutes, releaseHeld } from "../../fulfilment/index.ts";
import { must, ok, type Refusal, type SaleOrderId } from "../../kernel/index.ts";
import { settleAcceptance } from "../../orders/index.ts";
import { explain } from "../../platform/refusals.ts";
import type { HeardStatus, OrderHeard } from "../adopt-seam.ts";
import { adoption } from "./index.ts";

aPanelSource();
aSource("TEST_UNHOLD_NEVER", { channelCancel: "never" });

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));

const ctx = () => t.ctx(shop.tenantId);
const states = () => statesIn(t, shop);
async function begin(over: Parameters<typeof aPanelShop>[1] = {}, onPanel: "ASK" | "ADOPT" = "ASK"): Promise<void> {
  shop = await aPanelShop(t, over);
  await t.raw("update godown.channel set dispatched_on_panel = $2 where tenant_id = $1", [shop.tenantId, onPanel]);
}
async function order(id: string, lines: number): Promise<SaleOrderId> {
  await anOrder(
    t,
    shop,
    id,
    Array.from({ length: lines }, () => ({ productId: shop.productId })),
  );
  await allocate(t, shop.tenantId, shop.facilityId);
  const [row] = await t.raw<{ id: SaleOrderId }>(
    "select sale_order_id as id from godown.sale_order where tenant_id = $1 and code = $2",
    [shop.tenantId, id],
  );
  if (!row) throw new Error("the order is here");
  return row.id;
}
const heard = (id: string, status: HeardStatus, line: number): OrderHeard => ({
  ...{ channelId: shop.channelId, channelOrderId: id, parcels: [] },
  lines: [{ channelOrderItemId: `${id}-L${line}`, status, raw: status, quantity: null, changedAt: null }],
});
const change = (id: SaleOrderId, action: "hold" | "unhold") =>
  t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), id, { action, reason: "address doubtful" }));
async function left(id: string, line: number): Promise<void> {
  must(await t.db.transaction(shop.tenantId, (tx) => adoption.adoptLeft(tx, ctx(), heard(id, "DISPATCHED", line))));
}
/** The word is tried, and its units are held. Gives what it waits for. */
async function holdAgain(id: string, line: number): Promise<Refusal> {
  const word = heard(id, "DISPATCHED", line);
  const done = await t.db.transaction(shop.tenantId, (tx) => adoption.adoptLeft(tx, ctx(), word));
  if (done.ok) throw new Error("the word waits");
  await t.db.transaction(shop.tenantId, async (tx) => {
    await adoption.holdWaiting(tx, ctx(), word, done.refusal);
    return ok();
  });
  return done.refusal;
}
/** The word stands in the journal, and its units are held. */
async function waits(id: string, line: number): Promise<void> {
  const refusal = await holdAgain(id, line);
  await t.raw(
    `insert into godown.channel_word (tenant_id, channel_word_id, channel_id, channel_order_id, channel_order_item_id, status, raw, word, via, changed_after, heard_at, outcome, code, next_attempt_at)
     values ($1, gen_random_uuid(), $2, $3, $4, 'DISPATCHED', 'DISPATCHED', '{}', 'FEED', now(), now(), 'WAITING', $5, now())`,
    [shop.tenantId, shop.channelId, id, `${id}-L${line}`, refusal.code],
  );
}

describe("taking an order off hold", () => {
  it("leaves what an open question about a dispatch on the panel holds, and says which and where", async () => {
    await begin();
    const id = await order("A", 1);
    await left("A", 1);
    const refused = await change(id, "unhold");
    if (refused.ok) throw new Error("it is refused");
    expect(refused.refusal.code).toBe("HELD_IN_DOUBT");
    expect(explain(refused.refusal).message).toBe(
      "What is on hold of order A waits for a decision under Orders > Exceptions: The channel says that A-1 of A left (DISPATCHED), but they are still here. They are on hold.",
    );
    expect(await states()).toEqual(["FULFILLABLE held"]);
  });

  it("leaves what the channel cancelled where its source knows no such cancellation", async () => {
    await begin({ source: "TEST_UNHOLD_NEVER" });
    const id = await order("A", 1);
    const word = heard("A", "CANCELLED", 1);
    must(await t.db.transaction(shop.tenantId, (tx) => adoption.adoptCancelled(tx, ctx(), word)));
    expect(await change(id, "unhold")).toMatchObject({ ok: false, refusal: { code: "HELD_IN_DOUBT" } });
    expect(await states()).toEqual(["FULFILLABLE held"]);
  });

  it("lifts a person's hold, and says what stays of it in doubt", async () => {
    await begin();
    const id = await order("A", 2);
    await left("A", 1);
    must(await change(id, "hold"));
    expect(must(await change(id, "unhold"))).toMatchObject({ stays: { code: "HELD_IN_DOUBT", facts: { order: "A" } } });
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE"]);
    const held = await t.raw("select 1 from godown.sale_order where tenant_id = $1 and on_hold", [shop.tenantId]);
    expect(held).toEqual([]);
    must(await change(id, "hold"));
    await t.raw("update godown.order_exception set state = 'RESOLVED', resolved_at = now() where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(must(await change(id, "unhold"))).toEqual({ stays: null });
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE"]);
  });

  it("leaves what a waiting word says has left; so does the answer to a question about another line", async () => {
    await begin({ series: null }, "ADOPT");
    const id = await order("A", 2);
    await waits("A", 1);
    await holdAgain("A", 1);
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE"]);
    const told = await t.raw<{ facts: object }>(
      "select facts from godown.order_event where sale_order_id = $1 and kind = 'CHANNEL_WORD_WAITS'",
      [id],
    );
    expect(told).toEqual([
      {
        facts: { units: ["A-1"], statuses: ["DISPATCHED"], reason: expect.stringContaining("No SALE_INVOICE series") },
      },
    ]);
    expect(await change(id, "unhold")).toMatchObject({
      ok: false,
      refusal: { code: "HELD_BY_WORD", facts: { units: ["A-1"], statuses: ["DISPATCHED"] } },
    });
    await t.db.transaction(shop.tenantId, (tx) => releaseHeld(tx, id, { lines: null, settled: null }));
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE"]);
    await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "P-" });
    await left("A", 1);
    expect(await states()).toEqual(["DISPATCHED", "FULFILLABLE"]);
  });

  it("leaves an order whose acceptance the channel refused", async () => {
    await begin();
    const id = await order("A", 1);
    await t.db.transaction(shop.tenantId, async (tx) => {
      const { channelId } = shop;
      await settleAcceptance(tx, ctx(), { saleOrderId: id, channelId, accepted: false, message: "too late" });
      return ok();
    });
    expect(await change(id, "unhold")).toMatchObject({ ok: false, refusal: { code: "HELD_IN_DOUBT" } });
    const [doubt] = await t.raw<{ id: string }>(
      "select order_exception_id as id from godown.order_exception where tenant_id = $1",
      [shop.tenantId],
    );
    const answered = await t.db.transaction(shop.tenantId, (tx) =>
      changeOrder(tx, ctx(), id, { action: "unhold", settles: doubt?.id ?? "" }),
    );
    expect(must(answered)).toEqual({ stays: null });
  });
});

describe("many orders at once", () => {
  it("are each judged alone, and the answer has the words", async () => {
    const server = await aServer(t, { routes: orderActionRoutes });
    const { tenantId } = await aTenantWithAdmin(t);
    await begin({ tenantId });
    const [plain, doubtful, part] = [await order("A", 1), await order("B", 1), await order("C", 2)];
    await left("B", 1);
    await left("C", 1);
    for (const id of [plain, part]) must(await change(id, "hold"));
    const person = new TestBrowser(server);
    await person.logIn((await aUserWithRole(t, tenantId, "ORDER_DESK", "all")).username);
    const answer = await person.call("POST", "/orders/unhold", { ids: [plain, doubtful, part] });
    const asked = expect.stringMatching(/waits for a decision under Orders > Exceptions/);
    expect(answer.json()).toEqual([
      { id: plain, ok: true, code: null, message: null },
      { id: doubtful, ok: false, code: "HELD_IN_DOUBT", message: asked },
      { id: part, ok: true, code: null, message: asked },
    ]);
    await server.close();
  });
});
