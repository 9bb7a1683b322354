import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import type { WaybillWish } from "../../../couriers/kit/index.ts";
import { assert, newId, type Refusal, refuse } from "../../kernel/index.ts";
import { customFieldsOf, writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import {
  accountAbilities,
  type CourierExchangeId,
  callCourier,
  findCourier,
  findCourierAccount,
  judgeWaybill,
  type ShippingProviderId,
  subjectCodeOf,
  tellOfCancel,
  type WaybillAnswer,
  type WaybillId,
  type WaybillRow,
  waybills,
} from "../../shipping/index.ts";
import { ATTEMPTS_MAX, type Verdict } from "../channel-steps/channel-step.ts";
import { type Asking, CLAIM_SECONDS, type FetchedFile } from "../channel-steps/question.ts";
import { holdsClaim, noteProvider } from "../channel-steps/store.ts";
import { awbElsewhere, fillParcels, stepPackages } from "../steps.store.ts";
import { type ChosenCourier, chooseFor } from "./choose.ts";
import { waybillFacts } from "./facts.store.ts";
import { fetchCourierLabel } from "./fetch-label.ts";
import { measuresOf, wishOf } from "./wish.ts";

/** What came of asking for a label that no channel makes. "ours": a courier of a pool, or a number that is there. */
export type OwnLabel =
  | { readonly kind: "ours" }
  | { readonly kind: "courier ships"; readonly waybill: WaybillRow; readonly label: FetchedFile | null };

/** Couriers that one try asks at most: each refuses the parcel for where it goes, and the next is asked. */
const COURIERS_MAX = 5;
/** The answer of another try is on its way: its claim ends by itself. */
const LOOK_AGAIN_MS = 30_000;

/** A question that may be sent: it is written down already. */
interface Question {
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly courier: string;
  readonly code: string;
  readonly wish: WaybillWish;
  /** It was asked before, and its answer lost. */
  readonly again: boolean;
  readonly byPerson: boolean;
}

type Plan =
  | { readonly kind: "ours" }
  | { readonly kind: "given"; readonly waybill: WaybillRow }
  | { readonly kind: "ask"; readonly question: Question }
  | { readonly kind: "verdict"; readonly verdict: Verdict<never> };

/**
 * Asks the courier of a package for its tracking number and label. What is asked is written down before, and what is answered
 * right after, so that a process that ends in between leaves either a number to go on with or a doubt, and never a second
 * number. A courier that does not go where the parcel goes makes room for the next by rules and lists.
 */
export async function askWaybill(ctx: Ctx, asking: Asking): Promise<Verdict<OwnLabel>> {
  for (let asked = 1; ; asked++) {
    const plan = await at(ctx, (tx, now) => prepare(tx, now, asking));
    if (plan.kind === "verdict") return plan.verdict;
    if (plan.kind === "ours") return { kind: "ready", value: plan };
    if (plan.kind === "given") return withLabel(ctx, asking, plan.waybill);
    const { question } = plan;
    let exchangeId: CourierExchangeId | null = null;
    const { saleOrderId, shippingPackageId } = asking.parcel;
    const outcome = await callCourier(ctx, question.providerId, "createWaybill", question.wish, {
      interactive: asking.interactive,
      links: { saleOrderId, shippingPackageId },
      onExchange: (id) => {
        exchangeId = id;
      },
    });
    asking.note(exchangeId);
    const noted = await at(ctx, (tx, now) => note(tx, now, asking, question, judgeWaybill(outcome), exchangeId));
    if (noted.kind === "given") return withLabel(ctx, asking, noted.waybill);
    if (noted.kind === "verdict") return noted.verdict;
    if (asked >= COURIERS_MAX || !(await asking.goOn(ctx))) return { ...noted.refused, kind: "fail" };
  }
}

/** A short transaction at this moment. */
function at<T>(ctx: Ctx, work: (tx: Tx, ctx: Ctx) => Promise<T>): Promise<T> {
  const now: Ctx = { ...ctx, now: ctx.clock.now() };
  return now.db.transaction(now.tenantId, (tx) => work(tx, now));
}

async function withLabel(ctx: Ctx, asking: Asking, waybill: WaybillRow): Promise<Verdict<OwnLabel>> {
  const label = await fetchCourierLabel(ctx, asking, waybill);
  if (label.kind !== "ready") return label;
  return { kind: "ready", value: { kind: "courier ships", waybill, label: label.value } };
}

/** Decides what to ask, and writes it down. */
async function prepare(tx: Tx, ctx: Ctx, asking: Asking): Promise<Plan> {
  const { shippingPackageId: id, code } = asking.parcel;
  if (!(await holdsClaim(tx, asking.claim))) return wait(refuse("COURIER_ASKED_NOW", { package: code }).refusal);
  const live = await waybills.lockLive(tx, { packageId: id });
  if (live !== undefined) {
    await noteProvider(tx, asking.claim, live.providerId, ctx.now);
    return goOnWith(tx, ctx, asking, live);
  }
  const parcel = (await stepPackages(tx, [id])).get(id);
  assert(parcel !== undefined, "a package stays");
  if (parcel.awb !== null) return { kind: "ours" };
  const chosen = await chooseFor(tx, ctx, parcel);
  if (!chosen.ok) return { kind: "verdict", verdict: { kind: "fail", refusal: chosen.refusal, words: null } };
  const courier = chosen.value;
  await noteProvider(tx, asking.claim, courier.kind === "API" ? courier.providerId : null, ctx.now);
  return courier.kind === "API" ? askNew(tx, ctx, asking, courier) : { kind: "ours" };
}

/** A number that is there is used; a question that was cut off is asked again only where that gives the same number. */
async function goOnWith(tx: Tx, ctx: Ctx, asking: Asking, live: WaybillRow): Promise<Plan> {
  if (live.state === "GIVEN") return { kind: "given", waybill: live };
  const { waybillId, providerId, providerCode: courier, subjectCode: code } = live;
  const cutOff = live.askingUntil === null || Temporal.Instant.compare(live.askingUntil, ctx.now) <= 0;
  if (!cutOff) return wait(refuse("COURIER_ASKED_NOW", { package: asking.parcel.code }).refusal);
  const words = live.words ?? "the process that asked ended before the answer came";
  if (!(await repeatIsSafe(tx, providerId))) {
    await waybills.becomeUnsure(tx, waybillId, words, null, ctx.now);
    const { refusal } = refuse("COURIER_ANSWER_LOST", { package: asking.parcel.code, courier, words, code });
    return { kind: "verdict", verdict: { kind: "fail", refusal, words } };
  }
  const wish = await wishFor(tx, asking, courier, code);
  if (wish.kind !== "ready") return { kind: "verdict", verdict: wish };
  await waybills.askAgain(tx, waybillId, ctx.now.add({ seconds: CLAIM_SECONDS }), ctx.now);
  const question = { waybillId, providerId, courier, code, wish: wish.value, again: true, byPerson: false };
  return { kind: "ask", question };
}

async function askNew(tx: Tx, ctx: Ctx, asking: Asking, courier: ChosenCourier): Promise<Plan> {
  const { shippingPackageId: packageId, code: packageCode } = asking.parcel;
  const { providerId, code: provider, choice, byPerson } = courier;
  const before = await waybills.waybillsOf(tx, { packageId });
  const dead = before.filter((w) => w.providerId === providerId && w.awb !== null);
  const code = subjectCodeOf(packageCode, dead.length);
  const wish = await wishFor(tx, asking, provider, code);
  if (wish.kind !== "ready") return { kind: "verdict", verdict: wish };
  const waybillId = newId<"CourierWaybill">();
  const until = ctx.now.add({ seconds: CLAIM_SECONDS });
  const row = { waybillId, providerId, direction: "FORWARD", subject: { packageId }, subjectCode: code } as const;
  await waybills.insertAsked(tx, { ...row, choice, until, by: ctx.actor.name }, ctx.now);
  const question = { waybillId, providerId, courier: provider, code, wish: wish.value, again: false, byPerson };
  return { kind: "ask", question };
}

/** What the courier is told of the package: its weight and size from the SKUs where nobody entered them. */
async function wishFor(tx: Tx, asking: Asking, courier: string, code: string): Promise<Verdict<WaybillWish>> {
  const { shippingPackageId: id, saleOrderId } = asking.parcel;
  await fillParcels(tx, [id], asking.at);
  const [facts] = await waybillFacts(tx, [id]);
  assert(facts !== undefined, "a package has a delivery address");
  const measures = measuresOf(facts, courier);
  if (!measures.ok) return { kind: "fail", refusal: measures.refusal, words: null };
  const fields = await customFieldsOf(tx, { orders: [saleOrderId], packages: [id] });
  const customFields = [...(fields.get(saleOrderId) ?? []), ...(fields.get(id) ?? [])];
  return { kind: "ready", value: wishOf(facts, measures.value, { code, customFields }) };
}

async function repeatIsSafe(tx: Tx, providerId: ShippingProviderId): Promise<boolean> {
  const account = await findCourierAccount(tx, providerId);
  return (
    account !== undefined && findCourier(account.courier) !== undefined && accountAbilities(account).repeatGivesSame
  );
}

function wait(refusal: Refusal): Plan {
  return { kind: "verdict", verdict: { kind: "wait", refusal, words: null, retryAfterMs: LOOK_AGAIN_MS } };
}

type Noted =
  | { readonly kind: "given"; readonly waybill: WaybillRow }
  /** This courier does not go there: the next may be asked. */
  | { readonly kind: "next"; readonly refused: { readonly refusal: Refusal; readonly words: string | null } }
  | { readonly kind: "verdict"; readonly verdict: Verdict<never> };

/** Writes what the courier answered, whatever became of the package meanwhile. */
async function note(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  question: Question,
  answer: WaybillAnswer,
  exchangeId: CourierExchangeId | null,
): Promise<Noted> {
  const about = { package: asking.parcel.code, courier: question.courier };
  const { waybillId } = question;
  switch (answer.kind) {
    case "given":
      return noteGiven(tx, ctx, asking, question, answer, exchangeId);
    case "refused": {
      const { words, code, triesNext } = answer;
      await waybills.becomeRefused(tx, waybillId, { words, code, triesNext }, exchangeId, ctx.now);
      const { refusal } = refuse("COURIER_REFUSED_PARCEL", { ...about, words });
      if (!triesNext || question.byPerson) return { kind: "verdict", verdict: { kind: "fail", refusal, words } };
      await tellRefused(tx, ctx, asking, refusal, { words, exchangeId });
      return { kind: "next", refused: { refusal, words } };
    }
    case "unsure": {
      const { words } = answer;
      await waybills.becomeUnsure(tx, waybillId, words, exchangeId, ctx.now);
      const safe = await repeatIsSafe(tx, question.providerId);
      const code = safe ? "COURIER_ANSWER_LOST_REPEATED" : "COURIER_ANSWER_LOST";
      const { refusal } = refuse(code, { ...about, words, code: question.code });
      const goesOn = safe && asking.claim.attempts < ATTEMPTS_MAX;
      return { kind: "verdict", verdict: { kind: goesOn ? "wait" : "fail", refusal, words } };
    }
    case "not asked":
      if (question.again)
        await waybills.becomeUnsure(tx, waybillId, answer.failure.channelMessage ?? "", null, ctx.now);
      else await waybills.forgetAsked(tx, waybillId);
      return { kind: "verdict", verdict: judgeNotAsked(answer.failure, about, asking.claim.attempts) };
  }
}

async function noteGiven(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  question: Question,
  { waybill }: Extract<WaybillAnswer, { kind: "given" }>,
  exchangeId: CourierExchangeId | null,
): Promise<Noted> {
  const { waybillId, providerId, courier } = question;
  const { awb } = waybill;
  const { code, shippingPackageId: except } = asking.parcel;
  const mine = await waybills.lockWaybill(tx, waybillId);
  const holder = await waybills.lockNumber(tx, { providerId, awb });
  if (mine?.state === "GIVEN" && mine.awb === awb) return { kind: "given", waybill: mine }; // asked twice, answered alike
  const other =
    holder?.subjectCode ?? ((await awbElsewhere(tx, { providerId, awb, except })) ? "another package" : null);
  if (other !== null) {
    const { refusal } = refuse("COURIER_AWB_TAKEN", { package: code, courier, awb, other });
    const words = `the tracking number ${awb} is ${other}'s`;
    await waybills.becomeRefused(tx, waybillId, { code: refusal.code, words, triesNext: false }, exchangeId, ctx.now);
    return { kind: "verdict", verdict: { kind: "fail", refusal, words } };
  }
  if (mine?.state === "ASKED" || mine?.state === "UNSURE") {
    await waybills.becomeGiven(tx, waybillId, waybill, exchangeId, ctx.now);
    const given = await waybills.lockWaybill(tx, waybillId);
    assert(given?.state === "GIVEN", "a number that was given is there");
    return { kind: "given", waybill: given };
  }
  // The question was settled otherwise while its answer was on its way: this number is nobody's, and goes back.
  assert(mine !== undefined, "a question that was sent is written down");
  const spare = await waybills.insertGivenBesides(tx, mine, waybill, exchangeId, ctx.now);
  await tellOfCancel(tx, ctx, [{ waybillId: spare, providerId }], "another number of the package is used");
  if (mine.state === "GIVEN") return { kind: "given", waybill: mine };
  const { refusal } = refuse("COURIER_ASKED_NOW", { package: code });
  return { kind: "verdict", verdict: { kind: "wait", refusal, words: null } };
}

/** The timeline tells each courier that did not take the parcel, also where the next one does. */
async function tellRefused(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  refusal: Refusal,
  said: { readonly words: string; readonly exchangeId: CourierExchangeId | null },
): Promise<void> {
  const { saleOrderId, shippingPackageId: packageId, code } = asking.parcel;
  const facts = {
    package: code,
    code: refusal.code,
    message: explain(refusal).message,
    courierSays: said.words,
    exchangeId: said.exchangeId,
  };
  await writeEvents(tx, [{ id: newId(), saleOrderId, packageId, kind: "COURIER_REFUSED", facts }], ctx.actor, ctx.now);
}

/** The courier gave nothing, for certain: what another try may heal waits for it, the rest is a person's. Pure. */
export function judgeNotAsked(
  failure: ConnectorFailure,
  about: { readonly package: string; readonly courier: string },
  attempts: number,
): Verdict<never> {
  const words = failure.channelMessage ?? null;
  const of = (code: string) => ({ refusal: refuse(code, { ...about, words: words ?? failure.kind }).refusal, words });
  switch (failure.kind) {
    case "auth":
      return { kind: "fail", ...of("COURIER_LOGIN_REFUSED") };
    case "refused":
    case "bad_answer": // its address leads elsewhere: nothing of the question arrived
      return { kind: "fail", ...of("COURIER_NUMBER_NOT_ASKED") };
    case "transient":
    case "throttle":
    case "breaker_open": {
      const { retryAfterMs = 0 } = failure;
      return attempts < ATTEMPTS_MAX
        ? { kind: "wait", ...of("COURIER_NOT_REACHED"), retryAfterMs }
        : { kind: "fail", ...of("COURIER_NOT_REACHED") };
    }
  }
}
