import type { Timer } from "../../../connectors/kit/index.ts";
import type { Clock } from "../../../src/platform/context.ts";

/** Simulated seconds a real one, while somebody works. */
export const SPEED = 10;

/**
 * Simulated time: runs `SPEED` times as fast as the real one, so that who spaces his calls still does, and jumps ahead
 * while nobody has anything to do.
 */
export class FastClock implements Clock {
  #fromMs = performance.now();
  #from: Temporal.Instant;

  constructor(start: Temporal.Instant) {
    this.#from = start;
  }

  now(): Temporal.Instant {
    const passedNs = Math.floor((performance.now() - this.#fromMs) * SPEED * 1e6);
    return this.#from.add({ nanoseconds: passedNs });
  }

  /** Ahead to that moment; where it is past already, nothing happens. */
  jumpTo(at: Temporal.Instant): void {
    if (Temporal.Instant.compare(at, this.now()) <= 0) return;
    this.#from = at;
    this.#fromMs = performance.now();
  }
}

/** What the engine spaces and repeats its calls by: as fast as the clock. Limits of network and silence stay real. */
export const fastTimer: Timer = {
  nowMs: () => performance.now() * SPEED,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / SPEED)),
};
