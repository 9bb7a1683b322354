import { sourceOf } from "../channels/index.ts";
import { type FacilityId, ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type Explained, explain } from "../platform/refusals.ts";
import { findBack, type Match, type MatchedBy } from "./look-up.store.ts";
import { type BackParcel, decideReceive, type ParcelUnit, type Road } from "./parcel.ts";
import { announcesItself, mayReceive, reachFacility } from "./reach-parcels.ts";
import { backParcels } from "./receive.store.ts";

/** A parcel that a scanned code may mean, and what can be done with it. */
export interface Candidate {
  readonly parcel: BackParcel;
  /** By what the code was found. */
  readonly by: MatchedBy;
  /** As what it may be received; null: it may not. */
  readonly road: Road | null;
  readonly announced: boolean;
  /** Units that are due now. */
  readonly due: readonly ParcelUnit[];
  /** Why it may not be received, here or at all; null: it may, announced or not. */
  readonly refusal: Explained | null;
  /** Nobody announced it and its channel would: its status can be synced now, before it is received. */
  readonly syncFirst: boolean;
}

export interface LookUp {
  readonly code: string;
  /** The one that is meant, where the code leaves no choice. */
  readonly meant: ShippingPackageId | null;
  readonly candidates: readonly Candidate[];
}

/**
 * Finds what somebody holds by any of its codes, says what it is, and whether it may be received (in a facility, where one is
 * named). Refusals: RETURN_SCAN_UNKNOWN, NOT_FOUND (facility).
 */
export function lookUpReturn(
  ctx: Ctx,
  input: { code: string; facilityId: FacilityId | null },
): Promise<Result<LookUp>> {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const code = input.code.trim();
    const place = input.facilityId === null ? null : await reachFacility(tx, ctx, input.facilityId);
    if (place !== null && !place.ok) return place;
    const matches = await findBack(tx, code);
    if (matches.length === 0) return refuse("RETURN_SCAN_UNKNOWN", { code });
    const parcels = await backParcels(tx, [...new Set(matches.map((match) => match.shippingPackageId))]);
    const candidates: Candidate[] = [];
    for (const parcel of parcels) candidates.push(await judge(tx, parcel, matches, place?.value ?? null));
    const fits = candidates.filter((each) => each.refusal === null);
    const meant = fits.length === 1 ? fits[0] : candidates.length === 1 ? candidates[0] : undefined;
    return ok({ code, candidates, meant: meant?.parcel.shippingPackageId ?? null });
  });
}

async function judge(
  tx: Tx,
  parcel: BackParcel,
  matches: readonly Match[],
  at: { facilityId: FacilityId; code: string } | null,
): Promise<Candidate> {
  const own = matches.filter((match) => match.shippingPackageId === parcel.shippingPackageId);
  const by = own[0]?.by ?? "PACKAGE";
  const decision = decideReceive(parcel, null, new Set(own.flatMap((match) => match.returnCaseId ?? [])));
  const canAsk = sourceOf(parcel.source).capabilities.readStatuses !== undefined && announcesItself(parcel.source);
  if (!decision.ok) {
    const refusal = explain(decision.refusal);
    const syncFirst = canAsk && refusal.code === "RETURN_OF_DELIVERED";
    return { parcel, by, road: null, announced: false, due: [], refusal, syncFirst };
  }
  const due = decision.value;
  const may = at === null ? ok() : await mayReceive(tx, { parcel, due }, at, { sure: true, manifestId: null });
  return {
    ...{ parcel, by, road: due.road, announced: due.announced, due: due.units },
    refusal: may.ok ? null : explain(may.refusal),
    syncFirst: canAsk && !due.announced,
  };
}
