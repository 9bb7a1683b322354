import { RepeatGuard } from "../../connectors/kit/index.ts";
import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { callChannel } from "./call.ts";
import * as store from "./listing.store.ts";
import { autoMatchIn } from "./listings.ts";
import { markDirty } from "./mark-dirty.ts";
import type { RunningSync, SyncResult } from "./sync.ts";

/** Far above any seller's catalogue: a source that never ends is a fault, not a catalogue. */
const PAGES_MAX = 4_000;

/**
 * Reads the channel's whole catalogue, page by page; each page is stored before the next is asked for. New listings
 * whose channel SKU equals a SKU's code are mapped. What the channel no longer gives is marked as not live, but only
 * after a whole catalogue without a rejected product. Of a listing whose stock is the seller's own again the figure is told,
 * whatever was told before. A page that repeats ends the run as FAILED.
 */
export async function syncCatalog(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId } = run.channel;
  const links = { syncRunId: run.syncRunId };
  const interactive = run.trigger === "PERSON";
  const startedAt = ctx.clock.now();
  const guard = new RepeatGuard();
  const seen = new Set<string>();
  const rejected: string[] = [];
  let inserted = 0;
  let atChannel = 0;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const read = await callChannel(ctx, channelId, "pullListings", page, { links, interactive });
    const counts = { ok: seen.size, failed: rejected.length };
    if (!read.ok) {
      const words = read.failure.channelMessage ?? read.failure.kind;
      return {
        ...counts,
        failed: counts.failed + 1,
        state: seen.size > 0 ? "PARTIAL" : "FAILED",
        message: `Page ${page}: ${words}`,
      };
    }
    const { rows, last } = read.value;
    if (guard.repeats(rows[0]?.channelProductId))
      return {
        ...counts,
        failed: counts.failed + 1,
        state: "FAILED",
        message: `Page ${page} repeats an earlier page; the rest of the catalogue was not given.`,
      };
    rejected.push(...read.value.rejected);
    const fresh = rows.filter((row) => !seen.has(row.channelProductId));
    for (const row of fresh) seen.add(row.channelProductId);
    atChannel += fresh.filter((row) => row.stockAtChannel === true).length;
    inserted += await ctx.db.transaction(ctx.tenantId, async (tx) => {
      const withIds = distinct(fresh).map((row) => ({ ...row, listingId: newId<"Listing">() }));
      const written = await store.upsertListings(tx, channelId, withIds, ctx.clock.now());
      await markDirty(tx, { listingIds: written.ownAgain }, true);
      await markDirty(tx, { skuIds: written.keptOf });
      return written.inserted;
    });
    await run.progress({ ok: seen.size, failed: rejected.length });
    if (last) break;
  }
  const { mapped, gone } = await ctx.db.transaction(ctx.tenantId, async (tx) => ({
    mapped: await autoMatchIn(tx, ctx, channelId),
    gone: rejected.length === 0 ? await store.markGone(tx, channelId, [...seen], startedAt) : 0,
  }));
  const kept = atChannel === 0 ? "" : ` Of ${atChannel} the stock lies with the marketplace: no figure is told.`;
  const words = `${seen.size} listings read, ${inserted} new, ${mapped} mapped by equal SKU, ${gone} no longer on the channel.${kept}`;
  const message = rejected.length === 0 ? words : `${words} Not readable: ${rejected.slice(0, 5).join("; ")}`;
  return { ok: seen.size, failed: rejected.length, message };
}

/** One row a key: a page that names a variant twice must not make one statement touch a row twice. */
function distinct<T extends { channelProductId: string }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.channelProductId, row])).values()];
}
