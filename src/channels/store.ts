import type { ChannelId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { IntakeChannel } from "./channel.ts";

/** The channels of a batch of orders, with their facilities in routing order: one query. */
export async function intakeChannels(tx: Tx, channelIds: readonly ChannelId[]): Promise<Map<ChannelId, IntakeChannel>> {
  const rows = await tx.run(sql<IntakeChannel>`
    select c.channel_id as "channelId", c.code, c.source, c.state, c.auto_verify as "autoVerify", c.create_on_hold as "createOnHold",
      c.package_type as "packageType", c.priority, t.live as "tenantLive",
      coalesce((
        select jsonb_agg(jsonb_build_object('facilityId', cf.facility_id, 'code', f.code, 'channelWarehouse', cf.channel_warehouse) order by cf.rank)
        from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
        where cf.tenant_id = c.tenant_id and cf.channel_id = c.channel_id and f.enabled
      ), '[]') as facilities
    from godown.channel c join godown.tenant t using (tenant_id)
    where c.tenant_id = ${tx.tenantId} and c.channel_id = any(${channelIds}::uuid[])`);
  return new Map(rows.map((row) => [row.channelId, row]));
}
