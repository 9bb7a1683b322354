import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { basename } from "node:path";
import { codeOf } from "./refusal.ts";

/** Whether a process of this number exists, also one of another account. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** A dead process whose parent has not collected it answers signals; it serves nobody. */
function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(readProc(pid, "status") ?? "");
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined; // gone, or a system without /proc
  }
}

/** What `ps` says of a process, for systems without /proc. */
function ps(pid: number, column: "comm" | "lstart"): string | undefined {
  try {
    return (
      execFileSync("ps", ["-o", `${column}=`, "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

/** Name of the program a process runs ("postgres"), or undefined when it is gone or cannot be seen. */
export function programOf(pid: number): string | undefined {
  // Not /proc/…/comm: that is the name of the main thread, which Node calls MainThread.
  const program = readProc(pid, "cmdline")?.split("\0")[0] ?? ps(pid, "comm");
  return program ? basename(program) : undefined;
}

/**
 * Tells one process from a later one with the same number: its start time, in whatever unit the system keeps.
 * Undefined when the process is gone.
 */
export function startMarkOf(pid: number): string | undefined {
  const stat = readProc(pid, "stat");
  // The second field is the program's name in parentheses and may hold spaces; the start time is the 22nd.
  if (stat !== undefined) return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ps(pid, "lstart");
}

/** The directory a process works in, where this account may see it. */
export function workingDirOf(pid: number): string | undefined {
  return linkOf(`/proc/${pid}/cwd`) || undefined;
}

/** Whether a TCP port of 127.0.0.1 can be listened on right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Who listens on a port, in words, as far as this account may see ("node, process 4711"). Undefined when unknown. */
export function whoListensOn(port: number): string | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const name of listDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    for (const fd of listDir(`/proc/${name}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${name}/fd/${fd}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return `${programOf(Number(name)) ?? "a program"}, process ${name}`;
    }
  }
  return undefined;
}

function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>();
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readText(file).split("\n")) {
      const fields = line.trim().split(/\s+/);
      const [, local, , state] = fields;
      const inode = fields[9];
      if (state === "0A" && inode !== undefined && local?.endsWith(`:${hexPort}`)) inodes.add(inode);
    }
  }
  return inodes;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function listDir(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // a process of another account, or gone meanwhile
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
