import { audit } from "../identity/index.ts";
import { assert, type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import { openExceptions, settleExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type ArrivedUnit, awaitPutaway } from "../putaway/index.ts";
import { documentsOf, invoicedLines } from "./document.store.ts";
import {
  decideOutcome,
  decideScanBack,
  decideShort,
  type Gatepass,
  type GatepassId,
  type GatepassLine,
  type GatepassReceiptId,
  type GatepassState,
  type Outcome,
  outstandingOf,
  type Pieces,
  receivingFacility,
} from "./gatepass.ts";
import { type IssuedPaper, issuePaper, sidesOf } from "./issue-paper.ts";
import { planOfPage } from "./paper-page.ts";
import { draftCredit } from "./paper-rules.ts";
import { type As, reachGatepass } from "./reach-gatepass.ts";
import { linesOf, type Receipt, receiptById, saveState, writeReceipt } from "./store.ts";
import { tellOutside } from "./tell-outside.ts";

export interface Said {
  /** Made by who says it: said twice under one id, it counts once. */
  readonly receiptId: GatepassReceiptId;
  readonly outcome: Outcome;
  readonly pieces: readonly Pieces[];
  readonly note: string | null;
}

export interface OutcomeDone {
  readonly state: GatepassState;
  /** Pieces that are still neither here nor there. */
  readonly outstanding: number;
  /** The credit note for invoiced goods that are back with the sender. */
  readonly creditNote: IssuedPaper | null;
}

/** Who says what: arrivals are said where goods arrive, returns where they left, losses by either. */
const SAID_BY: Readonly<Record<Outcome, As>> = { RECEIVED: "receiver", BACK: "sender", LOST: "either" };

/**
 * Says what came of pieces that left. Arrived ones wait for putaway at the receiving facility (a lent one at the facility
 * that lent it); those back with the sender wait there, and are credited where they were invoiced; a lost one is written
 * down and nothing more. The last piece closes the gatepass and its exception.
 * Refusals: NOT_FOUND, GATEPASS_RECEIPT_TAKEN, those of `decideOutcome`, of `takeNumber`.
 */
export function sayOutcome(ctx: Ctx, gatepassId: GatepassId, said: Said): Promise<Result<OutcomeDone>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, SAID_BY[said.outcome]);
    if (!reached.ok) return reached;
    const lines = await linesOf(tx, gatepassId);
    const before = await receiptById(tx, said.receiptId);
    if (before !== undefined) return saidBefore(reached.value, lines, said, before);
    return sayIn(tx, ctx, reached.value, lines, said);
  });
}

/** What one scanned piece was. */
export interface ScannedBack extends OutcomeDone {
  readonly sku: string;
  readonly name: string;
  /** Of this line: arrived so far, and sent. */
  readonly received: number;
  readonly quantity: number;
}

/** Receives one piece by scanning its SKU. Refusals: as `sayOutcome`, GATEPASS_SCAN_UNKNOWN, GATEPASS_SCANNED_ALL. */
export function scanBack(
  ctx: Ctx,
  gatepassId: GatepassId,
  scanned: { readonly receiptId: GatepassReceiptId; readonly code: string },
): Promise<Result<ScannedBack>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, SAID_BY.RECEIVED);
    if (!reached.ok) return reached;
    const gatepass = reached.value;
    const lines = await linesOf(tx, gatepassId);
    const before = await receiptById(tx, scanned.receiptId);
    const line = lines.find((each) => each.lineId === before?.pieces[0]?.lineId);
    if (before !== undefined && line !== undefined) {
      const same = before.gatepassId === gatepassId && line.sku.toUpperCase() === scanned.code.toUpperCase();
      return same ? ok({ ...doneOf(gatepass.state, lines), ...line }) : refuse("GATEPASS_RECEIPT_TAKEN");
    }
    const meant = decideScanBack(gatepass, lines, scanned.code);
    if (!meant.ok) return meant;
    const { lineId, sku, name, quantity, received } = meant.value;
    const pieces = [{ lineId, quantity: 1 }];
    const done = await sayIn(tx, ctx, gatepass, lines, {
      ...{ receiptId: scanned.receiptId, outcome: "RECEIVED" as const, pieces, note: null },
    });
    return done.ok ? ok({ ...done.value, sku, name, quantity, received: received + 1 }) : done;
  });
}

function saidBefore(
  gatepass: Gatepass,
  lines: readonly GatepassLine[],
  said: Said,
  before: Receipt,
): Result<OutcomeDone> {
  const shape = (pieces: readonly Pieces[]) =>
    JSON.stringify(pieces.map(({ lineId, quantity }) => `${lineId} ${quantity}`).sort());
  const same =
    before.gatepassId === gatepass.gatepassId &&
    before.outcome === said.outcome &&
    shape(before.pieces) === shape(said.pieces);
  return same ? ok(doneOf(gatepass.state, lines)) : refuse("GATEPASS_RECEIPT_TAKEN");
}

function doneOf(state: GatepassState, lines: readonly GatepassLine[]): OutcomeDone {
  return { state, outstanding: lines.reduce((all, line) => all + outstandingOf(line), 0), creditNote: null };
}

async function sayIn(
  tx: Tx,
  ctx: Ctx,
  gatepass: Gatepass,
  lines: readonly GatepassLine[],
  said: Said,
): Promise<Result<OutcomeDone>> {
  const decision = decideOutcome(gatepass, lines, said);
  if (!decision.ok) return decision;
  const { gatepassId, code } = gatepass;
  await writeReceipt(tx, { ...said, gatepassId }, ctx.actor.name, ctx.now);
  if (said.outcome !== "LOST") {
    const where = said.outcome === "BACK" ? gatepass.facilityId : receivingFacility(gatepass);
    await awaitPutaway(tx, ctx, arrivals(gatepass, lines, said, where), "GATEPASS_BACK");
  }
  const credited = said.outcome === "BACK" ? await credit(tx, ctx, gatepass, said.pieces) : ok(null);
  if (!credited.ok) return credited;
  if (decision.value !== gatepass.state) {
    await saveState(tx, gatepassId, { state: decision.value }, ctx.actor.name, ctx.now);
    tellOutside(tx, ctx, gatepassId, decision.value);
    const note = `gatepass ${code} is ${decision.value}`;
    await settleExceptions(tx, ctx, { kind: "GATEPASS_SHORT", key: gatepassId, note });
  }
  const count = said.pieces.reduce((all, part) => all + part.quantity, 0);
  await audit(tx, ctx, {
    action: "gatepasses.outcome_said",
    recordType: "gatepass",
    recordId: gatepassId,
    recordCode: code,
    before: { state: gatepass.state },
    after: { state: decision.value, outcome: said.outcome, pieces: count, note: said.note },
  });
  const left = doneOf(decision.value, lines).outstanding - count;
  return ok({ state: decision.value, outstanding: left, creditNote: credited.value });
}

/**
 * One waiting unit for each piece. A transferred piece arrives in the grade in which it was sent, as a proposal; a lent one
 * was in other hands and is looked at first.
 */
function arrivals(
  gatepass: Gatepass,
  lines: readonly GatepassLine[],
  said: Said,
  facilityId: FacilityId,
): ArrivedUnit[] {
  const byId = new Map(lines.map((line) => [line.lineId, line]));
  return said.pieces.flatMap(({ lineId, quantity }) => {
    const line = byId.get(lineId);
    assert(line !== undefined, "pieces are of lines of this gatepass");
    return Array.from({ length: quantity }, () => ({
      ...{ kind: "PUTAWAY_GATEPASS_ITEM" as const, facilityId, skuId: line.skuId, unitId: null, packageId: null },
      ...{ sourceId: gatepass.gatepassId, note: gatepass.code },
      grade: gatepass.type === "STOCK_TRANSFER" ? line.inventoryType : null,
    }));
  });
}

/** The credit note for invoiced pieces; nothing where they went on a challan. */
async function credit(
  tx: Tx,
  ctx: Ctx,
  gatepass: Gatepass,
  pieces: readonly Pieces[],
): Promise<Result<IssuedPaper | null>> {
  const invoice = (await documentsOf(tx, gatepass.gatepassId)).find(
    ({ kind, state }) => (kind === "TAX_INVOICE" || kind === "BILL_OF_SUPPLY") && state !== "CANCELLED",
  );
  if (invoice === undefined) return ok(null);
  const lines = await invoicedLines(tx, invoice.documentId);
  const { from, to, on } = await sidesOf(tx, ctx, gatepass);
  const draft = draftCredit({ ...planOfPage(invoice.page), lines }, pieces);
  const against = { documentId: invoice.documentId, number: invoice.number, on: invoice.issuedOn };
  return issuePaper(tx, ctx, { gatepass, from, to, on }, draft, against);
}

/**
 * Reports what is outstanding as short: it should have arrived and did not. The gatepass waits for a person, who is told
 * by an exception, until it is said what became of each piece. Refusals: NOT_FOUND, GATEPASS_NOTHING_AWAITED.
 */
export function reportShort(
  ctx: Ctx,
  gatepassId: GatepassId,
  note: string | null,
): Promise<Result<{ outstanding: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, "receiver");
    if (!reached.ok) return reached;
    const gatepass = reached.value;
    const lines = await linesOf(tx, gatepassId);
    const { outstanding } = doneOf(gatepass.state, lines);
    if (gatepass.state === "SHORT") return ok({ outstanding }); // said before
    const decision = decideShort(gatepass);
    if (!decision.ok) return decision;
    await saveState(tx, gatepassId, { state: decision.value, shortNote: note }, ctx.actor.name, ctx.now);
    const facts = {
      gatepass: gatepass.code,
      gatepassId,
      pieces: outstanding,
      from: gatepass.facilityCode,
      to: gatepass.toFacilityCode ?? gatepass.party?.name ?? "",
      note,
    };
    await openExceptions(tx, ctx, [{ kind: "GATEPASS_SHORT", channelId: null, key: gatepassId, facts }]);
    await audit(tx, ctx, {
      action: "gatepasses.reported_short",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: gatepass.code,
      before: { state: gatepass.state },
      after: { state: decision.value, outstanding, note },
    });
    return ok({ outstanding });
  });
}
