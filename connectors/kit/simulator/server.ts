/** The HTTP server under every simulator: checks calls and answers by a contract, misbehaves on demand, keeps the last calls. */

import { setTimeout as wait } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Operation } from "../../../contract/operations.ts";
import type { ContractName, OperationId, PathOf, QueryOf, RequestBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit } from "../../../contract/validators.ts";
import { type CallLog, createCallLog } from "./call-log.ts";
import { type Fault, type FaultKind, type Faults, UNKNOWN_STATUS } from "./faults.ts";
import { createHolds, type Holds } from "./holds.ts";
import { isJson, type Json, replaceMembers } from "./json.ts";
import type { Clock } from "./types.ts";

const BODY_MAX_BYTES = 16 * 1024 * 1024;
/** An answer never given is given up after this, so that a forgotten client does not hold a socket for ever. */
const HOLD_MAX_MS = 120_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Wrong on purpose: not checked by the contract. */
  readonly unchecked?: boolean;
}

export interface Call<C extends ContractName, O extends OperationId<C>> {
  readonly query: QueryOf<C, O>;
  readonly path: PathOf<C, O>;
  readonly body: RequestBody<C, O>;
  /** Whose call it is; "" where the operation asks for no credentials. */
  readonly seller: string;
  readonly at: Temporal.Instant;
  /** Partial_success or failed, which only the operation itself can act out. */
  readonly fault: Fault | null;
}

/** How this protocol says no. */
export interface Refusals {
  /** Who calls, by his headers; null: nobody known. */
  authenticate(request: FastifyRequest): string | null;
  invalid(errors: readonly Misfit[]): Answer;
  unauthorized(words: string): Answer;
  notOffered(operation: string): Answer;
}

export interface ServedOptions {
  /** Faults that only the operation itself can act out, where it can. */
  readonly acts?: readonly FaultKind[];
}

export interface SimulatorServer {
  readonly app: FastifyInstance;
  serve<C extends ContractName, O extends OperationId<C>>(
    operation: Operation<C, O>,
    handler: (call: Call<C, O>) => Answer,
    options?: ServedOptions,
  ): void;
  /** Answers that the operation is not offered here. */
  withhold<C extends ContractName, O extends OperationId<C>>(operation: Operation<C, O>): void;
  /** operationIds of all that it answers. */
  readonly operations: ReadonlySet<string>;
  /** Resolves early, without a throw, when the simulator closes. */
  sleep(ms: number): Promise<void>;
  readonly closing: AbortSignal;
  /** Where it listens. */
  url(): string;
  requests(): Json;
  forgetRequests(): void;
  close(): Promise<void>;
}

export function createServer(settings: { clock: Clock; faults: Faults; refusals: Refusals }): SimulatorServer {
  const app = Fastify({ bodyLimit: BODY_MAX_BYTES, forceCloseConnections: true, exposeHeadRoutes: false });
  const closing = new AbortController();
  const calls = createCallLog(settings.clock);
  const sleep = async (ms: number) => {
    if (closing.signal.aborted) return;
    await wait(ms, undefined, { signal: closing.signal }).catch((error: unknown) => {
      if (!closing.signal.aborted) throw error; // aborted: the simulator closes, and whoever waited goes on
    });
  };
  const holds = createHolds(sleep);
  readJsonLeniently(app, settings.refusals);
  const parts: ServerParts = { ...settings, app, calls, holds, sleep };
  const operations = new Set<string>();
  return {
    app,
    operations,
    serve: (operation, handler, options = {}) => {
      operations.add(operation.id);
      serveOperation(parts, operation, handler, options);
    },
    withhold: (operation) => {
      operations.add(operation.id);
      app.route({
        method: operation.method,
        url: route(operation.path),
        handler: (request, reply) => {
          const answer = settings.refusals.notOffered(operation.id);
          calls.note(request, { operation: operation.id, seller: null, status: answer.status, fault: null });
          return send(reply, answer);
        },
      });
    },
    sleep,
    closing: closing.signal,
    url: () => {
      const address = app.addresses()[0];
      if (!address || typeof address === "string") throw new Error("the server listens on a port");
      return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    },
    requests: calls.view,
    forgetRequests: calls.clear,
    close: async () => {
      closing.abort();
      holds.releaseAll();
      await app.close();
    },
  };
}

interface ServerParts {
  readonly app: FastifyInstance;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly refusals: Refusals;
  readonly calls: CallLog;
  readonly holds: Holds;
  sleep(ms: number): Promise<void>;
}

/** `/order/{orderId}` as Fastify writes it. */
function route(path: string): string {
  return path.replaceAll(/\{([^}]+)\}/g, ":$1");
}

function serveOperation<C extends ContractName, O extends OperationId<C>>(
  parts: ServerParts,
  operation: Operation<C, O>,
  handler: (call: Call<C, O>) => Answer,
  options: ServedOptions,
): void {
  const { app, faults, refusals, calls, holds, sleep } = parts;
  const applies = (request: FastifyRequest) => (kind: FaultKind) => {
    if (kind === "repeat_page") return Number(members(request.query).pageNumber) > 1;
    if (kind === "partial_success" || kind === "failed") return options.acts?.includes(kind) ?? false;
    return true;
  };
  app.route({
    method: operation.method,
    url: route(operation.path),
    handler: async (request, reply) => {
      const fault = faults.draw(operation.id, applies(request));
      const about = { operation: operation.id, seller: null, fault: fault?.kind ?? null };
      const early = fault ? refusalBy(fault, refusals) : null;
      if (early) {
        calls.note(request, { ...about, status: early.status });
        return send(reply, early);
      }
      if (fault?.kind === "drop" || (fault?.kind === "timeout" && !fault.processed)) {
        calls.note(request, { ...about, status: null });
        return leave(reply, fault, sleep);
      }
      if (fault?.kind === "out_of_order") await holds.until(operation.id, fault.delayMs);
      const { answer, seller } = answerTo(parts, operation, handler, options, request, fault);
      const settled = settle(operation, answer, fault);
      calls.note(request, { ...about, seller, status: fault?.kind === "timeout" ? null : settled.status });
      holds.release(operation.id);
      if (fault?.kind === "late") await sleep(fault.delayMs);
      if (fault?.kind === "timeout") return leave(reply, fault, sleep);
      return fault?.kind === "half_answer" ? sendHalf(reply, settled) : send(reply, settled);
    },
  });
}

/** Checks who calls and with what, then lets the operation answer. */
function answerTo<C extends ContractName, O extends OperationId<C>>(
  { refusals, clock }: ServerParts,
  operation: Operation<C, O>,
  handler: (call: Call<C, O>) => Answer,
  options: ServedOptions,
  request: FastifyRequest,
  fault: Fault | null,
): { answer: Answer; seller: string | null } {
  const seller = operation.open ? "" : refusals.authenticate(request);
  if (seller === null) return { answer: refusals.unauthorized("token missing, unknown or expired"), seller };
  const query = operation.query(fault?.kind === "repeat_page" ? pageBefore(request.query) : members(request.query));
  const path = operation.pathParameters(members(request.params));
  const body = operation.body(request.body);
  if (!query.ok) return { answer: refusals.invalid(query.errors), seller };
  if (!path.ok) return { answer: refusals.invalid(path.errors), seller };
  if (!body.ok) return { answer: refusals.invalid(body.errors), seller };
  const acted = fault && options.acts?.includes(fault.kind) ? fault : null;
  const call = { query: query.value, path: path.value, body: body.value, seller, at: clock(), fault: acted };
  const answer = handler(call);
  return { answer: fault?.kind === "twice" ? handler(call) : answer, seller };
}

/** Bodies are JSON whatever their label says, and none is no fault of its own: the contract decides what must be there. */
function readJsonLeniently(app: FastifyInstance, refusals: Refusals): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      const parsed: unknown = JSON.parse(String(body));
      done(null, parsed);
    } catch {
      done(Object.assign(new Error("body is not JSON"), { statusCode: 400 }), undefined);
    }
  });
  app.setErrorHandler((error, _request, reply) => {
    const status = isJson(error) && typeof error.statusCode === "number" ? error.statusCode : 500;
    const words = error instanceof Error ? error.message : String(error);
    if (status === 400) return send(reply, refusals.invalid([{ path: "", message: words.replace(/^body /, "") }]));
    return send(reply, { status, body: { message: words } });
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, { status: 404, body: { message: `nothing at ${request.method} ${request.url.split("?")[0]}` } }),
  );
}

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  const type =
    typeof answer.body === "string" && answer.headers?.["content-type"]
      ? {}
      : { "content-type": "application/json; charset=utf-8" };
  const body = "content-type" in type ? JSON.stringify(answer.body) : String(answer.body);
  return reply
    .code(answer.status)
    .headers({ ...type, ...answer.headers })
    .send(body);
}

/** Half of the answer under the full length's header, then the connection ends. */
function sendHalf(reply: FastifyReply, answer: Answer): FastifyReply {
  const bytes = Buffer.from(JSON.stringify(answer.body));
  reply.hijack();
  reply.raw.writeHead(answer.status, { "content-type": "application/json", "content-length": bytes.length });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.destroy());
  return reply;
}

/** Closes the connection without an answer; at once, or after long enough for any client to give up. */
async function leave(reply: FastifyReply, fault: Fault, sleep: (ms: number) => Promise<void>): Promise<FastifyReply> {
  reply.hijack();
  if (fault.kind === "timeout") {
    const gone = Promise.withResolvers<void>();
    reply.raw.once("close", gone.resolve);
    await Promise.race([sleep(HOLD_MAX_MS), gone.promise]);
  }
  reply.raw.destroy();
  return reply;
}

function refusalBy(fault: Fault, refusals: Refusals): Answer | null {
  if (fault.kind === "401") return refusals.unauthorized(fault.message ?? "token refused on demand");
  if (fault.kind === "429")
    return { status: 429, headers: { "retry-after": "1" }, body: { message: fault.message ?? "too many requests" } };
  // In turns, what an application says and what a proxy before it says: HTML where JSON was promised.
  if (fault.kind === "5xx")
    return fault.fired % 2 === 1
      ? { status: 503, body: { message: fault.message ?? "service unavailable" } }
      : {
          status: 502,
          headers: { "content-type": "text/html" },
          body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
        };
  return null;
}

const STATUS_MEMBERS = new Set(["status", "orderStatus"]);

/** Checks the simulator's own answer. One that does not fit is a fault of the simulator and says so. */
function settle<C extends ContractName, O extends OperationId<C>>(
  operation: Operation<C, O>,
  answer: Answer,
  fault: Fault | null,
): Answer {
  if (fault?.kind === "unknown_status" && answer.status === 200)
    return { ...answer, body: replaceMembers(answer.body, STATUS_MEMBERS, UNKNOWN_STATUS) };
  if (answer.unchecked) return answer;
  const checked = operation.response(answer.status, answer.body);
  if (checked.ok) return answer;
  return {
    status: 500,
    body: { message: `the simulator's answer does not fit ${operation.id}: ${describeMisfits(checked.errors)}` },
  };
}

function members(value: unknown): Json {
  return isJson(value) ? value : {};
}

function pageBefore(query: unknown): Json {
  const given = members(query);
  return { ...given, pageNumber: String(Math.max(1, Number(given.pageNumber) - 1)) };
}
