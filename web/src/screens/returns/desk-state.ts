import { plural } from "../../lib/format.ts";
import { type Grade, gradeOptions } from "../putaway/putaway-data.ts";

/** A unit of a parcel in the hand, as `GET /api/v1/returns/look-up` gives it. */
export interface DeskUnit {
  readonly unitId: string;
  readonly code: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly state: string;
  readonly returnCaseId: string | null;
  readonly returnCode: string | null;
  readonly returnKind: "RTO" | "CIR" | null;
  readonly returnState: string | null;
  readonly itemState: string | null;
  readonly grade: string | null;
  /** It is to be received now. */
  readonly due: boolean;
}

/** A parcel that a scanned code may mean. */
export interface Candidate {
  readonly shippingPackageId: string;
  readonly package: string;
  readonly state: string;
  readonly awb: string | null;
  readonly courier: string | null;
  readonly saleOrderId: string;
  readonly order: string;
  readonly channel: string;
  readonly dispatchFacility: string;
  readonly expectedFacility: string;
  readonly foundBy: string;
  readonly road: "RTO" | "CIR" | "FOUND" | null;
  readonly announced: boolean;
  readonly syncFirst: boolean;
  readonly returnManifest: string | null;
  readonly refusal: { readonly code: string; readonly message: string; readonly whatToDo: string } | null;
  readonly units: readonly DeskUnit[];
}

export interface LookUp {
  readonly code: string;
  readonly meant: string | null;
  readonly candidates: readonly Candidate[];
}

/** What was said of a unit. */
export type Said = Grade | "missing";

/** The parcel in the hand, and what was said of its units so far. */
export interface InHand {
  /** What was scanned. */
  readonly code: string;
  readonly parcel: Candidate;
  readonly said: Readonly<Record<string, Said>>;
  /** The unit that a key speaks of. */
  readonly at: string | null;
  /** Units that an earlier receipt came without are being received. */
  readonly found: boolean;
  /** What the channel answered when it was asked here. */
  readonly synced: string | null;
}

/** Units that something is to be said of. */
export function dueUnits(hand: Pick<InHand, "parcel" | "found">): readonly DeskUnit[] {
  return hand.found ? missingUnits(hand.parcel) : hand.parcel.units.filter((unit) => unit.due);
}

/** Units that an earlier receipt of the parcel came without. */
export const missingUnits = (parcel: Candidate): readonly DeskUnit[] =>
  parcel.units.filter((unit) => unit.itemState === "MISSING" || unit.itemState === "LOST");

export function takeInHand(code: string, parcel: Candidate, synced: string | null = null): InHand {
  const at = parcel.units.find((unit) => unit.due)?.unitId ?? null;
  return { code, parcel, said: {}, at, found: false, synced };
}

/** Turns to the units that were missing: they were found. */
export function turnToFound(hand: InHand): InHand {
  return { ...hand, found: true, said: {}, at: missingUnits(hand.parcel)[0]?.unitId ?? null };
}

/** It may not be received as it stands. */
export const isBlocked = (hand: InHand): boolean => hand.parcel.refusal !== null && !hand.found;

/** Says something of the unit that stands in turn, and goes to the next of which nothing was said. */
export function sayOf(hand: InHand, what: Said): InHand {
  if (hand.at === null) return hand;
  const said = { ...hand.said, [hand.at]: what };
  const units = dueUnits(hand);
  const from = units.findIndex((unit) => unit.unitId === hand.at);
  const next = [...units.slice(from + 1), ...units.slice(0, from)].find((unit) => said[unit.unitId] === undefined);
  return { ...hand, said, at: next?.unitId ?? hand.at };
}

/** The unit before or after the one in turn. */
export function turnBy(hand: InHand, by: 1 | -1): InHand {
  const units = dueUnits(hand);
  const from = units.findIndex((unit) => unit.unitId === hand.at);
  const next = units[(from + by + units.length) % units.length];
  return next === undefined ? hand : { ...hand, at: next.unitId };
}

/** A scanned SKU or unit puts that unit in turn: one of which nothing was said, if there is one. Null: it names none. */
export function pointAt(hand: InHand, code: string): InHand | null {
  const wanted = code.toUpperCase();
  const named = dueUnits(hand).filter(
    (unit) => unit.sku.toUpperCase() === wanted || unit.code.toUpperCase() === wanted,
  );
  const unit = named.find((each) => hand.said[each.unitId] === undefined) ?? named[0];
  return unit === undefined ? null : { ...hand, at: unit.unitId };
}

/** Does a scan name the parcel that is in the hand already? */
export function isSame({ code, parcel }: InHand, scanned: string): boolean {
  const wanted = scanned.toUpperCase();
  return [code, parcel.package, parcel.awb].some((each) => each?.toUpperCase() === wanted);
}

export const undecided = (hand: InHand): readonly DeskUnit[] =>
  dueUnits(hand).filter((unit) => hand.said[unit.unitId] === undefined);

/** Why the parcel cannot be received yet; null: it can. A parcel that turned back is one box: every unit is decided. */
export function lackingWords(hand: InHand): string | null {
  if (isBlocked(hand)) return hand.parcel.refusal?.message ?? null;
  const left = undecided(hand);
  const all = dueUnits(hand);
  if (left.length === 0) return null;
  if (hand.found || hand.parcel.road === "CIR")
    return left.length < all.length ? null : "Say what at least one unit is worth.";
  return `Say of ${plural(left.length, "unit")} what it is worth, or that it is missing.`;
}

/** What is sent to receive it. */
export function receiptOf(hand: InHand): {
  readonly shippingPackageId: string;
  readonly unannounced: boolean;
  readonly units: readonly { unitId: string; grade: Grade | null; missing: boolean }[];
} {
  const units = dueUnits(hand).flatMap(({ unitId }) => {
    const said = hand.said[unitId];
    if (said === undefined) return [];
    return [said === "missing" ? { unitId, grade: null, missing: true } : { unitId, grade: said, missing: false }];
  });
  return { shippingPackageId: hand.parcel.shippingPackageId, unannounced: !hand.parcel.announced, units };
}

export const saidWord = (said: Said): string =>
  said === "missing" ? "Missing" : (gradeOptions.find((option) => option.value === said)?.label ?? said);

/** The keys of grades in words: "F6 Good, F7 Bad, F9 QC rejected". */
export const gradeKeys: string = gradeOptions.map(({ press, label }) => `${press} ${label}`).join(", ");

/** What a channel answered of an order, in a sentence. */
export function syncWords(answer: {
  readonly changed: boolean;
  readonly lines: readonly { readonly status: string; readonly raw: string }[];
}): string {
  const said = [...new Set(answer.lines.map((line) => line.raw))];
  const words = said.length === 0 ? "nothing of it" : said.map((each) => `“${each}”`).join(", ");
  return `The channel says ${words}: ${answer.changed ? "that is news, and it stands here now" : "nothing new"}.`;
}
