import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { strangeUrls } from "../../connectors/kit/index.ts";
import type { Config } from "../platform/config.ts";
import { type Clock, type Services, systemClock } from "../platform/context.ts";
import { Db } from "../platform/db.ts";
import { DirectoryDocumentStore, type DocumentStore, DocumentStoreFault } from "../platform/document-store.ts";
import { S3DocumentStore } from "../platform/document-store-s3.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import type { Log } from "../platform/log.ts";
import { Metrics } from "../platform/metrics.ts";
import { migrate } from "../platform/migrate.ts";
import { startPostgres } from "../platform/postgres/index.ts";
import { checkSchema } from "../platform/schema-check.ts";
import { openVault } from "../platform/vault.ts";
import { VERSION } from "../platform/version.ts";
import { couriers } from "./couriers.ts";
import { openInvoicePortal } from "./invoice-portal.ts";
import { modules } from "./modules.ts";
import { connectors } from "./sources.ts";

/** The ground that a process stands on: database, keys, documents, numbers. */
export interface Foundation {
  readonly config: Config;
  readonly services: Services;
  /** Of the database's owner: for the worker's queue and for migrations. */
  readonly connectionString: string;
  readonly metrics: Metrics;
  /** Releases what was opened here; stops PostgreSQL where this process started it. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  readonly log: Log;
  /** For the numbers: web, worker, serve, … */
  readonly role: string;
  readonly clock?: Clock;
  /** Where people reach the server; by default what the configuration says, else host and port. */
  readonly publicUrl?: string;
  /** For tests alone: a database made from the migrations a moment ago need not be compared with the manifest as well. */
  readonly trustSchema?: boolean;
  /** Called when the embedded server is lost for good: the process should end. */
  readonly onDatabaseLost?: (reason: string) => void;
}

/**
 * Opens everything in order: PostgreSQL (the embedded one where no DATABASE_URL is given), migrations, the check of the
 * live schema, keys and documents. What fails closes what was opened before.
 */
export async function compose(config: Config, options: ComposeOptions): Promise<Foundation> {
  const { log } = options;
  const dataDir = resolve(config.dataDir);
  for (const name of strangeUrls([...connectors, ...couriers], config.sourceUrls))
    log.warn({ name }, "GODOWN_SOURCE_URLS names a source or host that this version does not have");
  await mkdir(dataDir, { recursive: true });
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  try {
    const connectionString = await openDatabase(config, dataDir, options, opened);
    const { applied } = await migrate(connectionString);
    if (applied.length > 0) log.info({ applied }, "the database was brought to this version");
    const db = new Db({
      connectionString,
      connectionsMax: config.databaseConnections,
      log,
      applicationName: `godown ${options.role}`,
    });
    opened.push(() => db.close());
    if (!options.trustSchema) await checkSchema(db, log);
    opened.push(closeDocumentWorkers);
    const documents = await openDocuments(config, dataDir, options);
    opened.push(() => documents.close());
    const services: Services = {
      db,
      log,
      vault: await openVault({ configured: config.secretKey, dataDir }),
      documents,
      publicUrl: options.publicUrl ?? publicUrlOf(config),
      sourceUrls: config.sourceUrls,
      sourcePaths: config.sourcePaths,
      allowPrivateUrls: config.allowPrivateUrls,
      clock: options.clock ?? systemClock,
    };
    openInvoicePortal(config.invoicePortal, services.clock);
    const metrics = new Metrics({ version: VERSION, role: options.role });
    metrics.watch(
      services,
      modules.flatMap((m) => m.gauges ?? []),
    );
    return { config, services, connectionString, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatabase(
  config: Config,
  dataDir: string,
  options: ComposeOptions,
  opened: (() => Promise<void>)[],
): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl.reveal();
  const { log, onDatabaseLost } = options;
  const postgres = await startPostgres({
    dataDir: join(dataDir, "postgres"),
    log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
    ...(onDatabaseLost === undefined ? {} : { onLost: (refusal) => onDatabaseLost(refusal.message) }),
  });
  opened.push(() => postgres.stop());
  return postgres.connectionString;
}

/**
 * A store that refuses us is a wrong setting: better said at the start than at the first label. One that is away for the
 * moment stops nothing but documents.
 */
async function openDocuments(config: Config, dataDir: string, { log, clock }: ComposeOptions): Promise<DocumentStore> {
  const documents = config.documents
    ? new S3DocumentStore(config.documents, { clock: clock ?? systemClock })
    : new DirectoryDocumentStore(join(dataDir, "documents"));
  const checked = await documents.check();
  if (checked.ok) return documents;
  if (!checked.passing) {
    await documents.close();
    throw new DocumentStoreFault(checked.words, false);
  }
  log.warn({ outcome: "away" }, checked.words);
  return documents;
}

/** A server that listens on all addresses is reached under none of them by that name: localhost is a guess that works here. */
function publicUrlOf(config: Config): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const host = config.host === "0.0.0.0" || config.host === "::" ? "localhost" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${config.port}`;
}
