import { intakeChannels } from "../../channels/index.ts";
import type { ChannelId, FacilityId, SkuId } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db.ts";
import { freeAfterDemand } from "../allocation/allocation.store.ts";
import { chooseFacility } from "../allocation/decide.ts";

/**
 * The facility of units that were not routed yet, by the rules of routing: the first of the channel's list that has all, else
 * any (the store alone, where its source sells from one). That a courier of ours serves the address does not matter any
 * more. Null: the channel has no facility.
 */
export async function facilityLeft(tx: Tx, channelId: ChannelId, skuIds: readonly SkuId[]): Promise<FacilityId | null> {
  const facilities = (await intakeChannels(tx, [channelId])).get(channelId)?.facilities ?? [];
  const wanted = new Map<SkuId, number>();
  for (const skuId of skuIds) wanted.set(skuId, (wanted.get(skuId) ?? 0) + 1);
  const rows = await freeAfterDemand(
    tx,
    facilities.map((facility) => facility.facilityId),
    [...wanted.keys()],
  );
  const choice = chooseFacility(
    wanted,
    facilities.map(({ facilityId, code }) => {
      const free = new Map(rows.filter((row) => row.facilityId === facilityId).map((row) => [row.skuId, row.free]));
      return { facilityId, code, served: true, free };
    }),
  );
  return choice?.chosen ?? null;
}
