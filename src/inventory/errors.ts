import { defineRefusals } from "../platform/refusals.ts";

export const inventoryRefusals = defineRefusals("inventory", {
  NOT_ENOUGH_STOCK: {
    status: 409,
    message: "There is not enough stock: {shortages}.",
    whatToDo: "Count the shelf; stock that is promised to orders is free again when they are cancelled or dispatched.",
  },
});
