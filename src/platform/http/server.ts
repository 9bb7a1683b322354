import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { z } from "zod";
import { assert, type Refusal, refuse } from "../../kernel/index.ts";
import type { Ctx, Services } from "../context.ts";
import { answerError, type FieldFault, sendAnswer, sendRefusal } from "./answer.ts";
import { faultIn, readJson, refuseMediaType } from "./body.ts";
import { safeHeaders } from "./headers.ts";
import type { Principal } from "./principal.ts";
import { isFromAnotherSite, type PublicCall, type PublicRoute } from "./public-route.ts";
import type { ProtocolRoute, Route } from "./route.ts";

export { sendRefusal } from "./answer.ts";
export { readJson } from "./body.ts";
export type { Principal } from "./principal.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const HEADERS_BYTES_MAX = 32 * 1024;

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
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Answers a GET of a page that no route knows (the web app draws it); false leaves it to be refused. */
  readonly page?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | false;
}

export const SESSION_COOKIE = "godown_session";

/** The HTTP server with our routes and those of foreign protocols. Listening, static files and health are added by the composition root. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { services } = options;
  const server = fastify({
    logger: false, // one line per outcome is ours: onResponse and answerError below
    bodyLimit: BODY_BYTES_MAX,
    genReqId: () => randomUUID(),
    trustProxy: options.trustedProxies && options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    requestTimeout: 60_000,
    http: { maxHeaderSize: HEADERS_BYTES_MAX },
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300 },
    exposeHeadRoutes: false,
    // A path that cannot be decoded never reaches the hooks below.
    frameworkErrors: (error, request, reply) => {
      void answerError(services.log, error, request, reply.headers(safeHeaders(services.publicUrl)));
    },
  });
  await server.register(cookie);
  readBodiesAsBytes(server);
  const headers = safeHeaders(services.publicUrl);
  server.addHook("onRequest", async (_request, reply) => {
    reply.headers(headers);
  });
  server.setErrorHandler((error, request, reply) => answerError(services.log, error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const page = request.method === "GET" && options.page?.(request, reply);
    if (page) return page;
    const path = request.url.split("?")[0] ?? "";
    return sendRefusal(reply, request.id, refuse("NO_SUCH_ROUTE", { method: request.method, path }).refusal);
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

/** The caller of a request, found before its body is read: who may not call sends no megabytes into memory. */
const callers = new WeakMap<FastifyRequest, Principal>();

function addRoute(server: FastifyInstance, options: ServerOptions, route: Route): void {
  server.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    bodyLimit: route.bodyBytesMax ?? BODY_BYTES_MAX,
    onRequest: async (request, reply) => {
      const principal = await options.authenticate(options.services, {
        cookie: request.cookies[SESSION_COOKIE],
        authorization: request.headers.authorization,
      });
      const denied = principal === null ? refuse("NOT_LOGGED_IN").refusal : deny(principal, route, request);
      if (denied) return sendRefusal(reply, request.id, denied);
      if (principal) callers.set(request, principal);
      return undefined;
    },
    handler: async (request, reply) => {
      const principal = callers.get(request);
      assert(principal !== undefined, "whoever reaches a handler is known");
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

type Input =
  | { ok: true; value: { params: unknown; query: unknown; body: unknown } }
  | { ok: false; refusal: Refusal; fields: FieldFault[] };

function parseInput(route: Pick<Route, "params" | "query" | "body">, request: FastifyRequest): Input {
  const fault = faultIn(request.params) ?? faultIn(request.query);
  if (fault !== undefined)
    return { ok: false, refusal: refuse("MALFORMED", { detail: `the address: ${fault}` }).refusal, fields: [] };
  let body: unknown;
  if (route.body) {
    const foreign = refuseMediaType(request.headers["content-type"]);
    if (foreign) return { ok: false, refusal: foreign, fields: [] };
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
  fields.push(...unknownParameters(route.query, request.query));
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

/** A filter that does not exist is refused: passed over, it would answer with more than was asked for, and nobody would see it. */
function unknownParameters(schema: z.ZodType | undefined, query: unknown): FieldFault[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const known = Object.keys(schema.shape);
  return Object.keys(query as object)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, message: `is no parameter of this address; there are: ${known.join(", ")}` }));
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
