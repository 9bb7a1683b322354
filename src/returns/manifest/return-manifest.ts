import {
  type ChannelId,
  type FacilityId,
  type Id,
  lifecycle,
  ok,
  type Result,
  refuse,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import { type BackParcel, decideReceive, type ParcelUnit, type Receivable } from "../parcel.ts";

export type ReturnManifestId = Id<"ReturnManifest">;

/** Life of the list of what a courier brought back. Closing it receives its parcels (behaviours 6.2). */
export const returnManifestLifecycle = lifecycle({
  name: "return manifest",
  states: ["CREATED", "CLOSED", "DISCARDED"],
  initial: ["CREATED"],
  terminal: ["CLOSED", "DISCARDED"],
  events: {
    close: { from: ["CREATED"], to: "CLOSED" },
    discard: { from: ["CREATED"], to: "DISCARDED" }, // while it is empty
  },
});
export type ReturnManifestState = (typeof returnManifestLifecycle.states)[number];

/** What one courier brings in one go: the printed list takes no more. */
export const PARCELS_MAX = 2_000;

export interface ReturnManifest {
  readonly returnManifestId: ReturnManifestId;
  readonly code: string;
  readonly state: ReturnManifestState;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  /** Whose parcels alone it takes; null: anybody's. */
  readonly channelId: ChannelId | null;
  readonly channelCode: string | null;
}

/** A parcel on a return manifest. */
export interface ListedParcel {
  readonly shippingPackageId: ShippingPackageId;
  readonly announced: boolean;
  readonly missingUnitIds: readonly string[];
}

/** Whether a return manifest still takes parcels or gives them back. Pure. */
export function decideOpen(manifest: Pick<ReturnManifest, "code" | "state">): Result<undefined> {
  if (manifest.state === "CLOSED") return refuse("RETURN_MANIFEST_CLOSED", { manifest: manifest.code });
  if (manifest.state === "DISCARDED") return refuse("RETURN_MANIFEST_DISCARDED", { manifest: manifest.code });
  return ok();
}

/**
 * Whether a judged parcel may go onto a return manifest. Pure. Refusals, in this order: RETURN_MANIFEST_CLOSED,
 * RETURN_MANIFEST_DISCARDED, RETURN_ON_THIS_MANIFEST, RETURN_IS_REVERSE_PICKUP, RETURN_OTHER_CHANNEL, RETURN_MANIFEST_FULL.
 */
export function decideAdd(
  manifest: ReturnManifest,
  { parcel, due }: { readonly parcel: BackParcel; readonly due: Receivable },
  parcels: number,
): Result<undefined> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  if (parcel.returnManifestId === manifest.returnManifestId)
    return refuse("RETURN_ON_THIS_MANIFEST", { package: parcel.code, manifest: manifest.code });
  if (due.road !== "RTO") return reversePickup(parcel, due.units);
  if (manifest.channelId !== null && manifest.channelId !== parcel.channelId)
    return refuse("RETURN_OTHER_CHANNEL", {
      package: parcel.code,
      given: parcel.channelCode,
      manifest: manifest.code,
      wanted: manifest.channelCode,
    });
  if (parcels >= PARCELS_MAX) return refuse("RETURN_MANIFEST_FULL", { manifest: manifest.code, most: PARCELS_MAX });
  return ok();
}

const reversePickup = (parcel: BackParcel, units: readonly ParcelUnit[]) =>
  refuse("RETURN_IS_REVERSE_PICKUP", { package: parcel.code, return: units[0]?.returnCode ?? "" });

/** A parcel as it is received by closing the list. */
export interface ClosedParcel {
  readonly parcel: BackParcel;
  readonly due: Receivable;
  readonly received: readonly ParcelUnit[];
  readonly missing: readonly ParcelUnit[];
}

/**
 * Whether a return manifest may be closed, and what of each parcel is received then. Pure; judged again here, for what was
 * announced or delivered meanwhile. Refusals: RETURN_MANIFEST_CLOSED, RETURN_MANIFEST_DISCARDED, RETURN_MANIFEST_EMPTY,
 * RETURN_MANIFEST_CHANGED (naming every parcel that does not turn back any more).
 */
export function decideClose(
  manifest: ReturnManifest,
  listed: readonly ListedParcel[],
  parcels: readonly BackParcel[],
): Result<ClosedParcel[]> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  if (listed.length === 0) return refuse("RETURN_MANIFEST_EMPTY", { manifest: manifest.code });
  const missing = new Map(listed.map((each) => [each.shippingPackageId, new Set(each.missingUnitIds)]));
  const closed: ClosedParcel[] = [];
  const changed: string[] = [];
  for (const parcel of parcels) {
    const due = decideReceive(parcel, null);
    if (!due.ok || due.value.road !== "RTO") {
      changed.push(`${parcel.code} (${parcel.state})`);
      continue;
    }
    const away = missing.get(parcel.shippingPackageId);
    closed.push({
      parcel,
      due: due.value,
      received: due.value.units.filter((unit) => away?.has(unit.unitId) !== true),
      missing: due.value.units.filter((unit) => away?.has(unit.unitId) === true),
    });
  }
  return changed.length > 0
    ? refuse("RETURN_MANIFEST_CHANGED", { manifest: manifest.code, packages: changed })
    : ok(closed);
}
