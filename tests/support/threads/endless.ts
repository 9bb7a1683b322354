import { parentPort } from "node:worker_threads";

// A thread for tests of the pool: "stay" keeps it busy for good, anything else is answered with itself.

parentPort?.on("message", (word: string) => {
  while (word === "stay");
  parentPort?.postMessage({ ok: true, value: word });
});
