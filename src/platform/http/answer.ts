import type { FastifyReply, FastifyRequest } from "fastify";
import { AssertionFailure, type Refusal, refuse } from "../../kernel/index.ts";
import { isServerAway, isUnholdable, OutcomeUnknown } from "../db.ts";
import { DocumentStoreFault } from "../document-store.ts";
import type { Log } from "../log.ts";
import { explain } from "../refusals.ts";
import { FILE_POLICY } from "./headers.ts";
import type { FileAnswer } from "./route.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** Sends what a handler gave: a result, a file, nothing, or a value as JSON. */
export function sendAnswer(reply: FastifyReply, requestId: string, answer: unknown): FastifyReply {
  if (isResult(answer))
    return answer.ok ? sendAnswer(reply, requestId, answer.value) : sendRefusal(reply, requestId, answer.refusal);
  if (answer === undefined || answer === null) return reply.code(204).send();
  if (isFile(answer)) return sendFile(reply, answer);
  return reply.header("cache-control", "no-store").header("content-type", JSON_TYPE).send(JSON.stringify(answer));
}

function sendFile(reply: FastifyReply, file: FileAnswer): FastifyReply {
  const ascii = file.fileName.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  const full = encodeURIComponent(file.fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return reply
    .headers(FILE_POLICY)
    .header("content-type", file.mediaType)
    .header("content-disposition", `${file.disposition}; filename="${ascii}"; filename*=UTF-8''${full}`)
    .header("cache-control", "private, no-store")
    .send(file.bytes instanceof Uint8Array ? Buffer.from(file.bytes) : file.bytes);
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
  fields: readonly FieldFault[] = [],
): FastifyReply {
  const { status, ...error } = explain(refusal);
  const { retryAfterSeconds } = refusal.facts;
  if (typeof retryAfterSeconds === "number") reply.header("retry-after", String(retryAfterSeconds));
  const body = { error: { ...error, requestId, ...(fields.length > 0 ? { fields } : {}) } };
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .header("content-type", JSON_TYPE)
    .send(JSON.stringify(body));
}

/** What a thrown error means to the caller: the caller's fault, a database that is away, or a mistake of ours. */
export function answerError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const callers = refusalOfCaller(error, request);
  if (callers) return sendRefusal(reply, request.id, callers);
  if (error instanceof OutcomeUnknown) {
    log.error({ requestId: request.id, err: error }, "the outcome of a transaction is unknown");
    return sendRefusal(reply, request.id, refuse("OUTCOME_UNKNOWN").refusal);
  }
  if (isServerAway(error)) {
    log.error({ requestId: request.id, err: error }, "the database is away");
    return sendRefusal(reply.header("retry-after", "3"), request.id, refuse("DATABASE_AWAY").refusal);
  }
  if (error instanceof DocumentStoreFault) {
    // The words name the bucket and what its server said: for the operator's log, not for the person.
    log.error({ requestId: request.id, err: error }, "the document store refused or is away");
    return sendRefusal(reply.header("retry-after", "10"), request.id, refuse("DOCUMENT_STORE_AWAY").refusal);
  }
  const broken = error instanceof AssertionFailure;
  log.error({ requestId: request.id, err: error, broken }, "a request failed by a fault of ours");
  const body = {
    error: {
      code: "INTERNAL",
      message: "Godown made a mistake; nothing was changed.",
      whatToDo: `Try again; if it happens again, tell your operator the request id ${request.id}.`,
      facts: {},
      requestId: request.id,
    },
  };
  return reply.code(500).header("content-type", JSON_TYPE).send(JSON.stringify(body));
}

function refusalOfCaller(error: unknown, request: FastifyRequest): Refusal | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return refuse("BODY_TOO_LARGE", { limitBytes: request.routeOptions.bodyLimit ?? 0 }).refusal;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === "FST_ERR_CTP_INVALID_CONTENT_LENGTH" || code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return refuse("BODY_NOT_JSON", { detail }).refusal;
  if (isUnholdable(error)) return refuse("MALFORMED", { detail: `a value is out of range: ${detail}` }).refusal;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500
    ? refuse("MALFORMED", { detail }).refusal
    : undefined;
}
