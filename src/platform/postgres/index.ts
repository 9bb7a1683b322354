export { PostgresRefusal, type PostgresRefusalCode } from "./refusal.ts";
export { type EmbeddedPostgres, type PostgresLog, type PostgresOptions, startPostgres } from "./supervisor.ts";
