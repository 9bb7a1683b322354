import {
  type FacilityId,
  type Id,
  type LocalDate,
  lifecycle,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UserId,
} from "../kernel/index.ts";
import type { ShelfId } from "../warehouse/index.ts";

export type CycleCountId = Id<"CycleCount">;

/** Life of a cycle count (behaviours 7.7): shelves are chosen, counted and accepted; it is closed, or cancelled while nothing was counted. */
export const cycleCountLifecycle = lifecycle({
  name: "cycle count",
  states: ["CREATED", "IN_PROGRESS", "CLOSED", "CANCELLED"],
  initial: ["CREATED"],
  terminal: ["CLOSED", "CANCELLED"],
  events: {
    begin: { from: ["CREATED"], to: "IN_PROGRESS" }, // with its first shelf
    close: { from: ["IN_PROGRESS"], to: "CLOSED" },
    cancel: { from: ["CREATED", "IN_PROGRESS"], to: "CANCELLED" },
  },
});
export type CycleCountState = (typeof cycleCountLifecycle.states)[number];
/** States in which shelves are added and counted. */
export const ACTIVE: readonly CycleCountState[] = ["CREATED", "IN_PROGRESS"];

/** Life of a shelf within a count. From COUNTING until it is accepted or given up nobody else may use it. */
export const countShelfLifecycle = lifecycle({
  name: "shelf of a cycle count",
  states: ["TO_COUNT", "COUNTING", "COUNTED", "ACCEPTED"],
  initial: ["TO_COUNT"],
  terminal: ["ACCEPTED"],
  events: {
    begin: { from: ["TO_COUNT"], to: "COUNTING" },
    finish: { from: ["COUNTING"], to: "COUNTED" },
    recount: { from: ["COUNTING", "COUNTED"], to: "COUNTING" },
    giveUp: { from: ["COUNTING", "COUNTED"], to: "TO_COUNT" }, // it is free for orders again
    accept: { from: ["COUNTED"], to: "ACCEPTED" }, // the books follow what was found
  },
});
export type CountShelfState = (typeof countShelfLifecycle.states)[number];

/** What is counted on a shelf. Pieces that pickers did not find are not counted: a count settles them. */
export const COUNTED_BUCKETS = ["good", "bad", "qc_rejected"] as const;
export type CountedBucket = (typeof COUNTED_BUCKETS)[number];

export interface CycleCount {
  readonly cycleCountId: CycleCountId;
  readonly code: string;
  readonly state: CycleCountState;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly targetOn: LocalDate;
}

export interface CountShelf {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly state: CountShelfState;
  readonly round: number;
  readonly counterId: UserId | null;
  readonly counter: string | null;
  readonly since: string | null;
}

/** Whether a count still changes. Pure. Refuses COUNT_ENDED. */
export function decideActive(count: Pick<CycleCount, "code" | "state">): Result<undefined> {
  return ACTIVE.includes(count.state)
    ? ok()
    : refuse("COUNT_ENDED", { count: count.code, state: count.state === "CLOSED" ? "closed" : "cancelled" });
}

/** How many shelves of a count are in each state. */
export type ShelfTally = Readonly<Record<CountShelfState, number>>;

/** Whether a count may be closed. Pure. Refusals: COUNT_ENDED, COUNT_SHELVES_OPEN, COUNT_NOTHING_COUNTED. */
export function decideClose(count: Pick<CycleCount, "code" | "state">, shelves: ShelfTally): Result<undefined> {
  const active = decideActive(count);
  if (!active.ok) return active;
  const open = shelves.COUNTING + shelves.COUNTED;
  if (open > 0) return refuse("COUNT_SHELVES_OPEN", { count: count.code, shelves: open });
  return shelves.ACCEPTED === 0 ? refuse("COUNT_NOTHING_COUNTED", { count: count.code }) : ok();
}

/** Whether a count may be cancelled: while nothing was counted. Pure. Refusals: COUNT_ENDED, COUNT_HAS_COUNTED. */
export function decideCancel(count: Pick<CycleCount, "code" | "state">, shelves: ShelfTally): Result<undefined> {
  const active = decideActive(count);
  if (!active.ok) return active;
  const counted = shelves.COUNTING + shelves.COUNTED + shelves.ACCEPTED;
  return counted > 0 ? refuse("COUNT_HAS_COUNTED", { count: count.code, shelves: counted }) : ok();
}

/** Who counts: a person, or a caller without one. */
export interface Counter {
  readonly id: UserId | null;
  readonly name: string;
}

function isCounter(shelf: CountShelf, who: Counter): boolean {
  return shelf.counterId === who.id && shelf.counter === who.name;
}

/**
 * What beginning a shelf means now. Pure. One person counts a shelf: two who each count it would count it twice. Who goes
 * on with his own resumes; who takes over goes on with what was counted so far.
 * Refusals: COUNT_SHELF_DONE, COUNT_SHELF_TAKEN.
 */
export function decideBegin(
  shelf: CountShelf,
  who: Counter,
  takeOver: boolean,
): Result<"BEGIN" | "RESUME" | "TAKE_OVER"> {
  switch (shelf.state) {
    case "TO_COUNT":
      return ok("BEGIN");
    case "COUNTING":
      if (isCounter(shelf, who)) return ok("RESUME");
      return takeOver ? ok("TAKE_OVER") : takenBy(shelf);
    case "COUNTED":
    case "ACCEPTED":
      return refuse("COUNT_SHELF_DONE", {
        shelf: shelf.shelf,
        state: shelf.state === "COUNTED" ? "counted, and waits to be accepted" : "accepted",
      });
  }
}

/** Whether somebody may count pieces of a shelf now. Pure. Refusals: COUNT_SHELF_NOT_COUNTING, COUNT_SHELF_TAKEN. */
export function decideTally(shelf: CountShelf, who: Counter): Result<undefined> {
  if (shelf.state !== "COUNTING") return refuse("COUNT_SHELF_NOT_COUNTING", { shelf: shelf.shelf });
  return isCounter(shelf, who) ? ok() : takenBy(shelf);
}

function takenBy(shelf: CountShelf): { readonly ok: false; readonly refusal: Refusal } {
  return refuse("COUNT_SHELF_TAKEN", { shelf: shelf.shelf, counter: shelf.counter, since: shelf.since });
}

/** Work that still takes from a shelf or puts onto it. */
export interface PendingWork {
  readonly shelfId: ShelfId;
  /** PICK: a pick list sends somebody there. PUTAWAY: goods are to go there. IN_HAND: packed without a pick list, perhaps from there. */
  readonly kind: "PICK" | "PUTAWAY" | "IN_HAND";
  /** The pick list, putaway list or package. */
  readonly record: string;
}

const WORK_WORDS = { PICK: "pick list", PUTAWAY: "putaway", IN_HAND: "packed parcel" } as const;
const WORK_NAMED_MAX = 6;

/** Why a shelf cannot be counted, or what was counted not be accepted, while this work is under way. Pure; null without work. */
export function workPending(shelf: string, work: readonly PendingWork[]): Refusal<"COUNT_WORK_PENDING"> | null {
  if (work.length === 0) return null;
  const named = [...new Set(work.map((each) => `${WORK_WORDS[each.kind]} ${each.record}`))];
  const more = named.length - WORK_NAMED_MAX;
  return refuse("COUNT_WORK_PENDING", {
    shelf,
    work: [...named.slice(0, WORK_NAMED_MAX), ...(more > 0 ? [`${more} more`] : [])],
  }).refusal;
}
