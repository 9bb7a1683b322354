import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { compose } from "../../../src/app/compose.ts";
import { type FacilityId, newId, type TenantId } from "../../../src/kernel/index.ts";
import {
  addPartner,
  type NewDelivery,
  type PartnerEvent,
  type PartnerId,
  queueDeliveries,
} from "../../../src/partners/index.ts";
import { readConfig } from "../../../src/platform/config.ts";
import { type Ctx, systemCtx } from "../../../src/platform/context.ts";
import { Db } from "../../../src/platform/db.ts";
import { DirectoryDocumentStore } from "../../../src/platform/document-store.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { Vault } from "../../../src/platform/vault.ts";
import { aTenant } from "../../support/builders.ts";
import { waitFor } from "../../support/wait.ts";
import { Auditor, type Telling } from "./auditor.ts";
import type { Memory, ToParent, ToWorker } from "./messages.ts";
import { PartnerThere } from "./partner-there.ts";

const EVENTS: readonly PartnerEvent[] = ["createShipment", "invoiced", "assignAWB", "dispatchedShipment"];
const DOWN_MINUTES = 60;
/** By the rule it is looked at within so long after it came back. */
const BACK_WITHIN_MINUTES = 62;
/** Sent at full speed before: by then the engine's young generation has its full size, whatever the queue does. */
const WARM_UP = 4_000;
const STEADY = 300;
const STEADY_EVERY_MS = 15;
/** Alarms are told by another worker than this one. */
const JOBS = `select count(*) as n from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where t.identifier = 'partners.deliver'`;
const KEY = "a key for tests, 32 characters long";
const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

export interface HourOptions {
  /** A migrated database of its own; left out: one is started in `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly seed: number;
  /** That come while the partner is down. */
  readonly events: number;
  readonly say?: (line: string) => void;
}

export interface HourFigures {
  readonly events: number;
  readonly shipments: number;
  readonly delivered: number;
  /** Requests that the partner's server got beyond one for each event. */
  readonly doubles: number;
  /** Requests that were tried while nobody was there. */
  readonly triedWhileDown: number;
  /** Simulated minutes from the partner's return to the last delivery. */
  readonly caughtUpAfterMinutes: number;
  readonly catchUpSeconds: number;
  /** The most that the worker's process had, sending as fast as it can before the hour, with an empty queue. */
  readonly rssBeforeMiB: number;
  /** The most in the hour itself, while the queue fills, and after it, while it empties. */
  readonly rssDownMiB: number;
  readonly rssCatchUpMiB: number;
  /** Of the greater of the two over what was before. */
  readonly rssGrowthMiB: number;
  /** Of what is left after garbage was collected. */
  readonly liveHeapGrowthMiB: number;
  /** Before the hour, one event at a time: from its commit to the partner's answer. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** A partner that is down for an hour in which `events` happen. What the auditor finds wrong is told in sentences. */
export async function runPartnerHour(
  options: HourOptions,
): Promise<{ faults: readonly string[]; figures: HourFigures }> {
  const say = options.say ?? (() => undefined);
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const hour = await setUp(options, undo);
    const { auditor, there } = hour;
    const latencies = await steady(hour);
    say(`one by one: p99 ${percentile(latencies, 0.99).toFixed(0)} ms from commit to the partner's answer`);
    await warmUp(hour);
    const before = await hour.worker.ask({ kind: "memory" });
    await there.goAway();
    const plan = planHour(options, hour.partnerId);
    for (let minute = 0; minute < DOWN_MINUTES; minute++) {
      await hour.tick();
      for (const rows of chunks(plan.byMinute[minute] ?? [], 60)) await tell(hour, rows);
      await hour.rest();
    }
    const waiting = await hour.pending();
    say(`${waiting} events wait after the hour; ${await hour.attempts()} were tried`);
    const triedWhileDown = await hour.attempts();
    const down = await hour.worker.ask({ kind: "memory" });
    await there.comeBack();
    const startedMs = performance.now();
    let minutes = 0;
    while ((await hour.pending()) > 0 && minutes < BACK_WITHIN_MINUTES) {
      await hour.tick();
      await hour.rest();
      minutes++;
    }
    const after = await hour.worker.ask({ kind: "memory" });
    const faults = auditor.judge();
    if (waiting !== options.events) faults.push(`${options.events} events waited for the partner, and not ${waiting}`);
    const figures = {
      ...{ events: options.events, shipments: plan.shipments, delivered: auditor.taken, doubles: auditor.doubles },
      ...{
        triedWhileDown,
        caughtUpAfterMinutes: minutes,
        catchUpSeconds: round((performance.now() - startedMs) / 1000),
      },
      ...{
        rssBeforeMiB: mib(before.peakRssBytes),
        rssDownMiB: mib(down.peakRssBytes),
        rssCatchUpMiB: mib(after.peakRssBytes),
      },
      rssGrowthMiB: mib(Math.max(down.peakRssBytes, after.peakRssBytes) - before.peakRssBytes),
      liveHeapGrowthMiB: mib(Math.max(down.liveHeapBytes, after.liveHeapBytes) - before.liveHeapBytes),
      ...{ medianMs: round(percentile(latencies, 0.5)), p99Ms: round(percentile(latencies, 0.99)) },
    };
    return { faults, figures };
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

interface Hour {
  readonly ctx: () => Ctx;
  readonly partnerId: PartnerId;
  readonly there: PartnerThere;
  readonly auditor: Auditor;
  readonly worker: WorkerProcess;
  /** A minute passes, and what is due is started. */
  readonly tick: () => Promise<void>;
  /** Until nobody works on anything. */
  readonly rest: () => Promise<void>;
  readonly pending: () => Promise<number>;
  readonly attempts: () => Promise<number>;
}

async function setUp(options: HourOptions, undo: (() => Promise<unknown>)[]): Promise<Hour> {
  const log = createLog({ level: "error", name: "partner-hour" });
  const databaseUrl = options.databaseUrl ?? (await ownDatabase(options.dataDir, undo));
  const db = new Db({ connectionString: databaseUrl, connectionsMax: 6, log, applicationName: "partner-hour" });
  undo.push(() => db.close());
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  undo.push(() => admin.end());
  const tenantId: TenantId = await aTenant(db);
  let now = Temporal.Instant.from("2026-11-20T04:30:00Z");
  const services = {
    ...{ db, log, vault: new Vault(new Secret(KEY)), documents: new DirectoryDocumentStore(options.dataDir) },
    ...{ publicUrl: "http://godown.test", sourceUrls: new Map(), sourcePaths: new Map(), allowPrivateUrls: true },
    clock: { now: () => now },
  };
  const ctx = () => systemCtx(services, tenantId, "partner-hour", "partner-hour");
  const auditor = new Auditor();
  const there = await PartnerThere.start(auditor);
  undo.push(() => there.goAway());
  const added = await addPartner(ctx(), "ERP", {
    ...{ name: "ERP of the seller", baseUrl: there.url, auth: "TOKEN_JSON", headerName: "Authorization" },
    ...{ username: "seller-142", secret: "s3cret", events: EVENTS, channelIds: null, enabled: true },
    facilityIds: null satisfies readonly FacilityId[] | null,
  });
  if (!added.ok) throw new Error(`the partner was refused: ${added.refusal.code}`);
  const worker = await WorkerProcess.start([databaseUrl, options.dataDir, KEY]);
  undo.push(() => worker.stop());
  const count = async (text: string) => Number((await admin.query<{ n: string }>(text)).rows[0]?.n);
  const hour: Hour = {
    ...{ ctx, partnerId: added.value, there, auditor, worker },
    tick: async () => {
      now = now.add({ minutes: 1 });
      await worker.ask({ kind: "minute", now: now.toString() });
    },
    rest: () => waitFor("the worker to be done", async () => (await count(JOBS)) === 0, 120_000).then(() => undefined),
    pending: () => count("select count(*) as n from godown.partner_delivery where state = 'PENDING'"),
    attempts: () => count("select count(*) as n from godown.partner_attempt where status is null"),
  };
  await worker.ask({ kind: "minute", now: now.toString() });
  return hour;
}

async function ownDatabase(dataDir: string, undo: (() => Promise<unknown>)[]): Promise<string> {
  const log = createLog({ level: "error", name: "partner-hour" });
  const foundation = await compose(readConfig({ GODOWN_DATA_DIR: dataDir, GODOWN_SECRET_KEY: KEY }), {
    log,
    role: "sim",
  });
  undo.push(() => foundation.close());
  return foundation.connectionString;
}

/** One event after the other, as a warehouse makes them. Milliseconds from each commit to the partner's answer. */
async function steady(hour: Hour): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < STEADY; i++) {
    const row = aTelling(hour.partnerId, newId(), "invoiced", `STEADY-${i}`);
    const answered = hour.there.waitFor(row.subject);
    await tell(hour, [row]);
    const committedMs = performance.now();
    void answered.then((ms) => latencies.push(ms - committedMs));
    await new Promise((resolve) => setTimeout(resolve, STEADY_EVERY_MS));
  }
  await hour.rest();
  return latencies.sort((a, b) => a - b);
}

/** What a process takes once: code, connections, a heap of the size that it has while it sends without a pause. */
async function warmUp(hour: Hour): Promise<void> {
  const rows = Array.from({ length: WARM_UP }, (_, i) => aTelling(hour.partnerId, newId(), "invoiced", `WARM-${i}`));
  for (const part of chunks(rows, 200)) await tell(hour, part);
  await hour.rest();
}

async function tell(hour: Hour, rows: readonly Row[]): Promise<void> {
  const ctx = hour.ctx();
  await ctx.db.transaction(ctx.tenantId, (tx) => queueDeliveries(tx, ctx, rows));
  hour.auditor.told(rows.map(({ lane, event, subject }): Telling => ({ lane, event, subject })));
}

type Row = NewDelivery;

/** Which events happen in which minute: the four of a shipment in their order, in minutes that the seed chooses. */
function planHour({ seed, events }: HourOptions, partnerId: PartnerId): { byMinute: Row[][]; shipments: number } {
  const random = randomFrom(seed);
  const byMinute: Row[][] = Array.from({ length: DOWN_MINUTES }, () => []);
  const shipments = Math.ceil(events / EVENTS.length);
  for (let i = 0; i < shipments; i++) {
    const lane = newId();
    const count = Math.min(EVENTS.length, events - i * EVENTS.length);
    const minutes = Array.from({ length: count }, () => Math.floor(random() * DOWN_MINUTES)).sort((a, b) => a - b);
    for (const [step, minute] of minutes.entries()) {
      const event = EVENTS[step];
      if (event) byMinute[minute]?.push(aTelling(partnerId, lane, event, `SP${i}`));
    }
  }
  return { byMinute, shipments };
}

/** A body of about the size of a real one (three lines of goods with their taxes). */
function aTelling(partnerId: PartnerId, lane: string, event: PartnerEvent, subject: string): Row {
  const line = { skuCode: "SKU-1", description: "x".repeat(900), total: 1062, centralGst: 81, stateGst: 81 };
  return {
    ...{ partnerId, event, lane, dedupeKey: `${subject}:${lane}`, subject, saleOrderId: null, shippingPackageId: null },
    payload: { lane, subject, invoiceItems: [line, line, line] },
    happenedAt: Temporal.Instant.from("2026-11-20T04:30:00Z"),
  };
}

class WorkerProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(args: readonly string[]): Promise<WorkerProcess> {
    // A small young generation: how far V8 lets it grow is chance, and as large as what is looked for.
    const execArgv = ["--expose-gc", "--max-semi-space-size=4"];
    const child = fork(WORKER, args, { execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const worker = new WorkerProcess(child);
    await worker.#next();
    return worker;
  }

  ask(message: { kind: "memory" }): Promise<Memory>;
  ask(message: ToWorker): Promise<Memory | null>;
  async ask(message: ToWorker): Promise<Memory | null> {
    const next = this.#next();
    this.#child.send(message);
    const answer = await next;
    return answer.kind === "memory" ? answer.memory : null;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.send({ kind: "stop" } satisfies ToWorker);
    await ended;
  }

  #next(): Promise<ToParent> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`the worker ended with ${code}`));
      this.#child.once("exit", ended);
      this.#child.once("message", (message: ToParent) => {
        this.#child.off("exit", ended);
        resolve(message);
      });
    });
  }
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function mib(bytes: number): number {
  return round(bytes / 2 ** 20);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
