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
  RETURN_NOT_REVERSE_PICKUP: {
    status: 409,
    message: "{return} is a courier return (RTO), not a reverse pickup.",
    whatToDo: "Receive its parcel on a return manifest or at the returns desk.",
  },
  REVERSE_PICKUP_NOT_BY_HAND: {
    status: 409,
    message: "No reverse pickup of {order} is made by hand: {source} sends them. {rule}",
    whatToDo:
      "Sync the order's status and wait for its announcement; who may override it (returns.override) can create it all the same.",
  },
  REVERSE_PICKUP_UNITS_UNKNOWN: {
    status: 422,
    message: "{units} are no units that can be named here for {order}.",
    whatToDo: "Reload the order and choose its units.",
  },
  REVERSE_PICKUP_UNITS: {
    status: 409,
    message: "These units of {order} cannot be sent back: {units}.",
    whatToDo: "Choose units that left, have not turned back, and are in no return.",
  },
  REVERSE_PICKUP_IMAGE: {
    status: 422,
    message: "{url} {fault}.",
    whatToDo: "Give the picture's public address, beginning with https://.",
  },
  REVERSE_PICKUP_CODE_TAKEN: {
    status: 409,
    message: "There is a return {code} already.",
    whatToDo: "Choose another code, or leave it out.",
  },
  REVERSE_PICKUP_WHOLE_ONLY: {
    status: 422,
    message: "{return} has {units} units and is cancelled as a whole only.",
    whatToDo: "Cancel all of it and create another reverse pickup of the units that do come back.",
  },
  REVERSE_PICKUP_GONE: {
    status: 409,
    message: "{return} is {state}: it is cancelled only before the courier picks it up.",
    whatToDo: "Receive it when it arrives.",
  },
  REVERSE_PICKUP_HAS_REPLACEMENT: {
    status: 409,
    message: "Something was ordered instead of units of {return}.",
    whatToDo: "Cancel that order first if it has not left; the goods are owed only once.",
  },
  REPLACEMENT_SKU_UNKNOWN: {
    status: 422,
    message: "There is no SKU {skus}.",
    whatToDo: "Choose a SKU of the catalogue.",
  },
  REPLACEMENT_UNITS: {
    status: 409,
    message: "Nothing can be sent instead of {units} of {return}.",
    whatToDo: "Choose units that come back and for which nothing was ordered yet.",
  },
  REPLACEMENT_NOT_OFFERED: {
    status: 409,
    message: "Nothing that waits for an answer is offered for these units of {return}.",
    whatToDo: "Offer another SKU first.",
  },
  REPLACEMENT_NO_CHANNEL: {
    status: 409,
    message: "There is no channel on which the new order could be entered.",
    whatToDo: "Add a channel of the source Custom under Settings > Channels.",
  },
  REPLACEMENT_WHICH_CHANNEL: {
    status: 422,
    message: "The new order can be entered on {channels}.",
    whatToDo: "Choose the channel.",
  },
  REPLACEMENT_NO_ADDRESS: {
    status: 422,
    message: "{return} has no address any more to which something could be sent.",
    whatToDo: "Edit the return and give its shipping address.",
  },
  REPLACEMENT_TENANT_NOT_LIVE: {
    status: 409,
    message: "The order instead of {return} cannot be created before the tenant is live.",
    whatToDo: "Go live first.",
  },
  RETURN_NOT_TRAVELLING: {
    status: 409,
    message: "{package} is {state}: only a parcel on its way can turn back.",
    whatToDo: "If the customer sends it back, create a reverse pickup for it.",
  },
  RETURN_ROUTE_EXISTS: {
    status: 409,
    message: "{kind} of {channel} that left from {facility} goes to {returnFacility} already.",
    whatToDo: "Change that mapping instead.",
  },
  RETURN_UNITS_EMPTY: {
    status: 422,
    message: "Nothing of {package} was named.",
    whatToDo: "Name the units that are in the parcel, or those that are missing.",
  },
});
