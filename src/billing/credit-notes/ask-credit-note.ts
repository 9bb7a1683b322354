import type { ReturnFacts } from "../../../connectors/kit/index.ts";
import { callChannel, sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { checkPdf, DocumentsBusy } from "../../platform/documents/index.ts";
import { type KeptBytes, keepBytes } from "../../platform/stored-document.ts";
import { type ChannelCredit, piecesOf, readChannelCredit } from "./channel-credit-rules.ts";
import type { CreditNoteDueId, Due } from "./credit-facts.ts";
import { creditUnits } from "./credit-rules.ts";
import { judgeFetched, nextAttempt, type Verdict } from "./credit-step.ts";
import { claimDue, lockDue } from "./due.store.ts";
import { creditNoteDueLifecycle } from "./lifecycle.ts";
import { contextOf, makeDue } from "./make-due.ts";
import { type DueContext, type DueResult, noteRefused, noteWritten } from "./settle-due.ts";
import { writeChannelCreditNote } from "./write-credit-note.ts";

/** How long a claim lasts: longer than a call with its repeats. Whoever claims after that asks too, and one answer is written. */
export const CLAIM_SECONDS = 120;

export interface AskOptions {
  /** A person waits for it. */
  readonly interactive: boolean;
  /** A person asks: tries are counted anew, and what failed is asked for as well. */
  readonly anew: boolean;
  /** A person takes the channel's amounts, although they are not the invoice's share. */
  readonly acceptAmounts: boolean;
}

interface Asking extends DueContext {
  /** When the claim runs out; tells it from a later one. */
  readonly until: Temporal.Instant;
  readonly attempts: number;
}

/** What came, its file checked and in the store. */
interface Answer {
  readonly credit: ChannelCredit;
  readonly file: KeptBytes | null;
}

/**
 * Tries to get the credit note of one that waits: makes ours, or asks the channel outside of any transaction under a claim,
 * and writes what came in one that locks and decides again. A process that ends in between leaves a claim that runs out;
 * asked again, the channel gives the same credit note. Refuses NOT_FOUND.
 */
export async function takeDue(ctx: Ctx, dueId: CreditNoteDueId, options: AskOptions): Promise<Result<DueResult>> {
  const begun = await ctx.db.transaction(ctx.tenantId, (tx) => begin(tx, ctx, dueId, options));
  if (!begun.ok) return begun;
  if ("outcome" in begun.value) return ok(begun.value);
  const asking = begun.value;
  let exchangeId: string | null = null;
  const { saleOrderId, channelId } = asking.due;
  const outcome = await callChannel(ctx, channelId, "fetchCreditNote", returnFacts(asking), {
    interactive: options.interactive,
    links: { saleOrderId, shippingPackageId: asking.original.shippingPackageId },
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  const question = { return: asking.returned.code, channel: asking.original.channelCode, attempts: asking.attempts };
  const fetched = judgeFetched(outcome, question);
  const verdict: Verdict<Answer> = fetched.kind === "ready" ? await readAnswer(asking, fetched.value) : fetched;
  const settling: Ctx = { ...ctx, now: ctx.clock.now() };
  return ok(
    await settling.db.transaction(ctx.tenantId, (tx) => settle(tx, settling, asking, verdict, exchangeId, options)),
  );

  async function readAnswer(of: Asking, given: Parameters<typeof readChannelCredit>[2]): Promise<Verdict<Answer>> {
    const expected = creditUnits(of.original, of.due.unitIds);
    const read = expected.ok ? readChannelCredit(of.original, expected.value, given) : expected;
    if (!read.ok) return { kind: "fail", refusal: read.refusal, words: null };
    if (given.pdf === null) return { kind: "ready", value: { credit: read.value, file: null } };
    const file = await keepPdf(ctx, given.pdf);
    return file.kind === "ready" ? { kind: "ready", value: { credit: read.value, file: file.value } } : file;
  }
}

/** A file that came from outside, in the document store: checked first, so that what is kept can be printed. */
export async function keepPdf(ctx: Ctx, bytes: Buffer): Promise<Verdict<KeptBytes>> {
  try {
    const checked = await checkPdf(bytes);
    if (!checked.ok) return { kind: "fail", refusal: checked.refusal, words: null };
    return { kind: "ready", value: await keepBytes(ctx, bytes) };
  } catch (error) {
    if (!(error instanceof DocumentsBusy)) throw error;
    return { kind: "wait", refusal: refuse("DOCUMENTS_BUSY", { retryAfterSeconds: 60 }).refusal, words: null };
  }
}

/** What the channel is asked about: the units of the return that stand on this invoice, in its own lines and pieces. */
function returnFacts({ due, original, returned }: DueContext): ReturnFacts {
  const wanted = new Set(due.unitIds);
  const units = original.lines.flatMap((line) => line.units).filter((unit) => wanted.has(unit.unitId));
  return {
    channelOrderId: original.channelOrderId,
    packageCode: original.packageCode,
    kind: returned.kind,
    channelReturnId: returned.channelReturnId,
    lines: [...Map.groupBy(units, (unit) => unit.line)].map(([channelOrderItemId, group]) => ({
      channelOrderItemId,
      productId: group[0]?.productId ?? "",
      variantId: group[0]?.variantId ?? "",
      quantity: piecesOf(group),
    })),
  };
}

async function begin(
  tx: Tx,
  ctx: Ctx,
  dueId: CreditNoteDueId,
  options: AskOptions,
): Promise<Result<Asking | DueResult>> {
  const due = await lockDue(tx, ctx, dueId);
  if (due === undefined) return refuse("NOT_FOUND", { what: "pending credit note", id: dueId });
  const now = ctx.clock.now();
  const of = await contextOf(tx, due);
  const unchanged = (code: string): Result<DueResult> => {
    const facts = { return: of.returned.code, channel: of.original.channelCode };
    return ok({ dueId, outcome: "UNCHANGED", refusal: refuse(code, facts).refusal, number: null });
  };
  if (!creditNoteDueLifecycle.may("ask", due.state)) return unchanged("CREDIT_NOTE_DONE");
  if (due.madeBy === "US") return ok((await makeDue(tx, { ...ctx, now }, dueId)) ?? noLonger(dueId));
  const taken = due.askingUntil !== null && Temporal.Instant.compare(due.askingUntil, now) > 0;
  if (taken) return unchanged("CREDIT_NOTE_ASKED_NOW");
  const { anew } = options;
  if (!anew && due.state === "FAILED") return ok(noLonger(dueId));
  if (sourceOf(of.original.source).capabilities.fetchCreditNote === undefined) return ok(await byHand(tx, ctx, of));
  // As fine as the database keeps it: the claim is known again by this moment.
  const until = now.round({ smallestUnit: "microsecond", roundingMode: "floor" }).add({ seconds: CLAIM_SECONDS });
  const attempts = await claimDue(tx, due, { until, anew }, now);
  return ok({ ...of, until, attempts });
}

const noLonger = (dueId: CreditNoteDueId): DueResult => ({ dueId, outcome: "UNCHANGED", refusal: null, number: null });

/** Made by the channel, which cannot be asked: a person brings it. */
function byHand(tx: Tx, ctx: Ctx, of: DueContext): Promise<DueResult> {
  const { refusal } = refuse("CREDIT_NOTE_BY_HAND", { return: of.returned.code, channel: of.original.channelCode });
  return noteRefused(tx, ctx, of, { refusal, words: null, nextAttemptAt: null, exchangeId: null, attempts: 0 });
}

async function settle(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  verdict: Verdict<Answer>,
  exchangeId: string | null,
  options: AskOptions,
): Promise<DueResult> {
  const { dueId } = asking.due;
  const due = await lockDue(tx, { facilities: "all" }, dueId);
  const ours = due?.askingUntil != null && Temporal.Instant.compare(due.askingUntil, asking.until) === 0;
  if (due === undefined || !ours) return changedHands(asking, due);
  const of = await contextOf(tx, due);
  const told = (refusal: Refusal, words: string | null, nextAttemptAt: Temporal.Instant | null) =>
    noteRefused(tx, ctx, of, { refusal, words, nextAttemptAt, exchangeId, attempts: asking.attempts });
  if (verdict.kind === "fail") return told(verdict.refusal, verdict.words, null);
  if (verdict.kind === "wait") {
    const next = nextAttempt(ctx.now, asking.attempts, verdict.retryAfterMs ?? 0);
    return told(verdict.refusal, verdict.words, next);
  }
  const { credit: given, file } = verdict.value;
  const credit = creditUnits(of.original, due.unitIds);
  if (!credit.ok) return told(credit.refusal, null, null);
  const paper = { given, file, exchangeId, enteredBy: null };
  const task = { original: of.original, returned: of.returned, credit: credit.value };
  const written = await writeChannelCreditNote(tx, ctx, task, paper, options);
  if (!written.ok) return told(written.refusal, null, null);
  if (options.acceptAmounts)
    await audit(tx, ctx, {
      action: "billing.credit_note_amounts_accepted",
      recordType: "credit_note",
      recordId: written.value.creditNoteId,
      recordCode: written.value.number,
      after: { taxable: given.taxable, tax: given.tax, return: of.returned.code },
    });
  return noteWritten(tx, ctx, of, written.value, exchangeId);
}

/** The claim ran out, or somebody brought the credit note meanwhile: what is there counts. */
function changedHands(asking: Asking, now: Due | undefined): DueResult {
  const done = now === undefined || !creditNoteDueLifecycle.may("ask", now.state);
  const facts = { return: asking.returned.code, channel: asking.original.channelCode };
  const { refusal } = refuse(done ? "CREDIT_NOTE_DONE" : "CREDIT_NOTE_ASKED_NOW", facts);
  return { dueId: asking.due.dueId, outcome: "UNCHANGED", refusal, number: null };
}
