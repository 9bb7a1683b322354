import { audit } from "../identity/index.ts";
import { type FacilityId, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { DEFAULT_SHELF, mayWorkIn } from "./save-facility.ts";
import type { ShelfId } from "./store.ts";
import * as store from "./store.ts";

/** Makes a shelf. Refusals: NOT_FOUND (facility), SHELF_CODE_TAKEN. */
export function createShelf(
  ctx: Ctx,
  input: { facilityId: FacilityId; code: string },
): Promise<Result<{ shelfId: ShelfId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const facility = mayWorkIn(ctx, input.facilityId) ? await store.facilityById(tx, input.facilityId) : undefined;
    if (facility === undefined) return refuse("NOT_FOUND", { what: "facility", id: input.facilityId });
    const shelfId = newId<"Shelf">();
    const made = await store.insertShelf(tx, { shelfId, facilityId: input.facilityId, code: input.code });
    if (!made) return refuse("SHELF_CODE_TAKEN", { facility: facility.code, code: input.code });
    await audit(tx, ctx, {
      action: "warehouse.shelf_created",
      recordType: "shelf",
      recordId: shelfId,
      recordCode: `${facility.code}/${input.code}`,
      after: input,
    });
    return ok({ shelfId });
  });
}

/** Enables or disables a shelf: stock on a disabled one stays, but nothing new is put there. Refusals: NOT_FOUND, SHELF_DEFAULT_STAYS. */
export function enableShelf(ctx: Ctx, input: { shelfId: ShelfId; enabled: boolean }): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const shelf = await store.shelfById(tx, input.shelfId);
    if (shelf === undefined || !mayWorkIn(ctx, shelf.facilityId))
      return refuse("NOT_FOUND", { what: "shelf", id: input.shelfId });
    if (shelf.code === DEFAULT_SHELF && !input.enabled)
      return refuse("SHELF_DEFAULT_STAYS", { facility: shelf.facilityCode });
    await store.setShelfEnabled(tx, input.shelfId, input.enabled);
    await audit(tx, ctx, {
      action: input.enabled ? "warehouse.shelf_enabled" : "warehouse.shelf_disabled",
      recordType: "shelf",
      recordId: input.shelfId,
      recordCode: `${shelf.facilityCode}/${shelf.code}`,
      before: { enabled: shelf.enabled },
      after: { enabled: input.enabled },
    });
    return ok();
  });
}
