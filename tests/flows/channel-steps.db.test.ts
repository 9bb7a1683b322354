import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { billingPublicRoutes, billingRoutes, signedInvoiceUrl } from "../../src/billing/index.ts";
import { boardRoutes } from "../../src/board/index.ts";
import { shipmentRoutes, stepsAtRest } from "../../src/fulfilment/index.ts";
import type { InvoiceId, ShippingPackageId } from "../../src/kernel/index.ts";
import { AskedScene } from "../support/asked-scene.ts";
import { aFacility } from "../support/builders.ts";
import { aServer, aTenantWithAdmin, aUserWithRole, errorCode, TestBrowser } from "../support/identity-builders.ts";

let scene: AskedScene;
let server: FastifyInstance;
let admin: TestBrowser;
let stranger: TestBrowser;
let picker: TestBrowser;
let failed: ShippingPackageId;
let fine: ShippingPackageId;

interface Step {
  readonly step: string;
  readonly state: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly whatToDo: string | null;
  readonly channelSays: string | null;
  readonly exchangeId: string | null;
}
interface Detail {
  readonly invoiceId: InvoiceId;
  readonly invoiceNumber: string;
  readonly courier: string;
  readonly courierCode: string;
  readonly thirdPartyShipping: boolean;
  readonly steps: Step[];
  readonly documents: { kind: string; url: string; name: string; exchangeId: string | null }[];
  readonly actions: { action: string; allowed: boolean; refusal: { code: string } | null }[];
  readonly invoices: { numberedBy: string }[];
}
const detail = async (id: ShippingPackageId) => (await admin.call("GET", `/shipments/${id}`)).json<Detail>();
const listed = async (filter: string) => {
  const { rows } = (await admin.call("GET", `/shipments?channelStep=${filter}`)).json<{
    rows: { shippingPackageId: string; steps: Step[] }[];
  }>();
  return rows;
};

beforeAll(async () => {
  scene = await AskedScene.open();
  const made = await aTenantWithAdmin(scene.t);
  await scene.begin({ tenantId: made.tenantId });
  const services = { ...scene.t.services, sourceUrls: new Map([[scene.source.id, scene.source.url]]) };
  server = await aServer(
    { ...scene.t, services },
    { routes: [...shipmentRoutes, ...billingRoutes, ...boardRoutes], publicRoutes: billingPublicRoutes },
  );
  admin = new TestBrowser(server);
  await admin.logIn(made.username);
  const elsewhere = await aFacility(scene.t.db, made.tenantId);
  stranger = new TestBrowser(server);
  await stranger.logIn((await aUserWithRole(scene.t, made.tenantId, "PACKER", [elsewhere])).username);
  picker = new TestBrowser(server);
  await picker.logIn((await aUserWithRole(scene.t, made.tenantId, "PICKER")).username);
  [failed, fine] = await scene.twoPackages();
});
afterAll(async () => {
  await stepsAtRest();
  await server.close();
  await scene.close();
});

describe("the channel's steps on the Shipments screens", () => {
  it("stand on the package with cause, way out and exchange, and are repeated by the same command", async () => {
    scene.source.answers({ fetchInvoice: () => ({ status: 400, body: { message: "QC is missing" } }) });
    const refused = await admin.call("POST", "/shipments/invoice", { ids: [failed] });
    expect(refused.json<{ results: unknown[] }>().results).toMatchObject([
      {
        outcome: "FAILED",
        refusal: { code: "CHANNEL_STEP_REFUSED", message: expect.stringContaining("QC is missing") },
      },
    ]);
    const { steps, actions, documents } = await detail(failed);
    expect(documents).toEqual([]);
    expect(steps).toMatchObject([
      {
        ...{ step: "INVOICE", state: "FAILED", code: "CHANNEL_STEP_REFUSED", attempts: 1, nextAttemptAt: null },
        ...{ whatToDo: expect.any(String), channelSays: expect.stringContaining("QC is missing") },
      },
    ]);
    expect(steps[0]?.exchangeId).toMatch(/^[0-9a-f-]{36}$/);
    expect(actions.find((each) => each.action === "invoice")).toMatchObject({ allowed: true });
  });

  it("are found by a filter, counted on the board, and gone when they are done", async () => {
    scene.source.answers({ fetchInvoice: () => ({ body: { notYet: "soon" } }) });
    const waits = await admin.call("POST", "/shipments/invoice", { ids: [fine] });
    expect(waits.json<{ results: unknown[] }>().results).toMatchObject([
      { outcome: "WAITING", refusal: { code: "CHANNEL_INVOICE_NOT_YET" } },
    ]);
    expect((await listed("failed")).map((row) => row.shippingPackageId)).toEqual([failed]);
    expect((await listed("waiting")).map((row) => row.steps[0]?.state)).toEqual(["WAITING"]);
    expect(await listed("open")).toHaveLength(2);
    const board = (await admin.call("GET", "/board")).body;
    expect(board).toContain("channelStepsFailed");
    expect(board).toContain("channelStepsWaiting");
    scene.inOrder();
    const done = await admin.call("POST", "/shipments/invoice", { ids: [failed, fine] });
    expect(done.json<{ results: { outcome: string }[] }>().results.map((r) => r.outcome)).toEqual(["DONE", "DONE"]);
    expect(await listed("open")).toEqual([]);
  });

  it("bring files that people of the facility open, and nobody else; a signed link shows the channel's invoice", async () => {
    await admin.call("POST", "/shipments/label", { ids: [fine] });
    const now = await detail(fine);
    expect(now).toMatchObject({ courier: "Delhivery", courierCode: "DELHIVERY", thirdPartyShipping: true });
    expect(now.invoices).toMatchObject([{ numberedBy: "CHANNEL" }]);
    expect(now.documents.map((each) => each.kind).toSorted()).toEqual(["CHANNEL_INVOICE", "CHANNEL_LABEL"]);
    for (const file of now.documents) {
      const path = file.url.replace("/api/v1", "");
      const opened = await admin.call("GET", path);
      expect(opened.statusCode).toBe(200);
      expect(opened.rawPayload.subarray(0, 5).toString()).toBe("%PDF-");
      expect(opened.headers["content-type"]).toBe("application/pdf");
      expect(errorCode(await stranger.call("GET", path))).toBe("PACKAGE_NOT_FOUND");
      // Who may not see our invoices sees none of the channel's either: prices and buyers stand on all of these files.
      expect((await picker.call("GET", path)).statusCode).toBe(403);
      // A file of one package is not shown below another's name.
      expect(errorCode(await admin.call("GET", path.replace(/shipments\/[^/]+/, `shipments/${failed}`)))).toBe(
        "NOT_FOUND",
      );
    }
    const link = new URL(signedInvoiceUrl(scene.ctx(), now.invoiceId, scene.t.clock.now().add({ hours: 1 })));
    const shown = await new TestBrowser(server).call("GET", `${link.pathname.replace("/api/v1", "")}${link.search}`);
    expect([shown.statusCode, shown.rawPayload.subarray(0, 5).toString()]).toEqual([200, "%PDF-"]);
    const invoices = (await admin.call("GET", "/invoices")).json<{ rows: { number: string; numberedBy: string }[] }>();
    expect(invoices.rows.map((row) => row.numberedBy)).toEqual(["CHANNEL", "CHANNEL"]);
  });
});
