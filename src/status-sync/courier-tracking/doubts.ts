import { type PackageState, packageLifecycle } from "../../fulfilment/index.ts";
import type { NewException } from "../../orders/index.ts";
import { trackingMeanings } from "../../shipping/index.ts";
import type { TrackedPackage, TrackedWord } from "../tracking.store.ts";

const LABELLED: readonly PackageState[] = ["READY_TO_SHIP", "MANIFESTED", "DISPATCHED", "SHIPPED"];
/** Goods that have not left from here. */
export const STILL_HERE: readonly PackageState[] = [
  ...packageLifecycle.from("cancel"),
  "PENDING_CUSTOMIZATION",
  "CUSTOMIZATION_COMPLETE",
  "MANIFESTED",
];

/** What a person has to see of one word that is news: nothing happens by itself, and something should. Pure. */
export function doubtsOfWord(
  ours: TrackedPackage,
  { raw, meaning }: Pick<TrackedWord, "raw" | "meaning">,
): NewException[] {
  const { shippingPackageId, saleOrderId, channelId, orderCode, code, awb, provider, state } = ours;
  const of = { channelId, saleOrderId, shippingPackageId };
  const facts = {
    order: orderCode,
    what: orderCode,
    package: code,
    awb,
    status: raw,
    provider: provider?.code ?? null,
  };
  // Once for the word and who says it, not for each parcel: it is the table that lacks it.
  if (meaning === null)
    return [{ kind: "UNKNOWN_STATUS", ...of, key: `courier:${provider?.id ?? channelId}:${raw}`, facts }];
  const { label, flagged, effect } = trackingMeanings[meaning];
  const said = { ...facts, label: label.toLowerCase() };
  if (flagged === true) return [{ kind: "PARCEL_LOST", ...of, key: `${shippingPackageId}:${meaning}`, facts: said }];
  if (provider === null) return []; // who ships it says himself when it left and what he called off
  if (meaning === "NUMBER_GIVEN_BACK" && LABELLED.includes(state))
    return [{ kind: "COURIER_GAVE_BACK", ...of, key: `${shippingPackageId}:${awb}`, facts }];
  if (effect === null) return [];
  if (state === "CANCELLED")
    return [{ kind: "PICKED_UP_THOUGH_CANCELLED", ...of, key: shippingPackageId, facts: said }];
  return STILL_HERE.includes(state)
    ? [{ kind: "LEFT_WITHOUT_MANIFEST", ...of, key: shippingPackageId, facts: said }]
    : [];
}
