/** A partner that is away: whoever calls finds a connection that closes at once. The control API goes on. */
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../kit/simulator/types.ts";

export class Downtime {
  readonly #clock: Clock;
  /** "open end": until somebody says so. */
  #until: Temporal.Instant | "open end" | null = null;
  /** Calls that found nobody. */
  turnedAway = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param seconds by its clock; null: until `end` */
  begin(seconds: number | null): void {
    this.#until = seconds === null ? "open end" : this.#clock().add({ milliseconds: Math.round(seconds * 1_000) });
  }

  end(): void {
    this.#until = null;
  }

  get isDown(): boolean {
    if (this.#until === null || this.#until === "open end") return this.#until !== null;
    if (Temporal.Instant.compare(this.#clock(), this.#until) < 0) return true;
    this.#until = null;
    return false;
  }

  get until(): string | null {
    return this.#until === null ? null : String(this.#until);
  }

  guard(app: FastifyInstance): void {
    app.addHook("onRequest", (request, reply, done) => {
      const isOwn = request.url === "/" || request.url.startsWith("/_sim");
      if (isOwn || !this.isDown) return done();
      this.turnedAway++;
      reply.hijack();
      request.raw.destroy();
    });
  }
}
