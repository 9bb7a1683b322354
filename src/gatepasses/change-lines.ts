import { skusByCodes } from "../catalog/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Paise, type Result, refuse, ZERO } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { shelfById, shelvesByCode } from "../warehouse/index.ts";
import {
  decideChange,
  type Gatepass,
  type GatepassId,
  type GatepassLine,
  LINES_MAX,
  type LineType,
  PIECES_MAX,
} from "./gatepass.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { deleteLines, type LineValue, linesOf, saveLines, shelfWith } from "./store.ts";

/** Lines in one request. */
export const LINE_CHANGES_MAX = LINES_MAX;

/** A line as a person gives it, by codes; quantity 0 takes it off. */
export interface LineInput {
  readonly sku: string;
  readonly inventoryType: LineType;
  readonly shelf: string;
  readonly quantity: number;
  /** Of one piece, without tax. */
  readonly price: Paise;
}

/**
 * Sets lines of an open gatepass to what is given; others stay. Absolute, so that a repeated request changes nothing.
 * Refusals: NOT_FOUND, GATEPASS_NOT_OPEN, GATEPASS_SKU_UNKNOWN, GATEPASS_BUNDLE, GATEPASS_SHELF_UNKNOWN,
 * GATEPASS_LINES_TOO_MANY, GATEPASS_TOO_LARGE.
 */
export function setLines(
  ctx: Ctx,
  gatepassId: GatepassId,
  given: readonly LineInput[],
): Promise<Result<{ lines: number; pieces: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachOpen(tx, ctx, gatepassId);
    if (!reached.ok) return reached;
    const { gatepass, lines } = reached.value;
    const found = await findLines(tx, gatepass, given);
    if (!found.ok) return found;
    const merged = mergeLines(lines, found.value);
    const size = checkSize(gatepass, merged.after);
    if (!size.ok) return size;
    await saveLines(tx, gatepassId, merged.save);
    await deleteLines(tx, gatepassId, merged.remove);
    await audit(tx, ctx, {
      action: "gatepasses.lines_changed",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: gatepass.code,
      after: { set: given.slice(0, AUDITED_MAX), of: given.length },
    });
    return size;
  });
}

/** So many changed lines are named in the trail. */
const AUDITED_MAX = 50;

/** What a scan put on. */
export interface ScannedOn {
  readonly sku: string;
  readonly name: string;
  readonly shelf: string;
  readonly quantity: number;
  readonly pieces: number;
}

/**
 * Puts one more piece of a scanned SKU on an open gatepass: from the shelf that is named, or else from where most of its
 * grade lies. Refusals: as `setLines`, and GATEPASS_NO_STOCK.
 */
export function scanOnto(
  ctx: Ctx,
  gatepassId: GatepassId,
  scanned: { readonly code: string; readonly inventoryType: LineType; readonly shelf: string | null },
): Promise<Result<ScannedOn>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachOpen(tx, ctx, gatepassId);
    if (!reached.ok) return reached;
    const { gatepass, lines } = reached.value;
    const where = await shelfForScan(tx, gatepass, scanned);
    if (!where.ok) return where;
    const { sku, name, shelf } = where.value;
    const same = lines.filter((line) => line.sku === sku && line.inventoryType === scanned.inventoryType);
    const before = same.find((line) => line.shelf === shelf);
    const input: LineInput = {
      ...{ sku, shelf, inventoryType: scanned.inventoryType, quantity: (before?.quantity ?? 0) + 1 },
      price: before?.price ?? same[0]?.price ?? ZERO,
    };
    const found = await findLines(tx, gatepass, [input]);
    if (!found.ok) return found;
    const merged = mergeLines(lines, found.value);
    const size = checkSize(gatepass, merged.after);
    if (!size.ok) return size;
    await saveLines(tx, gatepassId, merged.save);
    return ok({ sku, name, shelf, quantity: input.quantity, pieces: size.value.pieces });
  });
}

async function reachOpen(
  tx: Tx,
  ctx: Ctx,
  gatepassId: GatepassId,
): Promise<Result<{ gatepass: Gatepass; lines: GatepassLine[] }>> {
  const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
  if (!reached.ok) return reached;
  const open = decideChange(reached.value);
  return open.ok ? ok({ gatepass: reached.value, lines: await linesOf(tx, gatepassId) }) : open;
}

async function shelfForScan(
  tx: Tx,
  gatepass: Gatepass,
  scanned: { readonly code: string; readonly inventoryType: LineType; readonly shelf: string | null },
): Promise<Result<{ sku: string; name: string; shelf: string }>> {
  const [sku] = await skusByCodes(tx, [scanned.code]);
  if (sku === undefined) return refuse("GATEPASS_SKU_UNKNOWN", { skus: [scanned.code] });
  const { code, name, skuId } = sku;
  if (scanned.shelf !== null) return ok({ sku: code, name, shelf: scanned.shelf });
  const { gatepassId, facilityId, facilityCode } = gatepass;
  const { inventoryType } = scanned;
  const best = await shelfWith(tx, { gatepassId, facilityId, skuId, inventoryType });
  const shelf = best === undefined ? undefined : await shelfById(tx, best.shelfId);
  if (shelf === undefined)
    return refuse("GATEPASS_NO_STOCK", {
      sku: code,
      facility: facilityCode,
      inventoryType: inventoryType.replace("_", "-"),
    });
  return ok({ sku: code, name, shelf: shelf.code });
}

type FoundLine = Omit<LineValue, "lineId" | "lineNo">;

/** Finds what the codes name, all at once; all that is unknown is named at once. */
async function findLines(tx: Tx, gatepass: Gatepass, given: readonly LineInput[]): Promise<Result<FoundLine[]>> {
  const codes = [...new Set(given.map((line) => line.sku))];
  const skus = new Map((await skusByCodes(tx, codes)).map((sku) => [sku.code, sku]));
  const unknown = codes.filter((code) => !skus.has(code));
  if (unknown.length > 0) return refuse("GATEPASS_SKU_UNKNOWN", { skus: unknown.slice(0, NAMED_MAX) });
  const bundles = [...skus.values()].filter((sku) => sku.isBundle).map((sku) => sku.code);
  if (bundles.length > 0) return refuse("GATEPASS_BUNDLE", { skus: bundles.slice(0, NAMED_MAX) });
  const { facilityId, facilityCode } = gatepass;
  const wanted = [...new Set(given.map((line) => line.shelf))].map((code) => ({ facilityId, code }));
  const shelves = new Map((await shelvesByCode(tx, wanted)).map((shelf) => [shelf.code, shelf.shelfId]));
  const missing = wanted.filter(({ code }) => !shelves.has(code)).map(({ code }) => code);
  if (missing.length > 0)
    return refuse("GATEPASS_SHELF_UNKNOWN", { shelves: missing.slice(0, NAMED_MAX), facility: facilityCode });
  return ok(
    given.flatMap(({ sku, shelf, inventoryType, quantity, price }) => {
      const [skuId, shelfId] = [skus.get(sku)?.skuId, shelves.get(shelf)];
      return skuId === undefined || shelfId === undefined ? [] : [{ skuId, shelfId, inventoryType, quantity, price }];
    }),
  );
}

const NAMED_MAX = 20;

const keyOf = (line: Pick<FoundLine, "skuId" | "shelfId" | "inventoryType">) =>
  `${line.skuId} ${line.shelfId} ${line.inventoryType}`;

/** The lines after the change, and what has to be written for it. Pure. Of two inputs for one line the later holds. */
function mergeLines(lines: readonly GatepassLine[], given: readonly FoundLine[]) {
  const before = new Map(lines.map((line) => [keyOf(line), line]));
  let last = lines.reduce((highest, line) => Math.max(highest, line.lineNo), 0);
  const wanted = new Map(given.map((line) => [keyOf(line), line]));
  const save: LineValue[] = [];
  const after = new Map(lines.map((line) => [keyOf(line), line.quantity]));
  for (const [key, line] of wanted) {
    const known = before.get(key);
    after.set(key, line.quantity);
    if (line.quantity === 0) continue;
    if (known === undefined) last += 1;
    save.push({ ...line, lineId: known?.lineId ?? newId<"GatepassLine">(), lineNo: known?.lineNo ?? last });
  }
  const remove = lines.filter((line) => wanted.get(keyOf(line))?.quantity === 0).map((line) => line.lineId);
  return { save, remove, after: [...after.values()].filter((quantity) => quantity > 0) };
}

function checkSize(gatepass: Gatepass, quantities: readonly number[]): Result<{ lines: number; pieces: number }> {
  const { code } = gatepass;
  const pieces = quantities.reduce((all, quantity) => all + quantity, 0);
  if (quantities.length > LINES_MAX)
    return refuse("GATEPASS_LINES_TOO_MANY", { gatepass: code, lines: quantities.length, linesMax: LINES_MAX });
  if (pieces > PIECES_MAX) return refuse("GATEPASS_TOO_LARGE", { gatepass: code, pieces, piecesMax: PIECES_MAX });
  return ok({ lines: quantities.length, pieces });
}
