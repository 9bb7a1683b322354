import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Engine, type ListingRow, type OperationIo, type OperationName } from "../../kit/index.ts";
import type { RunningSimulator } from "../../kit/simulator/index.ts";
import { must } from "../../kit/suite/world.ts";
import { amazon } from "../index.ts";
import { readListing } from "../map/listings.ts";
import { AMAZON_SELLERS, amazonAccount, startAmazonSimulator } from "./index.ts";

const [SELLER] = AMAZON_SELLERS;
if (SELLER === undefined) throw new Error("there is a demo seller");
const fields = { ...amazonAccount(SELLER) };
const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
const [OURS, THEIRS] = ["MIXER-GRINDER-750W", "FBA-PHONE-STAND"];

let sim: RunningSimulator;
let engine: Engine;
beforeAll(async () => {
  sim = await startAmazonSimulator({ clock: () => now, pace: { applyMs: 0 } });
});
beforeEach(async () => {
  await post("/_sim/reset", {});
  engine = new Engine();
  return () => engine.close();
});
afterAll(() => sim.close());

async function post(path: string, body: unknown): Promise<void> {
  const answered = await fetch(`${sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answered.ok) throw new Error(`${path}: ${await answered.text()}`);
}
const run = <K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<OperationIo[K]["out"]> => {
  const channel = { channelId: "a", connector: amazon, baseUrl: sim.url, credentialsVersion: "1", fields };
  return must(name, engine.run(channel, name, input, { now, interactive: false, record: () => undefined }));
};
const row = async (sku: string): Promise<ListingRow | undefined> => {
  const { rows, rejected } = await run("pullListings", 1);
  expect(rejected).toEqual([]);
  return rows.find((one) => one.channelSku === sku);
};
const move = (sku: string, fulfilledBy: string) => post(`/_sim/amazon/listings/${sku}`, { fulfilledBy });

describe("a listing in Amazon's warehouse", () => {
  it("is given with the others and says so, from the day it is moved until it is moved back", async () => {
    expect(await row(THEIRS)).toMatchObject({ live: true, stockAtChannel: true });
    expect(await row(OURS)).toMatchObject({ live: true, stockAtChannel: false });
    await move(OURS, "AMAZON");
    expect(await row(OURS)).toMatchObject({ stockAtChannel: true });
    await move(OURS, "SELLER");
    expect(await row(OURS)).toMatchObject({ stockAtChannel: false });
  });

  it("is taken out of there by a figure, as Amazon warns", async () => {
    const keys = { channelProductId: THEIRS, productId: THEIRS, variantId: THEIRS };
    const figure = { ...keys, quantity: 4, hsn: null, channelWarehouse: null };
    expect(await run("pushInventory", [figure])).toMatchObject({ status: "SUCCESS" });
    expect(await row(THEIRS)).toMatchObject({ stockAtChannel: false });
  });

  it("is known by any code but the seller's own; without a code nothing is said", () => {
    const read = (...codes: string[]) =>
      readListing({ sku: "A", fulfillmentAvailability: codes.map((code) => ({ fulfillmentChannelCode: code })) });
    expect(read("DEFAULT")).toMatchObject({ row: { stockAtChannel: false } });
    expect(read("AMAZON_EU")).toMatchObject({ row: { stockAtChannel: true } });
    expect(read("DEFAULT", "AMAZON_EU")).toMatchObject({ row: { stockAtChannel: true } });
    expect(read()).toMatchObject({ ok: true, row: expect.not.objectContaining({ stockAtChannel: expect.anything() }) });
  });
});
