import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import type { WaybillWish } from "../../../couriers/kit/index.ts";
import { assert, newId, type Refusal, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import { customFieldsOf, writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import {
  type CourierExchangeId,
  callCourier,
  judgeWaybill,
  type NumberQuestion,
  newQuestion,
  noteAnswer,
  resume,
  tellOfChange,
  type WaybillAnswer,
  type WaybillRow,
  type WaybillSubject,
  waybills,
  writeQuestion,
} from "../../shipping/index.ts";
import { ATTEMPTS_MAX, type Verdict } from "../channel-steps/channel-step.ts";
import type { Asking, FetchedFile } from "../channel-steps/question.ts";
import { holdsClaim, noteProvider } from "../channel-steps/store.ts";
import { awbElsewhere, fillParcels, stepPackages } from "../steps.store.ts";
import { lockPackages } from "../store.ts";
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
interface Question extends NumberQuestion {
  readonly wish: WaybillWish;
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
  await lockPackages(tx, [id]); // before its step, as everybody does: who labels it at the same moment would wait for us, and we for him
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

async function goOnWith(tx: Tx, ctx: Ctx, asking: Asking, live: WaybillRow): Promise<Plan> {
  const { shippingPackageId: packageId, code: packageCode } = asking.parcel;
  const resumed = await resume(tx, live, ctx.now);
  switch (resumed.kind) {
    case "given":
      return resumed;
    case "busy":
      return wait(refuse("COURIER_ASKED_NOW", { package: packageCode }).refusal);
    case "lost": {
      const { words } = resumed;
      const about = { package: packageCode, courier: live.providerCode, words, code: live.subjectCode };
      return {
        kind: "verdict",
        verdict: { kind: "fail", refusal: refuse("COURIER_ANSWER_LOST", about).refusal, words },
      };
    }
    case "again":
      return send(tx, ctx, asking, resumed.question, { subject: { packageId }, choice: null, byPerson: false });
  }
}

async function askNew(tx: Tx, ctx: Ctx, asking: Asking, chosen: ChosenCourier): Promise<Plan> {
  const subject = { packageId: asking.parcel.shippingPackageId };
  const { providerId, code: courier, choice, byPerson } = chosen;
  const question = await newQuestion(tx, subject, { providerId, courier, code: asking.parcel.code });
  return send(tx, ctx, asking, question, { subject, choice, byPerson });
}

async function send(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  question: NumberQuestion,
  of: { readonly subject: WaybillSubject; readonly choice: unknown; readonly byPerson: boolean },
): Promise<Plan> {
  const wish = await wishFor(tx, asking, question.courier, question.code);
  if (wish.kind !== "ready") return { kind: "verdict", verdict: wish };
  const { subject, choice, byPerson } = of;
  await writeQuestion(tx, ctx, question, { subject, direction: "FORWARD", choice });
  return { kind: "ask", question: { ...question, wish: wish.value, byPerson } };
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
  const { code: packageCode, shippingPackageId: except } = asking.parcel;
  const { providerId, courier } = question;
  const about = { package: packageCode, courier };
  const elsewhere = async (awb: string) =>
    (await awbElsewhere(tx, { providerId, awb, except })) ? "another package" : null;
  const noted = await noteAnswer(tx, ctx, question, answer, exchangeId, elsewhere);
  switch (noted.kind) {
    case "given":
      await tellIfChanged(tx, ctx, except, question, noted.waybill);
      return noted;
    case "refused": {
      const { words } = noted;
      const { refusal } = refuse("COURIER_REFUSED_PARCEL", { ...about, words });
      if (!noted.triesNext || question.byPerson) return { kind: "verdict", verdict: { kind: "fail", refusal, words } };
      await tellRefused(tx, ctx, asking, refusal, { words, exchangeId });
      return { kind: "next", refused: { refusal, words } };
    }
    case "taken": {
      const { awb, other, words } = noted;
      const { refusal } = refuse("COURIER_AWB_TAKEN", { ...about, awb, other });
      return { kind: "verdict", verdict: { kind: "fail", refusal, words } };
    }
    case "unsure": {
      const { words, repeats } = noted;
      const code = repeats ? "COURIER_ANSWER_LOST_REPEATED" : "COURIER_ANSWER_LOST";
      const { refusal } = refuse(code, { ...about, words, code: question.code });
      const goesOn = repeats && asking.claim.attempts < ATTEMPTS_MAX;
      return { kind: "verdict", verdict: { kind: goesOn ? "wait" : "fail", refusal, words } };
    }
    case "not asked":
      return { kind: "verdict", verdict: judgeNotAsked(noted.failure, about, asking.claim.attempts) };
    case "changed": {
      const { refusal } = refuse("COURIER_ASKED_NOW", { package: packageCode });
      return { kind: "verdict", verdict: { kind: "wait", refusal, words: null } };
    }
  }
}

const TOLD = ["weightGrams", "lengthMm", "widthMm", "heightMm", "boxes"] as const;

/**
 * Weight, size or boxes were changed while the number was asked for: its courier was told the former ones. The number is locked,
 * so that a change either is seen here or sees the number.
 */
async function tellIfChanged(
  tx: Tx,
  ctx: Ctx,
  packageId: ShippingPackageId,
  { waybillId, wish, again }: Question,
  given: WaybillRow,
): Promise<void> {
  if (given.waybillId !== waybillId) return; // another question brought it, and saw to that
  const [facts] = await waybillFacts(tx, [packageId]);
  // Asked again it gives the number that the first question made, with what that one said: nobody knows whether it was the same.
  if (facts === undefined || (!again && TOLD.every((each) => facts[each] === wish[each]))) return;
  await tellOfChange(tx, ctx, { packageId }, "the number was asked for with other figures, or more than once");
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
    courierExchangeId: said.exchangeId,
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
