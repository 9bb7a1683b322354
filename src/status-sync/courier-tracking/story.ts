import type { PackageState } from "../../fulfilment/index.ts";
import { INDIA, type Instant } from "../../kernel/index.ts";
import { type TrackingMeaning, trackingMeanings } from "../../shipping/courier-statuses.ts";

/** One word of a parcel's story, as it stands on the package. */
export interface StoryWord {
  readonly id: string;
  readonly raw: string;
  readonly meaning: TrackingMeaning | null;
  /** When it happened; where nobody said, when it was heard. */
  readonly at: Instant;
  readonly remark: string | null;
  readonly place: string | null;
  readonly ndrCode: string | null;
  readonly ndrReason: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: Instant | null;
  /** Its effect was looked at. */
  readonly applied: boolean;
}

export type WordOutcome = "MOVED" | "KNOWN" | "NOTHING" | "LATE" | "DOUBT" | "UNKNOWN";

/** What the words do to a package. */
export interface StoryDecision {
  /** Events of its lifecycle, in order, each with the word that causes it. */
  readonly moves: readonly { readonly event: "ship" | "deliver" | "turnBack"; readonly word: StoryWord }[];
  /** Two words fit each other badly, and a person says which is true. */
  readonly doubt: {
    readonly kind: "DELIVERED_WHILE_RETURNING" | "RETURNING_AFTER_DELIVERY";
    readonly word: StoryWord;
  } | null;
  /** Of each word that was not looked at before. */
  readonly outcomes: ReadonlyMap<string, WordOutcome>;
}

const ON_ITS_WAY: readonly PackageState[] = ["DISPATCHED", "SHIPPED"];
const CAME_TO_NOTHING: readonly PackageState[] = ["CANCELLED", "SPLITTED", "MERGED"];

/**
 * Decides what the words of couriers do to a package that left from here. All words are judged together by when they happened, not
 * by when they were heard: of "delivered" and "coming back" the later one is true. A package never moves back; what
 * would move it back is a doubt. Pure.
 */
export function decideStory(
  parcel: { readonly state: PackageState; readonly deliveredAt: Instant | null },
  told: readonly StoryWord[],
): StoryDecision {
  const words = inOrder(told);
  const fresh = words.filter((word) => !word.applied);
  const outcomes = new Map<string, WordOutcome>(fresh.map((word) => [word.id, plainOutcome(word)]));
  const decisive = words.findLast((word) => isDecisive(word));
  const moves: StoryDecision["moves"][number][] = [];
  const settle = (word: StoryWord, outcome: WordOutcome) => {
    if (!word.applied) outcomes.set(word.id, outcome);
  };
  if (CAME_TO_NOTHING.includes(parcel.state)) {
    for (const word of fresh) if (effectOf(word) !== null) settle(word, "NOTHING");
    return { moves, doubt: null, outcomes };
  }
  for (const word of words)
    if (isDecisive(word) && effectOf(word) !== (decisive && effectOf(decisive))) settle(word, "LATE");
  if (ON_ITS_WAY.includes(parcel.state)) {
    const shipped = words.find((word) => effectOf(word) === "ship");
    if (parcel.state === "DISPATCHED" && shipped) moves.push({ event: "ship", word: shipped });
    const effect = decisive && effectOf(decisive);
    if (decisive && !decisive.applied && (effect === "deliver" || effect === "turnBack"))
      moves.push({ event: effect, word: decisive });
    for (const { word } of moves) settle(word, "MOVED");
    return { moves, doubt: null, outcomes };
  }
  const doubt = doubtOf(parcel, decisive);
  if (doubt) settle(doubt.word, "DOUBT");
  else if (decisive && parcel.state === "DELIVERED" && effectOf(decisive) === "turnBack") settle(decisive, "LATE");
  return { moves, doubt, outcomes };
}

function doubtOf(
  { state, deliveredAt }: { readonly state: PackageState; readonly deliveredAt: Instant | null },
  decisive: StoryWord | undefined,
): StoryDecision["doubt"] {
  if (!decisive || decisive.applied) return null;
  if (state === "RETURN_EXPECTED" && effectOf(decisive) === "deliver")
    return { kind: "DELIVERED_WHILE_RETURNING", word: decisive };
  const later = deliveredAt === null || Temporal.Instant.compare(decisive.at, deliveredAt) >= 0;
  if (state === "DELIVERED" && effectOf(decisive) === "turnBack" && later)
    return { kind: "RETURNING_AFTER_DELIVERY", word: decisive };
  return null;
}

function plainOutcome(word: StoryWord): WordOutcome {
  if (word.meaning === null) return "UNKNOWN";
  return effectOf(word) === null ? "NOTHING" : "KNOWN";
}

function effectOf({ meaning }: StoryWord) {
  return meaning === null ? null : trackingMeanings[meaning].effect;
}

function isDecisive(word: StoryWord): boolean {
  const effect = effectOf(word);
  return effect === "deliver" || effect === "turnBack";
}

/** By when they happened; of one moment, what is on the way back comes last: "RTO delivered" is no delivery. */
function inOrder(words: readonly StoryWord[]): StoryWord[] {
  const rank = (word: StoryWord) => (effectOf(word) === "turnBack" ? 1 : 0);
  return words.toSorted(
    (a, b) => Temporal.Instant.compare(a.at, b.at) || rank(a) - rank(b) || (a.raw < b.raw ? -1 : a.raw > b.raw ? 1 : 0),
  );
}

/** Attempts from which on a failed delivery is flagged: most couriers turn round after the third. */
export const NDR_FLAGGED_FROM = 3;
const ATTEMPTS_MAX = 99;
const SAYS_NO_REASON = /^\W*(un|not\W*)?deliver|^\W*(ndr|failed)\b|attempt|rescheduled/i;

/** A delivery that failed, as a parcel's words tell it. */
export interface Ndr {
  /** OPEN: the last attempt failed. TRYING: out for delivery again. The others say how it ended. */
  readonly state: "OPEN" | "TRYING" | "DELIVERED" | "RETURNING" | "LOST";
  /** By the courier's own count where it counts; else the days on which it tried. */
  readonly attempts: number;
  readonly code: string | null;
  readonly reason: string | null;
  readonly place: string | null;
  readonly firstFailedAt: Instant;
  readonly lastFailedAt: Instant;
  readonly nextAttemptAt: Instant | null;
}

/** What a parcel's words say of failed deliveries; null: none failed. The same words give the same answer in any order. Pure. */
export function ndrOf(told: readonly StoryWord[]): Ndr | null {
  const words = inOrder(told);
  const failed = words.filter((word) => word.meaning === "DELIVERY_FAILED");
  const first = failed[0];
  const last = failed.at(-1);
  if (!first || !last) return null;
  const days = new Set(failed.map((word) => word.at.toZonedDateTimeISO(INDIA).toPlainDate().toString()));
  const counted = Math.max(0, ...words.map((word) => word.attempts ?? 0));
  const said = failed.findLast((word) => word.ndrReason !== null || word.ndrCode !== null);
  return {
    state: ndrState(words, last),
    attempts: Math.min(ATTEMPTS_MAX, Math.max(1, counted === 0 ? days.size : counted)),
    code: said?.ndrCode ?? null,
    // Many couriers say why by the word itself: "Door locked". That it was not delivered is no reason.
    reason: said?.ndrReason ?? last.remark ?? (SAYS_NO_REASON.test(last.raw) ? null : last.raw),
    place: failed.findLast((word) => word.place !== null)?.place ?? null,
    firstFailedAt: first.at,
    lastFailedAt: last.at,
    nextAttemptAt: last.nextAttemptAt,
  };
}

function ndrState(words: readonly StoryWord[], lastFailed: StoryWord): Ndr["state"] {
  const since = words.filter((word) => Temporal.Instant.compare(word.at, lastFailed.at) >= 0);
  // On the way back failed attempts are the seller's, not the customer's.
  const decisive = words.findLast((word) => isDecisive(word));
  if (decisive && effectOf(decisive) === "turnBack") return "RETURNING";
  if (decisive && since.includes(decisive)) return "DELIVERED";
  if (since.some((word) => word.meaning === "LOST" || word.meaning === "DAMAGED")) return "LOST";
  const tries = since.some(
    (word) => word.meaning === "OUT_FOR_DELIVERY" && Temporal.Instant.compare(word.at, lastFailed.at) > 0,
  );
  return tries ? "TRYING" : "OPEN";
}
