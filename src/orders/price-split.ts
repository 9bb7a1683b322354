import {
  apportion,
  assert,
  type Facts,
  ok,
  type Paise,
  paise,
  type Refusal,
  type Result,
  refuse,
  sum,
  ZERO,
} from "../kernel/index.ts";

/** Charges and payments that an order gives either on its lines or once for the whole, never both. */
export const SHARED_AMOUNTS = [
  "shippingCharges",
  "codCharges",
  "giftWrapCharges",
  "discount",
  "storeCredit",
  "voucher",
  "prepaid",
] as const;
export type SharedAmount = (typeof SHARED_AMOUNTS)[number];

type SharedAmounts = { readonly [K in SharedAmount]?: Paise };

/** A line as the channel priced it. What is left out counts as zero, and is not "given". */
export interface PricedLine extends SharedAmounts {
  /** The channel's id of the line, for the sentence of a refusal. */
  readonly lineId: string;
  readonly quantity: number;
  /** Tax included unless the channel says otherwise; before discount. */
  readonly sellingPrice: Paise;
  /** What the channel passes on to the seller. */
  readonly transferPrice?: Paise;
  /** The channel's own total, checked: price + charges - discount. */
  readonly totalPrice?: Paise;
}

export interface PricedOrder {
  readonly paymentType: "COD" | "PREPAID";
  readonly lines: readonly PricedLine[];
  /** Given once for the whole order. */
  readonly order?: SharedAmounts & {
    /** What the buyer owes in all (price + charges - discount), checked. */
    readonly total?: Paise;
  };
  /**
   * A line with quantity n: do its amounts stand for one unit or for all n? Declared by the source (protocols of this
   * family leave it open), for all amounts of the line alike except `totalPrice`.
   */
  readonly lineAmounts: "PER_UNIT" | "PER_LINE";
}

/** One unit (sale order item) with its share of everything. */
export interface UnitAmounts {
  /** Position of its line in the order, from 0. */
  readonly line: number;
  readonly sellingPrice: Paise;
  readonly shippingCharges: Paise;
  readonly codCharges: Paise;
  readonly giftWrapCharges: Paise;
  readonly discount: Paise;
  readonly storeCredit: Paise;
  readonly voucher: Paise;
  readonly prepaid: Paise;
  readonly transferPrice: Paise | null;
  /** sellingPrice + charges - discount: what the buyer owes for the unit, and what is invoiced. */
  readonly total: Paise;
  /** total - storeCredit - voucher - prepaid: what the courier collects for the unit; zero when prepaid. */
  readonly collectable: Paise;
}

export interface SplitOrder {
  /** In the order of the lines; the units of a line lie together. */
  readonly units: readonly UnitAmounts[];
  readonly total: Paise;
  readonly collectable: Paise;
}

export type SplitFault =
  | "LINE_QUANTITY_INVALID"
  | "ORDER_TOO_LARGE"
  | "AMOUNT_OUT_OF_RANGE"
  | "LINE_AND_ORDER_CHARGES"
  | "AMOUNT_MISMATCH"
  | "DISCOUNT_EXCEEDS_PRICE"
  | "PAID_EXCEEDS_TOTAL";

export const UNITS_PER_ORDER_MAX = 10_000;
/** ₹100 crore an amount: sums of a whole order stay exact. */
const AMOUNT_PAISE_MAX = 100_000_000_000;
const CHARGES = ["shippingCharges", "codCharges", "giftWrapCharges"] as const;

/**
 * Splits an order's amounts over its units, to the paisa: units of a line share the line, the units of the order share
 * what is given for the order (charges and discount in proportion to selling price, payments in proportion to what is
 * still owed, so that no unit is paid or discounted below zero).
 *
 * Discount lowers what is owed and invoiced. Store credit, voucher and prepaid amount are payments: they lower what is
 * collected, never the value that is taxed. An order marked PREPAID is paid in full: a prepaid amount that is given
 * must say the same, one left out or zero is taken as the rest.
 *
 * Refusals, in this order: LINE_QUANTITY_INVALID, ORDER_TOO_LARGE, AMOUNT_OUT_OF_RANGE (negative or absurd),
 * LINE_AND_ORDER_CHARGES, DISCOUNT_EXCEEDS_PRICE, AMOUNT_MISMATCH (facts: field, expected, given, in paise),
 * PAID_EXCEEDS_TOTAL.
 */
export function splitOrder(order: PricedOrder): Result<SplitOrder, Refusal<SplitFault>> {
  const fault = inputFault(order);
  if (fault !== null) return { ok: false, refusal: fault };

  const ofLines = order.lines.flatMap((line, i) => unitsOfLine(line, i, order.lineAmounts));
  const mismatch = lineTotalFault(order);
  const priced = shareOrderCharges(ofLines, order.order ?? {});
  const over = priced.find((unit) => unit.total < 0);
  if (over !== undefined)
    return refuse("DISCOUNT_EXCEEDS_PRICE", {
      lineId: order.lines[over.line]?.lineId ?? "",
      price: over.total + over.discount,
      discount: over.discount,
    });
  if (mismatch !== null) return { ok: false, refusal: mismatch };

  const total = sum(priced.map((unit) => unit.total));
  const expected = order.order?.total;
  if (expected !== undefined && expected !== total)
    return refuse("AMOUNT_MISMATCH", { field: "total", expected: total, given: expected });
  return sharePayments(priced, order, total);
}

/** A unit before payments of the order are shared. */
type Unit = { -readonly [K in keyof UnitAmounts]: UnitAmounts[K] };

function inputFault(order: PricedOrder): Refusal<SplitFault> | null {
  let units = 0;
  for (const line of order.lines) {
    if (!Number.isSafeInteger(line.quantity) || line.quantity < 1)
      return { code: "LINE_QUANTITY_INVALID", facts: { lineId: line.lineId, quantity: line.quantity } };
    units += line.quantity;
  }
  if (units === 0 || units > UNITS_PER_ORDER_MAX)
    return { code: "ORDER_TOO_LARGE", facts: { units, min: 1, max: UNITS_PER_ORDER_MAX } };
  for (const line of order.lines)
    for (const field of [...SHARED_AMOUNTS, "sellingPrice", "transferPrice", "totalPrice"] as const)
      if (outOfRange(line[field]))
        return { code: "AMOUNT_OUT_OF_RANGE", facts: { lineId: line.lineId, field, given: line[field] ?? 0 } };
  for (const field of [...SHARED_AMOUNTS, "total"] as const)
    if (outOfRange(order.order?.[field]))
      return { code: "AMOUNT_OUT_OF_RANGE", facts: { field, given: order.order?.[field] ?? 0 } };
  const both = SHARED_AMOUNTS.filter(
    (field) => (order.order?.[field] ?? 0) !== 0 && order.lines.some((line) => (line[field] ?? 0) !== 0),
  );
  return both.length > 0 ? { code: "LINE_AND_ORDER_CHARGES", facts: { fields: both } } : null;
}

function outOfRange(amount: Paise | undefined): boolean {
  return amount !== undefined && (amount < 0 || amount > AMOUNT_PAISE_MAX);
}

function unitsOfLine(line: PricedLine, index: number, basis: PricedOrder["lineAmounts"]): Unit[] {
  const each = Array.from({ length: line.quantity }, () => 1);
  const shares = (amount: Paise): Paise[] => (basis === "PER_UNIT" ? each.map(() => amount) : apportion(amount, each));
  const shared = new Map(SHARED_AMOUNTS.map((field) => [field, shares(line[field] ?? ZERO)]));
  const prices = shares(line.sellingPrice);
  const transfers = line.transferPrice === undefined ? null : shares(line.transferPrice);
  return prices.map((sellingPrice, i) => {
    const of = (field: SharedAmount) => shared.get(field)?.[i] ?? ZERO;
    return {
      line: index,
      sellingPrice,
      shippingCharges: of("shippingCharges"),
      codCharges: of("codCharges"),
      giftWrapCharges: of("giftWrapCharges"),
      discount: of("discount"),
      storeCredit: of("storeCredit"),
      voucher: of("voucher"),
      prepaid: of("prepaid"),
      transferPrice: transfers?.[i] ?? null,
      total: ZERO,
      collectable: ZERO,
    };
  });
}

/**
 * A line's own total must be one of the readings in use: implementers send it per unit or per line, with gift wrap or
 * (as the published formula has it) without. It speaks of the line's own charges only.
 */
function lineTotalFault(order: PricedOrder): Refusal<"AMOUNT_MISMATCH"> | null {
  for (const line of order.lines) {
    if (line.totalPrice === undefined) continue;
    const perUnit = order.lineAmounts === "PER_UNIT";
    const charges = (line.shippingCharges ?? 0) + (line.codCharges ?? 0) - (line.discount ?? 0);
    const plain = line.sellingPrice + charges;
    const bases = [plain + (line.giftWrapCharges ?? 0), plain];
    const readings = bases.flatMap((base) => (perUnit ? [base, base * line.quantity] : [base, base / line.quantity]));
    if (readings.includes(line.totalPrice)) continue;
    const facts: Facts = { lineId: line.lineId, field: "totalPrice", given: line.totalPrice };
    return { code: "AMOUNT_MISMATCH", facts: { ...facts, expected: bases[0] ?? 0, lineAmounts: order.lineAmounts } };
  }
  return null;
}

function shareOrderCharges(units: readonly Unit[], order: SharedAmounts): Unit[] {
  const byPrice = units.map((unit) => unit.sellingPrice);
  const shared = new Map(
    ([...CHARGES, "discount"] as const).map((field) => [field, apportion(order[field] ?? ZERO, byPrice)]),
  );
  return units.map((unit, i) => {
    const withShare = (field: "discount" | (typeof CHARGES)[number]) =>
      paise(unit[field] + (shared.get(field)?.[i] ?? 0));
    const [shippingCharges, codCharges, giftWrapCharges] = CHARGES.map(withShare);
    assert(shippingCharges !== undefined && codCharges !== undefined && giftWrapCharges !== undefined, "three charges");
    const discount = withShare("discount");
    const total = paise(unit.sellingPrice + shippingCharges + codCharges + giftWrapCharges - discount);
    return { ...unit, shippingCharges, codCharges, giftWrapCharges, discount, total };
  });
}

/** Payments one after the other, each over what the former left: only so is no unit paid beyond its total. */
function sharePayments(
  units: readonly Unit[],
  order: PricedOrder,
  total: Paise,
): Result<SplitOrder, Refusal<"AMOUNT_MISMATCH" | "PAID_EXCEEDS_TOTAL">> {
  const owed = units.map((unit) => unit.total - unit.storeCredit - unit.voucher - unit.prepaid);
  const short = owed.findIndex((amount) => amount < 0);
  if (short >= 0) {
    const unit = units[short];
    assert(unit !== undefined, "the unit found exists");
    const lineId = order.lines[unit.line]?.lineId ?? "";
    return refuse("PAID_EXCEEDS_TOTAL", { lineId, total: unit.total, paid: unit.total - (owed[short] ?? 0) });
  }
  const paid = units.map((unit) => ({ ...unit }));
  for (const field of ["storeCredit", "voucher", "prepaid"] as const) {
    const amount = order.order?.[field] ?? ZERO;
    if (amount === 0) continue; // weights of zero would otherwise ask for an even split of nothing
    const open = sum(owed);
    if (amount > open)
      return field === "prepaid" && order.paymentType === "PREPAID"
        ? refuse("AMOUNT_MISMATCH", { field, expected: open, given: amount })
        : refuse("PAID_EXCEEDS_TOTAL", { field, total: open, paid: amount });
    for (const [i, share] of apportion(amount, owed).entries()) {
      const unit = paid[i];
      assert(unit !== undefined, "a share for each unit");
      unit[field] = paise(unit[field] + share);
      owed[i] = (owed[i] ?? 0) - share;
    }
  }
  const open = sum(owed);
  if (order.paymentType === "PREPAID" && open > 0) {
    const given = sum(paid.map((unit) => unit.prepaid));
    if (given > 0) return refuse("AMOUNT_MISMATCH", { field: "prepaid", expected: paise(given + open), given });
    for (const [i, unit] of paid.entries()) unit.prepaid = paise(owed[i] ?? 0);
    return ok({ units: paid, total, collectable: ZERO });
  }
  for (const [i, unit] of paid.entries()) unit.collectable = paise(owed[i] ?? 0);
  return ok({ units: paid, total, collectable: open });
}
