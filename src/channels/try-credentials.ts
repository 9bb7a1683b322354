import { type ChannelId, ok } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { JobOutcome } from "../platform/jobs.ts";
import { connectChannel } from "./connect-channel.ts";
import { tryLater } from "./credential-tries.ts";
import { findChannel } from "./store.ts";

/** Connects a broken channel again, as its Connect button does. What does not answer does not use up a try. */
export async function tryCredentials(ctx: Ctx, p: { channelId: ChannelId; tried: number }): Promise<JobOutcome> {
  const { channelId, tried } = p;
  const channel = await ctx.db.read(ctx.tenantId, (tx) => findChannel(tx, channelId));
  if (channel?.state !== "BROKEN") return "done"; // connected, or switched off, by a person meanwhile
  const again = await connectChannel(ctx, channelId);
  if (!again.ok || again.value.connected) return "done";
  const used = again.value.failure === "auth" ? tried + 1 : tried;
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await tryLater(tx, ctx, channelId, used);
    return ok();
  });
  return "done";
}
