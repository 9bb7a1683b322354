import { amountInWords } from "../billing/amount-in-words.ts";
import type { SupplyKind, TaxedLine } from "../billing/gst.ts";
import { assert, basisPoints, type LocalDate, paise, sum, ZERO } from "../kernel/index.ts";
import { currentState, type State, stateByCode } from "../warehouse/states.ts";
import type { GatepassLine, GatepassType, LineType } from "./gatepass.ts";
import { PAPER_TEMPLATE_VERSION, type Paper, type PaperSide, type PaperTax } from "./paper.ts";
import type { PaperDraft, PaperFacts, Side } from "./paper-rules.ts";

/** Each type as people read it. */
export const TYPE_WORDS: Readonly<Record<GatepassType, string>> = {
  RETURNABLE: "Returnable",
  NON_RETURNABLE: "Not returnable",
  RETURN_TO_VENDOR: "Return to vendor",
  STOCK_TRANSFER: "Stock transfer",
};

const GRADE_WORDS: Readonly<Record<LineType, string>> = { good: "Good", bad: "Bad", qc_rejected: "QC rejected" };

const DECLARATIONS: Readonly<Partial<Record<Paper["kind"], string>>> = {
  DELIVERY_CHALLAN: "Goods moved otherwise than by way of supply; no tax is charged (CGST Rules, rule 55).",
  TAX_INVOICE:
    "Supply between registrations of one owner, without payment (CGST Act, Schedule I). We declare that all particulars are true and correct.",
  BILL_OF_SUPPLY:
    "Supply between registrations of one owner, without payment (CGST Act, Schedule I); the goods bear no tax.",
  DEBIT_NOTE: "Goods returned to the supplier; the credit of the tax shown is given back.",
  CREDIT_NOTE: "Goods of the invoice named that came back to the supplier (CGST Act s.34).",
};

/** Everything that is printed of a tax paper once it has its number. Pure. */
export function paperPage(
  facts: Pick<PaperFacts, "gatepass" | "from" | "to" | "on">,
  draft: PaperDraft,
  number: string,
  against: { readonly number: string; readonly on: LocalDate } | null,
): Paper {
  const { totals, supply } = draft;
  return {
    ...headOf(facts, draft.kind, number),
    against: against === null ? null : { number: against.number, issuedOn: against.on.toString() },
    placeOfSupply: { name: draft.place.name, code: draft.place.code },
    lines: draft.lines.map(({ line, quantity, taxed }) => ({
      description: line.name,
      sku: line.sku,
      hsn: line.hsn,
      shelf: null,
      grade: null,
      quantity,
      unitPrice: line.price,
      gstBps: taxed.gstBps,
      taxable: taxed.taxable,
      taxes: taxesOf(taxed, supply),
      total: taxed.gross,
    })),
    totals: {
      quantity: totals.quantity,
      taxable: totals.taxable,
      taxes: taxesOf(totals, supply),
      total: totals.gross,
    },
    amountInWords: amountInWords(totals.gross),
  };
}

/** The gatepass itself, for the store and the gate: what leaves, from which shelf, without tax. Pure. */
export function gatepassPage(
  facts: Pick<PaperFacts, "gatepass" | "from" | "to" | "on">,
  lines: readonly GatepassLine[],
): Paper {
  const value = sum(lines.map((line) => line.price * line.quantity));
  return {
    ...headOf(facts, "GATEPASS", facts.gatepass.code),
    against: null,
    placeOfSupply: stateWords(facts.to.stateCode),
    lines: lines.map((line) => ({
      description: line.name,
      sku: line.sku,
      hsn: line.hsn,
      shelf: line.shelf,
      grade: GRADE_WORDS[line.inventoryType],
      quantity: line.quantity,
      unitPrice: line.price,
      gstBps: basisPoints(0),
      taxable: paise(line.price * line.quantity),
      taxes: [],
      total: paise(line.price * line.quantity),
    })),
    totals: {
      quantity: lines.reduce((all, line) => all + line.quantity, 0),
      taxable: value,
      taxes: [],
      total: value,
    },
    amountInWords: amountInWords(value),
  };
}

function headOf(
  { gatepass, from, to, on }: Pick<PaperFacts, "gatepass" | "from" | "to" | "on">,
  kind: Paper["kind"],
  number: string,
) {
  return {
    templateVersion: PAPER_TEMPLATE_VERSION,
    kind,
    number,
    issuedOn: on.toString(),
    cancelled: gatepass.state === "CANCELLED",
    draft: kind === "GATEPASS" && gatepass.issuedAt === null,
    gatepassCode: gatepass.code,
    movement: TYPE_WORDS[gatepass.type],
    purpose: gatepass.purpose,
    reference: gatepass.reference,
    from: sideOf(from),
    to: sideOf(to),
    eInvoice: null,
    declaration: DECLARATIONS[kind] ?? null,
  } as const;
}

function sideOf(side: Side): PaperSide {
  const parts = [side.line1, side.line2, `${side.city} ${side.pincode}`];
  return {
    name: side.code === null ? side.name : `${side.name} (${side.code})`,
    addressLines: parts.flatMap((part) => (part === null || part.trim() === "" ? [] : [part.trim()])),
    state: stateWords(side.stateCode),
    gstin: side.gstin,
    phone: side.phone,
  };
}

function stateWords(code: string): { name: string; code: string } {
  const state: State | null = stateByCode(code);
  const today = state === null ? null : currentState(state);
  return { name: today?.name ?? code, code: today?.code ?? code };
}

type Heads = Pick<TaxedLine, "cgst" | "sgst" | "utgst" | "igst" | "cess">;

/** The heads that a supply falls under; cess only where there is some. */
function taxesOf(amounts: Heads, supply: SupplyKind | null): PaperTax[] {
  if (supply === null) return [];
  const cess: PaperTax[] = amounts.cess === ZERO ? [] : [{ head: "CESS", amount: amounts.cess }];
  if (supply === "INTER_STATE") return [{ head: "IGST", amount: amounts.igst }, ...cess];
  const second: PaperTax =
    supply === "INTRA_STATE" ? { head: "SGST", amount: amounts.sgst } : { head: "UTGST", amount: amounts.utgst };
  return [{ head: "CGST", amount: amounts.cgst }, second, ...cess];
}

/** Under which heads, and where, an issued invoice was taxed: its credit notes are the same. */
export function planOfPage(page: Pick<Paper, "totals" | "placeOfSupply">): {
  readonly supply: SupplyKind | null;
  readonly place: State;
} {
  const heads = new Set(page.totals.taxes.map((tax) => tax.head));
  const place = stateByCode(page.placeOfSupply.code);
  assert(place !== null, "a place of supply that was printed is a state");
  if (heads.has("IGST")) return { supply: "INTER_STATE", place };
  if (heads.has("UTGST")) return { supply: "INTRA_UNION_TERRITORY", place };
  return { supply: heads.has("CGST") ? "INTRA_STATE" : null, place };
}
