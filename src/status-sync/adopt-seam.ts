/**
 * What the sync and the adoption of what a channel did by itself say to each other. The sync hears words, keeps them in its
 * journal and has them applied; `adopt/` makes them true here. Both sides of every word are here and nowhere else.
 */
import type { ReportedParcel, ReportedStatus } from "../../connectors/kit/index.ts";
import type { ChannelId, Instant, Refusal, Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

/** A word that says more than "open" of a line. */
export type HeardStatus = ReportedStatus | "RTO" | "CIR";

/** What a channel says of one of its lines. */
export interface LineHeard {
  readonly channelOrderItemId: string;
  readonly status: HeardStatus;
  /** In the channel's spelling. */
  readonly raw: string;
  /** Units that the word is about; null: all of the line. */
  readonly quantity: number | null;
  /** When it became so there; null: the channel does not say. */
  readonly changedAt: Instant | null;
}

/** An order that is known here, and what its channel says of some of its lines. */
export interface OrderHeard {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly lines: readonly LineHeard[];
  /** Who carries it there, of orders that the channel ships; empty: it does not say. */
  readonly parcels: readonly ReportedParcel[];
}

/**
 * What became of a word. ADOPTED: it was done on the channel's side and is done here now because of it. APPLIED: it ended
 * something that began here (our dispatch delivered, our cancellation confirmed). NOTHING: it was so already. WAITING:
 * something that a person or time brings is missing; the sync applies the word again by itself. DOUBT: a person is asked.
 */
export type WordOutcome =
  | { readonly outcome: "ADOPTED" | "APPLIED" | "NOTHING" }
  | { readonly outcome: "DOUBT" | "WAITING"; readonly refusal: Refusal };

export type LineOutcome = WordOutcome & { readonly channelOrderItemId: string };

/**
 * Makes words true here, in a transaction of its own that the sync begins (orders and units are not locked yet). One answer
 * a line that was given; a line without an answer counts as NOTHING. A refusal is WAITING for all given lines: what was
 * written is rolled back, and `HoldWaiting` is called in the next transaction, which keeps it in the journal. Its code is in a
 * catalogue (`errors.ts`), its words are what people read beside the order.
 */
export type ApplyWords = (tx: Tx, ctx: Ctx, order: OrderHeard) => Promise<Result<readonly LineOutcome[]>>;

/** Keeps people here from working on units that left already, while their word waits; called each time it still waits. */
export type HoldWaiting = (tx: Tx, ctx: Ctx, order: OrderHeard, refusal: Refusal) => Promise<void>;

/** `adopt/index.ts` gives these. */
export interface Adoption {
  /**
   * Lines that left there: with the words DISPATCHED, DELIVERED, RTO, CIR or RETURNED. Makes what is still here DISPATCHED (package,
   * stock or shortage, invoice); what left from here is NOTHING. The sync applies DELIVERED and what comes back after it.
   */
  readonly adoptLeft: ApplyWords;
  /** Lines with the word CANCELLED, units in `quantity`. */
  readonly adoptCancelled: ApplyWords;
  readonly holdWaiting: HoldWaiting;
}
