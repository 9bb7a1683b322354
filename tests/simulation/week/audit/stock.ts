/** Pieces in, less pieces that left: no piece is sold twice, none is lost, and every marketplace shows what may be sold. */
import { type AuditBrief, AWAY, type Books, type Finding, type UnitHere } from "./books.ts";

const PROMISED = new Set(["FULFILLABLE", "PICKING_FOR_INVOICING", "PACKED", "READY_TO_SHIP", "MANIFESTED"]);
/** Wanted, and nothing is put aside for it yet. */
const WAITING = new Set(["CREATED", "PENDING_VERIFICATION", "UNFULFILLABLE"]);
const DAY_HOURS = 24;

interface Level {
  readonly sku: string;
  readonly good: number;
  readonly blocked: number;
  readonly pending: number;
  readonly others: number;
}

export async function compareStock(brief: AuditBrief, books: Books, units: readonly UnitHere[]): Promise<Finding[]> {
  const levels = await brief.query<Level>(
    `select s.code as sku, l.good, l.blocked, l.putaway_pending as pending, l.bad + l.qc_rejected + l.not_found as others
     from godown.stock_level l join godown.sku s using (tenant_id, sku_id)`,
  );
  const bySku = Map.groupBy(units, (unit) => unit.sku);
  return Object.entries(brief.restock).flatMap(([sku, pieces]) => {
    const mine = bySku.get(sku) ?? [];
    const level = levels.find((row) => row.sku === sku) ?? { sku, good: 0, blocked: 0, pending: 0, others: 0 };
    return [
      ...comparePieces(level, pieces * brief.midnights, mine),
      ...compareFigures(brief, books, level, mine),
      ...needless(brief, books, sku, mine),
    ];
  });
}

/** What left without being in the books is a shortage. */
function comparePieces({ sku, good, blocked, pending, others }: Level, came: number, units: readonly UnitHere[]) {
  const left = units.filter((unit) => AWAY.has(unit.state) && !unit.short).length;
  const promised = units.filter((unit) => PROMISED.has(unit.state)).length;
  const have = good + pending + others;
  const found: Finding[] = [];
  if (have !== came - left) {
    const words = `${came} came, ${left} left, ${have} are in the books`;
    found.push({ kind: "STOCK_DIFFERS", about: sku, words });
  }
  if (blocked !== promised) {
    const words = `${promised} are promised, ${blocked} are blocked`;
    found.push({ kind: "BLOCKED_DIFFERS", about: sku, words });
  }
  return found;
}

/** The figure that each marketplace was told last: what is there, less all that is wanted; never below nothing. */
function compareFigures(brief: AuditBrief, books: Books, level: Level, units: readonly UnitHere[]): Finding[] {
  const wanted = units.filter((unit) => WAITING.has(unit.state)).length;
  const free = Math.max(0, level.good - level.blocked - wanted);
  return brief.houses.flatMap(({ house: { source } }): Finding[] => {
    const log = books.get(source);
    const product = log?.orders.flatMap((order) => order.items).find((item) => item.sku === level.sku);
    if (!product) return []; // nobody ever bought it there: its codes are not known
    const isOf = (figure: { productId: string; variantId: string }) =>
      figure.productId === product.productId && figure.variantId === product.variantId;
    const told = log?.stock.find(isOf)?.quantity ?? null;
    const words = `${free} may be sold, the marketplace was told ${told}`;
    return told === free ? [] : [{ kind: "FIGURE_DIFFERS", about: `${source} ${level.sku}`, words }];
  });
}

/** A shortage of goods of which all that was ever ordered had come before: they lay here, and were not taken. */
function needless({ start, restock }: AuditBrief, books: Books, sku: string, units: readonly UnitHere[]): Finding[] {
  const short = units.filter((unit) => unit.short);
  if (short.length === 0) return [];
  const ordered = new Map<number, number>();
  for (const { orders } of books.values())
    for (const { orderDate, items } of orders) {
      const day = Math.floor(Temporal.Instant.from(orderDate).since(start).total("hours") / DAY_HOURS);
      const pieces = items.reduce((sum, item) => sum + (item.sku === sku ? item.quantity : 0), 0);
      ordered.set(day, (ordered.get(day) ?? 0) + pieces);
    }
  let sum = 0;
  for (const day of [...ordered.keys()].toSorted((a, b) => a - b)) {
    sum += ordered.get(day) ?? 0;
    if (sum > (restock[sku] ?? 0) * (day + 1)) return []; // it may have been
  }
  const words = `there were always enough, and ${short.map((unit) => unit.order).join(", ")} lack some`;
  return [{ kind: "SHORT_NEEDLESSLY", about: sku, words }];
}
