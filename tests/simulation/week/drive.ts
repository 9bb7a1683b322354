/** Lets the product's own queue and schedules run by the simulated clock: real jobs, real worker, another time. */
import type { ParsedCronItem } from "graphile-worker";
import pg from "pg";
import type { FastClock } from "./clock.ts";

const IDLE_LOOK_MS = 4;
/** Real time in which everything that is due must be done. */
const BUSY_MAX_MS = 180_000;
/** The schedules of each minute that the day's work hangs on; the others of each minute are housekeeping, and run every so many. */
const EVERY_MINUTE = new Set(["channels.due_syncs", "fulfilment.start_due_channel_steps", "status-sync.due_words"]);
const HOUSEKEEPING_MINUTES = 10;

/**
 * Jobs wait by the database's clock, which runs in real time. What the product puts off it puts off to a simulated moment, which
 * lies ahead of the real one; what the queue puts off by itself (a try that failed) lies a few real seconds ahead. The
 * latter is moved into simulated time, and whatever the simulated clock has reached is made due.
 */
export class Drive {
  readonly #pool: pg.Pool;
  readonly #clock: FastClock;
  readonly #start: Temporal.Instant;
  readonly #crons: readonly ParsedCronItem[];
  #minute: Temporal.Instant;
  #next: Temporal.Instant | null = null;

  constructor(connectionString: string, clock: FastClock, start: Temporal.Instant, crons: readonly ParsedCronItem[]) {
    this.#pool = new pg.Pool({ connectionString, max: 2, application_name: "week drive" });
    this.#clock = clock;
    this.#start = start;
    this.#crons = crons;
    this.#minute = start;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Starts the schedules of the minutes that have passed, makes due what is due, and waits until it is done. */
  async work(): Promise<void> {
    await this.#startSchedules();
    const endMs = performance.now() + BUSY_MAX_MS;
    for (;;) {
      const { moved, open } = await this.#makeDue();
      if (moved === 0 && open === 0) return;
      if (performance.now() > endMs) throw new Error(`jobs that are due are not done: ${await this.#stuck()}`);
      await new Promise((resolve) => setTimeout(resolve, IDLE_LOOK_MS));
    }
  }

  /** When something is to be done next, as the last look found it; the next minute at the latest, for the schedules. */
  nextAt(): Temporal.Instant {
    const minute = this.#minute.add({ minutes: 1 });
    return this.#next !== null && Temporal.Instant.compare(this.#next, minute) < 0 ? this.#next : minute;
  }

  /** Jobs that were given up. */
  async givenUp(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ words: string }>(
      `select t.identifier || ': ' || coalesce(left(j.last_error, 300), '') as words from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id where j.attempts >= j.max_attempts`,
    );
    return rows.map((row) => row.words);
  }

  async #startSchedules(): Promise<void> {
    const due = new Set<string>();
    for (; Temporal.Instant.compare(this.#minute.add({ minutes: 1 }), this.#clock.now()) <= 0; ) {
      this.#minute = this.#minute.add({ minutes: 1 });
      const utc = this.#minute.toZonedDateTimeISO("UTC");
      const digest = { min: utc.minute, hour: utc.hour, date: utc.day, month: utc.month, dow: utc.dayOfWeek % 7 };
      const isThinned = ({ match, task }: ParsedCronItem) =>
        match({ ...digest, min: (utc.minute + 1) % 60 }) &&
        !EVERY_MINUTE.has(task) &&
        utc.minute % HOUSEKEEPING_MINUTES > 0;
      for (const cron of this.#crons) if (cron.match(digest) && !isThinned(cron)) due.add(cron.task);
    }
    for (const task of due) await this.#pool.query("select graphile_worker.add_job($1, job_key => $1)", [task]);
  }

  /** One statement, since it is asked many times: what was made due now, and how much is due or runs. */
  async #makeDue(): Promise<{ moved: number; open: number }> {
    const { rows } = await this.#pool.query<{ moved: number; open: number; next: Date | null }>({
      name: "week drive",
      // A try that failed comes again after its pause in simulated time.
      text: `
        with again as (
          update graphile_worker._private_jobs set run_at = $1::timestamptz + (run_at - now())
          where run_at > now() and run_at < $2::timestamptz and locked_at is null
        ), due as (
          update graphile_worker._private_jobs set run_at = now()
          where run_at >= $2::timestamptz and run_at <= $1::timestamptz and locked_at is null returning 1
        )
        select (select count(*)::int from due) as moved,
          count(*) filter (where attempts < max_attempts and run_at <= now() or locked_at is not null)::int as open,
          min(run_at) filter (where attempts < max_attempts and locked_at is null and run_at > greatest($1::timestamptz, $2::timestamptz)) as next
        from graphile_worker._private_jobs`,
      values: [this.#clock.now().toString(), this.#start.toString()],
    });
    const { moved = 0, open = 0, next = null } = rows[0] ?? {};
    this.#next = next && Temporal.Instant.fromEpochMilliseconds(next.getTime());
    if (moved > 0)
      await this.#pool.query("select pg_notify('jobs:insert', $1)", [JSON.stringify({ r: 1, count: moved })]);
    return { moved, open };
  }

  async #stuck(): Promise<string> {
    const { rows } = await this.#pool.query<{ words: string }>(
      `select t.identifier || ' (tries: ' || j.attempts || ', ' || case when j.locked_at is null then 'waits' else 'runs' end || ')' as words
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where j.run_at <= now() or j.locked_at is not null limit 10`,
    );
    return rows.map((row) => row.words).join(", ");
  }
}
