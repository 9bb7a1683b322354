import "./couriers/errors.ts";
import "./errors.ts";
import "./rules/errors.ts";

export { isAwb } from "./awb.ts";
export { type AwbUpload, addAwbs, awbsLowCheck, takeAwb, takeAwbs, withdrawAwbs } from "./awb-pool.ts";
export {
  type AssignedCourier,
  assignCouriers,
  chooseProvider,
  chooseProviders,
  explainChoice,
  servedParcels,
} from "./choose-provider.ts";
export { claimAwb } from "./claim-awb.store.ts";
export {
  meaningOf,
  onTheWayBack,
  TRACKING_MEANINGS,
  type TrackingEffect,
  type TrackingMeaning,
  trackingMeanings,
} from "./courier-statuses.ts";
export { allAccounts as allCourierAccounts, findAccount as findCourierAccount } from "./couriers/account.store.ts";
export type { CourierAccount } from "./couriers/account.ts";
export {
  accountAbilities,
  type CourierCallOptions,
  callCourier,
  closeCouriers,
  setCourierTimer,
} from "./couriers/call.ts";
export { connectCourier, disconnectCourier, saveCourierAccount } from "./couriers/connect.ts";
export type { CourierExchangeId, CourierLinks } from "./couriers/exchange.store.ts";
export { onCourierConnected } from "./couriers/hooks.ts";
export { allCouriers, courierOf, findCourier, installCouriers } from "./couriers/registry.ts";
export { onServiceabilityChanged } from "./hooks.ts";
export { importPincodes } from "./import-pincodes.ts";
export type { LabelDocument } from "./label-document.ts";
export type { Parcel, ProviderChoice, ProviderInput, ShippingProviderId } from "./provider.ts";
export { labelFileInfo, labelTemplate, renderLabels } from "./render-labels.ts";
export { shippingRoutes } from "./routes.ts";
export type { Field, ParcelFacts } from "./rules/facts.ts";
export type { RuleType } from "./rules/rule.ts";
export { type RulesReach, rulesAskFacts, rulesReach } from "./rules/store.ts";
export { saveProvider } from "./save-provider.ts";
export { type ProviderRow, providerByCode, providerById } from "./store.ts";
