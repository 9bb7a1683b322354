/** The HTTP server under every simulator: checks calls and answers by a contract, misbehaves on demand, keeps the last calls. */

import { setTimeout as wait } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Operation } from "../../../contract/operations.ts";
import type { ContractName, OperationId, PathOf, QueryOf, RequestBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit } from "../../../contract/validators.ts";
import { type Fault, type FaultKind, type Faults, UNKNOWN_STATUS } from "./faults.ts";
import { bounded, isJson, type Json, replaceMembers } from "./json.ts";
import type { Clock } from "./types.ts";

const BODY_MAX_BYTES = 16 * 1024 * 1024;
const REQUESTS_KEPT = 200;
const EXCERPT_CHARACTERS = 2_000;
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
  readonly answersPages?: boolean;
}

interface RequestRecord {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly seller: string | null;
  readonly status: number | null;
  readonly fault: string | null;
  readonly body: string | null;
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
  const { clock, faults, refusals } = settings;
  const app = Fastify({ bodyLimit: BODY_MAX_BYTES, forceCloseConnections: true, exposeHeadRoutes: false });
  const closing = new AbortController();
  const log = bounded<RequestRecord>(REQUESTS_KEPT);
  const counts = new Map<string, { count: number; statuses: Map<string, number> }>();
  /** Calls held until the next of their operation is through. */
  const held = new Map<string, Set<() => void>>();
  readJsonLeniently(app, refusals);

  const sleep = async (ms: number) => {
    if (closing.signal.aborted) return;
    await wait(ms, undefined, { signal: closing.signal }).catch((error: unknown) => {
      if (!closing.signal.aborted) throw error; // aborted: the simulator closes, and whoever waited goes on
    });
  };
  const release = (operation: string) => {
    for (const go of held.get(operation) ?? []) go();
    held.delete(operation);
  };
  const holdBack = async (operation: string, ms: number) => {
    const waiting = held.get(operation) ?? new Set();
    held.set(operation, waiting);
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    await Promise.race([promise, sleep(ms)]);
    waiting.delete(resolve);
  };
  const note = (
    request: FastifyRequest,
    operation: string,
    seller: string | null,
    status: number | null,
    fault: Fault | null,
  ) => {
    log.add({
      at: clock().toString({ smallestUnit: "millisecond" }),
      method: request.method,
      path: request.url.replace(/([?&]password=)[^&]*/g, "$1[secret]"),
      operation,
      seller,
      status,
      fault: fault?.kind ?? null,
      body: request.body === undefined ? null : excerpt(request.body),
    });
    const count = counts.get(operation) ?? { count: 0, statuses: new Map() };
    counts.set(operation, count);
    count.count++;
    const word = String(status ?? "none");
    count.statuses.set(word, (count.statuses.get(word) ?? 0) + 1);
  };

  function serve<C extends ContractName, O extends OperationId<C>>(
    operation: Operation<C, O>,
    handler: (call: Call<C, O>) => Answer,
    options: ServedOptions = {},
  ): void {
    const process = (request: FastifyRequest, fault: Fault | null): { answer: Answer; seller: string | null } => {
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
    };
    const applies = (request: FastifyRequest) => (kind: FaultKind) => {
      if (kind === "repeat_page") return Number(members(request.query).pageNumber) > 1;
      if (kind === "partial_success" || kind === "failed") return options.acts?.includes(kind) ?? false;
      return true;
    };
    app.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{([^}]+)\}/g, ":$1"),
      handler: async (request, reply) => {
        const fault = faults.draw(operation.id, applies(request));
        const early = fault ? refusalBy(fault, refusals) : null;
        if (early) {
          note(request, operation.id, null, early.status, fault);
          return send(reply, early);
        }
        if (fault?.kind === "drop" || (fault?.kind === "timeout" && !fault.processed)) {
          note(request, operation.id, null, null, fault);
          return leave(reply, fault, sleep);
        }
        if (fault?.kind === "out_of_order") await holdBack(operation.id, fault.delayMs);
        const { answer, seller } = process(request, fault);
        const checked = settle(operation, answer, fault);
        note(request, operation.id, seller, fault?.kind === "timeout" ? null : checked.status, fault);
        release(operation.id);
        if (fault?.kind === "late") await sleep(fault.delayMs);
        if (fault?.kind === "timeout") return leave(reply, fault, sleep);
        return fault?.kind === "half_answer" ? sendHalf(reply, checked) : send(reply, checked);
      },
    });
  }

  return {
    app,
    serve,
    withhold: (operation) => {
      app.route({
        method: operation.method,
        url: operation.path.replaceAll(/\{([^}]+)\}/g, ":$1"),
        handler: (request, reply) => {
          const answer = refusals.notOffered(operation.id);
          note(request, operation.id, null, answer.status, null);
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
    requests: () => ({
      byOperation: Object.fromEntries(
        [...counts].map(([name, entry]) => [
          name,
          { count: entry.count, statuses: Object.fromEntries(entry.statuses) },
        ]),
      ),
      last: log.entries,
    }),
    forgetRequests: () => {
      log.clear();
      counts.clear();
    },
    close: async () => {
      closing.abort();
      for (const operation of [...held.keys()]) release(operation);
      await app.close();
    },
  };
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

function excerpt(body: unknown): string {
  const hidden = isJson(body) && "password" in body ? { ...body, password: "[secret]" } : body;
  return JSON.stringify(hidden).slice(0, EXCERPT_CHARACTERS);
}
