import type { Clock } from "../../src/platform/context.ts";

/** Real time, moved ahead by a test: what is due in hours is due now, while jobs still run by the database's own clock. */
export class MovedClock implements Clock {
  #aheadMs = 0;

  now(): Temporal.Instant {
    return Temporal.Now.instant().add({ milliseconds: this.#aheadMs });
  }

  ahead(by: Temporal.DurationLike): void {
    this.#aheadMs += Temporal.Duration.from(by).total("milliseconds");
  }

  /** So far that it is the given moment now, unless that is past. */
  aheadTo(at: Temporal.Instant): void {
    const leftMs = at.since(this.now()).total("milliseconds");
    this.#aheadMs += Math.max(0, Math.ceil(leftMs));
  }
}
