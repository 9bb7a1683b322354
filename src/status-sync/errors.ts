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
  STATUS_NOT_READ: {
    status: 503,
    message: "{channel} did not tell how {order} stands: {detail}.",
    whatToDo: "Try again in a moment, or receive the parcel unannounced.",
  },
});
