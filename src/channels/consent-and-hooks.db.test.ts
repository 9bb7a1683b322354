import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Call,
  type Connector,
  type ConsentAnswer,
  defineConnector,
  fail,
  succeed,
} from "../../connectors/kit/index.ts";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { ctxWith } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { jupiterMoney } from "../../tests/support/sources.ts";
import { type ChannelId, must } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { askConsent, redeemConsent } from "./consent.ts";
import { hookRoute } from "./consent-routes.ts";
import { issueHook, readHook } from "./hook.ts";
import { addChannel, connectChannel, installSources, setCredentials } from "./index.ts";

const SOURCE = "CONSENT_TEST";

/** A marketplace that gives a token for the code "good", and pushes with its secret in a header. */
const source: Connector = defineConnector({
  ...jupiterMoney,
  id: SOURCE,
  fields: [
    { name: "appId", label: "Application id", type: "text", required: true, help: "" },
    { name: "appSecret", label: "Application secret", type: "password", required: true, help: "" },
    { name: "sellerToken", label: "Seller token", type: "password", required: true, help: "" },
    { name: "sellerName", label: "Seller", type: "text", required: false, help: "", unique: true },
  ],
  settings: [],
  capabilities: { verify: true, redeemConsent: true },
  operations: {
    verify: async (call: Call) => {
      const signedIn = call.fields.sellerToken === "a token of the seller";
      return signedIn ? succeed({ listings: null }) : fail({ reached: "yes", kind: "auth" });
    },
    redeemConsent: async (call: Call, { parameters, redirectUri }: ConsentAnswer) => {
      const sent = await call.send({
        ...{ operation: "token", method: "POST", path: "/token", idempotent: false },
        form: { code: parameters.code ?? "", redirect_uri: redirectUri },
      });
      if (!sent.ok) return sent;
      const token = typeof sent.value.json === "object" && sent.value.json !== null && "token" in sent.value.json;
      return token
        ? succeed({ sellerToken: "a token of the seller", sellerName: "Kaveri Stores", appId: "another" })
        : fail({ reached: "yes", kind: "bad_answer", channelMessage: "no token" });
    },
  },
  consent: {
    label: "Authorize",
    gives: ["sellerToken", "sellerName"],
    url: ({ fields, state, redirectUri, origin }) =>
      `${origin ?? "https://marketplace.example"}/consent?${new URLSearchParams({ app: fields.appId ?? "", state, redirectUri })}`,
  },
  readWakeUp: ({ headers, bytes, fields }) => {
    if (headers["x-secret"] !== fields.appSecret) return { kind: "REFUSED", status: 401, words: "not signed by us" };
    const text = bytes.toString();
    if (text.startsWith("nothing")) return { kind: "NOTHING", key: text };
    return { kind: "LOOK", key: text, channelOrderIds: [text] };
  },
});

let t: TestDatabase;
let ctx: Ctx;
let channelId: ChannelId;
let other: Ctx;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    const good = new URLSearchParams(body).get("code") === "good";
    response.writeHead(good ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(good ? { token: "x" } : { message: "code expired" }));
  });
});

beforeAll(async () => {
  t = await testDatabase();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  installSources([source]);
  const withSource = (made: Ctx): Ctx => ({ ...made, sourceUrls: new Map([[SOURCE, `http://127.0.0.1:${port}`]]) });
  ctx = withSource(ctxWith(t, await aTenant(t.db), ""));
  other = withSource(ctxWith(t, await aTenant(t.db), ""));
  channelId = await aChannel(SOURCE, "One");
  must(await setCredentials(ctx, channelId, { appId: "app-1", appSecret: "very secret" }));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await t.close();
});

async function aChannel(sourceId: string, code: string): Promise<ChannelId> {
  const facilities = [{ facilityId: await aFacility(ctx.db, ctx.tenantId), channelWarehouse: null }];
  return must(await addChannel(ctx, { source: sourceId, name: code, code, settings: { facilities } })).channelId;
}

const ask = async () => new URL(must(await askConsent(ctx, channelId)).url);
const stateOf = (url: URL) => url.searchParams.get("state") ?? "";
const fieldsOf = async () =>
  (await t.raw<{ fields: unknown }>("select fields from godown.channel where channel_id = $1", [channelId]))[0]?.fields;

it("sends the browser to the marketplace's page, with a state that nobody can guess and our address to come back to", async () => {
  const url = await ask();
  expect(url.pathname).toBe("/consent");
  expect(url.searchParams.get("app")).toBe("app-1");
  expect(url.searchParams.get("redirectUri")).toMatch(/\/channels\/consent$/);
  expect(stateOf(url).length).toBeGreaterThan(30);
});

it("what comes back becomes credentials: only declared fields, the secret ones sealed", async () => {
  const done = must(await redeemConsent(ctx, { state: stateOf(await ask()), code: "good" }));
  expect(done.channelId).toBe(channelId);
  expect(await fieldsOf()).toEqual({ appId: "app-1", sellerName: "Kaveri Stores" });
  const secrets = await t.raw<{ name: string; sealed: Buffer }>(
    "select name, sealed from godown.channel_secret where channel_id = $1 order by name",
    [channelId],
  );
  expect(secrets.map(({ name }) => name)).toEqual(["appSecret", "sellerToken"]);
  expect(secrets.map(({ sealed }) => sealed.toString("latin1")).join()).not.toContain("a token of the seller");
});

it("Connect asks for what the marketplace's page gives, by the name of the button; once it is given it connects", async () => {
  const made = await aChannel(SOURCE, "Unauthorized");
  must(await setCredentials(ctx, made, { appId: "app-3", appSecret: "s" }));
  const before = must(await connectChannel(ctx, made));
  expect(before).toMatchObject({ connected: false, steps: [{ title: "Credentials", state: "FAILED" }] });
  expect(before.steps[0]?.detail).toContain("has not given access to Unauthorized yet: Seller token is missing");
  expect(before.steps[0]?.whatToDo).toContain("Press “Authorize”");
  must(await setCredentials(ctx, made, { appId: "app-3", appSecret: "", sellerToken: "a token of the seller" }));
  expect(must(await connectChannel(ctx, made)).connected).toBe(true);
});

it("what the page gave stays when the form is saved again, and no other channel can be given the same seller", async () => {
  must(await redeemConsent(ctx, { state: stateOf(await ask()), code: "good" }));
  must(await setCredentials(ctx, channelId, { appId: "app-1", appSecret: "", sellerToken: "" }));
  expect(await fieldsOf()).toEqual({ appId: "app-1", sellerName: "Kaveri Stores" });
  const second = await aChannel(SOURCE, "Second");
  must(await setCredentials(ctx, second, { appId: "app-2", appSecret: "s" }));
  const url = new URL(must(await askConsent(ctx, second)).url);
  expect(await redeemConsent(ctx, { state: stateOf(url), code: "good" })).toMatchObject({
    refusal: { code: "CHANNEL_FIELD_TAKEN", facts: { other: "One" } },
  });
});

it("an answer is taken once, in time, and by nobody else", async () => {
  const state = stateOf(await ask());
  expect(await redeemConsent(other, { state, code: "good" })).toMatchObject({ refusal: { code: "CONSENT_UNKNOWN" } });
  must(await redeemConsent(ctx, { state, code: "good" }));
  expect(await redeemConsent(ctx, { state, code: "good" })).toMatchObject({ refusal: { code: "CONSENT_UNKNOWN" } });
  const late = stateOf(await ask());
  const later = { ...ctx, now: ctx.now.add({ minutes: 61 }) };
  expect(await redeemConsent(later, { state: late, code: "good" })).toMatchObject({
    refusal: { code: "CONSENT_UNKNOWN" },
  });
  expect(await redeemConsent(ctx, {})).toMatchObject({ refusal: { code: "CONSENT_UNKNOWN" } });
});

it("a refusal is told in the marketplace's words", async () => {
  const refused = await redeemConsent(ctx, { state: stateOf(await ask()), code: "old" });
  expect(refused).toMatchObject({ ok: false, refusal: { code: "CONSENT_REFUSED", facts: { channelId } } });
  expect(JSON.stringify(refused)).toContain("code expired");
});

const push = async (url: string, body: string, secret = "very secret") => {
  const answer = await hookRoute.handle(ctx, {
    ...{ requestId: "r", query: {}, remoteAddress: "127.0.0.1", headers: { "x-secret": secret } },
    params: { key: url.split("/hooks/")[1] ?? "" },
    body: Buffer.from(body),
  });
  return answer.status;
};
const kept = () =>
  t.raw<{ key: string; kind: string; times: number; open: boolean }>(
    "select key, kind, times, handled_at is null as open from godown.wake_up order by key",
  );
const lookJobs = async () =>
  (
    await t.raw<{ n: number }>(
      `select count(*)::int as n from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = 'channels.look'`,
    )
  )[0]?.n;

it("a push is proved, kept once and answered 200; what is forged or nobody's is refused and leaves nothing", async () => {
  expect(must(await readHook(ctx, channelId))).toBeNull();
  const { url } = must(await issueHook(ctx, channelId));
  expect(await push(url, "order-1", "forged")).toBe(401);
  expect(await push(`${url}x`, "order-1")).toBe(404);
  expect(await kept()).toEqual([]);
  expect([await push(url, "order-1"), await push(url, "order-1"), await push(url, "nothing new")]).toEqual([
    200, 200, 200,
  ]);
  expect(await kept()).toEqual([
    { key: "nothing new", kind: "NOTHING", times: 1, open: false },
    { key: "order-1", kind: "LOOK", times: 2, open: true },
  ]);
  expect(await lookJobs()).toBe(1);
  expect(must(await readHook(ctx, channelId))?.url).toBe(url);
});

it("a new address ends the former one", async () => {
  const before = must(await issueHook(ctx, channelId)).url;
  const after = must(await issueHook(ctx, channelId)).url;
  expect(await push(before, "order-2")).toBe(404);
  expect(await push(after, "order-2")).toBe(200);
});

it("a source that has neither says so", async () => {
  installSources([jupiterMoney]);
  const made = await aChannel(jupiterMoney.id, "Without");
  expect(await askConsent(ctx, made)).toMatchObject({ refusal: { code: "CONSENT_NOT_OFFERED" } });
  expect(await issueHook(ctx, made)).toMatchObject({ refusal: { code: "WAKE_UPS_NOT_OFFERED" } });
});
