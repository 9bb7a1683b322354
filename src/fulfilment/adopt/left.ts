import type { ReportedParcel } from "../../../connectors/kit/index.ts";
import type { ChannelId, Instant, Refusal } from "../../kernel/index.ts";
import { hasLeft, isInvoiced } from "../cancel-rules.ts";
import type { LockedUnit } from "../store.ts";

/** What a channel says of a line that left there: heard before DISPATCHED, the others mean that too. */
export const LEFT_STATUSES = ["DISPATCHED", "DELIVERED", "RTO", "CIR", "RETURNED"] as const;
export type LeftStatus = (typeof LEFT_STATUSES)[number];

export interface LeftLine {
  readonly channelOrderItemId: string;
  readonly status: LeftStatus;
  /** Pieces of the line that the word is about; null: all of the line. */
  readonly quantity: number | null;
  /** When it left there; null: the channel does not say. */
  readonly changedAt: Instant | null;
}

/** Lines of one order that left from the marketplace's panel. */
export interface LeftOrder {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly lines: readonly LeftLine[];
  /** How they travel, where the channel says so. */
  readonly parcels: readonly ReportedParcel[];
}

/** What became of the word about one line. DOUBT: a person has been asked. */
export type LineLeft =
  | { readonly line: string; readonly outcome: "ADOPTED" | "NOTHING" }
  | { readonly line: string; readonly outcome: "DOUBT"; readonly refusal: Refusal };

/** A unit as far as a word about its line has to know it. */
export type SpokenUnit = Pick<
  LockedUnit,
  "unitId" | "unitNo" | "code" | "state" | "channelOrderItemId" | "shippingPackageId" | "parts" | "channelStatus"
> & {
  /** It left, and by a manifest of ours. */
  readonly byHand: boolean;
};

/** Units that a word means and that are still here; `cancelled`: all of its line is cancelled here, and the word contradicts that. */
export interface Meant<U> {
  readonly units: readonly U[];
  readonly cancelled: boolean;
}

/**
 * Which of the units still here a word about their line means. Pure. Without a quantity it means all of the line, unless
 * a unit of it left by our own hand: then it is the echo of that. With one, it means so many less those that are gone.
 * Which ones the panel sent cannot be known: parcels that go whole first, the furthest on their way before the others, then
 * units of parcels that have to be opened for it, last those that nothing was blocked for.
 */
export function unitsMeant<U extends SpokenUnit>(units: readonly U[], word: LeftLine): Meant<U> {
  const line = units.filter((unit) => unit.channelOrderItemId === word.channelOrderItemId);
  const standing = line.filter((unit) => unit.state !== "CANCELLED");
  const here = standing.filter((unit) => !hasLeft(unit.state));
  const gone = standing.length - here.length;
  if (here.length === 0) return { units: [], cancelled: isCancelledHere(units, word) };
  if (word.quantity === null) return { units: standing.some((unit) => unit.byHand) ? [] : here, cancelled: false };
  const parts = here[0]?.parts ?? 1;
  const wanted = Math.max(0, word.quantity * parts - gone);
  return { units: wanted >= here.length ? here : choose(units, here, wanted), cancelled: false };
}

/**
 * Does the word speak of a line that was cancelled here while nobody knew that it had left there? Pure. Whoever cancelled it, we or
 * the channel: its goods are free here and gone there. Of what the channel had said more than that it is cancelled, it was known.
 */
export function isCancelledHere(
  units: readonly Pick<SpokenUnit, "state" | "channelOrderItemId" | "channelStatus">[],
  word: Pick<LeftLine, "channelOrderItemId" | "status">,
): boolean {
  const line = units.filter((unit) => unit.channelOrderItemId === word.channelOrderItemId);
  if (line.length === 0 || line.some((unit) => unit.state !== "CANCELLED")) return false;
  if (word.status !== "DISPATCHED" && word.status !== "DELIVERED") return true;
  return line.some((unit) => unit.channelStatus === null || unit.channelStatus === "CANCELLED");
}

/** So many units of a line, those first that leave without a parcel being opened. */
function choose<U extends SpokenUnit>(all: readonly U[], here: readonly U[], wanted: number): U[] {
  const chosen: U[] = [];
  const parcels = [...Map.groupBy(here, (unit) => unit.shippingPackageId)].flatMap(([id, units]) => {
    if (id === null) return [];
    const size = all.filter((unit) => unit.shippingPackageId === id && unit.state !== "CANCELLED").length;
    return [{ units: inOrder(units), whole: size === units.length }];
  });
  for (const { units, whole } of parcels.toSorted((a, b) => progress(b.units[0]) - progress(a.units[0])))
    if (whole && units.length <= wanted - chosen.length) chosen.push(...units);
  // A parcel without an invoice is the lightest to open.
  for (const { units } of parcels.toSorted((a, b) => progress(a.units[0]) - progress(b.units[0])))
    for (const unit of units) if (chosen.length < wanted && !chosen.includes(unit)) chosen.push(unit);
  const waiting = inOrder(here.filter((unit) => unit.shippingPackageId === null));
  return [...chosen, ...waiting.slice(0, wanted - chosen.length)];
}

function inOrder<U extends SpokenUnit>(units: readonly U[]): U[] {
  return units.toSorted((a, b) => a.unitNo - b.unitNo);
}

function progress(unit: SpokenUnit | undefined): number {
  if (unit === undefined) return 0;
  if (unit.state === "MANIFESTED") return 4;
  if (unit.state === "READY_TO_SHIP") return 3;
  return isInvoiced(unit.state) ? 2 : 1;
}
