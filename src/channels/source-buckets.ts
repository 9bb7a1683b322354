import type { BucketWish, SharedBuckets } from "../../connectors/kit/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { emptyBucket, holdBucket, setRate, takeToken, untilToken } from "./source-bucket.store.ts";

/** Where too little is missing for a wait in milliseconds to tell. */
const WAIT_MIN_MS = 1;

/** A channel's buckets of slow operations, kept in the database: by the clock of who calls, for all processes together. */
export function sourceBuckets(ctx: Pick<Ctx, "db" | "tenantId" | "clock">, channelId: ChannelId): SharedBuckets {
  const of = (wish: BucketWish) => ({ ...wish, channelId, now: ctx.clock.now() });
  return {
    take: (wish, interactive) =>
      ctx.db.transaction(ctx.tenantId, async (tx) => {
        const bucket = of(wish);
        if (await takeToken(tx, bucket, interactive)) return null;
        return Math.max(WAIT_MIN_MS, await untilToken(tx, bucket, interactive));
      }),
    learn: (wish, requestsPerSecond) =>
      ctx.db.transaction(ctx.tenantId, (tx) => setRate(tx, of(wish), requestsPerSecond)),
    empty: (wish, forMs) => ctx.db.transaction(ctx.tenantId, (tx) => emptyBucket(tx, of(wish), forMs)),
    hold: (wish, forMs) => ctx.db.transaction(ctx.tenantId, (tx) => holdBucket(tx, of(wish), forMs)),
  };
}
