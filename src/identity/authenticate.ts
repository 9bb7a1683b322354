import type { Instant, TenantId } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import type { Db } from "../platform/db.ts";
import type { Principal } from "../platform/http/principal.ts";
import { digest } from "../platform/vault.ts";
import { type PrincipalRow, readPrincipalOfSession, readPrincipalOfToken } from "./queries.ts";
import { rightsOf } from "./roles.ts";
import { findOwner, touchSession } from "./store.ts";

/** How long a caller is taken to be who he was a moment ago: the longest a revocation made in another process takes. */
export const PRINCIPAL_CACHE_SECONDS = 4;
/** A session ends after 12 hours without a call, and in any case after 7 days. */
export const SESSION_IDLE_HOURS = 12;
export const SESSION_DAYS_MAX = 7;
const CACHE_ENTRIES_MAX = 10_000;
/** A session's last call is written down at most this often. */
const TOUCH_EVERY_SECONDS = 300;

interface Cached {
  readonly tenant: { id: TenantId | null };
  readonly loadedAt: Instant;
  readonly principal: Promise<Principal | null>;
}

const caches = new WeakMap<Db, Map<string, Cached>>();

/**
 * Who is calling, by session cookie or bearer token; null for nobody: unknown, ended, idle too long, user disabled.
 * A bearer token counts before a cookie; another scheme (a proxy's own Basic) is not ours and is passed over.
 * Answers of the last 4 seconds are reused without a query; changes made in this process count at once (`forget…`).
 */
export async function authenticate(
  services: Services,
  request: { cookie: string | undefined; authorization: string | undefined },
): Promise<Principal | null> {
  const bearer = /^bearer +(\S+)\s*$/i.exec(request.authorization ?? "")?.[1];
  const token = bearer ?? request.cookie;
  if (token === undefined || token === "") return null;
  const cache = cacheOf(services.db);
  const key = `${bearer === undefined ? "session" : "bearer"} ${digest(token).toString("base64url")}`;
  const now = services.clock.now();
  const cached = cache.get(key);
  if (cached && isFresh(cached, now)) return cached.principal;
  const tenant: Cached["tenant"] = { id: null };
  const principal = bearer === undefined ? ofSession(services, token, now) : ofToken(services, token, now);
  const entry: Cached = { tenant, loadedAt: now, principal };
  makeRoom(cache);
  cache.set(key, entry);
  try {
    const found = await principal;
    tenant.id = found?.tenantId ?? null;
    if (found === null) forgetEntry(cache, key, entry); // unknown tokens are endless: they must not push out known ones
    return found;
  } catch (error) {
    forgetEntry(cache, key, entry);
    throw error;
  }
}

/** Forgets one session or token in this process, so that its end counts at once here. */
export function forgetPrincipal(db: Db, token: string): void {
  const hash = digest(token).toString("base64url");
  for (const kind of ["session", "bearer"]) caches.get(db)?.delete(`${kind} ${hash}`);
}

/** Forgets everybody of a tenant in this process: after a change of users or roles. */
export function forgetPrincipals(db: Db, tenantId: TenantId): void {
  const cache = caches.get(db);
  for (const [key, entry] of cache ?? [])
    if (entry.tenant.id === tenantId || entry.tenant.id === null) cache?.delete(key);
}

async function ofSession(services: Services, token: string, now: Instant): Promise<Principal | null> {
  const owner = await findOwner(services.db, "SESSION", token);
  if (!owner) return null;
  const session = await services.db.read(owner.tenantId, (tx) =>
    readPrincipalOfSession(tx, owner.rowId, now, now.subtract({ hours: SESSION_IDLE_HOURS })),
  );
  if (!session) return null;
  if (now.since(session.lastSeenAt).total("seconds") >= TOUCH_EVERY_SECONDS)
    await services.db.transaction(owner.tenantId, (tx) => touchSession(tx, owner.rowId, now));
  return principalOf(owner.tenantId, "USER", session, session.csrfToken);
}

async function ofToken(services: Services, token: string, now: Instant): Promise<Principal | null> {
  const owner = await findOwner(services.db, "ACCESS_TOKEN", token);
  if (!owner) return null;
  const user = await services.db.read(owner.tenantId, (tx) => readPrincipalOfToken(tx, owner.rowId, now));
  return user ? principalOf(owner.tenantId, "API", user, null) : null;
}

function principalOf(tenantId: TenantId, kind: "USER" | "API", user: PrincipalRow, csrf: string | null): Principal {
  return { tenantId, actor: { kind, id: user.userId, name: user.name }, rights: rightsOf(user.grants), csrf };
}

function cacheOf(db: Db): Map<string, Cached> {
  let cache = caches.get(db);
  if (!cache) {
    cache = new Map();
    caches.set(db, cache);
  }
  return cache;
}

function isFresh(entry: Cached, now: Instant): boolean {
  const age = now.since(entry.loadedAt).total("seconds");
  return age >= 0 && age < PRINCIPAL_CACHE_SECONDS; // a clock that was set back makes an entry old, not young
}

/** A Map keeps its entries in the order they came: the first is the oldest. */
function makeRoom(cache: Map<string, Cached>): void {
  if (cache.size < CACHE_ENTRIES_MAX) return;
  const oldest = cache.keys().next();
  if (!oldest.done) cache.delete(oldest.value);
}

function forgetEntry(cache: Map<string, Cached>, key: string, entry: Cached): void {
  if (cache.get(key) === entry) cache.delete(key);
}
