import {
  type Call,
  Engine,
  type ExchangeRecord,
  fail,
  type InAnswer,
  type Outcome,
  type OutRequest,
  redactText,
  succeed,
  userUrlFault,
} from "../../connectors/kit/index.ts";
import { assert, type Instant } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Secret } from "../platform/secret.ts";
import type { Partner, PartnerDeliveryId, PartnerEvent } from "./partner.ts";
import { type AttemptOutcome, judgeAnswer } from "./rule.ts";

export const ANSWER_TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 65_536;
/** No partner said how much he takes: this only keeps a fault of ours from becoming a flood. */
const REQUESTS_PER_SECOND = 500;
const WORDS_MAX = 500;
const TOKEN_PATH = "/oauth/token";
const TOKEN = "token";
const STRUCK_OUT = "[secret]";
/** What a header's value may be made of. */
export const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,4000}[\x21-\x7e])?$/;

/** One per process: connections and tokens live in it. */
let engine = new Engine();

/** Closes connections to partners that are kept open: last thing of a process. */
export async function closePartnerEngine(): Promise<void> {
  const former = engine;
  engine = new Engine();
  await former.close();
}

/** How a partner is reached: address, way of proving who we are, its secret opened. */
export interface PartnerTarget
  extends Pick<Partner, "partnerId" | "baseUrl" | "auth" | "headerName" | "username" | "credentialsVersion"> {
  readonly secret: Secret;
  readonly timeoutMs: number;
}

/** What is sent: the body as it was written when the event happened. */
export interface Outgoing {
  readonly partnerDeliveryId: PartnerDeliveryId;
  readonly event: PartnerEvent;
  readonly dedupeKey: string;
  readonly body: string;
  /** Requests sent for it before. */
  readonly attempts: number;
}

/** One request and what came back, fit to be kept. */
export interface Attempt {
  readonly at: Instant;
  readonly durationMs: number;
  readonly url: string;
  /** Secrets struck out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly answer: unknown;
  readonly message: string | null;
}

export interface Sent {
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly message: string | null;
  readonly retryAfterMs: number;
  /** Requests in their order: one; two where the token was renewed; none where there was no token to send with. */
  readonly attempts: readonly Attempt[];
}

/**
 * Sends one event, at most twice: a 401 renews the token once and repeats once. What the partner or the network does is an
 * outcome, never an exception.
 */
export async function sendDelivery(ctx: Ctx, target: PartnerTarget, out: Outgoing): Promise<Sent> {
  const proof = await proofFor(ctx, target, null);
  if (!proof.ok) return unproved(proof, []);
  const first = await sendOnce(ctx, target, out, proof.value, []);
  if (first.outcome !== "CREDENTIALS_REFUSED" || target.auth === "STATIC_HEADER") return first;
  const renewed = await proofFor(ctx, target, proof.value);
  if (!renewed.ok) return unproved(renewed, first.attempts);
  return sendOnce(ctx, target, out, renewed.value, first.attempts);
}

/** Headers of a delivery but for the one that proves who we are. The key is the same on every try. */
export function deliveryHeaders(
  out: Pick<Outgoing, "event" | "dedupeKey" | "partnerDeliveryId">,
  attempt: number,
): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "idempotency-key": `${out.event}:${encodeURIComponent(out.dedupeKey)}`,
    "x-godown-event": out.event,
    "x-godown-delivery": out.partnerDeliveryId,
    "x-godown-attempt": String(attempt),
  };
}

async function sendOnce(
  ctx: Ctx,
  target: PartnerTarget,
  out: Outgoing,
  proof: string,
  before: readonly Attempt[],
): Promise<Sent> {
  const headers = deliveryHeaders(out, out.attempts + before.length + 1);
  const exchange = await request(ctx, target, {
    ...{ operation: out.event, method: "POST", path: `/${out.event}`, idempotent: false },
    headers: { ...headers, [target.headerName.toLowerCase()]: proof },
    raw: { type: "application/json", bytes: Buffer.from(out.body) },
  });
  const { status, retryAfterMs } = exchange;
  const said = readWords(exchange.json);
  const outcome = judgeAnswer(status, said.status);
  const message = said.message ?? exchange.words;
  const attempt = { ...kept(exchange), headers: { ...headers, [target.headerName.toLowerCase()]: STRUCK_OUT } };
  return { outcome, status, message, retryAfterMs, attempts: [...before, { ...attempt, outcome, message }] };
}

/** `{}` to /invoiced, marked as a test: the one way to see whether a static key is taken. It tells nothing and changes nothing here. */
export async function sendEmpty(ctx: Ctx, target: PartnerTarget): Promise<Attempt> {
  const header = target.headerName.toLowerCase();
  const headers = { "content-type": "application/json", "x-godown-event": "invoiced", "x-godown-test": "yes" };
  const exchange = await request(ctx, target, {
    ...{ operation: "test", method: "POST", path: "/invoiced", idempotent: true, body: {} },
    headers: { ...headers, [header]: target.secret.reveal() },
  });
  const said = readWords(exchange.json);
  const outcome = judgeAnswer(exchange.status, said.status);
  return {
    ...kept(exchange),
    ...{ outcome, message: said.message ?? exchange.words, headers: { ...headers, [header]: STRUCK_OUT } },
  };
}

/** There is nothing to send with: the call for a token is what was tried. */
function unproved({ attempt, retryAfterMs }: NoProof, before: readonly Attempt[]): Sent {
  const { outcome, status, message } = attempt;
  return { outcome, status, message, retryAfterMs, attempts: [...before, attempt] };
}

interface NoProof {
  readonly ok: false;
  readonly attempt: Attempt;
  readonly retryAfterMs: number;
}
type Proof = { readonly ok: true; readonly value: string } | NoProof;

/**
 * The header's value: the static key, or the partner's token. However many ask at once, one token is fetched.
 * @param refused a token that the partner did not take: that one is not given again
 */
async function proofFor(ctx: Ctx, target: PartnerTarget, refused: string | null): Promise<Proof> {
  if (target.auth === "STATIC_HEADER") return { ok: true, value: target.secret.reveal() };
  const call = lend(ctx, target, () => undefined);
  const known = call.memory.get(TOKEN);
  if (known !== undefined && known !== refused) return { ok: true, value: known };
  const made = await call.once<Proof>(TOKEN, async () => {
    const { token, attempt, retryAfterMs } = await fetchToken(ctx, target);
    if (token === null) {
      call.memory.drop(TOKEN);
      return succeed({ ok: false, attempt, retryAfterMs });
    }
    call.memory.set(TOKEN, token);
    return succeed({ ok: true, value: token });
  });
  assert(made.ok, "the call for a token always says what came of it");
  return made.value;
}

export interface FetchedToken {
  /** Null: none was given. */
  readonly token: string | null;
  readonly attempt: Attempt;
  readonly retryAfterMs: number;
}

/** Asks for a token, in the way that was chosen for this partner; it may stand under either of the two published names. */
export async function fetchToken(ctx: Ctx, target: PartnerTarget): Promise<FetchedToken> {
  const { username, secret, auth } = target;
  assert(username !== null && auth !== "STATIC_HEADER", "who asks for a token has a user name");
  const password = secret.reveal();
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const exchange = await request(ctx, target, {
    ...{ operation: "token", method: "POST", path: TOKEN_PATH, idempotent: true },
    ...(auth === "TOKEN_BASIC" ? { headers: { authorization: basic } } : { body: { username, password } }),
  });
  const said = readWords(exchange.json);
  const { status, retryAfterMs } = exchange;
  const answered = status !== null && status >= 200 && status < 300;
  const token = answered ? tokenOf(exchange.json) : null;
  const away = status === null || status === 408 || status === 429 || status >= 500;
  const attempt: Attempt = {
    ...kept(exchange),
    headers: auth === "TOKEN_BASIC" ? { authorization: STRUCK_OUT } : { "content-type": "application/json" },
    // A token is no delivery, but it is all that was asked for here.
    outcome: token !== null ? "DELIVERED" : away ? "NO_TOKEN" : "CREDENTIALS_REFUSED",
    message: token === null ? noTokenWords(status, said, exchange.words) : null,
  };
  return { token, attempt, retryAfterMs };
}

function noTokenWords(status: number | null, said: Said, words: string | null): string {
  const answer = [said.status, said.message].filter((word) => word !== null).join(": ");
  if (status === null) return `No token: ${words ?? "no answer"}`;
  return `No token: HTTP ${status}${answer === "" ? "" : `, ${answer}`}.`;
}

/** What is kept of an exchange. */
function kept(exchange: Exchange): Omit<Attempt, "headers" | "outcome" | "message"> {
  const { at, durationMs, url, status, shown } = exchange;
  return { at, durationMs, url, status, answer: shown };
}

interface Exchange {
  readonly at: Instant;
  readonly durationMs: number;
  readonly url: string;
  readonly status: number | null;
  /** The body as JSON; null where it is none. */
  readonly json: unknown;
  /** The answer for the log, redacted and cut. */
  readonly shown: unknown;
  /** Why there was no good answer, in words. */
  readonly words: string | null;
  readonly retryAfterMs: number;
}

async function request(ctx: Ctx, target: PartnerTarget, out: OutRequest): Promise<Exchange> {
  const at = ctx.clock.now();
  const records: ExchangeRecord[] = [];
  let json: unknown = null;
  const explain = (answer: InAnswer) => {
    json = answer.json;
    const said = readWords(answer.json);
    return said.message === null ? {} : { message: said.message };
  };
  const sent = await sendIfAllowed(ctx, target, { ...out, explain }, (record) => records.push(record));
  const record = records.at(-1);
  const failure = sent.ok ? null : sent.failure;
  return {
    at,
    durationMs: record?.durationMs ?? 0,
    url: record?.url ?? `${target.baseUrl}${out.path}`,
    status: record?.status ?? null,
    json: sent.ok ? sent.value.json : json,
    shown: record?.response ?? null,
    words: failure?.channelMessage ?? null,
    retryAfterMs: failure?.retryAfterMs ?? 0,
  };
}

/** The operator may have taken back what was allowed when the address was saved, so it is judged each time. */
function sendIfAllowed(
  ctx: Ctx,
  target: PartnerTarget,
  out: OutRequest,
  record: (exchange: ExchangeRecord) => void,
): Promise<Outcome<InAnswer>> {
  const fault = addressFault(target.baseUrl, ctx.allowPrivateUrls);
  if (fault === null) return lend(ctx, target, record).send(out);
  const channelMessage = `Not sent: the address ${target.baseUrl} ${fault}.`;
  return Promise.resolve(fail({ reached: "no", kind: "transient", channelMessage }));
}

/** Why an address may not be a partner's; null where it may. @param allowPrivate the operator's word, for plain http as well */
export function addressFault(baseUrl: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(baseUrl)) return "is not an address";
  const { protocol, search, hash, username, password } = new URL(baseUrl);
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) return "does not begin with https://";
  if (username !== "" || password !== "") return "carries a user name or password";
  if (search !== "" || hash !== "") return "has a query or a fragment";
  return allowPrivate ? null : userUrlFault(baseUrl);
}

function lend(ctx: Ctx, target: PartnerTarget, record: (exchange: ExchangeRecord) => void): Call {
  const limits = {
    ...{ requestsPerSecond: REQUESTS_PER_SECOND, burst: REQUESTS_PER_SECOND, interactiveShare: 0 },
    ...{ timeoutMs: target.timeoutMs, answerBytesMax: ANSWER_BYTES_MAX },
  };
  return engine.lend(
    {
      channelId: target.partnerId,
      connector: { id: "PARTNER", limits, settings: [] },
      baseUrl: target.baseUrl,
      baseFromUser: true,
      allowPrivateUrls: ctx.allowPrivateUrls,
      fields: {},
      credentialsVersion: String(target.credentialsVersion),
    },
    { now: ctx.clock.now(), interactive: false, once: true, record },
  );
}

interface Said {
  readonly status: string | null;
  readonly message: string | null;
}

/** The contract's two words of an answer. */
function readWords(json: unknown): Said {
  return { status: memberText(json, "status"), message: memberText(json, "message") };
}

/** A token under one of its two published names; only what a header can carry. */
function tokenOf(json: unknown): string | null {
  for (const name of ["access_token", "token"]) {
    const token = memberOf(json, name);
    if (typeof token === "string" && HEADER_VALUE.test(token)) return token;
  }
  return null;
}

function memberText(json: unknown, name: string): string | null {
  const text = memberOf(json, name);
  return typeof text === "string" && text !== "" ? redactText(text.slice(0, WORDS_MAX)) : null;
}

function memberOf(json: unknown, name: string): unknown {
  return typeof json === "object" && json !== null && Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined;
}
