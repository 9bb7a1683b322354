/** A courier's parcels, accounts and places. No request and no answer is known here. */
import { createHash } from "node:crypto";
import type { Faults } from "../../../connectors/kit/simulator/faults.ts";
import type { Clock, Random, Seller, SimulatorServer, Target } from "../../../connectors/kit/simulator/index.ts";
import { isJson } from "../../../connectors/kit/simulator/json.ts";
import type { Pusher } from "../../../connectors/kit/simulator/pusher.ts";
import type { Accounts } from "../../../connectors/protocol/simulator/accounts.ts";
import type { Schema } from "../../../contract/types.ts";
import type {
  CourierHouse,
  CourierSettings,
  PushTarget,
  ServedPincode,
  SimManifest,
  SimParcel,
  SimScan,
} from "./types.ts";
import { FIRST_WORD } from "./vocabulary.ts";

export interface CourierWorld {
  readonly house: CourierHouse;
  readonly sellers: Map<string, Seller>;
  readonly parcels: Map<string, SimParcel>;
  readonly manifests: Map<number, SimManifest>;
  /** Null: it goes everywhere. */
  pincodes: Map<string, ServedPincode> | null;
  settings: CourierSettings;
  readonly started: CourierSettings;
  readonly accounts: Accounts;
  readonly numbers: Numbers;
  readonly random: Random;
  readonly faults: Faults;
  readonly server: SimulatorServer;
  /** Where each seller's words go, and the words of those without a target of their own. */
  readonly hub: { readonly targets: Map<string, Target>; defaultTarget: Target | null };
  /** What stands in the body of pushes to these. */
  readonly pushTargets: Map<string, PushTarget>;
  readonly pusher: Pusher;
  readonly parcelsMax: number;
  readonly clock: Clock;
  /** How far its clock was moved on. */
  readonly ahead: { minutes: number };
}

export const DEFAULT_SETTINGS: CourierSettings = {
  labels: true,
  repeat: "same",
  history: true,
  statusKey: "status",
  cancelCase: "upper",
  pushes: "all",
  life: "by hand",
  stepMinutes: 60,
  ndrRate: 0.15,
  rtoRate: 0.05,
  lostRate: 0,
  unknownRate: 0,
};

export interface Numbers {
  awb(): string;
  manifest(): number;
}

/**
 * Two digits of the courier, ten of the second in which it was started, then a count: a simulator that was started anew
 * gives no number twice, nor do two that were started together.
 */
export function createNumbers(house: CourierHouse, startedAt: Temporal.Instant): Numbers {
  const digest = createHash("sha256").update(house.code).digest();
  const prefix = String(10 + (digest.readUInt16BE(0) % 90));
  const seconds = Math.floor(startedAt.epochMilliseconds / 1000);
  let [parcels, manifests] = [0, 0];
  return {
    awb: () => `${prefix}${seconds}${String(++parcels).padStart(4, "0")}`,
    manifest: () => seconds * 10_000 + ++manifests,
  };
}

export function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "second" });
}

export interface NewParcel {
  readonly seller: string;
  readonly wish: Schema<"shipping-provider", "WaybillRequest">;
  readonly at: Temporal.Instant;
}

const DAYS_TO_DELIVER = 4;

export function makeParcel(world: CourierWorld, { seller, wish, at }: NewParcel): SimParcel {
  const { Shipment: shipment } = wish;
  const direction = directionOf(wish);
  const destination = partOf(wish.deliveryAddressDetails, "pincode");
  const carriers = world.house.carriers ?? [];
  const asked = carriers.find((carrier) => carrier.toLowerCase() === (wish.courierName ?? "").trim().toLowerCase());
  const parcel: SimParcel = {
    id: world.numbers.awb(),
    seller,
    direction,
    code: shipment.code,
    madeAt: stamp(at),
    wish,
    carrier: asked ?? world.random.pick(carriers) ?? world.house.label,
    routingCode: `${world.house.code.slice(0, 3)}/${destination.slice(0, 3) || "000"}`,
    collectPaise: Math.round(Number(wish.collectableAmount) * 100),
    grams: Number(shipment.weight),
    sizeMm: [Number(shipment.length), Number(shipment.breadth), Number(shipment.height)],
    boxes: Number(shipment.numberOfBoxes ?? 1),
    scans: [],
    attempts: 0,
    ndr: null,
    rto: null,
    expectedAt: stamp(at.add({ hours: 24 * DAYS_TO_DELIVER })),
    manifest: null,
    cancelledAt: null,
    repeats: 0,
    updates: 0,
    plan: [],
    pushes: [],
  };
  parcel.scans.push(
    scanOf(parcel, { at: stamp(at), status: FIRST_WORD[direction], remark: "Pickup is yet to be done" }),
  );
  world.parcels.set(parcel.id, parcel);
  const oldest = world.parcels.keys().next().value;
  if (world.parcels.size > world.parcelsMax && oldest !== undefined) world.parcels.delete(oldest);
  return parcel;
}

export function directionOf(wish: Schema<"shipping-provider", "WaybillRequest">): SimParcel["direction"] {
  return String(wish.returnShipmentFlag) === "true" ? "REVERSE" : "FORWARD";
}

/** Before it travels a scan is where it is collected; after, in the city that it goes to. */
export function scanOf(
  parcel: Pick<SimParcel, "wish" | "scans">,
  scan: Pick<SimScan, "at" | "status" | "remark"> & Partial<SimScan>,
): SimScan {
  const side = parcel.scans.length < 3 ? parcel.wish.pickupAddressDetails : parcel.wish.deliveryAddressDetails;
  const city = partOf(side, "city");
  return {
    subStatus: "",
    place: city === "" ? "Hub 1" : `${city}_H (${partOf(side, "state")})`,
    pincode: partOf(side, "pincode"),
    ...scan,
  };
}

export function statusOf(parcel: SimParcel): string {
  return parcel.scans.at(-1)?.status ?? "";
}

/** A member of an address that may be blank. */
export function partOf(address: unknown, name: string): string {
  const value = isJson(address) ? address[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** The seller's parcel of a number or, of what was not cancelled, of a shipment's code. */
export function findParcel(world: CourierWorld, seller: string, awb: string): SimParcel | null {
  const parcel = world.parcels.get(awb.trim());
  return parcel?.seller === seller ? parcel : null;
}

/** The parcel that a shipment has already: not one that was cancelled. */
export function parcelOfCode(world: CourierWorld, seller: string, direction: string, code: string): SimParcel | null {
  const found = [...world.parcels.values()].filter(
    (parcel) =>
      parcel.seller === seller && parcel.direction === direction && parcel.code === code && parcel.cancelledAt === null,
  );
  return found.at(-1) ?? null;
}

/** By its number or its shipment's code: what people type. */
export function parcelNamed(world: CourierWorld, name: string): SimParcel | null {
  return world.parcels.get(name) ?? [...world.parcels.values()].findLast((parcel) => parcel.code === name) ?? null;
}

export function isServed(world: CourierWorld, pincode: string, cod: boolean): "yes" | "no" | "no COD" {
  if (world.pincodes === null) return "yes";
  const served = world.pincodes.get(pincode);
  if (!served) return "no";
  return cod && !served.cod ? "no COD" : "yes";
}
