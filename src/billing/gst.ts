import { rateFor, type TaxClass, type TaxRate } from "../catalog/tax-class.ts";
import {
  assert,
  type BasisPoints,
  basisPoints,
  divideRounded,
  type LocalDate,
  ok,
  type Paise,
  paise,
  type Refusal,
  type Result,
  refuse,
  sum,
  ZERO,
} from "../kernel/index.ts";
import { currentState, isUnionTerritoryWithoutLegislature, type StateCode, stateByCode } from "../warehouse/states.ts";

/** Where goods go and who buys them, as far as the place of supply depends on it. */
export interface SupplyFacts {
  /** The state that the goods are delivered in; null = not known. */
  readonly deliveryState: StateCode | null;
  /** The delivery country is not India. */
  readonly deliveredAbroad: boolean;
  /** The state of the buyer's GSTIN; null = a consumer. */
  readonly buyerGstinState: StateCode | null;
  /** A registered buyer has the goods sent to a place of its own in another state, and is supplied there. */
  readonly deliveredToBuyersOwnPlace: boolean;
  /** The buyer is a unit in a special economic zone. */
  readonly buyerInSez: boolean;
}

export type SupplyRefusal = "EXPORT_NOT_SUPPORTED" | "ZERO_RATED_NOT_SUPPORTED" | "PLACE_OF_SUPPLY_UNKNOWN";

/**
 * The place of supply of goods that move (IGST Act s.10(1)).
 *  - A consumer: where the goods are delivered, whatever the billing address says ((a) and (ca), the latter since
 *    1 October 2023; Circular 209/3/2024).
 *  - A registered buyer: the state of its GSTIN. Delivered elsewhere it is "bill to, ship to": the goods go to another
 *    person by the buyer's order, and the supply is where the buyer is ((b)); unless the place is the buyer's own.
 * Refusals: EXPORT_NOT_SUPPORTED, ZERO_RATED_NOT_SUPPORTED (SEZ: a different invoice with its own declarations),
 * PLACE_OF_SUPPLY_UNKNOWN (a wrong guess is the wrong tax).
 */
export function placeOfSupply(facts: SupplyFacts): Result<StateCode, Refusal<SupplyRefusal>> {
  if (facts.deliveredAbroad) return refuse("EXPORT_NOT_SUPPORTED");
  if (facts.buyerInSez) return refuse("ZERO_RATED_NOT_SUPPORTED");
  const byGstin = facts.deliveredToBuyersOwnPlace ? null : facts.buyerGstinState;
  const state = stateByCode(byGstin ?? facts.deliveryState ?? "");
  return state === null ? refuse("PLACE_OF_SUPPLY_UNKNOWN") : ok(currentState(state).code);
}

/** Which heads the tax falls under: CGST + SGST, CGST + UTGST, or IGST. Cess comes on top of each. */
export type SupplyKind = "INTRA_STATE" | "INTRA_UNION_TERRITORY" | "INTER_STATE";

/** By the supplier's state (of the GSTIN on the invoice) and the place of supply (IGST Act s.7 and 8). */
export function supplyKind(supplierState: StateCode, place: StateCode): SupplyKind {
  const [from, to] = [stateByCode(supplierState), stateByCode(place)];
  assert(from !== null && to !== null, "supplier and place of supply are states we know");
  if (currentState(from).code !== currentState(to).code) return "INTER_STATE";
  return isUnionTerritoryWithoutLegislature(to.code) ? "INTRA_UNION_TERRITORY" : "INTRA_STATE";
}

/** One line of an invoice before tax is worked out: units of one SKU. Amounts are for all its units together. */
export interface LineAmounts {
  readonly quantity: number;
  readonly price: Paise;
  readonly discount: Paise;
  readonly shippingCharges: Paise;
  readonly codCharges: Paise;
  readonly giftWrapCharges: Paise;
}

/** How a line is taxed. */
export interface LineTax {
  readonly kind: SupplyKind;
  readonly rate: TaxRate;
  /** Prices include tax (the usual case of Indian marketplaces) or tax is added to them. */
  readonly pricesIncludeTax: boolean;
  /** The order says "sale without tax": the price is then the value, with or without tax in it. */
  readonly exempt: boolean;
}

/** A taxed line. taxable + cgst + sgst + utgst + igst + cess = gross, to the paisa. */
export interface TaxedLine {
  readonly quantity: number;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cess: Paise;
  /** All heads together. */
  readonly tax: Paise;
  /** What the buyer owes for the line. */
  readonly gross: Paise;
  /** The whole GST rate (CGST and SGST together); each half is printed as half of it. */
  readonly gstBps: BasisPoints;
  readonly cessBps: BasisPoints;
}

/**
 * The rate of a line by its unit price: after discount, without charges, since the law's slabs speak of the sale value
 * of a piece. Refusals: NO_TAX_RATE.
 */
export function rateOfLine(
  taxClass: TaxClass,
  line: LineAmounts,
  on: LocalDate,
  pricesIncludeTax: boolean,
): Result<TaxRate, Refusal<"NO_TAX_RATE">> {
  assert(Number.isSafeInteger(line.quantity) && line.quantity > 0, "a line has at least one unit");
  const goods = Math.max(0, line.price - line.discount);
  const amount = divideRounded(BigInt(goods), BigInt(line.quantity));
  return rateFor(taxClass, { amount, taxIncluded: pricesIncludeTax }, on);
}

/**
 * Works out the tax of a line.
 *
 * Discounts agreed before the sale reduce the value (CGST Act s.15(3)(a)). Shipping, COD fee and gift wrap are part of
 * one composite supply and take the rate of the goods (s.8(a), s.15(2)(c)).
 *
 * Rounding: each head is rounded to the paisa by itself, the two halves of an intra-state tax are always equal, and
 * with prices that include tax the taxable value is what remains. So where a gross amount cannot be split into a value
 * and two equal halves of its exact tax, the odd paisa lies in the taxable value, never in one of the halves; wherever
 * it can be split, this is the split: recomputing value x rate gives the same paise.
 *
 * Refusals: DISCOUNT_EXCEEDS_PRICE, CESS_EXCEEDS_PRICE (a fixed cess a unit above the price that includes it).
 */
export function taxLine(
  line: LineAmounts,
  tax: LineTax,
): Result<TaxedLine, Refusal<"DISCOUNT_EXCEEDS_PRICE" | "CESS_EXCEEDS_PRICE">> {
  assert(Number.isSafeInteger(line.quantity) && line.quantity > 0, "a line has at least one unit");
  const before = sum([line.price, line.shippingCharges, line.codCharges, line.giftWrapCharges]);
  const amount = paise(before - line.discount);
  if (amount < 0) return refuse("DISCOUNT_EXCEEDS_PRICE", { price: before, discount: line.discount });
  const rate: TaxRate = tax.exempt
    ? { gstBps: basisPoints(0), cessBps: basisPoints(0), cessPerUnitPaise: ZERO }
    : tax.rate;
  const fixedCess = paise(rate.cessPerUnitPaise * line.quantity);
  const included = tax.pricesIncludeTax;
  if (included && fixedCess > amount) return refuse("CESS_EXCEEDS_PRICE", { price: amount, cess: fixedCess });

  // Of a price with tax, value : head = 10,000 : head's basis points; so a head is its share of the whole.
  const base = BigInt(included ? amount - fixedCess : amount);
  const whole = BigInt(included ? 10_000 + rate.gstBps + rate.cessBps : 10_000);
  const share = (bps: number, parts: bigint) => divideRounded(base * BigInt(bps), whole * parts);
  const inter = tax.kind === "INTER_STATE";
  const half = inter ? ZERO : share(rate.gstBps, 2n);
  const igst = inter ? share(rate.gstBps, 1n) : ZERO;
  const cess = paise(share(rate.cessBps, 1n) + fixedCess);
  const total = sum([half, half, igst, cess]);
  const taxable = included ? paise(amount - total) : amount;
  assert(taxable >= 0, "the heads of a line never exceed its amount");
  return ok({
    quantity: line.quantity,
    taxable,
    cgst: half,
    sgst: tax.kind === "INTRA_STATE" ? half : ZERO,
    utgst: tax.kind === "INTRA_UNION_TERRITORY" ? half : ZERO,
    igst,
    cess,
    tax: total,
    gross: paise(taxable + total),
    gstBps: rate.gstBps,
    cessBps: rate.cessBps,
  });
}

export interface InvoiceTotals {
  readonly quantity: number;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cess: Paise;
  readonly tax: Paise;
  /** Sum of the lines. */
  readonly gross: Paise;
  /** Added to `gross` to reach a whole rupee, -50 to +50 paise; bears no tax. Zero when not asked for. */
  readonly roundOff: Paise;
  /** What the invoice is for: gross + roundOff. */
  readonly payable: Paise;
}

/**
 * Sums an invoice. Totals are sums of lines and never worked out again. Rounding to the rupee is a choice of the
 * seller and a line of its own; it is kept off where a courier collects the exact amount.
 */
export function invoiceTotals(lines: readonly TaxedLine[], options: { readonly roundToRupee: boolean }): InvoiceTotals {
  const total = (pick: (line: TaxedLine) => Paise) => sum(lines.map(pick));
  const gross = total((line) => line.gross);
  const payable = options.roundToRupee ? paise(divideRounded(BigInt(gross), 100n) * 100) : gross;
  return {
    quantity: lines.reduce((units, line) => units + line.quantity, 0),
    taxable: total((line) => line.taxable),
    cgst: total((line) => line.cgst),
    sgst: total((line) => line.sgst),
    utgst: total((line) => line.utgst),
    igst: total((line) => line.igst),
    cess: total((line) => line.cess),
    tax: total((line) => line.tax),
    gross,
    roundOff: paise(payable - gross),
    payable,
  };
}
