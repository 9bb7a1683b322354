import "./errors.ts";

export { isAwb } from "./awb.ts";
export { type AwbUpload, addAwbs, awbsLowCheck, takeAwb, takeAwbs, withdrawAwbs } from "./awb-pool.ts";
export { type AssignedCourier, assignCouriers, chooseProvider, chooseProviders } from "./choose-provider.ts";
export { claimAwb } from "./claim-awb.store.ts";
export {
  meaningOf,
  TRACKING_MEANINGS,
  type TrackingEffect,
  type TrackingMeaning,
  trackingMeanings,
} from "./courier-statuses.ts";
export { onServiceabilityChanged } from "./hooks.ts";
export { importPincodes } from "./import-pincodes.ts";
export type { LabelDocument } from "./label-document.ts";
export type { Parcel, ProviderChoice, ProviderInput, ShippingProviderId } from "./provider.ts";
export { labelFileInfo, labelTemplate, renderLabels } from "./render-labels.ts";
export { shippingRoutes } from "./routes.ts";
export { saveProvider } from "./save-provider.ts";
export { type ProviderRow, providerByCode, providerById } from "./store.ts";
