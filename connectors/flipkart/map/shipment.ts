/** A shipment as Flipkart gives it, read leniently: new members, and states that nobody knows, sink nothing. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import type { Reading } from "../../protocol/map/documents.ts";
import { isJson, type Json, text } from "../../protocol/map/json.ts";
import { readTime } from "../../protocol/map/time.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { isKnownState } from "./words.ts";

export type Shipment = Schema<"flipkart", "Shipment">;
type Item = Shipment["orderItems"][number];

/** A line with its state in Flipkart's spelling, known or not, and its SKU decoded. */
export interface ShipmentLine extends Omit<Item, "status"> {
  readonly state: string;
}

export interface ReadShipment extends Omit<Shipment, "orderItems"> {
  readonly lines: readonly ShipmentLine[];
}

export const ZONE = "Asia/Kolkata";

const isShipment = validator(FLIPKART_CONTRACT, "Shipment");

/** What is read of a shipment. Members that nothing here depends on are not judged: a new word in one would lose an order. */
const MEMBERS = [
  "shipmentId",
  "locationId",
  "dispatchByDate",
  "dispatchAfterDate",
  "updatedAt",
  "hold",
  "mps",
  "shipmentType",
  "subShipments",
] as const;
const ITEM_MEMBERS = [
  "orderItemId",
  "orderId",
  "cancellationGroupId",
  "orderDate",
  "cancellationDate",
  "paymentType",
  "courierReturn",
  "quantity",
  "fsn",
  "sku",
  "listingId",
  "hsn",
  "title",
  "priceComponents",
  "is_replacement",
] as const;

export function readShipment(raw: unknown): Reading<ReadShipment> {
  const id = shipmentIdOf(raw);
  if (!isJson(raw) || id === null) return { ok: false, words: "a shipment without id" };
  const items = Array.isArray(raw.orderItems) ? raw.orderItems : [];
  const lenient = {
    ...pick(raw, MEMBERS),
    orderItems: Array.isArray(raw.orderItems) ? items.map(lenientItem) : raw.orderItems,
  };
  const checked = isShipment(lenient);
  if (!checked.ok) return { ok: false, words: `shipment ${id}: ${describeMisfits(checked.errors, "shipment")}` };
  const { orderItems, ...rest } = checked.value;
  const lines = orderItems.map(({ status: _, ...item }, i) => ({
    ...item,
    sku: plainSku(item.sku),
    state: stateOf(items[i]),
  }));
  return { ok: true, value: { ...rest, lines } };
}

export function shipmentIdOf(raw: unknown): string | null {
  const id = isJson(raw) ? raw.shipmentId : null;
  return typeof id === "string" ? text(id) : null;
}

/** Flipkart stores and sends all of it: no affair of the seller's. Searches leave such shipments out; asked for by id they come. */
export function isSentByFlipkart(raw: unknown): boolean {
  const items: readonly unknown[] = isJson(raw) && Array.isArray(raw.orderItems) ? raw.orderItems : [];
  return items.length > 0 && items.every((item) => isJson(item) && FROM_FLIPKART.has(String(item.serviceProfile)));
}

const FROM_FLIPKART: ReadonlySet<string> = new Set(["FBF", "Flipkart_Fulfilment"]);

/** Pushes spell it isReplacement, searches is_replacement. */
function lenientItem(raw: unknown): unknown {
  if (!isJson(raw)) return raw;
  const status = stateOf(raw);
  return {
    ...("isReplacement" in raw ? { is_replacement: raw.isReplacement } : {}),
    ...pick(raw, ITEM_MEMBERS),
    // The contract's list of states is closed; one that nobody knows is judged by who reads `state`.
    status: status === "" ? raw.status : isKnownState(status) ? status : "APPROVED",
  };
}

function stateOf(item: unknown): string {
  return isJson(item) && typeof item.status === "string" ? item.status : "";
}

/** The named members that are there; null says that a member is not used. */
export function pick(from: Json, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined || from[name] === null ? [] : [[name, from[name]]])),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", apos: "'", nbsp: " " };

/** `&quot;TEE-BLUE-M&quot;` as some answers give it is the SKU TEE-BLUE-M: entities decoded, quotes around it taken off. */
export function plainSku(given: string): string {
  const decoded = given.replaceAll(
    /&(?:#(\d{1,6})|(\w+));/g,
    (whole, number: string | undefined, name: string | undefined) => {
      if (number !== undefined && Number(number) <= 0x10ffff) return String.fromCodePoint(Number(number));
      return (name === undefined ? undefined : ENTITIES[name]) ?? whole;
    },
  );
  const trimmed = decoded.trim();
  const bare = /^"(.*)"$/s.exec(trimmed)?.[1] ?? trimmed;
  return bare.trim();
}

/** A time with its offset; one without is Indian. Null: none was given, or it is none. */
export function timeOf(given: string | null | undefined): Instant | null {
  return given === null || given === undefined ? null : readTime(given, ZONE);
}

/** Flipkart's lines of a shipment that are not cancelled. */
export function aliveLines(shipment: ReadShipment): readonly ShipmentLine[] {
  return shipment.lines.filter((line) => line.state !== "CANCELLED");
}

/** The seller carries it himself: his invoice, his courier. */
export function isSelfShip(shipment: Pick<ReadShipment, "shipmentType">): boolean {
  return shipment.shipmentType === "SELF";
}
