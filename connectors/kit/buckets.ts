/** Token buckets of operations that a source limits by themselves, slow ones shared by all processes. */
import type { Limits, OperationLimit } from "./declaration.ts";
import { Limiter, type Timer } from "./limiter.ts";

/** A bucket as its operation is declared. */
export interface BucketWish extends OperationLimit {
  readonly operation: string;
  /** Tokens that only people who click may take. */
  readonly reserved: number;
}

/**
 * Buckets of one channel that outlive a process. Their clock is the caller's. None of these waits: a slow operation's caller
 * comes again later.
 */
export interface SharedBuckets {
  /** Takes a token. @returns null where it was taken, otherwise milliseconds until there is one */
  take(wish: BucketWish, interactive: boolean): Promise<number | null>;
  /** The source told the operation's present rate. It holds until the source tells another, or the declaration changes. */
  learn(wish: BucketWish, requestsPerSecond: number): Promise<void>;
  /**
   * The source says that there is nothing left: nobody has a token for so long, then everybody one. What is kept for people
   * is not saved up anew first: syncs would stand still for as many tokens as that.
   */
  empty(wish: BucketWish, forMs: number): Promise<void>;
  /** Nobody has a token for so long; then there are as many as before. */
  hold(wish: BucketWish, forMs: number): Promise<void>;
}

/** Two calls that were sent apart may arrive closer together: a bucket fills a little slower than the source's. */
export const FILL_SHARE = 0.97;
/** Share of a slow operation's burst that calls which can wait leave to all others. */
const SPARE_ABOVE = 0.75;
/** Of a fast operation's burst one stays unused: the first call of a burst may be slow on its way, and the next ones not. */
const LATE_CALLS = 1;
/** Floating point: what is missing a millionth of a token is there. */
export const HAIR = 1e-6;
/** Below this an operation's bucket is shared: one process alone cannot know what is left of a call in three minutes. */
const SLOW_PER_SECOND = 1;
/** What a header may say: a call in a day, a thousand in a second. */
const RATE_MIN = 1 / 86_400;
const RATE_MAX = 1_000;
/**
 * A slow operation that is refused though we have tokens by our own count is tried again so soon, by the run of the next minute:
 * somebody else had a burst, or it was a slip. Refused again within `REFUSED_LATELY_MS` it is left alone for as long as a token takes.
 */
const FIRST_PAUSE_MAX_MS = 45_000;
const REFUSED_LATELY_MS = 600_000;
/** Processes that were told to wait come back so far apart. */
const SPREAD_MAX_MS = 10_000;
/** Where too many wait for a token already. */
const QUEUE_FULL_MS = 3_000;

/** Buckets in memory: for one process alone. */
export class MemoryBuckets implements SharedBuckets {
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, { tokens: number; rate: number; filledAtMs: number; heldUntilMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async take(wish: BucketWish, interactive: boolean): Promise<number | null> {
    const bucket = this.#filled(wish);
    const heldMs = bucket.heldUntilMs - bucket.filledAtMs;
    const missing = 1 + (interactive ? 0 : wish.reserved) - bucket.tokens;
    const untilTokenMs = missing > HAIR ? (missing / (bucket.rate * FILL_SHARE)) * 1000 : 0;
    if (heldMs > 0 || missing > HAIR) return Math.ceil(Math.max(heldMs, untilTokenMs));
    bucket.tokens -= 1;
    return null;
  }

  async learn(wish: BucketWish, requestsPerSecond: number): Promise<void> {
    this.#filled(wish).rate = requestsPerSecond;
  }

  async empty(wish: BucketWish, forMs: number): Promise<void> {
    const bucket = this.#filled(wish);
    bucket.tokens = Math.min(bucket.tokens, 1 + wish.reserved - (forMs / 1000) * bucket.rate * FILL_SHARE);
    await this.hold(wish, forMs);
  }

  async hold(wish: BucketWish, forMs: number): Promise<void> {
    const bucket = this.#filled(wish);
    bucket.heldUntilMs = Math.max(bucket.heldUntilMs, bucket.filledAtMs + forMs);
  }

  #filled(wish: BucketWish) {
    const nowMs = this.#nowMs();
    const { burst: tokens, requestsPerSecond: rate } = wish;
    const bucket = this.#buckets.get(wish.operation) ?? { tokens, rate, filledAtMs: nowMs, heldUntilMs: nowMs };
    this.#buckets.set(wish.operation, bucket);
    const waitedMs = Math.max(0, nowMs - bucket.filledAtMs);
    bucket.tokens = Math.min(wish.burst, bucket.tokens + (waitedMs / 1000) * bucket.rate * FILL_SHARE);
    bucket.filledAtMs = nowMs;
    return bucket;
  }
}

/** All limits of one channel in one process: the channel's own bucket, and those of operations that have one. */
export class ChannelLimits {
  readonly #limits: Limits;
  readonly #timer: Timer;
  readonly #all: Limiter;
  readonly #fast = new Map<string, Limiter>();
  readonly #learned = new Map<string, number>();
  readonly #refusedAtMs = new Map<string, number>();
  readonly #alone: SharedBuckets;

  constructor(limits: Limits, timer: Timer) {
    this.#limits = limits;
    this.#timer = timer;
    this.#all = new Limiter(limits, timer);
    this.#alone = new MemoryBuckets(() => timer.nowMs());
  }

  /** Takes a token, waiting where the operation is a fast one. @returns null where there was one, otherwise when there may be */
  async take(
    operation: string,
    { interactive, spare = false }: { readonly interactive: boolean; readonly spare?: boolean },
    shared = this.#alone,
  ): Promise<number | null> {
    const wish = this.#wishOf(operation, spare);
    if (wish === null) return (await this.#all.take(interactive)) ? null : QUEUE_FULL_MS;
    if (this.#isSlow(wish)) return shared.take(wish, interactive);
    return (await this.#fastOf(wish).take(interactive)) ? null : QUEUE_FULL_MS;
  }

  /** Reads an answer's header that tells the operation's rate, where the source has one. */
  async heard(operation: string, headers: Readonly<Record<string, string>>, shared = this.#alone): Promise<void> {
    const rate = rateOf(this.#limits.rateHeader, headers);
    if (rate === null || rate === this.#learned.get(operation)) return;
    this.#learned.set(operation, rate);
    const wish = this.#wishOf(operation);
    if (wish === null) return;
    if (this.#isSlow(wish)) await shared.learn(wish, rate);
    else this.#fastOf(wish).setRate(rate * FILL_SHARE);
  }

  /**
   * The source said "too many" without saying how long to wait: as long as a token takes, but a minute at most the first time,
   * and up to half as long again (a few seconds at most), so that processes do not come back at once together.
   */
  pauseMs(operation: string, random: number): number {
    const tokenMs = this.#tokenMs(operation);
    const perTokenMs = this.#wasRefusedLately(operation) ? tokenMs : Math.min(tokenMs, FIRST_PAUSE_MAX_MS);
    return Math.ceil(perTokenMs + random * Math.min(perTokenMs / 2, SPREAD_MAX_MS));
  }

  /** The source refused a call of the operation: nobody has a token of it for so long. */
  async refused(operation: string, forMs: number, shared = this.#alone): Promise<void> {
    const wish = this.#wishOf(operation);
    if (wish === null) return;
    // Where it is to be tried sooner than a token takes there must be some.
    const isSlip = !this.#wasRefusedLately(operation) && forMs < this.#tokenMs(operation);
    this.#refusedAtMs.set(operation, this.#timer.nowMs());
    if (!this.#isSlow(wish)) this.#fastOf(wish).hold(forMs);
    else if (isSlip) await shared.hold(wish, forMs);
    else await shared.empty(wish, forMs);
  }

  #wasRefusedLately(operation: string): boolean {
    const refusedAtMs = this.#refusedAtMs.get(operation) ?? Number.NEGATIVE_INFINITY;
    return this.#timer.nowMs() - refusedAtMs <= REFUSED_LATELY_MS;
  }

  /** Milliseconds in which the operation, or where it has no limit of its own the channel, gets another token. */
  #tokenMs(operation: string): number {
    const rate = this.#learned.get(operation) ?? this.#wishOf(operation)?.requestsPerSecond;
    return 1000 / (rate ?? this.#limits.requestsPerSecond);
  }

  /** Null: the operation has no bucket of its own. One whose rate the source tells has one, as deep as the channel's. */
  #wishOf(operation: string, spare = false): BucketWish | null {
    const learned = this.#learned.get(operation);
    const { operations = {}, interactiveShare } = this.#limits;
    const declared = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (declared === undefined && learned === undefined) return null;
    const burst = Math.max(1, Math.floor(declared?.burst ?? this.#limits.burst));
    const reserved = Math.min(Math.floor(burst * (spare ? SPARE_ABOVE : interactiveShare)), burst - 1);
    const requestsPerSecond = declared?.requestsPerSecond ?? this.#limits.requestsPerSecond;
    return { operation, requestsPerSecond, burst, reserved };
  }

  #isSlow({ operation, requestsPerSecond }: BucketWish): boolean {
    return Math.min(requestsPerSecond, this.#learned.get(operation) ?? requestsPerSecond) < SLOW_PER_SECOND;
  }

  #fastOf({ operation, requestsPerSecond, burst }: BucketWish): Limiter {
    const known = this.#fast.get(operation);
    if (known) return known;
    const { interactiveShare } = this.#limits;
    const rate = (this.#learned.get(operation) ?? requestsPerSecond) * FILL_SHARE;
    const sent = Math.max(1, burst - LATE_CALLS);
    const made = new Limiter({ requestsPerSecond: rate, burst: sent, interactiveShare }, this.#timer);
    this.#fast.set(operation, made);
    return made;
  }
}

/** Requests per second as the header says, within bounds; null where it says nothing that can be read. */
function rateOf(header: string | undefined, headers: Readonly<Record<string, string>>): number | null {
  const text = header === undefined ? undefined : headers[header.toLowerCase()];
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return null;
  const rate = Number(text);
  return rate > 0 ? Math.min(Math.max(rate, RATE_MIN), RATE_MAX) : null;
}
