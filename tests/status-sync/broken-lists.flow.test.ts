/** Some of Flipkart's clients never get its list of what buyers cancelled: it must be here within the ten minutes all the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { houseOf, SKUS } from "../simulation/week/houses.ts";
import { createDatabase } from "../support/database.ts";
import { Stage } from "./stage.ts";

const [, IN_STOCK = "", ANOTHER = "", THIRD = ""] = SKUS;
const STORY_MAX_MS = 90_000;

let stage: Stage;
let drop: () => Promise<void> = async () => undefined;
const dataDir = mkdtempSync(join(tmpdir(), "godown-lists-"));

beforeAll(async () => {
  const database = await createDatabase({ migrated: true });
  drop = database.drop;
  stage = await Stage.set(houseOf("FLIPKART"), { databaseUrl: database.connectionString, dataDir });
}, STORY_MAX_MS);
afterAll(async () => {
  await stage.close();
  await drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(`${stage.simulator.url}/_sim${path}`, sent);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}
const breakLists = (...broken: readonly string[]) => post("/lists", { broken });
const buyerCancels = (id: string) => post(`/orders/${id}/cancel`, { reason: "buyerCancellation" });

/** Questions about orders by their ids: those of syncs, not of the daily reading. */
async function questions(): Promise<number> {
  const [row] = await stage.scene.query<{ n: number }>(
    "select coalesce(sum(coalesce(quiet_count, 1)), 0)::integer as n from godown.exchange where operation like 'readStatuses/%' and sync_run_id is not null",
  );
  return row?.n ?? 0;
}

describe("Flipkart's list of what buyers cancelled", () => {
  it("fails from the moment of a cancellation on", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: IN_STOCK });
    await stage.untilAll(id, "FULFILLABLE");
    await breakLists("buyerCancellation");
    await buyerCancels(id);
    await stage.untilAll(id, "CANCELLED");
  });

  it("has failed for hours", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: ANOTHER });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.pass(30);
    await buyerCancels(id);
    await stage.untilAll(id, "CANCELLED");
    const [run] = await stage.scene.query<{ message: string }>(
      "select message from godown.sync_run where kind = 'STATUS_CANCELLED' and message is not null order by started_at desc limit 1",
    );
    expect(run?.message).toContain("Orders are asked about by their ids instead of cancelled/buyerCancellation.");
  });

  it("answers again: nobody is asked about by its id any more", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: THIRD });
    await stage.untilAll(id, "FULFILLABLE");
    await breakLists();
    await stage.pass(10);
    const before = await questions();
    expect(before).toBeGreaterThan(0);
    await stage.pass(20);
    expect(await questions()).toBe(before);
    await buyerCancels(id);
    await stage.untilAll(id, "CANCELLED");
  });
});
