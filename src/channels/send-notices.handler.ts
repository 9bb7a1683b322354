import { type ChannelAnswer, fail, type Outcome, succeed } from "../../connectors/kit/index.ts";
import { assert, type ChannelId, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { JobOutcome } from "../platform/jobs.ts";
import { explain } from "../platform/refusals.ts";
import { callChannel } from "./call.ts";
import type { NoticeId } from "./channel.ts";
import * as store from "./notice.store.ts";
import {
  cancelFacts,
  dispatchFacts,
  type Finding,
  findCancel,
  findDispatch,
  gradeFacts,
  irnFacts,
  judge,
  type NoticeKind,
  nextLook,
  REPEATABLE_KINDS,
  reverseFacts,
  stateFacts,
  type Verdict,
} from "./notice.ts";
import { tellAcknowledgeAnswer, tellCancelAnswer } from "./notices.ts";
import { sourceOf } from "./registry.ts";
import { noteSync } from "./sync.ts";

/** Longer than any call with its retries: after that its sender must have ended. */
const CLAIM_SECONDS = 180;
const NOTICES_PER_TURN = 200;
/** One that could not be sent now holds back the later ones of its kind: the last one told is what counts. */
const IN_TURN: readonly NoticeKind[] = ["STATE", "GRADE", "REVERSE_STATE"];

/**
 * Sends what waits about an order, in order. A state that could not be sent now holds back later states, and a report of grades
 * later ones; neither ever a dispatch or a cancellation. Idempotent: a notice is held by one sender at a time, and a write that may have arrived is read back.
 */
export async function sendNotices(
  ctx: Ctx,
  of: { channelId: ChannelId; saleOrderId: SaleOrderId },
): Promise<JobOutcome> {
  const skip = { noticeIds: [] as NoticeId[], kinds: [] as NoticeKind[] };
  let later: string | null = null;
  for (let turn = 0; turn < NOTICES_PER_TURN; turn++) {
    const now = ctx.clock.now();
    const until = now.add({ seconds: CLAIM_SECONDS });
    const notice = await ctx.db.transaction(ctx.tenantId, (tx) =>
      store.claimNext(tx, of.saleOrderId, skip, now, until),
    );
    if (!notice) return later === null ? "done" : { retry: later };
    if (notice.taken) return "done"; // its sender goes on with what follows
    if (notice.channelState !== "CONNECTED") return "done"; // connecting the channel wakes what waits
    const verdict = await sendOne(ctx, notice);
    if (verdict.kind === "wait") return "done";
    if (verdict.kind !== "again") continue;
    later = verdict.words;
    skip.noticeIds.push(notice.noticeId);
    if (IN_TURN.includes(notice.kind)) skip.kinds.push(notice.kind);
  }
  return { retry: "there is more to send" };
}

async function sendOne(ctx: Ctx, notice: store.ClaimedNotice): Promise<Verdict> {
  if (notice.takenAt !== null) return lookAtTaken(ctx, notice, notice.takenAt);
  if (notice.state === "UNKNOWN") {
    const found = await readBack(ctx, notice);
    if (!found.ok) {
      const words = found.failure.channelMessage ?? found.failure.kind;
      const verdict = judge(notice.kind, found, notice.attempts);
      const kept: Verdict = verdict.kind === "wait" ? verdict : { kind: "again", words, unknown: true };
      await settle(ctx, notice, kept, found);
      return kept;
    }
    const { kind, words } = found.value;
    if (kind === "done") return settle(ctx, notice, { kind: "sent" }, succeed(asAnswer("SUCCESS", words)));
    if (kind === "refused") return settle(ctx, notice, { kind: "refused", words }, succeed(asAnswer("FAILED", words)));
    // A parcel told twice is one parcel; units cancelled twice are two. So only a cancellation waits for a person.
    if (kind === "unclear" && notice.kind === "CANCEL") return leaveToPerson(ctx, notice, words);
  }
  const outcome = await send(ctx, notice);
  return settle(ctx, notice, judge(notice.kind, outcome, notice.attempts), outcome);
}

/**
 * What became of a cancellation that the channel took to decide later: the order's status says it. It is never sent again; when
 * nothing is said for too long a person looks.
 */
async function lookAtTaken(ctx: Ctx, notice: store.ClaimedNotice, takenAt: Temporal.Instant): Promise<Verdict> {
  const { unitIds } = cancelFacts(notice.payload, notice.channelOrderId);
  // Heard by the status sync before we asked.
  if (await ctx.db.read(ctx.tenantId, (tx) => store.areCancelled(tx, unitIds)))
    return settle(ctx, notice, { kind: "sent" }, succeed(asAnswer("SUCCESS", "The channel has cancelled it.")));
  const found = await readBack(ctx, notice);
  const words = found.ok ? found.value.words : (found.failure.channelMessage ?? found.failure.kind);
  if (found.ok && found.value.kind === "done")
    return settle(ctx, notice, { kind: "sent" }, succeed(asAnswer("SUCCESS", words)));
  if (found.ok && found.value.kind === "refused")
    return settle(ctx, notice, { kind: "refused", words }, succeed(asAnswer("FAILED", words)));
  const nextLookAt = nextLook(takenAt, ctx.clock.now());
  if (nextLookAt === null)
    return leaveToPerson(ctx, notice, `The channel took the cancellation and has not carried it out since. ${words}`);
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    store.settleNotice(tx, notice.noticeId, {
      ...{ state: "UNKNOWN", message: `Taken, and awaited. ${words}`, attempted: false },
      taken: { at: takenAt, nextLookAt },
    }),
  );
  return { kind: "taken", words };
}

function send(ctx: Ctx, notice: store.ClaimedNotice): Promise<Outcome<ChannelAnswer>> {
  const { channelId, channelOrderId, payload } = notice;
  const links = {
    ...{ saleOrderId: notice.saleOrderId, noticeId: notice.noticeId },
    ...(notice.shippingPackageId === null ? {} : { shippingPackageId: notice.shippingPackageId }),
  };
  if (notice.kind === "DISPATCH")
    return callChannel(ctx, channelId, "dispatch", dispatchFacts(payload, channelOrderId), { links });
  if (notice.kind === "CANCEL") {
    const { lines } = cancelFacts(payload, channelOrderId);
    return callChannel(ctx, channelId, "cancel", { channelOrderId, lines }, { links, interactive: true });
  }
  if (notice.kind === "IRN")
    return callChannel(ctx, channelId, "giveIrn", irnFacts(payload, channelOrderId), { links });
  if (notice.kind === "GRADE")
    return callChannel(ctx, channelId, "reportGrade", gradeFacts(payload, channelOrderId), { links });
  const { zone } = sourceOf(notice.source).rules;
  if (notice.kind === "REVERSE_STATE")
    return callChannel(ctx, channelId, "notifyReturn", reverseFacts(payload, { channelOrderId, zone }), { links });
  if (notice.kind === "ACKNOWLEDGE") return callChannel(ctx, channelId, "acknowledge", channelOrderId, { links });
  assert(notice.packageState !== null, "a notification of a state has one");
  const about = { channelOrderId, packageState: notice.packageState, zone };
  return callChannel(ctx, channelId, "notifyState", stateFacts(payload, about), { links });
}

/** What the channel itself says of a write whose answer was lost. Without a way to ask it stays unclear. */
export async function readBack(
  ctx: Ctx,
  notice: Pick<
    store.ClaimedNotice,
    "channelId" | "source" | "saleOrderId" | "channelOrderId" | "noticeId" | "kind" | "payload"
  >,
  interactive = false,
): Promise<Outcome<Finding>> {
  if (!sourceOf(notice.source).capabilities.readStatuses || REPEATABLE_KINDS.includes(notice.kind))
    return succeed({ kind: "unclear", words: "This channel cannot be asked what became of it." });
  const links = { saleOrderId: notice.saleOrderId, noticeId: notice.noticeId };
  const read = await callChannel(ctx, notice.channelId, "readStatuses", [notice.channelOrderId], {
    links,
    interactive,
  });
  if (!read.ok) return fail(read.failure);
  const reported = read.value.orders.find((order) => order.channelOrderId === notice.channelOrderId);
  if (notice.kind === "DISPATCH") {
    const { lines } = dispatchFacts(notice.payload, notice.channelOrderId);
    return succeed(
      findDispatch(
        reported,
        lines.map((line) => line.channelOrderItemId),
      ),
    );
  }
  const { lines } = cancelFacts(notice.payload, notice.channelOrderId);
  const units = await ctx.db.read(ctx.tenantId, (tx) => store.linePieces(tx, notice.saleOrderId));
  const wholes = lines.map(({ channelOrderItemId: id, quantity }) => {
    const line = units.get(id);
    return {
      id,
      whole: line !== undefined && quantity === line.pieces - line.cancelled,
      cancelledThen: quantity + (line?.cancelled ?? 0),
    };
  });
  return succeed(findCancel(reported, wholes));
}

function asAnswer(status: ChannelAnswer["status"], message: string): ChannelAnswer {
  return { status, results: [], message };
}

async function settle(
  ctx: Ctx,
  notice: store.ClaimedNotice,
  verdict: Verdict,
  outcome: Outcome<unknown> | Outcome<ChannelAnswer>,
): Promise<Verdict> {
  const answer = isAnswered(outcome) ? outcome.value : null;
  const at = ctx.clock.now();
  const stored = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await write(tx, notice, verdict, answer, at);
    if (verdict.kind !== "sent" && verdict.kind !== "refused") return { ok: true as const };
    if (notice.kind === "ACKNOWLEDGE")
      await tellAcknowledgeAnswer(tx, ctx, {
        ...{ saleOrderId: notice.saleOrderId, channelId: notice.channelId, accepted: verdict.kind === "sent" },
        message: verdict.kind === "refused" ? verdict.words : (answer?.message ?? null),
      });
    if (notice.kind !== "CANCEL") return { ok: true as const };
    return tellCancelAnswer(tx, ctx, {
      ...{ saleOrderId: notice.saleOrderId, channelId: notice.channelId },
      unitIds: cancelFacts(notice.payload, notice.channelOrderId).unitIds,
      status: verdict.kind === "sent" ? "SUCCESS" : judgedStatus(answer),
      refused: (answer?.results ?? []).flatMap((r) =>
        r.accepted ? [] : [{ channelOrderItemId: r.key, message: r.message }],
      ),
      message: verdict.kind === "refused" ? verdict.words : null,
    });
  });
  if (stored.ok) return verdict;
  // The channel has answered, but our side could not follow: a person sees both.
  const { message } = explain(stored.refusal);
  return leaveToPerson(ctx, notice, `The channel answered ${answer?.status ?? "no"}, but: ${message}`);
}

/** How a cancellation that was not taken as a whole was answered. */
function judgedStatus(answer: ChannelAnswer | null): "PARTIAL_SUCCESS" | "FAILED" {
  return answer?.status === "PARTIAL_SUCCESS" ? "PARTIAL_SUCCESS" : "FAILED";
}

function isAnswered(outcome: Outcome<unknown>): outcome is { ok: true; value: ChannelAnswer } {
  return outcome.ok && typeof outcome.value === "object" && outcome.value !== null && "results" in outcome.value;
}

async function write(
  tx: Tx,
  notice: store.ClaimedNotice,
  verdict: Verdict,
  answer: ChannelAnswer | null,
  at: Temporal.Instant,
): Promise<void> {
  const { noticeId } = notice;
  const kept = answer === null ? {} : { answer };
  if (verdict.kind === "taken") {
    const taken = { at, nextLookAt: nextLook(at, at) ?? at };
    await store.settleNotice(tx, noticeId, {
      state: "UNKNOWN",
      message: verdict.words,
      ...kept,
      attempted: true,
      taken,
    });
  } else if (verdict.kind === "sent") {
    await store.settleNotice(tx, noticeId, {
      state: "SENT",
      message: answer?.message ?? null,
      ...kept,
      attempted: true,
      sentAt: at,
    });
  } else if (verdict.kind === "refused") {
    await store.settleNotice(tx, noticeId, { state: "REFUSED", message: verdict.words, ...kept, attempted: true });
    if (notice.kind === "STATE") await store.pauseOrder(tx, notice.saleOrderId, verdict.words, at);
  } else {
    const unknown = verdict.kind === "again" ? verdict.unknown : notice.state === "UNKNOWN";
    const state = unknown ? "UNKNOWN" : "PENDING";
    await store.settleNotice(tx, noticeId, { state, message: verdict.words, attempted: verdict.kind === "again" });
  }
  if (verdict.kind === "wait" || (notice.kind !== "STATE" && notice.kind !== "DISPATCH")) return;
  const sent = verdict.kind === "sent";
  await noteSync(tx, notice.channelId, notice.kind === "STATE" ? "NOTIFICATIONS" : "DISPATCH", {
    ...{ at, ok: sent ? 1 : 0, failed: sent ? 0 : 1 },
    message: "words" in verdict ? verdict.words : null,
  });
}

async function leaveToPerson(ctx: Ctx, notice: store.ClaimedNotice, words: string): Promise<Verdict> {
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    store.settleNotice(tx, notice.noticeId, { state: "UNKNOWN", message: words, attempted: true, needsPerson: true }),
  );
  return { kind: "refused", words };
}
