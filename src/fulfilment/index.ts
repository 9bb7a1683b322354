import "./adopt/errors.ts";
import "./channel-steps/errors.ts";
import "./couriers/errors.ts";
import "./errors.ts";
import "./manifest/errors.ts";
import "./picklist/errors.ts";
import "./step-errors.ts";

export { holdUnitsFor as holdForPerson } from "./adopt/adopt.store.ts";
export { adoptedWords, adoptLeft, adoptUnits } from "./adopt/adopt-left.ts";
export { adoptionChecks } from "./adopt/alarms.ts";
export { askWhatIsCancelled } from "./adopt/ask-about-cancelled.ts";
export { LEFT_STATUSES, type LeftLine, type LeftOrder, type LeftStatus, type LineLeft } from "./adopt/left.ts";
export { shortageRoutes } from "./adopt/routes.ts";
export { shortageLifecycle } from "./adopt/shortage.ts";
export { findOrderById, orderWithin } from "./cancel.store.ts";
export { cancelInvoice } from "./cancel-invoice.ts";
export { cancelUnits } from "./cancel-units.ts";
export { askAboutWishes } from "./cancel-wished.ts";
export {
  applyChannelCancel,
  applyLinesCancelled,
  type ChannelCancel,
  type ChannelCancelOutcome,
  type LineCancelled,
} from "./channel-cancel.ts";
export { channelStepChecks } from "./channel-steps/alarms.ts";
export { stepsAtRest } from "./channel-steps/ask-many.ts";
export { askDueCourierSteps, askDueSteps, wakeChannelSteps, wakeCourierSteps } from "./channel-steps/jobs.ts";
export { findOrder, packagesOfLines } from "./channel-word.store.ts";
export { courierChecks } from "./couriers/alarms.ts";
export type { StoredParty } from "./couriers/facts.store.ts";
export { startDueTellings, sweepNumbers } from "./couriers/jobs.ts";
export { settleWaybill } from "./couriers/settle-waybill.ts";
export { tellCourier } from "./couriers/tell-courier.ts";
export { partyOf } from "./couriers/wish.ts";
export { applyDelivered, applyLinesDelivered } from "./deliver.ts";
export { type EditedPackage, editPackage, type PackageEdit } from "./edit-package.ts";
export { handOverChecks } from "./hand-over-alarms.ts";
export { releaseHeld } from "./held.store.ts";
export { invoiceAndLabel, type SingleActionResult } from "./invoice-and-label.ts";
export { invoiceIn, invoicePackages } from "./invoice-packages.ts";
export { registerJobs } from "./jobs.ts";
export { labelIn } from "./label-in.ts";
export { labelPackages } from "./label-packages.ts";
export { lockForMove } from "./lock.store.ts";
export { addParcels, addToManifests } from "./manifest/add-parcels.ts";
export { closeManifest } from "./manifest/close-manifest.ts";
export { createManifest } from "./manifest/create-manifest.ts";
export { discardManifest } from "./manifest/discard-manifest.ts";
export { type Manifest, type ManifestFor, type ManifestState, manifestLifecycle } from "./manifest/manifest.ts";
export { manifestRoutes } from "./manifest/routes.ts";
export { scanIntoManifest } from "./manifest/scan-into-manifest.ts";
export { takeOff } from "./manifest/take-off.ts";
export { movePackages } from "./move.ts";
export { allowedActions, changeOrder } from "./order-actions.ts";
export { orderActionRoutes } from "./order-routes.ts";
export { closePicklist, putBackPackages } from "./picklist/close-picklist.ts";
export { createPicklist } from "./picklist/create-picklist.ts";
export { type PicklistId, picklistLifecycle } from "./picklist/picklist.ts";
export { receivePicklist } from "./picklist/receive-picklist.ts";
export { reportNotFound } from "./picklist/report-not-found.ts";
export { picklistRoutes } from "./picklist/routes.ts";
export { labelShown } from "./print-labels.ts";
export { type Released, releaseUnits, whoGoesWithout } from "./release-units.ts";
export { type CancelAnswer, requestCancel, settleCancel } from "./request-cancel.ts";
export { ruleDryRunRoutes } from "./rule-dry-run.ts";
export { parcelOfUnits, type RuleParcel } from "./rule-facts.ts";
export { shipmentRoutes } from "./shipment-routes.ts";
export { type PackageState, packageLifecycle } from "./shipping-package.ts";
export { shownTime } from "./shown-time.ts";
export type { StepResult } from "./step.ts";
export { type LockedPackage, type LockedUnit, lockPackages, lockUnits } from "./store.ts";
export { takeIrn } from "./take-irn.ts";
export { takeStock } from "./take-stock.ts";
export { wakeAllocation, wakeUnserved } from "./wake-allocation.ts";
