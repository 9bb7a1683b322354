import { defineRefusals } from "../platform/refusals.ts";

export const inventoryRefusals = defineRefusals("inventory", {
  NOT_ENOUGH_STOCK: {
    status: 409,
    message: "There is not enough stock: {shortages}.",
    whatToDo: "Count the shelf; stock that is promised to orders is free again when they are cancelled or dispatched.",
  },
  BUNDLE_NOT_STOCKED: {
    status: 422,
    message: "{sku} is a bundle: it has no stock of its own.",
    whatToDo: "Adjust its components instead.",
  },
  SKU_UNKNOWN: {
    status: 422,
    message: "There is no SKU {sku}.",
    whatToDo: "Check the code (case counts), or make the SKU under Products.",
  },
  STOCK_SKU_DISABLED: {
    status: 422,
    message: "The SKU {sku} is disabled: stock of it is not added.",
    whatToDo: "Enable it under Products first.",
  },
  FACILITY_UNKNOWN: {
    status: 422,
    message: "There is no facility {facility} in your reach.",
    whatToDo: "Check the code, or ask for the right to adjust stock there.",
  },
  SHELF_UNKNOWN: {
    status: 422,
    message: "There is no shelf {shelf} in {facility}.",
    whatToDo: "Check the code, or make the shelf under Settings > Facilities.",
  },
  SHELF_DISABLED: {
    status: 422,
    message: "The shelf {shelf} in {facility} is disabled: nothing new is put there.",
    whatToDo: "Choose another shelf, or enable it.",
  },
  SHELF_BEING_COUNTED: {
    status: 409,
    message:
      "The shelf {shelf} in {facility} is being counted ({count}): nothing is put there or taken away meanwhile.",
    whatToDo: "Use another shelf, or wait until its count is accepted or given up under Inventory > Cycle counts.",
  },
  SHELF_NOT_APPLICABLE: {
    status: 422,
    message: "Virtual stock lies on no shelf, but the shelf {shelf} is given.",
    whatToDo: "Leave the shelf empty for VIRTUAL_INVENTORY.",
  },
  ADJUSTMENT_INVALID: {
    status: 422,
    message: "{field}: {detail}.",
    whatToDo: "Correct the value.",
  },
  TRANSFER_SAME_SHELF: {
    status: 422,
    message: "A transfer needs two shelves, but both are {shelf}.",
    whatToDo: "Give the shelf it goes to as Transfer To Shelf.",
  },
  TRANSFER_VIRTUAL: {
    status: 422,
    message: "Virtual stock lies on no shelf and cannot be transferred.",
    whatToDo: "Remove it in one facility and add it in the other.",
  },
  ADJUSTMENT_ROWS_SAME: {
    status: 422,
    message: "Another row of this file replaces the same stock (line {line}).",
    whatToDo: "Keep one of the two rows: which one holds cannot be known.",
  },
});
