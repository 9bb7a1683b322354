import { audit } from "../identity/index.ts";
import { ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { decideChange, type GatepassId } from "./gatepass.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { saveState } from "./store.ts";
import { tellOutside } from "./tell-outside.ts";

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
    tellOutside(tx, ctx, gatepassId, "CANCELLED");
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
