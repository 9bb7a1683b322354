import { lookJob } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { enqueue, enqueueAll, type JobRegistry } from "../platform/jobs.ts";
import { registerCourierTracking } from "./courier-tracking/jobs.ts";
import { followParcelsJob } from "./courier-tracking/wake.ts";
import { applyDue } from "./hear.ts";
import { deleteOldWords, dueChannels } from "./journal.store.ts";
import { ORDER_WAIT_HOURS } from "./journal.ts";
import { look } from "./look.ts";
import { deleteOldRereads } from "./reread.store.ts";
import { rereadDay, rereadJob, rereadTurn, startRereads } from "./reread.ts";
import { registerSelection } from "./sync-selection.ts";
import { anyDueTracking } from "./tracking.store.ts";
import { applyTracking } from "./tracking.ts";
import { applyWordsJob } from "./wake-words.ts";

const LOOKS_PER_JOB = 10;
/** Beyond the weeks for which delivered orders are asked for: a word that is told again must still be known. */
const WORDS_KEPT_DAYS = 120;
const REREADS_KEPT_DAYS = 90;
const DELETED_AT_ONCE = 5_000;
const DELETE_ROUNDS_MAX = 200;

/** Handlers and schedules of this module. Called once by a process that works. */
export function registerJobs(registry: JobRegistry): void {
  registry.handle(applyWordsJob, async (ctx, payload) => {
    const channelId = payload.channelId as ChannelId; // parsed as an id by the job's schema
    for (let look = 0; look < LOOKS_PER_JOB; look++) if (!(await applyDue(ctx, channelId))) return "done";
    await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, applyWordsJob, { channelId }));
    return "done";
  });
  registry.handle(followParcelsJob, async (ctx) => {
    for (let look = 0; look < LOOKS_PER_JOB; look++) if ((await applyTracking(ctx, null)) === 0) break;
    return "done";
  });
  registry.handle(rereadJob, (ctx, { channelId }) => rereadTurn(ctx, channelId as ChannelId)); // parsed by the job's schema
  registry.handle(lookJob, (ctx, { channelId }) => look(ctx, channelId as ChannelId)); // parsed by the job's schema
  registerSelection(registry);
  registerCourierTracking(registry);
  registry.schedule("status-sync.due_words", "* * * * *", startDueWords);
  registry.schedule("status-sync.rereads", "*/5 * * * *", startRereads);
  registry.schedule("status-sync.expire_words", "40 20 * * *", expireWords);
}

/** Each minute: words and parcels' tracking that are due and that no run is applying. */
export async function startDueWords(services: Services): Promise<void> {
  const now = services.clock.now();
  const giveUpBefore = now.subtract({ hours: ORDER_WAIT_HOURS });
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    await services.db.transaction(tenantId, async (tx) => {
      const channels = await dueChannels(tx, { now, giveUpBefore });
      await enqueueAll(
        tx,
        applyWordsJob,
        channels.map((channelId) => ({ channelId })),
      );
      if (await anyDueTracking(tx)) await enqueue(tx, followParcelsJob, {});
    });
  }
}

async function expireWords(services: Services): Promise<void> {
  const now = services.clock.now();
  const before = now.subtract({ hours: 24 * WORDS_KEPT_DAYS });
  for (const { tenantId } of await services.db.tenants()) {
    // In shares, so that no transaction holds many rows for long.
    for (let round = 0; round < DELETE_ROUNDS_MAX; round++)
      if (
        (await services.db.transaction(tenantId, (tx) => deleteOldWords(tx, before, DELETED_AT_ONCE))) < DELETED_AT_ONCE
      )
        break;
    const day = rereadDay(now).subtract({ days: REREADS_KEPT_DAYS });
    await services.db.transaction(tenantId, (tx) => deleteOldRereads(tx, day));
  }
}
