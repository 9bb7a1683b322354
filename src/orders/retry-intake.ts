import type { Connector, ImportedSaleOrder } from "../../connectors/kit/index.ts";
import { intakeChannels, sourceOf } from "../channels/index.ts";
import { type IntakeId, newId, type Refusal, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { JobOutcome } from "../platform/jobs.ts";
import { explain } from "../platform/refusals.ts";
import { readStored } from "./custom-order.ts";
import { listingsOf } from "./find-listings.ts";
import type { RawOrder } from "./judged.ts";
import { rowsOf } from "./plan-rows.ts";
import { readOrder, type Verdict } from "./read-order.ts";
import * as store from "./receive.store.ts";
import { followUp } from "./receive-orders.ts";

const ENTRIES_PER_ROUND = 100;
const ROUNDS_MAX = 200;

/** What a person may put right on a failed order before it is tried again. */
export interface Correction {
  readonly pincode?: string | undefined;
  readonly state?: string | undefined;
}

export interface Retried {
  readonly intakeId: IntakeId;
  readonly state: "RECEIVED" | "CREATED" | "FAILED" | "IGNORED";
  readonly refusal: Refusal | null;
  readonly saleOrderId: SaleOrderId | null;
}

/** Tries all entries that wait (or that a cause kept waiting) again, in rounds, until none changes. */
export async function retryWaiting(ctx: Ctx, cause: string | null): Promise<JobOutcome> {
  const seen = new Set<IntakeId>();
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const tried = await ctx.db.transaction(ctx.tenantId, (tx) =>
      retryEntries(tx, ctx, { ...(cause === null ? {} : { cause }), limit: ENTRIES_PER_ROUND, except: [...seen] }),
    );
    for (const entry of tried) seen.add(entry.intakeId);
    if (tried.length < ENTRIES_PER_ROUND) return "done";
  }
  return { retry: "there are still entries to try" };
}

/** Reads waiting entries once more and writes what each comes to now: an order, or why it still waits. */
export async function retryEntries(
  tx: Tx,
  ctx: Ctx,
  which: { intakeIds?: readonly IntakeId[]; cause?: string; limit: number; except?: readonly IntakeId[] },
): Promise<Retried[]> {
  const waiting = await store.lockWaiting(tx, which);
  if (waiting.length === 0) return [];
  const channels = await intakeChannels(tx, [...new Set(waiting.map((w) => w.channelId))]);
  const read = waiting.map((entry) => {
    const channel = channels.get(entry.channelId);
    const source = channel && sourceOf(channel.source);
    return { entry, channel, source, order: source ? readAgain(source, entry.raw, entry.correction) : null };
  });
  const listings = await listingsOf(
    tx,
    ctx,
    read.flatMap(({ entry, order }) => (order?.ok ? [{ channelId: entry.channelId, lines: order.value.lines }] : [])),
  );
  const judged = read.map(({ entry, channel, source, order }) => {
    const saleOrderId = newId<"SaleOrder">();
    let verdict: Verdict | { kind: "wait"; refusal: Refusal };
    if (!channel || !source || !order)
      verdict = {
        kind: "fail",
        refusal: { code: "CHANNEL_DISABLED", facts: { channel: entry.channelId } },
        waitsFor: [],
      };
    else if (!channel.tenantLive)
      verdict = {
        kind: "wait",
        refusal: { code: "TENANT_NOT_LIVE_ORDER_WAITS", facts: { order: entry.channelOrderId } },
      };
    else if (!order.ok)
      verdict = {
        kind: "fail",
        refusal: {
          code: order.faults[0]?.code ?? "ORDER_MALFORMED",
          facts: { order: entry.channelOrderId, ...order.faults[0]?.facts },
        },
        waitsFor: null,
      };
    else verdict = readOrder(order.value, source, channel, byProduct(listings, entry.channelId), ctx.now);
    // By whom it came at first is not asked again: a source whose orders no connector reads has them from people.
    const via: RawOrder["via"] = source?.readOrder ? "PULL" : "FORM";
    return { given: { channelId: entry.channelId, via }, entry, verdict, saleOrderId };
  });
  const created = judged.flatMap((j) =>
    j.verdict.kind === "create"
      ? [{ saleOrderId: j.saleOrderId, channelId: j.entry.channelId, order: j.verdict.order, via: "RETRY" }]
      : [],
  );
  if (created.length > 0)
    await store.insertOrders(
      tx,
      rowsOf(created, ctx.actor),
      created.map((c) => c.saleOrderId),
      ctx.now,
    );
  const settled = judged.map((j) => settledOf(j));
  await store.settleWaiting(tx, settled, ctx.now, ctx.actor.name);
  await followUp(tx, ctx, judged);
  return settled.map((s) => ({ intakeId: s.intakeId, state: s.state, refusal: s.refusal, saleOrderId: s.saleOrderId }));
}

/** The raw order as it came, with what a person put right laid over its delivery address. */
function readAgain(
  source: Connector,
  raw: unknown,
  correction: unknown,
):
  | { ok: true; value: ImportedSaleOrder }
  | { ok: false; faults: readonly { code: string; facts: Refusal["facts"] }[] }
  | null {
  const custom = source.readOrder ? null : readStored(raw);
  const read = source.readOrder?.(raw) ?? (custom && { ok: true as const, value: custom });
  if (!read) return null;
  if (!read.ok || typeof correction !== "object" || correction === null) return read;
  const shippingAddress = { ...read.value.shippingAddress, ...correction };
  return { ok: true, value: { ...read.value, shippingAddress } };
}

function byProduct(listings: Awaited<ReturnType<typeof listingsOf>>, channelId: string) {
  return new Map(
    [...listings]
      .filter(([key]) => key.startsWith(`${channelId} `))
      .map(([key, facts]) => [key.slice(channelId.length + 1), facts]),
  );
}

function settledOf(j: {
  entry: store.WaitingIntake;
  verdict: Verdict | { kind: "wait"; refusal: Refusal };
  saleOrderId: SaleOrderId;
}) {
  const { verdict, entry } = j;
  const base = {
    intakeId: entry.intakeId,
    code: null,
    facts: null,
    message: null,
    waitsFor: null,
    saleOrderId: null,
    refusal: null,
  };
  if (verdict.kind === "create") return { ...base, state: "CREATED" as const, saleOrderId: j.saleOrderId };
  const { refusal } = verdict;
  const words = { code: refusal.code, facts: refusal.facts, message: explain(refusal).message, refusal };
  if (verdict.kind === "wait") return { ...base, ...words, state: "RECEIVED" as const };
  if (verdict.kind === "ignore") return { ...base, ...words, state: "IGNORED" as const };
  return { ...base, ...words, state: "FAILED" as const, waitsFor: verdict.waitsFor };
}
