import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, testApp } from "../../../tests/support/app.ts";
import { TEST_MORNING, TestClock, type TestDatabase } from "../../../tests/support/database.ts";
import { readyParcels } from "../../../tests/support/hand-over-builders.ts";
import { aPartner, one, queuedFor } from "../../../tests/support/partner-builders.ts";
import { labelPdf } from "../../../tests/support/partner-steps.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { aShop } from "../../../tests/support/shop-builders.ts";
import { must } from "../../kernel/index.ts";
import { PARTNER_EVENTS } from "../partner.ts";
import { eventSchema } from "./schemas.ts";

let app: TestApp;
let t: TestDatabase;
const clock = new TestClock();
beforeAll(async () => {
  app = await testApp({ workers: false, clock });
  const { db, services, connectionString, logLines, ctx, raw, close } = app;
  t = { db, services, connectionString, logLines, ctx, raw, close, clock };
});
afterAll(() => app.close());
beforeEach(() => clock.set(TEST_MORNING));

describe("the label that assignAWB names", () => {
  it("opens without login, counts as no print, and is closed after its time", async () => {
    const shop = await aShop(t);
    await aPartner(t, shop.tenantId, { events: ["assignAWB"] });
    const id = one((await readyParcels(t, shop, 1))[0]);
    const { label, trackingNumber } = one((await queuedFor(t, shop.tenantId))[0]).body;
    const url = String(label);
    const look = async () => {
      const opened = await fetch(url);
      expect([opened.status, opened.headers.get("content-type")]).toEqual([200, "application/pdf"]);
      const [page] = await readPages(new Uint8Array(await opened.arrayBuffer()));
      return page?.text ?? "";
    };
    const copies = async () =>
      (
        await t.raw<{ n: number }>(
          "select label_copies as n from godown.shipping_package where shipping_package_id = $1",
          [id],
        )
      )[0]?.n;
    expect(await look()).toContain(String(trackingNumber));
    expect(await look()).not.toMatch(/copy/i);
    expect(await copies()).toBe(0);
    must(await labelPdf(t.ctx(shop.tenantId), id));
    expect(await look()).toMatch(/copy/i);
    expect(await copies()).toBe(1);
    const other = await fetch(
      url.replace(
        id,
        id.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      ),
    );
    expect(other.status).toBe(403);
    clock.advance({ days: 7, seconds: 1 });
    const late = await fetch(url);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("LABEL_LINK_EXPIRED")]);
  });
});

describe("the published schemas", () => {
  it("are read by anybody, one for each event, and no other file", async () => {
    for (const event of PARTNER_EVENTS) {
      const answer = await fetch(`${app.baseUrl}/api/v1/public/partner-events/${event}.schema.json`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/schema+json"]);
      expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(eventSchema(event))));
    }
    expect((await fetch(`${app.baseUrl}/api/v1/public/partner-events/partner.schema.json`)).status).toBe(404);
  });
});
