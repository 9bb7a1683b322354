import { defineRefusals } from "../platform/refusals.ts";

/** Refusals of returns. Where several hold, the first that the command's text names is told. */
export const returnRefusals = defineRefusals("returns", {
  RETURN_LINES_NOT_FOUND: {
    status: 422,
    message: "Order {order} has no units of {lines}.",
    whatToDo: "Send productId-variantId as the order gave them.",
  },
  RETURN_STATE: {
    status: 409,
    message: "Return {return} is {state}; this needs {needed}.",
    whatToDo: "Reload the return: somebody may have carried it on.",
  },
  RETURN_SCAN_UNKNOWN: {
    status: 404,
    message: "{code} is no tracking number, package, order or return here.",
    whatToDo: "Scan another barcode of the parcel: its return label, its forward label, or the invoice inside.",
  },
  RETURN_SCAN_AMBIGUOUS: {
    status: 409,
    message: "{code} stands for several parcels: {packages}.",
    whatToDo: "Scan the label of the parcel in your hand, or choose it.",
  },
  RETURN_NOT_DISPATCHED: {
    status: 409,
    message: "{package} is {state}: it never left, so it cannot come back.",
    whatToDo: "Keep the parcel apart and look at its order; goods of a cancelled package wait in Putaway.",
  },
  RETURN_TAKEN_BY_WORD: {
    status: 409,
    message: "{package} is RETURNED already, on the word of {channel}, without stock.",
    whatToDo: "Add the goods to stock by an adjustment, with the package as its remark.",
  },
  RETURN_ALREADY_RECEIVED: {
    status: 409,
    message: "{package} was received already: return {return}, {received}.{missing}",
    whatToDo: "Nothing: it counts once. Put the goods with that list.",
  },
  RETURN_ON_OPEN_MANIFEST: {
    status: 409,
    message: "{package} is on return manifest {manifest}, which is open.",
    whatToDo: "Close that return manifest, or take the parcel off it first.",
  },
  RETURN_UNITS_NOT_DUE: {
    status: 422,
    message: "{units} of {package} cannot be received now.",
    whatToDo: "Look the parcel up again and name units that are due.",
  },
  RETURN_UNITS_UNDECIDED: {
    status: 422,
    message: "{package} turned back whole, and nothing was said of {units}.",
    whatToDo: "Say of each unit whether it is in the parcel or missing.",
  },
  RETURN_OF_DELIVERED: {
    status: 409,
    message: "{package} of {order} is {state}, and nobody announced a return of it: it did not turn back.",
    whatToDo:
      "Sync its status now. If the customer sends it back, create a reverse pickup for it and receive it at the returns desk.",
  },
  RETURN_IS_REVERSE_PICKUP: {
    status: 409,
    message: "{package} comes back from the customer: it is reverse pickup {return}, not a courier return.",
    whatToDo: "Receive it at the returns desk, or on the reverse pickup's page.",
  },
  RETURN_NOT_ANNOUNCED: {
    status: 409,
    message: "{channel} has not announced that {package} comes back.",
    whatToDo: "Sync its status now; then receive it, announced or not.",
  },
  RETURN_WRONG_FACILITY: {
    status: 409,
    message: "{package} of {channel} comes back to {wanted}, and {facility} may not receive it.",
    whatToDo:
      'Send the parcel to {wanted}, or switch "Courier Return allowed in any warehouse" on under Settings > Tenant.',
  },
  RETURN_UNITS_EMPTY: {
    status: 422,
    message: "Nothing of {package} was named.",
    whatToDo: "Name the units that are in the parcel, or those that are missing.",
  },
});
