import { defineRefusals } from "../platform/refusals.ts";

export const putawayRefusals = defineRefusals("putaway", {
  PUTAWAY_ITEMS_GONE: {
    status: 409,
    message: "{count} of the chosen units do not wait for putaway here any more.",
    whatToDo: "Reload the list: somebody may have put them away.",
  },
  PUTAWAY_ITEMS_TAKEN: {
    status: 409,
    message: "{count} of the chosen units are in the putaway list {putaways} already.",
    whatToDo: "Finish that list, or take them off it first.",
  },
  PUTAWAY_ITEMS_MIXED: {
    status: 422,
    message: "The chosen units are of several {what}: {given}. A putaway list is of one.",
    whatToDo: "Filter the list and make one putaway for each.",
  },
  PUTAWAY_OTHER_LIST: {
    status: 409,
    message: "The list {putaway} is of {kind} in {facility}; the chosen units are {given} in {there}.",
    whatToDo: "Make a list of their own for them.",
  },
  PUTAWAY_COMPLETE: {
    status: 409,
    message: "Putaway {putaway} is complete already: its goods are counted.",
    whatToDo: "Nothing; a mistake is corrected by an adjustment of stock.",
  },
  PUTAWAY_EMPTY: {
    status: 409,
    message: "Putaway {putaway} has no units.",
    whatToDo: "Make a new list of what waits.",
  },
  PUTAWAY_NOT_ON_LIST: {
    status: 409,
    message: "{count} of the chosen units are not on putaway {putaway}.",
    whatToDo: "Reload the list.",
  },
  PUTAWAY_SCAN_UNKNOWN: {
    status: 404,
    message: "{code} is no SKU and no package of putaway {putaway}.",
    whatToDo: "Keep the piece apart: it belongs to another list.",
  },
  PUTAWAY_SCANNED_ALL: {
    status: 409,
    message: "All {units} units of {code} on putaway {putaway} are confirmed already.",
    whatToDo: "Count the pieces: this one is more than the list has.",
  },
  PUTAWAY_NOT_GRADED: {
    status: 409,
    message: "{count} units of putaway {putaway} have no grade or no shelf: {skus}.",
    whatToDo: "Say for each whether it is good, bad or QC rejected, and where it goes.",
  },
  PUTAWAY_NOT_CONFIRMED: {
    status: 409,
    message: "{count} units of putaway {putaway} are not scanned yet: {skus}.",
    whatToDo: "Scan them at their shelf, take them off the list, or confirm all without scanning.",
  },
  SHELF_TRANSFER_TOO_LARGE: {
    status: 422,
    message: "{units} units are too many for one shelf transfer: it takes {most} at most.",
    whatToDo: "Make several transfers, each of what one person carries.",
  },
  SHELF_TRANSFER_TAKEN: {
    status: 409,
    message: "This shelf transfer was made already: {units} units are off their shelves, on {where}.",
    whatToDo: "Open that list under Putaway; open this page anew to move more.",
  },
  SHELF_TRANSFER_SKU_UNKNOWN: {
    status: 422,
    message: "There is no product {skus}.",
    whatToDo: "Check the SKU codes under Inventory > Products.",
  },
  SHELF_TRANSFER_SAME_SHELF: {
    status: 422,
    message: "The goods lie on {shelves} already: a transfer takes them to another shelf.",
    whatToDo: "Choose another shelf to put them on, or none, and one is suggested.",
  },
  SHELF_TRANSFER_NOT_ONE: {
    status: 409,
    message: "These units came by {kind}, not off a shelf: there is no shelf to put them back on.",
    whatToDo: "Take them into a putaway list.",
  },
  PUTAWAY_SHELF_FULL: {
    status: 409,
    message: "Not enough room in {facility}. {shelves}.",
    whatToDo:
      "Choose another shelf for what does not fit, or give the shelf a larger type under Settings > Facilities.",
  },
  PUTAWAY_SHELF_UNKNOWN: {
    status: 422,
    message: "There is no enabled shelf {shelves} in {facility}.",
    whatToDo: "Check the code, or make or enable the shelf under Settings > Facilities.",
  },
});
