import { audit } from "../identity/index.ts";
import { post, type ShelfId } from "../inventory/index.ts";
import { type FacilityId, ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import {
  type Choice,
  chosenUnits,
  decideGiveBack,
  decidePending,
  decideRoom,
  type PutawayId,
  type PutawayItemId,
  type TransferredItem,
} from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { movement } from "./shelf-transfer.ts";
import { deletePutaway, itemsOf, lockRooms, lockWaiting, progressOf, releaseItems, saveGivenBack } from "./store.ts";

/**
 * Gives up a shelf transfer: its units go back to the shelves they were taken off, in the bucket they lay in. The units wait,
 * or are on the list that is named, which they leave; a list without units is gone.
 * Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_NOT_ON_LIST, PUTAWAY_ITEMS_GONE, PUTAWAY_ITEMS_TAKEN, PUTAWAY_ITEMS_MIXED,
 * SHELF_TRANSFER_NOT_ONE, PUTAWAY_SHELF_FULL, SHELF_BEING_COUNTED.
 */
export function giveBackTransfer(
  ctx: Ctx,
  input: { putawayId: PutawayId; units: Choice } | { itemIds: readonly PutawayItemId[] },
): Promise<Result<{ units: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const freed = "putawayId" in input ? await takeOff(tx, ctx, input) : ok(input.itemIds);
    if (!freed.ok) return freed;
    const found = await lockWaiting(tx, freed.value, ctx.facilities);
    const decision = decideGiveBack(freed.value, found);
    if (!decision.ok) return decision;
    const { facilityId, items } = decision.value;
    const returned = await putBack(tx, ctx, facilityId, found[0]?.facilityCode ?? "", items);
    if (!returned.ok) return returned;
    await saveGivenBack(
      tx,
      items.map((item) => item.itemId),
      ctx.actor.name,
      ctx.now,
    );
    await audit(tx, ctx, {
      action: "putaway.shelf_transfer_given_up",
      recordType: "facility",
      recordId: facilityId,
      recordCode: found[0]?.facilityCode ?? null,
      after: { units: items.length },
    });
    return ok({ units: items.length });
  });
}

/** Takes units off their list. */
async function takeOff(
  tx: Tx,
  ctx: Ctx,
  input: { putawayId: PutawayId; units: Choice },
): Promise<Result<readonly PutawayItemId[]>> {
  const reached = await reachPutaway(tx, ctx, input.putawayId);
  if (!reached.ok) return reached;
  const pending = decidePending(reached.value);
  if (!pending.ok) return pending;
  const chosen = chosenUnits(reached.value, await itemsOf(tx, input.putawayId), [input.units]);
  if (!chosen.ok) return chosen;
  const itemIds = chosen.value.flat().map((item) => item.itemId);
  await releaseItems(tx, itemIds);
  if ((await progressOf(tx, input.putawayId)).units === 0) await deletePutaway(tx, input.putawayId);
  return ok(itemIds);
}

async function putBack(
  tx: Tx,
  ctx: Ctx,
  facilityId: FacilityId,
  facility: string,
  items: readonly TransferredItem[],
): Promise<Result<undefined>> {
  const coming = new Map<ShelfId, number>();
  for (const { sourceShelfId } of items) coming.set(sourceShelfId, (coming.get(sourceShelfId) ?? 0) + 1);
  const skuIds = [...new Set(items.map((item) => item.skuId))];
  const rooms = await lockRooms(tx, facilityId, skuIds, [...coming.keys()]);
  // A shelf that was disabled meanwhile takes nothing new; these lay there.
  const room = decideRoom(
    facility,
    rooms.map((shelf) => ({ ...shelf, enabled: true })),
    coming,
  );
  if (!room.ok) return room;
  const alike = Map.groupBy(items, (i) => `${i.skuId} ${i.proposedGrade} ${i.sourceShelfId} ${i.sourceId}`);
  return post(
    tx,
    ctx,
    [...alike.values()].flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : movement(
            facilityId,
            {
              ...{
                skuId: first.skuId,
                from: first.sourceShelfId,
                grade: first.proposedGrade,
                quantity: 1 + rest.length,
              },
              ...{ transferId: first.sourceId, note: "given up" },
            },
            1,
          ),
    ),
  );
}
