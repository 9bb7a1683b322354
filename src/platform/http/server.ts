import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { z } from "zod";
import { AssertionFailure, type Refusal, refuse } from "../../kernel/index.ts";
import type { Ctx, Services } from "../context.ts";
import { isServerAway } from "../db.ts";
import { explain } from "../refusals.ts";
import type { Principal } from "./principal.ts";
import { isFromAnotherSite, type PublicCall, type PublicRoute } from "./public-route.ts";
import type { FileAnswer, ProtocolRoute, Route } from "./route.ts";

export type { Principal } from "./principal.ts";

const BODY_BYTES_MAX = 1024 * 1024;

export interface ServerOptions {
  readonly services: Services;
  readonly routes: readonly Route[];
  /** Routes of our API that nobody has to be logged in for. */
  readonly publicRoutes?: readonly PublicRoute[];
  readonly protocolRoutes: readonly ProtocolRoute[];
  /** Reads the session cookie or bearer token. Null: nobody. */
  readonly authenticate: (
    services: Services,
    request: { cookie: string | undefined; authorization: string | undefined },
  ) => Promise<Principal | null>;
  readonly observe: (request: { route: string; method: string; status: number; seconds: number }) => void;
}

export const SESSION_COOKIE = "godown_session";

/** The HTTP server with our routes and those of foreign protocols. Listening, static files and health are added by the composition root. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { services } = options;
  const server = fastify({
    logger: false, // one line per outcome is ours: onResponse and answerError below
    bodyLimit: BODY_BYTES_MAX,
    genReqId: () => randomUUID(),
    trustProxy: false,
    requestTimeout: 60_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300 },
    exposeHeadRoutes: false,
  });
  await server.register(cookie);
  readBodiesAsBytes(server);
  server.setErrorHandler((error, request, reply) => answerError(services, error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    sendRefusal(
      reply,
      request.id,
      refuse("NO_SUCH_ROUTE", { method: request.method, path: request.url.split("?")[0] ?? "" }).refusal,
    );
  });
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "(none)";
    options.observe({ route, method: request.method, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    services.log.debug(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      },
      "request",
    );
  });
  for (const route of options.routes) addRoute(server, options, route);
  for (const route of options.publicRoutes ?? []) addPublicRoute(server, options, route);
  for (const route of options.protocolRoutes) addProtocolRoute(server, services, route);
  return server;
}

/** Every body arrives as bytes: our routes parse JSON strictly, protocols judge their own. */
function readBodiesAsBytes(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

function addRoute(server: FastifyInstance, options: ServerOptions, route: Route): void {
  server.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    bodyLimit: route.bodyBytesMax ?? BODY_BYTES_MAX,
    handler: async (request, reply) => {
      const principal = await options.authenticate(options.services, {
        cookie: request.cookies[SESSION_COOKIE],
        authorization: request.headers.authorization,
      });
      const denied = principal === null ? refuse("NOT_LOGGED_IN").refusal : deny(principal, route, request);
      if (denied || principal === null)
        return sendRefusal(reply, request.id, denied ?? refuse("NOT_LOGGED_IN").refusal);
      const input = parseInput(route, request);
      if (!input.ok) return sendRefusal(reply, request.id, input.refusal, input.fields);
      const ctx: Ctx = {
        ...options.services,
        log: options.services.log.child({ tenantId: principal.tenantId, requestId: request.id }),
        tenantId: principal.tenantId,
        actor: principal.actor,
        now: options.services.clock.now(),
        requestId: request.id,
        facilities: route.permission === "session" ? "all" : (principal.rights.get(route.permission) ?? []),
      };
      return sendAnswer(reply, request.id, await route.handle(ctx, input.value));
    },
  });
}

function addPublicRoute(server: FastifyInstance, options: ServerOptions, route: PublicRoute): void {
  const { services } = options;
  const secure = services.publicUrl.startsWith("https:");
  const settings = { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
  server.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    bodyLimit: route.bodyBytesMax ?? BODY_BYTES_MAX,
    handler: async (request, reply) => {
      if (route.method !== "GET" && isFromAnotherSite(request.headers, services.publicUrl))
        return sendRefusal(reply, request.id, refuse("CSRF_REFUSED").refusal);
      const input = parseInput(route, request);
      if (!input.ok) return sendRefusal(reply, request.id, input.refusal, input.fields);
      const csrf = request.headers["x-csrf"];
      const credentials = { cookie: request.cookies[SESSION_COOKIE], authorization: request.headers.authorization };
      const call: PublicCall = {
        ...services,
        log: services.log.child({ requestId: request.id }),
        now: services.clock.now(),
        requestId: request.id,
        remoteAddress: request.ip,
        userAgent: request.headers["user-agent"],
        sessionToken: credentials.cookie,
        csrf: typeof csrf === "string" ? csrf : undefined,
        principal: () => options.authenticate(services, credentials),
        setSession: (session) => {
          if (session === null) reply.clearCookie(SESSION_COOKIE, settings);
          else reply.setCookie(SESSION_COOKIE, session.token, { ...settings, maxAge: session.maxAgeSeconds });
        },
      };
      return sendAnswer(reply, request.id, await route.handle(call, input.value));
    },
  });
}

function deny(principal: Principal, route: Route, request: FastifyRequest): Refusal | null {
  if (route.method !== "GET" && principal.csrf !== null && request.headers["x-csrf"] !== principal.csrf)
    return refuse("CSRF_REFUSED").refusal;
  if (route.permission !== "session" && !principal.rights.has(route.permission))
    return refuse("NOT_ALLOWED", { permission: route.permission }).refusal;
  return null;
}

interface FieldFault {
  readonly path: string;
  readonly message: string;
}
type Input =
  | { ok: true; value: { params: unknown; query: unknown; body: unknown } }
  | { ok: false; refusal: Refusal; fields: FieldFault[] };

function parseInput(route: Pick<Route, "params" | "query" | "body">, request: FastifyRequest): Input {
  let body: unknown;
  if (route.body) {
    const read = readJson(request.body);
    if (!read.ok) return { ...read, fields: [] };
    body = read.value;
  }
  const fields: FieldFault[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown) => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    fields.push(...parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })));
    return undefined;
  };
  const value = {
    params: parse(route.params, request.params),
    query: parse(route.query, request.query),
    body: parse(route.body, body),
  };
  if (fields.length === 0) return { ok: true, value };
  const detail = fields
    .slice(0, 5)
    .map((f) => `${f.path || "(body)"} ${f.message}`)
    .join("; ");
  return { ok: false, refusal: refuse("MALFORMED", { detail }).refusal, fields };
}

/** Strict JSON in UTF-8 from the body's bytes. PostgreSQL cannot hold U+0000 in text, so it is refused here for every route. */
export function readJson(body: unknown): { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  if (!Buffer.isBuffer(body) || body.length === 0) return refuse("BODY_NOT_JSON", { detail: "the body is empty" });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    if (/\\u0000/.test(text)) return refuse("BODY_NOT_JSON", { detail: "it contains the character U+0000" });
    return { ok: true, value };
  } catch (error) {
    return refuse("BODY_NOT_JSON", { detail: error instanceof Error ? error.message : String(error) });
  }
}

function sendAnswer(reply: FastifyReply, requestId: string, answer: unknown): FastifyReply {
  if (isResult(answer))
    return answer.ok ? sendAnswer(reply, requestId, answer.value) : sendRefusal(reply, requestId, answer.refusal);
  if (answer === undefined || answer === null) return reply.code(204).send();
  if (isFile(answer))
    return reply
      .header("content-type", answer.mediaType)
      .header(
        "content-disposition",
        `${answer.disposition}; filename="${answer.fileName.replaceAll(/[^A-Za-z0-9._-]/g, "_")}"`,
      )
      .header("x-content-type-options", "nosniff")
      .header("cache-control", "private, no-store")
      .send(answer.bytes instanceof Uint8Array ? Buffer.from(answer.bytes) : answer.bytes);
  return reply
    .header("cache-control", "no-store")
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(answer));
}

function isResult(value: unknown): value is { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  return (
    typeof value === "object" &&
    value !== null &&
    "ok" in value &&
    typeof value.ok === "boolean" &&
    ("value" in value || "refusal" in value)
  );
}

function isFile(value: unknown): value is FileAnswer {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "file" && "bytes" in value;
}

/** The error body of our API. `fields` names the faulty members of a malformed request. */
export function sendRefusal(
  reply: FastifyReply,
  requestId: string,
  refusal: Refusal,
  fields: FieldFault[] = [],
): FastifyReply {
  const { status, ...error } = explain(refusal);
  const { retryAfterSeconds } = refusal.facts;
  if (typeof retryAfterSeconds === "number") reply.header("retry-after", String(retryAfterSeconds));
  const body = { error: { ...error, requestId, ...(fields.length > 0 ? { fields } : {}) } };
  return reply.code(status).header("content-type", "application/json; charset=utf-8").send(JSON.stringify(body));
}

function addProtocolRoute(server: FastifyInstance, services: Services, route: ProtocolRoute): void {
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax,
    handler: async (request, reply) => {
      const answer = await route.handle(services, {
        requestId: request.id,
        headers: request.headers,
        query: request.query as Record<string, unknown>,
        params: request.params as Record<string, string>,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        remoteAddress: request.ip,
      });
      const raw = typeof answer.body === "string" || Buffer.isBuffer(answer.body);
      return reply
        .code(answer.status)
        .headers({ ...(raw ? {} : { "content-type": "application/json; charset=utf-8" }), ...answer.headers })
        .send(raw ? answer.body : JSON.stringify(answer.body));
    },
  });
}

function answerError(services: Services, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return sendRefusal(
      reply,
      request.id,
      refuse("BODY_TOO_LARGE", { limitBytes: request.routeOptions.bodyLimit ?? BODY_BYTES_MAX }).refusal,
    );
  if (code === "FST_ERR_CTP_INVALID_CONTENT_LENGTH" || code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return sendRefusal(reply, request.id, refuse("BODY_NOT_JSON", { detail: String(error) }).refusal);
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status >= 400 && status < 500)
    return sendRefusal(
      reply,
      request.id,
      refuse("MALFORMED", { detail: error instanceof Error ? error.message : String(error) }).refusal,
    );
  if (isServerAway(error)) {
    services.log.error({ requestId: request.id, err: error }, "the database is away");
    return sendRefusal(reply.header("retry-after", "3"), request.id, refuse("DATABASE_AWAY").refusal);
  }
  services.log.error(
    { requestId: request.id, err: error, broken: error instanceof AssertionFailure },
    "a request failed by a fault of ours",
  );
  const body = {
    error: {
      code: "INTERNAL",
      message: "Godown made a mistake; nothing was changed.",
      whatToDo: `Try again; if it happens again, tell your operator the request id ${request.id}.`,
      facts: {},
      requestId: request.id,
    },
  };
  return reply.code(500).header("content-type", "application/json; charset=utf-8").send(JSON.stringify(body));
}
