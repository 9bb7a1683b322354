import type { ChannelId, TenantId } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import { sql } from "../../platform/db.ts";

export interface DemoChannel {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly state: string;
}

export function demoChannels(services: Services, tenantId: TenantId): Promise<DemoChannel[]> {
  return services.db.read(tenantId, (tx) =>
    tx.run(
      sql<DemoChannel>`select channel_id as "channelId", code, source, state from godown.channel where tenant_id = ${tx.tenantId} order by created_at, code`,
    ),
  );
}

export async function listingsOf(ctx: Ctx, channelId: ChannelId): Promise<number> {
  const { count } = await ctx.db.read(ctx.tenantId, (tx) =>
    tx.one(
      sql<{
        count: number;
      }>`select count(*) as count from godown.listing where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`,
    ),
  );
  return count;
}
