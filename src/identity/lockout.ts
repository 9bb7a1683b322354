import type { Instant } from "../kernel/index.ts";

export type AttemptKind = "ADDRESS" | "USERNAME";

interface Limit {
  /** Wrong passwords before the first lock. */
  readonly failuresFree: number;
  readonly firstLockSeconds: number;
  readonly lockSecondsMax: number;
  /** After so long without a wrong password the count starts anew. */
  readonly forgetAfterSeconds: number;
}

/** An address gets more room than a name: a whole warehouse may log in from one. */
export const ATTEMPT_LIMITS: Readonly<Record<AttemptKind, Limit>> = {
  USERNAME: { failuresFree: 5, firstLockSeconds: 60, lockSecondsMax: 3600, forgetAfterSeconds: 24 * 3600 },
  ADDRESS: { failuresFree: 30, firstLockSeconds: 60, lockSecondsMax: 3600, forgetAfterSeconds: 3600 },
};

/** What is known of earlier attempts with one user name or from one address. */
export interface Attempts {
  readonly failures: number;
  readonly lastFailedAt: Instant;
  readonly lockedUntil: Instant | null;
}

/** Whole seconds until the lock ends; 0 where there is none. */
export function lockedForSeconds(attempts: Attempts, now: Instant): number {
  if (attempts.lockedUntil === null) return 0;
  return Math.max(0, Math.ceil(attempts.lockedUntil.since(now).total("seconds")));
}

/** One wrong password more: the lock doubles with each beyond the free ones, up to its longest. */
export function countFailure(kind: AttemptKind, earlier: Attempts, now: Instant): Attempts {
  const limit = ATTEMPT_LIMITS[kind];
  const forgotten = now.since(earlier.lastFailedAt).total("seconds") > limit.forgetAfterSeconds;
  const failures = (forgotten ? 0 : earlier.failures) + 1;
  const beyond = failures - limit.failuresFree;
  // 2^30 is far beyond the longest lock already; the bound keeps the number finite.
  const lockSeconds =
    beyond < 0 ? 0 : Math.min(limit.lockSecondsMax, limit.firstLockSeconds * 2 ** Math.min(beyond, 30));
  return { failures, lastFailedAt: now, lockedUntil: lockSeconds === 0 ? null : now.add({ seconds: lockSeconds }) };
}

/** "45 seconds", "2 minutes": for the sentence a locked-out person reads. */
export function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** What is counted for an address: IPv4 whole, IPv6 by its /64, since one subscriber owns that many addresses. */
export function addressGroup(remoteAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress);
  if (mapped?.[1]) return mapped[1];
  if (!remoteAddress.includes(":")) return remoteAddress;
  const [head = "", tail] = (remoteAddress.split("%")[0] ?? "").toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
