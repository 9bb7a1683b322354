import { skusByCodes } from "../catalog/index.ts";
import { audit } from "../identity/index.ts";
import { type Entry, post, type ShelfId } from "../inventory/index.ts";
import { type FacilityId, type Id, newId, ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById, mayWorkIn, type ShelfRow, shelvesByCode } from "../warehouse/index.ts";
import { createPutawayIn } from "./create-putaway.ts";
import type { Grade, PutawayId, PutawayItemId } from "./putaway.ts";
import { insertWaiting, transferred, writeItems } from "./store.ts";

export type ShelfTransferId = Id<"ShelfTransfer">;

/** Most units that one transfer takes: a trolley, not a removal. */
export const TRANSFER_UNITS_MAX = 5_000;

export interface TransferLine {
  /** The SKU's code. */
  readonly sku: string;
  /** The bucket that the units lie in; they are proposed to be counted in it again. */
  readonly grade: Grade;
  readonly quantity: number;
  /** Codes of shelves of the facility. Goods may be taken off a disabled shelf, but not put onto one. */
  readonly fromShelf: string;
  /** Null: a shelf is suggested, another than the one that the goods come from. */
  readonly toShelf: string | null;
}

export interface ShelfTransfer {
  readonly transferId: ShelfTransferId;
  readonly itemIds: readonly PutawayItemId[];
  /** The list that took the units; null: they wait. */
  readonly list: { readonly putawayId: PutawayId; readonly code: string } | null;
}

/** A line whose codes were found. */
interface Found {
  readonly line: TransferLine;
  readonly skuId: SkuId;
  readonly from: ShelfId;
  readonly to: ShelfId | null;
  readonly itemIds: readonly PutawayItemId[];
}

/**
 * Takes units off their shelves to be put on others: they wait as Shelf Transfer, and nobody can sell them meanwhile. What is
 * promised to orders cannot be taken. @param input.transferId made by who asks, before the first attempt: asked for twice
 * under one id, the goods are taken once. @param input.makeList take them onto a putaway list at once.
 * Refusals: NOT_FOUND (facility), SHELF_TRANSFER_TAKEN, SHELF_TRANSFER_TOO_LARGE, SHELF_TRANSFER_SKU_UNKNOWN, PUTAWAY_SHELF_UNKNOWN, SHELF_TRANSFER_SAME_SHELF,
 * NOT_ENOUGH_STOCK, SHELF_BEING_COUNTED.
 */
export function transferShelf(
  ctx: Ctx,
  input: {
    transferId: ShelfTransferId;
    facilityId: FacilityId;
    lines: readonly TransferLine[];
    note: string | null;
    makeList: boolean;
  },
): Promise<Result<ShelfTransfer>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const facility = mayWorkIn(ctx, input.facilityId) ? await facilityById(tx, input.facilityId) : undefined;
    if (facility === undefined) return refuse("NOT_FOUND", { what: "facility", id: input.facilityId });
    const { transferId } = input;
    const before = await takenBefore(tx, input);
    if (before !== undefined) return before;
    const found = await findLines(tx, input.facilityId, facility.code, input.lines);
    if (!found.ok) return found;
    const posted = await post(
      tx,
      ctx,
      found.value.flatMap((each) =>
        movement(input.facilityId, { ...each, ...each.line, transferId, note: input.note }, -1),
      ),
    );
    if (!posted.ok) return posted;
    await insertWaiting(
      tx,
      found.value.flatMap(({ itemIds, line, skuId, from }) =>
        itemIds.map((itemId) => ({
          ...{ itemId, kind: "PUTAWAY_SHELF_TRANSFER" as const, facilityId: input.facilityId, skuId, unitId: null },
          ...{ packageId: null, sourceId: transferId, sourceShelfId: from, grade: line.grade, note: input.note },
        })),
      ),
      ctx.now,
    );
    await writeItems(
      tx,
      found.value.flatMap((each) =>
        each.to === null ? [] : each.itemIds.map((itemId) => ({ itemId, shelf: { id: each.to, chosen: true } })),
      ),
    );
    await audit(tx, ctx, {
      action: "putaway.shelf_transfer",
      recordType: "shelf_transfer",
      recordId: transferId,
      recordCode: facility.code,
      after: { lines: input.lines, note: input.note },
    });
    const itemIds = found.value.flatMap((each) => each.itemIds);
    if (!input.makeList) return ok({ transferId, itemIds, list: null });
    const made = await createPutawayIn(tx, ctx, { itemIds, note: input.note });
    return made.ok ? ok({ transferId, itemIds, list: made.value }) : made;
  });
}

/** What an earlier request under the same id took, if there was one. Until the transaction ends nobody else asks under it. */
async function takenBefore(
  tx: Tx,
  input: { transferId: ShelfTransferId; facilityId: FacilityId; lines: readonly TransferLine[] },
): Promise<Result<ShelfTransfer> | undefined> {
  const { transferId, facilityId } = input;
  const units = await transferred(tx, transferId);
  const [first] = units;
  if (first === undefined) return undefined;
  const wanted = input.lines.reduce((sum, line) => sum + line.quantity, 0);
  const { putawayId, putaway: code } = first;
  if (first.facilityId !== facilityId || units.length !== wanted)
    return refuse("SHELF_TRANSFER_TAKEN", { units: units.length, where: code ?? "the units that wait" });
  const list = putawayId === null || code === null ? null : { putawayId, code };
  return ok({ transferId, itemIds: units.map((unit) => unit.itemId), list });
}

/** SKUs and shelves of the lines, with an id for each unit; all that is unknown is named at once. */
async function findLines(
  tx: Tx,
  facilityId: FacilityId,
  facility: string,
  lines: readonly TransferLine[],
): Promise<Result<Found[]>> {
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (units > TRANSFER_UNITS_MAX) return refuse("SHELF_TRANSFER_TOO_LARGE", { units, most: TRANSFER_UNITS_MAX });
  const same = lines.filter((line) => line.fromShelf === line.toShelf);
  if (same.length > 0)
    return refuse("SHELF_TRANSFER_SAME_SHELF", { shelves: [...new Set(same.map((l) => l.fromShelf))] });
  const skus = new Map((await skusByCodes(tx, [...new Set(lines.map((l) => l.sku))])).map((sku) => [sku.code, sku]));
  const codes = [
    ...new Set(lines.flatMap((line) => [line.fromShelf, ...(line.toShelf === null ? [] : [line.toShelf])])),
  ];
  const shelves = new Map<string, ShelfRow>(
    (
      await shelvesByCode(
        tx,
        codes.map((code) => ({ facilityId, code })),
      )
    ).map((shelf) => [shelf.code, shelf]),
  );
  const noSku = new Set<string>();
  const noShelf = new Set<string>();
  const found = lines.flatMap((line): Found[] => {
    const sku = skus.get(line.sku);
    const from = shelves.get(line.fromShelf);
    const to = line.toShelf === null ? undefined : shelves.get(line.toShelf);
    if (sku === undefined) noSku.add(line.sku);
    if (from === undefined) noShelf.add(line.fromShelf);
    if (line.toShelf !== null && !to?.enabled) noShelf.add(line.toShelf);
    if (sku === undefined || from === undefined) return [];
    const itemIds = Array.from({ length: line.quantity }, () => newId<"PutawayItem">());
    return [{ line, skuId: sku.skuId, from: from.shelfId, to: to?.shelfId ?? null, itemIds }];
  });
  if (noSku.size > 0) return refuse("SHELF_TRANSFER_SKU_UNKNOWN", { skus: [...noSku] });
  if (noShelf.size > 0) return refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: [...noShelf], facility });
  return ok(found);
}

/** Units between a shelf and the hand. @param sign −1 off the shelf, 1 back onto it */
export function movement(
  facilityId: FacilityId,
  of: {
    skuId: SkuId;
    from: ShelfId;
    grade: Grade;
    quantity: number;
    transferId: string | null;
    note: string | null;
  },
  sign: 1 | -1,
): Entry[] {
  const common = {
    ...{ facilityId, skuId: of.skuId, cause: "SHELF_TRANSFER" as const, note: of.note },
    ...{ causeType: of.transferId === null ? null : "shelf_transfer", causeId: of.transferId },
  };
  return [
    { ...common, shelfId: of.from, bucket: of.grade, quantity: sign * of.quantity },
    { ...common, shelfId: null, bucket: "putaway_pending", quantity: -sign * of.quantity },
  ];
}
