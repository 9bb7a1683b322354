import { basisPoints, localDate, type Paise, sum, ZERO } from "../kernel/index.ts";
import { currentState, type State, stateByCode } from "../warehouse/states.ts";
import { amountInWords } from "./amount-in-words.ts";
import type { SupplyKind, TaxedLine } from "./gst.ts";
import {
  INVOICE_TEMPLATE_VERSION,
  type InvoiceDocument,
  type InvoiceLine,
  type InvoiceParty,
  type InvoiceTax,
} from "./invoice-document.ts";
import type { InvoiceFacts, OrderAddress, Seller } from "./invoice-facts.ts";
import { invoiceQr } from "./invoice-qr.ts";
import { chargesOf, type DraftLine, type InvoiceDraft, PRICES_INCLUDE_TAX } from "./invoice-rules.ts";

/** Unit quantity code of the GST portal for pieces; a SKU has no other unit. */
const UNIT = "NOS";
const DECLARATION =
  "We declare that this invoice shows the actual price of the goods described and that all particulars are true and correct.";
const ADDRESS_LINES_MAX = 8;
const UNREGISTERED = "The supplier is not registered under GST: no tax is charged.";

/** Everything that is printed of an invoice once it has its number. Pure. */
export function invoicePage(draft: InvoiceDraft, number: string, terms: readonly string[]): InvoiceDocument {
  const { facts, totals } = draft;
  return {
    templateVersion: INVOICE_TEMPLATE_VERSION,
    kind: draft.kind,
    number,
    ...(draft.byChannel === undefined ? {} : { numberedBy: facts.channelName }),
    issuedOn: draft.on.toString(),
    against: null,
    cancelled: false,
    copy: false,
    supplier: supplierParty(facts.seller, draft.supplierState),
    billTo: channelBuyer(draft) ?? buyerParty(facts.billTo, draft.buyerGstin),
    shipTo: buyerParty(facts.shipTo, null),
    channelName: facts.channelName,
    orderNumber: facts.orderNumber,
    orderedOn: localDate(facts.placedAt, facts.zone).toString(),
    packageCode: facts.packageCode,
    shipment: null, // the courier comes with the label, after the invoice
    placeOfSupply: stateOf(draft.place),
    reverseCharge: false,
    pricesIncludeTax: PRICES_INCLUDE_TAX,
    lines: draft.lines.map((line) => pageLine(line, draft.supply)),
    otherCharges: [],
    totals: {
      quantity: totals.quantity,
      taxable: totals.taxable,
      taxes: taxesOf(totals, draft.supply, null).map(({ head, amount }) => ({ head, amount })),
      roundOff: totals.roundOff,
      payable: totals.payable,
    },
    chargesIncluded: chargesIncluded(draft),
    hsnSummary: hsnSummary(draft),
    amountInWords: amountInWords(totals.payable),
    payment: {
      mode: facts.paymentType === "COD" ? "Cash on delivery" : "Prepaid",
      collect: draft.collect,
      reference: paymentReference(facts),
    },
    qr: invoiceQr(draft, number),
    eInvoice: null,
    signatory: "Authorised signatory",
    declaration: facts.seller.gstin === null ? UNREGISTERED : DECLARATION,
    terms: [...terms],
  };
}

function supplierParty(seller: Seller, state: State): InvoiceParty {
  return {
    name: seller.name,
    addressLines: lines(seller.line1, seller.line2, `${seller.city} ${seller.pincode}`),
    state: stateOf(state),
    gstin: seller.gstin,
    phone: seller.phone,
    email: seller.email,
  };
}

function buyerParty(address: OrderAddress, gstin: string | null): InvoiceParty {
  const state = address.stateCode === null ? null : stateByCode(address.stateCode);
  return {
    name: address.name,
    addressLines: lines(
      address.line1,
      address.line2,
      // A state that we do not know is printed as it was given.
      state === null ? `${address.city}, ${address.stateName}` : address.city,
      address.pincode,
    ),
    state: state === null ? null : stateOf(currentState(state)),
    gstin,
    phone: address.phone === "" ? null : address.phone,
    email: null,
  };
}

/** The buyer that a channel names on its invoice: AJIO buys from the seller and sells on. */
function channelBuyer({ byChannel, buyerGstin }: InvoiceDraft): InvoiceParty | null {
  const buyer = byChannel?.buyer ?? null;
  if (buyer === null) return null;
  const state = buyerGstin === null ? null : stateByCode(buyerGstin.slice(0, 2));
  return {
    name: buyer.name,
    addressLines: buyer.addressLines.slice(0, ADDRESS_LINES_MAX),
    state: state === null ? null : stateOf(currentState(state)),
    gstin: buyerGstin,
    phone: null,
    email: null,
  };
}

function lines(...parts: (string | null)[]): string[] {
  return parts.flatMap((part) => (part === null || part.trim() === "" ? [] : [part.trim()]));
}

function stateOf(state: State): { name: string; code: string } {
  return { name: state.name, code: state.code };
}

function pageLine(line: DraftLine, supply: SupplyKind): InvoiceLine {
  const { unit, amounts, taxed } = line;
  return {
    description: unit.name,
    sku: unit.sku,
    hsn: unit.hsn ?? "",
    quantity: amounts.quantity,
    unit: UNIT,
    unitPrice: unit.price,
    discount: amounts.discount,
    charges: chargesOf(amounts),
    taxable: taxed.taxable,
    taxes: taxesOf(taxed, supply, line),
    total: taxed.gross,
  };
}

type Heads = Pick<TaxedLine, "cgst" | "sgst" | "utgst" | "igst" | "cess">;

/** The heads of a supply with their amounts; rates stand on lines and per HSN. Cess only where there is some. */
function taxesOf(amounts: Heads, supply: SupplyKind, line: Pick<DraftLine, "rate" | "taxed"> | null): InvoiceTax[] {
  const gst = line?.taxed.gstBps ?? null;
  // 0.25 % splits into halves of 0.125 %, which are no whole basis points: such a half is printed without its rate.
  const half = gst === null || gst % 2 !== 0 ? null : basisPoints(gst / 2);
  const fixedCess = line !== null && line.rate.cessPerUnitPaise > 0;
  const bears = line === null ? amounts.cess !== 0 : amounts.cess !== 0 || line.taxed.cessBps > 0;
  const cess: InvoiceTax[] = bears
    ? [{ head: "CESS", rateBps: fixedCess || line === null ? null : line.taxed.cessBps, amount: amounts.cess }]
    : [];
  if (supply === "INTER_STATE") return [{ head: "IGST", rateBps: gst, amount: amounts.igst }, ...cess];
  const second: InvoiceTax =
    supply === "INTRA_STATE"
      ? { head: "SGST", rateBps: half, amount: amounts.sgst }
      : { head: "UTGST", rateBps: half, amount: amounts.utgst };
  return [{ head: "CGST", rateBps: half, amount: amounts.cgst }, second, ...cess];
}

function hsnSummary(draft: InvoiceDraft): InvoiceDocument["hsnSummary"] {
  const key = ({ unit, rate }: DraftLine) =>
    [unit.hsn ?? "", rate.gstBps, rate.cessBps, rate.cessPerUnitPaise].join(" ");
  return [...Map.groupBy(draft.lines, key).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const total = (pick: (line: TaxedLine) => Paise) => sum(group.map((line) => pick(line.taxed)));
    const heads: Heads = {
      cgst: total((l) => l.cgst),
      sgst: total((l) => l.sgst),
      utgst: total((l) => l.utgst),
      igst: total((l) => l.igst),
      cess: total((l) => l.cess),
    };
    return [
      {
        hsn: first.unit.hsn ?? "",
        taxable: total((l) => l.taxable),
        taxes: taxesOf(heads, draft.supply, first),
        tax: total((l) => l.tax),
      },
    ];
  });
}

function chargesIncluded(draft: InvoiceDraft): InvoiceDocument["chargesIncluded"] {
  const total = (pick: (line: DraftLine) => Paise) => sum(draft.lines.map(pick));
  return [
    { label: "shipping", amount: total((l) => l.amounts.shippingCharges) },
    { label: "COD fee", amount: total((l) => l.amounts.codCharges) },
    { label: "gift wrap", amount: total((l) => l.amounts.giftWrapCharges) },
  ].filter((charge) => charge.amount !== ZERO);
}

/** Asked for instead of a payment QR where the buyer has paid. */
function paymentReference({ paymentType, payment }: InvoiceFacts): string | null {
  if (payment === null || (payment.mode === null && payment.transactionId === null)) return null;
  if (paymentType === "COD" && payment.transactionId === null) return null;
  const by = payment.mode === null ? "Paid" : `Paid by ${payment.mode}`;
  return payment.transactionId === null ? by : `${by}, transaction ${payment.transactionId}`;
}
