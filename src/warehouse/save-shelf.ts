import { audit } from "../identity/index.ts";
import { type FacilityId, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { DEFAULT_SHELF, mayWorkIn } from "./save-facility.ts";
import type { ShelfId, ShelfTypeId } from "./shelves.store.ts";
import * as shelves from "./shelves.store.ts";
import * as store from "./store.ts";

/** Makes a shelf. Refusals: NOT_FOUND (facility, shelf type), SHELF_CODE_TAKEN. */
export function createShelf(
  ctx: Ctx,
  input: { facilityId: FacilityId; code: string; section?: string | null; shelfTypeId?: ShelfTypeId | null },
): Promise<Result<{ shelfId: ShelfId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const facility = mayWorkIn(ctx, input.facilityId) ? await store.facilityById(tx, input.facilityId) : undefined;
    if (facility === undefined) return refuse("NOT_FOUND", { what: "facility", id: input.facilityId });
    const shelf = { ...input, section: input.section ?? null, shelfTypeId: input.shelfTypeId ?? null };
    if (shelf.shelfTypeId !== null && !(await shelves.shelfTypeById(tx, shelf.shelfTypeId)))
      return refuse("NOT_FOUND", { what: "shelf type", id: shelf.shelfTypeId });
    const shelfId = newId<"Shelf">();
    const made = await shelves.insertShelf(tx, { ...shelf, shelfId });
    if (!made) return refuse("SHELF_CODE_TAKEN", { facility: facility.code, code: input.code });
    await audit(tx, ctx, {
      action: "warehouse.shelf_created",
      recordType: "shelf",
      recordId: shelfId,
      recordCode: `${facility.code}/${input.code}`,
      after: shelf,
    });
    return ok({ shelfId });
  });
}

/** What is said of a shelf; what is left out stays. */
export interface ShelfChange {
  readonly shelfId: ShelfId;
  readonly enabled?: boolean | undefined;
  readonly section?: string | null | undefined;
  /** A smaller type changes nothing about what lies there: only nothing more is put there until it fits. */
  readonly shelfTypeId?: ShelfTypeId | null | undefined;
}

/**
 * Enables or disables a shelf, and says in which section it stands and of which type it is. Stock on a disabled one stays, but
 * nothing new is put there. Refusals: NOT_FOUND (shelf, shelf type), SHELF_DEFAULT_STAYS.
 */
export function changeShelf(ctx: Ctx, input: ShelfChange): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const shelf = await shelves.shelfById(tx, input.shelfId);
    if (shelf === undefined || !mayWorkIn(ctx, shelf.facilityId))
      return refuse("NOT_FOUND", { what: "shelf", id: input.shelfId });
    const { enabled = shelf.enabled, section = shelf.section, shelfTypeId = shelf.shelfTypeId } = input;
    if (shelf.code === DEFAULT_SHELF && !enabled)
      return refuse("SHELF_DEFAULT_STAYS", { facility: shelf.facilityCode });
    if (shelfTypeId !== null && !(await shelves.shelfTypeById(tx, shelfTypeId)))
      return refuse("NOT_FOUND", { what: "shelf type", id: shelfTypeId });
    await shelves.updateShelf(tx, input.shelfId, { enabled, section, shelfTypeId });
    const action =
      enabled === shelf.enabled
        ? "warehouse.shelf_changed"
        : enabled
          ? "warehouse.shelf_enabled"
          : "warehouse.shelf_disabled";
    await audit(tx, ctx, {
      action,
      recordType: "shelf",
      recordId: input.shelfId,
      recordCode: `${shelf.facilityCode}/${shelf.code}`,
      before: { enabled: shelf.enabled, section: shelf.section, shelfTypeId: shelf.shelfTypeId },
      after: { enabled, section, shelfTypeId },
    });
    return ok();
  });
}

/** Enables or disables a shelf. Refusals: NOT_FOUND, SHELF_DEFAULT_STAYS. */
export function enableShelf(ctx: Ctx, input: { shelfId: ShelfId; enabled: boolean }): Promise<Result<undefined>> {
  return changeShelf(ctx, input);
}
