/** The HTTP client of conform: one call at a time, everything limited, redirects shown and not followed. */
import { setTimeout as wait } from "node:timers/promises";
import { Agent, type Dispatcher, errors, request } from "undici";
import type { Exchange } from "./exchange.ts";

export interface ClientSettings {
  readonly baseUrl: URL;
  /** For each call, from the connection to the last byte. */
  readonly timeoutMs: number;
}

export interface Ask {
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, or a whole address for a file. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it stands in place of `body`, under the label of JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: Exchange["credentials"];
  /** Name of the header that carries them; apiKey unless said otherwise. */
  readonly header?: string;
}

/** Over all calls that were answered, files excepted; in milliseconds. */
export interface Latency {
  readonly calls: number;
  readonly medianMs: number;
  /** 99 of 100 were answered within it. */
  readonly p99Ms: number;
  readonly slowestMs: number;
}

export interface Client {
  call(ask: Ask): Promise<Exchange>;
  readonly calls: number;
  /** Null where nothing was answered. */
  readonly latency: Latency | null;
  close(): Promise<void>;
}

const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
/** A run makes a few hundred calls; an implementation that makes it want more is looping. */
const CALLS_MAX = 3_000;
/** 429 is the implementation's right: the call is made again after the wait it asks for. */
const THROTTLED_TRIES_MAX = 4;
const THROTTLED_WAIT_MAX_MS = 30_000;
/** Of all waits together: one that throttles every call is told so by the checks instead. */
const WAIT_TOTAL_MAX_MS = 300_000;

/** Thrown past the last call allowed; the check that wanted it says so. */
export class TooManyCalls extends Error {
  constructor() {
    super(`more than ${CALLS_MAX} calls were needed`);
  }
}

export function createClient({ baseUrl, timeoutMs }: ClientSettings): Client {
  const agent = new Agent({ connect: { timeout: timeoutMs }, connections: 1, pipelining: 1 });
  let calls = 0;
  let waitedMs = 0;
  const durations: number[] = [];
  const once = async (ask: Ask): Promise<Exchange> => {
    if (calls >= CALLS_MAX) throw new TooManyCalls();
    calls++;
    const exchange = await exchangeOnce(agent, ask, address(baseUrl, ask), calls, timeoutMs);
    if (exchange.status !== null && ask.operation !== "download") durations.push(exchange.durationMs);
    return exchange;
  };
  return {
    get calls() {
      return calls;
    },
    get latency() {
      return latencyOf(durations);
    },
    async call(ask) {
      let exchange = await once(ask);
      for (let tries = 1; exchange.status === 429 && tries < THROTTLED_TRIES_MAX; tries++) {
        const ms = waitMs(exchange.headers["retry-after"]);
        if (waitedMs + ms > WAIT_TOTAL_MAX_MS) break;
        waitedMs += ms;
        await wait(ms);
        exchange = await once(ask);
      }
      return exchange;
    },
    close: () => agent.destroy(),
  };
}

export function latencyOf(durationsMs: readonly number[]): Latency | null {
  const sorted = durationsMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
  const [medianMs, p99Ms, slowestMs] = [at(0.5), at(0.99), sorted.at(-1)];
  if (medianMs === undefined || p99Ms === undefined || slowestMs === undefined) return null;
  return {
    calls: sorted.length,
    medianMs: Math.round(medianMs),
    p99Ms: Math.round(p99Ms),
    slowestMs: Math.round(slowestMs),
  };
}

function waitMs(retryAfter: string | undefined): number {
  const seconds = /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) : 1;
  return Math.min(seconds * 1_000, THROTTLED_WAIT_MAX_MS);
}

function address(baseUrl: URL, { path, query = {} }: Ask): URL {
  const url = URL.canParse(path) ? new URL(path) : new URL(`${baseUrl.href.replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Sends one call and reads the answer. Never throws for what the other side does. */
async function exchangeOnce(
  dispatcher: Dispatcher,
  ask: Ask,
  url: URL,
  number: number,
  timeoutMs: number,
): Promise<Exchange> {
  const started = performance.now();
  const about = {
    number,
    operation: ask.operation,
    method: ask.method,
    url: url.href,
    credentials: ask.credentials,
    header: ask.header ?? "apiKey",
    sent: ask.text ?? ask.body,
  };
  const nothing = { headers: {}, json: undefined, content: null, bytes: 0, unreachable: false };
  let status: number | null = null;
  try {
    const response = await request(url, {
      dispatcher,
      method: ask.method,
      headers: {
        accept: ask.operation === "download" ? "application/pdf, */*;q=0.5" : "application/json",
        ...(ask.body === undefined && ask.text === undefined ? {} : { "content-type": "application/json" }),
        ...ask.headers,
      },
      body: ask.text ?? (ask.body === undefined ? null : JSON.stringify(ask.body)),
      signal: AbortSignal.timeout(timeoutMs),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    status = response.statusCode;
    const content = await readBounded(response.body);
    const durationMs = performance.now() - started;
    if (content === null) {
      const failure = `the answer is longer than ${ANSWER_MAX_BYTES / 1024 / 1024} MB`;
      return { ...about, ...nothing, status: null, durationMs, failure };
    }
    const json = ask.operation === "download" ? undefined : readJson(content);
    return {
      ...about,
      status,
      headers: plain(response.headers),
      json,
      content: json === undefined ? content : null,
      bytes: content.length,
      durationMs,
      failure: null,
      unreachable: false,
    };
  } catch (error) {
    const { words, unreachable } = inWords(error, status, timeoutMs);
    return { ...about, ...nothing, status: null, durationMs: performance.now() - started, failure: words, unreachable };
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > ANSWER_MAX_BYTES) return null; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined where it is not JSON; JSON has no undefined of its own. */
function readJson(content: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(content.toString("utf8"));
    return json;
  } catch {
    return undefined;
  }
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

/** Ways of failing before anything was said to each other. */
const UNREACHABLE = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "the host name is not known"],
  ["EAI_AGAIN", "the host name could not be looked up"],
  ["EHOSTUNREACH", "the host cannot be reached"],
  ["ENETUNREACH", "the network cannot be reached"],
  ["EADDRNOTAVAIL", "the address cannot be reached from here"],
  ["EPROTO", "it does not speak TLS there; is the address http:// ?"],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", "it does not speak TLS there; is the address http:// ?"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not speak TLS there; is the address http:// ?"],
  ["UND_ERR_CONNECT_TIMEOUT", "no connection in time"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is self-signed; NODE_EXTRA_CA_CERTS=FILE makes it known"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is self-signed; NODE_EXTRA_CA_CERTS=FILE makes it known"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate's issuer is not known; NODE_EXTRA_CA_CERTS=FILE makes it known"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host"],
]);

function inWords(error: unknown, status: number | null, timeoutMs: number): { words: string; unreachable: boolean } {
  const code = codeOf(error);
  const known = UNREACHABLE.get(code);
  if (known !== undefined) return { words: `${known} (${code})`, unreachable: true };
  const late = error instanceof Error && (error.name === "TimeoutError" || code.endsWith("_TIMEOUT"));
  if (late) return { words: `no whole answer within ${timeoutMs} ms`, unreachable: false };
  const words = error instanceof Error ? error.message : String(error);
  const what = status === null ? "the connection broke before an answer" : `the answer (HTTP ${status}) broke off`;
  return { words: `${what}: ${words}`, unreachable: false };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof errors.UndiciError ? error.code : codeOf(error.cause);
}
