import type { ShelfId } from "../inventory/index.ts";
import type { SkuId } from "../kernel/index.ts";
import type { Grade, PutawayItemId } from "./putaway.ts";

/** A shelf of the facility that takes new goods. */
export interface ShelfSpace {
  readonly shelfId: ShelfId;
  readonly code: string;
  /** Shelves without a section are one section of their own. */
  readonly section: string | null;
  /** Units that its type takes; null: as many as one likes. */
  readonly capacity: number | null;
  /** Units that lie there, and that open lists bring. */
  readonly held: number;
  /** Units that lie there, by grade. */
  readonly ofGrade: Readonly<Record<Grade, number>>;
  /** Takes what has no place of its own. */
  readonly isDefault: boolean;
}

/** Units of one SKU and grade on a shelf. */
export interface HeldThere {
  readonly shelfId: ShelfId;
  readonly skuId: SkuId;
  readonly grade: Grade;
  readonly quantity: number;
}

export interface UnitToPlace {
  readonly itemId: PutawayItemId;
  readonly skuId: SkuId;
  readonly grade: Grade;
  /** A shelf that it is not put on: the one it was taken off. */
  readonly notOn?: ShelfId | null | undefined;
}

/** The least number of units that is put on a shelf of its own: `percent` of all of them, rounded up. */
export function leastPart(units: number, percent: number): number {
  return Math.max(1, Math.ceil((units * percent) / 100));
}

/**
 * Chooses a shelf for each unit. Pure. The rule (Unicommerce's article on shelf capacity, made exact):
 *
 * - Units of one SKU and grade are placed together, in the order given. Shelves come in this order: the section of the shelf
 *   that holds most of the SKU in that grade, then the other sections by the same measure; inside a section the shelves that
 *   hold more of it first. What is bad or QC rejected goes to shelves that hold such goods before others; good goods go to
 *   DEFAULT, to empty shelves and to shelves with good goods before shelves that hold only rejects.
 * - A shelf never gets more than its capacity less what it holds, what open lists bring it and what was placed before.
 * - `splitPercent` null: units are not split; they go to the first shelf with room for all of them.
 * - `splitPercent` p: each shelf takes as much as it can, but a shelf with room for less than p % of the units (rounded up)
 *   is passed over, unless it takes all that are left. 104 units, 25 %, shelves of 50: 50 + 50 + 4; the 4 are fewer than 26
 *   and still go to a shelf of their own, since they are what is left in the end.
 *
 * Units for which there is no such shelf are absent from the answer: a person chooses.
 */
export function placeUnits(
  units: readonly UnitToPlace[],
  shelves: readonly ShelfSpace[],
  held: readonly HeldThere[],
  splitPercent: number | null,
): Map<PutawayItemId, ShelfId> {
  const chosen = new Map<PutawayItemId, ShelfId>();
  const taken = new Map<ShelfId, number>();
  const room = (shelf: ShelfSpace) =>
    shelf.capacity === null
      ? Number.POSITIVE_INFINITY
      : Math.max(0, shelf.capacity - shelf.held - (taken.get(shelf.shelfId) ?? 0));
  const orderOf = shelfOrder(shelves, held);
  for (const group of Map.groupBy(units, (unit) => `${goodsKey(unit)} ${unit.notOn}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const least = splitPercent === null ? group.length : leastPart(group.length, splitPercent);
    let left = group;
    for (const shelf of orderOf(first)) {
      const part = Math.min(room(shelf), left.length);
      if (part === 0 || shelf.shelfId === first.notOn || (part < least && part < left.length)) continue;
      for (const unit of left.slice(0, part)) chosen.set(unit.itemId, shelf.shelfId);
      taken.set(shelf.shelfId, (taken.get(shelf.shelfId) ?? 0) + part);
      left = left.slice(part);
      if (left.length === 0) break;
    }
  }
  return chosen;
}

type Goods = Pick<UnitToPlace, "skuId" | "grade">;
type Section = ShelfSpace["section"];

const goodsKey = (of: Goods) => `${of.skuId} ${of.grade}`;

/**
 * The order in which shelves are tried for goods, lazily: mostly the first one has room. Only the few shelves that hold
 * the SKU differ from one SKU to the next, so the rest is sorted once for each grade.
 */
function shelfOrder(
  shelves: readonly ShelfSpace[],
  held: readonly HeldThere[],
): (goods: Goods) => Generator<ShelfSpace, void> {
  const byId = new Map(shelves.map((shelf) => [shelf.shelfId, shelf]));
  const holders = Map.groupBy(held, goodsKey);
  const sorted = new Map<Grade, ReadonlyMap<Section, readonly ShelfSpace[]>>();
  const sectionsFor = (grade: Grade) => {
    const known = sorted.get(grade) ?? Map.groupBy(shelves.toSorted(byGoods(grade)), (shelf) => shelf.section);
    sorted.set(grade, known);
    return known;
  };
  return function* (goods) {
    const sections = sectionsFor(goods.grade);
    const rank = byGoods(goods.grade);
    const homes = (holders.get(goodsKey(goods)) ?? [])
      .flatMap(({ shelfId, quantity }) => {
        const shelf = byId.get(shelfId);
        return shelf === undefined ? [] : [{ shelf, quantity }];
      })
      .toSorted((a, b) => b.quantity - a.quantity || rank(a.shelf, b.shelf))
      .map(({ shelf }) => shelf);
    const home = new Set(homes);
    for (const [section, own] of Map.groupBy(homes, (shelf) => shelf.section)) {
      yield* own;
      for (const shelf of sections.get(section) ?? []) if (!home.has(shelf)) yield shelf;
    }
    const done = new Set(homes.map((shelf) => shelf.section));
    for (const [section, own] of sections) if (!done.has(section)) yield* own;
  };
}

/** Which shelf suits goods of a grade better, of two that do not hold their SKU. */
function byGoods(grade: Grade): (a: ShelfSpace, b: ShelfSpace) => number {
  const rejects = grade === "good" ? () => 0 : (shelf: ShelfSpace) => shelf.ofGrade[grade];
  const first = (is: (shelf: ShelfSpace) => boolean) => (a: ShelfSpace, b: ShelfSpace) => Number(is(b)) - Number(is(a));
  const isDefault = first((shelf) => shelf.isDefault);
  const isEmpty = first((shelf) => shelf.held === 0);
  const isLike = first((shelf) => shelf.ofGrade[grade] > 0);
  return (a, b) =>
    rejects(b) - rejects(a) || isDefault(a, b) || isEmpty(a, b) || isLike(a, b) || (a.code < b.code ? -1 : 1);
}
