/** Makes one contract file of a source's own models: OpenAPI 2 files of which only some operations are used.
 *
 *  `connectors/<source>/contract/models/selection.yaml` names the models, their operations that are used, and a file of our own
 *  with what the models do not have. Written without the models' words and examples, which stand there. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";

type Json = Record<string, unknown>;

interface Selection {
  readonly title: string;
  readonly description: string;
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** A file of our own beside the models, with paths and components of the same form. */
  readonly own: string;
}

const converter = join(import.meta.dirname, "node_modules", "swagger2openapi", "swagger2openapi.js");
const METHODS = new Set(["get", "post", "put", "patch", "delete"]);
/** Members of a schema that say nothing of its values. `x-` members and formats that nobody checks go too. */
const WORDS = new Set(["description", "example", "examples", "title", "externalDocs", "discriminator", "xml"]);
const FORMATS = new Set(["date-time", "date", "int32", "int64", "uri"]);
/** Members of an operation that are used. */
const OPERATION = new Set(["operationId", "parameters", "requestBody", "responses"]);

/** Writes `<folder>/<source>.openapi.yaml` where the source has models. */
export function contractFromModels(folder: string, source: string): void {
  const models = join(folder, "models");
  const chosen = join(models, "selection.yaml");
  if (!existsSync(chosen)) return;
  const selection: Selection = parse(readFileSync(chosen, "utf8"));
  const files = [
    chosen,
    join(models, selection.own),
    ...Object.keys(selection.models).map((name) => join(models, name)),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  const document = merged(models, selection);
  const header = `# Made by contract/generate from models/selection.yaml and the files that it names; change those and run it again.\n# models-sha256: ${hash.digest("hex")}\n`;
  writeFileSync(
    join(folder, `${source}.openapi.yaml`),
    header + stringify(document, { lineWidth: 130, aliasDuplicateObjects: false }),
  );
}

function merged(folder: string, selection: Selection): Json {
  const paths: Record<string, Json> = {};
  const own = record(parse(readFileSync(join(folder, selection.own), "utf8")));
  const schemas = record(record(own.components).schemas);
  for (const [file, wanted] of Object.entries(selection.models)) {
    const model = prefixed(opened(folder, file), prefixOf(file), schemas);
    for (const [path, item] of Object.entries(model.paths))
      for (const [method, operation] of Object.entries(record(item)))
        if (METHODS.has(method) && wanted.includes(String(record(operation).operationId)))
          paths[path] = { ...paths[path], [method]: withoutTooling(record(operation)) };
    const reached = reachable(
      wanted.map((id) => operationOf(model.paths, id, file)),
      model.schemas,
    );
    for (const name of reached) schemas[name] = model.schemas[name];
  }
  return {
    openapi: "3.1.0",
    info: {
      title: selection.title,
      version: "1",
      description: selection.description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: own.servers,
    security: own.security,
    paths: { ...record(own.paths), ...paths },
    components: {
      ...record(own.components),
      schemas,
    },
  };
}

/** A model as OpenAPI 3, its schemas without words. */
function opened(folder: string, file: string): { paths: Record<string, unknown>; schemas: Record<string, unknown> } {
  const scratch = mkdtempSync(join(tmpdir(), "godown-models-"));
  try {
    const made = join(scratch, "made.json");
    execFileSync(process.execPath, [converter, "--patch", "-o", made, join(folder, file)], { stdio: "pipe" });
    const document = record(JSON.parse(readFileSync(made, "utf8")));
    const schemas = Object.entries(record(record(document.components).schemas));
    return {
      paths: record(plain(document.paths)),
      schemas: Object.fromEntries(schemas.map(([name, schema]) => [name, plain(schema)])),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Schemas that another model has under the same name with other content get the model's name before theirs. */
function prefixed(
  model: { paths: Record<string, unknown>; schemas: Record<string, unknown> },
  prefix: string,
  taken: Readonly<Record<string, unknown>>,
) {
  const clash = (name: string) => name in taken && JSON.stringify(taken[name]) !== JSON.stringify(model.schemas[name]);
  // What refers to a schema that gets another name is another schema too.
  const renamed = new Set(Object.keys(model.schemas).filter(clash));
  for (let before = -1; before !== renamed.size; ) {
    before = renamed.size;
    for (const [name, schema] of Object.entries(model.schemas))
      if (name in taken && referred(schema).some((other) => renamed.has(other))) renamed.add(name);
  }
  const nameOf = (name: string) => (renamed.has(name) ? `${prefix}${name}` : name);
  const rewritten = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value, (key, member: unknown) =>
        key === "$ref" && typeof member === "string" ? member.replace(/[^/]+$/, (name) => nameOf(name)) : member,
      ),
    );
  return {
    paths: rewritten(model.paths),
    schemas: Object.fromEntries(
      Object.entries(model.schemas).map(([name, schema]) => [nameOf(name), rewritten(schema)]),
    ),
  };
}

/** "feeds_2021-06-30.json" → "Feeds". */
function prefixOf(file: string): string {
  const name = file.replace(/[_V]\d.*$/, "").replace(/\.json$/, "");
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function operationOf(paths: Record<string, unknown>, id: string, file: string): unknown {
  for (const item of Object.values(paths))
    for (const [method, operation] of Object.entries(record(item)))
      if (METHODS.has(method) && record(operation).operationId === id) return withoutTooling(record(operation));
  throw new Error(`${file} has no operation ${id}`);
}

/** What is used of an operation. Of its answers the body alone: headers are no part of what is checked. */
function withoutTooling(operation: Json): Json {
  const kept = Object.fromEntries(Object.entries(operation).filter(([name]) => OPERATION.has(name)));
  const responses = Object.entries(record(kept.responses)).map(([status, answer]) => {
    const { content } = record(answer);
    return [status, { description: status, ...(content === undefined ? {} : { content }) }];
  });
  return { ...kept, responses: Object.fromEntries(responses) };
}

function reachable(from: unknown, schemas: Readonly<Record<string, unknown>>): Set<string> {
  const found = new Set<string>();
  const open = referred(from);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...referred(schemas[name]));
  }
  return found;
}

function referred(value: unknown): string[] {
  return [...(JSON.stringify(value) ?? "").matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = ""]) => name);
}

/** Without words and tooling. The names of properties are no keywords and stay whatever they are. */
function plain(value: unknown, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((member) => plain(member));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
      if (areNames) return [[name, plain(member)]];
      if (WORDS.has(name) || name.startsWith("x-")) return [];
      if (name === "format" && typeof member === "string" && !FORMATS.has(member)) return [];
      if (name === "default" || name === "required") return [[name, member]];
      return [[name, plain(member, name === "properties")]];
    }),
  );
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
