import {
  type ChannelId,
  type FacilityId,
  type Instant,
  lifecycle,
  type ManifestId,
  ok,
  type Result,
  refuse,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import { type PackageState, UNITS_HELD } from "../shipping-package.ts";

/** Life of a hand-over list. Closing it is the hand-over: its parcels are dispatched in the same transaction (behaviours C-8). */
export const manifestLifecycle = lifecycle({
  name: "manifest",
  states: ["CREATED", "CLOSED", "DISCARDED"],
  initial: ["CREATED"],
  terminal: ["CLOSED", "DISCARDED"],
  events: {
    close: { from: ["CREATED"], to: "CLOSED" },
    discard: { from: ["CREATED"], to: "DISCARDED" },
  },
});
export type ManifestState = (typeof manifestLifecycle.states)[number];

/** What a courier's pickup can be in one go: the printed list takes no more. */
export const PARCELS_MAX = 5_000;

/** Which parcels belong together: handed over from one facility, for one channel, to one courier. */
export interface ManifestFor {
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  /** The seller's courier; null where the channel ships. */
  readonly shippingProviderId: ShippingProviderId | null;
  /** The channel ships. */
  readonly thirdPartyShipping: boolean;
  /** The channel's courier; null: whichever it sends, or the seller ships. */
  readonly channelCourierCode: string | null;
}

export interface Manifest extends ManifestFor {
  readonly manifestId: ManifestId;
  readonly code: string;
  readonly state: ManifestState;
  readonly facilityCode: string;
  readonly channelCode: string;
  readonly source: string;
  /** The courier's name, for sentences. */
  readonly courier: string;
  /** Its channel is asked for the list at this moment: nobody changes it meanwhile. */
  readonly asking: boolean;
  /** Until when the channel is asked; in the past where the process that asked has ended. */
  readonly askingUntil: Instant | null;
}

/** A package as the hand-over sees it. */
export interface Parcel extends ManifestFor {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly orderCode: string;
  readonly state: PackageState;
  readonly facilityCode: string;
  readonly channelCode: string;
  readonly source: string;
  readonly courier: string;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  /** Units that a person must decide about first. */
  readonly heldUnits: number;
  /** Units whose cancellation waits for the channel's answer. */
  readonly lockedUnits: number;
  readonly manifestId: ManifestId | null;
  readonly manifestCode: string | null;
}

const RETURNING = "It is on its way back: receive it as a return.";
const GONE = "It has left already: keep the parcel back and ask who handed it over.";
const NO_PARCEL = "Scan the label of the parcel that came of it.";
/** What brings a package nearer to the hand-over, by its state. */
const NEXT_STEP: Readonly<Record<PackageState, string>> = {
  CREATED: "Invoice it, then print its label.",
  LOCATION_NOT_SERVICEABLE: "Give it a courier that serves the PIN code, then invoice it and print its label.",
  PICKING: "Receive its pick list, invoice it, then print its label.",
  PICKED: "Invoice it, then print its label.",
  PENDING_CUSTOMIZATION: "Finish its customization, then invoice it and print its label.",
  CUSTOMIZATION_COMPLETE: "Pick and invoice it, then print its label.",
  PACKED: "Print its label.",
  READY_TO_SHIP: "Scan it once more.",
  MANIFESTED: "Take it off its manifest first.",
  DISPATCHED: GONE,
  SHIPPED: GONE,
  DELIVERED: GONE,
  CANCELLED: "Keep the parcel back: its goods wait in Putaway.",
  SPLITTED: NO_PARCEL,
  MERGED: NO_PARCEL,
  RETURN_EXPECTED: RETURNING,
  RETURN_ACKNOWLEDGED: RETURNING,
  RETURNED: "It came back: its goods are in Putaway.",
};

/** Whether a manifest still takes parcels or gives them back. Pure. */
export function decideOpen(manifest: Pick<Manifest, "code" | "state" | "channelCode" | "asking">): Result<undefined> {
  if (manifest.state === "CLOSED") return refuse("MANIFEST_ALREADY_CLOSED", { manifest: manifest.code });
  if (manifest.state === "DISCARDED") return refuse("MANIFEST_DISCARDED", { manifest: manifest.code });
  if (manifest.asking)
    return refuse("MANIFEST_BEING_CLOSED", { manifest: manifest.code, channel: manifest.channelCode });
  return ok();
}

/** The part of a source's declaration that decides about manifests. */
export interface ManifestRules {
  readonly rules: { readonly manifestBy: "us" | "channel" };
  readonly capabilities: { readonly fetchManifest?: { readonly parcelsMax: number } };
}

/** So many parcels its channel takes on one list; null where the list is ours. A channel makes lists of what it ships alone. Pure. */
export function channelParcelsMax(source: ManifestRules, of: Pick<ManifestFor, "thirdPartyShipping">): number | null {
  if (source.rules.manifestBy !== "channel" || !of.thirdPartyShipping) return null;
  return source.capabilities.fetchManifest?.parcelsMax ?? null;
}

/** Is there room for more parcels on one list? Pure. */
export function decideRoom(
  manifest: Pick<Manifest, "code" | "channelCode" | "thirdPartyShipping">,
  source: ManifestRules,
  on: number,
  more: number,
): Result<undefined> {
  const parcels = on + more;
  const { code, channelCode: channel } = manifest;
  const channelMax = channelParcelsMax(source, manifest);
  if (channelMax !== null && parcels > channelMax)
    return refuse("MANIFEST_TOO_LARGE_FOR_CHANNEL", { manifest: code, channel, parcels, most: channelMax });
  return parcels > PARCELS_MAX ? refuse("MANIFEST_FULL", { manifest: code, parcels, most: PARCELS_MAX }) : ok();
}

/** Whether a parcel may go onto a manifest. Pure. The first refusal of the catalogue's order that holds is told. */
export function decideAdd(manifest: Manifest, parcel: Parcel): Result<undefined> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  const of = { package: parcel.code, manifest: manifest.code };
  if (parcel.state === "CANCELLED") return refuse("PARCEL_CANCELLED", of);
  if (parcel.manifestId === manifest.manifestId && parcel.state === "MANIFESTED") return refuse("ON_THIS_MANIFEST", of);
  if (parcel.state === "MANIFESTED")
    return refuse("ON_OTHER_MANIFEST", { package: parcel.code, manifest: parcel.manifestCode });
  if (parcel.facilityId !== manifest.facilityId)
    return refuse("PARCEL_OTHER_FACILITY", { ...of, given: parcel.facilityCode, wanted: manifest.facilityCode });
  if (parcel.channelId !== manifest.channelId)
    return refuse("PARCEL_OTHER_CHANNEL", { ...of, given: parcel.channelCode, wanted: manifest.channelCode });
  // A parcel without a label has no courier yet: its state says more than a wrong courier would.
  const ready = parcel.state === "READY_TO_SHIP";
  if (ready && !sameCourier(manifest, parcel))
    return refuse("PARCEL_OTHER_PROVIDER", { ...of, given: parcel.courier, wanted: manifest.courier });
  if (!ready)
    return refuse("PARCEL_NOT_READY", { package: parcel.code, state: parcel.state, nextStep: NEXT_STEP[parcel.state] });
  if (parcel.onHold || parcel.heldUnits > 0)
    return refuse("PARCEL_ON_HOLD", {
      package: parcel.code,
      order: parcel.orderCode,
      reason: parcel.holdReason ?? UNITS_HELD,
    });
  if (parcel.lockedUnits > 0) return refuse("PARCEL_LOCKED", { package: parcel.code, order: parcel.orderCode });
  return ok();
}

/** Where the channel ships, a manifest that names no courier takes whichever the channel chose. */
function sameCourier(manifest: ManifestFor, parcel: ManifestFor): boolean {
  if (manifest.thirdPartyShipping !== parcel.thirdPartyShipping) return false;
  if (!manifest.thirdPartyShipping) return manifest.shippingProviderId === parcel.shippingProviderId;
  return (
    (manifest.shippingProviderId === null || manifest.shippingProviderId === parcel.shippingProviderId) &&
    (manifest.channelCourierCode === null || manifest.channelCourierCode === parcel.channelCourierCode)
  );
}

/**
 * Whether a manifest may be closed. Pure. A parcel that was cancelled meanwhile stops all of it: the courier signs for a
 * printed list, and a parcel struck off after signing is lost stock. Holds and waiting cancellations are refused by the
 * move of the packages itself, naming each.
 */
export function decideClose(
  manifest: Pick<Manifest, "code" | "state" | "channelCode" | "asking">,
  parcels: readonly Pick<Parcel, "code" | "state">[],
): Result<undefined> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  if (parcels.length === 0) return refuse("MANIFEST_EMPTY", { manifest: manifest.code });
  const cancelled = parcels.filter((p) => p.state === "CANCELLED").map((p) => p.code);
  if (cancelled.length > 0)
    return refuse("MANIFEST_PARCEL_CANCELLED", { manifest: manifest.code, packages: cancelled });
  return ok();
}

/** Whether a manifest may be discarded. Pure. */
export function decideDiscard(
  manifest: Pick<Manifest, "code" | "state" | "channelCode" | "asking">,
  parcels: number,
): Result<undefined> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  return parcels > 0 ? refuse("MANIFEST_NOT_EMPTY", { manifest: manifest.code, parcels }) : ok();
}

/** Which of the parcels that a scanned code stands for is meant: the one that fits, or the refusal of the likeliest. Pure. */
export function decideScan(manifest: Manifest, code: string, found: readonly Parcel[]): Result<Parcel> {
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  const fits = found.filter((parcel) => decideAdd(manifest, parcel).ok);
  if (fits.length > 1) return refuse("SCAN_AMBIGUOUS", { code, packages: fits.map((p) => p.code) });
  if (fits[0]) return ok(fits[0]);
  // An order's cancelled parcel is the least likely to be in somebody's hand.
  const likeliest = found.find((p) => p.state !== "CANCELLED") ?? found[0];
  if (!likeliest) return refuse("SCAN_UNKNOWN", { code });
  const refused = decideAdd(manifest, likeliest);
  return refused.ok ? ok(likeliest) : refused;
}
