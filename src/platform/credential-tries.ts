import type { Instant } from "../kernel/index.ts";

/**
 * Minutes from a refusal of credentials to the next try with the same ones. Marketplaces and couriers refuse good ones now and
 * then (a token service that stumbles); nobody should have to press Connect for that. Not more often: repeated wrong log-ins
 * lock accounts there.
 */
export const TRY_AGAIN_MINUTES = [1, 2, 5, 15, 60] as const;

/**
 * When credentials that were refused are tried again; null: no more, a person has to enter them.
 * @param tried how many tries have been used up since the account broke
 */
export function nextCredentialTry(now: Instant, tried: number): Instant | null {
  const minutes = TRY_AGAIN_MINUTES[tried];
  return minutes === undefined ? null : now.add({ minutes });
}
