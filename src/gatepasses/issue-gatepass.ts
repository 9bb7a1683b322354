import { audit } from "../identity/index.ts";
import { type Entry, post } from "../inventory/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { documentsOf } from "./document.store.ts";
import { decideIssue, type Gatepass, type GatepassId, type GatepassLine, type GatepassState } from "./gatepass.ts";
import { type IssuedPaper, issuePaper, sidesOf, taxClassesOf } from "./issue-paper.ts";
import { draftPaper } from "./paper-rules.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { linesOf, saveState } from "./store.ts";
import { tellOutside } from "./tell-outside.ts";

export interface Issued {
  readonly state: GatepassState;
  readonly paper: IssuedPaper;
  /** It was issued before: a double click, or a repeated request. */
  readonly existed: boolean;
}

/**
 * Issues a gatepass: its goods leave the shelves and the ledger, and its tax paper gets its number, in one transaction.
 * What is promised to orders is not given away: the second of two who take the last piece is refused, and no number is spent.
 * Refusals, in this order: NOT_FOUND, those of `decideIssue`, GATEPASS_FACILITY_DISABLED, those of `draftPaper`,
 * NOT_ENOUGH_STOCK, those of `takeNumber`.
 */
export function issueGatepass(ctx: Ctx, gatepassId: GatepassId): Promise<Result<Issued>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
    if (!reached.ok) return reached;
    const gatepass = reached.value;
    const before = await issuedBefore(tx, gatepass);
    if (before !== undefined) return ok(before);
    const lines = await linesOf(tx, gatepassId);
    const decision = decideIssue(gatepass, lines);
    if (!decision.ok) return decision;
    const sides = await sidesOf(tx, ctx, gatepass);
    if (!sides.to.enabled) return refuse("GATEPASS_FACILITY_DISABLED", { facility: sides.to.code ?? sides.to.name });
    const draft = draftPaper({ gatepass, ...sides, lines }, await taxClassesOf(tx, lines));
    if (!draft.ok) return draft;
    const posted = await post(
      tx,
      ctx,
      lines.map((line) => leaves(gatepass, line)),
    );
    if (!posted.ok) return posted;
    const { vendorInvoice } = gatepass;
    const against = vendorInvoice === null ? null : { documentId: null, ...vendorInvoice };
    const paper = await issuePaper(tx, ctx, { gatepass, ...sides }, draft.value, against);
    if (!paper.ok) return paper;
    await saveState(tx, gatepassId, { state: decision.value, issued: true }, ctx.actor.name, ctx.now);
    tellOutside(tx, ctx, gatepassId, decision.value);
    await audit(tx, ctx, {
      action: "gatepasses.issued",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: gatepass.code,
      before: { state: gatepass.state },
      after: { state: decision.value, document: paper.value.number, pieces: draft.value.totals.quantity },
    });
    return ok({ state: decision.value, paper: paper.value, existed: false });
  });
}

async function issuedBefore(tx: Tx, gatepass: Gatepass): Promise<Issued | undefined> {
  if (gatepass.issuedAt === null || gatepass.state === "CANCELLED") return undefined;
  const [paper] = await documentsOf(tx, gatepass.gatepassId);
  if (paper === undefined) return undefined;
  const { documentId, kind, number, state } = paper;
  const issued = { documentId, kind, number, awaitsIrn: state === "IRN_PENDING" };
  return { state: gatepass.state, paper: issued, existed: true };
}

/** Off the shelf and out of the house. */
function leaves(gatepass: Gatepass, line: GatepassLine): Entry {
  return {
    facilityId: gatepass.facilityId,
    skuId: line.skuId,
    shelfId: line.shelfId,
    bucket: line.inventoryType,
    quantity: -line.quantity,
    cause: "GATEPASS_OUT",
    causeType: "gatepass",
    causeId: gatepass.gatepassId,
    note: gatepass.code,
  };
}
