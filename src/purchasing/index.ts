import "./errors.ts";

export { approvePurchaseOrder, endPurchaseOrder } from "./advance-purchase-order.ts";
export { scanIntoGrn, setGrnCounts } from "./count-grn.ts";
export { completePutAwayGrns, finishGrn, putAwayGrn } from "./finish-grn.ts";
export { type GrnId, grnLifecycle } from "./grn.ts";
export { registerJobs } from "./jobs.ts";
export { type PurchaseOrderId, type PurchaseOrderLineId, purchaseOrderLifecycle } from "./purchase-order.ts";
export { createGrn, discardGrn } from "./receive-goods.ts";
export { purchasingRoutes } from "./routes.ts";
export { createPurchaseOrder, editPurchaseOrder, type PurchaseOrderInput } from "./save-purchase-order.ts";
export { saveVendor } from "./save-vendor.ts";
export { saveVendorItem } from "./save-vendor-items.ts";
export { vendorById } from "./vendor.store.ts";
export type { VendorId, VendorInput } from "./vendor.ts";
