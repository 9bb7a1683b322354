import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import type { WaybillWish } from "../../../couriers/kit/index.ts";
import { ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import {
  type CourierExchangeId,
  callCourier,
  giveBackReturnNumber,
  judgeWaybill,
  type NotedAnswer,
  type NumberQuestion,
  newQuestion,
  nextTelling,
  noteAnswer,
  resume,
  type WaybillRow,
  waybills,
  writeQuestion,
} from "../../shipping/index.ts";
import { type LockedCase, lockCases } from "../case.store.ts";
import { note, tell } from "../case-record.ts";
import { type ReturnCaseId, returnLifecycle } from "../return-case.ts";
import { type AskClaim, claimDue, claimOne, endAsk, holdOn, numberElsewhere } from "./ask.store.ts";
import { chooseCollector } from "./choose.ts";
import { type PickupFacts, pickupFacts } from "./facts.store.ts";
import { giveCourier } from "./give-courier.ts";
import { customerOf, decideWanted, wishOf } from "./pickup.ts";
import { allProviders } from "./providers.store.ts";
import { forgetWatch } from "./tracking.store.ts";

/** Longer than a call with its repeats: a process that ends leaves its claim behind for so long. */
const CLAIM_SECONDS = 120;
/** Couriers that one try asks at most: each says that it does not collect there, and the next is asked. */
const COURIERS_MAX = 5;
/** About two days: then a person has to look. */
const TRIES_MAX = 100;

/** What one try came to. */
type Verdict =
  | { readonly kind: "given"; readonly courier: string; readonly awb: string }
  /** Nobody has to be asked any more. */
  | { readonly kind: "over" }
  | { readonly kind: "wait"; readonly refusal: Refusal; readonly words: string | null; readonly retryAfterMs?: number }
  | { readonly kind: "fail"; readonly refusal: Refusal; readonly words: string | null };

interface Question extends NumberQuestion {
  readonly wish: WaybillWish;
  readonly byPerson: boolean;
}

type Plan =
  | { readonly kind: "ask"; readonly question: Question; readonly claim: AskClaim; readonly facts: PickupFacts }
  | { readonly kind: "verdict"; readonly verdict: Verdict };

/** A short transaction at this moment. */
function at<T>(ctx: Ctx, work: (tx: Tx, ctx: Ctx) => Promise<T>): Promise<T> {
  const now: Ctx = { ...ctx, now: ctx.clock.now() };
  return now.db.transaction(now.tenantId, (tx) => work(tx, now));
}

// Whole milliseconds: the database keeps fewer digits than our clock, and a claim is known again by this moment.
const claimUntil = (ctx: Ctx) => ctx.now.round("millisecond").add({ seconds: CLAIM_SECONDS });

/** Asks for one return now, for a person who waits. Refuses RETURN_COURIER_ASKED_NOW, and with what the try came to. */
export async function askNow(ctx: Ctx, id: ReturnCaseId): Promise<Result<{ courier: string; awb: string } | null>> {
  const claim = await at(ctx, (tx, now) => claimOne(tx, id, claimUntil(now), now.now));
  if (claim === undefined) {
    const [of] = await ctx.db.read(ctx.tenantId, (tx) => pickupFacts(tx, [id]));
    return refuse("RETURN_COURIER_ASKED_NOW", { return: of?.code ?? "it" });
  }
  const verdict = await carryOut(ctx, claim, true);
  if (verdict.kind === "given") return ok({ courier: verdict.courier, awb: verdict.awb });
  return verdict.kind === "over" ? ok(null) : { ok: false, refusal: verdict.refusal };
}

/** Asks for the return that is due for longest. @returns which, or null where nothing is due */
export async function askNext(ctx: Ctx, tried: readonly ReturnCaseId[]): Promise<ReturnCaseId | null> {
  const claim = await at(ctx, (tx, now) => claimDue(tx, tried, claimUntil(now), now.now));
  if (claim === undefined) return null;
  await carryOut(ctx, claim, false);
  return claim.returnCaseId;
}

/**
 * Asks couriers in their order until one gives a number or says something that no other would say differently. What is asked
 * is written down before and what is answered right after, by the same means as for labels.
 */
async function carryOut(ctx: Ctx, first: AskClaim, interactive: boolean): Promise<Verdict> {
  let claim = first;
  let exchangeId: CourierExchangeId | null = null;
  for (let asked = 1; ; asked++) {
    const plan = await at(ctx, (tx, now) => prepare(tx, now, claim));
    if (plan.kind === "verdict") return end(ctx, claim, plan.verdict, exchangeId);
    const { question, facts } = plan;
    claim = plan.claim;
    const outcome = await callCourier(ctx, question.providerId, "createWaybill", question.wish, {
      interactive,
      links: { saleOrderId: facts.saleOrderId, returnCaseId: facts.returnCaseId },
      onExchange: (made) => {
        exchangeId = made;
      },
    });
    const verdict = await at(ctx, (tx, now) => takeAnswer(tx, now, plan, judgeWaybill(outcome), exchangeId));
    if (verdict.kind !== "next") return end(ctx, claim, verdict, exchangeId);
    if (asked >= COURIERS_MAX) return end(ctx, claim, { ...verdict.refused, kind: "fail" }, exchangeId);
  }
}

async function end(
  ctx: Ctx,
  claim: AskClaim,
  verdict: Verdict,
  exchangeId: CourierExchangeId | null,
): Promise<Verdict> {
  await at(ctx, (tx, now) => {
    if (verdict.kind === "given") return endAsk(tx, claim, { state: "DONE" }, exchangeId, now.now);
    if (verdict.kind === "over") return endAsk(tx, claim, { state: "DROPPED" }, exchangeId, now.now);
    const { refusal, words } = verdict;
    if (verdict.kind === "fail") return endAsk(tx, claim, { state: "FAILED", refusal, words }, exchangeId, now.now);
    const nextAt = nextTelling(now.now, claim.attempts, verdict.retryAfterMs ?? 0);
    return endAsk(tx, claim, { state: "WAITING", refusal, words, nextAt }, exchangeId, now.now);
  });
  return verdict;
}

const fail = (refusal: Refusal, words: string | null = null): Plan => ({
  kind: "verdict",
  verdict: { kind: "fail", refusal, words },
});

/** Decides whom to ask, and writes the question down. */
async function prepare(tx: Tx, ctx: Ctx, claim: AskClaim): Promise<Plan> {
  const id = claim.returnCaseId;
  const [found] = await lockCases(tx, [id]); // the return before its number, as everywhere
  const [facts] = await pickupFacts(tx, [id]);
  if (found === undefined || facts === undefined) return { kind: "verdict", verdict: { kind: "over" } };
  const live = await waybills.lockLive(tx, { returnCaseId: id });
  const wanted = decideWanted(facts, claim.wantedProviderId !== null || live !== undefined);
  if (!wanted.ok) return { kind: "verdict", verdict: { kind: "over" } };
  const customer = customerOf(facts);
  if (!customer.ok) return fail(customer.refusal);
  if (live === undefined) {
    const { wantedProviderId: providerId, wantedBy: by } = claim;
    const of = {
      wanted: providerId && { providerId, by },
      customer: customer.value,
      providers: await allProviders(tx),
    };
    const chosen = await chooseCollector(tx, ctx, facts, of);
    if (!chosen.ok) return fail(chosen.refusal);
    const { code: courier, choice, byPerson } = chosen.value;
    const about = { providerId: chosen.value.providerId, courier, code: facts.code };
    const question = await newQuestion(tx, { returnCaseId: id }, about);
    const wish = wishOf(facts, { courier, code: question.code, customer: customer.value });
    if (!wish.ok) return fail(wish.refusal);
    return send(tx, ctx, claim, facts, { ...question, wish: wish.value, byPerson }, choice);
  }
  const { providerCode: courier, subjectCode: code } = live;
  const resumed = await resume(tx, live, ctx.now);
  if (resumed.kind === "given") return { kind: "verdict", verdict: await takeNumber(tx, ctx, found, facts, live) };
  if (resumed.kind === "busy") {
    const { refusal } = refuse("RETURN_COURIER_ASKED_NOW", { return: facts.code });
    return { kind: "verdict", verdict: { kind: "wait", refusal, words: null } };
  }
  if (resumed.kind === "lost") {
    const { words } = resumed;
    return fail(refuse("RETURN_ANSWER_LOST", { return: facts.code, courier, words, code }).refusal, words);
  }
  const wish = wishOf(facts, { courier, code, customer: customer.value });
  if (!wish.ok) return fail(wish.refusal);
  return send(tx, ctx, claim, facts, { ...resumed.question, wish: wish.value, byPerson: false }, null);
}

async function send(
  tx: Tx,
  ctx: Ctx,
  claim: AskClaim,
  facts: PickupFacts,
  question: Question,
  choice: unknown,
): Promise<Plan> {
  const held = await holdOn(tx, claim, { until: claimUntil(ctx), providerId: question.providerId }, ctx.now);
  if (held === undefined) {
    const { refusal } = refuse("RETURN_COURIER_ASKED_NOW", { return: facts.code });
    return { kind: "verdict", verdict: { kind: "wait", refusal, words: null } };
  }
  const subject = { returnCaseId: facts.returnCaseId };
  await writeQuestion(tx, ctx, question, { subject, direction: "REVERSE", choice });
  return { kind: "ask", question, claim: held, facts };
}

type Taken =
  | Verdict
  | { readonly kind: "next"; readonly refused: { readonly refusal: Refusal; readonly words: string } };

/** Writes what the courier answered, and its number onto the return, in one transaction. */
async function takeAnswer(
  tx: Tx,
  ctx: Ctx,
  { question, facts, claim }: Extract<Plan, { kind: "ask" }>,
  answer: Parameters<typeof noteAnswer>[3],
  exchangeId: CourierExchangeId | null,
): Promise<Taken> {
  const { returnCaseId: id, code } = facts;
  const [found] = await lockCases(tx, [id]);
  const { providerId, courier } = question;
  const elsewhere = (awb: string) => numberElsewhere(tx, { providerId, courier, awb }, id);
  const noted = await noteAnswer(tx, ctx, question, answer, exchangeId, elsewhere);
  if (noted.kind === "given") {
    const [now] = await pickupFacts(tx, [id]);
    return found && now ? takeNumber(tx, ctx, found, now, noted.waybill) : { kind: "over" };
  }
  const taken = judgeNoted(noted, { return: code, courier, code: question.code }, claim.attempts);
  if (noted.kind !== "refused" || !noted.triesNext || question.byPerson || taken.kind !== "fail") return taken;
  const { refusal } = taken;
  const said = { courier, courierSays: noted.words, code: refusal.code, message: explain(refusal).message, exchangeId };
  if (found) await tell(tx, ctx, found, "REVERSE_COURIER_REFUSED", said);
  return { kind: "next", refused: { refusal, words: noted.words } };
}

/** What an answer without a number means: what another try may heal waits for it, the rest is a person's. Pure. */
export function judgeNoted(
  noted: Exclude<NotedAnswer, { kind: "given" }>,
  about: { readonly return: string; readonly courier: string; readonly code: string },
  attempts: number,
): Verdict {
  const of = (code: string, facts: object = {}) => refuse(code, { ...about, ...facts }).refusal;
  switch (noted.kind) {
    case "refused":
      return { kind: "fail", refusal: of("RETURN_COURIER_REFUSED", { words: noted.words }), words: noted.words };
    case "taken":
      return {
        kind: "fail",
        refusal: of("RETURN_AWB_TAKEN", { awb: noted.awb, other: noted.other }),
        words: noted.words,
      };
    case "unsure": {
      const { words, repeats } = noted;
      const refusal = of(repeats ? "RETURN_ANSWER_LOST_REPEATED" : "RETURN_ANSWER_LOST", { words });
      return { kind: repeats && attempts < TRIES_MAX ? "wait" : "fail", refusal, words };
    }
    case "changed":
      return { kind: "wait", refusal: of("RETURN_COURIER_ASKED_NOW"), words: null };
    case "not asked":
      return judgeNotAsked(noted.failure, of, attempts);
  }
}

function judgeNotAsked(
  failure: ConnectorFailure,
  of: (code: string, facts: object) => Refusal,
  attempts: number,
): Verdict {
  const words = failure.channelMessage ?? null;
  const said = { words: words ?? failure.kind };
  switch (failure.kind) {
    case "auth":
    case "refused":
    case "bad_answer":
      return { kind: "fail", refusal: of("RETURN_COURIER_NOT_ASKED", said), words };
    case "transient":
    case "throttle":
    case "breaker_open": {
      const refusal = of("RETURN_COURIER_NOT_REACHED", said);
      const { retryAfterMs = 0 } = failure;
      return attempts < TRIES_MAX ? { kind: "wait", refusal, words, retryAfterMs } : { kind: "fail", refusal, words };
    }
  }
}

/** The number onto the return, where that still wants one; otherwise it goes back. */
async function takeNumber(
  tx: Tx,
  ctx: Ctx,
  found: LockedCase,
  facts: PickupFacts,
  waybill: WaybillRow,
): Promise<Verdict> {
  const { returnCaseId: id, state } = found;
  const { awb, providerCode: courier, carrier } = waybill;
  if (awb === null) return { kind: "over" };
  if (facts.awb === awb && facts.courierCode === courier) return { kind: "given", courier, awb };
  if (!returnLifecycle.may("allocateCourier", state) || facts.awb !== null) {
    const reason = facts.awb === null ? `the return is ${state}` : "somebody else collects it";
    await giveBackReturnNumber(tx, ctx, id, reason);
    return { kind: "over" };
  }
  await giveCourier(tx, ctx, found, { courierCode: courier, name: carrier ?? courier, awb });
  await forgetWatch(tx, id);
  const { why } = readWhy(waybill.choice);
  await tell(tx, ctx, found, "REVERSE_PICKUP_COURIER", { courier, awb, carrier, why });
  await note(tx, ctx, found, "courier_allocated", {
    before: { state },
    after: { state: "COURIER_ALLOCATED", courier, awb, why },
  });
  return { kind: "given", courier, awb };
}

function readWhy(choice: unknown): { readonly why: string | null } {
  const isChoice = typeof choice === "object" && choice !== null && "why" in choice && typeof choice.why === "string";
  return { why: isChoice ? String(choice.why) : null };
}
