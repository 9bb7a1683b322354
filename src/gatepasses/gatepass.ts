import {
  type FacilityId,
  type Facts,
  type Id,
  type Instant,
  type LocalDate,
  lifecycle,
  ok,
  type Paise,
  type Result,
  refuse,
  type SkuId,
} from "../kernel/index.ts";

export type GatepassId = Id<"Gatepass">;
export type GatepassLineId = Id<"GatepassLine">;
export type GatepassReceiptId = Id<"GatepassReceipt">;
export type GatepassDocumentId = Id<"GatepassDocument">;

/** Why goods leave other than by sale (behaviours 6.7). */
export const GATEPASS_TYPES = ["RETURNABLE", "NON_RETURNABLE", "RETURN_TO_VENDOR", "STOCK_TRANSFER"] as const;
export type GatepassType = (typeof GATEPASS_TYPES)[number];

/**
 * Life of a gatepass. What does not come back is closed by leaving; what comes back or goes to another facility is closed
 * when every piece of it is accounted for: arrived, back with the sender, or given up. Pieces that should have arrived and
 * did not hold it in SHORT until a person has said what became of them.
 */
export const gatepassLifecycle = lifecycle({
  name: "gatepass",
  states: ["CREATED", "RETURN_AWAITED", "IN_TRANSIT", "SHORT", "CLOSED", "CANCELLED"],
  initial: ["CREATED"],
  terminal: ["CLOSED", "CANCELLED"],
  events: {
    cancel: { from: ["CREATED"], to: "CANCELLED" },
    handOut: { from: ["CREATED"], to: "CLOSED" }, // not returnable, or back to the vendor
    lend: { from: ["CREATED"], to: "RETURN_AWAITED" },
    sendAcross: { from: ["CREATED"], to: "IN_TRANSIT" },
    recall: { from: ["RETURN_AWAITED", "IN_TRANSIT"], to: "CANCELLED" }, // issued by mistake: the goods are still here
    reportShort: { from: ["RETURN_AWAITED", "IN_TRANSIT"], to: "SHORT" },
    complete: { from: ["RETURN_AWAITED", "IN_TRANSIT", "SHORT"], to: "CLOSED" }, // every piece is accounted for
  },
});
export type GatepassState = (typeof gatepassLifecycle.states)[number];

/** The grade of stock that goods are taken from. */
export const LINE_TYPES = ["good", "bad", "qc_rejected"] as const;
export type LineType = (typeof LINE_TYPES)[number];

/** What came of pieces after they left: arrived, still or again with the sender, or never to come. */
export const OUTCOMES = ["RECEIVED", "BACK", "LOST"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const LINES_MAX = 1_000;
/** A piece is a row when it waits for its shelf. */
export const PIECES_MAX = 20_000;

/** To whom goods go that do not go to a facility of our own. */
export interface Party {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** GST code of the state. */
  readonly stateCode: string;
  readonly pincode: string;
  readonly gstin: string | null;
  readonly phone: string | null;
}

export interface VendorInvoice {
  readonly number: string;
  readonly on: LocalDate;
}

/** What a gatepass says before its lines. */
export interface GatepassHeader {
  readonly type: GatepassType;
  readonly facilityId: FacilityId;
  readonly purpose: string;
  readonly reference: string | null;
  readonly toFacilityId: FacilityId | null;
  readonly party: Party | null;
  readonly vendorInvoice: VendorInvoice | null;
}

export interface Gatepass extends GatepassHeader {
  readonly gatepassId: GatepassId;
  readonly code: string;
  readonly state: GatepassState;
  readonly facilityCode: string;
  readonly toFacilityCode: string | null;
  readonly issuedAt: Instant | null;
}

export interface GatepassLine {
  readonly lineId: GatepassLineId;
  readonly lineNo: number;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly hsn: string | null;
  readonly taxClassId: string | null;
  readonly shelfId: Id<"Shelf">;
  readonly shelf: string;
  readonly inventoryType: LineType;
  readonly quantity: number;
  /** Of one piece, without tax. */
  readonly price: Paise;
  readonly received: number;
  readonly back: number;
  readonly lost: number;
}

/** Pieces of a line that are neither here nor there. */
export function outstandingOf(line: Pick<GatepassLine, "quantity" | "received" | "back" | "lost">): number {
  return line.quantity - line.received - line.back - line.lost;
}

/** Where the goods of a gatepass are received: by the other facility, or by the one that lent them. */
export function receivingFacility(gatepass: Pick<Gatepass, "facilityId" | "toFacilityId">): FacilityId {
  return gatepass.toFacilityId ?? gatepass.facilityId;
}

/**
 * Whether the parts of a header agree with its type. Pure. Refusals: GATEPASS_TO_FACILITY_MISSING, GATEPASS_SAME_FACILITY,
 * GATEPASS_PARTY_MISSING, GATEPASS_NOT_TO_A_VENDOR.
 */
export function checkHeader(header: GatepassHeader): Result<GatepassHeader> {
  if (header.type === "STOCK_TRANSFER") {
    if (header.toFacilityId === null) return refuse("GATEPASS_TO_FACILITY_MISSING");
    if (header.toFacilityId === header.facilityId) return refuse("GATEPASS_SAME_FACILITY");
    if (header.party !== null) return refuse("GATEPASS_PARTY_NOT_WANTED");
  } else {
    if (header.party === null || header.toFacilityId !== null)
      return refuse("GATEPASS_PARTY_MISSING", { type: header.type });
  }
  if (header.vendorInvoice !== null && header.type !== "RETURN_TO_VENDOR") return refuse("GATEPASS_NOT_TO_A_VENDOR");
  return ok(header);
}

/** Whether lines and header may still change. Pure. Refuses GATEPASS_NOT_OPEN. */
export function decideChange(gatepass: Pick<Gatepass, "code" | "state">): Result<undefined> {
  return gatepassLifecycle.may("cancel", gatepass.state) ? ok() : refuse("GATEPASS_NOT_OPEN", about(gatepass));
}

const ISSUE_EVENTS = {
  RETURNABLE: "lend",
  NON_RETURNABLE: "handOut",
  RETURN_TO_VENDOR: "handOut",
  STOCK_TRANSFER: "sendAcross",
} as const;

/** Whether a gatepass may be issued, and the state that it goes into. Pure. Refusals: GATEPASS_NOT_OPEN, GATEPASS_EMPTY, GATEPASS_TOO_LARGE. */
export function decideIssue(
  gatepass: Pick<Gatepass, "code" | "state" | "type">,
  lines: readonly Pick<GatepassLine, "quantity">[],
): Result<GatepassState> {
  const event = ISSUE_EVENTS[gatepass.type];
  if (!gatepassLifecycle.may(event, gatepass.state)) return refuse("GATEPASS_NOT_OPEN", about(gatepass));
  if (lines.length === 0) return refuse("GATEPASS_EMPTY", about(gatepass));
  const pieces = lines.reduce((all, line) => all + line.quantity, 0);
  if (pieces > PIECES_MAX) return refuse("GATEPASS_TOO_LARGE", { ...about(gatepass), pieces, piecesMax: PIECES_MAX });
  return ok(gatepassLifecycle.events[event].to);
}

/** Pieces of one line. */
export interface Pieces {
  readonly lineId: GatepassLineId;
  readonly quantity: number;
}

/**
 * Whether it may be said that these pieces arrived, are back or are lost, and the state after it. Pure. Pieces that were
 * lent can only arrive or be lost; a piece that is given up was reported short first, so that nobody loses goods by one click.
 * Refusals: GATEPASS_NOTHING_AWAITED, GATEPASS_NOT_BACK, GATEPASS_NOT_SHORT, GATEPASS_LINES_UNKNOWN, GATEPASS_MORE_THAN_SENT.
 */
export function decideOutcome(
  gatepass: Pick<Gatepass, "code" | "state" | "type">,
  lines: readonly GatepassLine[],
  said: { readonly outcome: Outcome; readonly pieces: readonly Pieces[] },
): Result<GatepassState> {
  if (!gatepassLifecycle.may("complete", gatepass.state)) return refuse("GATEPASS_NOTHING_AWAITED", about(gatepass));
  if (said.outcome === "BACK" && gatepass.type !== "STOCK_TRANSFER")
    return refuse("GATEPASS_NOT_BACK", about(gatepass));
  if (said.outcome !== "RECEIVED" && gatepass.state !== "SHORT") return refuse("GATEPASS_NOT_SHORT", about(gatepass));
  const byId = new Map(lines.map((line) => [line.lineId, line]));
  const unknown = said.pieces.filter((part) => !byId.has(part.lineId));
  if (unknown.length > 0) return refuse("GATEPASS_LINES_UNKNOWN", { ...about(gatepass), count: unknown.length });
  const wanted = new Map<GatepassLineId, number>();
  for (const { lineId, quantity } of said.pieces) wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
  const over = lines.filter((line) => (wanted.get(line.lineId) ?? 0) > outstandingOf(line));
  if (over.length > 0)
    return refuse("GATEPASS_MORE_THAN_SENT", {
      ...about(gatepass),
      lines: over
        .slice(0, NAMED_MAX)
        .map((line) => `${line.sku}: ${wanted.get(line.lineId) ?? 0} said, ${outstandingOf(line)} awaited`),
    });
  const left = lines.reduce((all, line) => all + outstandingOf(line) - (wanted.get(line.lineId) ?? 0), 0);
  return ok(left === 0 ? gatepassLifecycle.events.complete.to : gatepass.state);
}

/**
 * The line that a scanned SKU is a piece of: the first that still awaits one. Pure. Refusals: GATEPASS_NOTHING_AWAITED,
 * GATEPASS_SCAN_UNKNOWN, GATEPASS_SCANNED_ALL.
 */
export function decideScanBack(
  gatepass: Pick<Gatepass, "code" | "state">,
  lines: readonly GatepassLine[],
  code: string,
): Result<GatepassLine> {
  if (!gatepassLifecycle.may("complete", gatepass.state)) return refuse("GATEPASS_NOTHING_AWAITED", about(gatepass));
  const meant = lines.filter((line) => line.sku.toUpperCase() === code.toUpperCase());
  if (meant.length === 0) return refuse("GATEPASS_SCAN_UNKNOWN", { ...about(gatepass), code });
  const open = meant.find((line) => outstandingOf(line) > 0);
  return open === undefined ? refuse("GATEPASS_SCANNED_ALL", { ...about(gatepass), code }) : ok(open);
}

/** Whether what is outstanding may be reported short. Pure. Refuses GATEPASS_NOTHING_AWAITED. */
export function decideShort(gatepass: Pick<Gatepass, "code" | "state">): Result<GatepassState> {
  return gatepassLifecycle.may("reportShort", gatepass.state)
    ? ok(gatepassLifecycle.events.reportShort.to)
    : refuse("GATEPASS_NOTHING_AWAITED", about(gatepass));
}

/**
 * Whether an issued gatepass may be recalled: its goods never left. Pure. Once a piece arrived the rest goes the long way:
 * short, then back. Refusals: GATEPASS_NOT_RECALLABLE, GATEPASS_PARTLY_RECEIVED.
 */
export function decideRecall(
  gatepass: Pick<Gatepass, "code" | "state">,
  lines: readonly GatepassLine[],
): Result<GatepassState> {
  if (!gatepassLifecycle.may("recall", gatepass.state)) return refuse("GATEPASS_NOT_RECALLABLE", about(gatepass));
  if (lines.some((line) => outstandingOf(line) < line.quantity))
    return refuse("GATEPASS_PARTLY_RECEIVED", about(gatepass));
  return ok(gatepassLifecycle.events.recall.to);
}

const NAMED_MAX = 20;

function about(gatepass: Pick<Gatepass, "code" | "state">): Facts {
  return { gatepass: gatepass.code, state: gatepass.state };
}
