/**
 * Ends with 0 when node_modules already holds what package-lock.json asks for, so that the bootstrap need not install
 * again (`npm install` was run by hand). Imports nothing but Node: there may be no libraries yet.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface LockedPackage {
  readonly path: string;
  readonly version: string;
  readonly optional: boolean;
}

/** The packages of a lock file; undefined when it is not one. */
export function packagesOf(lockText: string): LockedPackage[] | undefined {
  const lock: unknown = JSON.parse(lockText);
  if (typeof lock !== "object" || lock === null || !("packages" in lock)) return undefined;
  const { packages } = lock;
  if (typeof packages !== "object" || packages === null) return undefined;
  return Object.entries(packages).flatMap(([path, entry]: [string, unknown]) => {
    if (path === "" || typeof entry !== "object" || entry === null || !("version" in entry)) return [];
    return [
      {
        path,
        version: String(entry.version),
        optional: "optional" in entry || "devOptional" in entry || "peer" in entry,
      },
    ];
  });
}

/**
 * Whether what npm noted as installed (node_modules/.package-lock.json) is exactly what the lock file asks for.
 * Optional packages for other platforms may be absent, never of another version.
 */
export function isInstalled(lockText: string, installedText: string): boolean {
  const wanted = packagesOf(lockText);
  const installed = packagesOf(installedText);
  if (!wanted || !installed) return false;
  const versions = new Map(installed.map((entry) => [entry.path, entry.version]));
  const wantedPaths = new Set(wanted.map((entry) => entry.path));
  if (installed.some((entry) => !wantedPaths.has(entry.path))) return false;
  return wanted.every((entry) => {
    const version = versions.get(entry.path);
    return version === undefined ? entry.optional : version === entry.version;
  });
}

function main(root: string): number {
  try {
    const lock = readFileSync(join(root, "package-lock.json"), "utf8");
    return isInstalled(lock, readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8")) ? 0 : 1;
  } catch {
    return 1; // nothing is installed yet
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = main(process.argv[2] ?? ".");
