import { releaseUnits, whoGoesWithout } from "../fulfilment/index.ts";
import { audit } from "../identity/index.ts";
import { type Entry, post } from "../inventory/index.ts";
import { assert, ok, type Refusal, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { ShelfId } from "../warehouse/index.ts";
import { freeShelves, refuseState } from "./count-shelf.ts";
import {
  type CountShelf,
  type CycleCount,
  type CycleCountId,
  countShelfLifecycle,
  workPending,
} from "./cycle-count.ts";
import { booksOf, holders, levelsOf, linesOf, lockLevels, skuCodes } from "./lines.store.ts";
import { reachCount } from "./reach.ts";
import { lockCountShelves, pendingWork, saveAccepted } from "./store.ts";
import { entriesOf, movedLines, shortOf } from "./variance.ts";

/** A shelf that was not accepted, and why. */
export interface NotAccepted {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly refusal: Refusal;
}

export interface Accepted {
  readonly accepted: number;
  /** Pieces that were taken from the books, and added to them. */
  readonly missing: number;
  readonly extra: number;
  /** Orders that wait for stock because pieces promised to them are missing. */
  readonly waiting: string[];
  readonly refused: NotAccepted[];
}

const NAMED_MAX = 10;

/**
 * Accepts counted shelves, any number in a handful of statements: the differences go to the ledger, the shelves are free
 * again, channels are told and waiting orders served. A shelf that cannot be accepted is named and stops no other.
 * Never more is promised than there is: where promised pieces are missing, the units last in line wait for stock if
 * `letOrdersWait`, and nothing is accepted otherwise.
 * Refusals: NOT_FOUND, COUNT_ENDED, COUNT_STOCK_PROMISED, COUNT_STOCK_IN_HAND.
 */
export function acceptShelves(
  ctx: Ctx,
  input: { cycleCountId: CycleCountId; shelfIds: readonly ShelfId[]; letOrdersWait: boolean },
): Promise<Result<Accepted>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, input.cycleCountId);
    if (!reached.ok) return reached;
    const count = reached.value;
    const shelves = await lockCountShelves(tx, count.cycleCountId, input.shelfIds);
    const lines = await linesOf(tx, count.cycleCountId, idsOf(shelves));
    const acceptable = async () => {
      const refused = await judge(tx, count, shelves, lines);
      const good = shelves.filter((shelf) => !refused.some((each) => each.shelfId === shelf.shelfId));
      const kept = lines.filter((line) => good.some((shelf) => shelf.shelfId === line.shelfId));
      return { refused, good, kept, entries: entriesOf(count, kept) };
    };
    // Packages whose units have to wait are locked before the stock, as everywhere: judged first, and once more when all is locked.
    const first = await acceptable();
    const skuIds = [...new Set(first.kept.map((line) => line.skuId))];
    const lacking = shortOf(first.entries, await levelsOf(tx, count.facilityId, skuIds));
    const waiting = await makeRoom(tx, ctx, count, lacking, input.letOrdersWait);
    if (!waiting.ok) return waiting;
    const levels = await lockLevels(tx, count.facilityId, skuIds);
    const { refused, good, kept, entries } = await acceptable();
    const short = shortOf(entries, levels);
    if (short.size > 0) return stockPromised(tx, count, short);
    const posted = await post(tx, ctx, entries);
    assert(posted.ok, "what was counted against locked books can be posted");
    const ids = idsOf(good);
    await saveAccepted(tx, count.cycleCountId, ids, ctx.actor.name, ctx.now);
    await freeShelves(tx, count, ids, [...new Set(kept.map((line) => line.skuId))]);
    const sums = sumsOf(entries);
    if (ids.length > 0)
      await audit(tx, ctx, {
        ...{ action: "cyclecounts.accepted", recordType: "cycle_count", recordId: count.cycleCountId },
        ...{
          recordCode: count.code,
          after: { shelves: good.map((shelf) => shelf.shelf), ...sums, waiting: waiting.value },
        },
      });
    return ok({ accepted: ids.length, ...sums, waiting: waiting.value, refused });
  });
}

function idsOf(shelves: readonly CountShelf[]): ShelfId[] {
  return shelves.map((shelf) => shelf.shelfId);
}

/** Why each shelf may not be accepted now; the stock it holds is locked. */
async function judge(
  tx: Tx,
  count: CycleCount,
  shelves: readonly CountShelf[],
  lines: Awaited<ReturnType<typeof linesOf>>,
): Promise<NotAccepted[]> {
  const counted = shelves.filter((shelf) => countShelfLifecycle.may("accept", shelf.state));
  const work = await pendingWork(tx, count.facilityId, idsOf(counted));
  const moved = movedLines(lines, await booksOf(tx, idsOf(counted)));
  return shelves.flatMap((shelf): NotAccepted[] => {
    const { shelfId, shelf: code } = shelf;
    if (!counted.includes(shelf))
      return [{ shelfId, shelf: code, refusal: refuseState(shelf, "accepting it").refusal }];
    if (moved.includes(shelfId))
      return [{ shelfId, shelf: code, refusal: refuse("COUNT_BOOKS_MOVED", { shelf: code }).refusal }];
    const pending = workPending(
      code,
      work.filter((each) => each.shelfId === shelfId),
    );
    return pending === null ? [] : [{ shelfId, shelf: code, refusal: pending }];
  });
}

/** Lets the orders last in line wait where promised pieces are missing. @returns their codes; or refuses and names them */
async function makeRoom(
  tx: Tx,
  ctx: Ctx,
  count: CycleCount,
  short: ReadonlyMap<SkuId, number>,
  letOrdersWait: boolean,
): Promise<Result<string[]>> {
  if (short.size === 0) return ok([]);
  if (!letOrdersWait) return stockPromised(tx, count, short);
  const because = `cycle count ${count.code}`;
  const released = await releaseUnits(tx, ctx, count.facilityId, { short, because });
  if (released.lacking.size > 0) return stockInHand(tx, count, released.lacking);
  return ok([...new Set(released.units.map((unit) => unit.orderCode))]);
}

async function stockPromised(
  tx: Tx,
  count: CycleCount,
  short: ReadonlyMap<SkuId, number>,
): Promise<{ readonly ok: false; readonly refusal: Refusal }> {
  const without = await whoGoesWithout(tx, count.facilityId, short);
  if (without.lacking.size > 0) return stockInHand(tx, count, without.lacking);
  const codes = await skuCodes(tx, [...short.keys()]);
  const orders = [...new Set(without.units.map((unit) => unit.orderCode))];
  return refuse("COUNT_STOCK_PROMISED", {
    skus: [...short].slice(0, NAMED_MAX).map(([skuId, units]) => `${units} of ${codes.get(skuId) ?? skuId}`),
    orders: named(orders),
    count: orders.length,
  });
}

async function stockInHand(
  tx: Tx,
  count: CycleCount,
  lacking: ReadonlyMap<SkuId, number>,
): Promise<{ readonly ok: false; readonly refusal: Refusal }> {
  const skuIds = [...lacking.keys()];
  const [codes, held] = [await skuCodes(tx, skuIds), await holders(tx, count.facilityId, skuIds)];
  return refuse("COUNT_STOCK_IN_HAND", {
    skus: [...lacking].slice(0, NAMED_MAX).map(([skuId, units]) => {
      const who = named(held.get(skuId) ?? []);
      return `${units} of ${codes.get(skuId) ?? skuId}${who.length === 0 ? "" : ` (${who.join(", ")})`}`;
    }),
  });
}

function named(all: readonly string[]): string[] {
  const more = all.length - NAMED_MAX;
  return [...all.slice(0, NAMED_MAX), ...(more > 0 ? [`${more} more`] : [])];
}

function sumsOf(entries: readonly Entry[]): { missing: number; extra: number } {
  // What pickers had reported as missing already is not missing anew.
  const of = entries.filter((entry) => entry.bucket !== "not_found").map((entry) => entry.quantity);
  return {
    missing: of.filter((n) => n < 0).reduce((sum, n) => sum - n, 0),
    extra: of.filter((n) => n > 0).reduce((sum, n) => sum + n, 0),
  };
}
