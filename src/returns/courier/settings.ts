import { z } from "zod";
import { tenantSetting } from "../../identity/index.ts";

/** Whether couriers of reverse pickups are asked without a person. */
export const couriersByRules = tenantSetting({
  name: "returns.couriersByRules",
  label: "Couriers of reverse pickups by rules",
  help: "A reverse pickup that you collect yourself gets its courier as soon as it is announced, by the shipping rules of the type REVERSE. Off: a person presses Allocate courier on the Reverse Pickup page.",
  schema: z.boolean(),
  initial: false,
});
