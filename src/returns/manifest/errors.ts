import { defineRefusals } from "../../platform/refusals.ts";

/** Refusals of return manifests; where several hold, the first in this order is told. */
export const returnManifestRefusals = defineRefusals("returns", {
  RETURN_MANIFEST_CLOSED: {
    status: 409,
    message: "Return manifest {manifest} is closed: its parcels are received and wait for putaway.",
    whatToDo: "Nothing; make a new return manifest for more parcels.",
  },
  RETURN_MANIFEST_DISCARDED: {
    status: 409,
    message: "Return manifest {manifest} was discarded.",
    whatToDo: "Make a new return manifest, or choose one that is open.",
  },
  RETURN_MANIFEST_EMPTY: {
    status: 409,
    message: "Return manifest {manifest} has no parcels: nothing came back on it.",
    whatToDo: "Scan parcels into it, or discard it.",
  },
  RETURN_MANIFEST_NOT_EMPTY: {
    status: 409,
    message: "Return manifest {manifest} still has {parcels} parcels.",
    whatToDo: "Take them off first, then discard it.",
  },
  RETURN_MANIFEST_CHANGED: {
    status: 409,
    message: "Return manifest {manifest} cannot be closed: {packages} does not turn back any more.",
    whatToDo: "Take it off; if the customer sends it back, receive it as a reverse pickup at the returns desk.",
  },
  RETURN_MANIFEST_FULL: {
    status: 409,
    message: "Return manifest {manifest} has {most} parcels; that is the most.",
    whatToDo: "Close it and make another.",
  },
  RETURN_ON_THIS_MANIFEST: {
    status: 409,
    message: "{package} is on return manifest {manifest} already.",
    whatToDo: "Nothing: it counts once.",
  },
  RETURN_NOT_ON_MANIFEST: {
    status: 409,
    message: "{packages} is not on return manifest {manifest}.",
    whatToDo: "Reload the return manifest.",
  },
  RETURN_OTHER_CHANNEL: {
    status: 409,
    message: "{package} is of the channel {given}; return manifest {manifest} is for {wanted}.",
    whatToDo: "Put it onto a return manifest of {given}, or onto one for all channels.",
  },
});
