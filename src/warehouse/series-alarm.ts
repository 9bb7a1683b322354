import type { AlarmCheck } from "../platform/alarms.ts";
import { facilitiesWithoutSeries } from "./store.ts";

/** Raised for a facility in use that cannot number its invoices: the first parcel packed there would be refused. */
export const seriesMissingCheck: AlarmCheck = {
  kinds: ["SERIES_MISSING"],
  check: async (_ctx, tx) =>
    (await facilitiesWithoutSeries(tx, "SALE_INVOICE")).map(({ facilityId, code }) => ({
      kind: "SERIES_MISSING",
      recordType: "facility",
      recordId: facilityId,
      facilityId,
      severity: "WARNING",
      message: `No SALE_INVOICE sequence is defined for facility ${code}.`,
      whatToDo: "Define it under Settings > Facilities > Sequences.",
    })),
};
