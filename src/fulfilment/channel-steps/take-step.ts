import { findSource } from "../../channels/index.ts";
import { assert, newId, ok, type Refusal, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import { explain } from "../../platform/refusals.ts";
import { askWaybill, type OwnLabel } from "../couriers/ask-waybill.ts";
import { giveBackUnused, writeCourierLabel } from "../couriers/write-label.ts";
import { labelIn } from "../label-in.ts";
import { dispatchRows } from "../manifest/store.ts";
import {
  type Due,
  decideInvoice,
  decideLabel,
  failed,
  openStep,
  type StepResult,
  waiting,
  waitsForIrn,
} from "../step.ts";
import { fillParcels, type StepPackage, stepPackages } from "../steps.store.ts";
import { askInvoice, type FetchedInvoice, writeInvoice } from "./ask-invoice.ts";
import { askCarrier, askLabel, type FetchedLabel, handBackShipping, writeLabel } from "./ask-label.ts";
import { type ChannelStep, isNews, labelledBy, nextAttempt, type Verdict } from "./channel-step.ts";
import { askCourierStepsJob, askStepsJob } from "./definitions.ts";
import { Asking, CLAIM_SECONDS } from "./question.ts";
import * as store from "./store.ts";

export interface TakeOptions {
  /** A person waits for it. */
  readonly interactive: boolean;
  /** A person asks: tries are counted anew. The job goes on where the last try ended. */
  readonly anew: boolean;
  /** After the invoice the label is wanted too. */
  readonly thenLabel: boolean;
  /** Nobody asks for the label after this invoice: it is left to the job. */
  readonly labelToJob: () => boolean;
}

const WHAT: Readonly<Record<ChannelStep, string>> = { INVOICE: "invoice", LABEL: "label" };
const DECIDE: Readonly<Record<ChannelStep, (parcel: StepPackage) => Result<Due>>> = {
  INVOICE: decideInvoice,
  LABEL: decideLabel,
};

type Fetched =
  | { readonly step: "INVOICE"; readonly verdict: Verdict<FetchedInvoice> }
  | { readonly step: "LABEL"; readonly verdict: Verdict<FetchedLabel | OwnLabel> };

/**
 * Takes a step of one package that its channel does: claims it, asks outside of any transaction, and writes what came in
 * one transaction that locks and decides again. Whoever comes while it is asked for is told so; a process that ends in
 * between leaves a claim that runs out, and asking again brings the same answer.
 */
export async function takeStep(
  ctx: Ctx,
  id: ShippingPackageId,
  step: ChannelStep,
  options: TakeOptions,
): Promise<StepResult> {
  const begun = await ctx.db.transaction(ctx.tenantId, (tx) => begin(tx, ctx, id, step, options));
  if ("result" in begun) return begun.result;
  const { asking } = begun;
  const fetched = await ask(ctx, asking, step);
  const settling: Ctx = { ...ctx, now: ctx.clock.now() };
  return settling.db.transaction(ctx.tenantId, (tx) => settle(tx, settling, asking, fetched, options));
}

async function begin(
  tx: Tx,
  ctx: Ctx,
  id: ShippingPackageId,
  step: ChannelStep,
  options: TakeOptions,
): Promise<{ readonly result: StepResult } | { readonly asking: Asking }> {
  const { due, settled } = await openStep(tx, ctx, [id], DECIDE[step]);
  const [parcel] = due;
  const now = ctx.clock.now();
  if (parcel === undefined) {
    const result = settled.get(id);
    assert(result !== undefined, "what is not due is settled");
    if (!options.anew) await putAside(tx, ctx, id, step, result);
    return { result };
  }
  const { anew, thenLabel, interactive } = options;
  const until = now.add({ seconds: CLAIM_SECONDS });
  const wanted = { shippingPackageId: id, step, until, by: ctx.actor.name, thenLabel, anew };
  const claim = await store.claimStep(tx, wanted, now);
  if (claim === undefined) return { result: waiting(parcel, askedNow(parcel, step)) };
  const [row] = await dispatchRows(tx, [id]);
  assert(row !== undefined, "a locked package can be read");
  return { asking: new Asking({ parcel: await withBox(tx, ctx, parcel, step), row, claim, interactive, at: now }) };
}

/** A channel that is told of packing is told box and weight: what the SKUs say of them is filled in before. */
async function withBox(tx: Tx, ctx: Ctx, parcel: StepPackage, step: ChannelStep): Promise<StepPackage> {
  if (step !== "INVOICE" || !findSource(parcel.source)?.capabilities.pack) return parcel;
  const { shippingPackageId: id } = parcel;
  await fillParcels(tx, [id], ctx.clock.now());
  return (await stepPackages(tx, [id])).get(id) ?? parcel;
}

function askedNow(parcel: StepPackage, step: ChannelStep): Refusal {
  if (step === "LABEL" && isOurs(parcel)) return refuse("COURIER_ASKED_NOW", { package: parcel.code }).refusal;
  return refuse("CHANNEL_ASKED_NOW", { package: parcel.code, channel: parcel.channelCode, what: WHAT[step] }).refusal;
}

/** No channel makes its label. */
function isOurs(parcel: StepPackage): boolean {
  return labelledBy(findSource(parcel.source), parcel) === "us";
}

/** The job found a step that may not be taken now: one that is over is forgotten, one that is stopped (a hold) waits. */
async function putAside(tx: Tx, ctx: Ctx, id: ShippingPackageId, step: ChannelStep, result: StepResult): Promise<void> {
  const { refusal } = result;
  if (refusal === null || refusal.code === "PACKAGE_STATE" || refusal.code === "PACKAGE_NOT_FOUND")
    return store.dropSteps(tx, [id], step);
  const now = ctx.clock.now();
  const until = now.add({ seconds: CLAIM_SECONDS });
  const wanted = { shippingPackageId: id, step, until, by: ctx.actor.name, thenLabel: false, anew: false };
  const claim = await store.claimStep(tx, wanted, now);
  if (claim === undefined) return;
  const nextAttemptAt = nextAttempt(now, claim.attempts);
  await store.endClaim(tx, claim, { state: "WAITING", refusal, words: null, nextAttemptAt }, null, now);
}

async function ask(ctx: Ctx, asking: Asking, step: ChannelStep): Promise<Fetched> {
  if (step === "INVOICE") return { step, verdict: await askInvoice(ctx, asking) };
  const { parcel } = asking;
  // One click went on from an invoice of the channel to a label of ours, or the seller ships by now.
  if (isOurs(parcel)) return { step, verdict: await askWaybill(ctx, asking) };
  return { step, verdict: await (parcel.adopted ? askCarrier(ctx, asking) : askLabel(ctx, asking)) };
}

async function settle(tx: Tx, ctx: Ctx, asking: Asking, fetched: Fetched, options: TakeOptions): Promise<StepResult> {
  const { parcel } = asking;
  const { shippingPackageId: id } = parcel;
  const { step } = fetched;
  const { due, settled } = await openStep(tx, ctx, [id], DECIDE[step]);
  if (!(await store.holdsClaim(tx, asking.claim))) {
    const now = settled.get(id);
    await leaveNumber(tx, ctx, asking, fetched, now === undefined ? "due" : "over");
    return now?.outcome === "UNCHANGED" ? now : waiting(parcel, askedNow(parcel, step));
  }
  const [locked] = due;
  if (locked === undefined) return stopped(tx, ctx, asking, settled.get(id));
  if (fetched.verdict.kind !== "ready") return told(tx, ctx, asking, fetched.verdict);
  const written = await write(tx, ctx, asking, fetched);
  if (!written.ok) {
    // The choice fell on a courier that has to be asked, in the moment between: it is asked next.
    const kind = written.refusal.code === "COURIER_ASKED_SOON" ? "wait" : "fail";
    return told(tx, ctx, asking, { kind, refusal: written.refusal, words: null });
  }
  await store.endClaim(tx, asking.claim, { state: "DONE" }, asking.exchangeId, ctx.now);
  const { invoiceNumber, awb, waits = false } = written.value;
  // The label that one click asks for is left to the job then, when the IRN is here.
  if (waits) return waitsForIrn({ ...parcel, invoiceNumber });
  if (step === "INVOICE" && asking.claim.thenLabel && options.labelToJob()) {
    await store.leaveToJob(tx, [id], "LABEL", { by: ctx.actor.name, thenLabel: false }, ctx.now);
    await enqueue(tx, askStepsJob, { channelId: parcel.channelId });
  }
  return { ...{ shippingPackageId: id, code: parcel.code }, outcome: "DONE", refusal: null, invoiceNumber, awb };
}

/** Whoever asks by now finds the number that came too late for this try, and a package that is over gives it back. */
async function leaveNumber(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  fetched: Fetched,
  package_: "due" | "over",
): Promise<void> {
  const { verdict, step } = fetched;
  if (step !== "LABEL" || verdict.kind !== "ready" || verdict.value.kind !== "courier ships") return;
  const { shippingPackageId: id } = asking.parcel;
  const { providerId } = verdict.value.waybill;
  if (package_ === "over") return unused(tx, ctx, asking);
  await store.leaveToJob(tx, [id], "LABEL", { by: ctx.actor.name, thenLabel: false, providerId }, ctx.now);
  await enqueue(tx, askCourierStepsJob, { providerId });
}

async function unused(tx: Tx, ctx: Ctx, asking: Asking): Promise<void> {
  const { shippingPackageId: id } = asking.parcel;
  const parcel = (await stepPackages(tx, [id])).get(id);
  if (parcel && isOurs(parcel)) await giveBackUnused(tx, ctx, parcel, "the package does not use it");
}

type Written = Result<{ invoiceNumber: string | null; awb: string | null; waits?: boolean }, Refusal>;

async function write(tx: Tx, ctx: Ctx, asking: Asking, fetched: Fetched): Promise<Written> {
  if (fetched.step === "INVOICE") {
    assert(fetched.verdict.kind === "ready", "only what is ready is written");
    return writeInvoice(tx, ctx, asking, fetched.verdict.value);
  }
  assert(fetched.verdict.kind === "ready", "only what is ready is written");
  const label = fetched.verdict.value;
  const { invoiceNumber } = asking.parcel;
  if (label.kind === "courier ships") {
    const made = await writeCourierLabel(tx, ctx, asking, label);
    return made.ok ? ok({ invoiceNumber, awb: made.value.awb }) : made;
  }
  if (label.kind === "channel ships") {
    const made = await writeLabel(tx, ctx, asking, label);
    return made.ok ? ok({ invoiceNumber, awb: made.value.awb }) : made;
  }
  if (label.kind === "seller ships") {
    const handedBack = await handBackShipping(tx, ctx, asking);
    if (!handedBack.ok) return handedBack;
  }
  if (asking.parcel.adopted) return ok({ invoiceNumber, awb: null }); // it left with a courier of the seller's, and nobody prints a label
  const [own] = await labelIn(tx, ctx, [asking.parcel.shippingPackageId]);
  assert(own !== undefined, "labelling answers for each package");
  return own.refusal === null ? ok({ invoiceNumber, awb: own.awb }) : { ok: false, refusal: own.refusal };
}

/** The package may not go through the step any more: held, cancelled, or done by somebody else while the channel was asked. */
async function stopped(tx: Tx, ctx: Ctx, asking: Asking, now: StepResult | undefined): Promise<StepResult> {
  assert(now !== undefined, "what is not due is settled");
  if (asking.claim.step === "LABEL" && (now.refusal === null || now.refusal.code === "PACKAGE_STATE"))
    await unused(tx, ctx, asking); // a hold ends: its number is used then
  if (now.refusal === null) {
    await store.endClaim(tx, asking.claim, { state: "DONE" }, asking.exchangeId, ctx.now);
    return now;
  }
  if (now.refusal.code === "PACKAGE_STATE") {
    await store.dropSteps(tx, [asking.claim.shippingPackageId], asking.claim.step);
    return now;
  }
  const end = { refusal: now.refusal, words: null, nextAttemptAt: nextAttempt(ctx.now, asking.claim.attempts) };
  await store.endClaim(tx, asking.claim, { state: "WAITING", ...end }, asking.exchangeId, ctx.now);
  return now;
}

/** Keeps what asking came to, tells the timeline of a new cause, and answers in words. */
async function told(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  verdict: Extract<Verdict<never>, { kind: "wait" | "fail" }>,
): Promise<StepResult> {
  const { parcel, claim } = asking;
  const { refusal, words } = verdict;
  const byCourier = claim.step === "LABEL" && isOurs(parcel);
  const nextAttemptAt =
    verdict.kind === "wait" ? nextAttempt(ctx.now, claim.attempts, verdict.retryAfterMs ?? 0) : null;
  const end: store.StepEnd =
    nextAttemptAt === null ? { state: "FAILED", refusal, words } : { state: "WAITING", refusal, words, nextAttemptAt };
  await store.endClaim(tx, claim, end, asking.exchangeId, ctx.now);
  if (isNews(verdict, claim))
    await writeEvents(
      tx,
      [
        {
          id: newId(),
          saleOrderId: parcel.saleOrderId,
          packageId: parcel.shippingPackageId,
          kind:
            claim.step === "INVOICE"
              ? "CHANNEL_INVOICE_FAILED"
              : byCourier
                ? "COURIER_LABEL_FAILED"
                : "CHANNEL_LABEL_FAILED",
          facts: {
            ...{ package: parcel.code, code: refusal.code, message: explain(refusal).message },
            ...{
              ...(byCourier
                ? { courierSays: words, courierExchangeId: asking.exchangeId }
                : { channelSays: words, exchangeId: asking.exchangeId }),
              nextAttemptAt: nextAttemptAt?.toString() ?? null,
            },
          },
        },
      ],
      ctx.actor,
      ctx.now,
    );
  return verdict.kind === "wait" ? waiting(parcel, refusal) : failed(parcel, refusal);
}
