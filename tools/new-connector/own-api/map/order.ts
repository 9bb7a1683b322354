import type { Connector } from "../../../../connectors/kit/index.ts";
import { unwrittenReader } from "../../../../connectors/kit/unfinished.ts";

/** Their order in our words. Pure: money as whole paise, times as instants, each line with the channel's own ids. */
export const readOrder: NonNullable<Connector["readOrder"]> = unwrittenReader(
  "map/order.ts",
  "check the raw order by the contract's schema, then make an ImportedSaleOrder; say what is wrong as faults, never throw.",
);
