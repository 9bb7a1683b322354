import type { ChannelAnswer, ConnectorFailure, Fetched, Outcome } from "../../../connectors/kit/index.ts";
import { callChannel, findSource, markDirty, noteSync } from "../../channels/index.ts";
import type { ChannelId, Instant } from "../../kernel/index.ts";
import type { AlarmCheck } from "../../platform/alarms.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, enqueueAll, type JobOutcome } from "../../platform/jobs.ts";
import { readStockResultsJob } from "../jobs.ts";
import { answersOf } from "./lines.ts";
import { channelSource } from "./publish.store.ts";
import * as store from "./ticket.store.ts";

const FIRST_LOOK_SECONDS = 30;
const LOOK_PAUSE_MAX_SECONDS = 300;
/** A channel that has not judged figures for so long does not: they are told again, and a person is told. */
const JUDGED_WITHIN_MINUTES = 60;
const TICKETS_AT_ONCE = 50;
const ALARM_HOURS = 24;
const KEPT_DAYS = 30;
const DELETED_AT_ONCE = 5_000;

/** When a channel is asked for its judgement next, after so many times; null: it has had long enough. Pure. */
export function nextResultLook(takenAt: Instant, looks: number, now: Instant): Instant | null {
  if (now.since(takenAt).total("minutes") >= JUDGED_WITHIN_MINUTES) return null;
  // Three times at the first pace, then longer and longer.
  return now.add({ seconds: Math.min(LOOK_PAUSE_MAX_SECONDS, FIRST_LOOK_SECONDS * 2 ** Math.max(0, looks - 2)) });
}

/** What asking for a judgement means. Pure. */
export type Judgement =
  | { readonly kind: "judged"; readonly answer: ChannelAnswer }
  | { readonly kind: "later"; readonly words: string | null }
  /** It will not be told: the channel knows nothing of the ticket. */
  | { readonly kind: "lost"; readonly words: string };

export function judgeResult(outcome: Outcome<Fetched<ChannelAnswer>>): Judgement {
  if (!outcome.ok) {
    const words = wordsOf(outcome.failure);
    const lost = outcome.failure.kind === "refused" && outcome.failure.reached === "yes";
    return lost ? { kind: "lost", words } : { kind: "later", words };
  }
  if (outcome.value.state === "NOT_YET") return { kind: "later", words: outcome.value.message };
  const answer = outcome.value.value;
  return answer.status === "TAKEN" ? { kind: "later", words: answer.message } : { kind: "judged", answer };
}

const wordsOf = ({ channelMessage, kind }: ConnectorFailure): string => channelMessage ?? kind;

/** Asks a channel what became of figures that it took, ticket by ticket in the order in which it gave them. */
export async function readStockResults(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  const source = await ctx.db.read(ctx.tenantId, (tx) => channelSource(tx, channelId));
  if (!source || !findSource(source)?.capabilities.readStockResult) return "done";
  const due = await ctx.db.read(ctx.tenantId, (tx) =>
    store.dueTickets(tx, channelId, ctx.clock.now(), TICKETS_AT_ONCE),
  );
  for (const ticket of due) {
    const judgement = judgeResult(await callChannel(ctx, channelId, "readStockResult", ticket.ticket));
    const at = ctx.clock.now();
    await ctx.db.transaction(ctx.tenantId, (tx) => keep(tx, channelId, ticket, judgement, at));
  }
  return "done";
}

async function keep(
  tx: Tx,
  channelId: ChannelId,
  ticket: store.StockTicket,
  judgement: Judgement,
  at: Instant,
): Promise<void> {
  const { stockTicketId, lines, takenAt } = ticket;
  if (!(await store.lockTicket(tx, stockTicketId))) return; // somebody was faster
  const overtaken = () => store.toldAtOnceSince(tx, channelId, lines, takenAt);
  if (judgement.kind === "judged") {
    const { answer } = judgement;
    const answers = answersOf(
      lines.map((line) => ({ listing: { channelProductId: line.key } })),
      answer,
    );
    const judged = lines.map((line, i): store.JudgedLine => {
      const said = answers[i];
      return { ...line, outcome: said?.accepted ? "ACCEPTED" : "REFUSED", message: said?.message ?? null };
    });
    await store.writeJudged(tx, judged, takenAt);
    await store.settleTicket(tx, stockTicketId, { state: "JUDGED", message: answer.message }, at);
    const failed = judged.filter((line) => line.outcome === "REFUSED").length;
    // Those that were taken stand in the sync's counts since they were told.
    if (failed > 0) await noteSync(tx, channelId, "INVENTORY", { at, ok: 0, failed, message: answer.message });
    // The channel holds the older figure now.
    return markDirty(tx, { listingIds: await overtaken() }, true);
  }
  const next = judgement.kind === "lost" ? null : nextResultLook(takenAt, ticket.looks + 1, at);
  if (next !== null) {
    await store.lookAgain(tx, stockTicketId, next, judgement.words);
    return enqueue(tx, readStockResultsJob, { channelId, stockTicketId }, { runAt: next });
  }
  const message = `The channel took the figure and never said what became of it. ${judgement.words ?? ""}`.trim();
  const open = lines.map((line): store.JudgedLine => ({ ...line, outcome: "UNKNOWN", message }));
  const listingIds = await store.writeJudged(tx, open, takenAt);
  await store.settleTicket(tx, stockTicketId, { state: "GIVEN_UP", message: judgement.words }, at);
  await markDirty(tx, { listingIds: [...listingIds, ...(await overtaken())] }, true);
}

/** Each minute: channels with tickets whose time has come. One tenant's trouble does not stop the others. */
export async function startDueResults(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await services.db.transaction(tenantId, async (tx) => {
        const channels = await store.channelsWithDueTickets(tx, now);
        await enqueueAll(
          tx,
          readStockResultsJob,
          channels.map((channelId) => ({ channelId, stockTicketId: null })),
          { runAt: now },
        );
      });
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "results of stock could not be asked for");
    }
  }
}

export async function expireTickets(services: Services): Promise<void> {
  const before = services.clock.now().subtract({ hours: 24 * KEPT_DAYS });
  for (const { tenantId } of await services.db.tenants())
    while (
      (await services.db.transaction(tenantId, (tx) => store.deleteOldTickets(tx, before, DELETED_AT_ONCE))) ===
      DELETED_AT_ONCE
    );
}

/** Raised where a channel took figures and never said what became of them, until it judges some again. */
export const stockResultChecks: readonly AlarmCheck[] = [
  {
    kinds: ["STOCK_RESULT_MISSING"],
    check: async (ctx, tx) =>
      (await store.unjudgedChannels(tx, ctx.now.subtract({ hours: ALARM_HOURS }))).map((channel) => ({
        kind: "STOCK_RESULT_MISSING",
        recordType: "channel",
        recordId: channel.channelId,
        severity: "WARNING",
        message:
          `${channel.channelCode} took stock figures ${channel.tickets} times and did not say within an hour what became of them. ${channel.message ?? ""}`.trim(),
        whatToDo:
          "The figures are told again by themselves. Compare some with the marketplace's panel; if it stays so, tell the channel's team.",
      })),
  },
];
