/** What Amazon publishes as its limits (usage plans of each API, 2026-11), for each seller and application. */
import type { PublishedLimits } from "../../kit/simulator/index.ts";

const limit = (requestsPerSecond: number, burst: number) => ({ requestsPerSecond, burst });

export const AMAZON_LIMITS: PublishedLimits = {
  operations: {
    searchOrders: limit(0.0056, 20),
    getOrder: limit(0.5, 30),
    confirmShipment: limit(2, 10),
    searchListingsItems: limit(5, 5),
    getListingsItem: limit(5, 10),
    patchListingsItem: limit(5, 5),
    createFeedDocument: limit(0.5, 15),
    createFeed: limit(0.0083, 15),
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
  },
  enforced: true,
  header: "x-amzn-RateLimit-Limit",
};
