/** Tata CLiQ lists active orders: what is over may be gone from its list at once, and must be seen here in time all the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { houseOf, SKUS } from "../simulation/week/houses.ts";
import { createDatabase } from "../support/database.ts";
import { Stage } from "./stage.ts";

const [, IN_STOCK = "", ANOTHER = "", THIRD = "", FOURTH = ""] = SKUS;
const STORY_MAX_MS = 90_000;
/** Delivered is asked for every hour. */
const DELIVERED_MINUTES = 70;

let stage: Stage;
let drop: () => Promise<void> = async () => undefined;
const dataDir = mkdtempSync(join(tmpdir(), "godown-active-"));

beforeAll(async () => {
  const database = await createDatabase({ migrated: true });
  drop = database.drop;
  stage = await Stage.set(houseOf("TATA_CLIQ"), { databaseUrl: database.connectionString, dataDir });
  const { scene, facilityId } = stage;
  const series = { facilityId, documentType: "SALE_INVOICE", prefix: "AL/" };
  await scene.client.must("POST", "/series", series);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ finishedDays: 0 });
  const answer = await fetch(`${stage.simulator.url}/_sim/lists`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`what is over is dropped: ${await answer.text()}`);
}, STORY_MAX_MS);
afterAll(async () => {
  await stage.close();
  await drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Orders that syncs asked about by their numbers. */
async function questions(): Promise<number> {
  const [row] = await stage.scene.query<{ n: number }>(
    "select coalesce(sum(coalesce(quiet_count, 1)), 0)::integer as n from godown.exchange where operation like 'readStatuses/%' and sync_run_id is not null",
  );
  return row?.n ?? 0;
}

describe("an order that Tata CLiQ's list drops", () => {
  it("as it is cancelled there is cancelled here within ten minutes", { timeout: STORY_MAX_MS }, async () => {
    const before = await stage.level(IN_STOCK);
    const id = await stage.order({ sku: IN_STOCK });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "cancel");
    await stage.untilAll(id, "CANCELLED");
    expect(await stage.level(IN_STOCK), "its stock is free again").toEqual(before);
  });

  it("as it is dispatched and delivered on the panel within minutes has left here", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const id = await stage.order({ sku: ANOTHER });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "dispatch");
    await stage.act(id, "deliver");
    const hasLeft = async () =>
      (await stage.units(id)).every((unit) => unit.state === "DISPATCHED" || unit.state === "DELIVERED");
    await stage.until("it has left here", hasLeft);
  });

  it("as it is delivered is delivered here within an hour and a little", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: THIRD });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.pack(id);
    await stage.handOver(id);
    await stage.untilAll(id, "DISPATCHED");
    await stage.pass(30);
    await stage.act(id, "deliver");
    await stage.untilAll(id, "DELIVERED", DELIVERED_MINUTES);
  });

  it("costs a question of its own; what is listed costs none", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: FOURTH });
    await stage.untilAll(id, "FULFILLABLE");
    const before = await questions();
    await stage.pass(20);
    expect(await questions()).toBe(before);
    await stage.act(id, "cancel");
    await stage.untilAll(id, "CANCELLED");
    await stage.pass(20);
    expect(await questions()).toBe(before + 1);
  });
});
