import { onCancelWanted, onRegistered, withdrawDocuments } from "../e-invoice/index.ts";
import { audit } from "../identity/index.ts";
import { INDIA, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { awaitPutaway } from "../putaway/index.ts";
import { cancelDocuments, documentsOf, gatepassOfDocument, saveIrn } from "./document.store.ts";
import { decideRecall, type GatepassDocumentId, type GatepassId } from "./gatepass.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { linesOf, saveState } from "./store.ts";
import { tellOutside } from "./tell-outside.ts";

/**
 * Takes back a gatepass that was issued by mistake, before any of its goods arrived: they wait for putaway where they are,
 * in the grade in which they were taken, and its paper is cancelled and keeps its number; an IRN of it is cancelled at the portal.
 * Refusals: NOT_FOUND, those of `decideRecall`, EINVOICE_CANCEL_TOO_LATE.
 */
export function recallGatepass(ctx: Ctx, gatepassId: GatepassId, reason: string): Promise<Result<{ pieces: number }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => recallIn(tx, ctx, gatepassId, reason));
}

async function recallIn(tx: Tx, ctx: Ctx, gatepassId: GatepassId, reason: string): Promise<Result<{ pieces: number }>> {
  const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
  if (!reached.ok) return reached;
  const gatepass = reached.value;
  const lines = await linesOf(tx, gatepassId);
  const pieces = lines.reduce((all, line) => all + line.quantity, 0);
  if (gatepass.state === "CANCELLED" && gatepass.issuedAt !== null) return ok({ pieces }); // said before
  const decision = decideRecall(gatepass, lines);
  if (!decision.ok) return decision;
  const papers = await documentsOf(tx, gatepassId);
  const withdrawn = await withdrawDocuments(tx, ctx, {
    subjectType: "GATEPASS",
    subjectIds: papers.map((paper) => paper.documentId),
    reason: "MISTAKE",
    remark: reason.slice(0, REMARK_LENGTH_MAX),
  });
  if (!withdrawn.ok) return withdrawn;
  const { facilityId, code } = gatepass;
  const units = lines.flatMap(({ skuId, quantity, inventoryType: grade }) =>
    Array.from({ length: quantity }, () => ({
      ...{ kind: "PUTAWAY_GATEPASS_ITEM" as const, facilityId, skuId, unitId: null, packageId: null, grade },
      ...{ sourceId: gatepassId, note: code },
    })),
  );
  await awaitPutaway(tx, ctx, units, "GATEPASS_BACK");
  await cancelDocuments(tx, gatepassId, ctx.now);
  await saveState(tx, gatepassId, { state: decision.value, cancelReason: reason }, ctx.actor.name, ctx.now);
  tellOutside(tx, ctx, gatepassId, decision.value);
  await audit(tx, ctx, {
    action: "gatepasses.recalled",
    recordType: "gatepass",
    recordId: gatepassId,
    recordCode: code,
    before: { state: gatepass.state },
    after: { state: decision.value, reason, documents: papers.map((paper) => paper.number) },
  });
  return ok({ pieces });
}

/** The portal keeps so much of a remark. */
const REMARK_LENGTH_MAX = 100;

/** Takes the IRNs of papers, and their cancellations, from the portal's side. Called once, from the composition root. */
export function followPortal(): void {
  onRegistered("GATEPASS", async (tx, _ctx, { subjectId, irn, ackNo, ackAt, signedQr }) => {
    // The portal's clock shows India's time, whatever the facility's.
    const acknowledgedOn = ackAt.toZonedDateTimeISO(INDIA).toPlainDate().toString();
    const documentId = subjectId as GatepassDocumentId; // registered under such an id
    await saveIrn(tx, documentId, { irn, acknowledgementNumber: ackNo, acknowledgedOn, signedQr });
    return ok();
  });
  onCancelWanted("GATEPASS", (tx, ctx, { subjectId, reason }) =>
    cancelPaperIn(tx, ctx, subjectId as GatepassDocumentId, reason),
  );
}

/** A paper is cancelled with its gatepass: by recalling it. Refusals: NOT_FOUND, GATEPASS_NOTE_STANDS, those of `recallGatepass`. */
async function cancelPaperIn(
  tx: Tx,
  ctx: Ctx,
  documentId: GatepassDocumentId,
  reason: string,
): Promise<Result<undefined>> {
  const gatepassId = await gatepassOfDocument(tx, documentId);
  if (gatepassId === undefined) return refuse("NOT_FOUND", { what: "document", id: documentId });
  const paper = (await documentsOf(tx, gatepassId)).find((each) => each.documentId === documentId);
  if (paper?.kind === "CREDIT_NOTE") {
    const { number, page } = paper;
    return refuse("GATEPASS_NOTE_STANDS", { document: number, kind: "credit note", gatepass: page.gatepassCode });
  }
  const recalled = await recallIn(tx, ctx, gatepassId, reason);
  return recalled.ok ? ok() : recalled;
}
