/** Sellers' tokens: 48 hours each unless the source says otherwise, several alive at a time, all gone when the password changes. */
import { createHash } from "node:crypto";
import type { Clock, World } from "../../kit/simulator/index.ts";

/** The life that the vendor states, as one implementer reports it. */
const TOKEN_LIFE_MINUTES = 48 * 60;
const TOKENS_PER_SELLER = 5;

interface Token {
  readonly value: string;
  readonly seller: string;
  readonly issuedAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
}

export interface Accounts {
  /** A new token, or null for wrong credentials. */
  logIn(username: string, password: string): string | null;
  /** Whose token it is, or null: unknown or expired. */
  sellerOf(token: string): string | null;
  drop(seller: string): void;
  clear(): void;
  view(): unknown;
}

export function createAccounts(
  world: Pick<World, "sellers">,
  clock: Clock,
  lifeMinutes = TOKEN_LIFE_MINUTES,
): Accounts {
  const tokens = new Map<string, Token>();
  let issued = 0;
  const of = (seller: string) => [...tokens.values()].filter((token) => token.seller === seller);
  return {
    logIn(username, password) {
      const account = world.sellers.get(username);
      if (!account || account.password !== password) return null;
      const now = clock();
      issued++;
      // Not guessable by accident and yet repeatable under a given clock; it guards nothing real.
      const value = createHash("sha256")
        .update(`${username}\n${now.toString()}\n${issued}`)
        .digest("base64url")
        .slice(0, 32);
      tokens.set(value, { value, seller: username, issuedAt: now, expiresAt: now.add({ minutes: lifeMinutes }) });
      for (const old of of(username).slice(0, -TOKENS_PER_SELLER)) tokens.delete(old.value);
      return value;
    },
    sellerOf(value) {
      const token = tokens.get(value);
      if (!token) return null;
      if (Temporal.Instant.compare(clock(), token.expiresAt) < 0) return token.seller;
      tokens.delete(value);
      return null;
    },
    drop(seller) {
      for (const token of of(seller)) tokens.delete(token.value);
    },
    clear: () => tokens.clear(),
    view: () =>
      [...tokens.values()].map(({ seller, value, issuedAt, expiresAt }) => ({
        seller,
        ends: value.slice(-4),
        issuedAt: issuedAt.toString(),
        expiresAt: expiresAt.toString(),
      })),
  };
}
