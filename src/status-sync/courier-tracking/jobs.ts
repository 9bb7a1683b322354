import { z } from "zod";
import { settleExceptions } from "../../orders/index.ts";
import { type Services, systemCtx } from "../../platform/context.ts";
import { enqueue, type JobRegistry, job } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import { pollCourierJob, pollTurn, startPolls } from "./poll.ts";
import { placeWaiting } from "./push.ts";
import { deleteOldPushes, giveUpPushes, placeablePushes, settledDoubts } from "./store.ts";

/** A number that no parcel got within these days will get none. */
const WAIT_DAYS = 14;
/** Bodies of pushes may hold names of riders: they are kept as long as exchanges are. */
const KEPT_DAYS = 30;
const PLACED_AT_ONCE = 200;
const PLACE_ROUNDS = 10;
const DELETED_AT_ONCE = 5_000;
const DELETE_ROUNDS_MAX = 200;

const NOTES = {
  COURIER_GAVE_BACK: "The package has another number, or needs none any more.",
  LEFT_WITHOUT_MANIFEST: "Its manifest was closed.",
} as const;

const placePushesJob = job("status-sync.place_pushes", {
  payload: z.object({}),
  key: () => "all",
  queue: () => "all",
  attemptsMax: 3,
});

/** Handlers and schedules of couriers' tracking. */
export function registerCourierTracking(registry: JobRegistry): void {
  registry.handle(pollCourierJob, (ctx, { providerId, all }) => pollTurn(ctx, providerId as ShippingProviderId, all)); // parsed by the job's schema
  registry.handle(placePushesJob, async (ctx) => {
    for (let round = 0; round < PLACE_ROUNDS; round++)
      if ((await placeWaiting(ctx, PLACED_AT_ONCE)) < PLACED_AT_ONCE) break;
    return "done";
  });
  registry.schedule("status-sync.poll_couriers", "* * * * *", startPolls);
  registry.schedule("status-sync.tend_pushes", "*/2 * * * *", tendPushes);
  registry.schedule("status-sync.expire_pushes", "50 20 * * *", expirePushes);
}

/** What waited for its parcel and can be placed; doubts whose matter is over. */
export async function tendPushes(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    const ctx = { ...systemCtx(services, tenantId, "status-sync.tend_pushes", "tend-pushes"), now };
    await services.db.transaction(tenantId, async (tx) => {
      await giveUpPushes(tx, now.subtract({ hours: 24 * WAIT_DAYS }), WAIT_DAYS);
      if ((await placeablePushes(tx, 1)).length > 0) await enqueue(tx, placePushesJob, {});
      for (const { kind, key } of await settledDoubts(tx))
        await settleExceptions(tx, ctx, { kind, key, note: NOTES[kind] });
    });
  }
}

async function expirePushes(services: Services): Promise<void> {
  const before = services.clock.now().subtract({ hours: 24 * KEPT_DAYS });
  for (const { tenantId } of await services.db.tenants())
    for (let round = 0; round < DELETE_ROUNDS_MAX; round++)
      if (
        (await services.db.transaction(tenantId, (tx) => deleteOldPushes(tx, before, DELETED_AT_ONCE))) <
        DELETED_AT_ONCE
      )
        break;
}
