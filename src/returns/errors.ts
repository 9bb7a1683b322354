import { defineRefusals } from "../platform/refusals.ts";

export const returnRefusals = defineRefusals("returns", {
  RETURN_LINES_NOT_FOUND: {
    status: 422,
    message: "Order {order} has no units of {lines}.",
    whatToDo: "Send productId-variantId as the order gave them.",
  },
});
