/** The simulator kit: small HTTP servers with state that behave like a marketplace, and misbehave on demand.
 *  They know nothing of the product they are tried with: only the contract files and this folder are imported. */
export { type Action, cancelReasonMark, cancelUnits, type Done, endReview, settleStatus } from "./actions.ts";
export type { LoggedCall } from "./call-log.ts";
export { FAULT_KINDS, type Fault, type FaultKind, NOT_A_FILE } from "./faults.ts";
export { type Bounded, bounded, deepMerge, isJson, type Json } from "./json.ts";
export {
  ActionRefused,
  type MarketplaceDialect,
  type MarketplaceSetup,
  type Simulation,
  startMarketplace,
  WishRefused,
} from "./marketplace.ts";
export { fullTitle } from "./orders.ts";
export type { LimitCount, LimitCounters, PublishedLimit, PublishedLimits } from "./published-limits.ts";
export type { Announcement, PushOperation } from "./pusher.ts";
export { type Random, seededRandom } from "./random.ts";
export { markReturned, openReturn } from "./returns.ts";
export {
  type Answer,
  type Call,
  createServer,
  type FoundFile,
  type PagedCall,
  type Refusals,
  type SimulatorServer,
} from "./server.ts";
export type { SettingsBox } from "./settings.ts";
export type {
  Address,
  CatalogueVariant,
  Clock,
  PushRecord,
  Remembered,
  RunningSimulator,
  Seller,
  ServedCall,
  SimCourierStatus,
  SimCreditNote,
  SimInvoice,
  SimIrn,
  SimOrder,
  SimOrderItem,
  SimParcel,
  SimReturn,
  SimSettings,
  SimShipment,
  SimulatorFactory,
  SimulatorOptions,
  Tamper,
  Target,
} from "./types.ts";
export { type Received, stockOf, takeStock, variantKey, type World, type Write } from "./world.ts";
