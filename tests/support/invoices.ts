import { amountInWords } from "../../src/billing/amount-in-words.ts";
import { invoiceTotals, type LineAmounts, type SupplyKind, type TaxedLine, taxLine } from "../../src/billing/gst.ts";
import { INVOICE_TEMPLATE_VERSION, type InvoiceDocument, type InvoiceTax } from "../../src/billing/invoice-document.ts";
import { assert, basisPoints, type Paise, paise, sum, ZERO } from "../../src/kernel/index.ts";

/** Builders of invoices as documents: taxes by the product's own rules, everything else plain. */

export interface LineSpec {
  readonly description?: string;
  readonly sku?: string;
  readonly hsn?: string;
  readonly quantity?: number;
  /** Of one unit, in paise, tax included unless the invoice says otherwise. */
  readonly unitPrice?: number;
  readonly discount?: number;
  readonly shipping?: number;
  readonly codFee?: number;
  readonly giftWrap?: number;
  readonly gstBps?: number;
  readonly cessBps?: number;
}

export interface InvoiceSpec {
  readonly kind?: SupplyKind;
  readonly lines?: readonly LineSpec[];
  readonly pricesIncludeTax?: boolean;
  readonly exempt?: boolean;
  readonly roundToRupee?: boolean;
  readonly cod?: boolean;
  /** Charges billed as lines of their own, in paise, taxed at 18 %. */
  readonly otherCharges?: readonly { readonly label: string; readonly amount: number }[];
  readonly over?: Partial<InvoiceDocument>;
}

const KARNATAKA = { name: "Karnataka", code: "29" };
const MAHARASHTRA = { name: "Maharashtra", code: "27" };
const CHANDIGARH = { name: "Chandigarh", code: "04" };
const PLACES = { INTRA_STATE: KARNATAKA, INTER_STATE: MAHARASHTRA, INTRA_UNION_TERRITORY: CHANDIGARH };

/** A prepaid invoice of one cotton kurta within Karnataka, unless stated otherwise. */
export function anInvoice(spec: InvoiceSpec = {}): InvoiceDocument {
  const kind = spec.kind ?? "INTRA_STATE";
  const specs = spec.lines ?? [{}];
  const taxed = specs.map((line) => taxSpec(line, spec, kind));
  const charges = (spec.otherCharges ?? []).map((charge) => chargeLine(charge));
  const taxedCharges = charges.map((line) => taxSpec(line, spec, kind));
  const totals = invoiceTotals([...taxed, ...taxedCharges], { roundToRupee: spec.roundToRupee ?? false });
  const place = PLACES[kind];
  const seller = kind === "INTRA_UNION_TERRITORY" ? CHANDIGARH : KARNATAKA;
  const buyer = {
    name: "Ananya Krishnamurthy",
    addressLines: ["Flat 402, Brigade Orchards", "14th Cross, Malleswaram", `${place.name} 560003`],
    state: place,
    gstin: null,
    phone: "98450 12345",
    email: null,
  };
  return {
    templateVersion: INVOICE_TEMPLATE_VERSION,
    kind: "TAX_INVOICE",
    number: "BLR2627-000123",
    issuedOn: "2026-11-21",
    against: null,
    cancelled: false,
    copy: false,
    supplier: {
      name: "Malleshwaram Handlooms Private Limited",
      addressLines: ["No. 17, 2nd Main, Yeshwanthpur Industrial Suburb", "Bengaluru 560022"],
      state: seller,
      gstin: `${seller.code}AABCM1234F1Z5`,
      phone: "080 4123 9876",
      email: "care@malleshwaramhandlooms.example",
    },
    billTo: buyer,
    shipTo: buyer,
    channelName: "Jupiter Money",
    orderNumber: "JM-2026-11-0004711",
    orderedOn: "2026-11-20",
    packageCode: "SP-000981",
    shipment: { courier: "Swift Surface", awb: "SWF0048217735" },
    placeOfSupply: place,
    reverseCharge: false,
    pricesIncludeTax: spec.pricesIncludeTax ?? true,
    lines: specs.map((line, i) => documentLine(line, at(taxed, i), kind)),
    otherCharges: charges.map((line, i) => {
      const { description, hsn, taxable, taxes, total } = documentLine(line, at(taxedCharges, i), kind);
      return { label: description, hsn, taxable, taxes, total };
    }),
    totals: {
      quantity: totals.quantity - charges.length,
      taxable: totals.taxable,
      taxes: headAmounts(totals, kind, totals.cess > 0).map(({ head, amount }) => ({ head, amount })),
      roundOff: totals.roundOff,
      payable: totals.payable,
    },
    chargesIncluded: chargesOf(specs),
    hsnSummary: summarise([...specs, ...charges], [...taxed, ...taxedCharges], kind),
    amountInWords: amountInWords(totals.payable),
    payment: {
      mode: spec.cod ? "Cash on delivery" : "Prepaid",
      collect: spec.cod ? totals.payable : ZERO,
      reference: spec.cod ? null : "Paid by UPI, transaction 432109876543 of 20 Nov 2026, 10:42",
    },
    qr: {
      payload: `upi://pay?pa=malleshwaram@bank&pn=Malleshwaram&tr=BLR2627-000123&am=${(totals.payable / 100).toFixed(2)}&cu=INR`,
      caption: "Scan to pay or verify",
    },
    eInvoice: null,
    signatory: "Authorised signatory",
    declaration:
      "We declare that this invoice shows the actual price of the goods described and that all particulars are true.",
    terms: ["Goods once sold are returned under the marketplace's policy.", "Subject to Bengaluru jurisdiction."],
    ...spec.over,
  };
}

function chargeLine(charge: { label: string; amount: number }): LineSpec {
  return { description: charge.label, hsn: "996812", unitPrice: charge.amount, gstBps: 1800 };
}

function taxSpec(line: LineSpec, spec: InvoiceSpec, kind: SupplyKind): TaxedLine {
  const result = taxLine(amountsOf(line), {
    kind,
    rate: {
      gstBps: basisPoints(line.gstBps ?? 500),
      cessBps: basisPoints(line.cessBps ?? 0),
      cessPerUnitPaise: ZERO,
    },
    pricesIncludeTax: spec.pricesIncludeTax ?? true,
    exempt: spec.exempt ?? false,
  });
  assert(result.ok, "the sample can be taxed");
  return result.value;
}

function amountsOf(line: LineSpec): LineAmounts {
  const quantity = line.quantity ?? 1;
  return {
    quantity,
    price: paise((line.unitPrice ?? 129_900) * quantity),
    discount: paise(line.discount ?? 0),
    shippingCharges: paise(line.shipping ?? 0),
    codCharges: paise(line.codFee ?? 0),
    giftWrapCharges: paise(line.giftWrap ?? 0),
  };
}

function documentLine(line: LineSpec, taxed: TaxedLine, kind: SupplyKind): InvoiceDocument["lines"][number] {
  return {
    description: line.description ?? "Handloom cotton kurta, indigo, size L",
    sku: line.sku ?? "KURTA-IND-L",
    hsn: line.hsn ?? "62114210",
    quantity: taxed.quantity,
    unit: "PCS",
    unitPrice: paise(line.unitPrice ?? 129_900),
    discount: paise(line.discount ?? 0),
    charges: paise((line.shipping ?? 0) + (line.codFee ?? 0) + (line.giftWrap ?? 0)),
    taxable: taxed.taxable,
    taxes: headAmounts(taxed, kind, taxed.cessBps > 0, taxed),
    total: taxed.gross,
  };
}

type Heads = { cgst: Paise; sgst: Paise; utgst: Paise; igst: Paise; cess: Paise };

function headAmounts(amounts: Heads, kind: SupplyKind, hasCess: boolean, rates?: TaxedLine): InvoiceTax[] {
  const whole = rates ? rates.gstBps : null;
  const half = rates ? basisPoints(rates.gstBps / 2) : null;
  const cess: InvoiceTax[] = hasCess ? [{ head: "CESS", rateBps: rates?.cessBps ?? null, amount: amounts.cess }] : [];
  if (kind === "INTER_STATE") return [{ head: "IGST", rateBps: whole, amount: amounts.igst }, ...cess];
  const second: InvoiceTax =
    kind === "INTRA_STATE"
      ? { head: "SGST", rateBps: half, amount: amounts.sgst }
      : { head: "UTGST", rateBps: half, amount: amounts.utgst };
  return [{ head: "CGST", rateBps: half, amount: amounts.cgst }, second, ...cess];
}

function summarise(specs: readonly LineSpec[], taxed: readonly TaxedLine[], kind: SupplyKind) {
  const groups = Map.groupBy(taxed.keys(), (i) => `${specs[i]?.hsn ?? "62114210"} ${at(taxed, i).gstBps}`);
  return [...groups].map(([key, members]) => {
    const lines = members.map((i) => at(taxed, i));
    const total = (pick: (line: TaxedLine) => Paise) => sum(lines.map(pick));
    const first = at(lines, 0);
    const heads = {
      ...first,
      cgst: total((l) => l.cgst),
      sgst: total((l) => l.sgst),
      utgst: total((l) => l.utgst),
      igst: total((l) => l.igst),
      cess: total((l) => l.cess),
    };
    const taxes = headAmounts(heads, kind, first.cessBps > 0, first);
    return { hsn: key.split(" ")[0] ?? "", taxable: total((l) => l.taxable), taxes, tax: total((l) => l.tax) };
  });
}

function chargesOf(specs: readonly LineSpec[]) {
  const charges = [
    { label: "shipping", amount: sum(specs.map((line) => line.shipping ?? 0)) },
    { label: "COD fee", amount: sum(specs.map((line) => line.codFee ?? 0)) },
    { label: "gift wrap", amount: sum(specs.map((line) => line.giftWrap ?? 0)) },
  ];
  return charges.filter((charge) => charge.amount > 0);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  assert(item !== undefined, "the index lies within the list");
  return item;
}
