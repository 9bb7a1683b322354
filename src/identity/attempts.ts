import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { digest } from "../platform/vault.ts";
import { type AttemptKind, addressGroup, countFailure, inWords, lockedForSeconds } from "./lockout.ts";
import { forgetAttempts, lockAttempts, NO_TENANT, saveAttempts, takeBackFailure } from "./store.ts";

/** Whose attempts are counted. Without an address (a logged-in person's own password) only the name is. */
export interface AttemptKey {
  readonly username: string;
  readonly address: string | null;
}

/**
 * Opens an attempt to log in, or refuses it while the name or the address is locked. The attempt counts as failed from
 * here on until `attemptSucceeded`, so that a thousand guesses sent at once are bounded like a thousand in a row.
 */
export function openAttempt(services: Services, key: AttemptKey): Promise<Result<undefined>> {
  const now = services.clock.now();
  return services.db.transaction(NO_TENANT, async (tx) => {
    // Always the address first: two attempts that share both never wait for each other in a ring.
    for (const { kind, hash } of keys(key)) {
      const earlier = await lockAttempts(tx, kind, hash, now);
      const seconds = lockedForSeconds(earlier, now);
      if (seconds > 0) {
        services.log.warn({ outcome: "locked", kind, lockedForSeconds: seconds }, "a log-in was refused unheard");
        return refuse("LOGIN_LOCKED", lockFacts(kind, seconds));
      }
      await saveAttempts(tx, kind, hash, countFailure(kind, earlier, now));
    }
    return ok();
  });
}

/** The password was right: the name starts anew; the address keeps what others did from there. */
export function attemptSucceeded(services: Services, key: AttemptKey): Promise<void> {
  return services.db.transaction(NO_TENANT, async (tx) => {
    for (const { kind, hash } of keys(key))
      if (kind === "USERNAME") await forgetAttempts(tx, kind, hash);
      else await takeBackFailure(tx, kind, hash);
  });
}

function keys(key: AttemptKey): { kind: AttemptKind; hash: Buffer }[] {
  const name = { kind: "USERNAME" as const, hash: digest(key.username) };
  if (key.address === null) return [name];
  return [{ kind: "ADDRESS", hash: digest(addressGroup(key.address)) }, name];
}

function lockFacts(kind: AttemptKind, seconds: number) {
  return {
    what: kind === "USERNAME" ? "user name" : "network address",
    wait: inWords(seconds),
    retryAfterSeconds: seconds,
  };
}
