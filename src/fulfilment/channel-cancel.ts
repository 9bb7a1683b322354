import { lateInvoices } from "../billing/index.ts";
import { findSource } from "../channels/index.ts";
import { type ChannelId, newId, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { type NewException, openExceptions, writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { lockManifestsOf } from "./adopt/adopt.store.ts";
import { invoicesAsked, lockPackagesOf } from "./cancel.store.ts";
import { type OpenManifests, takeOffCancelled } from "./cancel-on-manifest.ts";
import { doubtKey, hasLeft, isInvoiced, type JudgedWord, judgeWord } from "./cancel-rules.ts";
import { cancelUnits } from "./cancel-units.ts";
import { confirmCancelled, type FoundOrder, findOrder, firstDispatch, holdUnits } from "./channel-word.store.ts";
import { saidToHaveLeft } from "./held.store.ts";
import { type LockedUnit, lockUnits } from "./store.ts";

/** What a channel says is cancelled: lines with the units of this event, or the whole order. */
export interface ChannelCancel {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly lines:
    | readonly { readonly productId: string; readonly variantId: string; readonly quantity: number }[]
    | null;
  /**
   * Lines of the channel as a status answer names them, with the pieces that are cancelled by now (null: all); `lines` is not
   * looked at then. Said again it means the same pieces.
   */
  readonly lineWords?: readonly { readonly line: string; readonly quantity: number | null }[];
  readonly reason: string;
  /** Word for word what was said before: it means the same units, not more of them. */
  readonly repeated?: boolean;
}

/** Whether the channel's word was taken. A refusal here is an answer, not a rollback: what it opened for a person stays. */
export type ChannelCancelOutcome =
  | { readonly taken: true; readonly changed: boolean }
  | { readonly taken: false; readonly refusal: Refusal };

/** What became of the word about one line. DOUBT: a person has been asked about units of it. */
export type LineCancelled =
  | { readonly line: string; readonly outcome: "APPLIED" | "NOTHING" }
  | { readonly line: string; readonly outcome: "DOUBT"; readonly refusal: Refusal };

/**
 * A cancellation on the channel's side. One that confirms our seller's cancel is taken. Any other goes by the source's
 * rule: units are cancelled here until its step; what is past it stays as it is, and a person is asked in the rule's own
 * words (behaviours C-4, C-10). Where the source knows no such cancellation, what is not packed is held besides.
 * What stands on an open manifest is taken off it first, and people there are alarmed: the parcel has to be kept back.
 * Refuses ORDER_NOT_FOUND, UNITS_NOT_FOUND, CANCEL_WHILE_INVOICED and CANCEL_WHILE_HANDED_OVER (to be said again in a moment).
 * The transaction has locked nothing of the order yet.
 */
export async function applyChannelCancel(
  tx: Tx,
  ctx: Ctx,
  cancel: ChannelCancel,
): Promise<Result<ChannelCancelOutcome>> {
  const applied = await apply(tx, ctx, cancel);
  if (!applied.ok) return applied;
  const { confirmed, taken, asked, told, refusal } = applied.value;
  const late = asked.length > 0 || (told.length > 0 && taken.length === 0);
  if (late && refusal !== null) return ok({ taken: false, refusal });
  return ok({ taken: true, changed: confirmed.length + taken.length > 0 });
}

/** `applyChannelCancel` of lines as a status answer names them, with what became of each: one that is late says nothing of the others. */
export async function applyLinesCancelled(
  tx: Tx,
  ctx: Ctx,
  cancel: Omit<ChannelCancel, "lines" | "lineWords"> & {
    readonly lineWords: NonNullable<ChannelCancel["lineWords"]>;
  },
): Promise<Result<LineCancelled[]>> {
  const applied = await apply(tx, ctx, { ...cancel, lines: null });
  if (!applied.ok) return applied;
  const { confirmed, taken, asked, told, refusal } = applied.value;
  const of = (units: readonly LockedUnit[]) => new Set(units.map((unit) => unit.channelOrderItemId));
  const [late, done] = [of([...asked, ...told]), of([...confirmed, ...taken])];
  return ok(
    [...new Set(cancel.lineWords.map(({ line }) => line))].map((line): LineCancelled => {
      if (late.has(line) && refusal !== null) return { line, outcome: "DOUBT", refusal };
      return { line, outcome: done.has(line) ? "APPLIED" : "NOTHING" };
    }),
  );
}

/** What a cancellation came to. */
interface Applied {
  /** Our seller had cancelled them. */
  readonly confirmed: readonly LockedUnit[];
  /** Cancelled by the channel's word alone. */
  readonly taken: readonly LockedUnit[];
  /** A person is asked about them now. */
  readonly asked: readonly LockedUnit[];
  /** He was asked about them before. */
  readonly told: readonly LockedUnit[];
  /** Of the units asked about, or told. */
  readonly refusal: Refusal | null;
}

async function apply(tx: Tx, ctx: Ctx, cancel: ChannelCancel): Promise<Result<Applied>> {
  const manifests = await lockManifestsOf(tx, cancel.channelId, cancel.channelOrderId, ctx.clock.now());
  const order = await findOrder(tx, cancel.channelId, cancel.channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: cancel.channelOrderId });
  const units = await lockUnits(tx, order.saleOrderId);
  // The words of a status answer are judged in the order in which they became so; what is pushed comes by itself.
  const leaving = await saidToHaveLeft(tx, order.saleOrderId, { waiting: cancel.lineWords === undefined });
  const { confirmed, unsolicited, told, missing } = match(units, cancel, leaving);
  if (missing.length > 0) return refuse("UNITS_NOT_FOUND", { order: order.code, units: missing });
  if (confirmed.length > 0) {
    const done = await confirm(tx, ctx, order, confirmed, cancel.reason);
    if (!done.ok) return done;
  }
  const decided = await decideUnsolicited(tx, ctx, { order, manifests, leaving }, unsolicited, cancel.reason);
  if (!decided.ok) return decided;
  const { taken, asked } = decided.value;
  const refusal =
    asked === null && told.length > 0
      ? ruleRefusal(order, told, cancel.reason, await whereTheyAre(tx, told))
      : (asked?.refusal ?? null);
  return ok({ confirmed, taken, asked: asked?.units ?? [], told, refusal });
}

interface Match {
  /** Our seller cancelled them, and the channel had not said so yet. */
  readonly confirmed: readonly LockedUnit[];
  /** Nobody here cancelled them. */
  readonly unsolicited: readonly LockedUnit[];
  /** The channel said so before and was refused: a person has been asked, or has decided to go on. */
  readonly told: readonly LockedUnit[];
  readonly missing: readonly string[];
}

/** Which of our units a channel's cancellation means: those our seller cancelled and it has not confirmed yet come first. */
function match(units: readonly LockedUnit[], cancel: ChannelCancel, leaving: ReadonlySet<string>): Match {
  /** What has left, or so the channel says, comes last; before it what is packed: a parcel is opened only when nothing lighter will do. */
  const onItsWay = (u: LockedUnit) => (hasLeft(u.state) ? 3 : leaving.has(u.code) ? 2 : isInvoiced(u.state) ? 1 : 0);
  const ours = (u: LockedUnit) => u.cancelRequestedAt !== null || u.state === "CANCELLED";
  const sort = (chosen: readonly LockedUnit[], missing: readonly string[]): Match => ({
    confirmed: chosen.filter((u) => ours(u) && u.channelStatus !== "CANCELLED"),
    unsolicited: chosen.filter((u) => !ours(u) && u.channelStatus !== "CANCELLED"),
    told: chosen.filter((u) => !ours(u) && u.channelStatus === "CANCELLED"),
    missing,
  });
  if (cancel.lineWords !== undefined)
    return sort(
      cancel.lineWords.flatMap(({ line, quantity }) => {
        const all = units.filter((u) => u.channelOrderItemId === line);
        if (quantity === null) return all;
        // So many are cancelled by now: those that were heard of before are among them.
        const rank = (u: LockedUnit) => (u.channelStatus === "CANCELLED" ? 0 : ours(u) ? 1 : 2 + onItsWay(u));
        return all.toSorted((a, b) => rank(a) - rank(b)).slice(0, quantity * (all[0]?.parts ?? 1));
      }),
      [],
    );
  if (cancel.lines === null) return sort(units, []);
  const chosen: LockedUnit[] = [];
  const missing: string[] = [];
  for (const line of cancel.lines) {
    const all = units.filter((u) => u.productId === line.productId && u.variantId === line.variantId);
    const of = all.filter(
      (u) => !chosen.includes(u) && (!cancel.repeated || ours(u) || u.channelStatus === "CANCELLED"),
    );
    if (all.length === 0) missing.push(`${line.productId}-${line.variantId}`);
    // A bundle is one piece to the channel, and as many units here as it has components.
    const rank = (u: LockedUnit) => (u.channelStatus === "CANCELLED" ? 5 : ours(u) ? 0 : 1 + onItsWay(u));
    chosen.push(...of.toSorted((a, b) => rank(a) - rank(b)).slice(0, line.quantity * (all[0]?.parts ?? 1)));
  }
  return sort(chosen, missing);
}

/** The rule in the source's own words: it knows no such cancellation, or it comes too late for these units. */
function ruleRefusal(
  order: FoundOrder,
  units: readonly LockedUnit[],
  reason: string,
  where: string,
  words: { readonly rule?: string } = {},
): Refusal<"CHANNEL_CANCEL_NOT_ALLOWED" | "CHANNEL_CANCEL_TOO_LATE"> {
  const rules = findSource(order.source)?.rules;
  const facts = {
    order: order.code,
    rule: words.rule ?? rules?.channelCancelRule ?? "",
    reason,
    units: units.map((u) => u.code),
    where,
  };
  return {
    code: (rules?.channelCancel ?? "never") === "never" ? "CHANNEL_CANCEL_NOT_ALLOWED" : "CHANNEL_CANCEL_TOO_LATE",
    facts,
  };
}

async function confirm(
  tx: Tx,
  ctx: Ctx,
  order: FoundOrder,
  units: readonly LockedUnit[],
  reason: string,
): Promise<Result<undefined>> {
  await confirmCancelled(
    tx,
    units.map((u) => u.unitId),
    ctx.now,
  );
  const requested = units.filter((u) => u.cancelRequestedAt !== null && u.state !== "CANCELLED");
  if (requested.length === 0) return ok();
  // It is cancelled on both sides: an IRN that grew too old meanwhile asks nobody anew.
  const unitIds = requested.map((u) => u.unitId);
  return cancelUnits(tx, ctx, order, { unitIds, reason, by: "SELLER", byCreditNote: true });
}

interface Decided {
  readonly taken: readonly LockedUnit[];
  readonly asked: { readonly units: readonly LockedUnit[]; readonly refusal: Refusal } | null;
}

/** Goes by the source's rule: what it allows is cancelled, the rest stays and becomes a question to a person. */
async function decideUnsolicited(
  tx: Tx,
  ctx: Ctx,
  {
    order,
    manifests,
    leaving,
  }: { readonly order: FoundOrder; readonly manifests: OpenManifests; readonly leaving: ReadonlySet<string> },
  units: readonly LockedUnit[],
  reason: string,
): Promise<Result<Decided>> {
  if (units.length === 0) return ok({ taken: [], asked: null });
  const rules = findSource(order.source)?.rules;
  const word = keepLeaving(judgeWord(rules?.channelCancel ?? "never", units), leaving);
  const { judged, rule } = await keepCredited(tx, ctx, word.judged, word.rule);
  const waits = await waitsForInvoice(tx, ctx, order, judged);
  if (waits !== null) return waits;
  const unitIds = judged.take.map((u) => u.unitId);
  if (unitIds.length > 0) {
    const off = await takeOffCancelled(tx, ctx, { order, manifests }, judged.take);
    if (!off.ok) return off;
    const cancelled = await cancelUnits(tx, ctx, order, { unitIds, reason, by: "CHANNEL" });
    if (!cancelled.ok) return cancelled;
    await confirmCancelled(tx, unitIds, ctx.now); // its own word: said again it confirms nothing
  }
  const stay = [...judged.late, ...judged.left];
  if (stay.length === 0) return ok({ taken: judged.take, asked: null });
  const refusal = await askPerson(tx, ctx, order, judged, { reason, rule });
  return ok({ taken: judged.take, asked: { units: stay, refusal } });
}

/** A word of which some units are kept for a person, and why; null: by the source's rule alone. */
interface Kept {
  readonly judged: JudgedWord<LockedUnit>;
  readonly rule: string | null;
}

const SAID_TO_HAVE_LEFT = "The channel said before that it had left, which is still open here.";

/** What the channel says has left is no stock to free, before its word is carried out here: a person is asked. Pure. */
function keepLeaving(judged: JudgedWord<LockedUnit>, leaving: ReadonlySet<string>): Kept {
  const kept = judged.take.filter((u) => leaving.has(u.code));
  if (kept.length === 0) return { judged, rule: null };
  const take = judged.take.filter((u) => !kept.includes(u));
  return { judged: { ...judged, take, late: [...judged.late, ...kept] }, rule: SAID_TO_HAVE_LEFT };
}

/**
 * What an invoice names whose IRN is too old to be cancelled is not cancelled by a channel's word alone: a person chooses
 * the credit note. Gives the word with those units among the late ones, and the sentence that says why.
 */
async function keepCredited(tx: Tx, ctx: Ctx, judged: JudgedWord<LockedUnit>, rule: string | null): Promise<Kept> {
  const packages = await lockPackagesOf(tx, judged.take);
  const old = await lateInvoices(
    tx,
    ctx,
    packages.map((p) => p.shippingPackageId),
  );
  const [first] = old;
  if (first === undefined) return { judged, rule };
  const kept = judged.take.filter((u) => old.some((one) => one.shippingPackageId === u.shippingPackageId));
  const take = judged.take.filter((u) => !kept.includes(u));
  return { judged: { ...judged, take, late: [...judged.late, ...kept] }, rule: explain(first.refusal).message };
}

/**
 * A package whose invoice the channel is asked for at this moment must not lose some of its units meanwhile: the invoice
 * would be of others than it holds. The channel says it again. One that loses all of them is cancelled, invoice or not.
 */
async function waitsForInvoice(
  tx: Tx,
  ctx: Ctx,
  order: FoundOrder,
  { take }: JudgedWord<LockedUnit>,
): Promise<{ readonly ok: false; readonly refusal: Refusal } | null> {
  const packages = await lockPackagesOf(tx, take);
  const opened = packages.filter(
    (p) => p.units > take.filter((u) => u.shippingPackageId === p.shippingPackageId).length,
  );
  const asked = await invoicesAsked(
    tx,
    opened.map((p) => p.shippingPackageId),
    ctx.clock.now(),
  );
  if (asked.length === 0) return null;
  return refuse("CANCEL_WHILE_INVOICED", { order: order.code, packages: asked });
}

/** Leaves units as they are (those that are not packed are held where the source knows no such cancellation) and asks a person, once. */
async function askPerson(
  tx: Tx,
  ctx: Ctx,
  order: FoundOrder,
  { late, left, hold }: JudgedWord<LockedUnit>,
  { reason, rule }: { readonly reason: string; readonly rule: string | null },
): Promise<Refusal> {
  const stay = [...late, ...left];
  const words = rule === null ? {} : { rule };
  const refusal = ruleRefusal(order, stay, reason, await whereTheyAre(tx, stay), words);
  await holdUnits(
    tx,
    order.saleOrderId,
    hold.map((u) => u.unitId),
    ctx.now,
  );
  // Heard: the same word again opens nothing new.
  await confirmCancelled(
    tx,
    stay.map((u) => u.unitId),
    ctx.now,
  );
  const { channelId, saleOrderId } = order;
  const ask = async (kind: NewException["kind"], units: readonly LockedUnit[]): Promise<NewException> => ({
    ...{ kind, channelId, saleOrderId },
    key: doubtKey(saleOrderId, units),
    facts: {
      ...ruleRefusal(order, units, reason, await whereTheyAre(tx, units), words).facts,
      dispatchedAt: await leftAt(tx, units),
    },
  });
  await openExceptions(tx, ctx, [
    ...(left.length > 0 ? [await ask("CANCEL_AFTER_DISPATCH", left)] : []),
    ...(late.length > 0 ? [await ask(refusal.code, late)] : []),
  ]);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId,
        packageId: null,
        kind: "CHANNEL_CANCEL_REFUSED",
        facts: { ...refusal.facts, dispatchedAt: await leftAt(tx, left), held: hold.map((u) => u.code) },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  return refusal;
}

/** When the first of these units left; null: none has. */
async function leftAt(tx: Tx, units: readonly LockedUnit[]): Promise<string | null> {
  const at = await firstDispatch(tx, [...new Set(units.flatMap((unit) => unit.shippingPackageId ?? []))]);
  return at?.toString() ?? null;
}

/** The parcels of units with their states, in words. */
async function whereTheyAre(tx: Tx, units: readonly LockedUnit[]): Promise<string> {
  const packages = await lockPackagesOf(tx, units);
  const told = packages.map((p) => `${p.code} is ${p.state}`);
  return told.length > 0 ? told.sort().join(", ") : [...new Set(units.map((u) => u.state))].join(", ");
}
