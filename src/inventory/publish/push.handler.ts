import type { ChannelAnswer, ConnectorFailure } from "../../../connectors/kit/index.ts";
import { callChannel, markDirty, noteSync, type RunningSync, type SyncResult, sourceOf } from "../../channels/index.ts";
import { type ChannelId, newId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { JobOutcome } from "../../platform/jobs.ts";
import { figureOf } from "./figure.ts";
import * as store from "./publish.store.ts";

const READ_MAX = 500; // dirty listings looked at in a round; the source's batch size divides them into calls
const ROUNDS_MAX = 2_000;
const LEASE_SECONDS = 180; // longer than one call with its retries
const BUSY = "the channel is being told its figures at this moment";

interface Line {
  readonly listing: store.ListingToTell;
  readonly mark: number;
  readonly quantity: number;
}

/** What telling came to, so far. */
export interface Telling {
  accepted: number;
  refused: number;
  message: string | null;
}

/**
 * Tells a channel the figures of its dirty listings, out-of-stock first, until none is left. Absolute numbers, read at
 * the last moment. One at a time per channel, whoever asks: the job of a change, the nightly comparison, a person.
 */
export async function pushInventory(
  ctx: Ctx,
  channelId: ChannelId,
  telling: Telling = { accepted: 0, refused: 0, message: null },
  onProgress: (telling: Telling) => Promise<void> = async () => undefined,
  holder: string = newId(),
): Promise<JobOutcome> {
  const channel = await ctx.db.read(ctx.tenantId, (tx) => store.mayPush(tx, channelId));
  const batchMax = channel && sourceOf(channel.source).capabilities.pushInventory?.batchMax;
  if (!channel?.allowed || batchMax === undefined) return "done"; // the marks stay; connecting or switching on wakes the push
  try {
    for (let round = 1; round <= ROUNDS_MAX; round++) {
      if (!(await hold(ctx, channelId, holder))) return { retry: BUSY };
      const lines = await nextLines(ctx, channelId, batchMax);
      if (lines === null) return "done";
      if (lines.length === 0) continue;
      const failure = await tell(ctx, channelId, lines, telling);
      await onProgress(telling);
      if (failure) return { retry: failure.channelMessage ?? failure.kind };
    }
    return { retry: "there are still figures to tell" };
  } finally {
    await ctx.db.transaction(ctx.tenantId, (tx) => store.dropLease(tx, channelId, holder));
  }
}

/**
 * The job of a channel. The queue runs one at a time, also after a process was killed, so all of them are one holder: what a
 * killed one held is taken over at once, and figures do not wait for its lease to run out.
 */
export function pushInventoryByJob(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  return pushInventory(ctx, channelId, undefined, undefined, channelId);
}

function hold(ctx: Ctx, channelId: ChannelId, holder: string): Promise<boolean> {
  const now = ctx.clock.now();
  const until = now.add({ seconds: LEASE_SECONDS });
  return ctx.db.transaction(ctx.tenantId, (tx) => store.takeLease(tx, channelId, holder, now, until));
}

/** The next call's lines; empty when what was read had not changed; null when nothing is dirty. */
async function nextLines(ctx: Ctx, channelId: ChannelId, batchMax: number): Promise<Line[] | null> {
  const { dirty, listings } = await ctx.db.read(ctx.tenantId, async (tx) => {
    const found = await store.readDirty(tx, channelId, READ_MAX);
    return {
      dirty: new Map(found.map((d) => [d.listingId, d])),
      listings:
        found.length === 0
          ? []
          : await store.readParts(
              tx,
              channelId,
              found.map((d) => d.listingId),
            ),
    };
  });
  if (dirty.size === 0) return null;
  const lines = listings.map((listing) => ({
    listing,
    mark: dirty.get(listing.listingId)?.mark ?? 0,
    quantity: figureOf(listing),
  }));
  const changed = lines.filter(
    (l) =>
      dirty.get(l.listing.listingId)?.force ||
      l.listing.publishOutcome !== "ACCEPTED" ||
      l.listing.published !== l.quantity,
  );
  const same = [...dirty.values()].filter((d) => !changed.some((l) => l.listing.listingId === d.listingId));
  if (same.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => store.dropUnchanged(tx, channelId, same));
  // What ran out is told first: each second counts against overselling there.
  return changed.sort((a, b) => Number(a.quantity > 0) - Number(b.quantity > 0)).slice(0, batchMax);
}

async function tell(
  ctx: Ctx,
  channelId: ChannelId,
  lines: readonly Line[],
  telling: Telling,
): Promise<ConnectorFailure | null> {
  const outcome = await callChannel(
    ctx,
    channelId,
    "pushInventory",
    lines.map(({ listing, quantity }) => ({
      channelProductId: listing.channelProductId,
      productId: listing.productId,
      variantId: listing.variantId,
      quantity,
      hsn: listing.hsn,
      channelWarehouse: null,
    })),
  );
  const told = lines.map(
    (line): store.Told =>
      outcome.ok
        ? toldOf(line, outcome.value)
        : {
            listingId: line.listing.listingId,
            mark: line.mark,
            quantity: line.quantity,
            outcome: outcome.failure.reached === "no" ? "NOT_REACHED" : "UNKNOWN",
            message: outcome.failure.channelMessage ?? outcome.failure.kind,
            settled: false,
          },
  );
  const accepted = told.filter((t) => t.outcome === "ACCEPTED").length;
  const message = outcome.ok ? outcome.value.message : (outcome.failure.channelMessage ?? outcome.failure.kind);
  const at = ctx.clock.now();
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await store.writeTold(tx, channelId, told, at);
    await noteSync(tx, channelId, "INVENTORY", { at, ok: accepted, failed: told.length - accepted, message });
  });
  telling.accepted += accepted;
  telling.refused += told.length - accepted;
  if (accepted < told.length) telling.message = message;
  return outcome.ok ? null : outcome.failure;
}

/** A line that the channel names as failed is refused: it is shown, and told again at the next change or nightly. */
function toldOf({ listing, mark, quantity }: Line, answer: ChannelAnswer): store.Told {
  const result = answer.results.find((r) => r.key === listing.channelProductId);
  const accepted = result ? result.accepted : answer.status === "SUCCESS";
  return {
    listingId: listing.listingId,
    mark,
    quantity,
    outcome: accepted ? "ACCEPTED" : "REFUSED",
    message: result?.message ?? answer.message,
    settled: true,
  };
}

/** Every figure is told again, so that drift on either side heals: nightly, and when a person asks. */
export async function healDrift(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId } = run.channel;
  await ctx.db.transaction(ctx.tenantId, (tx) => markDirty(tx, { channelId }, true));
  const telling: Telling = { accepted: 0, refused: 0, message: null };
  const counts = () => ({ ok: telling.accepted, failed: telling.refused });
  const outcome = await pushInventory(ctx, channelId, telling, () => run.progress(counts()));
  if (outcome === "done") return { ...counts(), message: telling.message };
  // The marks stay: the job that they woke goes on with the rest.
  const why = "retry" in outcome ? outcome.retry : outcome.park;
  // Nothing failed: whoever holds the channel tells until no mark is left, ours included.
  if (why === BUSY) return { ...counts(), message: "A push under way tells the rest of the figures.", state: "DONE" };
  return {
    ...counts(),
    message: `Not all was told; it goes on by itself. ${why}`,
    state: telling.accepted > 0 ? "PARTIAL" : "FAILED",
  };
}
