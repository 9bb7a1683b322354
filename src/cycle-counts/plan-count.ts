import { audit } from "../identity/index.ts";
import { assert, type FacilityId, type LocalDate, localDate, newId, ok, type Result, refuse } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById, mayWorkIn, type ShelfId, shelvesByCode } from "../warehouse/index.ts";
import { type CycleCount, type CycleCountId, decideCancel, decideClose } from "./cycle-count.ts";
import { reachCount } from "./reach.ts";
import {
  activeCount,
  deleteShelves,
  insertCount,
  insertShelves,
  longestUncounted,
  saveEnded,
  subCountNamed,
  tallyShelves,
} from "./store.ts";

/** Makes a cycle count of a facility. Refusals: NOT_FOUND (facility), COUNT_TARGET_PAST, COUNT_ACTIVE_ALREADY. */
export function createCount(
  ctx: Ctx,
  input: { facilityId: FacilityId; targetOn: LocalDate; note: string | null },
): Promise<Result<{ cycleCountId: CycleCountId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const facility = mayWorkIn(ctx, input.facilityId) ? await facilityById(tx, input.facilityId) : undefined;
    if (!facility) return refuse("NOT_FOUND", { what: "facility", id: input.facilityId });
    const today = localDate(ctx.now, facility.zone);
    if (Temporal.PlainDate.compare(input.targetOn, today) < 0)
      return refuse("COUNT_TARGET_PAST", {
        ...{ facility: facility.code, targetOn: input.targetOn.toString(), today: today.toString() },
      });
    const [code] = await takeCodes(tx, "CYCLE_COUNT", "CC-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const cycleCountId = newId<"CycleCount">();
    const made = await insertCount(tx, { cycleCountId, code, ...input }, ctx.actor.name, ctx.now);
    if (!made) {
      const other = await activeCount(tx, input.facilityId);
      return refuse("COUNT_ACTIVE_ALREADY", { facility: facility.code, count: other?.code ?? "another" });
    }
    await audit(tx, ctx, {
      ...{ action: "cyclecounts.created", recordType: "cycle_count", recordId: cycleCountId, recordCode: code },
      after: { facility: facility.code, targetOn: input.targetOn.toString(), note: input.note },
    });
    return ok({ cycleCountId, code });
  });
}

/** Which shelves are added: by their codes, or those with stock that were not counted for longest. */
export type ShelfChoice =
  | { readonly codes: readonly string[] }
  | { readonly longestUncounted: number; readonly prefix: string };

/**
 * Adds shelves to a count, in a part of it by name (made where there is none). Shelves that are in the count already stay.
 * Refusals: NOT_FOUND, COUNT_ENDED, COUNT_SHELVES_UNKNOWN, COUNT_SHELVES_ALL_ADDED.
 */
export function addShelves(
  ctx: Ctx,
  input: { cycleCountId: CycleCountId; subCount: string; choice: ShelfChoice },
): Promise<Result<{ added: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, input.cycleCountId);
    if (!reached.ok) return reached;
    const count = reached.value;
    const chosen = await choose(tx, count, input.choice);
    if (!chosen.ok) return chosen;
    const number = await subCountNamed(tx, count.cycleCountId, input.subCount, ctx.now);
    const added = await insertShelves(tx, count.cycleCountId, number, chosen.value);
    await audit(tx, ctx, {
      ...{ action: "cyclecounts.shelves_added", recordType: "cycle_count", recordId: count.cycleCountId },
      ...{ recordCode: count.code, after: { subCount: input.subCount, added, ...input.choice } },
    });
    return ok({ added });
  });
}

async function choose(tx: Tx, count: CycleCount, choice: ShelfChoice): Promise<Result<ShelfId[]>> {
  const { facilityId, facilityCode: facility } = count;
  if ("codes" in choice) {
    const codes = [...new Set(choice.codes)];
    const found = await shelvesByCode(
      tx,
      codes.map((code) => ({ facilityId, code })),
    );
    const unknown = codes.filter((code) => !found.some((shelf) => shelf.code === code));
    if (unknown.length > 0) return refuse("COUNT_SHELVES_UNKNOWN", { shelves: unknown.slice(0, 20), facility });
    return ok(found.map((shelf) => shelf.shelfId));
  }
  const shelfIds = await longestUncounted(tx, count, choice.prefix, choice.longestUncounted);
  if (shelfIds.length > 0) return ok(shelfIds);
  const prefix = choice.prefix === "" ? "" : `, beginning with ${choice.prefix}`;
  return refuse("COUNT_SHELVES_ALL_ADDED", { facility, count: count.code, prefix });
}

/** Takes shelves out of a count that nobody began. Refusals: NOT_FOUND, COUNT_ENDED, COUNT_SHELVES_BEGUN. */
export function removeShelves(
  ctx: Ctx,
  input: { cycleCountId: CycleCountId; shelfIds: readonly ShelfId[] },
): Promise<Result<{ removed: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, input.cycleCountId);
    if (!reached.ok) return reached;
    const { cycleCountId, code } = reached.value;
    const { removed, begun } = await deleteShelves(tx, cycleCountId, input.shelfIds);
    if (begun.length > 0) return refuse("COUNT_SHELVES_BEGUN", { shelves: begun.slice(0, 20), count: code });
    await audit(tx, ctx, {
      ...{ action: "cyclecounts.shelves_removed", recordType: "cycle_count", recordId: cycleCountId },
      ...{ recordCode: code, after: { removed } },
    });
    return ok({ removed });
  });
}

/** Closes a count; shelves that nobody counted stay uncounted. Refusals: NOT_FOUND and those of `decideClose`. */
export function closeCount(ctx: Ctx, cycleCountId: CycleCountId): Promise<Result<undefined>> {
  return endCount(ctx, cycleCountId, "CLOSED");
}

/** Cancels a count while nothing was counted. Refusals: NOT_FOUND and those of `decideCancel`. */
export function cancelCount(ctx: Ctx, cycleCountId: CycleCountId): Promise<Result<undefined>> {
  return endCount(ctx, cycleCountId, "CANCELLED");
}

function endCount(ctx: Ctx, cycleCountId: CycleCountId, state: "CLOSED" | "CANCELLED"): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCount(tx, ctx, cycleCountId);
    if (!reached.ok) return reached;
    const count = reached.value;
    const shelves = await tallyShelves(tx, cycleCountId);
    const decision = state === "CLOSED" ? decideClose(count, shelves) : decideCancel(count, shelves);
    if (!decision.ok) return decision;
    await saveEnded(tx, cycleCountId, state, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      ...{ action: state === "CLOSED" ? "cyclecounts.closed" : "cyclecounts.cancelled", recordType: "cycle_count" },
      ...{ recordId: cycleCountId, recordCode: count.code, before: { state: count.state }, after: { state, shelves } },
    });
    return ok();
  });
}
