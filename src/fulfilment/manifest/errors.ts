import { defineRefusals } from "../../platform/refusals.ts";

/** Refusals of the hand-over. Where several hold, the first in this order is told (`decideAdd`, `decideClose`). */
export const manifestRefusals = defineRefusals("fulfilment", {
  MANIFEST_PROVIDER_MISSING: {
    status: 422,
    message: "A manifest of parcels that the seller ships names their courier.",
    whatToDo: "Choose the courier that collects the parcels.",
  },
  MANIFEST_COURIER_OF_CHANNEL: {
    status: 422,
    message: "{courier} is a courier of the channel; on this manifest the seller ships.",
    whatToDo: "Choose one of your own couriers, or make a manifest of parcels that the channel ships.",
  },
  MANIFEST_ALREADY_CLOSED: {
    status: 409,
    message: "Manifest {manifest} is closed already: its parcels are dispatched.",
    whatToDo: "Nothing: see the manifest for what the channel was told.",
  },
  MANIFEST_DISCARDED: {
    status: 409,
    message: "Manifest {manifest} was discarded.",
    whatToDo: "Make a new manifest, or choose one that is open.",
  },
  MANIFEST_BEING_CLOSED: {
    status: 409,
    message: "Manifest {manifest} is being closed: {channel} is asked for its list at this moment.",
    whatToDo: "Wait until it has answered, a minute or two at most; nothing is added, taken off or closed meanwhile.",
  },
  MANIFEST_EMPTY: {
    status: 409,
    message: "Manifest {manifest} has no parcels: there is nothing to hand over.",
    whatToDo: "Scan parcels into it, or discard it.",
  },
  MANIFEST_NOT_EMPTY: {
    status: 409,
    message: "Manifest {manifest} still has {parcels} parcels.",
    whatToDo: "Take them off first, then discard it.",
  },
  MANIFEST_FULL: {
    status: 409,
    message: "Manifest {manifest} would have {parcels} parcels; {most} is the most.",
    whatToDo: "Close it and make another.",
  },
  MANIFEST_TOO_LARGE_FOR_CHANNEL: {
    status: 409,
    message: "Manifest {manifest} would have {parcels} parcels; {channel} takes {most} on one list at most.",
    whatToDo: "Put the rest onto another manifest; adding from Shipments does that by itself.",
  },
  MANIFEST_PARCEL_CANCELLED: {
    status: 409,
    message: "Manifest {manifest} cannot be closed: {packages} was cancelled meanwhile.",
    whatToDo: "Take it off, keep the parcel back, and close again.",
  },
  MANIFEST_INVOICE_MISSING: {
    status: 409,
    message: "Manifest {manifest} cannot be closed: {packages} has no valid invoice.",
    whatToDo: "Take it off and invoice it, or wait for its e-invoice; goods do not move without one.",
  },
  MANIFEST_COURIER_MISSING: {
    status: 409,
    message: "Manifest {manifest} cannot be closed: {channel} has named no courier for {packages}.",
    whatToDo: "Take it off, make its label again on the package's page (that asks for the courier), and put it back.",
  },
  MANIFEST_REFUSED_BY_CHANNEL: {
    status: 409,
    message: "{channel} did not take manifest {manifest}: {detail}. It stays open, and nothing has left.",
    whatToDo: "Press Take off the refused ones, keep those parcels back, and close again.",
  },
  MANIFEST_LISTED_IN_PART: {
    status: 409,
    message:
      "{channel} made its list of {couriers} for manifest {manifest} and closed it, but not the rest: {detail}. The manifest stays open; for {channel}, {listed} is handed over already.",
    whatToDo:
      "Leave {listed} on. Take off what the channel refuses (Take off the refused ones), keep those parcels back, and close again: a list that is made is not made twice.",
  },
  MANIFEST_NOT_ANSWERED: {
    status: 503,
    message:
      "{channel} was asked for its list of manifest {manifest}, without an answer that counts: {detail}. It stays open.",
    whatToDo: "See the exchange; then close again: asking twice changes nothing on the other side.",
  },
  MANIFEST_CHANGED: {
    status: 409,
    message: "Manifest {manifest} changed while {channel} was asked: {detail}. It stays open.",
    whatToDo: "Look at its parcels and close it again.",
  },
  NOTHING_REFUSED: {
    status: 409,
    message: "The channel refuses no parcel of manifest {manifest}.",
    whatToDo: "Reload the manifest.",
  },
  MANIFEST_FILE_WITHOUT_ADDRESS: {
    status: 409,
    message: "{channel} made its list for {courier} of manifest {manifest}, but gave no address for the file.",
    whatToDo: "Print your own list, or download the channel's from its panel.",
  },
  MANIFEST_FILES_AWAITED: {
    status: 409,
    message: "The channel's list of manifest {manifest} is not here yet ({couriers}).",
    whatToDo: "Press Download now on the manifest's page, or print your own list meanwhile.",
  },
  SCAN_UNKNOWN: {
    status: 404,
    message: "{code} is no package, tracking number or order here.",
    whatToDo: "Scan the barcode of the label; the parcel may belong to a facility that you do not see.",
  },
  SCAN_AMBIGUOUS: {
    status: 409,
    message: "{code} stands for several parcels: {packages}.",
    whatToDo: "Scan the label of the parcel in your hand.",
  },
  PARCEL_CANCELLED: {
    status: 409,
    message: "{package} is cancelled.",
    whatToDo: "Keep the parcel back: its goods wait in Putaway.",
  },
  ON_THIS_MANIFEST: {
    status: 409,
    message: "{package} is on manifest {manifest} already.",
    whatToDo: "Nothing: it counts once.",
  },
  ON_OTHER_MANIFEST: {
    status: 409,
    message: "{package} is on manifest {manifest} already.",
    whatToDo: "Put the parcel with that manifest, or take it off there first.",
  },
  PARCEL_OTHER_FACILITY: {
    status: 409,
    message: "{package} is of {given}; manifest {manifest} hands over from {wanted}.",
    whatToDo: "Put it with a manifest of {given}.",
  },
  PARCEL_OTHER_CHANNEL: {
    status: 409,
    message: "{package} is of the channel {given}; manifest {manifest} is for {wanted}.",
    whatToDo: "Put it with a manifest of {given}.",
  },
  PARCEL_OTHER_PROVIDER: {
    status: 409,
    message: "{package} goes with {given}; manifest {manifest} is for {wanted}.",
    whatToDo: "Put it with a manifest of {given}.",
  },
  PARCEL_NOT_READY: {
    status: 409,
    message: "{package} is {state}, not READY_TO_SHIP.",
    whatToDo: "{nextStep}",
  },
  PARCEL_ON_HOLD: {
    status: 409,
    message: "{package}: order {order} is on hold ({reason}).",
    whatToDo: "Keep the parcel back until the order is off hold.",
  },
  PARCEL_LOCKED: {
    status: 409,
    message: "{package}: a cancellation of order {order} waits for the channel's answer.",
    whatToDo: "Keep the parcel back until the channel has answered.",
  },
  NOT_ON_MANIFEST: {
    status: 409,
    message: "{packages} is not on manifest {manifest}.",
    whatToDo: "Reload the manifest.",
  },
});
