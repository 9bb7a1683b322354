import { audit } from "../identity/index.ts";
import { type Entry, post } from "../inventory/index.ts";
import { assert, newId, ok, type Result } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { tellComplete } from "./hooks.ts";
import { decideComplete, decideRoom, type GradedItem, type Putaway, type PutawayId } from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { itemsOf, lockRooms, saveComplete } from "./store.ts";

/**
 * Completes a putaway: its units are counted on their shelves in the bucket of their grade, and good ones may be sold at
 * once. @param input.confirmAll the person vouches for units that were not scanned.
 * Refusals: NOT_FOUND, those of `decideComplete` and `decideRoom`, SHELF_BEING_COUNTED.
 */
export function completePutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; confirmAll: boolean },
): Promise<Result<{ units: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const putaway = reached.value;
    const items = await itemsOf(tx, putaway.putawayId);
    const decision = decideComplete(putaway, items, input.confirmAll);
    if (!decision.ok) return decision;
    const coming = countBy(decision.value, (item) => item.shelfId);
    const skuIds = [...new Set(decision.value.map((item) => item.skuId))];
    const rooms = await lockRooms(tx, putaway.facilityId, skuIds, [...coming.keys()]);
    const room = decideRoom(putaway.facilityCode, rooms, coming);
    if (!room.ok) return room;
    const posted = await post(tx, ctx, entriesOf(putaway, decision.value));
    if (!posted.ok && posted.refusal.code === "SHELF_BEING_COUNTED") return posted;
    assert(posted.ok, "a unit that waits for putaway is counted as pending");
    await saveComplete(tx, putaway.putawayId, ctx.actor.name, ctx.now);
    await writeEvents(tx, eventsOf(putaway, decision.value), ctx.actor, ctx.now);
    await audit(tx, ctx, {
      action: "putaway.completed",
      recordType: "putaway",
      recordId: putaway.putawayId,
      recordCode: putaway.code,
      before: { state: putaway.state },
      after: { state: "COMPLETE", units: items.length },
    });
    await tellComplete(tx, ctx, { putaway, items: decision.value });
    return ok({ units: items.length });
  });
}

function countBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, number> {
  return new Map([...Map.groupBy(values, keyOf)].map(([key, group]) => [key, group.length]));
}

/** From "in hand" to the shelf: two entries for all units of a package that are of one SKU and grade and go to one shelf. */
function entriesOf(putaway: Putaway, items: readonly GradedItem[]): Entry[] {
  const alike = Map.groupBy(items, (item) => `${item.skuId} ${item.grade} ${item.shelfId} ${item.packageCode}`);
  return [...alike.values()].flatMap((group): Entry[] => {
    const [item] = group;
    if (item === undefined) return [];
    const of = {
      facilityId: putaway.facilityId,
      skuId: item.skuId,
      cause: "PUTAWAY" as const,
      causeType: "putaway",
      causeId: putaway.putawayId,
      note: item.packageCode === null ? putaway.code : `${putaway.code}, package ${item.packageCode}`,
    };
    return [
      { ...of, bucket: "putaway_pending", shelfId: null, quantity: -group.length },
      { ...of, bucket: item.grade, shelfId: item.shelfId, quantity: group.length },
    ];
  });
}

/** One entry on the timeline of each order whose units came back. */
function eventsOf(putaway: Putaway, items: readonly GradedItem[]): unknown[] {
  const byOrder = Map.groupBy(
    items.filter((item) => item.saleOrderId !== null),
    (item) => item.saleOrderId,
  );
  return [...byOrder].map(([saleOrderId, units]) => ({
    id: newId(),
    saleOrderId,
    packageId: units[0]?.shippingPackageId ?? null,
    kind: "UNITS_PUT_AWAY",
    facts: {
      putaway: putaway.code,
      units: units.length,
      grades: [...new Set(units.map((unit) => unit.grade))],
    },
  }));
}
