import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel } from "../../tests/support/order-builders.ts";
import { aDelivery, aRealPartner, PartnerServer, queue } from "../../tests/support/partner-scene.ts";
import { newId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { deliverTo } from "./deliver.ts";
import {
  addPartner,
  changePartner,
  closePartnerEngine,
  type PartnerId,
  type PartnerSettings,
  switchPartner,
  testPartner,
  wantedBy,
} from "./index.ts";
import { listPartners } from "./queries.ts";

let t: TestDatabase;
let tenantId: TenantId;
let partner: PartnerServer;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(async () => {
  await closePartnerEngine();
  await t.close();
});
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  partner = await PartnerServer.start();
});
afterEach(() => partner.close());

const ctx = () => t.ctx(tenantId);
const settings = (over: Partial<PartnerSettings> = {}): PartnerSettings => ({
  ...{ name: "ERP", baseUrl: "https://erp.example.com/uniware", auth: "TOKEN_JSON", headerName: "Authorization" },
  ...{
    username: "seller-142",
    secret: "s3cret",
    events: ["invoiced"],
    channelIds: null,
    facilityIds: null,
    enabled: true,
  },
  ...over,
});
const codeOf = (result: { ok: true } | { ok: false; refusal: { code: string } }) =>
  result.ok ? "OK" : result.refusal.code;
const add = (over: Partial<PartnerSettings> = {}, code = "ERP", with_ = ctx()) =>
  addPartner(with_, code, settings(over));
const added = async (over: Partial<PartnerSettings> = {}, code?: string): Promise<PartnerId> => {
  const result = await add(over, code);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};
const shown = async (partnerId: PartnerId) => {
  const [row] = await t.db.read(tenantId, (tx) => listPartners(tx, t.clock.now(), partnerId));
  if (!row) throw new Error("it is there");
  return row;
};
const wishes = () => t.db.read(tenantId, wantedBy);

describe("a partner's settings", () => {
  it.each<[string, Partial<PartnerSettings>, boolean, string]>([
    ["https", {}, false, "OK"],
    ["http", { baseUrl: "http://erp.example.com" }, false, "PARTNER_URL_INVALID"],
    ["http where the operator allows it", { baseUrl: "http://erp.example.com" }, true, "OK"],
    ["a private address", { baseUrl: "https://10.1.2.3/x" }, false, "PARTNER_URL_INVALID"],
    ["the cloud's own address", { baseUrl: "https://169.254.169.254" }, false, "PARTNER_URL_INVALID"],
    ["this machine", { baseUrl: "https://localhost:8443" }, false, "PARTNER_URL_INVALID"],
    ["a private address where the operator allows it", { baseUrl: "https://10.1.2.3/x" }, true, "OK"],
    ["no address", { baseUrl: "erp.example.com" }, true, "PARTNER_URL_INVALID"],
    ["another scheme", { baseUrl: "ftp://erp.example.com" }, true, "PARTNER_URL_INVALID"],
    ["a password in the address", { baseUrl: "https://u:p@erp.example.com" }, true, "PARTNER_URL_INVALID"],
    ["a query", { baseUrl: "https://erp.example.com/?a=1" }, true, "PARTNER_URL_INVALID"],
    ["a header that is none", { headerName: "api key" }, true, "PARTNER_HEADER_INVALID"],
    ["a header that says something else", { headerName: "Content-Type" }, true, "PARTNER_HEADER_INVALID"],
    ["no user name for a token", { username: null }, true, "PARTNER_USERNAME_INVALID"],
    ["a colon in a user name of Basic", { auth: "TOKEN_BASIC", username: "a:b" }, true, "PARTNER_USERNAME_INVALID"],
    ["a user name for a static key", { auth: "STATIC_HEADER" }, true, "PARTNER_USERNAME_INVALID"],
    ["a static key", { auth: "STATIC_HEADER", username: null, headerName: "apikey" }, true, "OK"],
    [
      "a key with a line break",
      { auth: "STATIC_HEADER", username: null, secret: "a\nb" },
      true,
      "PARTNER_SECRET_INVALID",
    ],
    ["no secret", { secret: null }, true, "PARTNER_SECRET_NEEDED"],
    ["no event", { events: [] }, true, "PARTNER_EVENTS_MISSING"],
    ["a channel that is none", { channelIds: [newId()] }, true, "PARTNER_CHANNEL_UNKNOWN"],
    ["no channel", { channelIds: [] }, true, "PARTNER_CHANNEL_UNKNOWN"],
    ["a facility that is none", { facilityIds: [newId()] }, true, "PARTNER_FACILITY_UNKNOWN"],
  ])("with %s", async (_, over, allowPrivateUrls, code) =>
    expect(codeOf(await add(over, "ERP", t.ctx(tenantId, { allowPrivateUrls })))).toBe(code),
  );

  it("are of several partners, each with a code of its own", async () => {
    await added();
    await added({ name: "Accounts" }, "BOOKS");
    expect(codeOf(await add())).toBe("PARTNER_CODE_TAKEN");
    const both = await Promise.all([add({}, "SAME"), add({}, "SAME")]);
    expect(both.map(codeOf).sort()).toEqual(["OK", "PARTNER_CODE_TAKEN"]);
    expect((await wishes()).length).toBe(3);
  });

  it("say who is told of what: disabled partners of nothing, others of their channels and facilities", async () => {
    const facilityId = await aFacility(t.db, tenantId);
    const channelId = await aChannel(t, tenantId, [facilityId]);
    const partnerId = await added({
      channelIds: [channelId],
      facilityIds: [facilityId],
      events: ["invoiced", "delivered"],
    });
    expect(await wishes()).toEqual([
      {
        ...{ partnerId, events: new Set(["invoiced", "delivered"]) },
        ...{ channelIds: new Set([channelId]), facilityIds: new Set([facilityId]) },
      },
    ]);
    await changePartner(ctx(), partnerId, settings({ secret: null, events: ["invoiced"] }));
    expect(await wishes()).toEqual([{ partnerId, events: new Set(["invoiced"]), channelIds: null, facilityIds: null }]);
    await switchPartner(ctx(), partnerId, false);
    expect(await wishes()).toEqual([]);
  });

  it("keep the secret sealed, out of the audit trail, and at the server that it was entered for", async () => {
    const partnerId = await added();
    const stored = await t.raw<{ text: string }>("select row_to_json(p)::text as text from godown.partner p");
    const trail = await t.raw<{ text: string }>("select row_to_json(a)::text as text from godown.audit_event a");
    expect(JSON.stringify([stored, trail, await shown(partnerId), t.logLines])).not.toContain("s3cret");
    const keep = { secret: null };
    expect(
      codeOf(await changePartner(ctx(), partnerId, settings({ ...keep, baseUrl: "https://erp.example.com/v2" }))),
    ).toBe("OK");
    for (const over of [
      { baseUrl: "https://evil.example.com" },
      { username: "other" },
      { auth: "TOKEN_BASIC" as const },
    ])
      expect(codeOf(await changePartner(ctx(), partnerId, settings({ ...keep, ...over })))).toBe(
        "PARTNER_SECRET_NEEDED",
      );
    const { credentialsVersion, baseUrl } = await shown(partnerId);
    expect([credentialsVersion, baseUrl]).toEqual([2, "https://erp.example.com/v2"]);
  });

  it("are in the audit trail with every change", async () => {
    const partnerId = await added();
    await changePartner(ctx(), partnerId, settings({ secret: null, name: "ERP 2" }));
    await switchPartner(ctx(), partnerId, false);
    await switchPartner(ctx(), partnerId, false);
    await switchPartner(ctx(), partnerId, true);
    const trail = await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ action: string }>`
        select action from godown.audit_event where tenant_id = ${tenantId} and record_id = ${partnerId} order by audit_event_id`),
    );
    expect(trail.map(({ action }) => action)).toEqual([
      ...["partners.added", "partners.changed", "partners.disabled", "partners.enabled"],
    ]);
  });

  it("are another tenant's affair", async () => {
    const partnerId = await added();
    const other = t.ctx(await aTenant(t.db));
    expect(codeOf(await changePartner(other, partnerId, settings()))).toBe("PARTNER_NOT_FOUND");
    expect(codeOf(await switchPartner(other, partnerId, false))).toBe("PARTNER_NOT_FOUND");
    expect(codeOf(await testPartner(other, partnerId))).toBe("PARTNER_NOT_FOUND");
    expect(await t.db.read(other.tenantId, wantedBy)).toEqual([]);
  });
});

const tested = async (partnerId: PartnerId) => {
  const result = await testPartner(ctx(), partnerId);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};

describe("Test now", () => {
  it("asks for a token and sends nothing else", async () => {
    const partnerId = await added({ baseUrl: partner.url });
    expect(await tested(partnerId)).toMatchObject({
      ...{
        good: true,
        tried: "TOKEN",
        status: 200,
        url: `${partner.url}/oauth/token`,
        words: "The partner gave a token.",
      },
      answer: { status: "SUCCESS", token: "[secret]" },
    });
    partner.token = () => ({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
    expect(await tested(partnerId)).toMatchObject({ good: false, words: "No token: HTTP 200, INVALID_CREDENTIALS." });
    partner.token = () => ({ status: 503, body: "down" });
    expect(await tested(partnerId)).toMatchObject({ good: false, status: 503 });
    expect(partner.heard).toEqual([]);
  });

  it("proves a static key with an event that has nothing in it, and says what came back", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    for (const [status, body, good, words] of [
      [400, { status: "Failed", message: "invoiceCode is missing" }, true, "invoiceCode is missing"],
      [200, { status: "Failed", message: "empty" }, true, "took the key"],
      [401, { status: "Failed" }, false, "refuses the key"],
      [403, {}, false, "refuses the key"],
      [404, {}, false, "nothing at this address"],
      [200, "<html>", false, "not how a partner"],
      [500, {}, false, "not how a partner"],
    ] as const) {
      partner.answer = () => ({ status, body });
      const result = await tested(partnerId);
      expect([result.good, result.tried], `${status}`).toEqual([good, "EMPTY_EVENT"]);
      expect(result.words).toContain(words);
    }
    const [first] = partner.heard;
    expect([first?.path, first?.body]).toEqual(["/invoiced", "{}"]);
    expect(first?.headers).toMatchObject({ "x-godown-test": "yes", apikey: "k-e-y" });
    expect(JSON.stringify(await tested(partnerId))).not.toContain("k-e-y");
  });

  it("opens a line that was held back when it is good, and sends what waits", async () => {
    partner.token = () => ({ status: 401, body: { status: "INVALID_CREDENTIALS" } });
    const partnerId = await added({ baseUrl: partner.url });
    await queue(ctx(), [aDelivery(partnerId)]);
    await deliverTo(ctx(), partnerId);
    expect((await shown(partnerId)).held).toBe("REFUSES_CREDENTIALS");
    expect((await tested(partnerId)).good).toBe(false);
    expect((await shown(partnerId)).held).toBe("REFUSES_CREDENTIALS");
    partner.token = () => ({ status: 200, body: { status: "SUCCESS", token: "t" } });
    expect((await tested(partnerId)).good).toBe(true);
    expect((await shown(partnerId)).held).toBeNull();
    await deliverTo(ctx(), partnerId);
    expect((await shown(partnerId)).waiting).toBe(0);
  });

  it("is opened by other credentials as well", async () => {
    let password = "right";
    partner.token = ({ body }) =>
      body.includes(`"${password}"`)
        ? { status: 200, body: { status: "SUCCESS", token: "t" } }
        : { status: 200, body: { status: "INVALID_CREDENTIALS" } };
    const partnerId = await added({ baseUrl: partner.url, secret: "wrong" });
    await queue(ctx(), [aDelivery(partnerId)]);
    await deliverTo(ctx(), partnerId);
    expect((await shown(partnerId)).held).toBe("REFUSES_CREDENTIALS");
    await changePartner(ctx(), partnerId, settings({ baseUrl: partner.url, secret: "right" }));
    await deliverTo(ctx(), partnerId);
    expect(await shown(partnerId)).toMatchObject({ held: null, waiting: 0 });
    password = "changed there"; // the token that it has is still good
    await queue(ctx(), [aDelivery(partnerId)]);
    await deliverTo(ctx(), partnerId);
    expect((await shown(partnerId)).waiting).toBe(0);
  });
});
