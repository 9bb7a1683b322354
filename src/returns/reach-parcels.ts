import { sourceOf } from "../channels/index.ts";
import { lockForMove } from "../fulfilment/index.ts";
import { readTenantSetting } from "../identity/index.ts";
import { type FacilityId, ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById, mayWorkIn } from "../warehouse/index.ts";
import { findBack, type Match, parcelsOfCase } from "./look-up.store.ts";
import { type BackParcel, decidePlace, decideReceive, type Receivable } from "./parcel.ts";
import { backParcels } from "./receive.store.ts";
import type { ReturnCaseId } from "./return-case.ts";
import { returnAnywhere } from "./settings.ts";

/** What somebody says he holds: a scanned code, or a parcel or return that he chose. */
export type Held =
  | { readonly code: string }
  | { readonly shippingPackageId: ShippingPackageId }
  | { readonly returnCaseId: ReturnCaseId };

/** The facility in which goods are received. Refuses NOT_FOUND where it is out of reach. */
export async function reachFacility(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  facilityId: FacilityId,
): Promise<Result<{ facilityId: FacilityId; code: string }>> {
  const facility = mayWorkIn(ctx, facilityId) ? await facilityById(tx, facilityId) : undefined;
  return facility ? ok({ facilityId, code: facility.code }) : refuse("NOT_FOUND", { what: "facility", id: facilityId });
}

/** The parcels that may be meant. Refuses RETURN_SCAN_UNKNOWN, NOT_FOUND. */
export async function matchesOf(tx: Tx, held: Held): Promise<Result<Match[]>> {
  if ("code" in held) {
    const found = await findBack(tx, held.code.trim());
    return found.length === 0 ? refuse("RETURN_SCAN_UNKNOWN", { code: held.code.trim() }) : ok(found);
  }
  if ("returnCaseId" in held) {
    const found = await parcelsOfCase(tx, held.returnCaseId);
    return found.length === 0 ? refuse("NOT_FOUND", { what: "return", id: held.returnCaseId }) : ok(found);
  }
  return ok([{ shippingPackageId: held.shippingPackageId, by: "PACKAGE", returnCaseId: null }]);
}

/** A parcel that was judged. */
export interface Judged {
  readonly parcel: BackParcel;
  readonly due: Receivable;
}

/**
 * Locks what may be meant (orders, units, packages in the house's order) and finds the one that is in somebody's hands: the
 * one that may be received, or all of a return that a code names. Somebody who was faster is seen, for nothing is read before
 * the locks. @param chosen units that a person names. Refusals: RETURN_SCAN_UNKNOWN, NOT_FOUND, RETURN_SCAN_AMBIGUOUS and
 * those of `decideReceive`.
 */
export async function lockHeld(tx: Tx, held: Held, chosen: ReadonlySet<string> | null): Promise<Result<Judged[]>> {
  const matches = await matchesOf(tx, held);
  if (!matches.ok) return matches;
  const ids = [...new Set(matches.value.map((match) => match.shippingPackageId))];
  await lockForMove(tx, ids);
  const parcels = await backParcels(tx, ids);
  const [first] = parcels;
  if (!first) return refuse("NOT_FOUND", { what: "package", id: ids[0] ?? "" });
  return decideHeld(held, matches.value, parcels, chosen);
}

/** Which of the parcels is meant. Pure. */
export function decideHeld(
  held: Held,
  matches: readonly Match[],
  parcels: readonly BackParcel[],
  chosen: ReadonlySet<string> | null,
): Result<Judged[]> {
  const cases = new Set(matches.flatMap((match) => match.returnCaseId ?? []));
  const judged = parcels.map((parcel) => ({ parcel, decision: decideReceive(parcel, chosen, cases) }));
  const fits = judged.flatMap(({ parcel, decision }) => (decision.ok ? [{ parcel, due: decision.value }] : []));
  // A return may have come out of several parcels; any other code means one of them.
  if (fits.length > 1 && cases.size !== 1)
    return refuse("RETURN_SCAN_AMBIGUOUS", {
      code: "code" in held ? held.code : "",
      packages: fits.map(({ parcel }) => parcel.code),
    });
  if (fits.length > 0) return ok(fits);
  // What came back already says more than a parcel of the same order that never left.
  const refused = judged.map(({ decision }) => decision).filter((decision) => !decision.ok);
  const likeliest = refused.find((decision) => decision.refusal.code !== "RETURN_NOT_DISPATCHED") ?? refused[0];
  return likeliest ?? refuse("RETURN_SCAN_UNKNOWN", { code: "code" in held ? held.code : "" });
}

/**
 * Whether what was judged may be received in a facility. @param sure the person has seen that nobody announced it.
 * Refusals: RETURN_ON_OPEN_MANIFEST, RETURN_WRONG_FACILITY, RETURN_NOT_ANNOUNCED.
 */
export async function mayReceive(
  tx: Tx,
  { parcel, due }: Judged,
  at: { readonly facilityId: FacilityId; readonly code: string },
  options: { readonly sure: boolean; readonly manifestId: string | null },
): Promise<Result<undefined>> {
  if (parcel.returnManifestOpen && parcel.returnManifestId !== options.manifestId)
    return refuse("RETURN_ON_OPEN_MANIFEST", { package: parcel.code, manifest: parcel.returnManifestCode });
  const place = decidePlace(parcel, due.road, at, await readTenantSetting(tx, returnAnywhere));
  if (!place.ok) return place;
  return due.announced || options.sure || !announcesItself(parcel.source)
    ? ok()
    : refuse("RETURN_NOT_ANNOUNCED", { package: parcel.code, channel: parcel.channelCode });
}

/** A source that announces undelivered parcels is asked first; one that never says anything is not waited for. */
export function announcesItself(source: string): boolean {
  return sourceOf(source).rules.sendsReturns.includes("RTO");
}
