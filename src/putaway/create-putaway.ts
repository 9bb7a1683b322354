import { audit } from "../identity/index.ts";
import { assert, newId, ok, type Result } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import { tellGraded } from "./hooks.ts";
import { decideCreate, firstGrade, type Grade, isGraded, type PutawayId, type PutawayItemId } from "./putaway.ts";
import { insertPutaway, itemsOf, lockWaiting, suggestShelves, writeItems } from "./store.ts";

/**
 * Takes waiting units into a putaway list, each with the shelf where most of its SKU lies. Two people who choose the same
 * unit: the second is refused. Refusals: PUTAWAY_ITEMS_GONE, PUTAWAY_ITEMS_TAKEN, PUTAWAY_ITEMS_MIXED.
 */
export function createPutaway(
  ctx: Ctx,
  input: { itemIds: readonly PutawayItemId[]; grades?: ReadonlyMap<PutawayItemId, Grade> },
): Promise<Result<{ putawayId: PutawayId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const found = await lockWaiting(tx, input.itemIds, ctx.facilities);
    const decision = decideCreate(input.itemIds, found);
    if (!decision.ok) return decision;
    const { facilityId, kind } = decision.value;
    const [code] = await takeCodes(tx, "PUTAWAY", "PA-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const putawayId = newId<"Putaway">();
    await insertPutaway(tx, { putawayId, facilityId, code, kind }, ctx.actor.name, ctx.now);
    const shelves = await suggestShelves(
      tx,
      facilityId,
      found.map((item) => item.skuId),
    );
    await writeItems(
      tx,
      found.map(({ itemId, skuId }) => ({
        itemId,
        putawayId,
        grade: input.grades?.get(itemId) ?? firstGrade(kind),
        shelfId: shelves.get(skuId) ?? null,
      })),
    );
    const putaway = {
      putawayId,
      code,
      state: "CREATED" as const,
      kind,
      facilityId,
      facilityCode: found[0]?.facilityCode ?? "",
    };
    await tellGraded(tx, ctx, { putaway, items: (await itemsOf(tx, putawayId)).filter(isGraded) });
    await audit(tx, ctx, {
      action: "fulfilment.putaway_created",
      recordType: "putaway",
      recordId: putawayId,
      recordCode: code,
      after: { kind, units: found.length },
    });
    return ok({ putawayId, code });
  });
}
