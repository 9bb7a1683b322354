import { type BucketWish, FILL_SHARE, HAIR } from "../../connectors/kit/index.ts";
import type { ChannelId, Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

interface Bucket extends BucketWish {
  readonly channelId: ChannelId;
  readonly now: Instant;
}

/** Present rate: what the source told, unless the declaration changed since. */
const rate = sql`case when b.declared_rate = excluded.declared_rate then b.rate else excluded.declared_rate end`;

/** What is in the bucket by now. `excluded` holds the moment, the depth and the declared rate. */
const tokens = sql`least(excluded.burst::float8, b.tokens
  + greatest(0, extract(epoch from excluded.filled_at - b.filled_at))::float8 * (${rate}) * ${FILL_SHARE}::float8)`;

/** Seconds since the bucket `b` was filled. */
function waited({ now }: Bucket) {
  return sql`greatest(0, extract(epoch from ${now}::timestamptz - b.filled_at))::float8`;
}

/**
 * Takes a token, in one statement: two processes that ask at once get one each or wait for each other's row.
 * @returns whether there was one
 */
export async function takeToken(tx: Tx, bucket: Bucket, interactive: boolean): Promise<boolean> {
  const wanted = 1 + (interactive ? 0 : bucket.reserved) - HAIR;
  const { channelId, operation, burst, requestsPerSecond, now } = bucket;
  const taken = await tx.first(sql<{ tokens: number }>`
    insert into godown.source_bucket as b (tenant_id, channel_id, operation, tokens, burst, rate, declared_rate, filled_at)
    values (${tx.tenantId}, ${channelId}, ${operation}, ${burst - 1}, ${burst}, ${requestsPerSecond}, ${requestsPerSecond}, ${now})
    on conflict (tenant_id, channel_id, operation) do update set
      tokens = ${tokens} - 1, burst = excluded.burst, rate = ${rate}, declared_rate = excluded.declared_rate,
      filled_at = greatest(b.filled_at, excluded.filled_at)
    where ${tokens} >= ${wanted}::float8 and (b.held_until is null or b.held_until <= excluded.filled_at)
    returning b.tokens`);
  return taken !== undefined;
}

/** Milliseconds until a token may be taken; 0 where one may be by now. */
export async function untilToken(tx: Tx, bucket: Bucket, interactive: boolean): Promise<number> {
  const wanted = 1 + (interactive ? 0 : bucket.reserved);
  const declared = sql`${bucket.requestsPerSecond}::float8`;
  const row = await tx.first(sql<{ tokens: number; rate: number; heldMs: number }>`
    select least(b.burst, b.tokens + ${waited(bucket)} * r.rate * ${FILL_SHARE}::float8) as tokens, r.rate,
      coalesce(extract(epoch from b.held_until - ${bucket.now}::timestamptz), 0)::float8 * 1000 as "heldMs"
    from godown.source_bucket b,
      lateral (select case when b.declared_rate = ${declared} then b.rate else ${declared} end as rate) r
    where b.tenant_id = ${tx.tenantId} and b.channel_id = ${bucket.channelId} and b.operation = ${bucket.operation}`);
  if (!row) return 0;
  const untilTokenMs = ((wanted - row.tokens) / (row.rate * FILL_SHARE)) * 1000;
  return Math.max(0, Math.ceil(Math.max(row.heldMs, untilTokenMs)));
}

/** Keeps the rate that the source told. What was filled until now was filled at the rate before. */
export async function setRate(tx: Tx, bucket: Bucket, perSecond: number): Promise<void> {
  const { channelId, operation, burst, requestsPerSecond, now } = bucket;
  await tx.run(sql`
    insert into godown.source_bucket as b (tenant_id, channel_id, operation, tokens, burst, rate, declared_rate, filled_at)
    values (${tx.tenantId}, ${channelId}, ${operation}, ${burst}, ${burst}, ${perSecond}, ${requestsPerSecond}, ${now})
    on conflict (tenant_id, channel_id, operation) do update set
      tokens = ${tokens}, burst = excluded.burst, rate = excluded.rate, declared_rate = excluded.declared_rate,
      filled_at = greatest(b.filled_at, excluded.filled_at)
    where b.rate <> excluded.rate or b.declared_rate <> excluded.declared_rate`);
}

/** Nobody has a token for so long; then there is one for everybody, whatever is kept for people. */
export async function emptyBucket(tx: Tx, bucket: Bucket, forMs: number): Promise<void> {
  await tx.run(sql`
    update godown.source_bucket b set
      tokens = least(b.burst, b.tokens + ${waited(bucket)} * b.rate * ${FILL_SHARE}::float8,
        ${1 + bucket.reserved}::float8 - ${forMs / 1000}::float8 * b.rate * ${FILL_SHARE}::float8),
      held_until = greatest(b.held_until, ${bucket.now.add({ milliseconds: Math.ceil(forMs) })}::timestamptz),
      filled_at = greatest(b.filled_at, ${bucket.now}::timestamptz)
    where tenant_id = ${tx.tenantId} and channel_id = ${bucket.channelId} and operation = ${bucket.operation}`);
}

/** Nobody has a token for so long; then there are as many as before. */
export async function holdBucket(tx: Tx, bucket: Bucket, forMs: number): Promise<void> {
  await tx.run(sql`
    update godown.source_bucket set held_until = greatest(held_until, ${bucket.now.add({ milliseconds: Math.ceil(forMs) })}::timestamptz)
    where tenant_id = ${tx.tenantId} and channel_id = ${bucket.channelId} and operation = ${bucket.operation}`);
}
