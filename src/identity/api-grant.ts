import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { newToken } from "../platform/vault.ts";
import { type ProvenUser, proveUser } from "./log-in.ts";
import {
  addToDirectory,
  dropOldGrants,
  dropOldTokens,
  findOwner,
  insertGrant,
  insertToken,
  lockGrant,
  readLogin,
} from "./store.ts";

/** An access token lives 12 hours; its refresh token 30 days from the first access token (specs/uniware-rest.md, 2). */
export const ACCESS_TOKEN_SECONDS = 12 * 3600;
export const REFRESH_TOKEN_DAYS = 30;
/** Clients that ask by password before each call must not fill the table: the oldest beyond these end. */
const GRANTS_PER_USER_MAX = 100;
const TOKENS_PER_GRANT_MAX = 20;

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** Proves a user and issues tokens for our API and the Uniware-compatible one. Refuses like `proveUser`. */
export async function issueTokens(
  services: Services,
  given: { username: string; password: string; address: string },
): Promise<Result<IssuedTokens>> {
  const proven = await proveUser(services, given);
  return proven.ok ? ok(await startGrant(services, proven.value)) : proven;
}

async function startGrant(services: Services, user: ProvenUser): Promise<IssuedTokens> {
  const now = services.clock.now();
  const grantId = newId<"ApiGrant">();
  const refreshToken = newToken();
  const accessToken = newToken();
  await services.db.transaction(user.tenantId, async (tx) => {
    const expiresAt = now.add({ hours: 24 * REFRESH_TOKEN_DAYS });
    await insertGrant(tx, { grantId, userId: user.userId, issuedAt: now, expiresAt });
    await addToDirectory(tx, "REFRESH_TOKEN", refreshToken, grantId);
    const tokenId = newId<"ApiToken">();
    await insertToken(tx, { tokenId, grantId, issuedAt: now, expiresAt: now.add({ seconds: ACCESS_TOKEN_SECONDS }) });
    await addToDirectory(tx, "ACCESS_TOKEN", accessToken, tokenId);
    await dropOldGrants(tx, user.userId, now, GRANTS_PER_USER_MAX);
  });
  return { accessToken, refreshToken, expiresInSeconds: ACCESS_TOKEN_SECONDS };
}

/**
 * A new access token for a refresh token that is known, not older than 30 days and whose user is enabled. The refresh
 * token stays the same, and so do access tokens given out before: two processes of a client may share one.
 */
export async function refreshTokens(services: Services, refreshToken: string): Promise<Result<IssuedTokens>> {
  const owner = await findOwner(services.db, "REFRESH_TOKEN", refreshToken);
  if (!owner) return refuse("REFRESH_TOKEN_NOT_VALID");
  const now = services.clock.now();
  return services.db.transaction(owner.tenantId, async (tx) => {
    const grant = await lockGrant(tx, owner.rowId);
    const user = grant && (await readLogin(tx, grant.userId));
    if (!grant || user?.state !== "ENABLED" || Temporal.Instant.compare(grant.expiresAt, now) <= 0)
      return refuse("REFRESH_TOKEN_NOT_VALID");
    const tokenId = newId<"ApiToken">();
    const accessToken = newToken();
    const lifeEnds = now.add({ seconds: ACCESS_TOKEN_SECONDS });
    await insertToken(tx, { tokenId, grantId: owner.rowId, issuedAt: now, expiresAt: lifeEnds });
    await addToDirectory(tx, "ACCESS_TOKEN", accessToken, tokenId);
    await dropOldTokens(tx, owner.rowId, TOKENS_PER_GRANT_MAX);
    return ok({ accessToken, refreshToken, expiresInSeconds: ACCESS_TOKEN_SECONDS });
  });
}
