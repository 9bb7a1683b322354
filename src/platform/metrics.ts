import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Services } from "./context.ts";
import { sql } from "./db.ts";

/** A number that a module can tell when it is asked, e.g. the lag of each sync. */
export interface GaugeSource {
  /** Prometheus name, with its unit, e.g. "godown_sync_lag_seconds". */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (services: Services) => Promise<{ labels: Record<string, string>; value: number }[]>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The numbers of one process, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #jobs: Histogram<"name" | "outcome">;
  readonly #failedReads: Counter<"gauge">;

  constructor(options: { version: string; role: string }) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: "godown_" });
    new Gauge({ name: "godown_info", help: "Version and role", labelNames: ["version", "role"], registers }).set(
      options,
      1,
    );
    this.#requests = new Histogram({
      name: "godown_http_request_seconds",
      help: "Time to answer, by route, method and status",
      labelNames: ["method", "route", "status"],
      buckets: SECONDS,
      registers,
    });
    this.#jobs = new Histogram({
      name: "godown_job_seconds",
      help: "Time of background jobs and schedules, by name and outcome (done, park, retry, error)",
      labelNames: ["name", "outcome"],
      buckets: SECONDS,
      registers,
    });
    this.#failedReads = new Counter({
      name: "godown_gauge_read_failures_total",
      help: "Gauges that could not be read when they were asked for",
      labelNames: ["gauge"],
      registers,
    });
  }

  readonly observeRequest = (request: { route: string; method: string; status: number; seconds: number }): void => {
    const { route, method, status, seconds } = request;
    this.#requests.observe({ route, method, status: String(status) }, seconds);
  };

  readonly observeJob = (name: string, outcome: string, seconds: number): void => {
    this.#jobs.observe({ name, outcome }, seconds);
  };

  /** Adds gauges that are read from the database whenever they are asked for; one that fails leaves the others standing. */
  watch(services: Services, sources: readonly GaugeSource[]): void {
    for (const source of [...OWN_GAUGES, ...sources]) {
      const failures = this.#failedReads;
      new Gauge({
        name: source.name,
        help: source.help,
        labelNames: source.labels,
        registers: [this.#registry],
        async collect() {
          this.reset();
          try {
            for (const { labels, value } of await source.read(services)) this.set(labels, value);
          } catch (error) {
            failures.inc({ gauge: source.name });
            services.log.warn({ err: error, gauge: source.name }, "a gauge could not be read");
          }
        },
      });
    }
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

interface QueueRow {
  readonly name: string;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly oldest: number;
}

const readQueue = (services: Services) =>
  services.db.schedule((tx) =>
    tx.run(sql<QueueRow>`
      select name, waiting, running, failed, oldest_waiting_seconds as oldest from godown.queue_depth()`),
  );

const OWN_GAUGES: readonly GaugeSource[] = [
  {
    name: "godown_queue_jobs",
    help: "Jobs in the queue: due and waiting, running, given up",
    labels: ["name", "state"],
    read: async (services) =>
      (await readQueue(services)).flatMap(({ name, ...row }) =>
        (["waiting", "running", "failed"] as const).map((state) => ({ labels: { name, state }, value: row[state] })),
      ),
  },
  {
    name: "godown_queue_oldest_seconds",
    help: "How long the oldest due job has been waiting",
    labels: ["name"],
    read: async (services) =>
      (await readQueue(services)).map((row) => ({ labels: { name: row.name }, value: row.oldest })),
  },
  {
    name: "godown_database_waiting",
    help: "Callers of this process that wait for a database connection",
    labels: [],
    read: async (services) => [{ labels: {}, value: services.db.waiting }],
  },
];
