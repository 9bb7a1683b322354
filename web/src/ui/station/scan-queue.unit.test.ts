import { describe, expect, it } from "vitest";
import { ScanQueue } from "./scan-queue.ts";

function settled(queue: ScanQueue<string>, changed: { done: () => void }): Promise<void> {
  return new Promise((resolve) => {
    changed.done = () => queue.waiting === 0 && resolve();
  });
}

describe("scans waiting for the server", () => {
  it("takes a hundred made at once, each once, in their order, one at a time", async () => {
    const sent: string[] = [];
    let atOnce = 0;
    let most = 0;
    const changed = { done: () => {} };
    const queue = new ScanQueue<string>({
      submit: async (code) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        sent.push(code);
        await Promise.resolve();
        atOnce -= 1;
        return `took ${code}`;
      },
      onFailure: (_, code) => `refused ${code}`,
      onChange: () => changed.done(),
    });
    const done = settled(queue, changed);
    const codes = Array.from({ length: 100 }, (_, i) => `P${i}`);
    for (const code of codes) queue.add(code);
    await done;
    expect(sent).toEqual(codes);
    expect(most).toBe(1);
    expect(queue.scans.map((scan) => scan.verdict)).toEqual(codes.map((code) => `took ${code}`).reverse());
  });

  it("gives a failing scan its verdict and goes on with the next", async () => {
    const changed = { done: () => {} };
    const queue = new ScanQueue<string>({
      submit: async (code) => {
        if (code === "BAD") throw new Error("not on this manifest");
        return `took ${code}`;
      },
      onFailure: (error, code) => `${code}: ${error instanceof Error ? error.message : ""}`,
      onChange: () => changed.done(),
    });
    const done = settled(queue, changed);
    for (const code of ["A", "BAD", "B"]) queue.add(code);
    await done;
    expect(queue.scans.map((scan) => scan.verdict)).toEqual(["took B", "BAD: not on this manifest", "took A"]);
  });

  it("keeps the newest within its limit, and never drops one that still waits", async () => {
    const changed = { done: () => {} };
    const queue = new ScanQueue<string>({
      submit: async (code) => code,
      onFailure: (_, code) => code,
      onChange: () => changed.done(),
      historyMax: 3,
    });
    const done = settled(queue, changed);
    for (let i = 0; i < 10; i += 1) queue.add(`P${i}`);
    expect(queue.scans.length).toBeGreaterThanOrEqual(9);
    await done;
    queue.add("LAST");
    await settled(queue, changed);
    expect(queue.scans.map((scan) => scan.code)).toEqual(["LAST", "P9", "P8"]);
  });
});
