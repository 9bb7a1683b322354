import { readFile } from "node:fs/promises";
import { type Db, sql } from "./db.ts";
import type { Log } from "./log.ts";

const MANIFEST = new URL("./schema.manifest.txt", import.meta.url);

/** The live schema is not the one that this version was built and tested with. */
export class SchemaRefusal extends Error {
  override readonly name = "SchemaRefusal";
}

export interface SchemaDifference {
  /** What and where, e.g. "column sku.hsn". */
  readonly thing: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/**
 * Compares the live schema with the committed manifest: somebody may have changed the database by hand, or restored half
 * of it, and then constraints that the code leans on are not there. Indexes that an operator added are only noted.
 * @throws SchemaRefusal naming every difference
 */
export async function checkSchema(db: Db, log: Log): Promise<void> {
  const differences = compareSchema(await readManifest(), await describeSchema(db));
  const harmless = differences.filter(isAddedIndex);
  for (const { thing } of harmless) log.info({ thing }, "the database has an index that this version does not know");
  const serious = differences.filter((d) => !isAddedIndex(d));
  if (serious.length > 0)
    throw new SchemaRefusal(
      `The database's schema is not the one this version needs. Somebody changed it outside migrations, or a restore was incomplete:\n${serious
        .map((d) => `- ${inWords(d)}`)
        .join(
          "\n",
        )}\nUndo these changes (or restore a whole backup); Godown does not start on a schema it does not know.`,
    );
}

export async function readManifest(): Promise<string[]> {
  return (await readFile(MANIFEST, "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Pairs lines by what they are about ("kind name: definition"). */
export function compareSchema(expected: readonly string[], found: readonly string[]): SchemaDifference[] {
  const want = new Map(expected.map(split));
  const have = new Map(found.map(split));
  const things = [...new Set([...want.keys(), ...have.keys()])].sort();
  return things
    .map((thing) => ({ thing, expected: want.get(thing) ?? null, found: have.get(thing) ?? null }))
    .filter((d) => d.expected !== d.found);
}

function split(line: string): [string, string] {
  const at = line.indexOf(": ");
  return [line.slice(0, at), line.slice(at + 2)];
}

function isAddedIndex(d: SchemaDifference): boolean {
  return d.expected === null && d.thing.startsWith("index ") && !(d.found ?? "").includes("unique");
}

function inWords(d: SchemaDifference): string {
  if (d.found === null) return `the ${d.thing} is missing (should be: ${d.expected})`;
  if (d.expected === null) return `the ${d.thing} is not known to this version (is: ${d.found})`;
  return `the ${d.thing} differs: should be "${d.expected}", is "${d.found}"`;
}

/**
 * Everything that the schema promises, as sorted lines that are the same on PostgreSQL 15 to 18: rendered by the server,
 * which sets parentheses and spaces as it likes from version to version, so those are taken out.
 */
export async function describeSchema(db: Db): Promise<string[]> {
  const rows = await db.schedule(async (tx) => {
    await tx.run(sql`set local search_path = pg_catalog`); // names are rendered with their schema, whoever looks
    return tx.run(sql<{ thing: string; definition: string }>`
      with t as (
        select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions
        from pg_class c where c.relnamespace = 'godown'::regnamespace)
      select 'table ' || relname as thing,
        case when relkind = 'p' then 'partitioned ' else '' end
        || 'walls ' || case when relrowsecurity and relforcerowsecurity then 'forced' when relrowsecurity then 'raised' else 'none' end
        || coalesce(' ' || array_to_string(reloptions, ' '), '')
        || ' rights ' || concat_ws(' ',
            case when has_table_privilege('godown_app', oid, 'select') then 'select' end,
            case when has_table_privilege('godown_app', oid, 'insert') then 'insert' end,
            case when has_table_privilege('godown_app', oid, 'update') then 'update' end,
            case when has_table_privilege('godown_app', oid, 'delete') then 'delete' end,
            case when has_table_privilege('godown_app', oid, 'truncate') then 'truncate' end) as definition
      from t where relkind in ('r', 'p')
      union all
      select 'column ' || t.relname || '.' || a.attname,
        format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
        || case a.attidentity when 'a' then ' identity always' when 'd' then ' identity' else '' end
        || case when a.attgenerated <> '' then ' generated' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
      from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where t.relkind in ('r', 'p')
      union all
      -- Since version 18 a "not null" is also a constraint with a name; it is told with its column.
      select 'constraint ' || t.relname || '.' || c.conname,
        pg_get_constraintdef(c.oid) || case when c.convalidated then '' else ' not validated' end
      from t join pg_constraint c on c.conrelid = t.oid where c.contype <> 'n'
      union all
      select 'index ' || i.relname, lower(pg_get_indexdef(x.indexrelid)) || case when x.indisvalid then '' else ' invalid' end
      from t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
      where not exists (select from pg_constraint c where c.conindid = x.indexrelid and c.contype in ('p', 'u', 'x'))
      union all
      select 'policy ' || t.relname || '.' || p.polname,
        concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd::text, 'for',
          (select string_agg(coalesce(r.rolname, 'public'), ',' order by r.rolname) from unnest(p.polroles) o left join pg_roles r on r.oid = o),
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
      from t join pg_policy p on p.polrelid = t.oid
      union all
      select 'trigger ' || t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
      from t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
      union all
      select 'function ' || f.proname || '(' || pg_get_function_identity_arguments(f.oid) || ')',
        concat_ws(' ', coalesce(pg_get_function_result(f.oid), 'procedure'), f.provolatile::text, f.proparallel::text,
          case when f.prosecdef then 'definer' end, case when f.proisstrict then 'strict' end, array_to_string(f.proconfig, ' '),
          case when has_function_privilege('godown_app', f.oid, 'execute') then 'granted' end,
          'body', encode(sha256(convert_to(f.prosrc, 'UTF8')), 'hex'))
      from pg_proc f where f.pronamespace = 'godown'::regnamespace
      union all
      select 'sequence ' || relname, case when has_sequence_privilege('godown_app', oid, 'usage') then 'granted' else 'not granted' end
      from t where relkind = 'S'
      union all
      select case relkind when 'v' then 'view ' when 'm' then 'materialized view ' else 'relation ' end || relname, coalesce(pg_get_viewdef(oid), '')
      from t where relkind not in ('r', 'p', 'i', 'I', 'S')
      union all
      select 'role godown_app', concat_ws(' ', case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypassrls' end,
        case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end, 'plain')
      from pg_roles where rolname = 'godown_app'`);
  });
  return rows.map((row) => `${row.thing}: ${plain(row.definition)}`).sort();
}

function plain(definition: string): string {
  return definition.replaceAll(/[()]/g, " ").replaceAll(/\s+/g, " ").replaceAll(/ ,/g, ",").trim();
}
