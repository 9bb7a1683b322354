import { type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import type { Gatepass, GatepassId } from "./gatepass.ts";
import { lockGatepass } from "./store.ts";

/** Which facility of a gatepass the actor must work in: the one that sends, the one that receives, or either. */
export type As = "sender" | "receiver" | "either";

/** A gatepass within reach, locked. Refuses NOT_FOUND: what lies elsewhere is not there for them. */
export async function reachGatepass(tx: Tx, ctx: Ctx, gatepassId: GatepassId, as: As): Promise<Result<Gatepass>> {
  const gatepass = await lockGatepass(tx, gatepassId);
  if (gatepass === undefined || !withinReach(ctx, gatepass, as))
    return refuse("NOT_FOUND", { what: "gatepass", id: gatepassId });
  return ok(gatepass);
}

export function withinReach(
  ctx: Pick<Ctx, "facilities">,
  gatepass: { readonly facilityId: FacilityId; readonly toFacilityId: FacilityId | null },
  as: As,
): boolean {
  const sends = mayWorkIn(ctx, gatepass.facilityId);
  const receives = mayWorkIn(ctx, gatepass.toFacilityId ?? gatepass.facilityId);
  return as === "sender" ? sends : as === "receiver" ? receives : sends || receives;
}
