import { isIP } from "node:net";
import { z } from "zod";
import { readS3Place, type S3Place } from "./document-place.ts";
import { type PortalPlace, readPortalPlace } from "./portal-place.ts";
import { Secret } from "./secret.ts";

/** Every variable the process reads. The operations guide's table is generated from this one declaration. */
export const variables = {
  DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, "starts with postgres://")
      .optional(),
    "External PostgreSQL 15 to 18. Left out: the embedded one starts in the data directory.",
  ),
  GODOWN_DATA_DIR: variable(
    z.string().min(1).default("data"),
    "Where the embedded database, documents and the secret key live.",
  ),
  PORT: variable(z.coerce.number().int().min(0).max(65535).default(8080), "Port of the web server (0: any free one)."),
  HOST: variable(z.string().default("127.0.0.1"), "Address to listen on; 0.0.0.0 to be reached from other machines."),
  GODOWN_PUBLIC_URL: variable(
    z.url().optional(),
    "Address under which marketplaces and people reach this server; feeds push URLs and signed links.",
  ),
  GODOWN_DOCUMENTS: variable(
    z.string().default(""),
    "Bucket that documents lie in: s3://bucket/prefix?endpoint=https://…&region=…&style=path (or host). Left out: documents/ in the data directory.",
  ),
  GODOWN_DOCUMENTS_ACCESS_KEY: variable(z.string().min(1).optional(), "Access key of the bucket."),
  GODOWN_DOCUMENTS_SECRET_KEY: variable(z.string().min(1).optional(), "Secret key of the bucket."),
  GODOWN_SECRET_KEY: variable(
    z.string().min(32).optional(),
    "Key that seals channel secrets (32 characters at least). Left out: a file in the data directory, made at first start.",
  ),
  GODOWN_SOURCE_URLS: variable(
    z.string().default(""),
    "Base URLs of marketplaces: SOURCE=https://…, several separated by commas. SOURCE.host=https://… for one host of a marketplace that has several; those with public addresses need none.",
  ),
  GODOWN_SOURCE_PATHS: variable(
    z.string().default(""),
    "Paths of operations that a marketplace does not publish: SOURCE.operation=/path/{orderId}, several separated by commas.",
  ),
  GODOWN_NIC_URL: variable(
    z.string().default(""),
    "Base URL of the portal that registers e-invoices: https://… Left out: nothing can be reported.",
  ),
  GODOWN_NIC_KEY: variable(
    z.string().default(""),
    "The portal's public key, with which sessions are begun: PEM (line breaks may be \\n), its Base64 alone, or @/path/of/a/file.",
  ),
  GODOWN_NIC_SIGNING_KEYS: variable(
    z.string().default(""),
    "Public keys that the portal signs with, the present one and former ones, in the same forms, separated by commas. Left out: signatures are not proved.",
  ),
  GODOWN_NIC_PATHS: variable(
    z.string().default(""),
    "Paths of the portal that differ from the published ones: operation=/path, several separated by commas (authenticate, generate, cancel, getByIrn, getByDocument, syncGstin).",
  ),
  GODOWN_ALARM_WEBHOOK: variable(z.url().optional(), "URL that is told of alarms by POST."),
  GODOWN_ALLOW_PRIVATE_URLS: variable(
    z.enum(["yes", "no"]).default("no"),
    "yes: URLs that users give (a partner's, a courier's) may point into private networks, and may be plain http.",
  ),
  GODOWN_DATABASE_CONNECTIONS: variable(
    z.coerce.number().int().min(2).max(200).default(12),
    "Connections of one process to the database.",
  ),
  GODOWN_WORKER_CONCURRENCY: variable(
    z.coerce.number().int().min(1).max(64).default(8),
    "Jobs one worker process runs at once, beside those that wait for marketplaces.",
  ),
  GODOWN_WORKER_CALL_CONCURRENCY: variable(
    z.coerce.number().int().min(1).max(500).default(48),
    "Jobs that wait for marketplaces, couriers and partners, which one worker process runs at once.",
  ),
  GODOWN_TRUSTED_PROXIES: variable(
    z.string().default(""),
    "Addresses or networks (10.0.0.0/8) of reverse proxies whose X-Forwarded-For is believed, separated by commas.",
  ),
  GODOWN_METRICS_TOKEN: variable(
    z.string().min(16).optional(),
    "Bearer token that /metrics asks for (16 characters at least). Left out: answered only to callers on the same machine.",
  ),
  GODOWN_MONITOR_PORT: variable(
    z.coerce.number().int().min(1).max(65535).optional(),
    "Port on which a process of the command worker answers /health, /ready and /metrics. Left out: none.",
  ),
  GODOWN_DEMO_RATE: variable(
    z.coerce.number().min(0).max(600).default(6),
    "Orders a minute that the demo's simulators make (0: none).",
  ),
  LOG_LEVEL: variable(
    z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    "Least important log line that is written.",
  ),
};

function variable<T extends z.ZodType>(schema: T, meaning: string): { schema: T; meaning: string } {
  return { schema, meaning };
}

export interface Config {
  readonly databaseUrl: Secret | null;
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly secretKey: Secret | null;
  /** The bucket of documents; null: a directory in the data directory. */
  readonly documents: S3Place | null;
  /** Base URLs of marketplaces by source id, of one host of a marketplace by "SOURCE.host". */
  readonly sourceUrls: ReadonlyMap<string, string>;
  /** Paths by source id and operation: "AJIO_DROPSHIP.getB2bInvoice". */
  readonly sourcePaths: ReadonlyMap<string, string>;
  /** The portal that registers e-invoices; null: none is set. */
  readonly invoicePortal: PortalPlace | null;
  readonly alarmWebhook: string | null;
  readonly allowPrivateUrls: boolean;
  readonly databaseConnections: number;
  readonly workerConcurrency: number;
  readonly workerCallConcurrency: number;
  readonly trustedProxies: readonly string[];
  readonly metricsToken: Secret | null;
  readonly monitorPort: number | null;
  readonly demoOrdersPerMinute: number;
  readonly logLevel: string;
}

/** The environment is wrong; the message lists every fault at once. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
}

/** Reads and checks the environment once at start. @throws ConfigFault with the full list of faults. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const shape = z.object(
    Object.fromEntries(Object.entries(variables).map(([name, v]) => [name, v.schema])) as {
      [K in keyof typeof variables]: (typeof variables)[K]["schema"];
    },
  );
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = shape.safeParse(given);
  const sourceUrls = new Map<string, string>();
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  for (const pair of (environment.GODOWN_SOURCE_URLS ?? "").split(",").filter((p) => p.trim() !== "")) {
    const match = /^\s*([A-Z0-9_]+(?:\.[A-Za-z][A-Za-z0-9]*)?)=(https?:\/\/\S+?)\/?\s*$/.exec(pair);
    if (match?.[1] && match[2]) sourceUrls.set(match[1], match[2]);
    else faults.push(`GODOWN_SOURCE_URLS: "${pair}" is not SOURCE=https://… or SOURCE.host=https://…`);
  }
  const sourcePaths = new Map<string, string>();
  for (const pair of (environment.GODOWN_SOURCE_PATHS ?? "").split(",").filter((p) => p.trim() !== "")) {
    const match = /^\s*([A-Z0-9_]+\.\w+)=(\/\S*?)\s*$/.exec(pair);
    if (match?.[1] && match[2]) sourcePaths.set(match[1], match[2]);
    else faults.push(`GODOWN_SOURCE_PATHS: "${pair}" is not SOURCE.operation=/path`);
  }
  const trustedProxies = (environment.GODOWN_TRUSTED_PROXIES ?? "")
    .split(",")
    .map((p) => p.trim())
    .filter((p) => p !== "");
  for (const proxy of trustedProxies.filter((p) => !isAddressOrNetwork(p)))
    faults.push(`GODOWN_TRUSTED_PROXIES: "${proxy}" is neither an address nor a network such as 10.0.0.0/8`);
  const documents = readS3Place({
    place: environment.GODOWN_DOCUMENTS ?? "",
    accessKey: environment.GODOWN_DOCUMENTS_ACCESS_KEY ?? "",
    secretKey: environment.GODOWN_DOCUMENTS_SECRET_KEY ?? "",
  });
  if (!documents.ok) faults.push(...documents.faults);
  const portal = readPortalPlace({
    url: environment.GODOWN_NIC_URL ?? "",
    key: environment.GODOWN_NIC_KEY ?? "",
    signingKeys: environment.GODOWN_NIC_SIGNING_KEYS ?? "",
    paths: environment.GODOWN_NIC_PATHS ?? "",
  });
  if (!portal.ok) faults.push(...portal.faults);
  if (!parsed.success || !documents.ok || !portal.ok || faults.length > 0)
    throw new ConfigFault(`The settings in the environment are not usable:\n- ${faults.join("\n- ")}`);
  const v = parsed.data;
  return {
    databaseUrl: v.DATABASE_URL === undefined ? null : new Secret(v.DATABASE_URL),
    dataDir: v.GODOWN_DATA_DIR,
    port: v.PORT,
    host: v.HOST,
    publicUrl: v.GODOWN_PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    secretKey: v.GODOWN_SECRET_KEY === undefined ? null : new Secret(v.GODOWN_SECRET_KEY),
    documents: documents.place,
    sourceUrls,
    sourcePaths,
    invoicePortal: portal.place,
    alarmWebhook: v.GODOWN_ALARM_WEBHOOK ?? null,
    allowPrivateUrls: v.GODOWN_ALLOW_PRIVATE_URLS === "yes",
    databaseConnections: v.GODOWN_DATABASE_CONNECTIONS,
    workerConcurrency: v.GODOWN_WORKER_CONCURRENCY,
    workerCallConcurrency: v.GODOWN_WORKER_CALL_CONCURRENCY,
    trustedProxies,
    metricsToken: v.GODOWN_METRICS_TOKEN === undefined ? null : new Secret(v.GODOWN_METRICS_TOKEN),
    monitorPort: v.GODOWN_MONITOR_PORT ?? null,
    demoOrdersPerMinute: v.GODOWN_DEMO_RATE,
    logLevel: v.LOG_LEVEL,
  };
}

function isAddressOrNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
