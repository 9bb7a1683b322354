import type { ChannelId, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import { FREE_PACE, type Pace } from "./cadence.ts";
import type { SyncKind, SyncRunId } from "./channel.ts";

export type RunState = "RUNNING" | "DONE" | "PARTIAL" | "FAILED" | "REFUSED";
export type Trigger = "SCHEDULE" | "CHANGE" | "PERSON" | "NIGHTLY";

export interface SyncState {
  readonly kind: SyncKind;
  readonly enabled: boolean;
  readonly cursor: unknown;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastMessage: string | null;
  readonly consecutiveFailures: number;
  readonly nextRunAt: Instant | null;
}

const stateColumns = sql`
  kind, enabled, cursor, last_attempt_at as "lastAttemptAt", last_success_at as "lastSuccessAt", last_message as "lastMessage",
  consecutive_failures as "consecutiveFailures", next_run_at as "nextRunAt"`;

/** One row per sync that the source offers; those that are there keep what they hold. */
export async function ensureSyncs(tx: Tx, channelId: ChannelId, kinds: readonly SyncKind[]): Promise<void> {
  await tx.run(sql`
    insert into godown.sync_state (tenant_id, channel_id, kind)
    select ${tx.tenantId}::uuid, ${channelId}::uuid, k from unnest(${kinds}::text[]) as k order by k
    on conflict (tenant_id, channel_id, kind) do nothing`);
}

export async function dueNow(tx: Tx, channelId: ChannelId, kinds: readonly SyncKind[], at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.sync_state set next_run_at = ${at}
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = any (${kinds}::text[])`);
}

export function syncStates(tx: Tx, channelId: ChannelId): Promise<SyncState[]> {
  return tx.run(sql<SyncState>`
    select ${stateColumns} from godown.sync_state where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
}

export function lockSync(tx: Tx, channelId: ChannelId, kind: SyncKind): Promise<SyncState | undefined> {
  return tx.first(sql<SyncState>`
    select ${stateColumns} from godown.sync_state
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = ${kind} for update`);
}

export async function switchSync(tx: Tx, channelId: ChannelId, kind: SyncKind, enabled: boolean): Promise<void> {
  await tx.run(sql`
    update godown.sync_state set enabled = ${enabled} where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = ${kind}`);
}

export interface DueSync {
  readonly channelId: ChannelId;
  readonly source: string;
  readonly kind: SyncKind;
  readonly pace: Pace;
}

/** What sets the pace of a channel's orders and statuses, which run together: as a JSON value of the row of `c`. */
const paceOf = sql`jsonb_build_object('wishedMinutes', c.sync_every_minutes, 'costSeconds', (
  select coalesce(sum(x.cost_seconds), 0)::integer from godown.sync_state x
  where x.tenant_id = c.tenant_id and x.channel_id = c.channel_id and x.kind in ('ORDERS', 'STATUS_CANCELLED')))`;

export async function paceOfChannel(tx: Tx, channelId: ChannelId): Promise<Pace> {
  const row = await tx.first(sql<{ pace: Pace }>`
    select ${paceOf} as pace from godown.channel c where c.tenant_id = ${tx.tenantId} and c.channel_id = ${channelId}`);
  return row?.pace ?? FREE_PACE;
}

/** What a person wants; null: as often as limits allow. Gives what it was; undefined where there is no such channel. */
export async function setWishedMinutes(
  tx: Tx,
  channelId: ChannelId,
  minutes: number | null,
): Promise<{ readonly code: string; readonly before: number | null } | undefined> {
  return tx.first(sql<{ code: string; before: number | null }>`
    with before as (
      select channel_id, code, sync_every_minutes from godown.channel
      where tenant_id = ${tx.tenantId} and channel_id = ${channelId} for update
    )
    update godown.channel c set sync_every_minutes = ${minutes} from before
    where c.tenant_id = ${tx.tenantId} and c.channel_id = before.channel_id
    returning before.code, before.sync_every_minutes as before`);
}

/** Requests of a run, by the source's name of the operation. */
export async function callsOfRun(tx: Tx, syncRunId: SyncRunId): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.run(sql<{ operation: string; calls: number }>`
    select split_part(operation, '/', 2) as operation, count(*)::integer as calls from godown.exchange
    where tenant_id = ${tx.tenantId} and sync_run_id = ${syncRunId} group by 1`);
  return new Map(rows.map((row) => [row.operation, row.calls]));
}

/** What a run took, and from when it may run again at the earliest. */
export async function writeCost(
  tx: Tx,
  run: { channelId: ChannelId; kind: SyncKind },
  cost: { readonly seconds: number; readonly notBefore: Instant | null },
): Promise<void> {
  await tx.run(sql`
    update godown.sync_state set cost_seconds = ${cost.seconds},
      next_run_at = case when next_run_at is null then null else greatest(next_run_at, ${cost.notBefore}::timestamptz) end
    where tenant_id = ${tx.tenantId} and channel_id = ${run.channelId} and kind = ${run.kind}`);
}

/** Brings a run by the clock forward; a sync that nothing starts by the clock stays so. */
export async function runSooner(tx: Tx, run: { channelId: ChannelId; kind: SyncKind }, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.sync_state set next_run_at = least(next_run_at, ${at})
    where tenant_id = ${tx.tenantId} and channel_id = ${run.channelId} and kind = ${run.kind} and next_run_at is not null`);
}

/** Takes the syncs that are due, each with the time of its next run: two processes never take the same. */
export function takeDue(tx: Tx, now: Instant): Promise<DueSync[]> {
  return tx.run(sql<DueSync>`
    select s.channel_id as "channelId", c.source, s.kind, ${paceOf} as pace
    from godown.sync_state s join godown.channel c using (tenant_id, channel_id)
    where s.tenant_id = ${tx.tenantId} and s.enabled and c.state = 'CONNECTED' and s.next_run_at <= ${now}
    order by s.channel_id, s.kind for update of s skip locked`);
}

export async function setNextRuns(
  tx: Tx,
  rows: readonly { channelId: ChannelId; kind: SyncKind; nextRunAt: Instant | null }[],
): Promise<void> {
  await tx.run(sql`
    update godown.sync_state s set next_run_at = r."nextRunAt"
    from jsonb_to_recordset(${json(rows)}) as r("channelId" uuid, kind text, "nextRunAt" timestamptz)
    where s.tenant_id = ${tx.tenantId} and s.channel_id = r."channelId" and s.kind = r.kind`);
}

export interface SyncRun {
  readonly syncRunId: SyncRunId;
  readonly channelId: ChannelId;
  readonly kind: SyncKind;
  readonly trigger: Trigger;
  readonly state: RunState;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly okCount: number;
  readonly failedCount: number;
  readonly message: string | null;
  readonly startedBy: string | null;
  readonly heartbeatAt: Instant;
}

const runColumns = sql`
  sync_run_id as "syncRunId", channel_id as "channelId", kind, trigger, state, started_at as "startedAt", finished_at as "finishedAt",
  ok_count as "okCount", failed_count as "failedCount", message, started_by as "startedBy", heartbeat_at as "heartbeatAt"`;

export function runningRun(tx: Tx, channelId: ChannelId, kind: SyncKind): Promise<SyncRun | undefined> {
  return tx.first(sql<SyncRun>`
    select ${runColumns} from godown.sync_run
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = ${kind} and state = 'RUNNING'`);
}

export function findRun(tx: Tx, syncRunId: SyncRunId): Promise<SyncRun | undefined> {
  return tx.first(sql<SyncRun>`
    select ${runColumns} from godown.sync_run where tenant_id = ${tx.tenantId} and sync_run_id = ${syncRunId}`);
}

export async function insertRun(tx: Tx, run: SyncRun): Promise<void> {
  await tx.run(sql`
    insert into godown.sync_run (tenant_id, sync_run_id, channel_id, kind, trigger, state, started_at, finished_at, message, started_by, heartbeat_at)
    values (${tx.tenantId}, ${run.syncRunId}, ${run.channelId}, ${run.kind}, ${run.trigger}, ${run.state}, ${run.startedAt}, ${run.finishedAt},
      ${run.message}, ${run.startedBy}, ${run.heartbeatAt})`);
}

export async function beat(
  tx: Tx,
  syncRunId: SyncRunId,
  counts: { ok: number; failed: number },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sync_run set heartbeat_at = ${at}, ok_count = ${counts.ok}, failed_count = ${counts.failed}
    where tenant_id = ${tx.tenantId} and sync_run_id = ${syncRunId} and state = 'RUNNING'`);
}

/** Ends a run. False where it had ended already. */
export async function finishRun(
  tx: Tx,
  run: { syncRunId: SyncRunId; state: RunState; ok: number; failed: number; message: string | null },
  at: Instant,
): Promise<boolean> {
  const ended = await tx.count(sql`
    update godown.sync_run set state = ${run.state}, finished_at = ${at}, heartbeat_at = ${at}, ok_count = ${run.ok}, failed_count = ${run.failed}, message = ${run.message}
    where tenant_id = ${tx.tenantId} and sync_run_id = ${run.syncRunId} and state = 'RUNNING'`);
  return ended === 1;
}

/** Keeps how far a run came. False where the run is not under way any more: then nothing is written. */
export async function saveCursor(
  tx: Tx,
  run: { syncRunId: SyncRunId; channelId: ChannelId; kind: SyncKind },
  cursor: unknown,
  at: Instant,
): Promise<boolean> {
  const written = await tx.count(sql`
    with locked as ( -- the sync first, then its run: the order in which a run begins
      select tenant_id from godown.sync_state
      where tenant_id = ${tx.tenantId} and channel_id = ${run.channelId} and kind = ${run.kind} for update
    ), alive as (
      update godown.sync_run r set heartbeat_at = ${at} from locked
      where r.tenant_id = locked.tenant_id and r.sync_run_id = ${run.syncRunId} and r.state = 'RUNNING' returning r.tenant_id
    )
    update godown.sync_state s set cursor = ${json(cursor)} from alive
    where s.tenant_id = alive.tenant_id and s.channel_id = ${run.channelId} and s.kind = ${run.kind}`);
  return written === 1;
}

/** Writes what an attempt came to. A cursor is given only after everything before it is stored. */
export async function recordAttempt(
  tx: Tx,
  channelId: ChannelId,
  kind: SyncKind,
  attempt: { at: Instant; succeeded: boolean; message: string | null; cursor?: unknown },
): Promise<void> {
  await tx.run(sql`
    insert into godown.sync_state as s (tenant_id, channel_id, kind, last_attempt_at, last_success_at, last_message, consecutive_failures)
    values (${tx.tenantId}, ${channelId}, ${kind}, ${attempt.at}, ${attempt.succeeded ? attempt.at : null}, ${attempt.message}, ${attempt.succeeded ? 0 : 1})
    on conflict (tenant_id, channel_id, kind) do update set last_attempt_at = excluded.last_attempt_at,
      last_success_at = coalesce(excluded.last_success_at, s.last_success_at), last_message = excluded.last_message,
      consecutive_failures = case when ${attempt.succeeded} then 0 else s.consecutive_failures + 1 end,
      cursor = coalesce(${attempt.cursor === undefined ? null : JSON.stringify(attempt.cursor)}::jsonb, s.cursor)`);
}

export interface SyncLag {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly kind: SyncKind;
  readonly connectedAt: Instant;
  readonly lastSuccessAt: Instant | null;
  readonly lastMessage: string | null;
  /** Longest waiting thing that is still to be told, of kinds that tell. */
  readonly waitingSince: Instant | null;
}

/** What the lag of each sync is measured from: of connected channels, where it is switched on. */
export function syncLags(tx: Tx, channelId: ChannelId | null): Promise<SyncLag[]> {
  return tx.run(sql<SyncLag>`
    select c.channel_id as "channelId", c.code, c.source, s.kind, coalesce(c.connected_at, c.created_at) as "connectedAt",
      least(s.last_success_at, case when s.kind in ('STATUS_CANCELLED', 'STATUS_DELIVERED') then ( -- of several lists the one that is furthest behind counts
        select min(coalesce((f.value ->> 'okAt')::timestamptz, c.connected_at, c.created_at)) from jsonb_each(s.cursor -> 'feeds') f) end) as "lastSuccessAt",
      s.last_message as "lastMessage",
      case s.kind
        when 'INVENTORY' then (select min(d.since) from godown.listing_dirty d where d.tenant_id = c.tenant_id and d.channel_id = c.channel_id)
        when 'NOTIFICATIONS' then (select min(n.created_at) from godown.channel_notice n where n.tenant_id = c.tenant_id and n.channel_id = c.channel_id and n.kind = 'STATE' and n.state in ('PENDING', 'UNKNOWN'))
        when 'DISPATCH' then (select min(n.created_at) from godown.channel_notice n where n.tenant_id = c.tenant_id and n.channel_id = c.channel_id and n.kind = 'DISPATCH' and n.state in ('PENDING', 'UNKNOWN'))
      end as "waitingSince"
    from godown.sync_state s join godown.channel c using (tenant_id, channel_id)
    where s.tenant_id = ${tx.tenantId} and s.enabled and c.state = 'CONNECTED' and (${channelId}::uuid is null or c.channel_id = ${channelId}::uuid)
    order by c.code, s.kind`);
}
