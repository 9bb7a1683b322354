import { z } from "zod";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { textField } from "../platform/http/fields.ts";
import { type PublicCall, type PublicRoute, publicRoute } from "../platform/http/public-route.ts";
import { VERSION } from "../platform/version.ts";
import { checkFirstRun, firstRun, firstRunIsNeeded } from "./first-run.ts";
import { logIn, logOut } from "./log-in.ts";
import { PASSWORD_LENGTH_MAX } from "./password.ts";
import { readFacilities, readSessionUser, readTenantHead } from "./queries.ts";
import { facilitiesOf } from "./roles.ts";
import { tenantFields } from "./tenant.ts";
import { usernameField } from "./user.ts";
import { lookAtLink, useLink } from "./user-link.ts";

const CLIENT_LENGTH_MAX = 300;
const passwordField = z.string().max(PASSWORD_LENGTH_MAX);
const tokenField = z.string().regex(/^[A-Za-z0-9_-]{20,100}$/, "is a token of a link");

const sessionAnswer = z.object({
  user: z.object({
    id: z.string(),
    name: z.string(),
    username: z.string(),
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
    facilities: z.union([z.literal("all"), z.array(z.string())]),
  }),
  tenant: z.object({
    code: z.string(),
    name: z.string(),
    edition: tenantFields.edition,
    live: z.boolean(),
    sandbox: z.boolean(),
  }),
  csrf: z.string(),
  facilities: z.array(z.object({ id: z.string(), code: z.string(), name: z.string() })),
  publicUrl: z.string(),
  version: z.string(),
});

/** Who is logged in, what they may do and see: all that the web app needs to draw its frame. */
async function describeSession(call: PublicCall): Promise<Result<z.input<typeof sessionAnswer>>> {
  const principal = await call.principal();
  const userId = principal?.actor.id;
  if (!principal || !userId) return refuse("NOT_LOGGED_IN");
  return call.db.read(principal.tenantId, async (tx) => {
    const user = await readSessionUser(tx, userId);
    const visible = facilitiesOf(user.grants);
    return ok({
      user: {
        id: userId,
        name: user.name,
        username: user.username,
        roles: [...new Set(user.grants.map((grant) => grant.role))],
        permissions: [...principal.rights.keys()],
        facilities: visible === "all" ? visible : [...visible],
      },
      tenant: await readTenantHead(tx),
      csrf: principal.csrf ?? "", // a bearer token needs none
      facilities: await readFacilities(tx, visible),
      publicUrl: call.publicUrl,
      version: VERSION,
    });
  });
}

const sessionRoutes: PublicRoute[] = [
  publicRoute({
    method: "GET",
    path: "/session",
    summary: "Who is logged in; 401 for nobody",
    answer: sessionAnswer,
    handle: describeSession,
  }),
  publicRoute({
    method: "POST",
    path: "/session",
    summary: "Log in: sets the session cookie",
    body: z.object({ username: z.string().min(1).max(300), password: z.string().min(1).max(1000) }),
    handle: async (call, { body }) => {
      const session = await logIn(call, {
        ...body,
        address: call.remoteAddress,
        client: call.userAgent?.slice(0, CLIENT_LENGTH_MAX).replaceAll(/\P{ASCII}/gu, "?") ?? null,
        formerToken: call.sessionToken,
        requestId: call.requestId,
      });
      if (!session.ok) return session;
      call.setSession(session.value);
      return undefined;
    },
  }),
  publicRoute({
    method: "DELETE",
    path: "/session",
    summary: "Log out: ends the session and takes the cookie away",
    handle: async (call) => {
      const principal = await call.principal();
      if (principal?.csrf && principal.csrf !== call.csrf) return refuse("CSRF_REFUSED");
      if (call.sessionToken !== undefined) await logOut(call, call.sessionToken);
      call.setSession(null);
      return undefined;
    },
  }),
];

const linkParams = z.object({ token: tokenField });

const linkRoutes: PublicRoute[] = [
  publicRoute({
    method: "GET",
    path: "/one-time/:token",
    summary: "What an invitation or password reset link is for",
    params: linkParams,
    answer: z.object({
      purpose: z.enum(["INVITATION", "PASSWORD_RESET"]),
      username: z.string(),
      name: z.string(),
      expiresAt: z.string(),
    }),
    handle: async (call, { params }) => {
      const link = await lookAtLink(call, params.token);
      return link.ok ? ok({ ...link.value, expiresAt: link.value.expiresAt.toString() }) : link;
    },
  }),
  publicRoute({
    method: "POST",
    path: "/one-time/:token",
    summary: "Set the password that the link is for; the link is then used up",
    params: linkParams,
    body: z.object({ password: passwordField }),
    answer: z.object({ username: z.string() }),
    handle: (call, { params, body }) =>
      useLink(call, { token: params.token, password: body.password, requestId: call.requestId }),
  }),
];

/** The identity module's routes that nobody is logged in for, apart from the first run. */
export const identityPublicRoutes: PublicRoute[] = [...sessionRoutes, ...linkRoutes];

const firstRunFields = z.object({
  token: tokenField,
  tenant: z.object(tenantFields),
  admin: z.object({ name: textField(200), username: usernameField, password: passwordField }),
});

/**
 * The first run over HTTP. Facility and series belong to modules to the right: the composition root gives their schema
 * (`z.object({ facility, series })`) and the command that makes them in the same transaction as tenant and administrator.
 */
export function firstRunRoutes<Place>(declared: {
  place: z.ZodType<Place>;
  makeFacility: (tx: Tx, ctx: Ctx, place: Place) => Promise<Result<unknown>>;
}): PublicRoute[] {
  return [
    publicRoute({
      method: "GET",
      path: "/first-run",
      summary: "Is the installation still to be set up, and is this link good for it?",
      query: z.object({ token: tokenField.optional() }),
      answer: z.object({ needed: z.boolean(), linkExpiresAt: z.string().nullable() }),
      handle: async (call, { query }) => {
        if (query.token === undefined) return ok({ needed: await firstRunIsNeeded(call), linkExpiresAt: null });
        const link = await checkFirstRun(call, query.token);
        return link.ok ? ok({ needed: true, linkExpiresAt: link.value.expiresAt.toString() }) : link;
      },
    }),
    publicRoute({
      method: "POST",
      path: "/first-run",
      summary: "Set up the installation: tenant, administrator, facility and series, all or nothing",
      body: z.intersection(firstRunFields, declared.place),
      answer: z.object({ tenantId: z.string(), adminId: z.string() }),
      handle: (call, { body }) =>
        firstRun(call, body, (tx, ctx) => declared.makeFacility(tx, ctx, body), call.requestId),
    }),
  ];
}
