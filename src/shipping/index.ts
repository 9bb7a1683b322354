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
  RETURN_MEANINGS,
  type ReturnMeaning,
  returnMeaningOf,
  returnMeanings,
  returnWords,
  TRACKING_MEANINGS,
  type TrackingEffect,
  type TrackingMeaning,
  trackingMeanings,
  trackingWords,
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
export { tellCourierJob } from "./couriers/definitions.ts";
export type { CourierExchangeId, CourierLinks } from "./couriers/exchange.store.ts";
export {
  giveBackNumbers,
  giveBackReturnNumber,
  repeatTelling,
  settleTelling,
  tellOfCancel,
  tellOfChange,
  wakeCourier,
} from "./couriers/give-back.ts";
export { onCourierConnected } from "./couriers/hooks.ts";
export { expireExchanges as expireCourierExchanges, registerCourierAccounts } from "./couriers/jobs.ts";
export {
  type NotedAnswer,
  type NumberQuestion,
  newQuestion,
  noteAnswer,
  resume,
  writeQuestion,
} from "./couriers/question.ts";
export { allCouriers, courierOf, findCourier, installCouriers } from "./couriers/registry.ts";
export * as tellings from "./couriers/telling.store.ts";
export {
  judgeTold,
  nextTry as nextTelling,
  TELLING_KINDS,
  TELLING_STATES,
  type TellingKind,
  type Told,
} from "./couriers/telling.ts";
export * as waybills from "./couriers/waybill.store.ts";
export {
  awbFault,
  judgeWaybill,
  subjectCodeOf,
  type TellingId,
  WAYBILL_STATES,
  type WaybillAnswer,
  type WaybillId,
  type WaybillRow,
  type WaybillState,
  type WaybillSubject,
} from "./couriers/waybill.ts";
export { onServiceabilityChanged } from "./hooks.ts";
export { importPincodes } from "./import-pincodes.ts";
export { importServiceability } from "./import-serviceability.ts";
export type { LabelDocument } from "./label-document.ts";
export type { Parcel, ProviderChoice, ProviderInput, ShippingProviderId } from "./provider.ts";
export { labelFileInfo, labelTemplate, renderLabels } from "./render-labels.ts";
export { shippingRoutes } from "./routes.ts";
export { readCondition } from "./rules/condition.ts";
export { type Explanation, explainParcel } from "./rules/explain.ts";
export type { Field, ParcelFacts } from "./rules/facts.ts";
export { importRules } from "./rules/import-rules.ts";
export { withDraft as rulesWithDraft } from "./rules/place.ts";
export { ruleBody } from "./rules/routes.ts";
export type { RuleType, ShippingRule } from "./rules/rule.ts";
export { deleteRule, type GivenRule, orderRules, saveRule } from "./rules/save-rules.ts";
export { allRules, type RulesReach, rulesAskFacts, rulesReach } from "./rules/store.ts";
export { saveProvider } from "./save-provider.ts";
export { type ProviderRow, providerByCode, providerById } from "./store.ts";
