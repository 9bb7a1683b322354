/** Any courier or aggregator that implements the courier protocol (`contract/shipping-provider.openapi.yaml`). */
import { defineCourier } from "../kit/index.ts";
import { fetchLabel, manifest } from "./operations/papers.ts";
import { TRACK_BATCH_MAX, track } from "./operations/tracking.ts";
import { cancelWaybill, createWaybill, updateWaybill, verify } from "./operations/waybills.ts";
import { FIELDS, SETTINGS } from "./settings.ts";

export const protocolCourier = defineCourier({
  id: "PROTOCOL",
  label: "Courier protocol",
  about:
    "Any courier or aggregator that offers the six calls of Uniware's shipping-provider protocol at an address of its own.",
  fields: FIELDS,
  settings: SETTINGS,
  capabilities: {
    verify: true,
    createWaybill: { reverse: true, repeatGivesSame: { setting: "repeatGivesSame" } },
    updateWaybill: true,
    cancelWaybill: true,
    track: { batchMax: TRACK_BATCH_MAX, everyMinutes: { setting: "trackEveryMinutes" } },
    manifest: { setting: "manifests" },
    fetchLabel: true,
  },
  limits: {
    // Nobody publishes any. A label line of a few hundred parcels a minute fits; 429 is waited out.
    requestsPerSecond: 20,
    burst: 20,
    interactiveShare: 0.25,
    timeoutMs: 20_000,
    answerBytesMax: 16_777_216,
  },
  operations: { verify, createWaybill, updateWaybill, cancelWaybill, track, manifest, fetchLabel },
});
