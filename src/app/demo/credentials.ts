import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What the demo made up at its first start and needs again at the next: kept in its data directory, readable by its owner alone. */
const schema = z.object({
  users: z.array(z.object({ username: z.string(), password: z.string(), role: z.string() })),
  sellers: z.array(z.object({ channel: z.string(), username: z.string(), password: z.string() })),
  /** By source or courier: the headers with which it pushes. None until they are issued. */
  pushKeys: z.record(z.string(), z.object({ clientid: z.string(), securitykey: z.string() })),
  /** By code of the partner or courier: our account there, and where it was when the demo ran last. */
  accounts: z.record(z.string(), z.object({ username: z.string(), password: z.string(), url: z.string() })).default({}),
  /** What was prepared once and is a visitor's since: it is not done again, whatever became of it. */
  prepared: z
    .array(z.enum(["GOODS", "DELIVERY", "BUSINESS_ORDER", "SELF_SHIPPED", "COMING_BACK", "PANELS"]))
    .default([]),
});
export type DemoCredentials = z.infer<typeof schema>;
export type Preparation = DemoCredentials["prepared"][number];

const FILE = "demo-credentials.json";

/** The credentials of an earlier start, or null. */
export async function readCredentials(dataDir: string): Promise<DemoCredentials | null> {
  try {
    return schema.parse(JSON.parse(await readFile(join(dataDir, FILE), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

export async function writeCredentials(dataDir: string, credentials: DemoCredentials): Promise<void> {
  await writeFile(join(dataDir, FILE), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}

/** Does something once in the life of a data directory; what was cut off in its middle is done again at the next start. */
export async function prepareOnce(
  dataDir: string,
  credentials: DemoCredentials,
  what: Preparation,
  work: () => Promise<void>,
): Promise<void> {
  if (credentials.prepared.includes(what)) return;
  await work();
  credentials.prepared.push(what);
  await writeCredentials(dataDir, credentials);
}

/** A password that a person can type from the terminal: "demo-" and eight characters that are not mistaken for each other. */
export function demoPassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return `demo-${[...randomBytes(8)].map((byte) => letters[byte % letters.length]).join("")}`;
}
