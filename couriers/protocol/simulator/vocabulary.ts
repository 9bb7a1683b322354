/** What may happen to a parcel, and the word that the courier has for it in each direction. */
import type { Direction } from "./types.ts";

interface Meaning {
  readonly word: Readonly<Record<Direction, string>>;
  readonly remark: string;
  /** Nothing happens to the parcel after it. */
  readonly ends?: true;
  readonly only?: Direction;
}

/** By the name under which `/_sim/parcels/{awb}/{step}` takes it. */
export const STEPS = {
  "out-for-pickup": {
    word: { FORWARD: "OUT_FOR_PICKUP", REVERSE: "OUT_FOR_PICKUP" },
    remark: "Rider is on the way",
  },
  pickup: { word: { FORWARD: "PICKED_UP", REVERSE: "REVERSE_PICKED_UP" }, remark: "Shipment picked up" },
  transit: { word: { FORWARD: "IN_TRANSIT", REVERSE: "REVERSE_IN_TRANSIT" }, remark: "Left the hub" },
  "out-for-delivery": {
    word: { FORWARD: "OUT_FOR_DELIVERY", REVERSE: "REVERSE_IN_TRANSIT" },
    remark: "With the delivery rider",
  },
  undelivered: {
    word: { FORWARD: "UNDELIVERED", REVERSE: "REVERSE_PICKUP_PENDING" },
    remark: "Attempt failed",
  },
  deliver: { word: { FORWARD: "DELIVERED", REVERSE: "REVERSE_DELIVERED" }, remark: "Handed over", ends: true },
  rto: { word: { FORWARD: "RTO_INITIATED", REVERSE: "" }, remark: "Goes back to the shipper", only: "FORWARD" },
  "rto-transit": { word: { FORWARD: "RTO_IN_TRANSIT", REVERSE: "" }, remark: "On its way back", only: "FORWARD" },
  "rto-deliver": {
    word: { FORWARD: "RTO_DELIVERED", REVERSE: "" },
    remark: "Returned to the shipper",
    ends: true,
    only: "FORWARD",
  },
  lose: { word: { FORWARD: "LOST", REVERSE: "LOST" }, remark: "Could not be found", ends: true },
  /** A word of the wish's own, or one that nobody knows. */
  word: { word: { FORWARD: "HELD_AT_GATE_9", REVERSE: "HELD_AT_GATE_9" }, remark: "" },
} as const satisfies Readonly<Record<string, Meaning>>;

export type Step = keyof typeof STEPS;

export const STEP_NAMES: readonly Step[] = Object.keys(STEPS).filter(isStep);

export function isStep(name: string): name is Step {
  return name in STEPS;
}

export function meaningOf(step: Step): Meaning {
  return STEPS[step];
}

export const FIRST_WORD: Readonly<Record<Direction, string>> = {
  FORWARD: "PICKUP_PENDING",
  REVERSE: "REVERSE_PICKUP_PENDING",
};

/** Words after which a number is not given back any more: the courier has the parcel, or had it. */
const WAITING: ReadonlySet<string> = new Set(["PICKUP_PENDING", "REVERSE_PICKUP_PENDING", "OUT_FOR_PICKUP"]);

export function waitsForPickup(status: string): boolean {
  return WAITING.has(status);
}

export const CANCELLED = "CANCELLED";

const FINAL: ReadonlySet<string> = new Set([
  CANCELLED,
  ...STEP_NAMES.filter((step) => meaningOf(step).ends).flatMap((step) => Object.values(meaningOf(step).word)),
]);

export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** Reasons of attempts that failed, as couriers code them. */
export const NDR_REASONS = [
  { code: "NDR_01", reason: "Customer not available" },
  { code: "NDR_02", reason: "Customer refused" },
  { code: "NDR_03", reason: "Incomplete address" },
  { code: "NDR_04", reason: "COD amount not ready" },
] as const;
