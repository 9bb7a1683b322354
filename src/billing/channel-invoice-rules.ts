import type { ChannelInvoice, TaxRates } from "../../connectors/kit/index.ts";
import type { TaxRate } from "../catalog/tax-class.ts";
import {
  apportion,
  assert,
  basisPoints,
  divideRounded,
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
import { invoiceTotals, type LineAmounts, type SupplyKind, type TaxedLine, taxLine } from "./gst.ts";
import type { InvoiceFacts, InvoiceUnit } from "./invoice-facts.ts";
import {
  aboutSkus,
  amountsOf,
  type DraftLine,
  decideSupply,
  groupKey,
  type InvoiceDraft,
  PRICES_INCLUDE_TAX,
} from "./invoice-rules.ts";

/** Letters that an invoice number of a channel may have; the law's 16 bind who numbers, not who writes it down. */
export const CHANNEL_NUMBER_MAX = 50;
/** No GST rate and no cess comes near: more is another unit of measure, or an error. */
const RATE_MAX_BPS = 30_000;
/** An invoice may be dated so long before its order was placed (zones mixed up), and so long after now (clocks apart). */
const BEFORE_ORDER_MAX_HOURS = 24;
const AFTER_NOW_MAX_HOURS = 24;

/** A channel's product in a package or an order. */
export interface OrderedProduct {
  readonly productId: string;
  readonly variantId: string;
}

/** Rates of one product, judged: which side of the tax they are on. */
interface Rates {
  readonly rate: TaxRate;
  /** Null: no GST at all, so that any side would do. */
  readonly kind: SupplyKind | null;
  /** Values that the channel gives for its lines of the product, each rounded there by itself; null: none. */
  readonly taxables: readonly Paise[] | null;
}

/**
 * Works out the invoice that a channel made: its number and date, its rates for each product, its heads (CGST and SGST,
 * CGST and UTGST, or IGST) as it says them. What is not said of amounts is worked out from our prices, which include
 * tax, with those rates. Pure; nothing of it is guessed, since the channel has issued it already.
 *
 * Refusals, in this order: PACKAGE_EMPTY, CHANNEL_INVOICE_NUMBER, CHANNEL_INVOICE_DATE, CHANNEL_INVOICE_PRODUCT_UNKNOWN,
 * CHANNEL_INVOICE_PRODUCT_TWICE, CHANNEL_INVOICE_PRODUCT_MISSING, CHANNEL_INVOICE_RATES, CHANNEL_INVOICE_HEADS,
 * CHANNEL_INVOICE_AMOUNT, CHANNEL_INVOICE_BUYER, EXPORT_NOT_SUPPORTED, BUYER_GSTIN_INVALID, PLACE_OF_SUPPLY_UNKNOWN,
 * HSN_MISSING (only where the page is drawn here), INVOICE_LINE_BELOW_ZERO.
 */
export function draftChannelInvoice(
  facts: InvoiceFacts,
  given: ChannelInvoice,
  options: { readonly now: Temporal.Instant; readonly ordered: readonly OrderedProduct[] },
): Result<InvoiceDraft> {
  if (facts.units.length === 0) return refuse("PACKAGE_EMPTY", { package: facts.packageCode });
  const on = checkHead(facts, given, options.now);
  if (!on.ok) return on;
  const rates = ratesByProduct(facts, given, options.ordered);
  if (!rates.ok) return rates;
  const billed = billedFacts(facts, given);
  if (!billed.ok) return billed;
  const law = decideSupply(billed.value);
  if (!law.ok) return law;
  const kind = kindOf([...rates.value.values()], law.value.kind);
  if (kind === null) return refuse("CHANNEL_INVOICE_HEADS", about(facts, given));
  const hsnMissing = given.pdf === null && facts.seller.gstin !== null ? facts.units.filter((u) => u.hsn === null) : [];
  if (hsnMissing.length > 0) return refuse("HSN_MISSING", aboutSkus(facts, hsnMissing));
  const lines = linesOf(facts, rates.value, kind);
  if (!lines.ok) return lines;
  const taxed = lines.value.map((line) => line.taxed);
  return ok({
    facts,
    on: on.value,
    kind: taxed.every((line) => line.gstBps === 0 && line.cess === 0) ? "BILL_OF_SUPPLY" : "TAX_INVOICE",
    supply: kind,
    place: law.value.place,
    supplierState: law.value.supplierState,
    buyerGstin: law.value.buyerGstin,
    lines: lines.value,
    totals: invoiceTotals(taxed, { roundToRupee: false }),
    collect: facts.paymentType === "COD" ? sum(facts.units.map((u) => u.collect)) : ZERO,
    byChannel: { buyer: given.buyer },
  });
}

function about(facts: InvoiceFacts, given: ChannelInvoice) {
  return { package: facts.packageCode, channel: facts.channelCode, number: given.number.slice(0, CHANNEL_NUMBER_MAX) };
}

/** Number and date. The day is the facility's, which reports it. */
function checkHead(facts: InvoiceFacts, given: ChannelInvoice, now: Temporal.Instant): Result<LocalDate> {
  const length = [...given.number].length;
  if (length === 0 || length > CHANNEL_NUMBER_MAX || given.number.trim() === "" || /\p{Cc}/u.test(given.number))
    return refuse("CHANNEL_INVOICE_NUMBER", { ...about(facts, given), length, max: CHANNEL_NUMBER_MAX });
  const on = localDate(given.issuedAt, facts.zone);
  const earliest = facts.placedAt.subtract({ hours: BEFORE_ORDER_MAX_HOURS });
  const latest = now.add({ hours: AFTER_NOW_MAX_HOURS });
  const within =
    Temporal.Instant.compare(given.issuedAt, earliest) >= 0 && Temporal.Instant.compare(given.issuedAt, latest) <= 0;
  if (!within)
    return refuse("CHANNEL_INVOICE_DATE", {
      ...about(facts, given),
      on: on.toString(),
      placedOn: localDate(facts.placedAt, facts.zone).toString(),
    });
  return ok(on);
}

const keyOf = ({ productId, variantId }: OrderedProduct) => JSON.stringify([productId, variantId]);
const nameOf = ({ productId, variantId }: OrderedProduct) => `${productId} / ${variantId}`;

/**
 * The channel's rates by product. Products of the order that are in another package, or were cancelled, may stand on it
 * too (it is asked for by order); products that the order never had may not.
 */
function ratesByProduct(
  facts: InvoiceFacts,
  given: ChannelInvoice,
  ordered: readonly OrderedProduct[],
): Result<Map<string, Rates>> {
  const inOrder = new Set(ordered.map(keyOf));
  const unknown = given.lines.filter((line) => !inOrder.has(keyOf(line)));
  if (unknown.length > 0)
    return refuse("CHANNEL_INVOICE_PRODUCT_UNKNOWN", { ...about(facts, given), products: unknown.map(nameOf) });
  const found = new Map<string, Rates>();
  for (const line of linesHere(facts, given)) {
    const rates = judgeRates(line.rates);
    if (rates === null) return ratesRefusal(facts, given, line);
    if (line.taxable !== null && line.taxable < 0)
      return refuse("CHANNEL_INVOICE_AMOUNT", { ...about(facts, given), products: [nameOf(line)] });
    const before = found.get(keyOf(line));
    const same =
      before !== undefined && sameRates(before, rates) && (before.taxables === null) === (line.taxable === null);
    if (before !== undefined && !same)
      return refuse("CHANNEL_INVOICE_PRODUCT_TWICE", { ...about(facts, given), products: [nameOf(line)] });
    const taxables = line.taxable === null ? null : [...(before?.taxables ?? []), line.taxable];
    found.set(keyOf(line), { ...rates, taxables });
  }
  const missing = facts.units.filter((unit) => !found.has(keyOf(unit)));
  if (missing.length > 0)
    return refuse("CHANNEL_INVOICE_PRODUCT_MISSING", {
      ...about(facts, given),
      products: [...new Set(missing.map(nameOf))],
      skus: [...new Set(missing.map((unit) => unit.sku))],
    });
  return ok(found);
}

/**
 * The lines that are about what lies in this package. Of a product whose lines the channel names by the order's own ids,
 * those of other packages and of cancelled lines are left out, or their values would be billed here.
 */
function linesHere(facts: InvoiceFacts, given: ChannelInvoice): ChannelInvoice["lines"] {
  const here = new Set(facts.units.map((unit) => unit.channelOrderItemId));
  const isHere = ({ channelOrderItemId: id }: ChannelInvoice["lines"][number]) => id !== undefined && here.has(id);
  const named = new Set(given.lines.filter(isHere).map(keyOf));
  return given.lines.filter((line) => isHere(line) || !named.has(keyOf(line)));
}

function ratesRefusal(facts: InvoiceFacts, given: ChannelInvoice, line: ChannelInvoice["lines"][number]) {
  const { gstBps, cgstBps, sgstBps, utgstBps, igstBps, cessBps } = line.rates;
  const said = `GST ${gstBps}, CGST ${cgstBps}, SGST ${sgstBps}, UTGST ${utgstBps}, IGST ${igstBps}, cess ${cessBps} (in 1/100 %)`;
  return refuse("CHANNEL_INVOICE_RATES", { ...about(facts, given), product: nameOf(line), said });
}

/**
 * One GST rate and its side. The two halves of a rate within a state are equal by law (CGST Act s.9, SGST Acts s.9).
 * Some channels fill both sides with the same whole (the protocol's own sample does), and some give the whole alone:
 * then the law says which side it is. Null: the heads do not make one rate.
 */
export function judgeRates(rates: TaxRates): Pick<Rates, "rate" | "kind"> | null {
  const { gstBps, cgstBps, sgstBps, utgstBps, igstBps, cessBps } = rates;
  const all = [gstBps, cgstBps, sgstBps, utgstBps, igstBps, cessBps];
  if (all.some((bps) => !Number.isFinite(bps) || bps < 0 || bps > RATE_MAX_BPS)) return null;
  const second = sgstBps + utgstBps;
  if ((sgstBps > 0 && utgstBps > 0) || cgstBps !== second) return null;
  const within = cgstBps + second;
  if (within > 0 && igstBps > 0 && within !== igstBps) return null;
  const whole = within > 0 ? within : igstBps > 0 ? igstBps : gstBps;
  if (!Number.isSafeInteger(whole) || !Number.isSafeInteger(cessBps)) return null;
  const rate = { gstBps: basisPoints(whole), cessBps: basisPoints(cessBps), cessPerUnitPaise: ZERO };
  const said = within > 0 !== igstBps > 0; // one side alone
  const kind = !said ? null : igstBps > 0 ? "INTER_STATE" : utgstBps > 0 ? "INTRA_UNION_TERRITORY" : "INTRA_STATE";
  return { rate, kind };
}

function sameRates(a: Pick<Rates, "rate" | "kind">, b: Pick<Rates, "rate" | "kind">): boolean {
  return a.kind === b.kind && a.rate.gstBps === b.rate.gstBps && a.rate.cessBps === b.rate.cessBps;
}

/** The side that all products agree on; the law's where none says one. Null where they contradict each other. */
function kindOf(rates: readonly Rates[], law: SupplyKind): SupplyKind | null {
  const said = new Set(rates.flatMap(({ kind }) => kind ?? []));
  if (said.size > 1) return null;
  const [one] = said;
  return one ?? law;
}

/** The facts with the buyer whom the channel bills: the place of supply follows its GSTIN. */
function billedFacts(facts: InvoiceFacts, given: ChannelInvoice): Result<InvoiceFacts> {
  const { buyer } = given;
  if (buyer === null) return ok(facts);
  if (buyer.gstin !== null && !parseGstin(buyer.gstin, { sandbox: facts.sandbox }).ok)
    return refuse("CHANNEL_INVOICE_BUYER", { ...about(facts, given), buyer: buyer.name, gstin: buyer.gstin });
  return ok({ ...facts, buyerGstin: buyer.gstin });
}

function linesOf(facts: InvoiceFacts, rates: ReadonlyMap<string, Rates>, kind: SupplyKind): Result<DraftLine[]> {
  const of = (unit: InvoiceUnit): Rates => {
    const found = rates.get(keyOf(unit));
    assert(found !== undefined, "every product of the package has rates: the others were refused");
    return found;
  };
  const lines: DraftLine[] = [];
  for (const products of Map.groupBy(facts.units, keyOf).values()) {
    const [first] = products;
    if (first === undefined) continue; // a group has a member
    const { rate, taxables } = of(first);
    const groups = [...Map.groupBy(products, (unit) => groupKey(unit, rate)).values()];
    const made =
      taxables === null
        ? groups.map((units) => fromPrices(facts, units, rate, kind))
        : fromTaxables(groups, taxables, rate, kind);
    for (const line of made) {
      if (!line.ok) return line;
      lines.push(line.value);
    }
  }
  return ok(lines);
}

/** A line of our own prices, which include the tax, at the channel's rate. */
function fromPrices(
  facts: InvoiceFacts,
  units: readonly InvoiceUnit[],
  rate: TaxRate,
  kind: SupplyKind,
): Result<DraftLine> {
  const [unit] = units;
  assert(unit !== undefined, "a group has a member");
  const amounts = amountsOf(units);
  const taxed = taxLine(amounts, { kind, rate, pricesIncludeTax: PRICES_INCLUDE_TAX, exempt: false });
  if (!taxed.ok) return refuse(belowZero(taxed.refusal), aboutSkus(facts, [unit]));
  return ok({ unit, units, amounts, rate, taxed: taxed.value });
}

function belowZero(refusal: Refusal<"DISCOUNT_EXCEEDS_PRICE" | "CESS_EXCEEDS_PRICE">): string {
  return refusal.code === "CESS_EXCEEDS_PRICE" ? refusal.code : "INVOICE_LINE_BELOW_ZERO";
}

/**
 * Lines of a product whose value the channel gives: the tax is worked out on each of its values, as the channel does, and
 * value and heads are then shared out over our lines by what their units cost. Parts always add up to the whole.
 */
function fromTaxables(
  groups: readonly (readonly InvoiceUnit[])[],
  taxables: readonly Paise[],
  rate: TaxRate,
  kind: SupplyKind,
): Result<DraftLine>[] {
  const inter = kind === "INTER_STATE";
  const share = (bps: number, parts: bigint) =>
    sum(taxables.map((taxable) => divideRounded(BigInt(taxable) * BigInt(bps), 10_000n * parts)));
  const weights = groups.map((units) => {
    const { price, discount, shippingCharges, codCharges, giftWrapCharges } = amountsOf(units);
    return Math.max(0, price + shippingCharges + codCharges + giftWrapCharges - discount);
  });
  const parts = {
    taxable: apportion(sum(taxables), weights),
    half: apportion(inter ? ZERO : share(rate.gstBps, 2n), weights),
    igst: apportion(inter ? share(rate.gstBps, 1n) : ZERO, weights),
    cess: apportion(share(rate.cessBps, 1n), weights),
  };
  return groups.map((units, i) => {
    const at = (amounts: readonly Paise[]) => amounts[i] ?? ZERO;
    return ok(
      lineOfTaxable(units, rate, kind, {
        taxable: at(parts.taxable),
        half: at(parts.half),
        igst: at(parts.igst),
        cess: at(parts.cess),
      }),
    );
  });
}

function lineOfTaxable(
  units: readonly InvoiceUnit[],
  rate: TaxRate,
  kind: SupplyKind,
  part: { taxable: Paise; half: Paise; igst: Paise; cess: Paise },
): DraftLine {
  const [unit] = units;
  assert(unit !== undefined, "a group has a member");
  const tax = sum([part.half, part.half, part.igst, part.cess]);
  const gross = paise(part.taxable + tax);
  const quantity = units.length;
  // The piece price that the line's value comes to; what does not divide into whole paise stands as a discount.
  const price = paise(Math.ceil(gross / quantity));
  const amounts: LineAmounts = {
    quantity,
    price: paise(price * quantity),
    discount: paise(price * quantity - gross),
    shippingCharges: ZERO,
    codCharges: ZERO,
    giftWrapCharges: ZERO,
  };
  const taxed: TaxedLine = {
    quantity,
    taxable: part.taxable,
    cgst: part.half,
    sgst: kind === "INTRA_STATE" ? part.half : ZERO,
    utgst: kind === "INTRA_UNION_TERRITORY" ? part.half : ZERO,
    igst: part.igst,
    cess: part.cess,
    tax,
    gross,
    gstBps: rate.gstBps,
    cessBps: rate.cessBps,
  };
  return { unit: { ...unit, price }, units, amounts, rate, taxed };
}
