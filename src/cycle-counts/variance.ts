import type { Entry, ShelfBucket } from "../inventory/index.ts";
import type { FacilityId, SkuId } from "../kernel/index.ts";
import type { ShelfId } from "../warehouse/index.ts";
import type { CycleCountId } from "./cycle-count.ts";

/** A SKU in one bucket of a shelf: what the books said when the shelf was begun, and what was found. */
export interface CountLine {
  readonly shelfId: ShelfId;
  readonly skuId: SkuId;
  readonly bucket: ShelfBucket;
  readonly expected: number;
  readonly counted: number;
}

/**
 * What is posted when counted shelves are accepted: the difference of each line, so that the books say what was found.
 * Pieces that pickers reported as not found were looked for now: they are counted where they lie, or are gone. Pure.
 */
export function entriesOf(
  count: { cycleCountId: CycleCountId; code: string; facilityId: FacilityId },
  lines: readonly (CountLine & { readonly shelf: string })[],
): Entry[] {
  return lines.flatMap((line): Entry[] =>
    line.counted === line.expected
      ? []
      : [
          {
            ...{ facilityId: count.facilityId, skuId: line.skuId, shelfId: line.shelfId, bucket: line.bucket },
            ...{ quantity: line.counted - line.expected, cause: "CYCLE_COUNT", causeType: "cycle_count" },
            ...{ causeId: count.cycleCountId, note: `${count.code}, shelf ${line.shelf}` },
          },
        ],
  );
}

/** What may still be promised of a SKU, as its level says. */
export interface Promised {
  readonly skuId: SkuId;
  readonly good: number;
  readonly virtual: number;
  readonly blocked: number;
}

/** By how much entries would leave less good stock than is promised to orders, by SKU. Pure; empty where it suffices. */
export function shortOf(entries: readonly Entry[], levels: readonly Promised[]): Map<SkuId, number> {
  const change = new Map<SkuId, number>();
  for (const entry of entries)
    if (entry.bucket === "good") change.set(entry.skuId, (change.get(entry.skuId) ?? 0) + entry.quantity);
  return new Map(
    levels.flatMap((level) => {
      const short = level.blocked - (level.good + level.virtual + (change.get(level.skuId) ?? 0));
      return short > 0 ? [[level.skuId, short] as const] : [];
    }),
  );
}

/** Lines whose books are not what they were when the shelf was begun: stock left it meanwhile. Pure. */
export function movedLines(
  lines: readonly CountLine[],
  books: readonly (Pick<CountLine, "shelfId" | "skuId" | "bucket"> & { readonly quantity: number })[],
): ShelfId[] {
  const key = (of: Pick<CountLine, "shelfId" | "skuId" | "bucket">) => `${of.shelfId} ${of.skuId} ${of.bucket}`;
  const now = new Map(books.map((row) => [key(row), row.quantity]));
  const known = new Set(lines.map(key));
  return [
    ...new Set([
      ...lines.flatMap((line) => ((now.get(key(line)) ?? 0) === line.expected ? [] : [line.shelfId])),
      ...books.flatMap((row) => (row.quantity > 0 && !known.has(key(row)) ? [row.shelfId] : [])),
    ]),
  ];
}

/** Right of all, in basis points, floored: 100 % only where everything was right. Null: there is nothing to judge. */
export function accuracyBps(right: number, all: number): number | null {
  return all === 0 ? null : Math.floor((right * 10_000) / all);
}
