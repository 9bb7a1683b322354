import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { compose, type Foundation } from "../../src/app/compose.ts";
import { startWeb } from "../../src/app/web.ts";
import { startWork } from "../../src/app/work.ts";
import type { TenantId } from "../../src/kernel/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import { type Clock, type Ctx, type Services, systemCtx } from "../../src/platform/context.ts";
import type { Db } from "../../src/platform/db.ts";
import { createLog } from "../../src/platform/log.ts";
import { HttpClient } from "./client.ts";
import { createDatabase } from "./database.ts";

/** The whole application in this process, on a free port, with a database of its own. */
export interface TestApp {
  readonly baseUrl: string;
  readonly foundation: Foundation;
  readonly services: Services;
  readonly db: Db;
  readonly connectionString: string;
  readonly logLines: readonly string[];
  readonly ctx: (tenantId: TenantId, over?: Partial<Ctx>) => Ctx;
  /** Runs text as the superuser: a look behind the walls, or damage for a test. */
  readonly raw: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** A client that is nobody yet. */
  readonly client: () => HttpClient;
  readonly login: (username: string, password: string) => Promise<HttpClient>;
  readonly close: () => Promise<void>;
}

export interface TestAppOptions {
  /** Also takes background jobs. Default true. */
  readonly workers?: boolean;
  /** By default the real time: jobs are due by the database's clock. */
  readonly clock?: Clock;
  /** More settings, by the names of environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { connectionString, drop } = await createDatabase({ migrated: true });
  const dataDir = mkdtempSync(join(tmpdir(), "godown-app-"));
  const logLines: string[] = [];
  const log = createLog({ level: "info", name: "test", destination: { write: (line) => void logLines.push(line) } });
  const config = readConfig({
    DATABASE_URL: connectionString,
    GODOWN_DATA_DIR: dataDir,
    GODOWN_SECRET_KEY: "a key for tests, 32 characters long",
    GODOWN_ALLOW_PRIVATE_URLS: "yes",
    PORT: String(await freePort()),
    ...options.environment,
  });
  const { clock } = options;
  const foundation = await compose(config, { log, role: "test", trustSchema: true, ...(clock ? { clock } : {}) });
  const worker = options.workers === false ? undefined : await startWork(foundation);
  const web = await startWeb(foundation);
  const { services } = foundation;
  const client = () => new HttpClient(web.url);
  return {
    baseUrl: web.url,
    foundation,
    services,
    db: services.db,
    connectionString,
    logLines,
    ctx: (tenantId, over = {}) => ({ ...systemCtx(services, tenantId, "test", "test-request"), ...over }),
    raw: async (text, values) => {
      const admin = new pg.Client({ connectionString });
      await admin.connect();
      try {
        return (await admin.query(text, values)).rows;
      } finally {
        await admin.end();
      }
    },
    client,
    login: (username, password) => client().logIn(username, password),
    close: async () => {
      await Promise.all([web.stop(), worker?.stop()]);
      await foundation.close();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("a listening server has a port");
  return address.port;
}
