/** Commands of other modules that stories of partners' events go through, as routes call them. */
export { labelPdf } from "../../src/fulfilment/print-labels.ts";
export { cancelGatepass } from "../../src/gatepasses/cancel-gatepass.ts";
export { issueGatepass } from "../../src/gatepasses/issue-gatepass.ts";
export { recallGatepass } from "../../src/gatepasses/recall-gatepass.ts";
export type { AppliesTo } from "../../src/orders/custom-fields/custom-field.ts";
export { saveField } from "../../src/orders/custom-fields/save-field.ts";
export { allocateCourier } from "../../src/returns/change-reverse-pickup.ts";
export { createReversePickup } from "../../src/returns/create-reverse-pickup.ts";
