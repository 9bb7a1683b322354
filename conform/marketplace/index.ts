/** The marketplace protocol: what a marketplace offers to hubs. */
import type { Protocol } from "../protocol.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { CHECKED_OPERATIONS, type MarketplaceOptions } from "./options.ts";
import { playOf } from "./play.ts";
import { createSession } from "./session.ts";
import { usageOf } from "./usage.ts";

export type { MarketplaceOptions } from "./options.ts";

export const marketplace: Protocol<MarketplaceOptions> = {
  name: "marketplace",
  contract: "marketplace",
  checks: ALL_CHECKS,
  operations: CHECKED_OPERATIONS,
  usageOf,
  open: (options, client, startedAt) => playOf(createSession(options, client, startedAt)),
};
