export { acceptOrders, settleAcceptance } from "./acknowledge.ts";
export { contentHash } from "./content-hash.ts";
export { createCustomOrders, type Entered } from "./create-custom-orders.ts";
export type { CustomFieldPair } from "./custom-fields/custom-field.ts";
export { customFieldRefusals } from "./custom-fields/errors.ts";
export { saveField as saveCustomField } from "./custom-fields/save-field.ts";
export { customFieldsOf, type FieldSubjects, type ListedField, listedFields } from "./custom-fields/sent.ts";
export { orderRefusals } from "./errors.ts";
export { writeEvents } from "./events.store.ts";
export {
  type ExceptionKind,
  exceptionKinds,
  type NewException,
  openExceptions,
  settleExceptions,
  settleOfOrders,
} from "./exceptions.store.ts";
export { HELD_UNTIL } from "./hold-reasons.ts";
export { listExceptions } from "./intake.queries.ts";
export { retryIntakeJob, routeOrdersJob } from "./jobs.ts";
export type { RawOrder, Receipt } from "./judged.ts";
export { dropReviewed, type KeptStock, keptFor, letReviewGo } from "./pendency.ts";
export type { PendencyId } from "./pendency-plan.ts";
export { type PullHooks, pullOrders } from "./pull-orders.ts";
export { pullPendency } from "./pull-pendency.ts";
export { type OrdersRead, readOrders } from "./read-orders.ts";
export { type Page, type PageWish, readPages } from "./read-pages.ts";
export { receiveOrders } from "./receive-orders.ts";
export { recordEvent, saidBefore } from "./record-event.store.ts";
export { recordMalformed } from "./record-malformed.ts";
export { registerJobs } from "./registrations.ts";
export { type Correction, retryEntries, retryWaiting } from "./retry-intake.ts";
export { orderRoutes } from "./routes.ts";
export {
  BLOCKING_STATES,
  type SaleOrderState,
  saleOrderLifecycle,
  type UnitState,
  unitLifecycle,
  WAITING_STATES,
} from "./sale-order.ts";
export { wakeIntake } from "./wake-intake.ts";
