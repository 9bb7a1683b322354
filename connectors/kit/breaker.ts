/** Circuit breaker of one operation of one channel. Its state lives in this process: another process finds out by itself. */
import type { ConnectorFailure } from "./failure.ts";

const FAILURES_TO_OPEN = 5;
const OPEN_FIRST_MS = 15_000;
const OPEN_MAX_MS = 300_000;

/**
 * After five failures in a row that are the other side's or the network's, calls are held back for 15 s, then one probe
 * goes through; if that fails too, twice as long, up to five minutes. A person's click is let through as the probe at
 * any time: who looks at the screen wants to know now.
 */
export class Breaker {
  #failures = 0;
  #openUntilMs = 0;
  #openForMs = OPEN_FIRST_MS;
  #probing = false;

  /** May a call go out? Null: yes. A number: not before so many milliseconds have passed. */
  ask(nowMs: number, interactive: boolean): number | null {
    if (this.#failures < FAILURES_TO_OPEN) return null;
    if (this.#probing) return interactive ? null : Math.max(1_000, this.#openUntilMs - nowMs);
    if (nowMs < this.#openUntilMs && !interactive) return this.#openUntilMs - nowMs;
    this.#probing = true;
    return null;
  }

  /** What was let through was not sent after all: another may be the probe. */
  letGo(): void {
    this.#probing = false;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openForMs = OPEN_FIRST_MS;
    this.#probing = false;
  }

  failed(failure: ConnectorFailure, nowMs: number): void {
    const wasProbe = this.#probing;
    this.#probing = false;
    // A refusal, a wrong password or "slow down" is an answer: the other side is there.
    if (failure.kind !== "transient" && failure.kind !== "bad_answer") {
      this.succeeded();
      return;
    }
    this.#failures += 1;
    if (this.#failures < FAILURES_TO_OPEN) return;
    if (wasProbe) this.#openForMs = Math.min(this.#openForMs * 2, OPEN_MAX_MS);
    this.#openUntilMs = nowMs + this.#openForMs;
  }
}
