import { assert, newId, type Refusal, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, type JobOutcome } from "../../platform/jobs.ts";
import { explain } from "../../platform/refusals.ts";
import {
  accountAbilities,
  type CourierExchangeId,
  callCourier,
  findCourier,
  findCourierAccount,
  judgeTold,
  nextTelling,
  type ShippingProviderId,
  type TellingId,
  type Told,
  tellCourierJob,
  tellings,
  type WaybillRow,
  waybills,
} from "../../shipping/index.ts";
import { waybillFacts } from "./facts.store.ts";
import { saleOrderOf } from "./numbers.store.ts";
import { changeOf, measuresOf } from "./wish.ts";

/** Then the job hands over to a next one, so that a stop of the process need not wait. */
const TURN_MAX_MS = 20_000;
/** Longer than a call with its repeats. A process that ends leaves its claim behind for so long. */
const CLAIM_SECONDS = 120;

/** A telling that is under way: what is said, of which number. */
interface Telling {
  readonly claim: tellings.Claimed;
  readonly waybill: WaybillRow;
}

type Begun =
  | { readonly kind: "nothing" }
  | { readonly kind: "over"; readonly tellingId: TellingId }
  | { readonly kind: "tell"; readonly telling: Telling };

/**
 * Tells a courier what is due of its numbers, one after the other: other weights and sizes, and numbers that are not used.
 * Telling twice changes nothing, so that a lost answer is told again.
 */
export async function tellCourier(ctx: Ctx, providerId: ShippingProviderId): Promise<JobOutcome> {
  const endAtMs = performance.now() + TURN_MAX_MS;
  const tried: TellingId[] = [];
  for (;;) {
    const begun = await step(ctx, (tx, now) => begin(tx, now, providerId, tried));
    if (begun.kind === "nothing") return "done";
    if (begun.kind === "over") {
      tried.push(begun.tellingId);
      continue;
    }
    const { telling } = begun;
    tried.push(telling.claim.tellingId);
    const { told, exchangeId } = await tell(ctx, telling);
    const ended = await step(ctx, (tx, now) => settle(tx, now, telling, told, exchangeId));
    if (ended === "again") tried.pop();
    if (performance.now() < endAtMs) continue;
    await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, tellCourierJob, { providerId }));
    return "done";
  }
}

function step<T>(ctx: Ctx, work: (tx: Tx, ctx: Ctx) => Promise<T>): Promise<T> {
  const now: Ctx = { ...ctx, now: ctx.clock.now() };
  return now.db.transaction(now.tenantId, (tx) => work(tx, now));
}

async function begin(tx: Tx, ctx: Ctx, providerId: ShippingProviderId, tried: readonly TellingId[]): Promise<Begun> {
  // Whole milliseconds: the database keeps fewer digits than our clock, and the claim is known again by this moment.
  const until = ctx.now.round("millisecond").add({ seconds: CLAIM_SECONDS });
  const claim = await tellings.claimNext(tx, providerId, tried, until, ctx.now);
  if (claim === undefined) return { kind: "nothing" };
  const waybill = await waybills.lockWaybill(tx, claim.waybillId);
  assert(waybill !== undefined, "a telling is about a number");
  const over = { kind: "over", tellingId: claim.tellingId } as const;
  const wantedState = claim.kind === "CANCEL" ? "GIVING_BACK" : "GIVEN";
  if (waybill.state !== wantedState) {
    await tellings.endTelling(tx, claim, { state: "DROPPED" }, null, ctx.now);
    return over;
  }
  if (claim.kind === "CANCEL" && !(await takesBack(tx, providerId))) {
    await tellings.endTelling(tx, claim, { state: "DROPPED" }, null, ctx.now);
    await waybills.endGivingBack(tx, waybill.waybillId, "LAPSED", ctx.now);
    await writeTimeline(tx, ctx, waybill, "COURIER_NUMBER_LAPSED", {});
    return over;
  }
  return { kind: "tell", telling: { claim, waybill } };
}

/** Has the courier a call for numbers that are not used? Of an account that is gone nobody can ask. */
async function takesBack(tx: Tx, providerId: ShippingProviderId): Promise<boolean> {
  const account = await findCourierAccount(tx, providerId);
  if (account === undefined || !findCourier(account.courier)) return true; // told when there is one again, or settled by a person
  return accountAbilities(account).cancels;
}

async function tell(
  ctx: Ctx,
  { claim, waybill }: Telling,
): Promise<{ readonly told: Told; readonly exchangeId: CourierExchangeId | null }> {
  const { awb, providerId, providerCode: provider, packageId, returnCaseId } = waybill;
  assert(awb !== null, "a number that is told about is there");
  let exchangeId: CourierExchangeId | null = null;
  const links = {
    ...(packageId === null ? {} : { shippingPackageId: packageId }),
    ...(returnCaseId === null ? {} : { returnCaseId }),
  };
  const onExchange = (id: CourierExchangeId) => {
    exchangeId = id;
  };
  const options = { links, onExchange };
  const about = { provider, awb, kind: claim.kind, attempts: claim.attempts };
  if (claim.kind === "CANCEL") {
    const outcome = await callCourier(ctx, providerId, "cancelWaybill", awb, options);
    return { told: judgeTold(outcome, about), exchangeId };
  }
  const facts = packageId === null ? [] : await ctx.db.read(ctx.tenantId, (tx) => waybillFacts(tx, [packageId]));
  const [parcel] = facts;
  const measures = parcel === undefined ? null : measuresOf(parcel, provider);
  if (parcel === undefined || measures === null)
    return {
      told: {
        kind: "fail",
        refusal: refuse("COURIER_CANNOT", { provider, operation: "updateWaybill" }).refusal,
        words: null,
      },
      exchangeId,
    };
  if (!measures.ok) return { told: { kind: "fail", refusal: measures.refusal, words: null }, exchangeId };
  const change = changeOf(parcel, measures.value, { awb, code: waybill.subjectCode });
  const outcome = await callCourier(ctx, providerId, "updateWaybill", change, options);
  return { told: judgeTold(outcome, about), exchangeId };
}

async function settle(
  tx: Tx,
  ctx: Ctx,
  { claim, waybill }: Telling,
  told: Told,
  exchangeId: CourierExchangeId | null,
): Promise<"ended" | "again" | null> {
  const { attempts } = claim;
  if (told.kind === "done") {
    const ended = await tellings.endTelling(tx, claim, { state: "DONE" }, exchangeId, ctx.now);
    if (claim.kind === "CANCEL") await waybills.endGivingBack(tx, waybill.waybillId, "GIVEN_BACK", ctx.now);
    const kind = claim.kind === "CANCEL" ? "COURIER_NUMBER_GIVEN_BACK" : "COURIER_TOLD_CHANGE";
    await writeTimeline(tx, ctx, waybill, kind, { courierExchangeId: exchangeId });
    return ended;
  }
  const { refusal, words } = told;
  const nextAttemptAt = told.kind === "wait" ? nextTelling(ctx.now, attempts, told.retryAfterMs) : null;
  const end: tellings.TellingEnd =
    nextAttemptAt === null ? { state: "FAILED", refusal, words } : { state: "WAITING", refusal, words, nextAttemptAt };
  const ended = await tellings.endTelling(tx, claim, end, exchangeId, ctx.now);
  if (isNews(told, refusal, claim)) {
    const kind = claim.kind === "CANCEL" ? "COURIER_CANCEL_FAILED" : "COURIER_CHANGE_FAILED";
    const facts = {
      code: refusal.code,
      message: explain(refusal).message,
      courierSays: words,
      courierExchangeId: exchangeId,
    };
    await writeTimeline(tx, ctx, waybill, kind, { ...facts, nextAttemptAt: nextAttemptAt?.toString() ?? null });
  }
  return ended;
}

/** Is this another cause than the one that the timeline has already? */
function isNews(told: Told, refusal: Refusal, before: Pick<tellings.Claimed, "code" | "words">): boolean {
  if (told.kind === "done" || refusal.code !== before.code) return true;
  return told.kind === "fail" && told.words !== before.words;
}

/** A customer's return has a page of its own; what couriers are told of packages stands on the order's timeline. */
async function writeTimeline(
  tx: Tx,
  ctx: Ctx,
  waybill: WaybillRow,
  kind: string,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { packageId, providerCode: courier, awb } = waybill;
  const order = packageId === null ? undefined : await saleOrderOf(tx, packageId);
  if (packageId === null || order === undefined) return;
  const facts = { package: order.package, courier, awb, ...more };
  const event = { id: newId(), saleOrderId: order.saleOrderId, packageId, kind, facts };
  await writeEvents(tx, [event], ctx.actor, ctx.now);
}
