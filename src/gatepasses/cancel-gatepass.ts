import { audit } from "../identity/index.ts";
import { ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { awaitPutaway } from "../putaway/index.ts";
import { cancelDocuments, documentsOf } from "./document.store.ts";
import { decideChange, decideRecall, type GatepassId } from "./gatepass.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { linesOf, saveState } from "./store.ts";

/** Cancels a gatepass that was not issued; nothing left. Refusals: NOT_FOUND, GATEPASS_NOT_OPEN. */
export function cancelGatepass(ctx: Ctx, gatepassId: GatepassId, reason: string | null): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
    if (!reached.ok) return reached;
    const gatepass = reached.value;
    if (gatepass.state === "CANCELLED" && gatepass.issuedAt === null) return ok(); // said before
    const open = decideChange(gatepass);
    if (!open.ok) return open;
    await saveState(tx, gatepassId, { state: "CANCELLED", cancelReason: reason }, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "gatepasses.cancelled",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: gatepass.code,
      before: { state: gatepass.state },
      after: { state: "CANCELLED", reason },
    });
    return ok();
  });
}

/**
 * Takes back a gatepass that was issued by mistake, before any of its goods arrived: they wait for putaway where they are,
 * in the grade in which they were taken, and its paper is cancelled and keeps its number.
 * Refusals: NOT_FOUND, those of `decideRecall`.
 */
export function recallGatepass(ctx: Ctx, gatepassId: GatepassId, reason: string): Promise<Result<{ pieces: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
    if (!reached.ok) return reached;
    const gatepass = reached.value;
    const lines = await linesOf(tx, gatepassId);
    const pieces = lines.reduce((all, line) => all + line.quantity, 0);
    if (gatepass.state === "CANCELLED" && gatepass.issuedAt !== null) return ok({ pieces }); // said before
    const papers = await documentsOf(tx, gatepassId);
    const registered = papers.filter(({ state, page }) => state === "IRN_PENDING" || page.eInvoice !== null);
    const decision = decideRecall(
      gatepass,
      lines,
      registered.map((paper) => paper.number),
    );
    if (!decision.ok) return decision;
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
    await audit(tx, ctx, {
      action: "gatepasses.recalled",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: code,
      before: { state: gatepass.state },
      after: { state: decision.value, reason, documents: papers.map((paper) => paper.number) },
    });
    return ok({ pieces });
  });
}
