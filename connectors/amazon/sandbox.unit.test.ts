import { describe, expect, it } from "vitest";
import { isJson } from "../../contract/compile.ts";
import { type OperationId, operation } from "../../contract/validators.ts";
import { judge } from "../kit/http.ts";
import { type Call, fail, type OutRequest } from "../kit/index.ts";
import { AMAZON_CONTRACT } from "./contract/index.ts";
import { amazon } from "./index.ts";
import { slotsRequest } from "./map/easy-ship.ts";
import { fitsSchema } from "./map/fits.ts";
import { readListing } from "./map/listings.ts";
import { MARKETPLACE } from "./map/market.ts";
import { readOrder } from "./map/order.ts";
import { toReported } from "./map/statuses.ts";
import { readFeed } from "./operations/feeds.ts";
import { findPackage } from "./operations/fulfilment.ts";
import { findOrder } from "./operations/orders.ts";
import { readReport, recentReports } from "./operations/reports.ts";
import { explain, fitting, type Name, send } from "./operations/send.ts";
import { type StaticPair, staticAnswer, staticPairs } from "./simulator/static-sandbox.ts";

const PAIRS = staticPairs();
const isName = (id: string): id is Name => operationNames.has(id);
const operationNames = new Set<string>(PAIRS.map((pair) => pair.operation));
const good = PAIRS.filter(({ status }) => status < 300);
const bad = PAIRS.filter(({ status }) => status >= 400);

/** Amazon's static sandbox behind a call; what was sent is kept. */
function sandboxCall(): { readonly call: Call; readonly sent: OutRequest[] } {
  const sent: OutRequest[] = [];
  const memory = new Map([["token", `${Number.MAX_SAFE_INTEGER} Atza|sandbox`]]);
  const call: Call = {
    fields: { sellerId: "SellerId", clientId: "id", clientSecret: "secret", refreshToken: "Atzr|sandbox" },
    settings: {},
    now: Temporal.Instant.from("2026-11-20T04:30:00Z"),
    send: async (out) => {
      sent.push(out);
      const parameters = { ...out.query, ...pathParameters(out), body: out.body };
      const { status, body } = staticAnswer(PAIRS, { operation: out.operation, parameters: lists(parameters) });
      const bytes = Buffer.from(status === 204 ? "" : JSON.stringify(body));
      return judge(out, { status, headers: {}, json: body, isJson: status !== 204, bytes });
    },
    path: (_, otherwise) => otherwise,
    isOwn: () => false,
    once: (_, make) => make(),
    memory: { get: (k) => memory.get(k), set: (k, v) => void memory.set(k, v), drop: (k) => void memory.delete(k) },
  };
  return { call, sent };
}

/** Lists of a query are written with commas; the documented parameters have them as lists. */
function lists(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const named = new Set(["marketplaceIds", "includedData", "identifiers", "reportTypes", "processingStatuses"]);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      named.has(name) && typeof value === "string" ? value.split(",") : value,
    ]),
  );
}

function pathParameters(out: OutRequest): Readonly<Record<string, string>> {
  const template = isName(out.operation) ? operation(AMAZON_CONTRACT, out.operation).path : "";
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
  const values = pattern.exec(out.path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(values[i] ?? "")]));
}

/** The documented request, in the parts that our requests have. */
function requestOf({ operation: id, parameters }: StaticPair) {
  const found = operation(AMAZON_CONTRACT, asName(id));
  const { body, ...others } = parameters;
  const inPath = (name: string) => found.path.includes(`{${name}}`);
  const given = Object.entries(others);
  const needed = [...found.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, `any-${name}`] as const);
  return {
    path: { ...Object.fromEntries(needed), ...Object.fromEntries(given.filter(([name]) => inPath(name))) },
    query: { ...neededQuery(id), ...Object.fromEntries(given.filter(([name]) => !inPath(name))) },
    body: body ?? neededBody(id),
  };
}

function asName(id: string): OperationId<"amazon"> {
  if (!isName(id)) throw new Error(`the contract has the operation ${id}`);
  return id;
}

/** Pairs that take anything leave out what the model demands. */
function neededQuery(id: string): Readonly<Record<string, unknown>> {
  return /Listings|Participations/.test(id) && id.includes("Listings") ? { marketplaceIds: ["ATVPDKIKX0DER"] } : {};
}

function neededBody(id: string): unknown {
  return id === "patchListingsItem"
    ? { productType: "PRODUCT", patches: [{ op: "merge", path: "/attributes/x" }] }
    : undefined;
}

describe("Amazon's static sandbox", () => {
  it("has pairs of every operation that a model gives any of", () => {
    expect(PAIRS.length).toBeGreaterThan(45);
    expect(operationNames.size).toBe(19);
  });

  it.each(good.map((pair, i) => [pair.operation, i, pair] as const))(
    "takes the documented request of %s (%i) as we build it, and we read its answer",
    async (id, _, pair) => {
      const { call, sent } = sandboxCall();
      const { path, query, body } = requestOf(pair);
      const asked: unknown = {
        id,
        path,
        query,
        ...(body === undefined ? {} : { body }),
        idempotent: true,
        expects: "file",
      };
      const answered = await send(call, asked as Parameters<typeof send>[1]); // documented parameters are of the model's types
      expect(answered).toMatchObject({ ok: true });
      expect(sent).toHaveLength(1);
      if (!answered.ok || pair.status === 204) return;
      // Amazon's own examples of Easy Ship write words otherwise than its model (Cm, Pickup): words may be any text to us.
      expect(fitting({ id: asName(id), idempotent: true }, answered.value, pair.status)).toMatchObject({ ok: true });
    },
  );

  it.each(bad.map((pair, i) => [pair.operation, i, pair] as const))(
    "its refusal of %s (%i) becomes a failure with Amazon's code and words",
    (_, __, { status, response }) => {
      const out = { operation: "x", method: "GET", path: "/", idempotent: true, explain } as const;
      const bytes = Buffer.from(JSON.stringify(response));
      const outcome = judge(out, { status, headers: {}, json: response, isJson: true, bytes });
      const [error] = isJson(response) && Array.isArray(response.errors) ? response.errors : [];
      expect(outcome).toMatchObject({ ok: false, failure: { kind: "refused", channelCode: error.code } });
      if (!outcome.ok) expect(outcome.failure.channelMessage).toContain(error.message);
    },
  );

  it("answers 400 to what it does not know", async () => {
    const { call } = sandboxCall();
    expect(await findOrder(call, "no-such-order")).toMatchObject({
      ok: false,
      failure: { kind: "refused", status: 400 },
    });
  });
});

describe("what the sandbox documents, read by our maps", () => {
  const orders = good.flatMap(({ operation: id, response }) => {
    const found = isJson(response) ? (id === "getOrder" ? [response.order] : response.orders) : [];
    return id === "getOrder" || id === "searchOrders" ? (Array.isArray(found) ? found : []) : [];
  });

  it("has orders of many countries, each read whole once it is one of ours", () => {
    expect(orders.length).toBeGreaterThanOrEqual(6);
    for (const order of orders) {
      const fits = fitsSchema("Order", order);
      expect(fits).toMatchObject({ ok: true });
      if (!fits.ok) continue;
      const ours = {
        ...fits.value,
        salesChannel: { ...fits.value.salesChannel, marketplaceId: MARKETPLACE },
        fulfillment: { fulfillmentStatus: "UNSHIPPED", ...fits.value.fulfillment, fulfilledBy: "MERCHANT" },
      };
      const read = readOrder(ours);
      expect(read, fits.value.orderId).toMatchObject({ ok: true, value: { channelOrderId: fits.value.orderId } });
      if (read.ok) expect(read.value.lines).toHaveLength(fits.value.orderItems.length);
      expect(toReported(fits.value).lines.length).toBeGreaterThanOrEqual(fits.value.orderItems.length);
    }
  });

  it("says of an order of another marketplace or of FBA why it is not taken", () => {
    for (const order of orders)
      expect(readOrder(order)).toMatchObject({ ok: false, faults: [{ code: "ORDER_MALFORMED" }] });
  });

  it("has listings", () => {
    const items = good
      .filter(({ operation: id }) => id === "searchListingsItems" || id === "getListingsItem")
      .flatMap(({ response }) => (isJson(response) && Array.isArray(response.items) ? response.items : [response]));
    expect(items.length).toBeGreaterThanOrEqual(2);
    for (const item of items) expect(readListing(item)).toMatchObject({ ok: true });
  });
});

describe("our operations against the static sandbox", () => {
  it("tells a figure, and reads a refused SKU as a line", async () => {
    const { call } = sandboxCall();
    const line = (sku: string) => ({
      ...{
        channelProductId: sku,
        productId: "B071VG5N9D",
        variantId: sku,
        quantity: 7,
        hsn: null,
        channelWarehouse: null,
      },
    });
    const told = await amazon.operations.pushInventory?.(call, [line("GM-ZDPI-9B4E"), line("BadSKU")]);
    expect(told).toMatchObject({
      ok: true,
      value: {
        status: "PARTIAL_SUCCESS",
        results: [
          { key: "GM-ZDPI-9B4E", accepted: true, message: null },
          { key: "BadSKU", accepted: false, message: "Invalid input" },
        ],
      },
    });
  });

  it("asks for slots as documented for India", () => {
    const documented = good.find(({ operation: id }) => id === "listHandoverSlots")?.parameters.body;
    const built = slotsRequest({
      ...{ channelOrderId: "931-2308757-7991048", packageCode: "P1", packedOn: Temporal.PlainDate.from("2026-11-20") },
      ...{ lengthMm: 150, widthMm: 100, heightMm: 120, weightGrams: 50, lines: [] },
    });
    expect(documented).toMatchObject(built);
  });

  it("reads the scheduled package, and none where there is none", async () => {
    const { call } = sandboxCall();
    const found = await findPackage(call, "903-1713775-3598252");
    expect(found).toMatchObject({ ok: true, value: { scheduledPackageId: { amazonOrderId: "903-1713775-3598252" } } });
    expect(await findPackage(call, "903-1713775-1111111")).toEqual({ ok: true, value: null });
  });

  it("reads how feeds and reports ended", async () => {
    const { call } = sandboxCall();
    expect(await readFeed(call, "feedId1")).toMatchObject({
      ok: true,
      value: { state: "READY", value: { word: "CANCELLED" } },
    });
    expect(await readReport(call, "ID323")).toMatchObject({ ok: true });
    // Asked for other types than documented it says 400: what is refused is no list.
    expect(await recentReports(call, "GET_AFN_INVENTORY_DATA", "2026-11-20T00:00:00Z")).toMatchObject({ ok: false });
  });

  it("does not connect a seller who does not sell at amazon.in", async () => {
    const { call } = sandboxCall();
    call.memory.set("token", "");
    const steps: string[] = [];
    const tokenFirst: Call = {
      ...call,
      send: async (out) =>
        out.operation === "getToken"
          ? judge(out, { status: 200, headers: {}, json: TOKEN, isJson: true, bytes: Buffer.from("{}") })
          : call.send(out),
    };
    const verified = await amazon.operations.verify?.(tokenFirst, (step) => void steps.push(step.title));
    expect(steps).toEqual(["Sign in"]);
    expect(verified).toMatchObject(fail({ reached: "yes", kind: "auth" }));
  });
});

const TOKEN = { access_token: "Atza|one", token_type: "bearer", expires_in: 3600 };
