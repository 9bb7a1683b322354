import type {
  Cancelled,
  ExchangeRecord,
  InvoicePortal,
  PortalAccount,
  PortalFailure,
  PortalOutcome,
  Registered,
} from "../../connectors/kit/index.ts";
import { type Instant, newId, ok, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, type JobOutcome } from "../platform/jobs.ts";
import { explain } from "../platform/refusals.ts";
import { type AccountRow, claimAccount, judgeAccount, lockAccount, releaseAccount } from "./account.store.ts";
import { openAccount } from "./account.ts";
import { askPortalJob } from "./definitions.ts";
import { insertExchanges } from "./exchange.store.ts";
import { tellRegistered } from "./hooks.ts";
import { type EInvoiceId, nextAttempt } from "./lifecycle.ts";
import { invoicePortal } from "./portal.ts";
import { isTooLate } from "./register-document.ts";
import { judgeRegistration } from "./registration.ts";
import type { EInvoiceRow, Told } from "./store.ts";
import * as store from "./store.ts";

/** Then the job hands over to a next one, so that a stop of the process need not wait. */
const TURN_MAX_MS = 20_000;
/** Longer than a request with its session, its reading back and its repeat. A process that ends leaves it behind for so long. */
const CLAIM_SECONDS = 180;

/** One document, claimed: nothing of it is locked while the portal is asked. */
interface Asking {
  readonly row: EInvoiceRow;
  readonly account: AccountRow;
  readonly as: string;
  readonly until: Instant;
  /** A request may have arrived before this one. */
  readonly triedBefore: boolean;
}

type Begun =
  | { readonly kind: "nothing" }
  | { readonly kind: "busy"; readonly until: Instant }
  | { readonly kind: "hand"; readonly row: EInvoiceRow }
  | { readonly kind: "ask"; readonly asking: Asking; readonly portal: InvoicePortal };

type Answer =
  | { readonly of: "REGISTER"; readonly outcome: PortalOutcome<Registered> }
  | { readonly of: "LOOK"; readonly outcome: PortalOutcome<Registered | null> }
  | { readonly of: "CANCEL"; readonly outcome: PortalOutcome<Cancelled> };

/**
 * Asks the portal for what is due of a registration, one document after the other, and hands IRNs to their subjects. One
 * process at a time speaks for a registration: the account's claim says which. What was begun is committed before it is sent,
 * what was answered before anything is done with it; a process that ends in between leaves a claim that runs out, and the
 * portal is then asked by number first.
 */
export async function askPortal(ctx: Ctx, gstin: string): Promise<JobOutcome> {
  const endAtMs = performance.now() + TURN_MAX_MS;
  const tried: EInvoiceId[] = [];
  const now = (): Ctx => ({ ...ctx, now: ctx.clock.now() });
  for (;;) {
    const begun = await ctx.db.transaction(ctx.tenantId, (tx) => begin(tx, now(), gstin, tried));
    if (begun.kind === "nothing") return "done";
    if (begun.kind === "busy") return later(ctx, gstin, begun.until);
    const row = begun.kind === "hand" ? begun.row : begun.asking.row;
    tried.push(row.eInvoiceId);
    if (begun.kind === "hand") await hand(now(), row);
    else {
      const settled = await askFor(ctx, begun.asking, begun.portal);
      if (settled === "registered") await handRegistered(now(), row.eInvoiceId);
      if (settled === "stop") return "done";
      if (settled === "again") tried.pop();
    }
    if (performance.now() >= endAtMs) return later(ctx, gstin, null);
  }
}

async function later(ctx: Ctx, gstin: string, runAt: Instant | null): Promise<JobOutcome> {
  await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, askPortalJob, { gstin }, runAt === null ? {} : { runAt }));
  return "done";
}

async function begin(tx: Tx, ctx: Ctx, gstin: string, tried: readonly EInvoiceId[]): Promise<Begun> {
  const account = await lockAccount(tx, gstin);
  const row = account === undefined ? undefined : await store.lockNextDue(tx, gstin, tried, ctx.now);
  if (account === undefined || row === undefined) return { kind: "nothing" };
  if (row.state === "ACTIVE") return { kind: "hand", row };
  const portal = invoicePortal();
  if (portal === null) {
    const { message, whatToDo } = explain(refuse("EINVOICE_PORTAL_NOT_SET", { number: row.number }).refusal);
    const told: Told = { advice: "RETRY", code: null, faults: [], words: message, whatToDo };
    await store.waitTogether(tx, gstin, told, nextAttempt(ctx.now, row.attempts + 1), ctx.now);
    return { kind: "nothing" };
  }
  if (account.state === "REFUSED") {
    const { code, words, whatToDo } = account;
    const told: Told = { advice: "ACCOUNT", code, faults: [], words: words ?? "", whatToDo: whatToDo ?? "" };
    await store.blockAll(tx, gstin, told, ctx.now);
    return { kind: "nothing" };
  }
  if (account.askingUntil !== null && Temporal.Instant.compare(account.askingUntil, ctx.now) > 0)
    return { kind: "busy", until: account.askingUntil };
  const as = newId<"Claim">();
  // Whole milliseconds: the database keeps fewer digits than our clock, and the claim is known again by this moment.
  const until = ctx.now.round("millisecond").add({ seconds: CLAIM_SECONDS });
  await claimAccount(tx, gstin, { as, until });
  await store.beginAsking(tx, row.eInvoiceId, until, ctx.now);
  const triedBefore = row.triedAt !== null;
  return { kind: "ask", portal, asking: { row, account, as, until, triedBefore } };
}

type Settled = "registered" | "again" | "next" | "stop";

async function askFor(ctx: Ctx, asking: Asking, portal: InvoicePortal): Promise<Settled> {
  const records: ExchangeRecord[] = [];
  const account: PortalAccount = {
    ...openAccount(ctx.vault, ctx.tenantId, asking.account),
    onExchange: (record) => void records.push(record),
  };
  const answer = await ask(portal, account, asking);
  const settling: Ctx = { ...ctx, now: ctx.clock.now() };
  return ctx.db.transaction(ctx.tenantId, (tx) => settle(tx, settling, asking, answer, records));
}

async function ask(portal: InvoicePortal, account: PortalAccount, { row, triedBefore }: Asking): Promise<Answer> {
  const { document, issuedOn: on, documentType: type, number } = row;
  if (row.wish === "REGISTER")
    return { of: "REGISTER", outcome: await portal.register(account, { document, on, triedBefore }) };
  if (row.irn === null) return { of: "LOOK", outcome: await portal.byDocument(account, { type, number, on }) };
  const wish = { irn: row.irn, reason: row.cancelReason ?? "OTHER", remark: row.cancelRemark ?? "" };
  return { of: "CANCEL", outcome: await portal.cancel(account, wish) };
}

async function settle(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  answer: Answer,
  records: readonly ExchangeRecord[],
): Promise<Settled> {
  const { gstin, eInvoiceId } = asking.row;
  await lockAccount(tx, gstin);
  const row = await store.lockEInvoice(tx, eInvoiceId);
  const exchangeId = await insertExchanges(tx, { gstin, eInvoiceId }, records);
  await releaseAccount(tx, gstin, asking.as);
  if (row === undefined) return "next";
  const { outcome } = answer;
  const registered = answer.of !== "CANCEL" && answer.outcome.ok ? answer.outcome.value : null;
  const isMine = row.state === "ASKING" && row.askingUntil?.equals(asking.until) === true;
  // Registered is registered, whoever asks by now: they find it by number.
  if (registered !== null && judgeRegistration(row.document, row.expectedIrn, registered).ok)
    await store.storeIrn(tx, eInvoiceId, registered, ctx.now);
  if (!isMine) return "next";
  if (!outcome.ok) return settleFailure(tx, ctx, { ...asking, row }, outcome.failure, exchangeId);
  await judgeAccount(tx, asking.account, { state: "ACCEPTED" }, ctx.now);
  await store.wakeUnanswered(tx, gstin, ctx.now);
  if (answer.of === "CANCEL") {
    const at = answer.outcome.ok ? (answer.outcome.value.cancelledAt ?? ctx.now) : ctx.now;
    await store.becomeCancelled(tx, eInvoiceId, at, ctx.now);
    return "next";
  }
  // Nothing of this number is there: what was tried never arrived.
  if (registered === null) {
    await store.becomeCancelled(tx, eInvoiceId, ctx.now, ctx.now);
    return "next";
  }
  return settleRegistered(tx, ctx, row, registered, exchangeId);
}

async function settleRegistered(
  tx: Tx,
  ctx: Ctx,
  row: EInvoiceRow,
  registered: Registered,
  exchangeId: string | null,
): Promise<Settled> {
  const { eInvoiceId } = row;
  const judged = judgeRegistration(row.document, row.expectedIrn, registered);
  if (!judged.ok) {
    const { code, message, whatToDo } = explain(judged.refusal);
    const told: Told = { advice: "FINAL", code, faults: [], words: message, whatToDo };
    await store.becomeBlocked(tx, eInvoiceId, told, { certain: false, exchangeId }, ctx.now);
    return "next";
  }
  if (row.wish === "CANCEL") {
    // Withdrawn while it was asked for, or found by its number: the IRN that came to exist ends next.
    if (registered.state === "CANCELLED") await store.becomeCancelled(tx, eInvoiceId, ctx.now, ctx.now);
    else await store.becomePending(tx, eInvoiceId, ctx.now);
    return "again";
  }
  await store.becomeActive(tx, eInvoiceId, ctx.now);
  return "registered";
}

async function settleFailure(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  failure: PortalFailure,
  exchangeId: string | null,
): Promise<Settled> {
  const { row, account } = asking;
  const { eInvoiceId, gstin } = row;
  const told = toldOf(failure);
  // Refused outright: nothing of it can be there. After an earlier try whose end is not known that stays open.
  const certain = asking.row.wish === "REGISTER" ? failure.reached !== "unknown" && !asking.triedBefore : false;
  const noAnswer = failure.faults.length === 0;
  if (row.wish === "CANCEL" && failure.reached !== "unknown" && !asking.triedBefore && row.irn === null) {
    await store.becomeCancelled(tx, eInvoiceId, ctx.now, ctx.now);
    return "next";
  }
  const nextAttemptAt = nextAttempt(ctx.now, row.attempts, failure.retryAfterMs ?? 0);
  if (failure.advice === "ACCOUNT") {
    if (!(await judgeAccount(tx, account, { state: "REFUSED", ...told }, ctx.now))) {
      await store.becomePending(tx, eInvoiceId, ctx.now); // there are other credentials by now
      return "again";
    }
    await store.becomeBlocked(tx, eInvoiceId, told, { certain, exchangeId }, ctx.now);
    await store.blockAll(tx, gstin, told, ctx.now);
    return "stop";
  }
  if (!noAnswer) {
    await judgeAccount(tx, account, { state: "ACCEPTED" }, ctx.now);
    await store.wakeUnanswered(tx, gstin, ctx.now);
  }
  if (failure.advice !== "RETRY" && failure.advice !== "RENEW") {
    await store.becomeBlocked(tx, eInvoiceId, told, { certain, exchangeId }, ctx.now);
    return "next";
  }
  if (row.wish === "CANCEL" && row.ackAt !== null && isTooLate(row.ackAt, nextAttemptAt)) {
    await store.becomeBlocked(tx, eInvoiceId, { ...told, advice: "FINAL" }, { certain, exchangeId }, ctx.now);
    return noAnswer ? "stop" : "next";
  }
  await store.becomeWaiting(tx, eInvoiceId, told, { nextAttemptAt, certain, exchangeId }, ctx.now);
  if (!noAnswer) return "next";
  await store.waitTogether(tx, gstin, told, nextAttemptAt, ctx.now);
  return "stop";
}

function toldOf(failure: PortalFailure): Told {
  const { advice, faults, words, whatToDo, channelCode } = failure;
  return { advice, code: channelCode ?? null, faults, words, whatToDo };
}

async function handRegistered(ctx: Ctx, eInvoiceId: EInvoiceId): Promise<void> {
  const row = await ctx.db.transaction(ctx.tenantId, (tx) => store.lockEInvoice(tx, eInvoiceId));
  if (row?.state === "ACTIVE" && row.handedAt === null) await hand(ctx, row);
}

/** Gives a document's subject its IRN, in one transaction. The subject is locked before the row, as by whoever cancels it. */
async function hand(ctx: Ctx, row: EInvoiceRow): Promise<void> {
  const { eInvoiceId, subjectType, subjectId, number, irn, ackNo, ackAt, signedQr, continuation } = row;
  if (irn === null || ackNo === null || ackAt === null || signedQr === null) return; // ACTIVE has them all
  const putOff = (told: Told) =>
    ctx.db.transaction(ctx.tenantId, (tx) =>
      // A hold or a pick is over in minutes: short pauses, which cost the portal nothing.
      store.putOffHanding(tx, eInvoiceId, told, nextAttempt(ctx.now, Math.min(row.attempts + 1, 3)), ctx.now),
    );
  try {
    const handed = await ctx.db.transaction(ctx.tenantId, async (tx) => {
      const facts = { eInvoiceId, subjectId, number, irn, ackNo, ackAt, signedQr, continuation };
      const taken = await tellRegistered(tx, ctx, subjectType, facts);
      if (!taken.ok) return taken;
      return (await store.markHanded(tx, eInvoiceId, ctx.now)) ? ok() : refuse("EINVOICE_WITHDRAWN", { number });
    });
    if (handed.ok || handed.refusal.code === "EINVOICE_WITHDRAWN") return;
    const { code, message, whatToDo } = explain(handed.refusal);
    await putOff({ advice: "RETRY", code, faults: [], words: message, whatToDo });
  } catch (error) {
    // A fault of ours: it is told where faults are told, and does not hold up the documents behind it.
    const { message, whatToDo } = explain(refuse("EINVOICE_NOT_TAKEN", { number }).refusal);
    await putOff({ advice: "RETRY", code: "EINVOICE_NOT_TAKEN", faults: [], words: message, whatToDo });
    throw error;
  }
}
