import type { Connector } from "../../connectors/kit/index.ts";
import type { Result } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import type { Channel, ChannelSettings } from "./channel.ts";
import { type Confirmation, type DecidedFacilities, decideFacilities } from "./facilities.ts";
import { tenantFacilities } from "./store.ts";

/**
 * Asks `decideFacilities` with what is stored of the channel, which the caller holds locked (or has not added yet).
 * Facilities that are not the tenant's are `refuseSettings`' business. Refusals: those of `decideFacilities`.
 */
export async function checkFacilities(
  tx: Tx,
  source: Connector,
  channel: Pick<Channel, "code" | "fields" | "facilities">,
  wish: {
    readonly fields: Readonly<Record<string, string>>;
    readonly facilities: ChannelSettings["facilities"];
    readonly confirm: readonly Confirmation[];
  },
): Promise<Result<DecidedFacilities>> {
  const codes = new Map((await tenantFacilities(tx)).map((facility) => [facility.facilityId, facility.code]));
  return decideFacilities(source, {
    channel: channel.code,
    fields: wish.fields,
    facilities: wish.facilities.map((facility) => ({ ...facility, code: codes.get(facility.facilityId) ?? "" })),
    before: {
      fields: channel.fields,
      facilities: channel.facilities.map((facility) => codes.get(facility.facilityId) ?? ""),
    },
    confirm: wish.confirm,
  });
}
