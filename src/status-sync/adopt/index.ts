import { applyChannelCancel } from "../../fulfilment/index.ts";
import { ok, type Refusal, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { Adoption, LineHeard, LineOutcome, OrderHeard } from "../adopt-seam.ts";
import { hearLeft } from "../left-there.ts";
import { holdLeft, lockStillHere } from "../store.ts";

/** How words of a channel become true here: the sync has no other way to them. */
export const adoption: Adoption = { adoptLeft, adoptCancelled, holdWaiting };

/** What is still here is held, and a person is asked. */
async function adoptLeft(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const here = await hearLeft(tx, ctx, order);
  return ok(
    order.lines.map(({ channelOrderItemId, status }): LineOutcome => {
      if (!here.has(channelOrderItemId)) return { channelOrderItemId, outcome: "NOTHING" };
      const facts = { order: order.channelOrderId, status };
      return { channelOrderItemId, outcome: "DOUBT", refusal: { code: "LEFT_ON_CHANNEL", facts } };
    }),
  );
}

/** Goes by the source's rule: what it allows is cancelled, anything else is a person's. */
async function adoptCancelled(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const done = await applyChannelCancel(tx, ctx, {
    ...{ channelId: order.channelId, channelOrderId: order.channelOrderId, lines: null },
    lineIds: order.lines.map((line) => line.channelOrderItemId),
    reason: "cancelled on the channel",
  });
  if (!done.ok) return done;
  const outcome = done.value;
  return ok(
    order.lines.map(({ channelOrderItemId }): LineOutcome => {
      if (!outcome.taken) return { channelOrderItemId, outcome: "DOUBT", refusal: outcome.refusal };
      return { channelOrderItemId, outcome: outcome.changed ? "APPLIED" : "NOTHING" };
    }),
  );
}

/** Nobody may send them again while their word waits. */
async function holdWaiting(tx: Tx, ctx: Ctx, order: OrderHeard, _refusal: Refusal): Promise<void> {
  const left = order.lines.filter((line: LineHeard) => line.status !== "CANCELLED");
  const here = await lockStillHere(
    tx,
    order.channelId,
    left.map((line) => ({
      ...{ channelOrderId: order.channelOrderId, line: line.channelOrderItemId, status: line.status },
    })),
  );
  if (here.length > 0) await holdLeft(tx, here, ctx.now);
}
