import type { ChannelInvoice } from "../../connectors/kit/index.ts";
import type { TaxClass, TaxRate } from "../catalog/tax-class.ts";
import {
  basisPoints,
  type Facts,
  type LocalDate,
  localDate,
  ok,
  type Paise,
  paise,
  type Refusal,
  type Result,
  refuse,
  sum,
  ZERO,
} from "../kernel/index.ts";
import { parseGstin } from "../warehouse/gstin.ts";
import { currentState, type State, type StateCode, stateByCode } from "../warehouse/states.ts";
import {
  type InvoiceTotals,
  invoiceTotals,
  type LineAmounts,
  placeOfSupply,
  rateOfLine,
  type SupplyKind,
  supplyKind,
  type TaxedLine,
  taxLine,
} from "./gst.ts";
import type { InvoiceFacts, InvoiceUnit } from "./invoice-facts.ts";

/** A line of an invoice: units of one product of the channel at one price and one rate. */
export interface DraftLine {
  readonly unit: InvoiceUnit;
  readonly units: readonly InvoiceUnit[];
  readonly amounts: LineAmounts;
  readonly rate: TaxRate;
  readonly taxed: TaxedLine;
}

/** An invoice that can be issued: everything but its number. */
export interface InvoiceDraft {
  readonly facts: InvoiceFacts;
  readonly on: LocalDate;
  readonly kind: "TAX_INVOICE" | "BILL_OF_SUPPLY";
  readonly supply: SupplyKind;
  readonly place: State;
  readonly supplierState: State;
  readonly buyerGstin: string | null;
  readonly lines: readonly DraftLine[];
  readonly totals: InvoiceTotals;
  /** What the courier collects; zero when paid. */
  readonly collect: Paise;
  /** Of an invoice that the channel made: whom it bills, where that is not the order's buyer. */
  readonly byChannel?: { readonly buyer: ChannelInvoice["buyer"] };
}

/** What channels say for the country that needs no export papers. */
const INDIA_NAMES: ReadonlySet<string> = new Set(["", "IN", "IND", "INDIA", "BHARAT", "भारत"]);
const NO_TAX: TaxRate = { gstBps: basisPoints(0), cessBps: basisPoints(0), cessPerUnitPaise: ZERO };
/** Prices of Indian marketplaces have the tax in them (Legal Metrology: MRP is inclusive of all taxes). */
export const PRICES_INCLUDE_TAX = true;

/**
 * Works out an invoice from its facts. Pure; refuses instead of guessing, since a wrong tax is paid by the seller.
 *
 * A seller without GSTIN collects no tax (CGST Act s.32), and an order marked exempt bears none; where no line bears tax
 * the document is a bill of supply (s.31(3)(c)).
 * Refusals, in this order: PACKAGE_EMPTY, EXPORT_NOT_SUPPORTED, ZERO_RATED_NOT_SUPPORTED, BUYER_GSTIN_INVALID,
 * PLACE_OF_SUPPLY_UNKNOWN, HSN_MISSING, TAX_CLASS_MISSING, TAX_RATE_MISSING, INVOICE_LINE_BELOW_ZERO, CESS_EXCEEDS_PRICE.
 */
export function draftInvoice(
  facts: InvoiceFacts,
  taxClasses: ReadonlyMap<string, TaxClass>,
  options: { readonly now: Temporal.Instant; readonly roundToRupee: boolean },
): Result<InvoiceDraft> {
  if (facts.units.length === 0) return refuse("PACKAGE_EMPTY", { package: facts.packageCode });
  const supply = decideSupply(facts);
  if (!supply.ok) return supply;
  const { buyerGstin, place, supplierState, kind } = supply.value;
  const on = localDate(options.now, facts.zone);
  const untaxed = facts.taxExempt || facts.seller.gstin === null;
  const rates = untaxed ? ok(facts.units.map(() => NO_TAX)) : ratesOfUnits(facts, taxClasses, on);
  const missingHsn = facts.seller.gstin === null ? [] : facts.units.filter((u) => u.hsn === null);
  if (missingHsn.length > 0) return refuse("HSN_MISSING", aboutSkus(facts, missingHsn));
  if (!rates.ok) return rates;
  const lines = taxLines(facts, rates.value, kind, untaxed);
  if (!lines.ok) return lines;
  const collect = facts.paymentType === "COD" ? sum(facts.units.map((u) => u.collect)) : ZERO;
  const taxed = lines.value.map((line) => line.taxed);
  return ok({
    facts,
    on,
    kind: taxed.every((line) => line.gstBps === 0 && line.cess === 0) ? "BILL_OF_SUPPLY" : "TAX_INVOICE",
    supply: kind,
    place,
    supplierState,
    buyerGstin,
    lines: lines.value,
    totals: invoiceTotals(taxed, { roundToRupee: options.roundToRupee && collect === 0 }),
    collect,
  });
}

export interface Supply {
  readonly buyerGstin: string | null;
  readonly place: State;
  readonly supplierState: State;
  readonly kind: SupplyKind;
}

/** Where the supply is and under which heads it falls, by law. */
export function decideSupply(facts: InvoiceFacts): Result<Supply> {
  const about = { package: facts.packageCode, order: facts.orderCode };
  const abroad = !INDIA_NAMES.has(facts.shipTo.country.trim().toUpperCase());
  const buyer = facts.buyerGstin === null ? null : parseGstin(facts.buyerGstin, { sandbox: facts.sandbox });
  if (buyer !== null && !buyer.ok && !abroad)
    return refuse("BUYER_GSTIN_INVALID", { ...about, gstin: facts.buyerGstin });
  const place = placeOfSupply({
    deliveryState: codeOf(facts.shipTo.stateCode),
    deliveredAbroad: abroad,
    buyerGstinState: buyer?.ok ? buyer.value.stateCode : null,
    // Not told by any channel; "bill to, ship to" is what the law presumes (IGST Act s.10(1)(b)).
    deliveredToBuyersOwnPlace: false,
    buyerInSez: false,
  });
  if (!place.ok)
    return refuse(place.refusal.code, { ...about, state: facts.shipTo.stateName, country: facts.shipTo.country });
  const placeState = stateByCode(place.value);
  const supplier = stateByCode(facts.seller.gstin?.slice(0, 2) ?? facts.seller.stateCode);
  // Both were checked when the facility, the billing party and the order were saved.
  if (placeState === null || supplier === null)
    return refuse("PLACE_OF_SUPPLY_UNKNOWN", { ...about, state: facts.seller.stateCode, country: null });
  return ok({
    buyerGstin: buyer?.ok ? buyer.value.text : null,
    place: placeState,
    supplierState: currentState(supplier),
    kind: supplyKind(supplier.code, placeState.code),
  });
}

function codeOf(stateCode: string | null): StateCode | null {
  return stateCode === null ? null : (stateByCode(stateCode)?.code ?? null);
}

/** The rate of each unit by its own price after discount, since slabs ask about one piece. Every faulty SKU is named at once. */
function ratesOfUnits(
  facts: InvoiceFacts,
  taxClasses: ReadonlyMap<string, TaxClass>,
  on: LocalDate,
): Result<TaxRate[]> {
  const unclassed = facts.units.filter((u) => u.taxClassId === null);
  if (unclassed.length > 0) return refuse("TAX_CLASS_MISSING", aboutSkus(facts, unclassed));
  const rates = facts.units.map((unit) => {
    const taxClass = taxClasses.get(unit.taxClassId ?? "");
    // A class whose rates were all taken away is read as absent.
    return taxClass === undefined
      ? refuse("NO_TAX_RATE")
      : rateOfLine(taxClass, amountsOf([unit]), on, PRICES_INCLUDE_TAX);
  });
  const unrated = facts.units.filter((_, i) => rates[i]?.ok === false);
  if (unrated.length > 0) return refuse("TAX_RATE_MISSING", { ...aboutSkus(facts, unrated), on: on.toString() });
  return ok(rates.flatMap((rate) => (rate.ok ? [rate.value] : [])));
}

/** Groups units of the same product, price and rate into lines, in the order of the order, and taxes each line. */
function taxLines(
  facts: InvoiceFacts,
  rates: readonly TaxRate[],
  kind: SupplyKind,
  exempt: boolean,
): Result<DraftLine[]> {
  const groups = Map.groupBy(facts.units.keys(), (i) => groupKey(facts.units[i], rates[i]));
  const lines: DraftLine[] = [];
  for (const members of groups.values()) {
    const units = members.flatMap((i) => facts.units[i] ?? []);
    const [unit] = units;
    const rate = rates[members[0] ?? 0];
    if (unit === undefined || rate === undefined) continue; // a group has a member
    const amounts = amountsOf(units);
    const taxed = taxLine(amounts, { kind, rate, pricesIncludeTax: PRICES_INCLUDE_TAX, exempt });
    if (!taxed.ok) return lineRefusal(facts, unit, taxed.refusal);
    lines.push({ unit, units, amounts, rate, taxed: taxed.value });
  }
  return ok(lines);
}

/** Units of the same product, price and rate stand on one line. */
export function groupKey(unit: InvoiceUnit | undefined, rate: TaxRate | undefined): string {
  const { skuId, channelProductId, price } = unit ?? {};
  return [skuId, channelProductId, price, rate?.gstBps, rate?.cessBps, rate?.cessPerUnitPaise].join(" ");
}

function lineRefusal(
  facts: InvoiceFacts,
  unit: InvoiceUnit,
  refusal: Refusal<"DISCOUNT_EXCEEDS_PRICE" | "CESS_EXCEEDS_PRICE">,
): Result<never> {
  const code = refusal.code === "CESS_EXCEEDS_PRICE" ? refusal.code : "INVOICE_LINE_BELOW_ZERO";
  return refuse(code, aboutSkus(facts, [unit]));
}

/** What units of one line cost together. */
export function amountsOf(units: readonly InvoiceUnit[]): LineAmounts {
  const total = (pick: (unit: InvoiceUnit) => number) => sum(units.map(pick));
  return {
    quantity: units.length,
    price: total((u) => u.price),
    discount: total((u) => u.discount),
    shippingCharges: total((u) => u.shippingCharges),
    codCharges: total((u) => u.codCharges),
    giftWrapCharges: total((u) => u.giftWrapCharges),
  };
}

export function chargesOf(amounts: LineAmounts): Paise {
  return paise(amounts.shippingCharges + amounts.codCharges + amounts.giftWrapCharges);
}

/** The package and the SKUs that a refusal is about. */
export function aboutSkus(facts: InvoiceFacts, units: readonly InvoiceUnit[]): Facts {
  return { package: facts.packageCode, skus: [...new Set(units.map((u) => u.sku))] };
}
