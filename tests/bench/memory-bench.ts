import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage.ts";

/**
 * Memory that the server (web and worker in one process) and its database hold when idle, in bytes. Shared pages are
 * counted once: proportional set size, as Linux gives it. Null where there is no /proc.
 */
export async function benchMemory(stage: Stage): Promise<number | null> {
  const served = await stage.start("serve");
  try {
    await pause(15_000); // what starting needed is given back by then
    const postgres = stage.postgresPid();
    if (postgres === undefined) return null;
    return [...withChildren(served.pid), ...withChildren(postgres)].reduce((sum, pid) => sum + pssOf(pid), 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  } finally {
    await served.stop();
  }
}

function pssOf(pid: number): number {
  const match = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  return Number(match?.[1] ?? 0) * 1024;
}

function withChildren(pid: number): number[] {
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return [pid, ...children.flatMap((child) => withChildren(Number(child)))];
}

function parentOf(pid: string): number {
  try {
    return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0; // ended between the listing and the look
  }
}
