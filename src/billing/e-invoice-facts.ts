/** An invoice as the portal is told of it. Pure: everything was decided by the tax rules already. */
import type { EInvoiceAddress, EInvoiceFacts, EInvoiceLine, EInvoiceParty, EInvoicePlace } from "../e-invoice/facts.ts";
import { paise, ZERO } from "../kernel/index.ts";
import type { OrderAddress, Seller } from "./invoice-facts.ts";
import type { DraftLine, InvoiceDraft } from "./invoice-rules.ts";

/** Unit quantity code of pieces; a SKU has no other unit. */
const UNIT = "NOS";

/**
 * The facts of an invoice under a number. The buyer is whom the channel bills where it made the invoice, else the order's
 * billing address; goods that leave from the facility of another seller, or go to another address, say so.
 */
export function eInvoiceFacts(draft: InvoiceDraft, number: string): EInvoiceFacts {
  const { facts, totals } = draft;
  const buyer = buyerOf(draft);
  return {
    type: "INV",
    number,
    on: draft.on,
    supply: "B2B",
    reverseCharge: false,
    igstOnIntra: false,
    operatorGstin: null,
    seller: sellerParty(facts.seller),
    buyer,
    placeOfSupply: draft.place.code,
    dispatchFrom: facts.dispatchFrom === null ? null : sellerPlace(facts.dispatchFrom),
    shipTo: shipToOf(draft, buyer),
    lines: draft.lines.map(eInvoiceLine),
    roundOff: totals.roundOff,
    payable: totals.payable,
    precedes: [],
  };
}

export function sellerParty(seller: Seller): EInvoiceParty {
  const { gstin, name, phone, email } = seller;
  return { ...addressOf(seller), gstin, legalName: name, tradeName: null, phone, email };
}

function sellerPlace(seller: Seller): EInvoicePlace {
  return { ...addressOf(seller), name: seller.name, gstin: null };
}

function addressOf({ line1, line2, city, pincode, stateCode }: Seller): EInvoiceAddress {
  return { line1, line2, city, pincode, stateCode };
}

function buyerOf({ facts, byChannel, buyerGstin }: InvoiceDraft): EInvoiceParty {
  const named = byChannel?.buyer ?? null;
  const own = buyerGstin?.slice(0, 2) ?? "";
  if (named === null) {
    const { name, phone, email } = facts.billTo;
    const address = orderAddress(facts.billTo, own);
    return { ...address, gstin: buyerGstin, legalName: name, tradeName: null, phone, email };
  }
  const [line1 = "", ...rest] = named.addressLines;
  const line2 = rest.join(", ");
  return {
    ...{ line1, line2: line2 === "" ? null : line2 },
    // Apart only where the channel gives them so: a city is never guessed out of an address.
    ...{ city: named.city ?? "", pincode: named.pincode ?? null, stateCode: named.stateCode ?? own },
    ...{ gstin: buyerGstin, legalName: named.name, tradeName: null, phone: null, email: null },
  };
}

function orderAddress(address: OrderAddress, stateCode: string): EInvoiceAddress {
  const { line1, line2, city, pincode } = address;
  return { line1, line2, city, pincode, stateCode: address.stateCode ?? stateCode };
}

/** Null where the goods go where the bill goes. */
function shipToOf({ facts }: InvoiceDraft, buyer: EInvoiceParty): EInvoicePlace | null {
  const to = facts.shipTo;
  const same =
    to.name === buyer.legalName && to.line1 === buyer.line1 && to.pincode === buyer.pincode && to.city === buyer.city;
  return same ? null : { ...orderAddress(to, ""), name: to.name, gstin: null };
}

function eInvoiceLine({ unit, amounts, rate, taxed }: DraftLine): EInvoiceLine {
  // An exempt line has no cess, whatever its class says.
  const cessFixed = taxed.cess === 0 ? ZERO : paise(rate.cessPerUnitPaise * amounts.quantity);
  return {
    description: unit.name,
    hsn: unit.hsn ?? "",
    barcode: null,
    quantity: amounts.quantity,
    unit: UNIT,
    // Discounts have the tax in them; what is told is the value that is taxed.
    discount: ZERO,
    taxable: taxed.taxable,
    gstBps: taxed.gstBps,
    cgst: taxed.cgst,
    sgst: taxed.sgst,
    utgst: taxed.utgst,
    igst: taxed.igst,
    cessBps: taxed.cessBps,
    cess: paise(taxed.cess - cessFixed),
    cessFixed,
    total: taxed.gross,
  };
}
