/** One request to the portal and its answer, read as far as its Status; every exchange is told. */
import type { Dispatcher } from "undici";
import { type Checked, describeMisfits, type Schema } from "../../contract/validators.ts";
import { exchange, type HttpLimits, pinnedUrl } from "../kit/http.ts";
import {
  badAnswer,
  type ConnectorFailure,
  type ExchangeRecord,
  type PortalFailure,
  redact,
  redactUrl,
} from "../kit/index.ts";
import { failureOf, failureWithoutAnswer } from "./codes.ts";
import type { NIC_CONTRACT } from "./contract/index.ts";

type InfoDetail = Schema<typeof NIC_CONTRACT, "InfoDetail">;
type Envelope = Pick<Schema<typeof NIC_CONTRACT, "SealedAnswer">, "Status" | "ErrorDetails" | "InfoDtls">;

export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly baseUrl: string;
  readonly limits: HttpLimits;
  readonly nowMs: () => number;
  readonly record: (record: ExchangeRecord) => void;
}

export interface WireRequest<T> {
  readonly operation: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly idempotent: boolean;
  readonly read: (json: unknown) => Checked<T>;
  /** What the exchange log keeps in place of the bodies, which are encrypted. */
  readonly loggedRequest: unknown;
  readonly loggedAnswer: (answer: T) => unknown;
}

export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  /** `info`: what the portal added to its refusal. */
  | { readonly ok: false; readonly failure: PortalFailure; readonly info: readonly InfoDetail[] };

export function failed(failure: PortalFailure, info: readonly InfoDetail[] = []): Asked<never> {
  return { ok: false, failure, info };
}

/** An answer that cannot be used although the portal says that it did what was asked. */
export function unreadable(idempotent: boolean, words: string): PortalFailure {
  return failureWithoutAnswer(badAnswer({ idempotent }, 200, words));
}

/** An answer of Status 1, or why there is none. */
export async function ask<T extends Envelope>(wire: Wire, out: WireRequest<T>): Promise<Asked<T>> {
  const url = pinnedUrl(wire.baseUrl, out.path, out.query);
  const startedMs = wire.nowMs();
  const { outcome, answer } = await exchange(wire.dispatcher, url, out, wire.limits);
  const checked = answer === null ? null : out.read(answer.json);
  const judged = judge(out, outcome.ok ? null : outcome.failure, checked, answer?.status ?? 200);
  wire.record({
    operation: out.operation,
    startedMs,
    durationMs: wire.nowMs() - startedMs,
    method: out.method,
    url: redactUrl(url),
    request: redact(out.loggedRequest),
    status: answer?.status ?? null,
    response: redact(checked?.ok ? loggedAnswer(out, checked.value) : (answer?.json ?? null)),
    outcome: judged.ok ? "OK" : outcomeWord(judged.failure),
    message: judged.ok ? null : (judged.failure.channelMessage ?? judged.failure.words),
    attempt: 1,
  });
  return judged;
}

/** A refusal in the portal's own words counts whatever the HTTP status; without them HTTP alone says what happened. */
function judge<T extends Envelope>(
  out: WireRequest<T>,
  failure: ConnectorFailure | null,
  checked: Checked<T> | null,
  status: number,
): Asked<T> {
  if (checked?.ok && Number(checked.value.Status) === 0) {
    const faults = (checked.value.ErrorDetails ?? []).map((fault) => ({
      code: String(fault.ErrorCode),
      message: fault.ErrorMessage ?? "",
    }));
    // A server that breaks down in the portal's form, but without a code of it, has not answered either.
    if (failure !== null && faults.length === 0) return failed(failureWithoutAnswer(failure));
    return failed(failureOf(faults, status), checked.value.InfoDtls ?? []);
  }
  if (failure !== null) return failed(failureWithoutAnswer(failure));
  if (checked === null) return failed(unreadable(out.idempotent, "The answer is empty."));
  if (!checked.ok)
    return failed(unreadable(out.idempotent, `The answer is not the portal's: ${describeMisfits(checked.errors)}`));
  return checked;
}

function loggedAnswer<T extends Envelope>(out: WireRequest<T>, answer: T): unknown {
  if (Number(answer.Status) === 1) return out.loggedAnswer(answer);
  return { Status: answer.Status, ErrorDetails: answer.ErrorDetails, InfoDtls: answer.InfoDtls };
}

function outcomeWord({ kind, reached }: PortalFailure): ExchangeRecord["outcome"] {
  if (kind === "bad_answer") return "BAD_ANSWER";
  if (reached === "no") return "NOT_REACHED";
  return reached === "unknown" ? "UNKNOWN" : "REFUSED";
}
