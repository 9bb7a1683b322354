import { audit } from "../identity/index.ts";
import { assert, newId, ok, type Result } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import {
  decideAdd,
  decideCreate,
  firstGrade,
  type Grade,
  type Putaway,
  type PutawayId,
  type PutawayItemId,
  type WaitingItem,
} from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { insertPutaway, itemsOf, lockWaiting, takeOntoList } from "./store.ts";
import { suggestShelves } from "./suggest-shelves.ts";
import { tellGrades } from "./tell-grades.ts";

/** Waiting units for a list, and what is known of some of them. */
export interface ForList {
  readonly itemIds: readonly PutawayItemId[];
  /** The grade of units that were looked at already; of the others what was proposed, or what their kind begins with. */
  readonly grades?: ReadonlyMap<PutawayItemId, Grade> | undefined;
}

/**
 * Takes waiting units into a new putaway list, each with a suggested shelf. Two people who choose the same unit: the second
 * is refused. Refusals: PUTAWAY_ITEMS_GONE, PUTAWAY_ITEMS_TAKEN, PUTAWAY_ITEMS_MIXED.
 */
export function createPutaway(
  ctx: Ctx,
  input: ForList & { note?: string | null | undefined },
): Promise<Result<{ putawayId: PutawayId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => createPutawayIn(tx, ctx, input));
}

/** `createPutaway` in the caller's transaction, which must roll back where it refuses. */
export async function createPutawayIn(
  tx: Tx,
  ctx: Ctx,
  input: ForList & { note?: string | null | undefined },
): Promise<Result<{ putawayId: PutawayId; code: string }>> {
  const found = await lockWaiting(tx, input.itemIds, ctx.facilities);
  const decision = decideCreate(input.itemIds, found);
  if (!decision.ok) return decision;
  const { facilityId, kind } = decision.value;
  const [code] = await takeCodes(tx, "PUTAWAY", "PA-", 1);
  assert(code !== undefined, "a code that is asked for is given");
  const putawayId = newId<"Putaway">();
  const note = input.note ?? null;
  await insertPutaway(tx, { putawayId, facilityId, code, kind, note }, ctx.actor.name, ctx.now);
  const facilityCode = found[0]?.facilityCode ?? "";
  await takeOn(tx, ctx, { putawayId, code, state: "CREATED", kind, facilityId, facilityCode, note }, found, input);
  await audit(tx, ctx, {
    action: "putaway.created",
    recordType: "putaway",
    recordId: putawayId,
    recordCode: code,
    after: { kind, units: found.length, note },
  });
  return ok({ putawayId, code });
}

/**
 * Takes more waiting units onto a list that is not complete. Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_ITEMS_GONE,
 * PUTAWAY_ITEMS_TAKEN, PUTAWAY_ITEMS_MIXED, PUTAWAY_OTHER_LIST.
 */
export function addToPutaway(
  ctx: Ctx,
  input: ForList & { putawayId: PutawayId },
): Promise<Result<{ putawayId: PutawayId; code: string; added: number }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => addToPutawayIn(tx, ctx, input));
}

/** `addToPutaway` in the caller's transaction, which must roll back where it refuses. */
export async function addToPutawayIn(
  tx: Tx,
  ctx: Ctx,
  input: ForList & { putawayId: PutawayId },
): Promise<Result<{ putawayId: PutawayId; code: string; added: number }>> {
  const reached = await reachPutaway(tx, ctx, input.putawayId);
  if (!reached.ok) return reached;
  const putaway = reached.value;
  const found = await lockWaiting(tx, input.itemIds, ctx.facilities);
  const decision = decideAdd(putaway, input.itemIds, found);
  if (!decision.ok) return decision;
  await takeOn(tx, ctx, putaway, found, input);
  await audit(tx, ctx, {
    action: "putaway.units_added",
    recordType: "putaway",
    recordId: putaway.putawayId,
    recordCode: putaway.code,
    after: { added: found.length },
  });
  return ok({ putawayId: putaway.putawayId, code: putaway.code, added: found.length });
}

async function takeOn(
  tx: Tx,
  ctx: Ctx,
  putaway: Putaway,
  found: readonly WaitingItem[],
  input: ForList,
): Promise<void> {
  await takeOntoList(
    tx,
    putaway.putawayId,
    found.map(({ itemId, proposedGrade }) => ({
      itemId,
      grade: input.grades?.get(itemId) ?? proposedGrade ?? firstGrade(putaway.kind),
    })),
  );
  const itemIds = found.map((item) => item.itemId);
  await suggestShelves(tx, putaway, await itemsOf(tx, putaway.putawayId, { itemIds }));
  await tellGrades(tx, ctx, putaway);
}
