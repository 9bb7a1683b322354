/** All checks, in the order they are run: reading before writing, and dispatch last, with what may follow it. */
import type { Check } from "../check.ts";
import { authChecks } from "./auth.ts";
import { cancelChecks } from "./cancel.ts";
import { acknowledgeChecks, dispatchChecks, handoverChecks, reverseChecks, shipmentChecks } from "./handover.ts";
import { newOrderChecks } from "./orders-new.ts";
import { statusChecks } from "./orders-status.ts";
import { productChecks } from "./products.ts";
import { shippingChecks } from "./shipping.ts";
import { stockChecks } from "./stock.ts";

export const ALL_CHECKS: readonly Check[] = [
  ...authChecks,
  ...productChecks,
  ...stockChecks,
  ...newOrderChecks,
  ...statusChecks,
  ...acknowledgeChecks,
  ...shipmentChecks,
  ...shippingChecks,
  ...handoverChecks,
  ...cancelChecks,
  ...dispatchChecks,
  ...reverseChecks,
];
