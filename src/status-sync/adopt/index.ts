import {
  adoptedWords,
  adoptLeft as adoptHere,
  applyLinesCancelled,
  askWhatIsCancelled,
  holdForPerson,
  LEFT_STATUSES,
  type LeftLine,
} from "../../fulfilment/index.ts";
import { newId, ok, type Refusal, type Result } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import type { Adoption, LineHeard, LineOutcome, OrderHeard } from "../adopt-seam.ts";
import { hearLeft } from "../left-there.ts";
import { lockStillHere } from "../store.ts";

/** How words of a channel become true here: the sync has no other way to them. */
export const adoption: Adoption = { adoptLeft, adoptCancelled, holdWaiting };

/** Somebody works on it at this moment, and what he does may be what the word is about: a hold would stop him. */
const UNDER_WAY: ReadonlySet<string> = new Set([
  "ADOPTION_BUSY",
  "ADOPTION_CANCEL_ASKED",
  "CHANNEL_ASKED_NOW",
  "MANIFEST_BEING_CLOSED",
]);

/** What left there leaves here too; where the source does not report it, or the seller wants to be asked, a person decides. */
async function adoptLeft(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const adopts = await adoptedWords(tx, order.channelId, order.channelOrderId);
  if (adopts === null) return ok([]);
  const { channelId, channelOrderId, parcels } = order;
  const isAdopted = ({ status }: LineHeard) => LEFT_STATUSES.some((left) => left === status && adopts.has(left));
  const asked = order.lines.filter((line) => !isAdopted(line));
  const lines = leftLines(order.lines.filter(isAdopted));
  const adopted = lines.length === 0 ? ok([]) : await adoptHere(tx, ctx, { channelId, channelOrderId, lines, parcels });
  if (!adopted.ok) return adopted;
  const doubts = asked.length === 0 ? ok([]) : await askPerson(tx, ctx, { ...order, lines: asked });
  if (!doubts.ok) return doubts;
  const done = adopted.value.map(
    ({ line: channelOrderItemId, ...outcome }): LineOutcome => ({
      ...{ channelOrderItemId, ...outcome },
    }),
  );
  return ok([...done, ...doubts.value]);
}

function leftLines(lines: readonly LineHeard[]): LeftLine[] {
  return lines.flatMap(({ channelOrderItemId, status, quantity, changedAt }) =>
    LEFT_STATUSES.flatMap((left) =>
      left === status ? [{ channelOrderItemId, status: left, quantity, changedAt }] : [],
    ),
  );
}

/** What is still here is held, and a person is asked; of what is cancelled here he is told. */
async function askPerson(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const cancelled = await askWhatIsCancelled(tx, ctx, { ...order, lines: leftLines(order.lines) });
  const here = await hearLeft(tx, ctx, order);
  return ok(
    order.lines.map(({ channelOrderItemId, status }): LineOutcome => {
      const told = cancelled.get(channelOrderItemId);
      if (told !== undefined) return { channelOrderItemId, outcome: "DOUBT", refusal: told };
      if (!here.has(channelOrderItemId)) return { channelOrderItemId, outcome: "NOTHING" };
      const facts = { order: order.channelOrderId, status };
      return { channelOrderItemId, outcome: "DOUBT", refusal: { code: "LEFT_ON_CHANNEL", facts } };
    }),
  );
}

/** Goes by the source's rule: what it allows is cancelled, anything else is a person's. */
async function adoptCancelled(tx: Tx, ctx: Ctx, order: OrderHeard): Promise<Result<readonly LineOutcome[]>> {
  const done = await applyLinesCancelled(tx, ctx, {
    ...{ channelId: order.channelId, channelOrderId: order.channelOrderId },
    lineWords: order.lines.map(({ channelOrderItemId: line, quantity }) => ({ line, quantity })),
    reason: "cancelled on the channel",
  });
  if (!done.ok) return done;
  return ok(
    done.value.map(({ line: channelOrderItemId, ...outcome }): LineOutcome => ({ channelOrderItemId, ...outcome })),
  );
}

/** Nobody may send them again while their word waits for something that a person brings. */
async function holdWaiting(tx: Tx, ctx: Ctx, order: OrderHeard, refusal: Refusal): Promise<void> {
  if (UNDER_WAY.has(refusal.code)) return;
  const { channelOrderId } = order;
  const left = order.lines.filter((line) => line.status !== "CANCELLED");
  const words = left.map(({ channelOrderItemId: line, status }) => ({ channelOrderId, line, status }));
  const here = await lockStillHere(tx, order.channelId, words);
  await holdForPerson(
    tx,
    here.map((unit) => unit.unitId),
  );
  // Told as it begins: whatever is tried again finds its units on hold.
  const begun = Map.groupBy(
    here.filter((unit) => !unit.onHold),
    (unit) => unit.saleOrderId,
  );
  const events = [...begun].map(([saleOrderId, units]) => ({
    ...{ id: newId(), saleOrderId, packageId: null, kind: "CHANNEL_WORD_WAITS" },
    facts: {
      units: [...new Set(units.map((unit) => unit.unitCode))],
      statuses: [...new Set(units.map((unit) => unit.status))],
      reason: explain(refusal).message,
    },
  }));
  await writeEvents(tx, events, ctx.actor, ctx.now);
}
