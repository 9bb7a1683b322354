/** Loads a contract file and lends its schemas to Ajv: each file is read once, each schema compiled when first asked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import type { ContractName } from "./types.ts";

export const CONTRACT_NAMES = [
  "marketplace",
  "marketplace-inbound",
  "partner-notifications",
  "shipping-provider",
  "uniware-rest",
] as const satisfies readonly ContractName[];

/** One thing that does not fit. `path` is slash separated without a leading slash, empty for the value itself. */
export interface Misfit {
  readonly path: string;
  readonly message: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly Misfit[] };

/** Faults named per value: a body with ten thousand bad lines must not make an answer of ten thousand sentences. */
const MISFITS_MAX = 20;

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface Contract {
  readonly name: ContractName;
  readonly document: Json;
  readonly ajv: Ajv2020;
}

const loaded = new Map<ContractName, Contract>();
/** Where contracts stand that are not beside this file. */
const elsewhere = new Map<ContractName, string>();

/**
 * Makes a source's own contract known: its types are laid into `ContractSchemas` and `ContractOperations` by declaration,
 * its file is named here, and from then on it is one like the others.
 */
export function addContract(name: ContractName, file: string): void {
  elsewhere.set(name, file);
}

/** The contract's document and its Ajv. Throws only where the file itself is broken, which a test would have shown. */
export function contractOf(name: ContractName): Contract {
  const known = loaded.get(name);
  if (known) return known;
  const file = elsewhere.get(name) ?? join(import.meta.dirname, `${name}.openapi.yaml`);
  const document: unknown = parse(readFileSync(file, "utf8"));
  if (!isJson(document)) throw new Error(`${name}.openapi.yaml holds an object`);
  // validateSchema off: compiling the meta-schema costs more than the small contracts do, and a test checks the files with it on.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addVocabulary(["components", "paths", ...extensionKeys(document)]);
  ajv.addSchema({ $id: name, components: document.components, paths: document.paths }, undefined, false, false);
  const contract = { name, document, ajv };
  loaded.set(name, contract);
  return contract;
}

/** Every `x-` key in the document: strict Ajv refuses keywords it was not told of. */
export function extensionKeys(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const member of value) extensionKeys(member, found);
  else if (isJson(value))
    for (const [key, member] of Object.entries(value)) {
      if (key.startsWith("x-")) found.add(key);
      extensionKeys(member, found);
    }
  return found;
}

/** A place inside a contract, as the reference that Ajv resolves. */
export function reference(name: ContractName, path: readonly string[]): string {
  const parts = path.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")));
  return `${name}#/${parts.join("/")}`;
}

/** Follows `$ref` at a place of the document; undefined where there is nothing. */
export function resolve(
  contract: Contract,
  path: readonly string[],
): { path: readonly string[]; value: unknown } | undefined {
  let value: unknown = contract.document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isJson(value)) value = value[part];
    else return undefined;
  }
  if (isJson(value) && typeof value.$ref === "string") {
    const target = value.$ref.replace(/^#\//, "").split("/");
    return resolve(
      contract,
      target.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")),
    );
  }
  return value === undefined ? undefined : { path, value };
}

/** Checks a value with a compiled schema. */
export function check<T>(schema: ValidateFunction<T>, value: unknown): Checked<T> {
  if (schema(value)) return { ok: true, value };
  return { ok: false, errors: misfits(schema.errors ?? []) };
}

function misfits(errors: readonly ErrorObject[]): Misfit[] {
  const seen = new Set<string>();
  const result: Misfit[] = [];
  for (const error of errors) {
    const misfit = misfitOf(error);
    const key = `${misfit.path} ${misfit.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    result.push(misfit);
    if (result.length === MISFITS_MAX) break;
  }
  return result;
}

function misfitOf(error: ErrorObject): Misfit {
  const at = error.instancePath
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join("/");
  const params: Json = error.params;
  if (error.keyword === "required") return { path: join2(at, String(params.missingProperty)), message: "is required" };
  if (error.keyword === "enum" && Array.isArray(params.allowedValues))
    return { path: at, message: `must be one of ${params.allowedValues.join(", ")}` };
  if (error.keyword === "const") return { path: at, message: `must be ${String(params.allowedValue)}` };
  if (error.keyword === "additionalProperties")
    return { path: join2(at, String(params.additionalProperty)), message: "is not known here" };
  return { path: at, message: error.message ?? `does not satisfy ${error.keyword}` };
}

function join2(at: string, member: string): string {
  return at === "" ? member : `${at}/${member}`;
}

/** The misfits as one sentence: "orderItems/0/quantity must be >= 1; sla is required". */
export function describeMisfits(errors: readonly Misfit[], what = "body"): string {
  return errors.map(({ path, message }) => `${path === "" ? what : path} ${message}`).join("; ");
}
