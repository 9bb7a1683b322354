import { z } from "zod";
import { tenantSetting } from "../identity/index.ts";

/** "Courier Return allowed in any warehouse" (behaviours 6.5), default True. Reverse pickups need none. */
export const returnAnywhere = tenantSetting({
  name: "returns.courierReturnAnywhere",
  label: "Courier Return allowed in any warehouse",
  help: "A parcel that turned back (RTO) may be received in any facility. Off: only in the one that the Channel Return Facility Mapping names, or, without one, where it was sent from.",
  schema: z.boolean(),
  initial: true,
});
