import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import {
  type ShelfTypeId,
  type ShelfTypeInput,
  shelfTypeById,
  shelfTypeIdByCode,
  writeShelfType,
} from "./shelves.store.ts";
import { lockSettings } from "./store.ts";

/**
 * Makes a shelf type, or changes one for all its shelves. A capacity below what lies there moves nothing: only nothing more is
 * put there until it fits. @param shelfTypeId null makes one. Refusals: NOT_FOUND, SHELF_TYPE_CODE_TAKEN.
 */
export function saveShelfType(
  ctx: Ctx,
  shelfTypeId: ShelfTypeId | null,
  input: ShelfTypeInput,
): Promise<Result<{ shelfTypeId: ShelfTypeId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    await lockSettings(tx);
    const before = shelfTypeId === null ? undefined : await shelfTypeById(tx, shelfTypeId);
    if (shelfTypeId !== null && before === undefined)
      return refuse("NOT_FOUND", { what: "shelf type", id: shelfTypeId });
    const holder = await shelfTypeIdByCode(tx, input.code);
    if (holder !== undefined && holder !== shelfTypeId) return refuse("SHELF_TYPE_CODE_TAKEN", { code: input.code });
    const id = shelfTypeId ?? newId<"ShelfType">();
    await writeShelfType(tx, id, input, ctx.now);
    await audit(tx, ctx, {
      action: before === undefined ? "warehouse.shelf_type_created" : "warehouse.shelf_type_changed",
      recordType: "shelf_type",
      recordId: id,
      recordCode: input.code,
      ...(before === undefined ? {} : { before }),
      after: input,
    });
    return ok({ shelfTypeId: id });
  });
}
