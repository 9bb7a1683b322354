import { Pool } from "undici";

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sent: number;
  readonly failed: number;
}

/**
 * Sends requests over a fixed number of connections, each sending its next when its last is answered, for a time. The
 * same load drives the floor and ours. `answered` judges an answer by status and body.
 */
export async function drive(options: {
  url: string;
  path: string;
  connections: number;
  seconds: number;
  headers: Record<string, string>;
  body: (n: number) => string;
  answered: (status: number, body: string) => boolean;
}): Promise<Load> {
  const pool = new Pool(options.url, { connections: options.connections, pipelining: 1 });
  const latencies: number[] = [];
  let failed = 0;
  let n = 0;
  const startMs = performance.now();
  const endMs = startMs + options.seconds * 1000;
  const lane = async () => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const answer = await pool.request({
        method: "POST",
        path: options.path,
        headers: { "content-type": "application/json", ...options.headers },
        body: options.body(n++),
      });
      const ok = options.answered(answer.statusCode, await answer.body.text());
      latencies.push(performance.now() - sentMs);
      if (!ok) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, lane));
  const seconds = (performance.now() - startMs) / 1000;
  await pool.close();
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    perSecond: (latencies.length - failed) / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    sent: latencies.length,
    failed,
  };
}

/** Median and the spread (largest less smallest, as a share of the median) of what was measured in turns. */
export function summary(values: readonly number[]): { median: number; spread: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { median, spread: median === 0 ? 0 : ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / median };
}
