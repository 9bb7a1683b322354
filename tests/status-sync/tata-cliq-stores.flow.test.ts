/**
 * Tata CLiQ's stories that its page of stories has no column for: what the seller ships himself (SSHIP), with an invoice of
 * his own series, a line that hops from one of his stores to the other, and orders of a store that is not entered here.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { FACILITY, type House, houseOf, SKUS } from "../simulation/week/houses.ts";
import { createDatabase } from "../support/database.ts";
import { PLACE_WITHOUT_SERIES, Stage } from "./stage.ts";

const [, LEFT_ON_PANEL = "", PACKED_HERE = "", HOPPING = ""] = SKUS;
const STORY_MAX_MS = 90_000;
/** Delivered is asked for every hour. */
const DELIVERED_MINUTES = 70;
const PIECES = 5;

const tata = houseOf("TATA_CLIQ");
/** The same seller with two stores, the second of which is opened here for the hop: it packs at the facility that has a series. */
const SLAVES = { SLV01: PLACE_WITHOUT_SERIES, SLV02: FACILITY };
/** A store of his that nobody has entered here. */
const UNKNOWN_STORE = "SLV03";
const house: House = { ...tata, warehouses: [...Object.keys(SLAVES), UNKNOWN_STORE] };

let stage: Stage;
let drop: () => Promise<void> = async () => undefined;
const dataDir = mkdtempSync(join(tmpdir(), "godown-stores-"));

beforeAll(async () => {
  const database = await createDatabase({ migrated: true });
  drop = database.drop;
  stage = await Stage.set(house, { databaseUrl: database.connectionString, dataDir });
}, STORY_MAX_MS);
afterAll(async () => {
  await stage.close();
  await drop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("what the seller ships on Tata CLiQ", () => {
  it("waits for the series of its facility, goes on by itself, is told with its invoice, and arrives", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const { client } = stage.scene;
    const onPanel = await stage.order({ sku: LEFT_ON_PANEL, sellerShips: true });
    const here = await stage.order({ sku: PACKED_HERE, sellerShips: true });
    for (const id of [onPanel, here]) await stage.untilAll(id, "FULFILLABLE");
    await stage.act(onPanel, "dispatch");
    await stage.until("the word waits for the series", async () => (await wordsOf(onPanel)).includes("SERIES_MISSING"));
    expect(await wordsOf(onPanel), "the error says where the series is missing").toContain(PLACE_WITHOUT_SERIES);
    const refused = JSON.stringify(await client.must("POST", "/shipments/invoice", { ids: await parcelIds(here) }));
    expect(refused).toContain("SERIES_MISSING");
    expect(refused).toContain(PLACE_WITHOUT_SERIES);
    expect((await unitsOf(onPanel, here)).map((unit) => [unit.state, unit.invoices])).toEqual([
      ["FULFILLABLE", 0],
      ["FULFILLABLE", 0],
    ]);

    const { facilityId } = stage;
    await client.must("POST", "/series", { facilityId, documentType: "SALE_INVOICE", prefix: "SS/" });
    await stage.untilAll(onPanel, "DISPATCHED");
    await stage.pack(here);
    await stage.handOver(here);
    await stage.untilAll(here, "DISPATCHED");
    await stage.until("Tata CLiQ knows that it left", async () => orderThere(here).shipments.length > 0);
    const numbers = await invoicesOf(onPanel, here);
    expect(numbers).toEqual([expect.stringMatching(/^SS\//), expect.stringMatching(/^SS\//)]);
    expect((await unitsOf(onPanel, here)).map((unit) => unit.numberedBy)).toEqual(["SERIES", "SERIES"]);
    expect(orderThere(here).shipments, "our courier and its number").toMatchObject([
      { courier: "Swift Couriers", trackingNumber: expect.stringMatching(/^SW/) },
    ]);
    expect(dispatchesOf(here)).toMatchObject([{ outcome: "SUCCESS", invoiceNumber: numbers[1] }]);

    for (const id of [onPanel, here]) await stage.act(id, "deliver");
    for (const id of [onPanel, here]) await stage.untilAll(id, "DELIVERED", DELIVERED_MINUTES);
  });
});

describe("a line that hops from one store to the other", () => {
  it("is cancelled at the first facility, and comes, is accepted and leaves at the other", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const { client } = stage.scene;
    await connectStores(SLAVES);
    await client.must("POST", "/inventory/adjustments", {
      ...{ facility: FACILITY, sku: HOPPING, kind: "ADD", quantity: PIECES },
    });
    const before = await goodsAt(HOPPING, PLACE_WITHOUT_SERIES);
    const id = await stage.order({ sku: HOPPING });
    const next = id.replace("SLV01", "SLV02");
    await stage.untilAll(id, "FULFILLABLE");
    expect(await goodsAt(HOPPING, PLACE_WITHOUT_SERIES)).toEqual({ good: before.good, blocked: before.blocked + 1 });

    await rejectOnPanel(id);
    await stage.untilAll(id, "CANCELLED");
    expect(await goodsAt(HOPPING, PLACE_WITHOUT_SERIES), "its stock is free again").toEqual(before);
    await stage.untilAll(next, "FULFILLABLE");
    expect(await goodsAt(HOPPING, FACILITY)).toEqual({ good: PIECES, blocked: 1 });
    await stage.until("its store has accepted it", async () => orderThere(next).acknowledgedAt !== null);

    await stage.pack(next);
    await stage.handOver(next);
    await stage.untilAll(next, "DISPATCHED");
    await stage.until("Tata CLiQ knows that it left", async () => orderThere(next).shipments.length > 0);
    await stage.pass(60);
    expect((await unitsOf(id, next)).map((unit) => unit.state)).toEqual(["CANCELLED", "DISPATCHED"]);
    expect(await goodsAt(HOPPING, FACILITY)).toEqual({ good: PIECES - 1, blocked: 0 });
    expect(await client.must("GET", "/exceptions?tab=open"), "nobody is asked").toMatchObject({ rows: [] });
  });

  it("leaves the rest of its order as it was, which goes on and asks nobody", { timeout: STORY_MAX_MS }, async () => {
    const id = await stage.order({ sku: HOPPING, quantity: 2 });
    const next = id.replace("SLV01", "SLV02");
    await stage.untilAll(id, "FULFILLABLE");
    const [first] = orderThere(id).items;
    await rejectOnPanel(id, [first?.orderItemId]);
    const states = async () => (await unitsOf(id)).map((unit) => unit.state).toSorted();
    await stage.until("one unit is gone", async () => (await states()).join() === "CANCELLED,FULFILLABLE");
    await stage.untilAll(next, "FULFILLABLE");

    await stage.pass(10);
    expect(await intakeOf(id), "less of it is no other content").toMatchObject([{ state: "CREATED", code: null }]);
    await stage.pack(id);
    await stage.handOver(id);
    await stage.until("the rest has left", async () => (await states()).join() === "CANCELLED,DISPATCHED");
    await stage.untilAll(next, "FULFILLABLE");
    const { client } = stage.scene;
    expect(await client.must("GET", "/exceptions?tab=open"), "nobody is asked").toMatchObject({ rows: [] });
  });
});

describe("an order of a store that the channel's map does not name", () => {
  it("waits with the store's name, and is made at its facility as soon as the map names it", {
    timeout: STORY_MAX_MS,
  }, async () => {
    const before = await goodsAt(LEFT_ON_PANEL, FACILITY);
    const id = await stage.order({ sku: LEFT_ON_PANEL, warehouse: UNKNOWN_STORE });
    await stage.until("it waits", async () => (await intakeOf(id)).length > 0);
    const waiting = { state: "FAILED", code: "FACILITY_NOT_MAPPED" };
    expect(await intakeOf(id)).toEqual([{ ...waiting, message: expect.stringContaining(UNKNOWN_STORE) }]);
    await stage.pass(10);
    expect(await intakeOf(id), "shown again it is the same one").toMatchObject([waiting]);

    const hopped = await stage.order({ sku: PACKED_HERE, warehouse: UNKNOWN_STORE });
    await stage.until("it waits too", async () => (await intakeOf(hopped)).length > 0);
    await rejectOnPanel(hopped);
    await stage.untilAll(hopped.replace(UNKNOWN_STORE, "SLV01"), "FULFILLABLE");

    await connectStores({ SLV01: PLACE_WITHOUT_SERIES, [UNKNOWN_STORE]: FACILITY });
    await stage.untilAll(id, "UNFULFILLABLE");
    await stage.untilAll(hopped, "CANCELLED");
    expect(await intakeOf(id)).toMatchObject([{ state: "CREATED", code: null }]);
    const goods = { facility: FACILITY, sku: LEFT_ON_PANEL, kind: "ADD", quantity: PIECES };
    await stage.scene.client.must("POST", "/inventory/adjustments", goods);
    await stage.untilAll(id, "FULFILLABLE");
    expect(await goodsAt(LEFT_ON_PANEL, FACILITY)).toEqual({ good: before.good + PIECES, blocked: before.blocked + 1 });
  });

  it("comes to one channel alone: a seller id is no second channel's, whoever signs in", async () => {
    const { client } = stage.scene;
    const facilities = [{ facilityId: stage.facilityId }];
    const { channelId } = await client.must<{ channelId: string }>("POST", "/channels", {
      ...{ source: house.source, name: "Tata_2", code: "Tata_2", settings: { facilities } },
    });
    const fields = { ...house.fields(PLACE_WITHOUT_SERIES), username: "another-of-the-same-seller" };
    const answer = await client.api("PUT", `/channels/${channelId}/credentials`, { fields, confirm: [] });
    expect(answer.code).toBe("CHANNEL_FIELD_TAKEN");
    // Nor is any channel's waiting word tried again in the name of one that is not there.
    const unknown = await client.api("POST", "/status-sync/apply-waiting", { channelId: crypto.randomUUID() });
    expect(unknown.code).toBe("CHANNEL_NOT_FOUND");
  });
});

/** The channel's map of stores; both facilities serve it. */
async function connectStores(slaves: Readonly<Record<string, string>>): Promise<void> {
  const { client, channels } = stage.scene;
  const { rows } = await client.must<{ rows: { facilityId: string }[] }>("GET", "/facilities");
  const facilities = rows.map(({ facilityId }) => facilityId);
  const path = `/channels/${channels.get(house.source)}`;
  const fields = { ...house.fields(PLACE_WITHOUT_SERIES), slaves: JSON.stringify(slaves) };
  await client.must("PUT", `${path}/credentials`, { fields, facilities, confirm: [] });
  expect(await client.must("POST", `${path}/connect`)).toMatchObject({ connected: true });
}

/** The store's own people reject these lines, otherwise all, by the call that the panel makes. */
async function rejectOnPanel(id: string, lines?: readonly unknown[]): Promise<void> {
  const [orderNo, slaveId] = id.split("@");
  const { username: userName, password } = house;
  const { access_token } = await callTata("AP_TOKEN/AVT_JSON_TOKEN", { userName, password });
  const transactionIds = lines ?? orderThere(id).items.map((item) => item.orderItemId);
  const wish = { orderNo, slaveId, transactionIds, reason: "OUT_OF_STOCK" };
  const told = await callTata("AP_ORDER_REJECT/AVT_JSON_ORDER_REJECT", wish, access_token);
  expect(told).toMatchObject({ status: "SUCCESS" });
}

async function callTata(of: string, body: object, token = ""): Promise<{ access_token?: string }> {
  const answer = await fetch(`${stage.simulator.url}/PartnerConnect/PC_S123456/${of}/AV_1.0/OG_1`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${of}: ${await answer.text()}`);
  return (await answer.json()) as { access_token?: string }; // the contract's shape
}

function orderThere(id: string): SimOrder {
  const found = stage.simulator.remember().orders.find((order) => order.id === id);
  if (!found) throw new Error(`Tata CLiQ knows ${id}`);
  return found;
}

/** What Tata CLiQ was told of an order's dispatch. */
function dispatchesOf(id: string): readonly unknown[] {
  const told = stage.simulator.state().dispatches as readonly { readonly orderId: string }[]; // the shape that simulators promise
  return told.filter((one) => one.orderId === id);
}

const unitsOf = async (...ids: readonly string[]) => (await Promise.all(ids.map((id) => stage.units(id)))).flat();
const parcelIds = async (id: string) => (await stage.parcelsOf(id)).map((parcel) => parcel.id);

/** What waits of an order's words, with its reasons. */
async function wordsOf(id: string): Promise<string> {
  const words = await stage.scene.query(
    `select outcome, code, facts from godown.channel_word where channel_order_id = '${id}' and outcome = 'WAITING'`,
  );
  return JSON.stringify(words);
}

async function invoicesOf(...ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    ids.map((id) =>
      stage.scene.query<{ number: string }>(
        `select i.number from godown.invoice i join godown.sale_order o using (tenant_id, sale_order_id) where o.channel_order_id = '${id}'`,
      ),
    ),
  );
  return found.flat().map((row) => row.number);
}

function intakeOf(id: string) {
  return stage.scene.query<{ state: string; code: string | null; message: string | null }>(
    `select state, code, message from godown.intake where channel_order_id = '${id}'`,
  );
}

async function goodsAt(sku: string, facility: string): Promise<{ good: number; blocked: number }> {
  const [row] = await stage.scene.query<{ good: number; blocked: number }>(
    `select l.good, l.blocked from godown.stock_level l join godown.sku s using (tenant_id, sku_id)
     join godown.facility f using (tenant_id, facility_id) where s.code = '${sku}' and f.code = '${facility}'`,
  );
  return row ?? { good: 0, blocked: 0 };
}
