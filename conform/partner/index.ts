/** The partner protocol: what a hub tells those who want to be told. */
import type { Protocol } from "../protocol.ts";
import { PARTNER_CHECKS } from "./checks/index.ts";
import { PARTNER_OPERATIONS, type PartnerOptions } from "./options.ts";
import { playOf, usageOf } from "./play.ts";
import { createSession } from "./session.ts";

export const partner: Protocol<PartnerOptions> = {
  name: "partner",
  contract: "partner-notifications",
  checks: PARTNER_CHECKS,
  operations: PARTNER_OPERATIONS,
  usageOf,
  open: (options, client, startedAt) => playOf(createSession(options, client, startedAt)),
};
