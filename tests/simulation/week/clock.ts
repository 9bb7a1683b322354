import { subscribe, unsubscribe } from "node:diagnostics_channel";
import pg from "pg";
import type { Timer } from "../../../connectors/kit/index.ts";
import type { Clock } from "../../../src/platform/context.ts";

/** Real milliseconds between two looks whether everybody sleeps. */
const LOOK_MS = 1;
/** Looks in a row that find nobody at work before time jumps: an answer may be between two of its steps. */
const QUIET_LOOKS = 2;

/**
 * Simulated time: as fast as the real one while somebody works, so that a slow machine makes nobody late, and ahead at once
 * while nobody has anything to do, or everybody who works waits for the same clock (a limit's next token, a pause before
 * another try).
 */
export class FastClock implements Clock, Timer {
  #fromMs = performance.now();
  #from: Temporal.Instant;
  readonly #start: Temporal.Instant;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly #work = new Work();
  #quiet = 0;
  readonly #looking: NodeJS.Timeout;

  constructor(start: Temporal.Instant) {
    this.#from = start;
    this.#start = start;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  now(): Temporal.Instant {
    const passedNs = Math.floor((performance.now() - this.#fromMs) * 1e6);
    return this.#from.add({ nanoseconds: passedNs });
  }

  /** Ahead to that moment; where it is past already, nothing happens. */
  jumpTo(at: Temporal.Instant): void {
    if (Temporal.Instant.compare(at, this.now()) <= 0) return;
    this.#from = at;
    this.#fromMs = performance.now();
  }

  nowMs(): number {
    return this.now().since(this.#start).total("milliseconds");
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.nowMs() + ms, wake });
    });
  }

  /** Whoever waits for an answer from there is not at work: whether the one who answers is, is seen by what that one does. */
  waitsFor(origin: string): void {
    this.#work.waitsFor(origin);
  }

  close(): void {
    clearInterval(this.#looking);
    this.#work.close();
    for (const { wake } of this.#sleepers.splice(0)) wake();
  }

  #look(): void {
    this.#quiet = this.#work.isQuiet() ? this.#quiet + 1 : 0;
    if (this.#sleepers.length === 0) return;
    if (this.#quiet >= QUIET_LOOKS) {
      const first = Math.min(...this.#sleepers.map((sleeper) => sleeper.at));
      this.jumpTo(this.#start.add({ milliseconds: Math.ceil(first) }));
      this.#quiet = 0;
    }
    const nowMs = this.nowMs();
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= nowMs);
    if (due.length === 0) return;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > nowMs);
    for (const { wake } of due) wake();
  }
}

/** Requests and statements of this process that are not answered yet. */
class Work {
  readonly #requests = new Set<unknown>();
  #statements = 0;
  #notCounted: string | null = null;
  readonly #query = pg.Client.prototype.query;
  readonly #begun = (message: unknown) => {
    const { request } = message as { request: { origin?: unknown } };
    if (this.#notCounted === null || String(request.origin) !== this.#notCounted) this.#requests.add(request);
  };
  readonly #ended = (message: unknown) => void this.#requests.delete((message as { request: unknown }).request);

  constructor() {
    subscribe("undici:request:create", this.#begun);
    subscribe("undici:request:trailers", this.#ended);
    subscribe("undici:request:error", this.#ended);
    pg.Client.prototype.query = this.#counted();
  }

  isQuiet(): boolean {
    return this.#requests.size === 0 && this.#statements === 0;
  }

  waitsFor(origin: string): void {
    this.#notCounted = origin;
  }

  close(): void {
    unsubscribe("undici:request:create", this.#begun);
    unsubscribe("undici:request:trailers", this.#ended);
    unsubscribe("undici:request:error", this.#ended);
    pg.Client.prototype.query = this.#query;
  }

  /** The driver's own `query`, which answers by a promise or calls back. */
  #counted(): typeof pg.Client.prototype.query {
    const work = this;
    const original = this.#query;
    function counted(this: pg.Client, ...given: unknown[]): unknown {
      const at = given.findIndex((each) => typeof each === "function");
      const call = given[at];
      work.#statements++;
      const answered = () => void work.#statements--;
      if (typeof call === "function") {
        given[at] = (...answer: unknown[]) => {
          answered();
          return Reflect.apply(call, undefined, answer);
        };
        return Reflect.apply(original, this, given);
      }
      const result: unknown = Reflect.apply(original, this, given);
      if (result instanceof Promise) result.then(answered, answered);
      else answered();
      return result;
    }
    return counted as typeof original; // the driver's overloads, all of which it passes on
  }
}
