import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../../tests/support/hand-over-builders.ts";
import { aServer } from "../../tests/support/identity-builders.ts";
import { expectMoneyTrue, expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder, type PushOrder, rawOrder } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { type IssuedPushCredential, issuePushCredential } from "../channels/index.ts";
import { addParcels, closeManifest } from "../fulfilment/index.ts";
import { must } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { marketplaceRoutes } from "./index.ts";
import { OrderQueue } from "./order-queue.ts";

const CALLS = {
  "/uc/v1/order": operation("marketplace-inbound", "pushOrder"),
  "/uc/v1/order/cancel": operation("marketplace-inbound", "pushCancellation"),
  "/uc/v1/returns": operation("marketplace-inbound", "pushReturn"),
  "/uc/v1/awbStatusTracking": operation("marketplace-inbound", "pushDelivered"),
};

let t: TestDatabase;
let server: FastifyInstance;
let shop: Shop;
let credential: IssuedPushCredential;
let merchantid: string;
beforeAll(async () => {
  t = await testDatabase();
  server = await aServer(t, { protocolRoutes: marketplaceRoutes() });
});
afterAll(async () => {
  await server.close();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 50 });
  credential = must(
    await t.db.transaction(shop.tenantId, (tx) => issuePushCredential(tx, t.ctx(shop.tenantId), "JUPITER_MONEY")),
  );
  merchantid =
    (
      await t.raw<{ username: string }>(
        "select fields ->> 'username' as username from godown.channel where channel_id = $1",
        [shop.channelId],
      )
    )[0]?.username ?? "";
});

const keys = () => ({ clientid: credential.clientid, merchantid, securitykey: credential.securitykey });

/** Calls as a marketplace does; the answer must be one that the contract describes. */
async function call(path: keyof typeof CALLS, payload: unknown, headers: Record<string, string> = keys()) {
  const answer = await server.inject({
    method: "POST",
    url: path,
    headers: { "content-type": "application/json", ...headers },
    payload: typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  });
  const contract = CALLS[path];
  expect(contract.describes(answer.statusCode), `the contract knows ${answer.statusCode} of ${path}`).toBe(true);
  expect(contract.response(answer.statusCode, answer.json())).toMatchObject({ ok: true });
  const { status, message } = answer.json<{ status: string; message: string }>();
  return { code: answer.statusCode, status, message };
}
const push = (body: unknown) => call("/uc/v1/order", body);
const order = (id: string, over: Partial<PushOrder> = {}, quantity = 1) =>
  aPushOrder([{ productId: shop.productId, quantity }], { id, ...over });
const orders = async () =>
  (
    await t.raw<{ code: string }>("select code from godown.sale_order where tenant_id = $1 order by code", [
      shop.tenantId,
    ])
  ).map((o) => o.code);
const intake = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ kind: string; state: string; code: string | null }>`
      select kind, state, code from godown.intake where tenant_id = ${shop.tenantId} order by intake_id`),
  );
async function gone(id: string): Promise<string> {
  const parcels = await readyParcels(t, shop, [order(id)]);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: parcels }));
  must(await closeManifest(t.ctx(shop.tenantId), manifestId));
  return (
    (
      await t.raw<{ awb: string }>(
        "select awb from godown.shipping_package where tenant_id = $1 and shipping_package_id = $2",
        [shop.tenantId, parcels[0]],
      )
    )[0]?.awb ?? ""
  );
}

describe("who calls", () => {
  it("is not known without the three headers, or with a wrong one", async () => {
    for (const missing of ["clientid", "merchantid", "securitykey"]) {
      const { [missing]: _, ...rest } = keys() as Record<string, string>;
      expect(await call("/uc/v1/order", order("JM-1"), rest)).toMatchObject({ code: 401, status: "failure" });
    }
    for (const [name, value] of [
      ["clientid", "x"],
      ["merchantid", "nobody"],
      ["securitykey", "x"],
    ] as const)
      expect(await call("/uc/v1/order", order("JM-1"), { ...keys(), [name]: value })).toMatchObject({
        code: 401,
        status: "failure",
      });
    expect(await intake(), "nothing is written for a caller who is not known").toEqual([]);
  });

  it("reaches its own tenant alone", async () => {
    const mine = { shop, keys: keys() };
    shop = await aShop(t);
    expect(
      await call("/uc/v1/order/cancel", { saleOrderCode: "JM-1", cancellationReason: "x" }, mine.keys),
    ).toMatchObject({ status: "failure" });
    expect(await call("/uc/v1/order", order("JM-1"), { ...mine.keys, merchantid: "someone-else" })).toMatchObject({
      code: 401,
    });
    expect(await orders()).toEqual([]);
  });
});

describe("POST /uc/v1/order", () => {
  it("is answered after commit: success, again success, other content failure", async () => {
    expect(await push(order("JM-1"))).toMatchObject({
      code: 200,
      status: "success",
      message: "Order created successfully",
    });
    expect(await orders()).toEqual(["JM-1"]);
    expect(await push(order("JM-1"))).toMatchObject({ code: 200, status: "success" });
    expect(await push(order("JM-1", {}, 2))).toMatchObject({ code: 200, status: "failure" });
    expect(await orders()).toEqual(["JM-1"]);
  });

  it("takes the same order serialised in another order of members as the same", async () => {
    await push(order("JM-1"));
    const { id, ...rest } = order("JM-1");
    expect(await push(JSON.stringify({ ...rest, id }, null, 2))).toMatchObject({ status: "success" });
    expect((await intake()).map((i) => i.state)).toEqual(["CREATED", "DUPLICATE"]);
  });

  it("succeeds while it waits for a mapping, and says for what", async () => {
    const answer = await push(aPushOrder([{ productId: "NEVER-SEEN" }], { id: "JM-1" }));
    expect(answer).toMatchObject({ status: "success" });
    expect(answer.message).toContain("NEVER-SEEN");
    expect(await intake()).toEqual([{ kind: "ORDER", state: "FAILED", code: "LISTING_NOT_MAPPED" }]);
  });

  it("fails what the source forbids, with the rule", async () => {
    const answer = await push(order("JM-1", { thirdPartyShipping: true }));
    expect(answer).toMatchObject({ code: 200, status: "failure" });
    expect(answer.message).toContain("thirdPartyShipping");
  });

  it("is 400 for what is not understood, which is kept where it names an order", async () => {
    const { sla: _, ...withoutSla } = order("JM-1");
    expect(await push(withoutSla)).toMatchObject({ code: 400, status: "failure" });
    expect(await intake()).toEqual([{ kind: "ORDER", state: "IGNORED", code: "ORDER_MALFORMED" }]);
    for (const bad of ["", "{", "[]", "null", '"order"', '{"id":', Buffer.from([0x7b, 0xff, 0x7d])])
      expect(await push(bad), JSON.stringify(String(bad))).toMatchObject({ code: 400, status: "failure" });
    for (const over of [
      { id: "" },
      { id: " ".repeat(3) },
      { id: "x".repeat(101) },
      { orderItems: [] },
      { orderDate: 5 },
      { paymentType: "BARTER" },
      { displayOrderNumber: `A${String.fromCharCode(0)}B` }, // the database cannot hold it
      { displayOrderNumber: `A${String.fromCharCode(0xd800)}B` }, // half a character
    ])
      expect(await push({ ...order("JM-2"), ...over }), JSON.stringify(over)).toMatchObject({ code: 400 });
    expect(await orders()).toEqual([]);
  });

  it("fails amounts and times that cannot be, and takes them once corrected", async () => {
    const wrong = order("JM-1", {}, 1);
    expect(await push({ ...wrong, orderDate: "2026-02-30 10:00:00" })).toMatchObject({ status: "failure" });
    expect(
      await push({
        ...wrong,
        orderItems: wrong.orderItems.map((item) => ({ ...item, orderItemPrice: { sellingPrice: 1.005 } })),
      }),
    ).toMatchObject({ status: "failure" });
    expect(await push(wrong)).toMatchObject({ status: "success" });
    expect(await orders()).toEqual(["JM-1"]);
  });

  it("shares commits among pushes that wait together, each answered for itself", async () => {
    const bodies = Array.from({ length: 60 }, (_, i) =>
      i % 10 === 3 ? order(`JM-${i}`, { thirdPartyShipping: true }) : i % 10 === 7 ? order("JM-0") : order(`JM-${i}`),
    );
    const answers = await Promise.all(bodies.map(push));
    expect(answers.filter((a) => a.status === "failure")).toHaveLength(6);
    expect(await orders()).toHaveLength(48);
    await expectMoneyTrue(t, shop.tenantId);
  });
});

describe("a poisoned order", () => {
  it("falls out alone, and the others of its commit are durable", async () => {
    const queue = new OrderQueue(t.services);
    const raws = Array.from({ length: 12 }, (_, i) =>
      rawOrder(shop.channelId, order(`JM-${String(i).padStart(2, "0")}`)),
    );
    // PostgreSQL cannot hold U+0000 in jsonb: the statement that writes all of them fails.
    const poisoned = raws.map((raw, i) =>
      i === 5 ? { ...raw, raw: { note: "\\u0000".replace("\\u0000", String.fromCharCode(0)) } } : raw,
    );
    const outcomes = await Promise.allSettled(poisoned.map((raw) => queue.submit(shop.tenantId, raw)));
    expect(outcomes.map((o) => o.status)).toEqual(
      Array.from({ length: 12 }, (_, i) => (i === 5 ? "rejected" : "fulfilled")),
    );
    expect(await orders()).toHaveLength(11);
    await expectMoneyTrue(t, shop.tenantId);
  });

  it("leaves room for others when too many wait", async () => {
    const queue = new OrderQueue(t.services);
    const raw = rawOrder(shop.channelId, order("JM-1"));
    const submitted = Array.from({ length: 4_001 }, () =>
      queue.submit(shop.tenantId, { ...raw, intakeId: rawOrder(shop.channelId, order("JM-1")).intakeId }),
    );
    expect(submitted.filter((s) => s === null)).toHaveLength(1);
    await Promise.all(submitted);
    expect(await orders()).toEqual(["JM-1"]);
  });
});

describe("what happens to an order on their side", () => {
  it("a cancellation that nobody asked for here is refused with the rule's words, and held", async () => {
    await push(order("JM-1", {}, 2));
    const word = {
      saleOrderCode: "JM-1",
      cancellationReason: "changed mind",
      cancelledSkuCodes: [{ productId: shop.productId, variantId: "V1", quantity: 1 }],
    };
    const first = await call("/uc/v1/order/cancel", word);
    expect(first).toMatchObject({ code: 200, status: "failure" });
    expect(first.message).toContain("Jupiter Money does not allow customer or channel-side cancellations.");
    expect(await call("/uc/v1/order/cancel", word)).toMatchObject({ status: "failure" });
    expect((await unitsOf(t, shop.tenantId)).filter((u) => u.onHold)).toHaveLength(1);
    expect((await intake()).map((i) => `${i.kind} ${i.state}`)).toEqual([
      "ORDER CREATED",
      "CANCEL CREATED",
      "CANCEL CREATED",
    ]);
    const [log] = await t.raw<{ code: string; message: string }>(
      `select o.code, i.message from godown.intake i join godown.sale_order o using (tenant_id, sale_order_id)
       where i.tenant_id = $1 and i.kind = 'CANCEL' order by i.intake_id`,
      [shop.tenantId],
    );
    expect(log, "the log names the order, and what we answered").toEqual({ code: "JM-1", message: first.message });
  });

  it("a cancellation that names a product twice means as many units, each once", async () => {
    await push(order("JM-1", {}, 3));
    const piece = { productId: shop.productId, variantId: "V1", quantity: 1 };
    const word = { saleOrderCode: "JM-1", cancellationReason: "changed mind", cancelledSkuCodes: [piece, piece] };
    expect(await call("/uc/v1/order/cancel", word)).toMatchObject({ status: "failure" });
    const held = async () => (await unitsOf(t, shop.tenantId)).filter((u) => u.onHold);
    expect(await held()).toHaveLength(2);
    expect(await call("/uc/v1/order/cancel", word)).toMatchObject({ status: "failure" });
    expect(await held(), "said again it means the same two").toHaveLength(2);
  });

  it("of an order that is not here is a failure that is kept", async () => {
    expect(await call("/uc/v1/order/cancel", { saleOrderCode: "JM-9", cancellationReason: "x" })).toMatchObject({
      code: 200,
      status: "failure",
    });
    expect(await intake()).toEqual([{ kind: "CANCEL", state: "FAILED", code: "ORDER_NOT_FOUND" }]);
    expect(await call("/uc/v1/order/cancel", { cancellationReason: "x" })).toMatchObject({ code: 400 });
  });

  it("a delivery is taken once", async () => {
    const awb = await gone("JM-1");
    const word = {
      providerCode: "",
      trackingNumber: awb,
      trackingStatus: "DELIVERED_SHIPMENT_DELIVERED",
      statusDate: "2026-11-22 14:05:00",
    };
    expect(await call("/uc/v1/awbStatusTracking", word)).toMatchObject({
      code: 200,
      status: "success",
      message: "Tracking Status updated successfully",
    });
    expect(await call("/uc/v1/awbStatusTracking", word)).toMatchObject({ status: "success" });
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["DELIVERED"]);
    const [{ at } = { at: "" }] = await t.raw<{ at: string }>(
      "select to_char(delivered_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from godown.shipping_package where tenant_id = $1",
      [shop.tenantId],
    );
    expect(at, "14:05 in India").toBe("2026-11-22 08:35");
    expect(await call("/uc/v1/awbStatusTracking", { ...word, trackingNumber: "NOBODY" })).toMatchObject({
      status: "failure",
    });
    expect(await call("/uc/v1/awbStatusTracking", { ...word, statusDate: "2026-13-40 14:05:00" })).toMatchObject({
      code: 400,
    });
    await expectStockTrue(t, shop.tenantId);
  });

  it("a return is taken once, in the protocol's words", async () => {
    await gone("JM-1");
    const word = {
      type: "COURIER_RETURN",
      saleOrderCode: "JM-1",
      orderItems: [{ channelProductId: `${shop.productId}-V1`, quantity: 1 }],
      reason: "nobody at home",
      trackingNumber: "",
      shippingProviderCode: "",
      returnID: "RET-1",
      status: "CREATED",
    };
    expect(await call("/uc/v1/returns", word)).toMatchObject({ code: 200, status: "success" });
    expect(await call("/uc/v1/returns", word)).toMatchObject({ status: "success" });
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["RETURN_EXPECTED"]);
    expect(
      await t.raw("select kind, channel_return_id from godown.return_case where tenant_id = $1", [shop.tenantId]),
    ).toEqual([{ kind: "RTO", channel_return_id: "RET-1" }]);
    await expectStockTrue(t, shop.tenantId);
  });
});
