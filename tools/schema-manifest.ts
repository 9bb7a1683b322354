/**
 * Rewrites src/platform/schema.manifest.txt from the migrations, on an embedded server of its own or on the one that
 * GODOWN_TEST_DATABASE_URL names. Run it after a migration is added; the reviewer reads the difference.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { Db } from "../src/platform/db.ts";
import { createLog } from "../src/platform/log.ts";
import { migrate } from "../src/platform/migrate.ts";
import { startPostgres } from "../src/platform/postgres/index.ts";
import { describeSchema } from "../src/platform/schema-check.ts";

const log = createLog({ level: "warn", name: "schema-manifest" });
const NAME = "godown_manifest";
const HEADER =
  "# The schema that this version needs, checked at every start. Made by tools/schema-manifest.ts; do not edit.\n";

async function linesFrom(admin: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query(`drop database if exists ${NAME} with (force)`);
    await client.query(`create database ${NAME}`);
    const url = new URL(admin);
    url.pathname = `/${NAME}`;
    await migrate(url.toString());
    const db = new Db({ connectionString: url.toString(), connectionsMax: 1, log });
    try {
      return await describeSchema(db);
    } finally {
      await db.close();
    }
  } finally {
    await client.query(`drop database if exists ${NAME} with (force)`);
    await client.end();
  }
}

async function embedded(): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), "godown-manifest-"));
  const postgres = await startPostgres({
    dataDir: join(dir, "postgres"),
    durable: false,
    log: { info: () => undefined, warn: (message) => log.warn(message) },
  });
  try {
    return await linesFrom(postgres.connectionString);
  } finally {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const given = process.env.GODOWN_TEST_DATABASE_URL;
const lines = given === undefined ? await embedded() : await linesFrom(given);
await writeFile(new URL("../src/platform/schema.manifest.txt", import.meta.url), `${HEADER}${lines.join("\n")}\n`);
console.log(`${lines.length} lines written`);
