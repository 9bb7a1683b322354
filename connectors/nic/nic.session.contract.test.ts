import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Inv01 } from "../../contract/inv01.ts";
import { aDocument, BUYER_GSTIN } from "../../tests/support/e-invoice-cases.ts";
import { failure, PORTAL_ACCOUNT, type PortalScene, portalScene, value, wishFor } from "../../tests/support/portal.ts";

let scene: PortalScene;
beforeEach(async () => {
  scene = await portalScene();
});
afterEach(() => scene.close());

const account = PORTAL_ACCOUNT;
const register = (document: Inv01 = aDocument(), triedBefore = false) =>
  scene.portal.register(account, wishFor(document, triedBefore));
describe("a session (gst-einvoice §7)", () => {
  it("is begun once and serves every request", async () => {
    value(await register());
    value(await register(aDocument({ number: "INV26/2" })));
    expect([scene.calls("authenticate"), scene.calls("generate")]).toEqual([1, 2]);
  });

  it("is begun to try credentials, and told as an account's exchange", async () => {
    const told: string[] = [];
    const tried = { ...account, onExchange: ({ operation }: { operation: string }) => void told.push(operation) };
    const { goodUntil } = value(await scene.portal.begin(tried));
    expect(goodUntil.toString()).toBe("2026-11-21T11:00:00Z");
    expect(failure(await scene.portal.begin({ ...tried, password: "wrong" }))).toMatchObject({ channelCode: "1019" });
    expect(told).toEqual(["authenticate", "authenticate"]);
  });

  it("is kept until its last ten minutes, then refreshed by force", async () => {
    value(await register());
    scene.pass({ minutes: 349 });
    value(await register(aDocument({ number: "INV26/2" })));
    expect(scene.calls("authenticate")).toBe(1);
    scene.pass({ minutes: 2 });
    value(await register(aDocument({ number: "INV26/3" })));
    const forced = scene.exchanges.filter((e) => e.operation === "authenticate").map((e) => e.request);
    expect(forced).toEqual([
      { UserName: "demo-user", forced: false },
      { UserName: "demo-user", forced: true },
    ]);
    scene.pass({ minutes: 300 });
    value(await register(aDocument({ number: "INV26/4" })));
    expect(scene.calls("authenticate")).toBe(2);
  });

  it("goes on with the old token while the portal does not renew it", async () => {
    value(await register());
    scene.pass({ minutes: 355 });
    scene.simulator.fault({ kind: "5xx", operation: "authenticate" });
    value(await register(aDocument({ number: "INV26/2" })));
  });

  it("is begun anew when its token has ended", async () => {
    value(await register());
    scene.pass({ minutes: 361 });
    value(await register(aDocument({ number: "INV26/2" })));
    expect(scene.exchanges.map((e) => e.operation)).toEqual(["authenticate", "generate", "authenticate", "generate"]);
  });

  it("is renewed once where the token is refused (1005), and the request is sent again", async () => {
    value(await register());
    scene.simulator.endSessions();
    value(await register(aDocument({ number: "INV26/2" })));
    expect(scene.exchanges.slice(2).map((e) => [e.operation, e.outcome])).toEqual([
      ["generate", "REFUSED"],
      ["authenticate", "OK"],
      ["generate", "OK"],
    ]);
  });

  it("that is refused after renewing is given up until the next try", async () => {
    scene.simulator.fail({ code: "1005", operation: "generate" });
    expect(failure(await register())).toMatchObject({ advice: "RENEW", reached: "yes", channelCode: "1005" });
    expect([scene.calls("authenticate"), scene.calls("generate")]).toEqual([2, 2]);
  });

  it("is shared with other processes: the portal gives the running token again", async () => {
    value(await register());
    value(await scene.another().register(account, wishFor(aDocument({ number: "INV26/2" }))));
    value(await register(aDocument({ number: "INV26/3" })));
    expect(scene.exchanges.every((e) => e.outcome === "OK")).toBe(true);
  });

  it("taken over in another process's last minutes is forced at once", async () => {
    value(await register());
    scene.pass({ minutes: 352 });
    value(await scene.another().register(account, wishFor(aDocument({ number: "INV26/2" }))));
    expect(scene.calls("authenticate")).toBe(3);
  });

  it.each([
    ["1010", { clientSecret: "wrong" }],
    ["1010", { clientId: "wrong" }],
    ["1015", { gstin: BUYER_GSTIN }],
    ["1017", { username: "wrong" }],
    ["1019", { password: "wrong" }],
  ])("is refused with %s for %j, which a person must correct", async (code, over) => {
    const asked = await scene.portal.register({ ...account, ...over }, wishFor(aDocument()));
    expect(failure(asked)).toMatchObject({ advice: "ACCOUNT", kind: "auth", channelCode: code });
    expect(scene.calls("generate")).toBe(0);
  });

  it("is refused with 1013 where our copy of the portal's key is an old one", async () => {
    const portal = scene.another({ portalKey: scene.simulator.keys.signing });
    expect(failure(await portal.register(account, wishFor(aDocument())))).toMatchObject({ channelCode: "1013" });
    const none = scene.another({ portalKey: "no key" });
    expect(failure(await none.register(account, wishFor(aDocument())))).toMatchObject({
      advice: "ACCOUNT",
      reached: "no",
    });
  });

  it("of old credentials is not used with new ones", async () => {
    value(await register());
    const changed = { ...account, password: "wrong", credentialsVersion: "2" };
    expect(failure(await scene.portal.register(changed, wishFor(aDocument())))).toMatchObject({ channelCode: "1019" });
  });

  it("lives an hour in the sandbox", async () => {
    const sandbox = await portalScene({ tokenMinutes: 60 });
    try {
      value(await sandbox.portal.register(account, wishFor(aDocument())));
      sandbox.pass({ minutes: 49 });
      value(await sandbox.portal.register(account, wishFor(aDocument({ number: "INV26/2" }))));
      expect(sandbox.calls("authenticate")).toBe(1);
      sandbox.pass({ minutes: 12 });
      value(await sandbox.portal.register(account, wishFor(aDocument({ number: "INV26/3" }))));
      expect(sandbox.calls("authenticate")).toBe(2);
    } finally {
      await sandbox.close();
    }
  });
});
