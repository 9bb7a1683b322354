/** Whole operations of a contract: method, path, and checks of what goes in and what comes out. */
import type { ValidateFunction } from "ajv/dist/2020.js";
import { type Checked, type Contract, check, contractOf, isJson, reference, resolve } from "./compile.ts";
import type { ContractName, OperationId, PathOf, QueryOf, RequestBody, ResponseBody } from "./types.ts";

export interface Operation<C extends ContractName, O extends OperationId<C>> {
  readonly contract: C;
  readonly id: O;
  /** Upper case. */
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its places in braces: `/order/{orderId}`. */
  readonly path: string;
  readonly summary: string;
  /** Whether a call without credentials is meant (`security: []`). */
  readonly open: boolean;
  /** Checks the query as it arrived: texts are read as numbers and booleans where the contract wants those. */
  query(raw: Readonly<Record<string, unknown>>): Checked<QueryOf<C, O>>;
  pathParameters(raw: Readonly<Record<string, unknown>>): Checked<PathOf<C, O>>;
  /** Checks the body, JSON or a form; an operation without one takes any value and answers undefined. */
  body(value: unknown): Checked<RequestBody<C, O>>;
  /** Checks an answer. A status the contract does not list, or lists without JSON, is not checked. */
  response<Status extends number>(status: Status, value: unknown): Checked<ResponseBody<C, O, Status>>;
  /** Whether the contract describes a JSON answer for the status. */
  describes(status: number): boolean;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const UPPER = { get: "GET", post: "POST", put: "PUT", patch: "PATCH", delete: "DELETE" } as const;

/** Contents that are checked: a form is read as an object of texts. */
const TYPES = ["application/json", "application/x-www-form-urlencoded"] as const;

interface Place {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly id: string;
}

/** All operations of a contract, in the file's order. */
export function operationIds<C extends ContractName>(name: C): OperationId<C>[] {
  // The types are made from the same file, so an id found there is one of the typed ids.
  const isTyped = (id: string): id is OperationId<C> => id !== "";
  return places(contractOf(name))
    .map((place) => place.id)
    .filter(isTyped);
}

const placesKnown = new WeakMap<Contract, readonly Place[]>();

function places(contract: Contract): readonly Place[] {
  const known = placesKnown.get(contract);
  if (known) return known;
  const found = findPlaces(contract);
  placesKnown.set(contract, found);
  return found;
}

function findPlaces(contract: Contract): Place[] {
  const paths = contract.document.paths;
  if (!isJson(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const found = isJson(item) ? item[method] : undefined;
      const id = isJson(found) ? found.operationId : undefined;
      return typeof id === "string" ? [{ method, path, id }] : [];
    }),
  );
}

/** An operation by its operationId. Throws for one that the contract does not have. */
export function operation<C extends ContractName, O extends OperationId<C>>(name: C, id: O): Operation<C, O> {
  const contract = contractOf(name);
  const place = places(contract).find((candidate) => candidate.id === id);
  if (!place) throw new Error(`the contract ${name} has no operation ${id}`);
  const at = ["paths", place.path, place.method];
  const definition = resolve(contract, at)?.value;
  const summary = isJson(definition) ? String(definition.summary ?? "") : "";
  const query = parameterCheck<QueryOf<C, O>>(contract, place, "query");
  const pathParameters = parameterCheck<PathOf<C, O>>(contract, place, "path");
  const bodyAt = [...at, "requestBody"];
  const bodyIsRequired = isRequired(contract, bodyAt);
  return {
    contract: name,
    id,
    method: UPPER[place.method],
    path: place.path,
    summary,
    open: isJson(definition) && Array.isArray(definition.security) && definition.security.length === 0,
    query,
    pathParameters,
    body: (value) => {
      const schema = jsonSchema<RequestBody<C, O>>(contract, bodyAt);
      // Where no body is described the type is undefined, and so is the value handed on.
      if (!schema || (value === undefined && !bodyIsRequired))
        return check(nothing<RequestBody<C, O>>(contract), undefined);
      return check(schema, value);
    },
    response: <Status extends number>(status: Status, value: unknown) =>
      check(
        jsonSchema<ResponseBody<C, O, Status>>(contract, [...at, "responses", String(status)]) ??
          nothing<ResponseBody<C, O, Status>>(contract),
        value,
      ),
    describes: (status) => schemaReference(contract, [...at, "responses", String(status)]) !== undefined,
  };
}

/** A schema that takes everything, for what the contract leaves open. */
function nothing<T>(contract: Contract): ValidateFunction<T> {
  const key = "urn:godown:anything";
  const known = contract.ajv.getSchema<T>(key);
  if (known) return known;
  return contract.ajv.compile<T>({ $id: key });
}

function isRequired(contract: Contract, at: readonly string[]): boolean {
  const found = resolve(contract, at)?.value;
  return isJson(found) && found.required === true;
}

function schemaReference(contract: Contract, at: readonly string[]): string | undefined {
  const holder = resolve(contract, at);
  if (!holder) return undefined;
  for (const type of TYPES) {
    const schemaAt = [...holder.path, "content", type, "schema"];
    if (resolve(contract, schemaAt)) return reference(contract.name, schemaAt);
  }
  return undefined;
}

function jsonSchema<T>(contract: Contract, at: readonly string[]): ValidateFunction<T> | undefined {
  const place = schemaReference(contract, at);
  return place === undefined ? undefined : contract.ajv.getSchema<T>(place);
}

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly schemaAt: readonly string[];
}

function parameters(contract: Contract, place: Place, where: "query" | "path"): Parameter[] {
  const lists = [
    ["paths", place.path, "parameters"],
    ["paths", place.path, place.method, "parameters"],
  ];
  return lists.flatMap((at) => {
    const list = resolve(contract, at)?.value;
    if (!Array.isArray(list)) return [];
    return list.flatMap((_, index) => {
      const found = resolve(contract, [...at, String(index)]);
      if (!found || !isJson(found.value) || found.value.in !== where) return [];
      const schema = resolve(contract, [...found.path, "schema"]);
      const type = schema && isJson(schema.value) ? String(schema.value.type) : "string";
      const name = String(found.value.name);
      return [{ name, required: found.value.required === true, type, schemaAt: [...found.path, "schema"] }];
    });
  });
}

const parametersKnown = new Map<string, readonly Parameter[]>();

/** A check of all query (or path) parameters of an operation at once; made when first used, once for every caller. */
function parameterCheck<T>(contract: Contract, place: Place, where: "query" | "path") {
  // A flat name without a scheme: references to the contract's own schemas are resolved beside it.
  const key = `${contract.name}-${place.id}-${where}`;
  return (raw: Readonly<Record<string, unknown>>): Checked<T> => {
    const list = parametersKnown.get(key) ?? parameters(contract, place, where);
    parametersKnown.set(key, list);
    const schema = contract.ajv.getSchema<T>(key) ?? compileParameters<T>(contract, key, list);
    const given = new Map(Object.entries(raw));
    for (const parameter of list) {
      const text = given.get(parameter.name);
      if (text !== undefined) given.set(parameter.name, fromText(text, parameter.type));
    }
    return check(schema, Object.fromEntries([...given].filter(([, value]) => value !== undefined)));
  };
}

function compileParameters<T>(contract: Contract, key: string, list: readonly Parameter[]): ValidateFunction<T> {
  return contract.ajv.compile<T>({
    $id: key,
    type: "object",
    properties: Object.fromEntries(
      list.map(({ name, schemaAt }) => [name, { $ref: reference(contract.name, schemaAt) }]),
    ),
    required: list.filter(({ required }) => required).map(({ name }) => name),
  });
}

/** Reads a text of a query as the contract's type; what cannot be read stays text, and the schema then says so. */
function fromText(value: unknown, type: string): unknown {
  if (typeof value !== "string") return value;
  if ((type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (type === "array") return value === "" ? [] : value.split(",");
  return value;
}
