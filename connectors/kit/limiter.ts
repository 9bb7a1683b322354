/** Token bucket of one channel in one process, with a share that only people who click may use. */

export interface Timer {
  /** Milliseconds of a clock that never jumps. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export const realTimer: Timer = {
  nowMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

interface Waiting {
  readonly interactive: boolean;
  readonly go: () => void;
}

const WAITING_MAX = 1_000;

/**
 * Background calls leave `interactiveShare` of the burst untouched, so that a click never queues behind a sync; clicks
 * may take everything. Those that wait go first come first served, clicks before the rest. Several processes have a
 * bucket each: the operator divides the source's limit among them where it is tight.
 */
export class Limiter {
  #rate: number;
  readonly #burst: number;
  readonly #reserved: number;
  readonly #timer: Timer;
  #tokens: number;
  #filledAtMs: number;
  #waiting: Waiting[] = [];
  #pumping = false;

  constructor(
    limits: { requestsPerSecond: number; burst: number; interactiveShare: number },
    timer: Timer = realTimer,
  ) {
    this.#rate = limits.requestsPerSecond / 1000;
    this.#burst = Math.max(1, limits.burst);
    // At least one token stays for the background, or it would never move.
    this.#reserved = Math.min(Math.floor(this.#burst * limits.interactiveShare), this.#burst - 1);
    this.#timer = timer;
    this.#tokens = this.#burst;
    this.#filledAtMs = timer.nowMs();
  }

  /** From now on it fills at another rate. */
  setRate(requestsPerSecond: number): void {
    this.#fill();
    this.#rate = requestsPerSecond / 1000;
  }

  /** The other side says that nothing is left: no token for so long. */
  hold(forMs: number): void {
    this.#fill();
    this.#tokens = Math.min(this.#tokens, 1 - forMs * this.#rate);
  }

  /** Waits for a token. False at once where too many wait already: the caller comes again later. */
  async take(interactive: boolean): Promise<boolean> {
    this.#fill();
    if (this.#waiting.length === 0 && this.#tryTake(interactive)) return true;
    if (this.#waiting.length >= WAITING_MAX) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { interactive, go: resolve };
    const firstBackground = this.#waiting.findIndex((w) => !w.interactive);
    if (interactive && firstBackground >= 0) this.#waiting.splice(firstBackground, 0, waiting);
    else this.#waiting.push(waiting);
    if (!this.#pumping) void this.#pump();
    await promise;
    return true;
  }

  #tryTake(interactive: boolean): boolean {
    if (this.#tokens - (interactive ? 0 : this.#reserved) < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const nowMs = this.#timer.nowMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledAtMs) * this.#rate);
    this.#filledAtMs = nowMs;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      this.#fill();
      if (this.#tryTake(next.interactive)) {
        this.#waiting.shift();
        next.go();
        continue;
      }
      const missing = 1 + (next.interactive ? 0 : this.#reserved) - this.#tokens;
      await this.#timer.sleep(Math.max(1, Math.ceil(missing / this.#rate)));
    }
    this.#pumping = false;
  }
}
