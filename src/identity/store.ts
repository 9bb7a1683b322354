import type { FacilityId, Instant, TenantId, UserId } from "../kernel/index.ts";
import type { Actor } from "../platform/context.ts";
import { type Db, json, sql, type Tx } from "../platform/db.ts";
import { digest } from "../platform/vault.ts";
import type { AttemptKind, Attempts } from "./lockout.ts";
import { isRole, type RoleGrant } from "./roles.ts";
import type { Tenant } from "./tenant.ts";
import type { User, UserState } from "./user.ts";

/** For the two tables that are not walled (attempts to log in, first run): a tenant that nobody is. */
export const NO_TENANT = "00000000-0000-0000-0000-000000000000" as TenantId;

// --- the directory: from what is presented to the tenant that owns it ---

type DirectoryKind = "TENANT_CODE" | "USERNAME" | "SESSION" | "ACCESS_TOKEN" | "REFRESH_TOKEN" | "ONE_TIME_LINK";

/** Longest token or name that is looked up; ours are 43 characters, names up to 200. */
const PRESENTED_LENGTH_MAX = 300;

/** Who owns a presented token or name; undefined where nobody does. */
export async function findOwner(
  db: Db,
  kind: DirectoryKind,
  presented: string,
): Promise<{ tenantId: TenantId; rowId: string } | undefined> {
  if (presented.length > PRESENTED_LENGTH_MAX) return undefined;
  return db.presenting(digest(presented), (tx) =>
    tx.first(sql<{ tenantId: TenantId; rowId: string }>`
      select owner_tenant as "tenantId", owner_row as "rowId" from godown.directory
      where kind = ${kind} and key_hash = godown.presented()`),
  );
}

/** False where another row, perhaps of a tenant that is not seen here, already has the name. */
export async function addToDirectory(tx: Tx, kind: DirectoryKind, key: string, rowId: string): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.directory (kind, key_hash, owner_tenant, owner_row)
    values (${kind}, ${digest(key)}, ${tx.tenantId}, ${rowId}) on conflict do nothing`);
  return written === 1;
}

// --- attempts to log in ---

/** Locks the count of a name or address, making it where there is none yet. */
export async function lockAttempts(tx: Tx, kind: AttemptKind, hash: Buffer, now: Instant): Promise<Attempts> {
  await tx.run(sql`
    insert into godown.login_attempt (kind, key_hash, last_failed_at) values (${kind}, ${hash}, ${now}) on conflict do nothing`);
  return tx.one(sql<Attempts>`
    select failures, last_failed_at as "lastFailedAt", locked_until as "lockedUntil" from godown.login_attempt
    where kind = ${kind} and key_hash = ${hash} for update`);
}

export async function saveAttempts(tx: Tx, kind: AttemptKind, hash: Buffer, attempts: Attempts): Promise<void> {
  await tx.run(sql`
    update godown.login_attempt set failures = ${attempts.failures}, last_failed_at = ${attempts.lastFailedAt},
      locked_until = ${attempts.lockedUntil} where kind = ${kind} and key_hash = ${hash}`);
}

export async function forgetAttempts(tx: Tx, kind: AttemptKind, hash: Buffer): Promise<void> {
  await tx.run(sql`delete from godown.login_attempt where kind = ${kind} and key_hash = ${hash}`);
}

/** Takes back the one failure that the opened attempt counted, and the lock that this one may have caused. */
export async function takeBackFailure(tx: Tx, kind: AttemptKind, hash: Buffer): Promise<void> {
  await tx.run(sql`
    update godown.login_attempt set failures = greatest(failures - 1, 0), locked_until = null
    where kind = ${kind} and key_hash = ${hash}`);
}

export async function deleteOldAttempts(tx: Tx, before: Instant): Promise<number> {
  return tx.count(sql`delete from godown.login_attempt where last_failed_at < ${before}`);
}

// --- users ---

interface UserRow extends Omit<User, "grants"> {
  readonly grants: readonly { role: string; facilityId: FacilityId | null }[];
}

const USER = sql`
  u.user_id as "userId", u.username, u.name, u.email, u.phone, u.state, u.password_hash is not null as "hasPassword",
  coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'facilityId', r.facility_id) order by r.role, r.facility_id)
    from godown.user_role r where r.tenant_id = u.tenant_id and r.user_id = u.user_id), '[]') as grants`;

/** Grants as the database holds them; a role that this version does not know gives nothing. */
export function knownGrants(grants: readonly { role: string; facilityId: FacilityId | null }[]): RoleGrant[] {
  return grants.flatMap(({ role, facilityId }) => (isRole(role) ? [{ role, facilityId }] : []));
}

export async function lockUser(tx: Tx, userId: string): Promise<User | undefined> {
  const row = await tx.first(sql<UserRow>`
    select ${USER} from godown.app_user u where u.tenant_id = ${tx.tenantId} and u.user_id = ${userId} for update of u`);
  return row && { ...row, grants: knownGrants(row.grants) };
}

export async function readLogin(
  tx: Tx,
  userId: string,
): Promise<{ userId: UserId; name: string; passwordHash: string | null; state: UserState } | undefined> {
  return tx.first(sql<{ userId: UserId; name: string; passwordHash: string | null; state: UserState }>`
    select user_id as "userId", name, password_hash as "passwordHash", state
    from godown.app_user where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
}

/** Enabled administrators other than this user: who could still let people in. */
export async function countOtherAdmins(tx: Tx, userId: UserId): Promise<number> {
  const { admins } = await tx.one(sql<{ admins: number }>`
    select count(*) as admins from godown.app_user u
    join godown.user_role r using (tenant_id, user_id)
    where u.tenant_id = ${tx.tenantId} and u.user_id <> ${userId} and u.state = 'ENABLED' and u.password_hash is not null
      and r.role = 'ADMIN' and r.facility_id is null`);
  return admins;
}

export async function insertUser(
  tx: Tx,
  user: Omit<User, "grants" | "hasPassword"> & { passwordHash: string | null; createdAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.app_user (tenant_id, user_id, username, name, email, phone, password_hash, state, created_at)
    values (${tx.tenantId}, ${user.userId}, ${user.username}, ${user.name}, ${user.email}, ${user.phone},
      ${user.passwordHash}, ${user.state}, ${user.createdAt})`);
}

export async function saveUser(tx: Tx, user: Omit<User, "grants" | "hasPassword" | "username">): Promise<void> {
  await tx.run(sql`
    update godown.app_user set name = ${user.name}, email = ${user.email}, phone = ${user.phone}, state = ${user.state}
    where tenant_id = ${tx.tenantId} and user_id = ${user.userId}`);
}

export async function savePassword(tx: Tx, userId: UserId, passwordHash: string): Promise<void> {
  await tx.run(sql`
    update godown.app_user set password_hash = ${passwordHash}, state = case state when 'INVITED' then 'ENABLED' else state end
    where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
}

export async function saveLastLogin(tx: Tx, userId: UserId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.app_user set last_login_at = ${at} where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
}

export async function replaceGrants(tx: Tx, userId: UserId, grants: readonly RoleGrant[]): Promise<void> {
  await tx.run(sql`delete from godown.user_role where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
  await tx.run(sql`
    insert into godown.user_role (tenant_id, user_id, role, facility_id)
    select ${tx.tenantId}, ${userId}, role, "facilityId"
    from jsonb_to_recordset(${json(grants)}) as g(role text, "facilityId" uuid)`);
}

/** Those of the given ids that are no facility of the tenant. */
export async function unknownFacilities(tx: Tx, facilityIds: readonly FacilityId[]): Promise<FacilityId[]> {
  const rows = await tx.run(sql<{ facilityId: FacilityId }>`
    select id as "facilityId" from unnest(${[...facilityIds]}::uuid[]) as id
    where not exists (select from godown.facility f where f.tenant_id = ${tx.tenantId} and f.facility_id = id)`);
  return rows.map((row) => row.facilityId);
}

// --- sessions, grants and links: each is found through the directory and leaves it when it ends ---

export async function insertSession(
  tx: Tx,
  session: {
    sessionId: string;
    userId: UserId;
    csrfToken: string;
    now: Instant;
    expiresAt: Instant;
    client: string | null;
  },
): Promise<void> {
  await tx.run(sql`
    insert into godown.session (tenant_id, session_id, user_id, csrf_token, created_at, last_seen_at, expires_at, client)
    values (${tx.tenantId}, ${session.sessionId}, ${session.userId}, ${session.csrfToken}, ${session.now}, ${session.now},
      ${session.expiresAt}, ${session.client})`);
}

export async function touchSession(tx: Tx, sessionId: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.session set last_seen_at = ${at} where tenant_id = ${tx.tenantId} and session_id = ${sessionId}`);
}

export async function deleteSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.run(sql`delete from godown.directory where owner_tenant = ${tx.tenantId} and owner_row = ${sessionId}`);
  await tx.run(sql`delete from godown.session where tenant_id = ${tx.tenantId} and session_id = ${sessionId}`);
}

/** Ends every session, API grant and API token of a user. */
export async function revokeAccess(tx: Tx, userId: UserId): Promise<void> {
  await tx.run(sql`
    delete from godown.directory where owner_tenant = ${tx.tenantId} and kind in ('SESSION', 'ACCESS_TOKEN', 'REFRESH_TOKEN')
      and owner_row in (
        select session_id from godown.session where tenant_id = ${tx.tenantId} and user_id = ${userId}
        union all select api_grant_id from godown.api_grant where tenant_id = ${tx.tenantId} and user_id = ${userId}
        union all select t.api_token_id from godown.api_token t join godown.api_grant g using (tenant_id, api_grant_id)
          where t.tenant_id = ${tx.tenantId} and g.user_id = ${userId})`);
  await tx.run(sql`delete from godown.session where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
  await tx.run(sql`delete from godown.api_grant where tenant_id = ${tx.tenantId} and user_id = ${userId}`);
}

export async function insertGrant(
  tx: Tx,
  grant: { grantId: string; userId: UserId; issuedAt: Instant; expiresAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.api_grant (tenant_id, api_grant_id, user_id, issued_at, expires_at)
    values (${tx.tenantId}, ${grant.grantId}, ${grant.userId}, ${grant.issuedAt}, ${grant.expiresAt})`);
}

export async function insertToken(
  tx: Tx,
  token: { tokenId: string; grantId: string; issuedAt: Instant; expiresAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.api_token (tenant_id, api_token_id, api_grant_id, issued_at, expires_at)
    values (${tx.tenantId}, ${token.tokenId}, ${token.grantId}, ${token.issuedAt}, ${token.expiresAt})`);
}

export async function lockGrant(tx: Tx, grantId: string): Promise<{ userId: UserId; expiresAt: Instant } | undefined> {
  return tx.first(sql<{ userId: UserId; expiresAt: Instant }>`
    select user_id as "userId", expires_at as "expiresAt" from godown.api_grant
    where tenant_id = ${tx.tenantId} and api_grant_id = ${grantId} for update`);
}

/** Ends a user's grants that have expired or are older than the newest `keep`, with their tokens. */
export async function dropOldGrants(tx: Tx, userId: UserId, now: Instant, keep: number): Promise<void> {
  const old = sql`
    select api_grant_id from (
      select api_grant_id, expires_at, row_number() over (order by issued_at desc, api_grant_id desc) as place
      from godown.api_grant where tenant_id = ${tx.tenantId} and user_id = ${userId}) g
    where place > ${keep} or expires_at <= ${now}`;
  await tx.run(sql`
    delete from godown.directory where owner_tenant = ${tx.tenantId} and kind in ('ACCESS_TOKEN', 'REFRESH_TOKEN')
      and owner_row in (select api_grant_id from (${old}) o
        union all select api_token_id from godown.api_token
          where tenant_id = ${tx.tenantId} and api_grant_id in (${old}))`);
  await tx.run(sql`delete from godown.api_grant where tenant_id = ${tx.tenantId} and api_grant_id in (${old})`);
}

/** Ends a grant's access tokens older than the newest `keep`. */
export async function dropOldTokens(tx: Tx, grantId: string, keep: number): Promise<void> {
  await tx.run(sql`
    with gone as (delete from godown.api_token where tenant_id = ${tx.tenantId} and api_token_id in (
        select api_token_id from godown.api_token where tenant_id = ${tx.tenantId} and api_grant_id = ${grantId}
        order by issued_at desc, api_token_id desc offset ${keep})
      returning api_token_id)
    delete from godown.directory where owner_tenant = ${tx.tenantId} and kind = 'ACCESS_TOKEN'
      and owner_row in (select api_token_id from gone)`);
}

/** Removes what has ended by time: sessions, grants, tokens and links. @returns rows removed */
export async function purgeEnded(tx: Tx, now: Instant, idleSince: Instant): Promise<number> {
  return tx.count(sql`
    with
      s as (delete from godown.session
        where tenant_id = ${tx.tenantId} and (expires_at <= ${now} or last_seen_at <= ${idleSince}) returning session_id as id),
      g as (select api_grant_id as id from godown.api_grant where tenant_id = ${tx.tenantId} and expires_at <= ${now}),
      t as (delete from godown.api_token
        where tenant_id = ${tx.tenantId} and (expires_at <= ${now} or api_grant_id in (select id from g)) returning api_token_id as id),
      l as (delete from godown.one_time_link
        where tenant_id = ${tx.tenantId} and (expires_at <= ${now} or used_at is not null) returning link_id as id)
    delete from godown.directory where owner_tenant = ${tx.tenantId}
      and kind in ('SESSION', 'ACCESS_TOKEN', 'REFRESH_TOKEN', 'ONE_TIME_LINK')
      and owner_row in (select id from s union all select id from g union all select id from t union all select id from l)`);
}

export async function deleteEndedGrants(tx: Tx, now: Instant): Promise<void> {
  await tx.run(sql`delete from godown.api_grant where tenant_id = ${tx.tenantId} and expires_at <= ${now}`);
}

export interface OneTimeLink {
  readonly linkId: string;
  readonly userId: UserId;
  readonly purpose: "INVITATION" | "PASSWORD_RESET";
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

export async function insertLink(
  tx: Tx,
  link: Omit<OneTimeLink, "usedAt"> & { createdBy: UserId | null; createdAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.one_time_link (tenant_id, link_id, user_id, purpose, created_by, created_at, expires_at)
    values (${tx.tenantId}, ${link.linkId}, ${link.userId}, ${link.purpose}, ${link.createdBy}, ${link.createdAt}, ${link.expiresAt})`);
}

export async function lockLink(tx: Tx, linkId: string): Promise<OneTimeLink | undefined> {
  return tx.first(sql<OneTimeLink>`
    select link_id as "linkId", user_id as "userId", purpose, expires_at as "expiresAt", used_at as "usedAt"
    from godown.one_time_link where tenant_id = ${tx.tenantId} and link_id = ${linkId} for update`);
}

export async function saveLinkUsed(tx: Tx, linkId: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.one_time_link set used_at = ${at} where tenant_id = ${tx.tenantId} and link_id = ${linkId}`);
}

/** Links of a user that were not used are worth nothing any more: a newer one, a new password or the user's end replaces them. */
export async function deleteOpenLinks(tx: Tx, userId: UserId): Promise<void> {
  await tx.run(sql`
    with gone as (delete from godown.one_time_link
      where tenant_id = ${tx.tenantId} and user_id = ${userId} and used_at is null returning link_id)
    delete from godown.directory where owner_tenant = ${tx.tenantId} and kind = 'ONE_TIME_LINK'
      and owner_row in (select link_id from gone)`);
}

// --- tenant ---

const TENANT = sql`code, name, edition, live, live_at as "liveAt", sandbox, settings`;

export async function readTenant(tx: Tx): Promise<Tenant> {
  return tx.one(sql<Tenant>`select ${TENANT} from godown.tenant where tenant_id = ${tx.tenantId}`);
}

/**
 * Locks the tenant's row: changes that must see each other (last administrator, number of facilities) take turns on it. Whoever
 * writes a record of the tenant holds its key and waits for nobody: with a stronger lock two who do both would wait for each other.
 */
export async function lockTenant(tx: Tx): Promise<Tenant> {
  return tx.one(sql<Tenant>`select ${TENANT} from godown.tenant where tenant_id = ${tx.tenantId} for no key update`);
}

export async function insertTenant(tx: Tx, tenant: Tenant, now: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.tenant (tenant_id, code, name, edition, live, live_at, sandbox, settings, created_at)
    values (${tx.tenantId}, ${tenant.code}, ${tenant.name}, ${tenant.edition}, ${tenant.live}, ${tenant.liveAt},
      ${tenant.sandbox}, ${json(tenant.settings)}, ${now})`);
}

export async function saveTenant(tx: Tx, tenant: Tenant): Promise<void> {
  await tx.run(sql`
    update godown.tenant set name = ${tenant.name}, edition = ${tenant.edition}, live = ${tenant.live}, live_at = ${tenant.liveAt},
      sandbox = ${tenant.sandbox}, settings = ${json(tenant.settings)} where tenant_id = ${tx.tenantId}`);
}

export async function countEnabledFacilities(tx: Tx): Promise<number> {
  const { facilities } = await tx.one(sql<{ facilities: number }>`
    select count(*) as facilities from godown.facility where tenant_id = ${tx.tenantId} and enabled`);
  return facilities;
}

// --- first run ---

export interface FirstRunLink {
  readonly tokenHash: Buffer;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

export async function readFirstRun(tx: Tx): Promise<FirstRunLink | undefined> {
  return tx.first(sql<FirstRunLink>`
    select token_hash as "tokenHash", expires_at as "expiresAt", used_at as "usedAt" from godown.first_run`);
}

export async function lockFirstRun(tx: Tx): Promise<FirstRunLink | undefined> {
  return tx.first(sql<FirstRunLink>`
    select token_hash as "tokenHash", expires_at as "expiresAt", used_at as "usedAt" from godown.first_run for update`);
}

export async function saveFirstRun(
  tx: Tx,
  link: { tokenHash: Buffer; now: Instant; expiresAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.first_run (token_hash, created_at, expires_at) values (${link.tokenHash}, ${link.now}, ${link.expiresAt})
    on conflict (one_row) do update set token_hash = excluded.token_hash, created_at = excluded.created_at,
      expires_at = excluded.expires_at where first_run.used_at is null`);
}

/** The link is over as soon as there is a tenant, whoever made it. */
export async function closeFirstRun(tx: Tx, now: Instant): Promise<void> {
  await tx.run(sql`update godown.first_run set used_at = ${now} where used_at is null`);
}

// --- audit ---

export async function insertAuditEvents(
  tx: Tx,
  by: { actor: Actor; at: Instant; requestId: string },
  events: readonly {
    auditEventId: string;
    action: string;
    recordType: string;
    recordId: string;
    recordCode: string | null;
    before: unknown;
    after: unknown;
  }[],
): Promise<void> {
  await tx.run(sql`
    insert into godown.audit_event (tenant_id, audit_event_id, at, actor_kind, actor_id, actor_name, action,
      record_type, record_id, record_code, before, after, request_id)
    select ${tx.tenantId}::uuid, e."auditEventId", ${by.at}::timestamptz, ${by.actor.kind}, ${by.actor.id}::uuid, ${by.actor.name},
      e.action, e."recordType", e."recordId", e."recordCode", nullif(e.before, 'null'), nullif(e.after, 'null'), ${by.requestId}
    from jsonb_to_recordset(${json(events)}) as e("auditEventId" uuid, action text, "recordType" text, "recordId" text,
      "recordCode" text, before jsonb, after jsonb)`);
}
