/** What Amazon says of money: decimal texts, and totals of a whole line. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { type Paise, paise, parseRupees, sum, ZERO } from "../../../src/kernel/index.ts";
import type { TaxRates } from "../../kit/index.ts";
import type { OrderItem } from "./market.ts";

type Money = Schema<"amazon", "Money">;

/** What a line costs, all units together, tax included. */
export interface LineProceeds {
  readonly sellingPrice: Paise;
  readonly shippingCharges: Paise;
  readonly codCharges: Paise;
  readonly giftWrapCharges: Paise;
  readonly discount: Paise;
  /** As Amazon adds it up; null: it does not. */
  readonly total: Paise | null;
  /** Tax on the goods alone; null: Amazon does not say. */
  readonly goodsTax: Paise | null;
}

export type ReadProceeds =
  | { readonly ok: true; readonly value: LineProceeds }
  | { readonly ok: false; readonly given: unknown };

/** Breakdowns and what they are to us. Types that are not listed are charges like another: the sum must stay Amazon's. */
const PARTS = {
  ITEM: "sellingPrice",
  SHIPPING: "shippingCharges",
  OTHER: "shippingCharges",
  GIFT_WRAP: "giftWrapCharges",
  COD_FEE: "codCharges",
  DISCOUNT: "discount",
} as const;
type Part = (typeof PARTS)[keyof typeof PARTS];

const isPart = (type: string): type is keyof typeof PARTS => Object.hasOwn(PARTS, type);

function partOf(type: string | undefined): Part {
  return type !== undefined && isPart(type) ? PARTS[type] : PARTS.OTHER;
}

/**
 * Reads the totals of a line. Amazon's breakdowns add up to `proceedsTotal`, with tax a breakdown of its own beside the
 * others; where they add up without it, tax lies in them. An amount that is not whole paise is a fault. A line without any
 * amount (a replacement) costs nothing.
 */
export function readProceeds(item: OrderItem): ReadProceeds {
  const { proceedsTotal, breakdowns = [] } = item.proceeds ?? {};
  const faults: unknown[] = [];
  const amount = (money: Money | undefined): number => {
    const read = money === undefined ? ZERO : parseRupees(money.amount);
    if (read === null) faults.push(money?.amount);
    return read ?? 0;
  };
  const parts = { sellingPrice: 0, shippingCharges: 0, codCharges: 0, giftWrapCharges: 0, discount: 0 };
  const add = (part: Part, value: number) => {
    // A discount is given as what it takes off, or as a negative amount: here it is always what it takes off.
    parts[part] += part === "discount" ? Math.abs(value) : value;
  };
  const taxes = breakdowns.filter(({ type }) => type === "TAX");
  for (const { type, subtotal } of breakdowns) if (type !== "TAX") add(partOf(type), amount(subtotal));
  const total = proceedsTotal === undefined ? null : amount(proceedsTotal);
  const untaxed = sumOf(parts);
  const tax = taxes.reduce((all, { subtotal }) => all + amount(subtotal), 0);
  const shares = taxes.flatMap(({ subtotal, detailedBreakdowns = [] }) =>
    detailedBreakdowns.length > 0
      ? detailedBreakdowns.map(({ subtype, value }) => ({ part: partOf(subtype ?? "ITEM"), tax: amount(value) }))
      : [{ part: PARTS.ITEM, tax: amount(subtotal) }],
  );
  const beside = tax !== 0 && total !== untaxed;
  if (beside) for (const share of shares) add(share.part, share.tax);
  if (breakdowns.length === 0) parts.sellingPrice = total ?? unitPrices(item, amount);
  const [fault] = faults;
  if (fault !== undefined) return { ok: false, given: fault };
  const goodsTax = shares.filter(({ part }) => part === "sellingPrice").reduce((all, share) => all + share.tax, 0);
  return {
    ok: true,
    value: {
      sellingPrice: paise(parts.sellingPrice),
      shippingCharges: paise(parts.shippingCharges),
      codCharges: paise(parts.codCharges),
      giftWrapCharges: paise(parts.giftWrapCharges),
      discount: paise(parts.discount),
      total: total === null ? null : paise(total),
      goodsTax: taxes.length === 0 ? null : paise(goodsTax),
    },
  };
}

function sumOf({ discount, ...charges }: Readonly<Record<Part, number>>): number {
  return sum(Object.values(charges)) - discount;
}

function unitPrices(item: OrderItem, amount: (money: Money | undefined) => number): number {
  return amount(item.product.price?.unitPrice) * item.quantityOrdered;
}

/** Rates of GST in force, in basis points. */
const GST_BPS = [0, 10, 25, 150, 300, 500, 600, 1200, 1800, 2800, 4000];

/**
 * The rate of GST on the goods of a line. Amazon gives the amount alone, of the price before or after a discount: the rate in
 * force that comes nearest to either. Null: no tax is given. Which side (CGST and SGST, or IGST) the place of supply says.
 */
export function ratesOf({ sellingPrice, discount, goodsTax }: LineProceeds): TaxRates | null {
  if (goodsTax === null) return null;
  const found = [sellingPrice, sellingPrice - discount]
    .map((price) => price - goodsTax)
    .map((taxable) => (taxable <= 0 ? 0 : (goodsTax * 10_000) / taxable));
  const missOf = (rate: number) => Math.min(...found.map((each) => Math.abs(rate - each)));
  const gstBps = GST_BPS.reduce((best, rate) => (missOf(rate) < missOf(best) ? rate : best));
  return { gstBps, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };
}
