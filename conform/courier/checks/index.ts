/** All checks, in the order they are run: who may ask, then a parcel's life, and last what is given back. */
import type { Check } from "../../check.ts";
import type { CourierOperation } from "../options.ts";
import type { CourierSession } from "../session.ts";
import { authChecks } from "./auth.ts";
import { cancelChecks, manifestChecks } from "./handover.ts";
import { trackingChecks } from "./tracking.ts";
import { waybillChecks } from "./waybill.ts";

export const COURIER_CHECKS: readonly Check<CourierSession, CourierOperation>[] = [
  ...authChecks,
  ...waybillChecks,
  ...trackingChecks,
  ...manifestChecks,
  ...cancelChecks,
];
