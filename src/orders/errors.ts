import { defineRefusals } from "../platform/refusals.ts";

const ON_CHANNEL = "The order stays in Failed orders; ask the marketplace to correct it and send it again.";

/** Why a raw order could not become a sale order. 4xx here is what our own screens answer; a push answers in its protocol's shape. */
export const intakeRefusals = defineRefusals("orders", {
  TENANT_NOT_LIVE_ORDER_WAITS: {
    status: 409,
    message: "Order {order} waits in intake: Sync not allowed as Tenant is not Live yet.",
    whatToDo: "Press Go live under Settings > Tenant; the orders that wait are then created.",
  },
  CHANNEL_DISABLED: {
    status: 409,
    message: "The channel {channel} is switched off and takes no orders.",
    whatToDo: "Switch it on under Settings > Channels.",
  },
  ORDER_MALFORMED: {
    status: 400,
    message: "The order is not understood: {detail}.",
    whatToDo: "Correct the fields named and send it again.",
  },
  LISTING_NOT_MAPPED: {
    status: 409,
    message: "Order {order}: the listing {listings} is not mapped to a SKU.",
    whatToDo: "Map it under Inventory > Listings; the order is created by itself then.",
  },
  SKU_DISABLED: {
    status: 409,
    message: "Order {order}: the SKU {skus} is disabled.",
    whatToDo: "Enable it under Inventory > Products; the order is created by itself then.",
  },
  BUNDLE_EMPTY: {
    status: 409,
    message: "Order {order}: the bundle {skus} has no components.",
    whatToDo: "Give it components under Inventory > Products; the order is created by itself then.",
  },
  FACILITY_NOT_MAPPED: {
    status: 409,
    message:
      "Order {order} must ship from the channel's warehouse {warehouses}, which is mapped to no facility of {channel} that is switched on.",
    whatToDo: "Map the code on the channel's page, or switch its facility on; the order is created by itself then.",
  },
  NO_FACILITY: {
    status: 409,
    message: "Order {order}: the channel {channel} has no facility to ship from that is switched on.",
    whatToDo: "Choose facilities on the channel's page, or switch them on; the order is created by itself then.",
  },
  ORDER_WOULD_SPLIT: {
    status: 409,
    message:
      "Order {order} names the warehouses {warehouses}; {source} allows no order to be split, and these are several facilities.",
    whatToDo: "Ask the channel's team to correct the order; it is created by itself then.",
  },
  PINCODE_INVALID: {
    status: 422,
    message: "Order {order}: {pincode} is not a PIN code (six digits, the first not 0).",
    whatToDo: "Correct the PIN code on the failed order and retry.",
  },
  STATE_UNKNOWN: {
    status: 422,
    message: "Order {order}: {state} is no state or union territory that is known; it decides the GST.",
    whatToDo: "Correct the state on the failed order and retry.",
  },
  SHIPPING_NOT_ALLOWED: {
    status: 422,
    message: "Order {order} says thirdPartyShipping {given}; {source} allows {allowed} only.",
    whatToDo: ON_CHANNEL,
  },
  ALL_LINES_CANCELLED: {
    status: 409,
    message: "Order {order} was already cancelled on the marketplace when it arrived.",
    whatToDo: "Nothing: there is nothing to ship.",
  },
  SHIPPED_ON_CHANNEL: {
    status: 409,
    message: "Order {order} had left on the marketplace's side when it was first seen here: {lines}.",
    whatToDo:
      "Nothing is shipped from here. Where its goods were yours to send, take them out of stock by an adjustment.",
  },
  LINE_QUANTITY_INVALID: {
    status: 422,
    message: "Line {lineId} has the quantity {quantity}; it is a whole number from 1.",
    whatToDo: ON_CHANNEL,
  },
  ORDER_TOO_LARGE: {
    status: 422,
    message: "The order has {units} units; {min} to {max} are taken.",
    whatToDo: ON_CHANNEL,
  },
  AMOUNT_OUT_OF_RANGE: {
    status: 422,
    message: "The amount {field} is {given:rupees}: negative, or beyond what is plausible.",
    whatToDo: ON_CHANNEL,
  },
  AMOUNT_NOT_PAISE: {
    status: 422,
    message: "The amount {field} is {given}: money has two decimals at most.",
    whatToDo: ON_CHANNEL,
  },
  LINE_AND_ORDER_CHARGES: {
    status: 422,
    message: "{fields} is given both on the order and on its lines; it is given once.",
    whatToDo: ON_CHANNEL,
  },
  AMOUNT_MISMATCH: {
    status: 422,
    message: "{field} should be {expected:rupees} by its parts, but {given:rupees} are given.",
    whatToDo: ON_CHANNEL,
  },
  DISCOUNT_EXCEEDS_PRICE: {
    status: 422,
    message: "Line {lineId}: the discount of {discount:rupees} is more than the price of {price:rupees}.",
    whatToDo: ON_CHANNEL,
  },
  PAID_EXCEEDS_TOTAL: {
    status: 422,
    message: "More is paid ({paid:rupees}) than the order costs ({total:rupees}).",
    whatToDo: ON_CHANNEL,
  },
  TIME_INVALID: { status: 422, message: "{field} is {given}: no such time exists.", whatToDo: ON_CHANNEL },
  SAME_ID_OTHER_CONTENT: {
    status: 409,
    message: "Order {order} was received before with other content; the first one stands.",
    whatToDo: "Decide under Orders > Exceptions; changes of an order are sent as cancellations, not as a second order.",
  },
});

export const orderRefusals = defineRefusals("orders", {
  CHANNEL_TAKES_NO_FORMS: {
    status: 422,
    message: "The channel {channel} takes no orders by form: its marketplace brings them.",
    whatToDo: "Choose a channel of the source Custom, or add one under Settings > Channels.",
  },
  ORDER_LINE_INVALID: {
    status: 422,
    message: "Line {line}, column {column}: {detail}.",
    whatToDo: "Correct the line and upload the file again; orders that were made already stay as they are.",
  },
  ORDER_NOT_FOUND: {
    status: 404,
    message: "There is no order {order} here.",
    whatToDo: "Check the code; it may be in Orders > Failed orders.",
  },
  ORDER_STATE: {
    status: 409,
    message: "Order {order} is {state}: it cannot be {verb} any more.",
    whatToDo: "See the order's timeline for what happened.",
  },
  ORDER_NOT_YET: {
    status: 409,
    message: "The channel lets order {order} be processed from {from} on, and not before.",
    whatToDo: "Nothing: it goes on by itself then.",
  },
  ORDER_ON_HOLD: {
    status: 409,
    message: "Order {order} is on hold: {reason}.",
    whatToDo: "Unhold it on the order's page first.",
  },
  UNITS_NOT_FOUND: {
    status: 404,
    message: "Order {order} has no units {units}.",
    whatToDo: "Reload the order and choose again.",
  },
  UNITS_NOT_CANCELLABLE: {
    status: 409,
    message:
      "Order {order}: the units {units} are {states}. They can be cancelled until their package lies on a manifest.",
    whatToDo:
      "Take the package off its manifest first, on the manifest’s page. What was dispatched comes back as a return.",
  },
  UNITS_LOCKED: {
    status: 409,
    message: "Order {order}: a cancellation of the units {units} waits for the channel's answer.",
    whatToDo: "Wait for the answer, or settle it under Orders > Exceptions.",
  },
  SELLER_CANCEL_NOT_ALLOWED: {
    status: 409,
    message: "{rule} Order {order} was not cancelled: {units} is {states}.",
    whatToDo: "Ship these units, or settle it with the marketplace; units that are not invoiced yet can be cancelled.",
  },
  SELLER_CANCEL_WHOLE_ORDER: {
    status: 409,
    message: "{source} takes cancellations of whole orders only; {units} of order {order} would stay.",
    whatToDo: "Cancel the whole order, or ship all of it.",
  },
  SELLER_CANCEL_WHOLE_LINE: {
    status: 409,
    message: "{source} cancels the lines of an order whole; {units} of order {order} would stay.",
    whatToDo: "Cancel all units of the line, or ship all of them.",
  },
  SELLER_CANCEL_PART_OF_BUNDLE: {
    status: 409,
    message: "Order {order}: {units} would stay of a bundle that {source} knows as one piece.",
    whatToDo: "Cancel all units of the bundle, or none of them.",
  },
  SELLER_CANCEL_WHILE_INVOICED: {
    status: 409,
    message: "Order {order}: {channel} is asked for the invoice of {packages} at this moment.",
    whatToDo: "Try again in a moment: what is invoiced then can no longer be cancelled.",
  },
  NO_UNITS_CHOSEN: {
    status: 422,
    message: "No unit of order {order} is chosen.",
    whatToDo: "Choose at least one unit.",
  },
  INTAKE_NOT_FOUND: { status: 404, message: "There is no intake entry {intake} here.", whatToDo: "Reload the list." },
  INTAKE_NOT_WAITING: {
    status: 409,
    message: "Order {order} is {state}: it does not wait for anything.",
    whatToDo: "Reload the list.",
  },
  FACILITY_NOT_OF_CHANNEL: {
    status: 422,
    message: "{facility} is not among the facilities of {channel}.",
    whatToDo: "Add it on the channel's page, or choose another.",
  },
  REVIEW_NOT_FOUND: {
    status: 404,
    message: "There is no order under review {review} here.",
    whatToDo: "Reload the list.",
  },
  REVIEW_OVER: {
    status: 409,
    message: "Order {order} is not under review any more: it came as an order, and what was kept for it is its own.",
    whatToDo: "Cancel or hold the order itself.",
  },
  UNITS_ALREADY_PACKED: {
    status: 409,
    message: "Order {order}: {units} are already picked or packed and stay where they are.",
    whatToDo: "Cancel them or finish their package.",
  },
});
