/**
 * A worker of deliveries to partners as a process of its own, so that its memory can be looked at. Its clock stands where its
 * parent sets it. Everything else is the product's: jobs, schedules, sender.
 */
import { closePartnerEngine, registerJobs, startDue } from "../../../src/partners/index.ts";
import { Db } from "../../../src/platform/db.ts";
import { DirectoryDocumentStore } from "../../../src/platform/document-store.ts";
import { JobRegistry } from "../../../src/platform/jobs.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { Vault } from "../../../src/platform/vault.ts";
import { startWorker } from "../../../src/platform/worker.ts";
import type { ToParent, ToWorker } from "./messages.ts";

const [connectionString = "", dataDir = "", key = ""] = process.argv.slice(2);
const SAMPLE_EVERY_MS = 20;
const COLLECT_EVERY_MS = 500;

/** The process is started with --expose-gc. */
const collect =
  globalThis.gc ??
  (() => {
    throw new Error("start with --expose-gc");
  });

let now = Temporal.Now.instant();
const log = createLog({ level: "error", name: "partner-hour" });
const db = new Db({ connectionString, connectionsMax: 12, log, applicationName: "partner-hour worker" });
const services = {
  ...{ db, log, vault: new Vault(new Secret(key)), documents: new DirectoryDocumentStore(dataDir) },
  ...{ publicUrl: "http://godown.test", sourceUrls: new Map(), sourcePaths: new Map(), allowPrivateUrls: true },
  clock: { now: () => now },
};
const registry = new JobRegistry();
registerJobs(registry);

let peakRssBytes = 0;
const sampling = setInterval(() => {
  peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
}, SAMPLE_EVERY_MS);
// How late the engine collects is chance: its garbage differed by 60 MiB between runs. What is left is what somebody holds.
const collecting = setInterval(() => collect({ type: "major", execution: "sync" }), COLLECT_EVERY_MS);

const worker = await startWorker({
  ...{ connectionString, concurrency: 8, callConcurrency: 48, services, registry, observe: () => undefined },
});

process.on("message", (message: ToWorker) => {
  void answer(message).then((told) => {
    if (process.connected) process.send?.(told);
  });
});
process.send?.({ kind: "ready" } satisfies ToParent);

async function answer(message: ToWorker): Promise<ToParent> {
  switch (message.kind) {
    case "minute": {
      now = Temporal.Instant.from(message.now);
      await startDue(services);
      return { kind: "done" };
    }
    case "memory": {
      const peak = Math.max(peakRssBytes, process.memoryUsage.rss());
      collect({ type: "major", execution: "sync" });
      peakRssBytes = process.memoryUsage.rss();
      return { kind: "memory", memory: { peakRssBytes: peak, liveHeapBytes: process.memoryUsage().heapUsed } };
    }
    case "stop": {
      clearInterval(sampling);
      clearInterval(collecting);
      await worker.stop();
      await closePartnerEngine();
      await db.close();
      process.disconnect?.();
      return { kind: "done" };
    }
    default:
      return message satisfies never;
  }
}
