/** What a round of pulling is made of: orders to be pulled, runs begun, and the moments at which they are stored and allocated. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { syncNow } from "../../src/channels/index.ts";
import { type ChannelId, must } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { Sale } from "./pull-messages.ts";
import { type PullStage, productOf } from "./pull-stage.ts";

const FINISH_MAX_MS = 180_000;
const LOOK_EVERY_MS = 20;

/** Two lines of one unit each, as the floor writes them, spread over all that their channel sells. */
export function salesFor(channels: readonly number[], orders: number): Sale[] {
  const run = randomUUID().slice(0, 8);
  const half = 500;
  return Array.from({ length: orders }, (_, n) => {
    const channel = channels[n % channels.length] ?? 0;
    const products = [productOf(channel, (n * 7919) % half), productOf(channel, half + ((n * 104_729) % half))];
    return { id: `PL${run}-${n}`, seller: channel, products };
  });
}

export async function startRun(pull: PullStage, channelId: ChannelId): Promise<string> {
  return must(await syncNow(pull.ctx, channelId, "ORDERS")).syncRunId;
}

export async function runsEnded(pull: PullStage, ids: readonly string[]) {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(LOOK_EVERY_MS)) {
    const found = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(sql<{ running: number; ok: number; failed: number; messages: string; endedAt: Temporal.Instant | null }>`
        select count(*) filter (where finished_at is null) as running, sum(ok_count) as ok, sum(failed_count) as failed,
          string_agg(distinct message, ' | ') as messages, max(finished_at) as "endedAt"
        from godown.sync_run where tenant_id = ${tx.tenantId} and sync_run_id = any(${ids}::uuid[])`),
    );
    if (found.running === 0 && found.endedAt !== null) return { ...found, endedAtMs: found.endedAt.epochMilliseconds };
  }
  throw new Error(`orders were not pulled within ${FINISH_MAX_MS / 1000} s`);
}

export async function allocated(pull: PullStage): Promise<void> {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(LOOK_EVERY_MS)) {
    const { waits } = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(sql<{ waits: boolean }>`
        select exists (select from godown.sale_order_item where tenant_id = ${tx.tenantId}
          and state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')) as waits`),
    );
    if (!waits) return;
  }
  throw new Error(`units were not allocated within ${FINISH_MAX_MS / 1000} s`);
}

/** What earlier rounds caused has been done: every figure is told, every run has ended. */
export async function settled(pull: PullStage): Promise<void> {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(100)) {
    const { waiting } = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(
        sql<{ waiting: number }>`
        select (select count(*) from godown.listing_dirty where tenant_id = ${tx.tenantId})
          + (select count(*) from godown.sync_run where tenant_id = ${tx.tenantId} and finished_at is null) as waiting`,
      ),
    );
    if (waiting === 0) return;
  }
  throw new Error(`figures were not told within ${FINISH_MAX_MS / 1000} s`);
}

/** Which of these orders stand here by now. */
export async function storedOf(pull: PullStage, ids: readonly string[]): Promise<string[]> {
  const rows = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
    tx.run(sql<{ id: string }>`
      select channel_order_id as id from godown.sale_order
      where tenant_id = ${tx.tenantId} and channel_id = any(${pull.channels}::uuid[]) and channel_order_id = any(${ids}::text[])`),
  );
  return rows.map((row) => row.id);
}
