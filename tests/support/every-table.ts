import { createHash } from "node:crypto";
import type { QueryResultRow } from "pg";
import type { TenantId } from "../../src/kernel/index.ts";

type Raw = <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * Puts one row per tenant into every walled table of this clone. Checks, foreign keys and triggers are taken away first, for
 * this is about who sees rows, and rows that mean something would need every module's knowledge.
 */
export async function fillEveryTable(raw: Raw, tenants: readonly TenantId[]): Promise<string[]> {
  await raw(`do $$ declare c record; begin
    for c in select conrelid::regclass as tab, conname from pg_constraint
      where connamespace = 'godown'::regnamespace and contype in ('c', 'f') and conrelid <> 'godown.tenant'::regclass order by contype
    loop execute format('alter table %s drop constraint %I', c.tab, c.conname); end loop;
    for c in select oid::regclass as tab from pg_class where relnamespace = 'godown'::regnamespace and relkind in ('r', 'p')
    loop execute format('alter table %s disable trigger user', c.tab); end loop; end $$`);
  const columns = await raw<{ table: string; column: string; type: string }>(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'godown'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'tenant'
      and exists (select from pg_attribute w where w.attrelid = c.oid and w.attname = 'tenant_id')
      and a.attnotnull and a.attidentity = '' and a.attgenerated = '' and (a.attname = 'tenant_id' or not a.atthasdef)
    order by c.relname, a.attnum`);
  const tables = [...new Set(columns.map((c) => c.table))];
  for (const table of tables) {
    const own = columns.filter((c) => c.table === table);
    const names = own.map((c) => `"${c.column}"`).join(", ");
    for (const tenantId of tenants) {
      const values = own
        .map((c) => (c.column === "tenant_id" ? `'${tenantId}'` : sampleValue(c.type, tenantId, c.column)))
        .join(", ");
      await raw(`insert into godown.${table} (${names}) values (${values})`);
    }
  }
  return [...tables, "tenant"];
}

function sampleValue(type: string, tenantId: TenantId, column: string): string {
  if (type.endsWith("[]")) return "'{}'";
  const values: Record<string, string> = {
    uuid: `'${idFor(tenantId, column)}'`,
    text: "md5(random()::text)",
    integer: "1",
    bigint: "1",
    "double precision": "1",
    boolean: "false",
    "timestamp with time zone": "now()",
    date: "current_date",
    json: "'{}'",
    jsonb: "'{}'",
    bytea: "sha256(random()::text::bytea)",
  };
  const value = values[type];
  if (value === undefined) throw new Error(`give this test a value for columns of type ${type}`);
  return value;
}

/** The same id wherever a tenant's tables have a column of this name, so that rows which refer to each other meet. */
function idFor(tenantId: TenantId, column: string): string {
  const hex = createHash("sha256").update(`${tenantId}:${column}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
