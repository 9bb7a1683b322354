import "./errors.ts";

import { eInvoicesOf, waitingWords } from "../e-invoice/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { type GatepassDetailAnswer, rowOf } from "./answers.ts";
import { type DocumentRow, documentsOf } from "./document.store.ts";
import {
  type Gatepass,
  type GatepassId,
  type GatepassLine,
  type GatepassState,
  gatepassLifecycle,
  outstandingOf,
} from "./gatepass.ts";
import { sidesOf, taxClassesOf } from "./issue-paper.ts";
import { PAPER_TITLES } from "./paper.ts";
import { draftPaper } from "./paper-rules.ts";
import { gatepassRow, receiptsOf, waitingForShelf } from "./queries.ts";
import { withinReach } from "./reach-gatepass.ts";
import { linesOf, readGatepass } from "./store.ts";

/** A gatepass as its page shows it. Refuses NOT_FOUND. */
export function gatepassDetail(ctx: Ctx, gatepassId: GatepassId): Promise<Result<GatepassDetailAnswer>> {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const row = await gatepassRow(ctx, tx, gatepassId);
    const gatepass = await readGatepass(tx, gatepassId);
    if (row === undefined || gatepass === undefined) return refuse("NOT_FOUND", { what: "gatepass", id: gatepassId });
    const lines = await linesOf(tx, gatepassId);
    const papers = await documentsOf(tx, gatepassId);
    const waits = await waitsOf(tx, gatepass, papers);
    const answer: GatepassDetailAnswer = {
      ...rowOf(row),
      items: lines.map(({ taxClassId: _class, shelfId: _shelf, ...line }) => ({
        ...line,
        outstanding: row.issuedAt === null || row.state === "CANCELLED" ? 0 : outstandingOf(line),
      })),
      papers: papers.map((paper) => ({
        documentId: paper.documentId,
        kind: paper.kind,
        title: PAPER_TITLES[paper.kind],
        number: paper.number,
        state: paper.state,
        issuedOn: paper.issuedOn.toString(),
        taxable: paper.page.totals.taxable,
        taxes: paper.page.totals.taxes.map((tax) => ({ ...tax })),
        total: paper.total,
        against: paper.page.against?.number ?? null,
        irn: paper.page.eInvoice?.irn ?? null,
        waits: waits.get(paper.documentId) ?? null,
      })),
      receipts: (await receiptsOf(tx, gatepassId)).map((receipt) => ({ ...receipt, at: receipt.at.toString() })),
      putaway: await waitingForShelf(tx, gatepassId),
      willIssue: row.state === "CREATED" && lines.length > 0 ? await foresee(tx, ctx, gatepass, lines) : null,
      allowed: allowedNow(ctx, gatepass, lines),
    };
    return ok(answer);
  });
}

/** Why papers have no IRN yet, by their id. */
async function waitsOf(tx: Tx, gatepass: Gatepass, papers: readonly DocumentRow[]) {
  const waiting = papers.filter((paper) => paper.state === "IRN_PENDING").map((paper) => paper.documentId);
  const found = waiting.length === 0 ? [] : [...(await eInvoicesOf(tx, "GATEPASS", waiting)).values()];
  return new Map<string, { reason: string; whatToDo: string }>(
    found.map((row) => {
      const { facts } = waitingWords(gatepass.code, { ...row, nextAttemptAt: row.nextAttemptAt?.toString() ?? null });
      return [row.subjectId, { reason: String(facts.reason), whatToDo: String(facts.whatToDo) }];
    }),
  );
}

/** The paper that would be issued now, or the first thing that stands in its way. */
async function foresee(tx: Tx, ctx: Ctx, gatepass: Gatepass, lines: readonly GatepassLine[]) {
  const sides = await sidesOf(tx, ctx, gatepass);
  const draft = draftPaper({ gatepass, ...sides, lines }, await taxClassesOf(tx, lines));
  if (draft.ok) return { title: PAPER_TITLES[draft.value.kind], refusal: null, total: draft.value.totals.gross };
  const { message, whatToDo } = explain(draft.refusal);
  return { title: null, refusal: `${message} ${whatToDo}`, total: null };
}

/** What may happen to it in its state, by who works in its facilities; rights are the screen's matter. */
function allowedNow(ctx: Ctx, gatepass: Gatepass, lines: readonly GatepassLine[]): string[] {
  const { state } = gatepass;
  const may = (as: "sender" | "receiver" | "either") => withinReach(ctx, gatepass, as);
  const untouched = lines.every((line) => outstandingOf(line) === line.quantity);
  const awaited = gatepassLifecycle.may("complete", state);
  const when: readonly (readonly [string, boolean])[] = [
    ["edit", gatepassLifecycle.may("cancel", state) && may("sender")],
    ["issue", gatepassLifecycle.may("cancel", state) && lines.length > 0 && may("sender")],
    ["cancel", gatepassLifecycle.may("cancel", state) && may("sender")],
    ["recall", gatepassLifecycle.may("recall", state) && untouched && may("sender")],
    ["receive", awaited && may("receiver")],
    ["reportShort", gatepassLifecycle.may("reportShort", state) && may("receiver")],
    ["back", isShort(state) && gatepass.type === "STOCK_TRANSFER" && may("sender")],
    ["lost", isShort(state) && may("either")],
  ];
  return when.flatMap(([name, holds]) => (holds ? [name] : []));
}

function isShort(state: GatepassState): boolean {
  return state === "SHORT";
}
