/** The HTTP server under every simulator: checks calls and answers by a contract, misbehaves on demand, keeps the last calls. */

import { setTimeout as wait } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Operation } from "../../../contract/operations.ts";
import type { ContractName, OperationId, PathOf, QueryOf, RequestBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit } from "../../../contract/validators.ts";
import { leave, refusalBy, send, sendHalf, tooMany } from "./answering.ts";
import { rawBody, readBodiesLeniently } from "./bodies.ts";
import { type CallLog, createCallLog } from "./call-log.ts";
import { ACTED_FAULTS, type Fault, type FaultKind, type Faults, NOT_A_FILE, UNKNOWN_STATUS } from "./faults.ts";
import { createHolds, type Holds } from "./holds.ts";
import { isJson, type Json, replaceMembers } from "./json.ts";
import { createLimitCounters, type LimitCounters, type PublishedLimits } from "./published-limits.ts";
import type { Clock, Tamper } from "./types.ts";
import type { Sequence } from "./world.ts";

const BODY_MAX_BYTES = 16 * 1024 * 1024;
/** Characters of a part of a path: some sources take a hundred ids there, separated by commas. */
const PARAMETER_MAX = 8_000;

export interface Answer {
  readonly status: number;
  /** JSON; bytes or a text of another type where the headers say which. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Wrong on purpose: not checked by the contract. */
  readonly unchecked?: boolean;
  /** Orders that it tells of, for the log. */
  readonly orderIds?: readonly string[];
}

export interface Call<C extends ContractName, O extends OperationId<C>> {
  readonly query: QueryOf<C, O>;
  readonly path: PathOf<C, O>;
  /** JSON or a form, checked by the contract; undefined for bytes of another type. */
  readonly body: RequestBody<C, O>;
  /** The body as it came; empty where there was none. */
  readonly raw: Buffer;
  readonly headers: FastifyRequest["headers"];
  /** Whose call it is; "" where the operation asks for no credentials. */
  readonly seller: string;
  readonly at: Temporal.Instant;
  /** One of the kinds that only the operation itself can act out. */
  readonly fault: Fault | null;
}

/** How this protocol says no. */
export interface Refusals {
  /** Who calls, by his headers; null: nobody known. */
  authenticate(request: FastifyRequest): string | null;
  invalid(errors: readonly Misfit[]): Answer;
  unauthorized(words: string): Answer;
  notOffered(operation: string): Answer;
  /** Too many calls; a plain 429 that asks to wait for a second where it is left out. */
  tooMany?(words: string): Answer;
}

export interface ServedOptions {
  /** Faults that only the operation itself can act out, where it can. */
  readonly acts?: readonly FaultKind[];
  /**
   * Is a call for a page after the first? Left out: one with `pageNumber` above 1. A page that repeats is then the answer
   * before, of this operation or of those that share its pages by name.
   */
  readonly pages?: { readonly later: (call: PagedCall) => boolean; readonly group?: string };
}

/** As it arrived. */
export interface PagedCall {
  readonly query: Json;
  readonly path: Json;
  readonly body: unknown;
}

/** A file by its name, or null for one that is not there. */
export type FileFinder = (name: string) => FoundFile | null | Promise<FoundFile | null>;

export interface FoundFile {
  readonly bytes: Buffer;
  readonly type: string;
}

export interface SimulatorServer {
  readonly app: FastifyInstance;
  serve<C extends ContractName, O extends OperationId<C>>(
    operation: Operation<C, O>,
    handler: (call: Call<C, O>) => Answer | Promise<Answer>,
    options?: ServedOptions,
  ): void;
  /** Serves files under `/files/{name}`, to whoever knows the name. Faults reach it under the operation's name. */
  serveFiles(operation: string, find: FileFinder): void;
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
  readonly calls: CallLog["calls"];
  forgetRequests(): void;
  /** Calls beyond what the marketplace publishes as its limits. */
  readonly limits: LimitCounters;
  close(): Promise<void>;
}

export interface ServerSettings {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly refusals: Refusals;
  readonly sequence: Sequence;
  readonly callsMax?: number | undefined;
  readonly tamper?: Tamper | undefined;
  /** Members of answers that hold a status, for `unknown_status`; `status` and `orderStatus` where left out. */
  readonly statusMembers?: readonly string[] | undefined;
  readonly limits?: PublishedLimits | undefined;
}

export function createServer(settings: ServerSettings): SimulatorServer {
  const app = Fastify({
    bodyLimit: BODY_MAX_BYTES,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PARAMETER_MAX },
  });
  const closing = new AbortController();
  const calls = createCallLog(settings.clock, settings.sequence, settings.callsMax);
  const sleep = async (ms: number) => {
    if (closing.signal.aborted) return;
    await wait(ms, undefined, { signal: closing.signal }).catch((error: unknown) => {
      if (!closing.signal.aborted) throw error; // aborted: the simulator closes, and whoever waited goes on
    });
  };
  const holds = createHolds(sleep);
  readBodiesLeniently(app, settings.refusals);
  const limits = createLimitCounters(settings.clock, settings.limits);
  const statuses = new Set(settings.statusMembers ?? ["status", "orderStatus"]);
  const parts: ServerParts = { ...settings, app, calls, holds, sleep, counters: limits, statuses, given: new Map() };
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
          const about = { operation: operation.id, seller: null, fault: null, done: false, sent: "whole" } as const;
          calls.note(request, { ...about, status: answer.status });
          return send(reply, answer);
        },
      });
    },
    serveFiles: (name, find) => {
      operations.add(name);
      serveFiles(parts, name, find);
    },
    sleep,
    closing: closing.signal,
    url: () => {
      const address = app.addresses()[0];
      if (!address || typeof address === "string") throw new Error("the server listens on a port");
      return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    },
    requests: calls.view,
    calls: calls.calls,
    forgetRequests: () => {
      calls.clear();
      limits.reset();
      parts.given.clear();
    },
    limits,
    close: async () => {
      closing.abort();
      holds.releaseAll();
      await app.close();
    },
  };
}

interface ServerParts extends ServerSettings {
  readonly app: FastifyInstance;
  readonly calls: CallLog;
  readonly holds: Holds;
  readonly counters: LimitCounters;
  readonly statuses: ReadonlySet<string>;
  /** The last page given, by group of pages and seller. */
  readonly given: Map<string, Answer>;
  sleep(ms: number): Promise<void>;
}

/** `/order/{orderId}` as Fastify writes it. */
function route(path: string): string {
  return path.replaceAll(":", "::").replaceAll(/\{([^}]+)\}/g, ":$1");
}

/** The answer to a call, and whose call it was. */
interface Served {
  readonly answer: Answer;
  readonly seller: string | null;
}

function serveOperation<C extends ContractName, O extends OperationId<C>>(
  parts: ServerParts,
  operation: Operation<C, O>,
  handler: (call: Call<C, O>) => Answer | Promise<Answer>,
  options: ServedOptions,
): void {
  const applies = (request: FastifyRequest) => (kind: FaultKind) => {
    if (kind === "repeat_page") return asksLaterPage(options, request);
    return !ACTED_FAULTS.has(kind) || (options.acts?.includes(kind) ?? false);
  };
  parts.app.route({
    method: operation.method,
    url: route(operation.path),
    handler: (request, reply) => {
      const fault = parts.faults.draw(operation.id, applies(request));
      const spend = () => {
        const seller = operation.open ? "" : parts.refusals.authenticate(request);
        if (seller !== null) parts.counters.take(operation.id, seller);
      };
      return misbehave(parts, { name: operation.id, request, reply, fault, spend }, async () => {
        const { answer, seller } = await answerTo(parts, operation, handler, options, request, fault);
        const settled = settle(parts.statuses, operation, answer, fault);
        const call = { operation: operation.id, query: members(request.query), body: request.body, seller };
        return { answer: (await parts.tamper?.(call, settled)) ?? settled, seller };
      });
    },
  });
}

function serveFiles(parts: ServerParts, name: string, find: FileFinder): void {
  const applies = (kind: FaultKind) => kind === "bad_file" || !["repeat_page", "unknown_status"].includes(kind);
  parts.app.get<{ Params: { name: string } }>("/files/:name", (request, reply) => {
    const fault = parts.faults.draw(name, (kind) => applies(kind) && !["partial_success", "failed"].includes(kind));
    return misbehave(parts, { name, request, reply, fault }, async () => {
      const file = await find(request.params.name);
      if (!file) return { answer: { status: 404, body: { message: "no such file" } }, seller: null };
      const [body, type] = fault?.kind === "bad_file" ? [NOT_A_FILE, "text/html"] : [file.bytes, file.type];
      const answer = { status: 200, headers: { "content-type": type }, body };
      const call = { operation: name, query: { name: request.params.name }, body: undefined, seller: null };
      return { answer: (await parts.tamper?.(call, answer)) ?? answer, seller: null };
    });
  });
}

interface StruckCall {
  readonly name: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly fault: Fault | null;
  /** Takes a token for a call that nobody looks at: what was sent counts against a limit, whatever became of it. */
  readonly spend?: () => void;
}

/** Does what the fault says around the call, and notes what became of it. */
async function misbehave(
  { refusals, calls, holds, sleep }: ServerParts,
  { name, request, reply, fault, spend }: StruckCall,
  act: () => Served | Promise<Served>,
): Promise<FastifyReply> {
  const about = { operation: name, fault: fault?.kind ?? null };
  const cut = fault?.kind === "drop" || fault?.kind === "timeout";
  const early = fault ? refusalBy(fault, refusals) : null;
  if (fault && (early || cut) && !fault.processed) {
    const sent = cut ? "nothing" : "whole";
    spend?.();
    calls.note(request, { ...about, seller: null, status: early?.status ?? null, done: false, sent });
    return early ? send(reply, early) : leave(reply, fault, sleep);
  }
  if (fault?.kind === "out_of_order") await holds.until(name, fault.delayMs);
  const { answer, seller } = await act();
  const given = early ?? answer;
  calls.note(request, {
    ...about,
    seller,
    status: cut ? null : given.status,
    done: answer.status === 200,
    sent: cut ? "nothing" : fault?.kind === "half_answer" ? "half" : "whole",
    ...(answer.orderIds ? { orderIds: answer.orderIds } : {}),
  });
  holds.release(name);
  if (fault?.kind === "late") await sleep(fault.delayMs);
  if (cut) return leave(reply, fault, sleep);
  return fault?.kind === "half_answer" ? sendHalf(reply, given) : send(reply, given);
}

/** Checks who calls, how often and with what, then lets the operation answer. */
async function answerTo<C extends ContractName, O extends OperationId<C>>(
  parts: ServerParts,
  operation: Operation<C, O>,
  handler: (call: Call<C, O>) => Answer | Promise<Answer>,
  options: ServedOptions,
  request: FastifyRequest,
  fault: Fault | null,
): Promise<Served> {
  const { refusals, clock, counters } = parts;
  const seller = operation.open ? "" : refusals.authenticate(request);
  if (seller === null) return { answer: refusals.unauthorized("token missing, unknown or expired"), seller };
  if (counters.take(operation.id, seller).refuse) return { answer: tooMany(refusals, "too many requests"), seller };
  const byNumber = fault?.kind === "repeat_page" && options.pages === undefined;
  const query = operation.query(byNumber ? pageBefore(request.query) : members(request.query));
  const path = operation.pathParameters(members(request.params));
  const body = operation.body(request.body);
  if (!query.ok) return { answer: refusals.invalid(query.errors), seller };
  if (!path.ok) return { answer: refusals.invalid(path.errors), seller };
  if (!body.ok) return { answer: refusals.invalid(body.errors), seller };
  const acted = fault && options.acts?.includes(fault.kind) ? fault : null;
  const asked = { query: query.value, path: path.value, body: body.value };
  const call = { ...asked, seller, at: clock(), fault: acted, raw: rawBody(request), headers: request.headers };
  const pagesKey = `${options.pages?.group ?? operation.id}\n${seller}`;
  const before = fault?.kind === "repeat_page" && options.pages ? parts.given.get(pagesKey) : undefined;
  const made = before ?? (await handler(call));
  const answer = fault?.kind === "twice" ? await handler(call) : made;
  if (options.pages && answer.status === 200) parts.given.set(pagesKey, answer);
  return { answer: { ...answer, headers: { ...counters.headers(operation.id), ...answer.headers } }, seller };
}

function asksLaterPage({ pages }: ServedOptions, request: FastifyRequest): boolean {
  const query = members(request.query);
  if (pages) return pages.later({ query, path: members(request.params), body: request.body });
  return Number(query.pageNumber) > 1;
}

/** Checks the simulator's own answer. One that does not fit is a fault of the simulator and says so. */
function settle<C extends ContractName, O extends OperationId<C>>(
  statuses: ReadonlySet<string>,
  operation: Operation<C, O>,
  answer: Answer,
  fault: Fault | null,
): Answer {
  if (fault?.kind === "unknown_status" && answer.status === 200)
    return { ...answer, body: replaceMembers(answer.body, statuses, UNKNOWN_STATUS) };
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
