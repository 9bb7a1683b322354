import { defineRefusals } from "../platform/refusals.ts";

export const statusSyncRefusals = defineRefusals("status-sync", {
  STATUS_NOT_REPORTED: {
    status: 409,
    message: "{channel} tells no statuses: there is nothing to ask about {order}.",
    whatToDo: "Receive the parcel as it is; nobody will announce it.",
  },
  LEFT_ON_CHANNEL: {
    status: 409,
    message: "The channel says that lines of order {order} are {status}; their goods are still here.",
    whatToDo: "Decide it under Exceptions: were they sent from the marketplace's panel?",
  },
  ORDER_NOT_HERE: {
    status: 409,
    message: "The channel tells of its order {order}, which is not here yet.",
    whatToDo: "Nothing: its word is applied when the order comes. If it stays away, look for it under Failed orders.",
  },
  ORDER_NEVER_CAME: {
    status: 409,
    message: "The channel told of its order {order}, which did not come within a day.",
    whatToDo: "If it should be here, run the order sync from the Channel Summary and look under Failed orders.",
  },
  ORDER_SET_ASIDE: {
    status: 409,
    message:
      "The channel tells of its order {order}, which was dismissed or ignored under Failed orders; nothing follows.",
    whatToDo: "Nothing. If it should be here after all, look for it under Failed orders.",
  },
  SELLER_SHIPPED_NOT_SYNCED: {
    status: 409,
    message: "Order {order} is shipped by the seller: of such orders this channel's statuses are not synced.",
    whatToDo: "Work on it here as usual; what was done on the marketplace's panel has to be done here too.",
  },
  DELIVERED_IN_DOUBT: {
    status: 409,
    message: "The channel says that order {order} was delivered, which does not fit how it stands here.",
    whatToDo: "Decide it under Exceptions.",
  },
  RETURN_IN_DOUBT: {
    status: 409,
    message: "The channel says that order {order} comes back, which does not fit how it stands here.",
    whatToDo: "Decide it under Exceptions.",
  },
  WORD_NOT_APPLIED: {
    status: 409,
    message: "A fault of ours keeps the channel's word about order {order} from being applied; it is tried again.",
    whatToDo: "Tell your operator; the log names the cause.",
  },
  STATUS_NOT_READ: {
    status: 503,
    message: "{channel} did not tell how {order} stands: {detail}.",
    whatToDo: "Try again in a moment, or receive the parcel unannounced.",
  },
});
