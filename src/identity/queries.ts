import type { FacilityId, Instant, UserId } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { RoleCode, RoleGrant } from "./roles.ts";
import { knownGrants } from "./store.ts";
import type { Edition } from "./tenant.ts";
import type { UserState } from "./user.ts";

const GRANTS = sql`
  coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'facilityId', r.facility_id) order by r.role, r.facility_id)
    from godown.user_role r where r.tenant_id = u.tenant_id and r.user_id = u.user_id), '[]')`;
type GrantRows = readonly { role: string; facilityId: FacilityId | null }[];

/** What was read of the user behind a session or token. */
export interface PrincipalRow {
  readonly userId: UserId;
  readonly name: string;
  readonly grants: readonly RoleGrant[];
}

/** The user behind a session that has neither ended nor been idle since `idleSince`. */
export async function readPrincipalOfSession(
  tx: Tx,
  sessionId: string,
  now: Instant,
  idleSince: Instant,
): Promise<(PrincipalRow & { csrfToken: string; lastSeenAt: Instant }) | undefined> {
  const row = await tx.first(sql<
    Omit<PrincipalRow, "grants"> & { grants: GrantRows; csrfToken: string; lastSeenAt: Instant }
  >`
    select u.user_id as "userId", u.name, ${GRANTS} as grants, s.csrf_token as "csrfToken", s.last_seen_at as "lastSeenAt"
    from godown.session s join godown.app_user u using (tenant_id, user_id)
    where s.tenant_id = ${tx.tenantId} and s.session_id = ${sessionId} and u.state = 'ENABLED'
      and s.expires_at > ${now} and s.last_seen_at > ${idleSince}`);
  return row && { ...row, grants: knownGrants(row.grants) };
}

export async function readPrincipalOfToken(tx: Tx, tokenId: string, now: Instant): Promise<PrincipalRow | undefined> {
  const row = await tx.first(sql<Omit<PrincipalRow, "grants"> & { grants: GrantRows }>`
    select u.user_id as "userId", u.name, ${GRANTS} as grants
    from godown.api_token t join godown.api_grant g using (tenant_id, api_grant_id)
    join godown.app_user u on u.tenant_id = g.tenant_id and u.user_id = g.user_id
    where t.tenant_id = ${tx.tenantId} and t.api_token_id = ${tokenId} and t.expires_at > ${now} and u.state = 'ENABLED'`);
  return row && { ...row, grants: knownGrants(row.grants) };
}

export interface SessionUser {
  readonly name: string;
  readonly username: string;
  readonly grants: readonly RoleGrant[];
}

export async function readSessionUser(tx: Tx, userId: UserId): Promise<SessionUser> {
  const row = await tx.one(sql<{ name: string; username: string; grants: GrantRows }>`
    select u.name, u.username, ${GRANTS} as grants from godown.app_user u
    where u.tenant_id = ${tx.tenantId} and u.user_id = ${userId}`);
  return { ...row, grants: knownGrants(row.grants) };
}

/** The enabled facilities among those a person may see, by code. */
export async function readFacilities(
  tx: Tx,
  visible: "all" | readonly FacilityId[],
): Promise<{ id: FacilityId; code: string; name: string }[]> {
  return tx.run(sql<{ id: FacilityId; code: string; name: string }>`
    select facility_id as id, code, name from godown.facility
    where ${all([
      sql`tenant_id = ${tx.tenantId} and enabled`,
      visible === "all" ? undefined : sql`facility_id = any(${[...visible]}::uuid[])`,
    ])} order by code`);
}

export interface UserListRow {
  readonly userId: UserId;
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly state: UserState;
  readonly roles: readonly { role: RoleCode; facilityId: FacilityId | null; facilityCode: string | null }[];
  readonly lastLoginAt: Instant | null;
  readonly lockedUntil: Instant | null;
  readonly createdAt: Instant;
}

export interface UserFilters {
  readonly userId?: UserId | undefined;
  readonly search?: string | undefined;
  readonly state?: UserState | undefined;
  readonly role?: RoleCode | undefined;
  readonly facilityId?: FacilityId | undefined;
}

export const USER_SORTS = ["username", "name", "lastLoginAt"] as const;
const SORT_COLUMNS = new Map([
  ["username", sql`u.username`],
  ["name", sql`lower(u.name)`],
  ["lastLoginAt", sql`u.last_login_at`],
]);

export async function listUsers(
  tx: Tx,
  filters: UserFilters,
  page: Page,
  now: Instant,
): Promise<ListPage<UserListRow>> {
  const { userId, search, state, role, facilityId } = filters;
  const pattern = search === undefined ? undefined : containing(search);
  const holds = all([
    role === undefined ? undefined : sql`r.role = ${role}`,
    facilityId === undefined ? undefined : sql`(r.facility_id = ${facilityId} or r.facility_id is null)`,
  ]);
  const wanted = all([
    sql`u.tenant_id = ${tx.tenantId}`,
    userId === undefined ? undefined : sql`u.user_id = ${userId}`,
    pattern === undefined
      ? undefined
      : sql`(u.username ilike ${pattern} or u.name ilike ${pattern} or u.email ilike ${pattern} or u.phone ilike ${pattern})`,
    role === undefined && facilityId === undefined
      ? undefined
      : sql`exists (select from godown.user_role r where r.tenant_id = u.tenant_id and r.user_id = u.user_id and ${holds})`,
  ]);
  const inState = state === undefined ? wanted : sql`${wanted} and u.state = ${state}`;
  const sort = SORT_COLUMNS.get(page.sort) ?? sql`u.username`;
  const rows = await tx.run(sql<UserListRow>`
    select u.user_id as "userId", u.username, u.name, u.email, u.phone, u.state, u.last_login_at as "lastLoginAt",
      u.created_at as "createdAt", a.locked_until as "lockedUntil",
      coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'facilityId', r.facility_id, 'facilityCode', f.code)
          order by r.role, f.code)
        from godown.user_role r left join godown.facility f on f.tenant_id = r.tenant_id and f.facility_id = r.facility_id
        where r.tenant_id = u.tenant_id and r.user_id = u.user_id), '[]') as roles
    from godown.app_user u
    left join godown.login_attempt a on a.kind = 'USERNAME' and a.key_hash = sha256(convert_to(u.username, 'UTF8'))
      and a.locked_until > ${now}
    where ${inState}
    order by ${sort} ${page.descending ? sql`desc nulls last` : sql`asc nulls last`}, u.user_id
    limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: UserState; users: number }>`
    select u.state, count(*) as users from godown.app_user u where ${wanted} group by u.state`);
  const counts = Object.fromEntries(states.map((row) => [row.state, row.users]));
  const total = states.reduce((sum, row) => (state === undefined || row.state === state ? sum + row.users : sum), 0);
  return { rows, total, counts };
}

export interface AuditRow {
  readonly auditEventId: string;
  readonly at: Instant;
  readonly actorKind: string;
  readonly actorId: UserId | null;
  readonly actorName: string;
  readonly action: string;
  readonly recordType: string;
  readonly recordId: string;
  readonly recordCode: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
}

export interface AuditFilters {
  readonly recordType?: string | undefined;
  readonly recordId?: string | undefined;
  readonly recordCode?: string | undefined;
  readonly action?: string | undefined;
  readonly actorId?: UserId | undefined;
  readonly actor?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The audit trail, newest first unless turned round. */
export async function listAudit(tx: Tx, filters: AuditFilters, page: Page): Promise<ListPage<AuditRow>> {
  const { recordType, recordId, recordCode, action, actorId, actor, from, to } = filters;
  const wanted = all([
    sql`tenant_id = ${tx.tenantId}`,
    recordType === undefined ? undefined : sql`record_type = ${recordType}`,
    recordId === undefined ? undefined : sql`record_id = ${recordId}`,
    recordCode === undefined ? undefined : sql`record_code = ${recordCode}`,
    action === undefined ? undefined : sql`action = ${action}`,
    actorId === undefined ? undefined : sql`actor_id = ${actorId}`,
    actor === undefined ? undefined : sql`actor_name ilike ${containing(actor)}`,
    from === undefined ? undefined : sql`at >= ${from}`,
    to === undefined ? undefined : sql`at < ${to}`,
  ]);
  const order = page.descending ? sql`desc` : sql`asc`;
  const rows = await tx.run(sql<AuditRow>`
    select audit_event_id as "auditEventId", at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
      action, record_type as "recordType", record_id as "recordId", record_code as "recordCode", before, after,
      request_id as "requestId"
    from godown.audit_event where ${wanted}
    order by at ${order}, audit_event_id ${order} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.audit_event where ${wanted}`,
  );
  return { rows, total };
}

export interface TenantHead {
  readonly code: string;
  readonly name: string;
  readonly edition: Edition;
  readonly live: boolean;
  readonly sandbox: boolean;
}

export async function readTenantHead(tx: Tx): Promise<TenantHead> {
  return tx.one(sql<TenantHead>`
    select code, name, edition, live, sandbox from godown.tenant where tenant_id = ${tx.tenantId}`);
}
