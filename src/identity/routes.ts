import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes, type Page } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { changePassword } from "./change-password.ts";
import { editTenant } from "./edit-tenant.ts";
import { editUser, signOutUser, unlockUser } from "./edit-user.ts";
import { goLive } from "./go-live.ts";
import { inviteUser } from "./invite-user.ts";
import { PASSWORD_LENGTH_MAX } from "./password.ts";
import { type AuditRow, listAudit, listUsers, USER_SORTS, type UserListRow } from "./queries.ts";
import { ROLE_CODES, ROLES } from "./roles.ts";
import { describeSettings } from "./settings.ts";
import { readTenant } from "./store.ts";
import { facilitiesMax, type Tenant, tenantFields } from "./tenant.ts";
import { roleField, userFields, usernameField } from "./user.ts";
import { type IssuedLink, linkForUser } from "./user-link.ts";

const userParams = z.object({ userId: idField<"User">() });
const STATES = ["INVITED", "ENABLED", "DISABLED"] as const;

const userRow = z.object({
  userId: z.string(),
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  state: z.enum(STATES),
  roles: z.array(
    z.object({ role: z.enum(ROLE_CODES), facilityId: z.string().nullable(), facilityCode: z.string().nullable() }),
  ),
  lastLoginAt: z.string().nullable(),
  lockedUntil: z.string().nullable().describe("Log-in is locked until then by wrong passwords"),
  createdAt: z.string(),
});

function userOut(row: UserListRow): z.input<typeof userRow> {
  return {
    ...row,
    roles: [...row.roles],
    lastLoginAt: row.lastLoginAt?.toString() ?? null,
    lockedUntil: row.lockedUntil?.toString() ?? null,
    createdAt: row.createdAt.toString(),
  };
}

const linkAnswer = z.object({
  link: z.string().describe("Shown this once; hand it to the person"),
  purpose: z.enum(["INVITATION", "PASSWORD_RESET"]),
  expiresAt: z.string(),
});

function linkOut(issued: IssuedLink): z.input<typeof linkAnswer> {
  return { link: issued.link, purpose: issued.purpose, expiresAt: issued.expiresAt.toString() };
}

const ONE: Page = { limit: 1, offset: 0, sort: "username", descending: false };

const userRoutes: Route[] = [
  ...listRoutes({
    path: "/users",
    summary: "Users with their roles",
    permission: "users.manage",
    filters: {
      search: searchField,
      state: z.enum(STATES).optional(),
      role: z.enum(ROLE_CODES).optional(),
      facilityId: idField<"Facility">().optional(),
    },
    row: userRow,
    sorts: USER_SORTS,
    columns: [
      { title: "Username", value: (row) => row.username },
      { title: "Name", value: (row) => row.name },
      { title: "Email", value: (row) => row.email },
      { title: "Mobile", value: (row) => row.phone },
      { title: "State", value: (row) => row.state },
      {
        title: "Roles",
        value: (row) => row.roles.map((r) => (r.facilityCode ? `${r.role} (${r.facilityCode})` : r.role)).join("; "),
      },
      { title: "Last login", value: (row) => row.lastLoginAt },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listUsers(tx, filters, page, ctx.now);
      return { ...found, rows: found.rows.map(userOut) };
    },
  }),
  route({
    method: "GET",
    path: "/users/:userId",
    summary: "One user",
    permission: "users.manage",
    params: userParams,
    answer: userRow,
    handle: async (ctx, { params }) => {
      const { rows } = await ctx.db.read(ctx.tenantId, (tx) => listUsers(tx, { userId: params.userId }, ONE, ctx.now));
      const [user] = rows;
      return user ? ok(userOut(user)) : refuse("NOT_FOUND", { what: "user", id: params.userId });
    },
  }),
  route({
    method: "POST",
    path: "/users",
    summary: "Invite a user: the answer has the link to hand over",
    permission: "users.manage",
    body: z.object({ ...userFields, username: usernameField }),
    answer: linkAnswer.extend({ userId: z.string() }),
    handle: async (ctx, { body }) => {
      const invited = await inviteUser(ctx, body);
      return invited.ok ? ok({ ...linkOut(invited.value), userId: invited.value.userId }) : invited;
    },
  }),
  route({
    method: "PATCH",
    path: "/users/:userId",
    summary: "Change a user, or disable one: that ends every session and token at once",
    permission: "users.manage",
    params: userParams,
    body: z.object({
      name: textField(200).optional(),
      email: optionalTextField(200).optional(),
      phone: optionalTextField(40).optional(),
      roles: z.array(roleField).max(50).optional(),
      enabled: z.boolean().optional(),
    }),
    handle: async (ctx, { params, body }) => {
      const edited = await editUser(ctx, params.userId, body);
      return edited.ok ? undefined : edited;
    },
  }),
  route({
    method: "POST",
    path: "/users/:userId/link",
    summary: "A new invitation or password reset link; earlier ones end",
    permission: "users.manage",
    params: userParams,
    answer: linkAnswer,
    handle: async (ctx, { params }) => {
      const issued = await linkForUser(ctx, params.userId);
      return issued.ok ? ok(linkOut(issued.value)) : issued;
    },
  }),
  route({
    method: "POST",
    path: "/users/:userId/sign-out",
    summary: "End every session and API token of a user",
    permission: "users.manage",
    params: userParams,
    handle: (ctx, { params }) => signOutUser(ctx, params.userId),
  }),
  route({
    method: "POST",
    path: "/users/:userId/unlock",
    summary: "Lift the lock that wrong passwords put on a user",
    permission: "users.manage",
    params: userParams,
    handle: (ctx, { params }) => unlockUser(ctx, params.userId),
  }),
  route({
    method: "GET",
    path: "/roles",
    summary: "The roles and what each may do",
    permission: "users.manage",
    answer: z.array(
      z.object({ role: z.enum(ROLE_CODES), name: z.string(), does: z.string(), permissions: z.array(z.string()) }),
    ),
    handle: async () => ROLE_CODES.map((role) => ({ ...ROLES[role], role, permissions: [...ROLES[role].permissions] })),
  }),
  route({
    method: "POST",
    path: "/session/password",
    summary: "Change the own password; every session of the user ends, this one too",
    permission: "session",
    body: z.object({ current: z.string().max(PASSWORD_LENGTH_MAX), next: z.string().max(PASSWORD_LENGTH_MAX) }),
    handle: (ctx, { body }) => changePassword(ctx, body),
  }),
];

const tenantAnswer = z.object({
  code: z.string(),
  name: z.string(),
  edition: tenantFields.edition,
  facilitiesMax: z.number().int().nullable().describe("null: no limit"),
  live: z.boolean(),
  liveAt: z.string().nullable(),
  sandbox: z.boolean(),
  settings: z.array(
    z.object({ name: z.string(), label: z.string(), help: z.string(), initial: z.unknown(), value: z.unknown() }),
  ),
});

function tenantOut(tenant: Tenant): z.input<typeof tenantAnswer> {
  return {
    code: tenant.code,
    name: tenant.name,
    edition: tenant.edition,
    facilitiesMax: facilitiesMax(tenant.edition),
    live: tenant.live,
    liveAt: tenant.liveAt?.toString() ?? null,
    sandbox: tenant.sandbox,
    settings: describeSettings(tenant.settings),
  };
}

const tenantRoutes: Route[] = [
  route({
    method: "GET",
    path: "/tenant",
    summary: "The tenant, its edition and settings",
    permission: "session",
    answer: tenantAnswer,
    handle: async (ctx) => tenantOut(await ctx.db.read(ctx.tenantId, readTenant)),
  }),
  route({
    method: "PATCH",
    path: "/tenant",
    summary: "Change name, edition or settings (null takes a setting back to its initial value)",
    permission: "tenant.manage",
    body: z.object({
      name: textField(200).optional(),
      edition: tenantFields.edition.optional(),
      settings: z.record(z.string().max(100), z.unknown()).optional(),
    }),
    answer: tenantAnswer,
    handle: async (ctx, { body }) => {
      const edited = await editTenant(ctx, body);
      return edited.ok ? ok(tenantOut(edited.value)) : edited;
    },
  }),
  route({
    method: "POST",
    path: "/tenant/go-live",
    summary: "Go live: syncs may run, waiting orders are taken in",
    permission: "tenant.manage",
    answer: z.object({ live: z.literal(true), liveAt: z.string() }),
    handle: async (ctx) => {
      const done = await goLive(ctx);
      return done.ok ? ok({ ...done.value, liveAt: done.value.liveAt.toString() }) : done;
    },
  }),
];

const auditRow = z.object({
  auditEventId: z.string(),
  at: z.string(),
  actorKind: z.string(),
  actorId: z.string().nullable(),
  actorName: z.string(),
  action: z.string(),
  recordType: z.string(),
  recordId: z.string(),
  recordCode: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string().nullable(),
});

const instantField = z.iso
  .datetime({ offset: true })
  .transform((text) => Temporal.Instant.from(text))
  .optional();
const exactField = textField(200).optional();

const auditRoutes: Route[] = listRoutes({
  path: "/audit",
  summary: "Every change: who, when, before and after",
  permission: "audit.view",
  filters: {
    recordType: exactField,
    recordId: exactField,
    recordCode: exactField,
    action: exactField,
    actorId: idField<"User">().optional(),
    actor: searchField,
    from: instantField,
    to: instantField,
  },
  row: auditRow,
  sorts: ["at"],
  defaultSort: "-at",
  columns: [
    { title: "At", value: (row) => row.at },
    { title: "Who", value: (row) => row.actorName },
    { title: "Kind", value: (row) => row.actorKind },
    { title: "Action", value: (row) => row.action },
    { title: "Record", value: (row) => row.recordType },
    { title: "Code", value: (row) => row.recordCode },
    { title: "Record id", value: (row) => row.recordId },
    { title: "Before", value: (row) => text(row.before) },
    { title: "After", value: (row) => text(row.after) },
    { title: "Request", value: (row) => row.requestId },
  ],
  fetch: async (_ctx, tx, filters, page) => {
    const found = await listAudit(tx, filters, page);
    return { ...found, rows: found.rows.map((row: AuditRow) => ({ ...row, at: row.at.toString() })) };
  },
});

function text(value: unknown): string {
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** The identity module's routes for people who are logged in. */
export const identityRoutes: Route[] = [...userRoutes, ...tenantRoutes, ...auditRoutes];
