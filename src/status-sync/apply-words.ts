import type { ReportedParcel } from "../../connectors/kit/index.ts";
import { sourceOf } from "../channels/index.ts";
import { applyLinesDelivered } from "../fulfilment/index.ts";
import { assert, type ChannelId, type Facts, type Instant, ok, type Refusal, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { announceReturn } from "../returns/index.ts";
import { adoption } from "./adopt/index.ts";
import type { HeardStatus, LineOutcome, OrderHeard, WordOutcome } from "./adopt-seam.ts";
import {
  type ChannelWordId,
  forgetWords,
  lineUnits,
  lockWaiting,
  type Outcome,
  type Settled,
  settleWords,
  type WaitingWord,
  waitsInIntake,
} from "./journal.store.ts";
import { mergeByLine, ORDER_WAIT_HOURS, retryAt } from "./journal.ts";

/** The order whose words are applied. */
export interface OrderToApply {
  readonly channelId: ChannelId;
  readonly source: string;
  readonly channelOrderId: string;
}

/** What applying an order's words came to. */
export interface AppliedOrder {
  /** Words that changed something here. */
  readonly changed: number;
  readonly waiting: number;
  readonly doubts: number;
  /** How its parcels travelled by the last word. */
  readonly parcels: readonly ReportedParcel[];
}

/**
 * Applies the words of an order that wait, in the order in which they happen: cancelled, left, delivered, come back; what was
 * cancelled there only after it had left is judged as goods that are gone. Each step
 * is a transaction with what becomes of its words; a refusal leaves them waiting. A word that says nothing new is
 * forgotten, but of returns: those are told for weeks.
 */
export async function applyOrder(ctx: Ctx, order: OrderToApply): Promise<AppliedOrder> {
  const applying = new Applying(ctx, order);
  if (await applying.resolve()) {
    await applying.cancelled();
    await applying.left();
    await applying.cancelledAfter();
    await applying.delivered();
    await applying.returns();
  }
  return applying.result();
}

const NOTHING: WordOutcome = { outcome: "NOTHING" };
const RETURNS: ReadonlySet<HeardStatus> = new Set<HeardStatus>(["RTO", "CIR", "RETURNED"]);

type Meant = (word: WaitingWord) => boolean;
/** Gives what became of each line. */
type Step = (tx: Tx, words: readonly WaitingWord[]) => Promise<Result<ReadonlyMap<string, WordOutcome>>>;

class Applying {
  readonly #ctx: Ctx;
  readonly #order: OrderToApply;
  readonly #adopted = new Set<string>();
  /** Words that wait after this run's try. */
  readonly #tried = new Set<ChannelWordId>();
  /** Words of cancellations that came after the same pieces had left: of all that waited in any step of this run. */
  readonly #after = new Set<ChannelWordId>();
  /** What the words that a line left wait for, after this run's try. */
  readonly #leftWaits = new Map<string, Refusal>();
  #parcels: readonly ReportedParcel[] = [];
  readonly #counts = { changed: 0, waiting: 0, doubts: 0 };

  constructor(ctx: Ctx, order: OrderToApply) {
    this.#ctx = { ...ctx, now: ctx.clock.now() };
    this.#order = order;
  }

  result(): AppliedOrder {
    return { ...this.#counts, parcels: this.#parcels };
  }

  /** Is the order here, and is its channel believed about it? Otherwise its words wait for it, or change nothing. */
  resolve(): Promise<boolean> {
    return this.#ctx.db.transaction(this.#ctx.tenantId, async (tx) => {
      const words = await this.#lock(tx);
      const [first] = words;
      if (!first) return false;
      this.#parcels = words.at(-1)?.word.parcels ?? [];
      const facts = { order: this.#order.channelOrderId };
      if (first.saleOrderId === null) {
        const over = (await this.#isStillToCome(tx)) ? [] : words.filter((word) => this.#isGivenUp(word));
        await this.#write(tx, over, "NOT_SYNCED", "ORDER_NEVER_CAME", facts);
        const others = words.filter((word) => !over.includes(word));
        await this.#write(tx, others, "WAITING", "ORDER_NOT_HERE", facts);
        return false;
      }
      const channelShips = first.thirdPartyShipping === true;
      if (channelShips || sourceOf(this.#order.source).rules.reportsOf !== "channel-shipped") return true;
      await this.#write(tx, words, "NOT_SYNCED", "SELLER_SHIPPED_NOT_SYNCED", facts);
      return false;
    });
  }

  cancelled(): Promise<void> {
    return this.#step(
      (word) => word.status === "CANCELLED" && !this.#after.has(word.channelWordId),
      (tx, words) => this.#cancel(tx, words),
    );
  }

  /** As long as it waits that the goods left, so does what was cancelled after that: free stock they are no more. */
  cancelledAfter(): Promise<void> {
    return this.#step(
      (word) => this.#after.has(word.channelWordId),
      async (tx, words) => {
        const free = words.filter((word) => !this.#leftWaits.has(word.line));
        const done = free.length === 0 ? ok(new Map<string, WordOutcome>()) : await this.#cancel(tx, free);
        if (!done.ok) return done;
        const waiting = [...this.#leftWaits].map(
          ([line, refusal]) => [line, { outcome: "WAITING" as const, refusal }] as const,
        );
        return ok(new Map<string, WordOutcome>([...done.value, ...waiting]));
      },
    );
  }

  async #cancel(tx: Tx, words: readonly WaitingWord[]): ReturnType<Step> {
    const done = await adoption.adoptCancelled(tx, this.#ctx, this.#heard(words));
    return done.ok ? ok(byLine(done.value)) : done;
  }

  /** Notes which cancellations came after pieces had left that they, or some of them, must mean too. */
  async #noteCancelledAfterLeft(tx: Tx, words: readonly WaitingWord[]): Promise<void> {
    const left = words.filter((word) => word.status !== "CANCELLED");
    const cancelled = words.filter((word) => word.status === "CANCELLED");
    const saleOrderId = words[0]?.saleOrderId ?? null;
    if (saleOrderId === null || left.length === 0 || cancelled.length === 0) return;
    const lines = await lineUnits(tx, saleOrderId, [...new Set(cancelled.map((word) => word.line))]);
    const isAfter = (word: WaitingWord) =>
      left.some((before) => {
        if (before.line !== word.line || Temporal.Instant.compare(this.#at(before), this.#at(word)) >= 0) return false;
        const of = lines.find(({ line }) => line === word.line);
        const isPart = before.quantity > 0 && word.quantity > 0;
        return !isPart || of === undefined || (before.quantity + word.quantity) * of.parts > of.units;
      });
    for (const word of cancelled.filter(isAfter)) this.#after.add(word.channelWordId);
  }

  /** What left there and is still here is made DISPATCHED first; delivery and return follow in steps of their own. */
  left(): Promise<void> {
    return this.#step(
      (word) => word.status !== "CANCELLED",
      async (tx, words) => {
        const done = await adoption.adoptLeft(tx, this.#ctx, this.#heard(words));
        if (!done.ok) return done;
        const lines = byLine(done.value);
        for (const [line, { outcome }] of lines) if (outcome === "ADOPTED") this.#adopted.add(line);
        return ok(lines);
      },
      { goesOn: (word, outcome) => word.status !== "DISPATCHED" && !isStopped(outcome) },
    );
  }

  delivered(): Promise<void> {
    return this.#step(
      (word) => word.status === "DELIVERED",
      async (tx, words) => {
        const { channelId, channelOrderId } = this.#order;
        const outcomes = new Map<string, WordOutcome>();
        // Of a line of which a part was delivered, the tracking of its parcels says which.
        const meant = await this.#meant(tx, words);
        const whole = words.filter((_, i) => meant[i]?.pieces === null);
        for (const same of Map.groupBy(whole, (word) => this.#at(word).epochMilliseconds).values()) {
          const [first] = same;
          if (!first) continue;
          const lines = [...new Set(same.map((word) => word.line))];
          const at = this.#at(first);
          const done = await applyLinesDelivered(tx, this.#ctx, { channelId, channelOrderId, lines, at });
          if (!done.ok) return done;
          for (const line of lines) outcomes.set(line, this.#outcome(line, done.value, "DELIVERED_IN_DOUBT"));
        }
        return ok(outcomes);
      },
    );
  }

  /** Each of the channel's returns is announced by itself: one that is known already must not hide the next of the order. */
  async returns(): Promise<void> {
    const keyOf = (word: WaitingWord) => `${word.status} ${word.channelReturnId}`;
    const waiting = await this.#ctx.db.transaction(this.#ctx.tenantId, (tx) => this.#lock(tx));
    for (const key of new Set(waiting.filter((word) => RETURNS.has(word.status)).map(keyOf)))
      await this.#step(
        (word) => RETURNS.has(word.status) && keyOf(word) === key,
        async (tx, words) => {
          const done = await announceReturn(tx, this.#ctx, await this.#announced(tx, words));
          if (!done.ok) return done;
          return ok(new Map(words.map(({ line }) => [line, this.#outcome(line, done.value, "RETURN_IN_DOUBT")])));
        },
        { keepsKnown: true },
      );
  }

  async #announced(tx: Tx, words: readonly WaitingWord[]) {
    const [first] = words;
    assert(first !== undefined, "a return has a word");
    // A line that one return names several times comes back by the most that is said of it.
    const lines = [...Map.groupBy(await this.#meant(tx, words), ({ line }) => line)].map(([line, of]) => ({
      line,
      pieces: of.some(({ pieces }) => pieces === null) ? null : Math.max(...of.map(({ pieces }) => pieces ?? 0)),
    }));
    const { channelId, channelOrderId } = this.#order;
    return {
      ...{ channelId, channelOrderId, at: this.#at(first), warehouse: null, via: "SYNC" as const },
      kind: first.status === "RTO" || first.status === "CIR" ? first.status : null,
      products: null,
      lines,
      ...{ reason: first.word.returnReason, awb: first.word.returnAwb, courierCode: first.word.returnCourier },
      channelReturnId: first.channelReturnId === "" ? null : first.channelReturnId,
    };
  }

  /** What each word means of its line: so many pieces, as the channel counts them, or all of it (null). */
  async #meant(tx: Tx, words: readonly WaitingWord[]): Promise<{ line: string; pieces: number | null }[]> {
    const counted = words.filter((word) => word.quantity > 0);
    const saleOrderId = words[0]?.saleOrderId;
    const lines = counted.map((word) => word.line);
    const units = counted.length === 0 || !saleOrderId ? [] : await lineUnits(tx, saleOrderId, lines);
    return words.map(({ line, quantity }) => {
      const of = units.find((each) => each.line === line);
      const isWhole = quantity === 0 || of === undefined || quantity * of.parts >= of.units;
      return { line, pieces: isWhole ? null : quantity };
    });
  }

  #outcome(line: string, done: { readonly changed: boolean; readonly doubt: boolean }, code: string): WordOutcome {
    if (done.changed) return { outcome: this.#adopted.has(line) ? "ADOPTED" : "APPLIED" };
    if (!done.doubt) return NOTHING;
    return { outcome: "DOUBT", refusal: { code, facts: { order: this.#order.channelOrderId } } };
  }

  /** When it happened; never later than now, whatever the other clock says. */
  #at(word: WaitingWord): Instant {
    const at = word.changedAt ?? word.heardAt;
    return Temporal.Instant.compare(at, this.#ctx.now) > 0 ? this.#ctx.now : at;
  }

  /** It is among the failed orders: whoever maps or corrects it makes it one, after days too. */
  #isStillToCome(tx: Tx): Promise<boolean> {
    return waitsInIntake(tx, this.#order.channelId, this.#order.channelOrderId);
  }

  #isGivenUp(word: WaitingWord): boolean {
    return Temporal.Instant.compare(word.heardAt.add({ hours: ORDER_WAIT_HOURS }), this.#ctx.now) <= 0;
  }

  #heard(words: readonly WaitingWord[]): OrderHeard {
    const { channelId, channelOrderId } = this.#order;
    return { channelId, channelOrderId, lines: mergeByLine(words), parcels: this.#parcels };
  }

  #lock(tx: Tx): Promise<WaitingWord[]> {
    return lockWaiting(tx, this.#order.channelId, this.#order.channelOrderId);
  }

  /**
   * A step in a transaction of its own; its refusal rolls it back and is what its words wait for. What came first is judged by
   * the words that it has locked: a cancellation may be kept between two steps.
   */
  async #step(
    isMeant: Meant,
    step: Step,
    how: { goesOn?: (word: WaitingWord, outcome: WordOutcome) => boolean; keepsKnown?: true } = {},
  ): Promise<void> {
    const { db, tenantId } = this.#ctx;
    const due = async (tx: Tx) => {
      const words = await this.#lock(tx);
      await this.#noteCancelledAfterLeft(tx, words);
      return words.filter((word) => isMeant(word) && !this.#tried.has(word.channelWordId));
    };
    const tried = await db.transaction(tenantId, async (tx): Promise<Result<undefined>> => {
      const words = await due(tx);
      if (words.length === 0) return ok();
      const done = await step(tx, words);
      if (!done.ok) return done;
      for (const word of words) {
        const outcome = done.value.get(word.line) ?? NOTHING;
        if (how.goesOn?.(word, outcome)) continue;
        if (isStopped(outcome))
          await this.#write(tx, [word], outcome.outcome, outcome.refusal.code, outcome.refusal.facts);
        else if (outcome.outcome !== "NOTHING") await this.#write(tx, [word], outcome.outcome, null, {});
        else if (how.keepsKnown) await this.#write(tx, [word], "KNOWN", null, {});
        else await forgetWords(tx, [word.channelWordId]);
      }
      return ok();
    });
    if (tried.ok) return;
    const { refusal } = tried;
    await db.transaction(tenantId, async (tx) => {
      const words = await due(tx);
      if (words.length === 0) return;
      await adoption.holdWaiting(tx, this.#ctx, this.#heard(words), refusal);
      await this.#write(tx, words, "WAITING", refusal.code, refusal.facts);
    });
  }

  async #write(
    tx: Tx,
    words: readonly WaitingWord[],
    outcome: Outcome,
    code: string | null,
    facts: Facts,
  ): Promise<void> {
    const { now } = this.#ctx;
    const settled = words.map(
      ({ channelWordId, attempts }): Settled => ({
        ...{ channelWordId, outcome, code, facts },
        nextAttemptAt: outcome === "WAITING" ? retryAt(now, attempts, code) : null,
      }),
    );
    await settleWords(tx, words[0]?.saleOrderId ?? null, settled, now);
    if (outcome === "WAITING")
      for (const { channelWordId, status, line } of words) {
        this.#tried.add(channelWordId);
        // Our own cancellation, which the channel is asked for, is what its word about that says.
        if (status !== "CANCELLED" && code !== null && code !== "ADOPTION_CANCEL_ASKED")
          this.#leftWaits.set(line, { code, facts });
      }
    if (outcome === "ADOPTED" || outcome === "APPLIED") this.#counts.changed += words.length;
    if (outcome === "WAITING") this.#counts.waiting += words.length;
    if (outcome === "DOUBT") this.#counts.doubts += words.length;
  }
}

function isStopped(outcome: WordOutcome): outcome is Extract<WordOutcome, { outcome: "DOUBT" | "WAITING" }> {
  return outcome.outcome === "DOUBT" || outcome.outcome === "WAITING";
}

function byLine(outcomes: readonly LineOutcome[]): ReadonlyMap<string, WordOutcome> {
  return new Map(outcomes.map((each) => [each.channelOrderItemId, each]));
}
