import { markDirty } from "../channels/index.ts";
import { audit } from "../identity/index.ts";
import { allocateJob } from "../inventory/index.ts";
import { assert, ok, type Refusal, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue } from "../platform/jobs.ts";
import { lockShelves, mayWorkIn, type ShelfId, setCounting } from "../warehouse/index.ts";
import {
  type CountedBucket,
  type CountShelf,
  type CycleCount,
  type CycleCountId,
  countShelfLifecycle,
  decideBegin,
  decideTally,
  workPending,
} from "./cycle-count.ts";
import { countedSoFar, goodsOn, openLines, type Tallied, writeTally } from "./lines.store.ts";
import { counterOf, reachCount, reachShelf } from "./reach.ts";
import * as store from "./store.ts";

/** The most pieces of one SKU on one shelf that anybody counts; far above any shelf. */
const PIECES_MAX = 1_000_000;

export interface Begun {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly how: "BEGIN" | "RESUME" | "TAKE_OVER";
}

/**
 * Begins a shelf of a count by what was scanned: from now on nobody else uses it, and channels are told what is left
 * without it. Who counts it already goes on. Refusals: NOT_FOUND, COUNT_ENDED, COUNT_SHELF_NOT_IN, those of `decideBegin`,
 * COUNT_WORK_PENDING.
 * @param input.takeOver go on with what somebody else began
 */
export function beginShelf(
  ctx: Ctx,
  input: { cycleCountId: CycleCountId; code: string; takeOver: boolean },
): Promise<Result<Begun>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, input.cycleCountId);
    if (!reached.ok) return reached;
    const count = reached.value;
    const shelf = await store.lockCountShelf(tx, count.cycleCountId, input.code);
    if (!shelf) return refuseUnknown(tx, ctx, count, input.code);
    const who = counterOf(ctx);
    const decision = decideBegin(shelf, who, input.takeOver);
    if (!decision.ok) return decision;
    const how = decision.value;
    if (how === "BEGIN") {
      const opened = await open(tx, ctx, count, shelf);
      if (!opened.ok) return opened;
      await store.saveBegun(tx, count.cycleCountId, ctx.now);
    } else if (how === "TAKE_OVER") {
      await store.saveCounting(tx, count.cycleCountId, shelf.shelfId, { ...who, round: shelf.round }, ctx.now);
    }
    if (how !== "RESUME")
      await note(tx, ctx, count, shelf, how === "BEGIN" ? "begun" : "taken_over", { before: shelf.counter });
    return ok({ shelfId: shelf.shelfId, shelf: shelf.shelf, how });
  });
}

/** Blocks a shelf and writes what the books say of it. Refuses COUNT_WORK_PENDING. */
async function open(tx: Tx, ctx: Ctx, count: CycleCount, shelf: CountShelf): Promise<Result<undefined>> {
  const [place] = await lockShelves(tx, [shelf.shelfId]);
  assert(place !== undefined, "a shelf of a count exists");
  assert(place.counting === null || place.counting === count.code, "a shelf is counted for one count at a time");
  const pending = workPending(shelf.shelf, await store.pendingWork(tx, count.facilityId, [shelf.shelfId]));
  if (pending !== null) return { ok: false, refusal: pending };
  await setCounting(tx, [shelf.shelfId], count.code);
  await openLines(tx, count.cycleCountId, shelf.shelfId);
  const by = { ...counterOf(ctx), round: shelf.round + 1 };
  await store.saveCounting(tx, count.cycleCountId, shelf.shelfId, by, ctx.now);
  await markDirty(tx, { skuIds: await goodsOn(tx, [shelf.shelfId]) });
  return ok();
}

/** Says where a shelf is that is not in the count. */
async function refuseUnknown(
  tx: Tx,
  ctx: Ctx,
  count: CycleCount,
  code: string,
): Promise<{ readonly ok: false; readonly refusal: Refusal }> {
  const places = (await store.facilitiesWithShelf(tx, code)).filter((place) => mayWorkIn(ctx, place.facilityId));
  const here = places.some((place) => place.facilityId === count.facilityId);
  const detail = here
    ? `It is a shelf of ${count.facilityCode}, but nobody added it to this count`
    : places.length > 0
      ? `It is a shelf of ${places.map((place) => place.facilityCode).join(", ")}`
      : "There is no shelf with this code";
  return refuse("COUNT_SHELF_NOT_IN", { shelf: code, count: count.code, facility: count.facilityCode, detail });
}

/** What was counted: pieces more (or fewer, to take a scan back), or how many there are in all. */
export interface Piece {
  readonly cycleCountId: CycleCountId;
  readonly shelfId: ShelfId;
  /** A SKU's code, or a channel's code of it. */
  readonly code: string;
  readonly bucket: CountedBucket;
  readonly quantity: number;
  readonly how: "ADD" | "SET";
}

export interface Counted extends Tallied {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
}

/**
 * Counts pieces of a SKU on a shelf, without saying how many are expected. Refusals: NOT_FOUND, COUNT_ENDED, those of
 * `decideTally`, COUNT_SKU_UNKNOWN, COUNT_SKU_SEVERAL, COUNT_SKU_BUNDLE, COUNT_BELOW_ZERO, COUNT_TOO_MANY.
 */
export function countPiece(ctx: Ctx, piece: Piece): Promise<Result<Counted>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachShelf(tx, ctx, piece);
    if (!reached.ok) return reached;
    const { shelf } = reached.value;
    const decision = decideTally(shelf, counterOf(ctx));
    if (!decision.ok) return decision;
    const found = await store.skusOfScan(tx, piece.code);
    const [sku, another] = found;
    if (!sku) return refuse("COUNT_SKU_UNKNOWN", { code: piece.code });
    if (another) return refuse("COUNT_SKU_SEVERAL", { code: piece.code, skus: found.map((each) => each.sku) });
    if (sku.isBundle) return refuse("COUNT_SKU_BUNDLE", { sku: sku.sku });
    const line = { ...piece, skuId: sku.skuId };
    const before = await countedSoFar(tx, line);
    const counted = piece.how === "SET" ? piece.quantity : before + piece.quantity;
    const { bucket } = piece;
    if (counted < 0)
      return refuse("COUNT_BELOW_ZERO", {
        ...{ counted: before, sku: sku.sku, shelf: shelf.shelf, bucket: bucket.replace("_", " ") },
      });
    if (counted > PIECES_MAX) return refuse("COUNT_TOO_MANY", { quantity: counted, sku: sku.sku, most: PIECES_MAX });
    const tallied = await writeTally(tx, { ...line, counted });
    return ok({ ...tallied, skuId: sku.skuId, sku: sku.sku, name: sku.name, imageUrl: sku.imageUrl });
  });
}

type OfShelf = { readonly cycleCountId: CycleCountId; readonly shelfId: ShelfId };

/** Says that all of a shelf is counted: it waits to be accepted. Refusals: NOT_FOUND, COUNT_ENDED, those of `decideTally`. */
export function finishShelf(ctx: Ctx, input: OfShelf): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachShelf(tx, ctx, input);
    if (!reached.ok) return reached;
    const { count, shelf } = reached.value;
    const decision = decideTally(shelf, counterOf(ctx));
    if (!decision.ok) return decision;
    await store.saveCounted(tx, count.cycleCountId, shelf.shelfId, ctx.now);
    await note(tx, ctx, count, shelf, "counted", {});
    return ok();
  });
}

/**
 * Counts a shelf again from nothing: what was counted of it is forgotten, the books are read anew. Refusals: NOT_FOUND,
 * COUNT_ENDED, COUNT_SHELF_STATE, COUNT_WORK_PENDING.
 */
export function recountShelf(ctx: Ctx, input: OfShelf): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachShelf(tx, ctx, input);
    if (!reached.ok) return reached;
    const { count, shelf } = reached.value;
    if (!countShelfLifecycle.may("recount", shelf.state)) return refuseState(shelf, "counting it again");
    const opened = await open(tx, ctx, count, shelf);
    if (!opened.ok) return opened;
    await note(tx, ctx, count, shelf, "recounted", { before: { state: shelf.state, counter: shelf.counter } });
    return ok();
  });
}

/**
 * Gives shelves up: what was counted is forgotten, and they are free for orders at once. Refusals: NOT_FOUND, COUNT_ENDED,
 * COUNT_SHELF_STATE.
 */
export function giveUpShelves(
  ctx: Ctx,
  input: { cycleCountId: CycleCountId; shelfIds: readonly ShelfId[] },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, input.cycleCountId);
    if (!reached.ok) return reached;
    const count = reached.value;
    const shelves = await store.lockCountShelves(tx, count.cycleCountId, input.shelfIds);
    const wrong = shelves.find((shelf) => !countShelfLifecycle.may("giveUp", shelf.state));
    if (wrong) return refuseState(wrong, "giving it up");
    const ids = shelves.map((shelf) => shelf.shelfId);
    await store.saveGivenUp(tx, count.cycleCountId, ids);
    await freeShelves(tx, count, ids, await goodsOn(tx, ids));
    for (const shelf of shelves)
      await note(tx, ctx, count, shelf, "given_up", { before: { state: shelf.state, counter: shelf.counter } });
    return ok();
  });
}

/** Lets orders use shelves again: channels are told, and allocation looks at what waits. */
export async function freeShelves(
  tx: Tx,
  count: CycleCount,
  shelfIds: readonly ShelfId[],
  skuIds: readonly SkuId[],
): Promise<void> {
  await lockShelves(tx, shelfIds);
  await setCounting(tx, shelfIds, null);
  await markDirty(tx, { skuIds });
  await enqueue(tx, allocateJob, { facilityId: count.facilityId });
}

const STATE_WORDS = {
  TO_COUNT: "not begun",
  COUNTING: "being counted",
  COUNTED: "counted",
  ACCEPTED: "accepted",
} as const;

export function refuseState(
  shelf: CountShelf,
  verb: string,
): { readonly ok: false; readonly refusal: Refusal<"COUNT_SHELF_STATE"> } {
  return refuse("COUNT_SHELF_STATE", { shelf: shelf.shelf, state: STATE_WORDS[shelf.state], verb });
}

function note(
  tx: Tx,
  ctx: Ctx,
  count: CycleCount,
  shelf: CountShelf,
  verb: string,
  facts: { before?: unknown },
): Promise<void> {
  return audit(tx, ctx, {
    ...{ action: `cyclecounts.shelf_${verb}`, recordType: "cycle_count", recordId: count.cycleCountId },
    ...{ recordCode: count.code, before: facts.before, after: { shelf: shelf.shelf } },
  });
}
