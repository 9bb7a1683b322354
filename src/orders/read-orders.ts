import type { OrdersPage } from "../../connectors/kit/index.ts";
import { callChannel, type ExchangeLinks, sourceOf } from "../channels/index.ts";
import { assert } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { PullHooks } from "./pull-orders.ts";
import {
  NOTHING_TAKEN,
  type PageCounts,
  type PulledFrom,
  plus,
  saysMore,
  storePage,
  withoutStale,
} from "./take-page.ts";

/** What came of asking for orders by their ids. */
export interface OrdersRead {
  readonly counts: PageCounts;
  /** Those of the ids, from the first on, that were asked for; what failed has been, unless the source asked to wait. */
  readonly asked: number;
  /** Why not all were asked for; null: all were. */
  readonly stopped: string | null;
  /** Where the source asks to be left alone for a while. */
  readonly retryAfterMs: number;
}

/**
 * Reads whole orders by the channel's ids, in whatever state they are, and takes them as a page of the list of new orders is
 * taken: what is new is made, what left there meanwhile is adopted. For orders that no list shows any more and for those that a
 * push names. Of a source that gives none by id (`readOrders`) nobody asks. Repeating it changes nothing.
 */
export async function readOrders(
  ctx: Ctx,
  from: PulledFrom,
  ids: readonly string[],
  hooks: PullHooks,
  links: ExchangeLinks = {},
): Promise<OrdersRead> {
  const can = sourceOf(from.source).capabilities.readOrders;
  assert(can !== undefined, "a source that is asked for orders by id declares that it can be");
  let counts = NOTHING_TAKEN;
  for (let i = 0; i < ids.length; i += can.batchMax) {
    const batch = ids.slice(i, i + can.batchMax);
    const answer = await callChannel(ctx, from.channelId, "readOrders", batch, { links });
    if (!answer.ok) {
      const { channelMessage, kind, retryAfterMs = 0 } = answer.failure;
      const asked = kind === "throttle" ? i : i + batch.length;
      return { counts, asked, stopped: channelMessage ?? kind, retryAfterMs };
    }
    counts = plus(counts, await take({ ...ctx, now: ctx.clock.now() }, from, { ...answer.value, last: true }, hooks));
  }
  return { counts, asked: ids.length, stopped: null, retryAfterMs: 0 };
}

async function take(ctx: Ctx, from: PulledFrom, given: OrdersPage, hooks: PullHooks): Promise<PageCounts> {
  const page = await withoutStale(ctx, from, given);
  const spoken = page.orders.flatMap(({ reported }) => (reported !== null && saysMore(reported) ? [reported] : []));
  if (spoken.length > 0) await hooks.hear(ctx, from.channelId, spoken);
  return storePage(ctx, from, page, hooks, async () => undefined);
}
