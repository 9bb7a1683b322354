import { defineRefusals } from "../../platform/refusals.ts";

export const picklistRefusals = defineRefusals("fulfilment", {
  PICKLIST_FACILITIES_MIXED: {
    status: 422,
    message: "The chosen shipments are in several facilities: {facilities}.",
    whatToDo: "Filter by facility and make one pick list for each.",
  },
  PICKLIST_SHELF_BEING_COUNTED: {
    status: 409,
    message: "What {packages} need lies only on {shelves}, which is being counted ({counts}).",
    whatToDo: "Pick the others now; these when the count of that shelf is accepted or given up.",
  },
  PICKLIST_NOTHING_TO_PICK: {
    status: 409,
    message: "{packages}: nothing is to be fetched any more. {detail}.",
    whatToDo: "Leave them out of the pick list.",
  },
  PICKLIST_ALREADY_RECEIVED: {
    status: 409,
    message: "Pick list {picklist} is received already.",
    whatToDo: "Nothing: invoice its shipments.",
  },
  PICKLIST_CLOSED: {
    status: 409,
    message: "Pick list {picklist} is closed.",
    whatToDo: "Make a new pick list for what is still to be fetched.",
  },
  PICKLIST_SCAN_NEEDED: {
    status: 422,
    message: "{facility} traces SKUs: what arrives with pick list {picklist} is scanned.",
    whatToDo: "Scan every piece, then receive the list.",
  },
  PICKLIST_COUNT_DIFFERS: {
    status: 409,
    message: "What was scanned is not what pick list {picklist} asks for: {differences}.",
    whatToDo: "Scan what is left, or report what was not found on its shelf.",
  },
  PICK_NOT_ON_LIST: {
    status: 409,
    message: "Pick list {picklist} asks for {units} pieces of {sku} from {shelf}; {given} were reported as not found.",
    whatToDo: "Reload the pick list: some may be invoiced, put back or reported already.",
  },
  PICK_HAS_NO_SHELF: {
    status: 422,
    message: "{sku} is made to order: it lies on no shelf where it could be missing.",
    whatToDo: "Lower its virtual stock under Inventory instead.",
  },
  PICK_PACKAGES_NOT_ON_LIST: {
    status: 409,
    message: "{count} of the chosen shipments are not being picked with {picklist}.",
    whatToDo: "Reload the pick list.",
  },
});
