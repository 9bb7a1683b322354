import { audit } from "../identity/index.ts";
import { type ChannelId, type FacilityId, type Id, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { ReturnKind } from "./return-case.ts";
import { deleteRoute, insertRoute, lockRoute, missingOfRoute, routeFor, updateRoute } from "./routing.store.ts";

export type ReturnRouteId = Id<"ReturnRoute">;

/** What left from a facility for a channel comes back to another, by the type of return (behaviours 6.5). */
export interface ReturnRoute {
  readonly channelId: ChannelId;
  readonly dispatchFacilityId: FacilityId;
  readonly kind: ReturnKind;
  readonly returnFacilityId: FacilityId;
}

/** Adds a return mapping. Refusals: NOT_FOUND (channel, facilities), RETURN_ROUTE_EXISTS. */
export function addReturnRoute(ctx: Ctx, wanted: ReturnRoute): Promise<Result<{ returnRouteId: ReturnRouteId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const missing = await missingOfRoute(tx, wanted);
    if (missing !== null) return refuse("NOT_FOUND", missing);
    const returnRouteId = newId<"ReturnRoute">();
    // Two who add the same at once: the second waits for the first, and is told.
    if (!(await insertRoute(tx, returnRouteId, wanted, ctx.actor.name, ctx.now))) {
      const there = await routeFor(tx, wanted);
      return refuse("RETURN_ROUTE_EXISTS", {
        channel: there?.channel ?? "",
        facility: there?.dispatchFacility ?? "",
        kind: wanted.kind,
        returnFacility: there?.returnFacility ?? "",
      });
    }
    const made = await routeFor(tx, wanted);
    await audit(tx, ctx, {
      ...{ action: "returns.route_added", recordType: "return_route", recordId: returnRouteId },
      recordCode: `${made?.channel ?? ""} ${made?.dispatchFacility ?? ""} ${wanted.kind}`,
      after: { returnFacility: made?.returnFacility ?? "" },
    });
    return ok({ returnRouteId });
  });
}

/** Changes where a mapping leads. Refusals: NOT_FOUND (mapping, facility). */
export function changeReturnRoute(
  ctx: Ctx,
  input: { returnRouteId: ReturnRouteId; returnFacilityId: FacilityId },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await lockRoute(tx, input.returnRouteId);
    if (!before) return refuse("NOT_FOUND", { what: "return mapping", id: input.returnRouteId });
    const missing = await missingOfRoute(tx, { ...before, returnFacilityId: input.returnFacilityId });
    if (missing !== null) return refuse("NOT_FOUND", missing);
    await updateRoute(tx, input.returnRouteId, input.returnFacilityId);
    const after = await routeFor(tx, before);
    await audit(tx, ctx, {
      ...{ action: "returns.route_changed", recordType: "return_route", recordId: input.returnRouteId },
      recordCode: `${before.channel} ${before.dispatchFacility} ${before.kind}`,
      before: { returnFacility: before.returnFacility },
      after: { returnFacility: after?.returnFacility ?? "" },
    });
    return ok();
  });
}

/** Removes a mapping: returns go back to where they were sent from. Refuses NOT_FOUND. */
export function removeReturnRoute(ctx: Ctx, returnRouteId: ReturnRouteId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await lockRoute(tx, returnRouteId);
    if (!before) return refuse("NOT_FOUND", { what: "return mapping", id: returnRouteId });
    await deleteRoute(tx, returnRouteId);
    await audit(tx, ctx, {
      ...{ action: "returns.route_removed", recordType: "return_route", recordId: returnRouteId },
      recordCode: `${before.channel} ${before.dispatchFacility} ${before.kind}`,
      before: { returnFacility: before.returnFacility },
    });
    return ok();
  });
}
