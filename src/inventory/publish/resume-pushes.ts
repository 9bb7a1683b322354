import { pushInventoryJob } from "../../channels/index.ts";
import type { Services } from "../../platform/context.ts";
import { enqueueAll } from "../../platform/jobs.ts";
import { channelsLeftWaiting } from "./publish.store.ts";

/** What waits longer than this was held up by failures: it is tried every few minutes, not with the queue's growing pauses. */
const WAITED_TOO_LONG_MINUTES = 3;

/**
 * Every few minutes: pushes of channels whose figures have waited too long. A push waits once per channel, however often it is
 * woken, and asks the source's limits and pauses as always. One tenant's trouble does not stop the others.
 */
export async function resumePushes(services: Services): Promise<void> {
  const now = services.clock.now();
  const before = now.subtract({ minutes: WAITED_TOO_LONG_MINUTES });
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await services.db.transaction(tenantId, async (tx) => {
        const channels = await channelsLeftWaiting(tx, before, now);
        await enqueueAll(
          tx,
          pushInventoryJob,
          channels.map((channelId) => ({ channelId })),
          { runAt: now },
        );
      });
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "pushes of stock could not be woken");
    }
  }
}
