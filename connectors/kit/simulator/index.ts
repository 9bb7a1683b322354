/** The simulator kit: small HTTP servers with state that behave like a marketplace, and misbehave on demand.
 *  They know nothing of the product they are tried with: only the contract files and this folder are imported. */
export { type Action, cancelUnits, type Done, settleStatus } from "./actions.ts";
export { FAULT_KINDS, type Fault, type FaultKind } from "./faults.ts";
export { deepMerge, isJson, type Json } from "./json.ts";
export {
  type MarketplaceDialect,
  type MarketplaceSetup,
  type Simulation,
  startMarketplace,
  WishRefused,
} from "./marketplace.ts";
export { fullTitle } from "./orders.ts";
export type { Announcement, PushOperation } from "./pusher.ts";
export { type Random, seededRandom } from "./random.ts";
export { type Answer, type Call, createServer, type Refusals, type SimulatorServer } from "./server.ts";
export type {
  Address,
  CatalogueVariant,
  Clock,
  PushRecord,
  RunningSimulator,
  Seller,
  SimOrder,
  SimOrderItem,
  SimulatorFactory,
  SimulatorOptions,
  Target,
} from "./types.ts";
export { type Received, stockOf, takeStock, variantKey, type World } from "./world.ts";
