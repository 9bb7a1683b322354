import type { Inv01, Inv01Item, Inv01Place } from "../../../contract/inv01.ts";
import {
  type EInvoiceAddress,
  type EInvoiceFacts,
  type EInvoiceLine,
  type EInvoiceParty,
  judgeDocument,
  registerDocument,
} from "../../e-invoice/index.ts";
import {
  apportion,
  assert,
  basisPoints,
  type LocalDate,
  localDate,
  ok,
  paise,
  type Result,
  sum,
  ZERO,
} from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { CreditNoteId, OriginalInvoice } from "./credit-facts.ts";
import type { Credit, CreditLine } from "./credit-rules.ts";
import { readReported } from "./store.ts";

interface Task {
  readonly original: OriginalInvoice;
  readonly credit: Credit;
}

/** What is asked while our number is not taken yet: of the shape that every series has. */
const NUMBER_TO_COME = "CN-1";

/**
 * Whether a credit note is reported: where its invoice has an IRN, its credit note needs one. Asked before a number is
 * taken, so that what the portal would refuse burns none. Refusals: those of `judgeDocument`.
 */
export async function judgeCreditIrn(
  tx: Tx,
  ctx: Ctx,
  { original, credit }: Task,
  as: { readonly number: string | null; readonly on: LocalDate },
): Promise<Result<boolean>> {
  const reported = await readReported(tx, original.invoiceId);
  if (reported === undefined) return ok(false);
  const facts = creditFacts(reported.document, original, credit, { number: as.number ?? NUMBER_TO_COME, on: as.on });
  const options = { today: localDate(ctx.now, original.zone), sandbox: reported.sandbox };
  const shown = as.number === null ? { shown: `the credit note of invoice ${original.number}` } : {};
  const judged = await judgeDocument(tx, facts, { ...options, ...shown });
  return judged.ok ? ok(judged.value.needsIrn) : judged;
}

/** Has the portal asked for the IRN of a credit note that was judged and is written. */
export async function registerCredit(
  tx: Tx,
  ctx: Ctx,
  { original, credit }: Task,
  note: { readonly creditNoteId: CreditNoteId; readonly number: string; readonly on: LocalDate },
): Promise<void> {
  const reported = await readReported(tx, original.invoiceId);
  assert(reported !== undefined, "a credit note that needs an IRN is of an invoice that has one");
  const { facilityId } = original;
  const facts = creditFacts(reported.document, original, credit, note);
  const subject = { subjectType: "CREDIT_NOTE", subjectId: note.creditNoteId, facilityId, facts } as const;
  const today = localDate(ctx.now, original.zone);
  await registerDocument(tx, ctx, subject, { today, sandbox: reported.sandbox });
}

/**
 * A credit note in the portal's terms: parties, places and goods as the invoice was reported, the amounts given back, and
 * the invoice as what precedes it. Pure.
 */
export function creditFacts(
  reported: Inv01,
  original: OriginalInvoice,
  credit: Credit,
  as: { readonly number: string; readonly on: LocalDate },
): EInvoiceFacts {
  const { TranDtls, SellerDtls, BuyerDtls, DispDtls, ShipDtls } = reported;
  return {
    type: "CRN",
    number: as.number,
    on: as.on,
    supply: TranDtls.SupTyp,
    reverseCharge: TranDtls.RegRev === "Y",
    igstOnIntra: TranDtls.IgstOnIntra === "Y",
    operatorGstin: TranDtls.EcmGstin ?? null,
    seller: partyOf(SellerDtls),
    buyer: partyOf(BuyerDtls),
    placeOfSupply: BuyerDtls.Pos,
    dispatchFrom: DispDtls === undefined ? null : { ...addressOf(DispDtls), name: DispDtls.Nm, gstin: null },
    shipTo:
      ShipDtls === undefined ? null : { ...addressOf(ShipDtls), name: ShipDtls.LglNm, gstin: ShipDtls.Gstin ?? null },
    lines: credit.lines.map((line) => lineOf(reported.ItemList[line.lineNo - 1], line)),
    roundOff: credit.roundOff,
    payable: credit.total,
    precedes: [{ number: original.number, on: original.issuedOn }],
  };
}

type Place = Omit<Inv01Place, "Pin"> & { readonly Pin?: number };

function addressOf({ Addr1, Addr2, Loc, Pin, Stcd }: Place): EInvoiceAddress {
  return {
    line1: Addr1,
    line2: Addr2 ?? null,
    city: Loc,
    pincode: Pin === undefined ? null : String(Pin),
    stateCode: Stcd,
  };
}

const UNREGISTERED = "URP";

function partyOf(
  party: Place & { Gstin: string; LglNm: string; TrdNm?: string; Ph?: string; Em?: string },
): EInvoiceParty {
  return {
    ...addressOf(party),
    gstin: party.Gstin === UNREGISTERED ? null : party.Gstin,
    legalName: party.LglNm,
    tradeName: party.TrdNm ?? null,
    phone: party.Ph ?? null,
    email: party.Em ?? null,
  };
}

function lineOf(item: Inv01Item | undefined, line: CreditLine): EInvoiceLine {
  assert(item !== undefined, "an invoice was reported with all its lines");
  const { amounts } = line;
  // Cess by piece and cess by rate stand apart; what is given back is shared as they were charged.
  const [byRate = ZERO, fixed = ZERO] =
    item.CesNonAdvlAmt === undefined || item.CesNonAdvlAmt === 0
      ? [amounts.cess, ZERO]
      : apportion(amounts.cess, [Math.round((item.CesAmt ?? 0) * 100), Math.round(item.CesNonAdvlAmt * 100)]);
  return {
    description: item.PrdDesc ?? "",
    hsn: item.HsnCd,
    barcode: item.Barcde ?? null,
    quantity: line.unitIds.length,
    unit: item.Unit ?? "NOS",
    discount: ZERO,
    taxable: amounts.taxable,
    gstBps: basisPoints(Math.round(item.GstRt * 100)),
    cgst: amounts.cgst,
    sgst: amounts.sgst,
    utgst: amounts.utgst,
    igst: amounts.igst,
    cessBps: basisPoints(Math.round((item.CesRt ?? 0) * 100)),
    cess: byRate,
    cessFixed: fixed,
    total: paise(sum(Object.values(amounts))),
  };
}
