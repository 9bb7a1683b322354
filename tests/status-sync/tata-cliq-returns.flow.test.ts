/** What comes back at Tata CLiQ: its list of orders says that something does, its list of returns what, and how it ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimReturn } from "../../connectors/kit/simulator/index.ts";
import { houseOf, SKUS } from "../simulation/week/houses.ts";
import { createDatabase } from "../support/database.ts";
import { Stage } from "./stage.ts";

const [, SENT_BACK = "", UNDELIVERED = "", CALLED_OFF = "", KEPT = ""] = SKUS;
const STORY_MAX_MS = 90_000;
/** Delivered and returns are asked for every hour. */
const HOURLY_MINUTES = 70;

let stage: Stage;
let drop: () => Promise<void> = async () => undefined;
const dataDir = mkdtempSync(join(tmpdir(), "godown-returns-"));

beforeAll(async () => {
  const database = await createDatabase({ migrated: true });
  drop = database.drop;
  stage = await Stage.set(houseOf("TATA_CLIQ"), { databaseUrl: database.connectionString, dataDir });
  const { scene, facilityId } = stage;
  await scene.client.must("POST", "/series", { facilityId, documentType: "SALE_INVOICE", prefix: "RT/" });
}, STORY_MAX_MS);
afterAll(async () => {
  await stage.close();
  await drop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("what comes back at Tata CLiQ", () => {
  it("from a customer is one return with its number, courier and reason, delivered before, and no other when it is received", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const id = await left(SENT_BACK);
    await stage.act(id, "deliver");
    await stage.act(id, "return"); // before the list was read in which it was delivered
    await stage.pass(30);
    expect(await casesOf(id), "the list of orders announces nothing").toEqual([]);
    await stage.until("the return is here", async () => (await casesOf(id)).length > 0, HOURLY_MINUTES);
    const there = returnOf(id);
    const known = {
      ...{ kind: "CIR", state: "CREATED", id: there.returnId, awb: there.trackingNumber },
      ...{ courier: there.courier, reason: "Did not fit" },
    };
    expect(await casesOf(id)).toEqual([known]);
    expect((await stage.units(id)).map((unit) => [unit.state, unit.packageState])).toEqual([
      ["DELIVERED", "DELIVERED"],
    ]);
    await endsThere(id, "RECEIVED");
    await saidAgain(id);
    expect(
      await casesOf(id),
      "said again by the lists, and by its number as the daily reading asks, it is one",
    ).toEqual([known]);
    await mustAskNobody();
  });

  it("undelivered is an RTO whose parcel is expected, and no customer's return", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const id = await left(UNDELIVERED);
    await stage.act(id, "rto");
    await stage.until("the return is here", async () => (await casesOf(id)).length > 0, HOURLY_MINUTES);
    const { returnId, trackingNumber: awb, courier, reason } = returnOf(id);
    expect(await casesOf(id)).toEqual([{ kind: "RTO", state: "RETURN_EXPECTED", id: returnId, awb, courier, reason }]);
    expect((await stage.units(id)).map((unit) => unit.packageState)).toEqual(["RETURN_EXPECTED"]);
    await mustAskNobody();
  });

  it("and is called off is expected no more; a return that was over before it was seen never was", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const id = await left(CALLED_OFF);
    const kept = await left(KEPT);
    for (const each of [id, kept]) await stage.act(each, "deliver");
    for (const each of [id, kept]) await stage.untilAll(each, "DELIVERED", HOURLY_MINUTES);
    for (const each of [id, kept]) await stage.act(each, "return");
    await endsThere(kept, "DELIVERED");
    await stage.until("the return is here", async () => (await casesOf(id)).length > 0, HOURLY_MINUTES);
    await endsThere(id, "CANCELLED");
    const isOff = async () => (await casesOf(id)).every((one) => one.state === "CANCELLED");
    await stage.until("it is called off here", isOff, HOURLY_MINUTES);
    await saidAgain(id);
    await saidAgain(kept);
    expect((await casesOf(id)).map((one) => one.state)).toEqual(["CANCELLED"]);
    expect(await casesOf(kept)).toEqual([]);
    await mustAskNobody();
  });
});

/** An order that left here. */
async function left(sku: string): Promise<string> {
  const id = await stage.order({ sku });
  await stage.untilAll(id, "FULFILLABLE");
  await stage.pack(id);
  await stage.handOver(id);
  await stage.untilAll(id, "DISPATCHED");
  const isKnown = async () => stage.there(id).items.every((item) => item.status === "DISPATCHED");
  await stage.until("Tata CLiQ knows that it left", isKnown);
  return id;
}

function returnOf(id: string): SimReturn {
  const order = stage.simulator.remember().orders.find((one) => one.id === id);
  const [of] = order?.returns ?? [];
  if (!of) throw new Error(`Tata CLiQ knows a return of ${id}`);
  return of;
}

/** All lists once more, then the question by the order's number. */
async function saidAgain(id: string): Promise<void> {
  await stage.pass(HOURLY_MINUTES);
  const [order] = await stage.scene.query<{ id: string }>(
    `select sale_order_id as id from godown.sale_order where channel_order_id = '${id}'`,
  );
  await stage.scene.client.must("POST", `/orders/${order?.id}/sync-status`);
  await stage.scene.drive.work();
}

async function endsThere(id: string, ends: "RECEIVED" | "CANCELLED" | "DELIVERED"): Promise<void> {
  const address = `${stage.simulator.url}/_sim/returns/${encodeURIComponent(returnOf(id).returnId)}`;
  const headers = { "content-type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ ends }) });
  if (!answer.ok) throw new Error(`the return ends: ${await answer.text()}`);
}

function casesOf(id: string) {
  return stage.scene.query<{ kind: string; state: string; id: string; awb: string; courier: string; reason: string }>(
    `select c.kind, c.state, c.channel_return_id as id, c.awb, c.courier_code as courier, c.reason
     from godown.return_case c join godown.sale_order o using (tenant_id, sale_order_id) where o.channel_order_id = '${id}' order by c.code`,
  );
}

async function mustAskNobody(): Promise<void> {
  expect(await stage.scene.client.must("GET", "/exceptions?tab=open"), "nobody is asked").toMatchObject({ rows: [] });
}
