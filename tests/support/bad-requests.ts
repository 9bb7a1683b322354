import { z } from "zod";
import { newId } from "../../src/kernel/index.ts";
import type { Route } from "../../src/platform/http/route.ts";
import type { HttpAnswer, HttpClient } from "./client.ts";
import { aPushOrder, type PushOrder } from "./order-builders.ts";
import { sampleOf } from "./sample.ts";

type Method = Parameters<HttpClient["send"]>[0];

/** A request that must be refused: a clear 4xx, and nothing written. */
export interface BadRequest {
  readonly name: string;
  readonly method: Method;
  /** Below the server's root. */
  readonly path: string;
  /** Sent as JSON unless it is text or bytes already. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Expected status; any 4xx when left out. */
  readonly status?: number;
}

const LONG = "x".repeat(2_000_000);
const DEEP = `${"[".repeat(2_000)}${"]".repeat(2_000)}`;
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** What no JSON route may take, whatever it is about. */
export function badJson(good: unknown): { name: string; body: unknown; status: number }[] {
  const text = JSON.stringify(good);
  return [
    { name: "no body", body: "", status: 400 },
    { name: "half of a body", body: text.slice(0, -5), status: 400 },
    { name: "a body with something after it", body: `${text}}`, status: 400 },
    { name: "a form", body: "a=b&c=d", status: 400 },
    { name: "XML", body: "<order/>", status: 400 },
    { name: "null", body: "null", status: 400 },
    { name: "a list", body: [good], status: 400 },
    { name: "a text", body: JSON.stringify("order"), status: 400 },
    { name: "a number", body: "12", status: 400 },
    { name: "UTF-16", body: utf16(text), status: 400 },
    { name: "Latin-1", body: latin1(`{"name":"caf\u00e9"}`), status: 400 },
    { name: "the character U+0000", body: `{"id":"a\\u0000b"}`, status: 400 },
    { name: "half of a surrogate pair", body: `{"id":"a\\ud800b"}`, status: 400 },
    { name: "two thousand levels", body: DEEP, status: 400 },
    { name: "two megabytes", body: JSON.stringify({ id: LONG }), status: 413 },
  ];
}

/** The protocol B routes with what does not fit their contract. */
export function badPushes(headers: Readonly<Record<string, string>>): BadRequest[] {
  const order = aPushOrder([{ productId: "P1" }], { id: "BAD-1" });
  const [line] = order.orderItems;
  const withLine = (over: object) => ({ ...order, orderItems: [{ ...line, ...over }] });
  const without = (member: keyof PushOrder) => Object.fromEntries(Object.entries(order).filter(([m]) => m !== member));
  const cancel = { saleOrderCode: "BAD-1", cancellationReason: "no more wanted" };
  const delivered = {
    ...{ trackingNumber: "W1", providerCode: "SWIFT", trackingStatus: "DELIVERED_SHIPMENT_DELIVERED" },
    ...{ statusDate: "2026-11-21 14:05:00", shipmentTrackingStatusName: "Delivered" },
  };
  const returned = {
    ...{ saleOrderCode: "BAD-1", reason: "too large", type: "CUSTOMER_RETURN", trackingNumber: "R1" },
    ...{ orderItems: [{ channelProductId: "P1-V1", quantity: 1 }] },
  };
  const shapes: BadRequest[] = [];
  const add = (path: string, name: string, body: unknown, status = 400) =>
    shapes.push({ name: `${path}: ${name}`, method: "POST", path, body, headers, status });
  const ORDER = "/uc/v1/order";
  for (const member of ["id", "orderItems", "orderDate", "orderStatus", "sla", "shippingAddress"] as const)
    add(ORDER, `no ${member}`, without(member));
  const wrongs: Record<string, unknown> = {
    "an id that is a number": { ...order, id: 7 },
    "an empty id": { ...order, id: "" },
    "an id of blanks": { ...order, id: "   " },
    "an id of 101 characters": { ...order, id: "x".repeat(101) },
    "no lines": { ...order, orderItems: [] },
    "lines that are no list": { ...order, orderItems: line },
    "a status that nobody knows": { ...order, orderStatus: "IN_LIMBO" },
    "a payment that nobody knows": { ...order, paymentType: "BARTER" },
    "a date that is none": { ...order, orderDate: "yesterday" },
    "an address that is a text": { ...order, shippingAddress: "12 MG Road" },
    "a line without product": withLine({ productId: undefined }),
    "a quantity of 0": withLine({ quantity: 0 }),
    "a negative quantity": withLine({ quantity: -1 }),
    "half a unit": withLine({ quantity: 0.5 }),
    "a quantity in words": withLine({ quantity: "two" }),
    "a price in words": withLine({ orderItemPrice: { sellingPrice: "cheap" } }),
    "a price that is a list": withLine({ orderItemPrice: [899] }),
  };
  for (const [name, body] of Object.entries(wrongs)) add(ORDER, name, body);
  for (const [path, good] of [
    [ORDER, order],
    ["/uc/v1/order/cancel", cancel],
    ["/uc/v1/awbStatusTracking", delivered],
    ["/uc/v1/returns", returned],
  ] as const)
    for (const { name, body, status } of badJson(good)) add(path, name, body, status);
  for (const [path, good] of [
    ["/uc/v1/order/cancel", cancel],
    ["/uc/v1/awbStatusTracking", delivered],
    ["/uc/v1/returns", returned],
  ] as const)
    add(path, "nothing named", { ...good, ...Object.fromEntries(Object.keys(good).map((m) => [m, undefined])) });
  add("/uc/v1/order/cancel", "lines in words", { ...cancel, cancelledSkuCodes: "all" });
  add("/uc/v1/awbStatusTracking", "a date that is none", { ...delivered, statusDate: "2026-02-30 99:99:99" });
  add("/uc/v1/returns", "a type that nobody knows", { ...returned, type: "LOST" });
  return shapes;
}

/** Wrong headers: nobody may push who is not known. @param other headers of another tenant */
export function unknownPushers(
  headers: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): BadRequest[] {
  const body = aPushOrder([{ productId: "P1" }], { id: "BAD-2" });
  const { clientid = "", merchantid = "", securitykey = "" } = headers;
  const cases: Record<string, Record<string, string>> = {
    "no headers": {},
    "no security key": { clientid, merchantid },
    "an empty security key": { ...headers, securitykey: "" },
    "a wrong security key": { ...headers, securitykey: `${securitykey}x` },
    "a wrong client": { ...headers, clientid: "nobody" },
    "a wrong merchant": { ...headers, merchantid: "nobody" },
    "a merchant of another tenant": { ...headers, merchantid: other.merchantid ?? "" },
    "the client of another tenant": { ...headers, clientid: other.clientid ?? "" },
    "the key of another tenant": { ...headers, securitykey: other.securitykey ?? "" },
    "another tenant's pair for our merchant": { ...other, merchantid },
    "a merchant in SQL": { ...headers, merchantid: "' or 1=1 --" },
    "a key of 20 kB": { ...headers, securitykey: "k".repeat(20_000) },
  };
  const paths = ["/uc/v1/order", "/uc/v1/order/cancel", "/uc/v1/awbStatusTracking", "/uc/v1/returns"];
  return paths.flatMap((path) =>
    Object.entries(cases).map(([name, sent]) => ({
      ...{ name: `${path}: ${name}`, method: "POST" as const, path, body, headers: sent, status: 401 },
    })),
  );
}

/** `/oauth/token` in all the ways it can be called wrongly. */
export function badTokens(username: string): BadRequest[] {
  const client = { grant_type: "password", client_id: "my-trusted-client" };
  const query = (of: Record<string, string>) => `/oauth/token?${new URLSearchParams(of)}`;
  const cases: [string, string, number][] = [
    ["no parameters", "/oauth/token", 400],
    ["no client", query({ grant_type: "password", username, password: "x" }), 401],
    ["a client nobody knows", query({ ...client, client_id: "mine", username, password: "x" }), 401],
    ["a grant that is not offered", query({ ...client, grant_type: "client_credentials" }), 400],
    ["no password", query({ ...client, username }), 400],
    ["a wrong password", query({ ...client, username, password: "not this" }), 400],
    ["a user that is not there", query({ ...client, username: "nobody", password: "x" }), 400],
    ["no refresh token", query({ ...client, grant_type: "refresh_token" }), 400],
    ["a made-up refresh token", query({ ...client, grant_type: "refresh_token", refresh_token: "made-up" }), 400],
    ["a parameter twice", `${query({ ...client, username, password: "a" })}&password=b`, 400],
    ["a percent sign alone", "/oauth/token?grant_type=%", 401],
    ["U+0000 in the user name", query({ ...client, username: "a\0b", password: "x" }), 400],
    ["a user name of 10 kB", query({ ...client, username: "u".repeat(10_000), password: "x" }), 400],
  ];
  const asked = cases.flatMap(([name, path, status]) =>
    (["GET", "POST"] as const).map((method) => ({ name: `${method} /oauth/token: ${name}`, method, path, status })),
  );
  const json = { name: "POST /oauth/token: JSON", method: "POST", path: "/oauth/token", body: client } as const;
  const large = { name: "POST /oauth/token: 2 MB", method: "POST", path: "/oauth/token", body: LONG } as const;
  return [...asked, { ...json, status: 400 }, { ...large, status: 413 }];
}

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: "input", unrepresentable: "any" });
const UNKNOWN_ID = newId();

/** The path of a route with these values for its parameters, and a query that fits. */
function pathOf(route: Route, value: (name: string) => string): string {
  const query = route.query ? (sampleOf(schemaOf(route.query), () => UNKNOWN_ID) as Record<string, string>) : {};
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(value(name)));
  return `/api/v1${path}${Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`}`;
}

/** A value that fits the parameter: what is not an id keeps its meaning, so that only the id is unknown. */
function unknownParameter(route: Route, name: string): string {
  const params = route.params ? (sampleOf(schemaOf(route.params), () => UNKNOWN_ID) as Record<string, string>) : {};
  return params[name] ?? UNKNOWN_ID;
}

/** For every route of our API: ids that are none or of nothing, and bodies that cannot be read. */
export function badCalls(routes: readonly Route[]): BadRequest[] {
  return routes.flatMap((route): BadRequest[] => {
    const { method } = route;
    const title = `${method} ${route.path}`;
    const body = route.body ? { body: sampleOf(schemaOf(route.body), () => UNKNOWN_ID) } : {};
    const unknown = pathOf(route, (name) => unknownParameter(route, name));
    const cases: BadRequest[] = [];
    if (route.path.includes(":")) {
      cases.push({ name: `${title}: an id of nothing`, method, path: unknown, ...body });
      for (const [name, id] of [
        ["an id that is none", "not-an-id"],
        ["an id in SQL", "' or 1=1 --"],
        ["an id with U+0000", "a\0b"],
      ] as const)
        cases.push({ name: `${title}: ${name}`, method, path: pathOf(route, () => id), ...body });
    }
    if (route.body) {
      const json = { "content-type": "application/json" };
      const bad = (name: string, sent: unknown, status: number, headers: Record<string, string> = json) =>
        cases.push({ name: `${title}: ${name}`, method, path: unknown, body: sent, headers, status });
      bad("no body", "", 400);
      bad("no JSON", "{", 400);
      bad("null", "null", 400);
      bad("a list", "[]", 400);
      bad("Latin-1", latin1(`{"a":"\u00e9"}`), 400);
      bad("a form", "a=b", 415, { "content-type": "application/x-www-form-urlencoded" });
    }
    return cases;
  });
}

/** Lists asked in ways they do not understand. */
export function badLists(routes: readonly Route[]): BadRequest[] {
  const lists = routes.filter((r) => r.method === "GET" && routes.some((other) => other.path === `${r.path}.csv`));
  const queries = [
    "limit=0",
    "limit=9999",
    "limit=many",
    "cursor=next",
    "cursor=-1",
    "sort=sideways",
    "limit=1&limit=2",
  ];
  return lists.flatMap((list) =>
    queries.map((query) => ({
      ...{
        name: `GET ${list.path}?${query}`,
        method: "GET" as const,
        path: `/api/v1${list.path}?${query}`,
        status: 400,
      },
    })),
  );
}

/** Uploads that are no CSV file at all. */
export function badUploads(routes: readonly Route[]): BadRequest[] {
  const imports = routes.filter((r) => r.method === "POST" && r.path.endsWith("/import"));
  const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64");
  const files: Record<string, string> = {
    "an empty file": "",
    "a file without the titles": base64("a,b,c\n1,2,3\n"),
    "a spreadsheet instead of text": base64(Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0xfe, 0x00, 0x01])),
    "what is not base64": "&&&&",
    "a quote that never ends": base64('SKU Code,Name\n"PEN,1\n'),
    "only a line break": base64("\n"),
  };
  return imports.flatMap((route) => {
    const sample = route.body ? sampleOf(schemaOf(route.body), () => UNKNOWN_ID) : {};
    return Object.entries(files).map(([name, base64Text]) => ({
      ...{ name: `POST ${route.path}: ${name}`, method: "POST" as const, path: `/api/v1${route.path}` },
      body: { ...(sample as object), fileName: "file.csv", base64: base64Text },
    }));
  });
}

export type Answered = Pick<HttpAnswer, "status" | "text" | "json" | "code">;
