import { findChannel, findSource } from "../../channels/index.ts";
import { assert, type ChannelId, type Instant, newId, type SaleOrderItemId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import type { CreditNoteDueId, ReturnCaseId } from "./credit-facts.ts";
import { makeCreditNotesJob } from "./definitions.ts";
import { insertDue, isOpen } from "./due.store.ts";
import { tellReturnCredited } from "./hooks.ts";
import { makeDue } from "./make-due.ts";
import { invoicesOfUnits } from "./store.ts";

/**
 * So many of ours are made while goods are put away. Of a long list the others are made by the job at once afterwards: until
 * a putaway is complete its stock and the number series are locked, and whoever sells waits.
 */
const MADE_AT_ONCE_MAX = 10;
const madeIn = new WeakMap<Tx, number>();

/**
 * The goods of a return are on their shelves: what its credit notes have to give back is noted, by invoice, in the same
 * transaction. Ours are made at once (of many by a job); what keeps one back is kept and shown, and the stock stays counted. A channel's is
 * asked for after the source's delay. Where nothing was invoiced nothing is given back, and the return ends.
 */
export async function creditReturn(
  tx: Tx,
  ctx: Ctx,
  of: {
    readonly returnCaseId: ReturnCaseId;
    readonly channelId: ChannelId;
    readonly unitIds: readonly SaleOrderItemId[];
  },
): Promise<void> {
  const invoices = await invoicesOfUnits(tx, of.unitIds);
  if (invoices.length === 0) {
    await tellReturnCredited(tx, ctx, of.returnCaseId, { creditNote: null });
    return;
  }
  const { madeBy, firstAt } = await howMade(tx, ctx, of.channelId);
  for (const { invoiceId, unitIds } of invoices) {
    if (await isOpen(tx, of.returnCaseId, invoiceId)) continue; // told twice
    const dueId = newId<"CreditNoteDue">();
    const { returnCaseId } = of;
    await insertDue(tx, { dueId, returnCaseId, invoiceId, madeBy, unitIds, nextAttemptAt: firstAt }, ctx.now);
    if (madeBy === "US") await makeOrLeave(tx, ctx, dueId);
  }
}

async function makeOrLeave(tx: Tx, ctx: Ctx, dueId: CreditNoteDueId): Promise<void> {
  const made = madeIn.get(tx) ?? 0;
  madeIn.set(tx, made + 1);
  if (made < MADE_AT_ONCE_MAX) await makeDue(tx, ctx, dueId);
  else if (made === MADE_AT_ONCE_MAX) await enqueue(tx, makeCreditNotesJob, {});
}

/** Who makes a channel's credit notes, and when the first try is. */
async function howMade(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
): Promise<{ madeBy: "US" | "CHANNEL"; firstAt: Instant }> {
  const channel = await findChannel(tx, channelId);
  assert(channel !== undefined, "a return is of a channel");
  const rules = findSource(channel.source)?.rules;
  if (rules?.creditNoteBy !== "channel") return { madeBy: "US", firstAt: ctx.now };
  const delay = rules.creditNoteDelay;
  const set = delay === undefined ? 0 : Number(channel.sourceSettings[delay.setting] ?? delay.defaultMinutes);
  const minutes = Number.isSafeInteger(set) && set >= 0 ? set : (delay?.defaultMinutes ?? 0);
  return { madeBy: "CHANNEL", firstAt: ctx.now.add({ minutes }) };
}
