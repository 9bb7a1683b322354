import { audit } from "../identity/index.ts";
import { type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { lockHeld, reachFacility } from "./reach-parcels.ts";
import { judgeArrivals, namedUnits, type SaidUnit } from "./receive-at-desk.ts";
import { receiveArrivals } from "./receive-units.ts";
import type { ReturnCaseId } from "./return-case.ts";

/**
 * Receives a reverse pickup without a list: its units wait for a putaway of reverse pickups, which somebody makes later.
 * Units that came are graded there. Refusals: NOT_FOUND, RETURN_NOT_REVERSE_PICKUP and those of `lockHeld`, `decideUnits`.
 */
export function receiveReversePickup(
  ctx: Ctx,
  input: { returnCaseId: ReturnCaseId; facilityId: FacilityId; units: readonly SaidUnit[] | null },
): Promise<Result<{ received: number; missing: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const place = await reachFacility(tx, ctx, input.facilityId);
    if (!place.ok) return place;
    const judged = await lockHeld(tx, { returnCaseId: input.returnCaseId }, namedUnits(input.units));
    if (!judged.ok) return judged;
    const turned = judged.value.find(({ due }) => due.road === "RTO");
    if (turned) return refuse("RETURN_NOT_REVERSE_PICKUP", { return: turned.due.units[0]?.returnCode ?? "" });
    const arrivals = await judgeArrivals(tx, judged.value, place.value, { units: input.units, unannounced: true });
    if (!arrivals.ok) return arrivals;
    const grades = new Map(
      input.units?.flatMap(({ unitId, grade, missing }) =>
        grade === null || missing ? [] : [[unitId, grade] as const],
      ),
    );
    const received = await receiveArrivals(tx, ctx, arrivals.value, {
      ...{ facilityId: input.facilityId, facilityCode: place.value.code, manifest: null },
      ...{ kind: "PUTAWAY_REVERSE_PICKUP_ITEM" as const, grades },
    });
    const sum = (of: "received" | "missing") => arrivals.value.reduce((total, each) => total + each[of].length, 0);
    const counts = { received: sum("received"), missing: sum("missing") };
    for (const each of received.cases)
      await audit(tx, ctx, {
        ...{
          action: "returns.received",
          recordType: "return_case",
          recordId: each.returnCaseId,
          recordCode: each.code,
        },
        after: { facility: place.value.code, ...counts },
      });
    return ok(counts);
  });
}
