/** Runs the operations of connectors: lends them HTTP with limiter, retries and breaker, and tells of every exchange. */
import { Agent, type Dispatcher } from "undici";
import { assert, type Instant } from "../../src/kernel/index.ts";
import { type Address, addressOf, isOwn, type SourceBases } from "./address.ts";
import { Breaker } from "./breaker.ts";
import { ChannelLimits, type SharedBuckets } from "./buckets.ts";
import type { Call, Connector, InAnswer, OperationIo, OperationName, OutRequest } from "./connector.ts";
import { type ConnectorFailure, fail, type Outcome } from "./failure.ts";
import { exchange } from "./http.ts";
import { realTimer, type Timer } from "./limiter.ts";
import { redact, redactText, redactUrl } from "./redact.ts";
import { publicAgent } from "./url-safety.ts";

/** Somebody outside whom we call: a channel, a courier's account, a partner. */
export interface EngineTarget extends SourceBases {
  /** Limiter, breakers and tokens are kept by it. */
  readonly channelId: string;
  readonly connector: Pick<Connector, "id" | "hosts" | "limits" | "settings">;
  /** `baseUrl` is a user's word and no operator's: only public hosts may be reached, unless `allowPrivateUrls`. */
  readonly baseFromUser?: boolean;
  /** Paths that the operator set, by operation. */
  readonly paths?: ReadonlyMap<string, string>;
  /** Addresses that the channel gives may lead into private networks (operator's word). */
  readonly allowPrivateUrls?: boolean;
  /** Fields and secrets, decrypted, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values of the source's own settings, by name; its defaults where left out. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Changes with the credentials: a token of old ones is not used with new ones. */
  readonly credentialsVersion: string;
}

/** A channel as the engine needs it. */
export interface EngineChannel extends EngineTarget {
  readonly connector: Connector;
}

/** One HTTP exchange, fit to be kept. */
export interface ExchangeRecord {
  readonly operation: string;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number | null;
  readonly response: unknown;
  readonly outcome: "OK" | "REFUSED" | "NOT_REACHED" | "UNKNOWN" | "BAD_ANSWER";
  readonly message: string | null;
  readonly attempt: number;
}

export interface RunOptions {
  readonly now: Instant;
  /** A person waits for it. */
  readonly interactive: boolean;
  /** Of an operation's burst it takes only what is above the share that is kept for what cannot wait. */
  readonly spare?: boolean;
  readonly record: (exchange: ExchangeRecord) => void;
  /** Of this channel: slow operations take their tokens here. Left out: this process calls alone. */
  readonly buckets?: SharedBuckets;
  /** The caller repeats by a rule of its own: each request goes out once, and no breaker or "slow down" holds it back here. */
  readonly once?: true;
}

/** Channels of one source share its host: one that hangs must leave connections for the others. */
const CONNECTIONS_PER_HOST = 128;
const ATTEMPTS_MAX = 3;
const BACKOFF_FIRST_MS = 250;
/** Longer pauses are the caller's: a job comes again later instead of holding its place in the queue. */
const PAUSE_MAX_MS = 3_000;

interface PerChannel {
  readonly version: string;
  readonly limits: ChannelLimits;
  readonly breakers: Map<string, Breaker>;
  readonly memory: Map<string, string>;
  /** Values being made: whoever asks meanwhile waits for the same. */
  readonly making: Map<string, Promise<Outcome<unknown>>>;
}

/** One per process. Limiter, breakers and tokens are kept per channel, in memory. */
export class Engine {
  readonly #dispatcher: Dispatcher;
  readonly #publicDispatcher = publicAgent();
  readonly #timer: Timer;
  readonly #random: () => number;
  readonly #channels = new Map<string, PerChannel>();

  constructor(options: { dispatcher?: Dispatcher; timer?: Timer; random?: () => number } = {}) {
    this.#dispatcher =
      options.dispatcher ??
      new Agent({ connections: CONNECTIONS_PER_HOST, connectTimeout: 5_000, keepAliveTimeout: 10_000 });
    this.#timer = options.timer ?? realTimer;
    this.#random = options.random ?? Math.random; // jitter alone
  }

  /** Runs an operation that the source's declaration has. A missing one is a bug of the caller, who asks `capabilities`. */
  async run<K extends OperationName>(
    channel: EngineChannel,
    name: K,
    input: OperationIo[K]["in"],
    options: RunOptions,
  ): Promise<Outcome<OperationIo[K]["out"]>> {
    const operation = channel.connector.operations[name];
    assert(operation !== undefined, `${channel.connector.id} declares ${name}`);
    return operation(this.lend(channel, options), input);
  }

  /** What an operation needs to call a target: for those whose operations are not a source's. */
  lend(channel: EngineTarget, options: RunOptions): Call {
    const kept = this.#of(channel);
    return {
      fields: channel.fields,
      settings: channel.settings ?? defaultsOf(channel.connector),
      now: options.now,
      send: (out) => this.#send(channel, kept, out, options),
      path: (name, otherwise) => channel.paths?.get(name) ?? otherwise,
      isOwn: (address) => isOwn(channel, address),
      once: <T>(key: string, make: () => Promise<Outcome<T>>) => onceAtATime<T>(kept.making, key, make),
      memory: {
        get: (key) => kept.memory.get(key),
        set: (key, value) => void kept.memory.set(key, value),
        drop: (key) => void kept.memory.delete(key),
      },
    };
  }

  /** Closes connections that are kept open. */
  async close(): Promise<void> {
    await Promise.all([this.#dispatcher.close(), this.#publicDispatcher.close()]);
  }

  #of(channel: EngineTarget): PerChannel {
    const known = this.#channels.get(channel.channelId);
    if (known?.version === channel.credentialsVersion) return known;
    const made = {
      version: channel.credentialsVersion,
      limits: known?.limits ?? new ChannelLimits(channel.connector.limits, this.#timer),
      breakers: new Map<string, Breaker>(),
      memory: new Map<string, string>(),
      making: new Map<string, Promise<Outcome<unknown>>>(),
    };
    this.#channels.set(channel.channelId, made);
    return made;
  }

  async #send(
    channel: EngineTarget,
    kept: PerChannel,
    out: OutRequest,
    options: RunOptions,
  ): Promise<Outcome<InAnswer>> {
    const breaker = kept.breakers.get(out.operation) ?? new Breaker();
    kept.breakers.set(out.operation, breaker);
    const address = addressOf(channel, out);
    if (!address.ok) return address;
    // Of a try that was sent and not answered well nothing is known: that a later one never left says nothing of it.
    let isInDoubt = false;
    const failed = (failure: ConnectorFailure) =>
      fail(isInDoubt && failure.reached === "no" ? { ...failure, reached: "unknown" } : failure);
    for (let attempt = 1; ; attempt++) {
      const waitMs = options.once ? null : breaker.ask(this.#timer.nowMs(), options.interactive);
      if (waitMs !== null)
        return failed(held("breaker_open", waitMs, "Not sent: too many calls of this kind failed just now."));
      const noTokenMs = await kept.limits.take(out.operation, options, options.buckets);
      if (noTokenMs !== null) {
        breaker.letGo();
        return failed(held("throttle", noTokenMs, `Not sent: no more calls of ${out.operation} are allowed just now.`));
      }
      const { outcome, answer } = await this.#exchangeOnce(channel, out, address.value, attempt, options);
      if (answer !== null) await kept.limits.heard(out.operation, answer.headers, options.buckets);
      if (outcome.ok) {
        breaker.succeeded();
        return outcome;
      }
      if (options.once) return outcome;
      breaker.failed(outcome.failure, this.#timer.nowMs());
      const failure = await this.#afterRefusal(kept.limits, out, outcome.failure, attempt, options);
      const pauseMs = attempt < ATTEMPTS_MAX ? this.#pauseBefore(out, failure, attempt) : null;
      if (pauseMs === null) return failed(failure);
      isInDoubt ||= failure.kind === "transient" && failure.reached !== "no";
      await this.#timer.sleep(pauseMs);
    }
  }

  async #exchangeOnce(
    channel: EngineTarget,
    out: OutRequest,
    { url, foreign }: Address,
    attempt: number,
    options: RunOptions,
  ) {
    const startedMs = this.#timer.nowMs();
    const isPinned = foreign || (channel.baseFromUser === true && channel.allowPrivateUrls !== true);
    const dispatcher = isPinned ? this.#publicDispatcher : this.#dispatcher;
    const { outcome, answer } = await exchange(dispatcher, url, out, channel.connector.limits);
    const failure = outcome.ok ? null : outcome.failure;
    options.record({
      operation: out.operation,
      startedMs,
      durationMs: Math.round(this.#timer.nowMs() - startedMs),
      method: out.method,
      url: redactUrl(url),
      request: shownRequest(out),
      status: answer?.status ?? failure?.status ?? null,
      response: answer === null ? null : shownAnswer(out, answer),
      outcome: outcomeWord(failure),
      message: failure?.channelMessage === undefined ? null : redactText(failure.channelMessage),
      attempt,
    });
    return { outcome, answer };
  }

  /** Where the source said "too many", nobody calls the operation until it may be called again. */
  async #afterRefusal(
    limits: ChannelLimits,
    out: OutRequest,
    failure: ConnectorFailure,
    attempt: number,
    options: RunOptions,
  ): Promise<ConnectorFailure> {
    if (failure.kind !== "throttle") return failure;
    const unsaid = () => Math.max(this.#backoffMs(attempt), limits.pauseMs(out.operation, this.#random()));
    const retryAfterMs = failure.retryAfterMs ?? unsaid();
    await limits.refused(out.operation, retryAfterMs, options.buckets);
    return { ...failure, retryAfterMs };
  }

  /** Milliseconds to wait before the next try, or null where another try is not safe or not useful now. */
  #pauseBefore(out: OutRequest, failure: ConnectorFailure, attempt: number): number | null {
    if (failure.kind === "throttle") {
      const pauseMs = failure.retryAfterMs ?? 0;
      return pauseMs <= PAUSE_MAX_MS ? pauseMs : null;
    }
    if (failure.kind !== "transient") return null;
    return failure.reached === "no" || out.idempotent ? this.#backoffMs(attempt) : null;
  }

  #backoffMs(attempt: number): number {
    return Math.round(BACKOFF_FIRST_MS * 2 ** (attempt - 1) * (0.5 + this.#random()));
  }
}

function defaultsOf({ settings }: EngineTarget["connector"]): Call["settings"] {
  return Object.fromEntries(settings.map((setting) => [setting.name, setting.default]));
}

function onceAtATime<T>(
  making: Map<string, Promise<Outcome<unknown>>>,
  key: string,
  make: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const known = making.get(key);
  if (known) return known as Promise<Outcome<T>>; // a key is used for one kind of value
  const made = make().finally(() => making.delete(key));
  making.set(key, made);
  return made;
}

/** What is kept of a request: bytes of another type than JSON by their type and size. */
function shownRequest({ body, form, raw }: OutRequest): unknown {
  if (raw !== undefined) return { bytes: raw.bytes.length, contentType: raw.type };
  const sent = form ?? body;
  return sent === undefined ? null : redact(sent);
}

/** What is kept of an answer: a file is told by its size, its bytes stand in the document store. */
function shownAnswer(out: OutRequest, answer: InAnswer): unknown {
  if (out.expects === "file")
    return { bytes: answer.bytes.length, contentType: answer.headers["content-type"] ?? null };
  return redact(answer.json ?? answer.bytes.subarray(0, 500).toString("utf8"));
}

function held(kind: "breaker_open" | "throttle", waitMs: number, words: string): ConnectorFailure {
  return { reached: "no", kind, retryAfterMs: Math.ceil(waitMs), channelMessage: words };
}

function outcomeWord(failure: ConnectorFailure | null): ExchangeRecord["outcome"] {
  if (failure === null) return "OK";
  if (failure.kind === "bad_answer") return "BAD_ANSWER";
  if (failure.reached === "no") return "NOT_REACHED";
  return failure.reached === "unknown" || failure.kind === "transient" ? "UNKNOWN" : "REFUSED";
}
