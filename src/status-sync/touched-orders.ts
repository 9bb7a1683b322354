import { type RunningSync, type SyncResult, sourceOf } from "../channels/index.ts";
import type { Ctx } from "../platform/context.ts";
import { ordersMayHide } from "./ask-by-id.ts";
import type { Hearing } from "./hear.ts";
import { ORDERS_PER_READ, readByIds } from "./read-by-ids.ts";
import { readThrough, touchedOrders } from "./store.ts";
import { inWords } from "./sync-words.ts";

/** What we asked for the channel may do a little later: that long before the list's end an order is counted as touched after it. */
const DONE_WITHIN_SECONDS = 60;

/**
 * Orders were read, up to some moment before now (Amazon: two minutes). A list of what changed shows an order by its last change: one
 * that we changed ourselves after that moment (packed it, asked for its papers) is not on it, with all that happened to it before,
 * and would come with the next list, or the one after that. Such orders are asked about by their ids.
 */
export async function askOfTouched(ctx: Ctx, run: RunningSync, result: SyncResult): Promise<SyncResult> {
  const { channelId, source } = run.channel;
  if (!ordersMayHide(sourceOf(source))) return result;
  const through = await ctx.db.read(ctx.tenantId, (tx) => readThrough(tx, channelId));
  if (through === null) return result;
  const channelShippedAlone = sourceOf(source).rules.reportsOf === "channel-shipped";
  const touched = { since: through.subtract({ seconds: DONE_WITHIN_SECONDS }), channelShippedAlone };
  const hearing: Hearing = { channelId, source, via: "READ", changedAfter: through };
  const { read } = await readByIds(
    ctx,
    run,
    hearing,
    {
      isAsked: () => true,
      page: (tx, behind) => touchedOrders(tx, channelId, touched, behind, ORDERS_PER_READ),
    },
    null,
    (done) => run.progress({ ok: result.ok + done.orders, failed: result.failed }),
  );
  const words = [result.message, inWords([read])].filter((each) => each !== null).join(" ");
  return {
    ...result,
    ...{ ok: result.ok + read.orders, quiet: [...(result.quiet ?? []), ...read.quiet] },
    message: words === "" ? null : words,
    // The next list ends a minute later, and shows by itself what was touched before.
    ...(read.failed === null ? {} : { state: "PARTIAL" as const, again: true as const }),
  };
}
