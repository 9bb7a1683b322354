import type { EInvoiceFacts, EInvoiceLine, EInvoiceParty } from "../e-invoice/facts.ts";
import { divideRounded, type LocalDate, paise, ZERO } from "../kernel/index.ts";
import type { PaperDraft, PaperFacts, PaperLine, Side } from "./paper-rules.ts";

/** Unit quantity code of the GST portal for pieces; a SKU has no other unit. */
const UNIT = "NOS";

/**
 * A transfer invoice, or its credit note, in the terms of the invoice registration portal: two registrations of one owner
 * are seller and buyer like any other two. Pure. @param number any of the series' shape while the true one is not taken
 */
export function paperEInvoice(
  facts: Pick<PaperFacts, "from" | "to" | "on">,
  draft: PaperDraft,
  number: string,
  against: { readonly number: string; readonly on: LocalDate } | null,
): EInvoiceFacts {
  return {
    type: draft.kind === "CREDIT_NOTE" ? "CRN" : "INV",
    number,
    on: facts.on,
    supply: "B2B",
    reverseCharge: false,
    igstOnIntra: false,
    operatorGstin: null,
    seller: partyOf(facts.from),
    buyer: partyOf(facts.to),
    placeOfSupply: draft.place.code,
    dispatchFrom: null,
    shipTo: null,
    lines: draft.lines.map(lineOf),
    roundOff: ZERO,
    payable: draft.totals.gross,
    precedes: against === null ? [] : [{ number: against.number, on: against.on }],
  };
}

function partyOf(side: Side): EInvoiceParty {
  const { line1, line2, city, pincode, stateCode, gstin, phone, email } = side;
  return { line1, line2, city, pincode, stateCode, gstin, legalName: side.name, tradeName: null, phone, email };
}

function lineOf({ line, quantity, taxed }: PaperLine): EInvoiceLine {
  const { taxable, cgst, sgst, utgst, igst, gstBps, cessBps, gross } = taxed;
  // Cess by rate and cess by piece are one amount here; what its rate does not explain is by piece.
  const byRate = paise(Math.min(taxed.cess, divideRounded(BigInt(taxable) * BigInt(cessBps), 10_000n)));
  const byPiece = paise(taxed.cess - byRate);
  // A share of what was charged by rate is off its rate by a paisa of rounding, and never by a piece's cess.
  const fixed = cessBps > 0 && byPiece <= 1 ? ZERO : byPiece;
  return {
    description: line.name,
    hsn: line.hsn ?? "",
    barcode: null,
    quantity,
    unit: UNIT,
    discount: ZERO,
    ...{ taxable, gstBps, cgst, sgst, utgst, igst, cessBps },
    cess: paise(taxed.cess - fixed),
    cessFixed: fixed,
    total: gross,
  };
}
