import { onCancelAnswer, onChannelChanged, onListingMapped, startAfterGoLive } from "../channels/index.ts";
import { settleCancel } from "../fulfilment/index.ts";
import { tenantWentLiveJob } from "../identity/index.ts";
import { retryIntakeJob, routeOrdersJob } from "../orders/index.ts";
import { enqueue, enqueueAll, type JobRegistry } from "../platform/jobs.ts";

/**
 * What a module on the left sets off in modules on its right, which it may not import. Each is enqueued in the
 * transaction of its cause.
 */
onListingMapped((tx, _ctx, mapped) =>
  enqueueAll(
    tx,
    retryIntakeJob,
    mapped.map(({ channelProductId }) => ({ cause: `LISTING:${channelProductId}` })),
  ),
);
onChannelChanged(async (tx, _ctx, channelId) => {
  await enqueue(tx, retryIntakeJob, { cause: null });
  await enqueue(tx, routeOrdersJob, { channelId });
});
onCancelAnswer(settleCancel);

/** Jobs whose definition belongs to a module on the left of those that do the work. */
export function registerWiring(registry: JobRegistry): void {
  registry.handle(tenantWentLiveJob, async (ctx) => {
    await startAfterGoLive(ctx);
    await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, retryIntakeJob, { cause: null }));
    return "done";
  });
}
