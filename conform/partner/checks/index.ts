/** All checks, in the order they are run: who may tell, then each event in the order of a parcel's life. */
import type { Check } from "../../check.ts";
import type { PartnerOperation } from "../options.ts";
import type { PartnerSession } from "../session.ts";
import { eventChecks } from "./events.ts";
import { tokenChecks } from "./token.ts";
import { offeredCheck, promptCheck } from "./whole.ts";

export const PARTNER_CHECKS: readonly Check<PartnerSession, PartnerOperation>[] = [
  ...tokenChecks,
  offeredCheck,
  ...eventChecks,
  promptCheck,
];
