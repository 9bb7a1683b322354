import { defineRefusals } from "../platform/refusals.ts";

export const cycleCountRefusals = defineRefusals("cycle-counts", {
  COUNT_ACTIVE_ALREADY: {
    status: 409,
    message: "The facility {facility} has the cycle count {count} already; one is counted at a time.",
    whatToDo: "Add the shelves to {count}, or close it first.",
  },
  COUNT_TARGET_PAST: {
    status: 422,
    message: "The target date {targetOn} has passed: today is {today} in {facility}.",
    whatToDo: "Choose today or a later day.",
  },
  COUNT_ENDED: {
    status: 409,
    message: "Cycle count {count} is {state}.",
    whatToDo: "Create a new cycle count for what is still to be counted.",
  },
  COUNT_SHELVES_OPEN: {
    status: 409,
    message: "{shelves} shelves of cycle count {count} are being counted, or wait to be accepted.",
    whatToDo: "Accept them, or give them up; then close the count.",
  },
  COUNT_NOTHING_COUNTED: {
    status: 409,
    message: "No shelf of cycle count {count} was counted and accepted.",
    whatToDo: "Count a shelf, or cancel the count.",
  },
  COUNT_HAS_COUNTED: {
    status: 409,
    message: "{shelves} shelves of cycle count {count} were counted: it cannot be cancelled any more.",
    whatToDo: "Accept or give up what is counted, then close the count.",
  },
  COUNT_SHELVES_UNKNOWN: {
    status: 422,
    message: "There is no shelf {shelves} in {facility}.",
    whatToDo: "Check the codes, or make the shelves under Settings > Facilities.",
  },
  COUNT_SHELVES_ALL_ADDED: {
    status: 409,
    message:
      "No shelf of {facility} is left that could be added: with stock and not in cycle count {count} yet{prefix}.",
    whatToDo: "Add shelves by their codes if empty ones shall be counted too.",
  },
  COUNT_SHELVES_BEGUN: {
    status: 409,
    message: "{shelves} are counted already: they stay in cycle count {count}.",
    whatToDo: "Give them up first if they shall not be counted.",
  },
  COUNT_SHELF_NOT_IN: {
    status: 404,
    message: "Shelf {shelf} is not in cycle count {count} of {facility}. {detail}.",
    whatToDo: "Scan a shelf of this count, or have {shelf} added to it.",
  },
  COUNT_SHELF_DONE: {
    status: 409,
    message: "Shelf {shelf} is {state}.",
    whatToDo:
      "Go on with the next shelf; a shelf that waits to be accepted can be counted again from the count's page.",
  },
  COUNT_SHELF_TAKEN: {
    status: 409,
    message: "{counter} counts shelf {shelf} since {since}: two people would count it twice.",
    whatToDo: "Count another shelf, or take it over if {counter} has stopped: what was counted so far stays.",
  },
  COUNT_SHELF_NOT_COUNTING: {
    status: 409,
    message: "Shelf {shelf} is not being counted.",
    whatToDo: "Scan the shelf to begin it.",
  },
  COUNT_SHELF_STATE: {
    status: 409,
    message: "Shelf {shelf} is {state}: {verb} is not possible.",
    whatToDo: "Reload the count: somebody may have gone on with it.",
  },
  COUNT_WORK_PENDING: {
    status: 409,
    message: "Work is pending on shelf {shelf}: {work}. What lies there would change while it is counted.",
    whatToDo: "Finish that work first (hand the parcels over, close the lists), or count another shelf meanwhile.",
  },
  COUNT_BOOKS_MOVED: {
    status: 409,
    message:
      "Stock of shelf {shelf} left with a parcel after the count was begun: what was counted no longer says what lies there.",
    whatToDo: "Count the shelf again.",
  },
  COUNT_SKU_UNKNOWN: {
    status: 404,
    message: "{code} is no SKU of ours, and no channel's code of one.",
    whatToDo: "Lay the piece aside; make the SKU under Products, or scan the label that bears our code.",
  },
  COUNT_SKU_SEVERAL: {
    status: 409,
    message: "{code} is a channel's code of several SKUs: {skus}.",
    whatToDo: "Type the SKU's own code.",
  },
  COUNT_SKU_BUNDLE: {
    status: 422,
    message: "{sku} is a bundle: its components lie on the shelf and are counted.",
    whatToDo: "Scan each component.",
  },
  COUNT_BELOW_ZERO: {
    status: 409,
    message: "Only {counted} {bucket} pieces of {sku} are counted on {shelf} so far.",
    whatToDo: "Nothing is to be taken back.",
  },
  COUNT_TOO_MANY: {
    status: 422,
    message: "{quantity} pieces of {sku} on one shelf are more than {most}.",
    whatToDo: "Check the number that was typed.",
  },
  COUNT_STOCK_PROMISED: {
    status: 409,
    message:
      "Pieces are missing that are promised to orders ({skus}). Without them these orders have to wait: {orders}.",
    whatToDo:
      "Look for the pieces and count again; or accept and let these orders wait for stock: they are served first when there is some.",
  },
  COUNT_STOCK_IN_HAND: {
    status: 409,
    message: "Pieces are missing that are promised to parcels in work or kept for orders under review: {skus}.",
    whatToDo:
      "Put those parcels back (close their pick list), cancel them, or let the orders under review go; then accept the shelf.",
  },
});
