import { audit } from "../../identity/index.ts";
import { ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { movePackages } from "../move.ts";
import { decideReceive, type PicklistId, type Scanned } from "./picklist.ts";
import { reachPicklist } from "./reach-picklist.ts";
import { closeDonePicklists, packagesOf, saveReceived } from "./store.ts";

/**
 * Receives what was fetched at the dock: the shipments of the list are PICKED. One whose order is held stops it: it is
 * put back first. Refusals: NOT_FOUND, those of `decideReceive`, PACKAGE_ON_HOLD, PACKAGE_LOCKED.
 * @param input.scanned what was scanned, where the facility traces SKUs
 */
export function receivePicklist(
  ctx: Ctx,
  input: { picklistId: PicklistId; scanned: readonly Scanned[] | null },
): Promise<Result<{ received: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPicklist(tx, ctx, input.picklistId);
    if (!reached.ok) return reached;
    const { list, picks } = reached.value;
    const decision = decideReceive(list, picks, input.scanned);
    if (!decision.ok) return decision;
    const ids = [...new Set(picks.filter((p) => p.packageState === "PICKING").map((p) => p.shippingPackageId))];
    const moved = await movePackages(tx, ctx, ids, "receive", { facts: { picklist: list.code } });
    if (!moved.ok) return moved;
    await saveReceived(tx, list.picklistId, ctx.actor.name, ctx.now);
    if (ids.length === 0) await closeDonePicklists(tx, await packagesOf(tx, list.picklistId), ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "fulfilment.picklist_received",
      recordType: "picklist",
      recordId: list.picklistId,
      recordCode: list.code,
      before: { state: list.state },
      after: { state: "RECEIVED", packages: moved.value.map((p) => p.code) },
    });
    return ok({ received: ids.length });
  });
}
