/** The courier protocol: what a hub asks of whoever carries parcels. */
import type { Protocol } from "../protocol.ts";
import { COURIER_CHECKS } from "./checks/index.ts";
import { COURIER_OPERATIONS, type CourierOptions } from "./options.ts";
import { playOf, usageOf } from "./play.ts";
import { createSession } from "./session.ts";

export const courier: Protocol<CourierOptions> = {
  name: "courier",
  contract: "shipping-provider",
  checks: COURIER_CHECKS,
  operations: COURIER_OPERATIONS,
  usageOf,
  open: (options, client, startedAt) => playOf(createSession(options, client, startedAt)),
};
