import { announce, type GatepassEventKind } from "../events/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { GatepassId, GatepassState } from "./gatepass.ts";

/** What partners are told of when a gatepass comes into a state. Goods on their way to another facility are awaited as lent ones are. */
const TOLD: Partial<Record<GatepassState, GatepassEventKind>> = {
  RETURN_AWAITED: "GATEPASS_RETURN_AWAITED",
  IN_TRANSIT: "GATEPASS_RETURN_AWAITED",
  CLOSED: "GATEPASS_CLOSED",
  CANCELLED: "GATEPASS_DISCARDED",
};

/** Says that a gatepass has just come into a state. */
export function tellOutside(tx: Tx, ctx: Ctx, gatepassId: GatepassId, state: GatepassState): void {
  const kind = TOLD[state];
  if (kind !== undefined) announce(tx, ctx, [{ kind, gatepassId, happenedAt: ctx.now }]);
}
