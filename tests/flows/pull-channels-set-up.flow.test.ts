import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import type { sourceAnswer, summaryAnswer } from "../../src/channels/wire.ts";
import { createTenant } from "../../src/identity/index.ts";
import { type FacilityId, must, type TenantId } from "../../src/kernel/index.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aFacility } from "../support/builders.ts";
import type { HttpClient } from "../support/client.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
const DV1 = { username: "DV100001", password: "first store" };
const DV2 = { username: "DV100002", password: "second store" };
const SELLER = { username: "kurtikart", password: "okay, oker" };
type Summary = z.infer<typeof summaryAnswer>;
type Source = z.infer<typeof sourceAnswer>;

/** AJIO Dropship and Oker, added through the same HTTP calls as the screens. */
describe("the channel manager adds channels that are asked", () => {
  let app: TestApp;
  let ajio: RunningSimulator;
  let oker: RunningSimulator;
  let meera: HttpClient;
  let tenantId: TenantId;
  let blr: FacilityId;
  let del: FacilityId;
  let ajioId: string;
  beforeAll(async () => {
    ajio = await startAjioDropshipSimulator({ sellers: [DV1, DV2] });
    oker = await startOkerSimulator({ sellers: [SELLER] });
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `AJIO_DROPSHIP=${ajio.url},OKER=${oker.url}` } });
    const made = must(
      await createTenant(app.services, {
        tenant: { code: "kurtikart", name: "Kurtikart", edition: "PROFESSIONAL", sandbox: true },
        admin: { username: "meera", name: "Meera", password: PASSWORD },
      }),
    );
    tenantId = made.tenantId;
    blr = await aFacility(app.db, tenantId, { code: "BLR1" });
    del = await aFacility(app.db, tenantId, { code: "DEL1" });
    meera = await app.login("meera", PASSWORD);
    await meera.must("POST", "/tenant/go-live");
  });
  afterAll(async () => {
    await app.close();
    await ajio.close();
    await oker.close();
  });
  const summary = (channelId: string) => meera.must<Summary>("GET", `/channels/${channelId}`);
  const source = async (id: string) =>
    (await meera.must<{ sources: Source[] }>("GET", "/sources")).sources.find((s) => s.id === id);
  const add = async (id: string, name: string, facilities: FacilityId[], sourceSettings = {}) =>
    meera.api<{ channelId: string }>("POST", "/channels", {
      ...{ source: id, name },
      settings: { facilities: facilities.map((facilityId) => ({ facilityId })), sourceSettings },
    });
  const credentials = (channelId: string, fields: object, more: object = {}) =>
    meera.api("PUT", `/channels/${channelId}/credentials`, { fields, ...more });

  it("reads of AJIO what it can do and what its form asks", async () => {
    const found = await source("AJIO_DROPSHIP");
    expect(found).toMatchObject({ suggestedName: "AJIO_Dropship_1", unavailable: null });
    expect(found?.rules).toMatchObject({ manifestBy: "channel", oneStore: { field: "storeCode" }, split: false });
    expect(found?.capabilities).toEqual(expect.arrayContaining(["fetchInvoice", "fetchLabel", "pullOrders"]));
    expect(found?.fields.map((f) => [f.name, f.type, f.unique ?? false])).toEqual([
      ["username", "text", true],
      ["password", "password", false],
      ["storeCode", "facility", true],
    ]);
    const unknown = await add("AJIO_DROPSHIP", "AJIO_Dropship_1", [del], { gstEInvoicingFromNic: "Yes" });
    expect([unknown.status, unknown.code]).toEqual([422, "CHANNEL_SETTING_INVALID"]);
  });
  it("is kept to the store code, and confirms the sum before it is published", async () => {
    const added = await add("AJIO_DROPSHIP", "AJIO_Dropship_1", [del]);
    expect(added.status).toBe(200);
    ajioId = added.json.channelId;
    const wrong = await credentials(ajioId, { ...DV1, username: "100001", storeCode: "BLR1" });
    expect(wrong.code).toBe("CREDENTIALS_INVALID");
    const lost = await credentials(ajioId, { ...DV1, storeCode: "BLR1" });
    expect([lost.status, lost.code]).toEqual([422, "STORE_NOT_CHOSEN"]);
    expect(lost.text).toContain("Store Code BLR1 is not among the facilities chosen for inventory sync.");
    const both = { facilities: [blr, del] };
    const sum = await credentials(ajioId, { ...DV1, storeCode: "BLR1" }, both);
    expect([sum.status, sum.code]).toEqual([409, "COMBINED_STOCK_UNCONFIRMED"]);
    expect(sum.text).toContain("Unfulfillable Orders");
    const confirmed = await credentials(
      ajioId,
      { ...DV1, storeCode: "BLR1" },
      { ...both, confirm: ["COMBINED_STOCK"] },
    );
    expect(confirmed.status).toBe(204);
    expect((await summary(ajioId)).store).toMatchObject({ code: "BLR1", combinedWith: ["DEL1"] });
    const alone = await meera.api("PATCH", `/channels/${ajioId}/settings`, { facilities: [{ facilityId: blr }] });
    expect(alone.status).toBe(200);
    const again = await meera.api("PATCH", `/channels/${ajioId}/settings`, {
      facilities: [{ facilityId: blr }, { facilityId: del }],
    });
    expect(again.code).toBe("COMBINED_STOCK_UNCONFIRMED");
    const gone = await meera.api("PATCH", `/channels/${ajioId}/settings`, { facilities: [{ facilityId: del }] });
    expect(gone.code).toBe("STORE_NOT_CHOSEN");
  });
  it("adds one channel a store, and a channel a further store", async () => {
    expect((await source("AJIO_DROPSHIP"))?.suggestedName).toBe("AJIO_Dropship_2");
    const { channelId } = (await add("AJIO_DROPSHIP", "AJIO_Dropship_2", [blr])).json;
    expect((await credentials(channelId, { ...DV2, storeCode: "BLR1" })).code).toBe("CHANNEL_FIELD_TAKEN");
    expect((await credentials(channelId, { ...DV1, storeCode: "BLR1" })).code).toBe("CHANNEL_USERNAME_TAKEN");
    expect((await credentials(channelId, { ...DV2, storeCode: "DEL1" }, { facilities: [del] })).status).toBe(204);
  });
  it("connects AJIO: every sync of the clock is due at once, and a click runs one", async () => {
    expect(await meera.must("POST", `/channels/${ajioId}/connect`)).toMatchObject({ connected: true });
    const { cards } = await summary(ajioId);
    expect(cards.filter((card) => card.nextRunAt !== null).map((card) => card.kind)).toEqual([
      ...["CATALOG", "INVENTORY", "ORDERS", "PENDENCY", "STATUS_CANCELLED", "STATUS_DELIVERED"],
    ]);
    expect(cards.find((c) => c.kind === "ORDERS")).toMatchObject({ canSyncNow: true, schedule: "every minute" });
    await meera.must("POST", `/channels/${ajioId}/syncs/CATALOG/run`);
    const catalogue = await waitFor("the catalogue", async () => {
      const card = (await summary(ajioId)).cards.find((c) => c.kind === "CATALOG");
      return card?.run?.finishedAt ? card : undefined;
    });
    expect(catalogue).toMatchObject({ state: "OK", schedule: "every 7 days", everyMinutes: 10_080, failed: 0 });
    expect((await summary(ajioId)).listings.total).toBeGreaterThan(0);
  });
  it("maps Oker's warehouses to facilities, every one of them chosen", async () => {
    const { channelId } = (await add("OKER", "Oker_1", [blr])).json;
    const map = (warehouseLocation: string, more = {}) =>
      credentials(channelId, { ...SELLER, warehouseLocation }, more);
    const both = '{"OKR-BLR-01":"BLR1","OKR-DEL-02":"DEL1"}';
    const twice = await map('{"OKR-BLR-01":"BLR1","OKR-BLR-01":"DEL1"}');
    expect([twice.code, twice.text.includes("OKR-BLR-01 is named twice")]).toEqual(["CREDENTIALS_INVALID", true]);
    expect((await map('{"OKR-BLR-01":"GOA1"}')).text).toContain("there is no enabled facility GOA1");
    const lost = await map(both);
    expect([lost.code, lost.text.includes("DEL1 of Warehouse Location")]).toEqual(["MAPPED_FACILITY_NOT_CHOSEN", true]);
    expect((await map(both, { facilities: [blr, del] })).status).toBe(204);
    expect(await meera.must("POST", `/channels/${channelId}/connect`)).toMatchObject({ connected: true });
    expect((await summary(channelId)).warehouses?.rows).toMatchObject([
      { warehouse: "OKR-BLR-01", facilityCode: "BLR1", chosen: true },
      { warehouse: "OKR-DEL-02", facilityCode: "DEL1", chosen: true },
    ]);
  });
});
