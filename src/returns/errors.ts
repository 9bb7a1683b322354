import { defineRefusals } from "../platform/refusals.ts";

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
});
