/** The limits that a marketplace publishes: a token bucket for each operation and seller, counted so that a test can prove
 *  that nobody went beyond them. */
import { z } from "zod";
import type { Clock } from "./types.ts";

export interface PublishedLimit {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface PublishedLimits {
  /** By operationId. "*": every other operation together. */
  readonly operations: Readonly<Record<string, PublishedLimit>>;
  /** Calls beyond a limit are refused as the source does; otherwise they are counted alone. */
  readonly enforced: boolean;
  /** Header of answers that tells the present requests per second of the operation. */
  readonly header?: string;
}

/** A change of plan while it runs. */
export const limitWish = z.strictObject({
  operation: z.string().min(1).optional(),
  requestsPerSecond: z.number().positive().max(10_000).optional(),
  burst: z.int().min(1).max(100_000).optional(),
  enforced: z.boolean().optional(),
  /** Milliseconds by which a call may arrive later than it was sent, and the next one not: 0 at the start. */
  lateMs: z.number().min(0).max(60_000).optional(),
});
export type LimitWish = z.infer<typeof limitWish>;

/** Of an operation that was called; a rate of null: nobody published one. */
export interface LimitCount {
  readonly operation: string;
  readonly calls: number;
  readonly exceeded: number;
  readonly requestsPerSecond: number | null;
}

export interface LimitCounters {
  /** Takes a token. @returns whether the call stays within the limit, and whether it is to be refused where it does not */
  take(operation: string, seller: string): { readonly within: boolean; readonly refuse: boolean };
  /** Headers that every answer of the operation has. */
  headers(operation: string): Readonly<Record<string, string>>;
  change(wish: LimitWish): void;
  view(): readonly LimitCount[];
  /** Back to full buckets and the limits of the start. */
  reset(): void;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const OTHERS = "*";
/** Floating point: three waits of a third of a second must not miss the token by a hair. */
const HAIR = 1e-6;

export function createLimitCounters(clock: Clock, published: PublishedLimits | undefined): LimitCounters {
  const start = () => ({
    enforced: published?.enforced ?? false,
    lateMs: 0,
    limits: new Map(Object.entries(published?.operations ?? {})),
  });
  let now = start();
  const buckets = new Map<string, Bucket>();
  const counts = new Map<string, { calls: number; exceeded: number }>();
  const nameOf = (operation: string) => (now.limits.has(operation) ? operation : OTHERS);
  return {
    take(operation, seller) {
      const name = nameOf(operation);
      const limit = now.limits.get(name);
      const count = counts.get(operation) ?? { calls: 0, exceeded: 0 };
      counts.set(operation, count);
      count.calls++;
      if (!limit) return { within: true, refuse: false };
      const atMs = clock().epochMilliseconds;
      const key = `${name}\n${seller}`;
      const bucket = buckets.get(key) ?? { tokens: limit.burst, filledAtMs: atMs };
      buckets.set(key, bucket);
      const waitedMs = Math.max(0, atMs - bucket.filledAtMs);
      bucket.tokens = Math.min(limit.burst, bucket.tokens + (waitedMs / 1000) * limit.requestsPerSecond);
      bucket.filledAtMs = atMs;
      const within = bucket.tokens >= 1 - HAIR - (now.lateMs / 1000) * limit.requestsPerSecond;
      if (within) bucket.tokens -= 1;
      else count.exceeded++;
      return { within, refuse: !within && now.enforced };
    },
    headers(operation) {
      const limit = now.limits.get(nameOf(operation));
      if (!limit || published?.header === undefined) return {};
      return { [published.header]: String(limit.requestsPerSecond) };
    },
    change({ operation = OTHERS, requestsPerSecond, burst, enforced, lateMs }) {
      if (enforced !== undefined) now.enforced = enforced;
      if (lateMs !== undefined) now.lateMs = lateMs;
      if (requestsPerSecond === undefined && burst === undefined) return;
      const before = now.limits.get(operation) ?? { requestsPerSecond: 1, burst: 1 };
      now.limits.set(operation, {
        requestsPerSecond: requestsPerSecond ?? before.requestsPerSecond,
        burst: burst ?? before.burst,
      });
    },
    view: () =>
      [...counts].map(([operation, count]) => {
        const requestsPerSecond = now.limits.get(nameOf(operation))?.requestsPerSecond ?? null;
        return { operation, ...count, requestsPerSecond };
      }),
    reset() {
      now = start();
      buckets.clear();
      counts.clear();
    },
  };
}
