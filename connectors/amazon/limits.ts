/** Amazon's published limits, by operation: calls a second and how many may come at once (usage plans, 2026-11). */
import type { OperationLimit } from "../kit/index.ts";

const limit = (requestsPerSecond: number, burst: number): OperationLimit => ({ requestsPerSecond, burst });

export const OPERATION_LIMITS: Readonly<Record<string, OperationLimit>> = {
  searchOrders: limit(0.0056, 20), // one in three minutes: 484 a day
  getOrder: limit(0.5, 30),
  confirmShipment: limit(2, 10),
  searchListingsItems: limit(5, 5),
  getListingsItem: limit(5, 10),
  patchListingsItem: limit(5, 5),
  createFeedDocument: limit(0.5, 15),
  createFeed: limit(0.0083, 15), // one in two minutes
  getFeed: limit(2, 15),
  getFeedDocument: limit(0.0222, 10),
  createReport: limit(0.0167, 15),
  getReports: limit(0.0222, 10),
  getReport: limit(2, 15),
  getReportDocument: limit(0.0167, 15),
  listHandoverSlots: limit(1, 5),
  createScheduledPackage: limit(1, 5),
  getScheduledPackage: limit(1, 5),
  createRestrictedDataToken: limit(1, 10),
  getMarketplaceParticipations: limit(0.016, 15),
};

/** Tells the present rate of its operation; plans of busy sellers are wider. */
export const RATE_HEADER = "x-amzn-RateLimit-Limit";
