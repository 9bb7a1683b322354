/** One HTTP exchange with a source: base URL pinned, time and size limited, every way of failing named. */
import { type Dispatcher, errors, request } from "undici";
import { assert } from "../../src/kernel/index.ts";
import type { InAnswer, OutRequest } from "./connector.ts";
import { type ConnectorFailure, fail, type Outcome, succeed } from "./failure.ts";

export interface HttpLimits {
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
}

const WORDS_MAX = 500;
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * The address of a request below the source's base URL. A path cannot leave the base: `..`, a scheme or another host in
 * it is a bug of the connector (or an attack through an id) and throws.
 */
export function pinnedUrl(baseUrl: string, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  const url = new URL(path.replace(/^\/+/, "./"), base);
  if (
    path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part)) ||
    url.origin !== base.origin ||
    !url.pathname.startsWith(base.pathname)
  )
    throw new Error(`the path ${path} stays below the source's base URL`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Sends one request and reads the whole answer. 2xx with JSON is a value; everything else is a classified failure. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  out: OutRequest,
  limits: HttpLimits,
): Promise<{ readonly outcome: Outcome<InAnswer>; readonly answer: InAnswer | null }> {
  const sent = content(out);
  let status: number | undefined;
  try {
    const response = await request(url, {
      dispatcher,
      method: out.method,
      ...sent,
      signal: AbortSignal.timeout(limits.timeoutMs),
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
    });
    status = response.statusCode;
    const bytes = await readBounded(response.body, limits.answerBytesMax);
    if (bytes === null) {
      const words = `The answer is longer than ${limits.answerBytesMax} bytes.`;
      return { outcome: fail(badAnswer(out, status, words)), answer: null };
    }
    const answer = { status, headers: plainHeaders(response.headers), ...readJsonBody(bytes), bytes };
    return { outcome: judge(out, answer), answer };
  } catch (error) {
    return { outcome: fail(networkFailure(error, status)), answer: null };
  }
}

/** Headers and body of a request. Names in small letters: what the operation says of a header takes the place of what is usual. */
function content(out: OutRequest): { readonly headers: Record<string, string>; readonly body: string | Buffer | null } {
  const given = [out.body, out.form, out.raw].filter((part) => part !== undefined);
  assert(given.length <= 1, `${out.operation} has one body: JSON, a form or bytes`);
  const accept = out.expects === "file" ? "application/pdf, */*;q=0.5" : "application/json";
  const own = Object.fromEntries(Object.entries(out.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  if (out.form !== undefined) {
    const type = "application/x-www-form-urlencoded";
    return { headers: { accept, "content-type": type, ...own }, body: new URLSearchParams(out.form).toString() };
  }
  if (out.raw !== undefined) return { headers: { accept, "content-type": out.raw.type, ...own }, body: out.raw.bytes };
  if (out.body === undefined) return { headers: { accept, ...own }, body: null };
  return { headers: { accept, "content-type": "application/json", ...own }, body: JSON.stringify(out.body) };
}

/** What an answer means. Exported for its table of tests. */
export function judge(out: OutRequest, answer: InAnswer & { readonly isJson?: boolean }): Outcome<InAnswer> {
  const { status } = answer;
  if (status >= 200 && status < 300)
    return answer.isJson === false && out.expects !== "file"
      ? fail(badAnswer(out, status, excerpt(answer.bytes)))
      : succeed(answer);
  const explained = out.explain?.(answer) ?? {};
  const said = {
    status,
    ...(explained.code === undefined ? {} : { channelCode: explained.code }),
    channelMessage: cut(explained.message ?? `HTTP ${status}: ${excerpt(answer.bytes)}`),
  };
  if (status === 401 || status === 403) return fail({ reached: "yes", kind: "auth", ...said });
  const retryAfterMs = retryAfter(answer.headers["retry-after"], answer.headers.date);
  const wished = retryAfterMs === null ? {} : { retryAfterMs };
  if (status === 429) return fail({ reached: "yes", kind: "throttle", ...said, ...wished });
  // A server that breaks down may have done the work before: only a repeat that changes nothing makes that harmless.
  if (status >= 500 || GAVE_UP_WAITING.has(status))
    return fail({ reached: out.idempotent ? "yes" : "unknown", kind: "transient", ...said, ...wished });
  // A redirect would lead away from the pinned base URL: the operator has to correct the address.
  if (status >= 300 && status < 400) return fail({ reached: "no", kind: "bad_answer", ...said });
  return fail({ reached: "yes", kind: "refused", ...said });
}

/** Request Timeout, and what gateways answer when whoever stands before them hung up (Flipkart lists it beside 500 and 503). */
const GAVE_UP_WAITING: ReadonlySet<number> = new Set([408, 499]);

/** An answer that the contract does not allow. For a write that may not be repeated its effect is not known. */
export function badAnswer(
  out: Pick<OutRequest, "idempotent">,
  status: number | undefined,
  words: string,
): ConnectorFailure {
  return {
    reached: out.idempotent ? "yes" : "unknown",
    kind: "bad_answer",
    channelMessage: cut(words),
    ...(status === undefined ? {} : { status }),
  };
}

/** Failures before a byte of the request was on its way. Anything else may have been received. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPROTO",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "PRIVATE_ADDRESS",
]);

function networkFailure(error: unknown, status: number | undefined): ConnectorFailure {
  const code = codeOf(error);
  const words = error instanceof Error ? error.message : String(error);
  const timedOut = error instanceof Error && (error.name === "TimeoutError" || code.endsWith("_TIMEOUT"));
  return {
    reached: NEVER_SENT.has(code) ? "no" : "unknown",
    kind: "transient",
    channelMessage: cut(
      status === undefined
        ? timedOut
          ? "No answer came in time."
          : `No answer came: ${words}`
        : `The answer (HTTP ${status}) broke off: ${words}`,
    ),
    ...(code === "" ? {} : { channelCode: code }),
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof errors.UndiciError ? error.code : codeOf(error.cause);
}

async function readBounded(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) return null; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readJsonBody(bytes: Buffer): { json: unknown; isJson: boolean } {
  try {
    const json: unknown = JSON.parse(bytes.toString("utf8"));
    return { json, isJson: true };
  } catch {
    return { json: null, isJson: false }; // what it is instead stays in `bytes`
  }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

/** Retry-After in milliseconds: seconds, or a date compared with the answer's own Date (our clock may differ). */
export function retryAfter(value: string | undefined, date: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value.trim())) return Math.min(Number(value) * 1000, RETRY_AFTER_MAX_MS);
  const at = Date.parse(value);
  const from = Date.parse(date ?? "");
  if (Number.isNaN(at) || Number.isNaN(from)) return null;
  return Math.min(Math.max(0, at - from), RETRY_AFTER_MAX_MS);
}

function excerpt(bytes: Buffer): string {
  return (
    bytes
      .subarray(0, 300)
      .toString("utf8")
      .replaceAll(/<[^>]*>|\s+/g, " ")
      .trim() || "(empty)"
  );
}

function cut(words: string): string {
  return words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words;
}
