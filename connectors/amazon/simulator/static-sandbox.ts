/** Amazon's static sandbox: it answers documented requests with documented answers, straight from the models. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isJson, type Json } from "../../kit/simulator/index.ts";

const MODELS = join(import.meta.dirname, "..", "contract", "models");
const METHODS = ["get", "post", "put", "patch", "delete"];

export interface StaticPair {
  readonly operation: string;
  readonly status: number;
  /** Parameters by name; of the body under "body". One without a value may be anything. */
  readonly parameters: Json;
  readonly response: unknown;
}

/** All pairs of the operations that are used. */
export function staticPairs(): StaticPair[] {
  const selection: unknown = parse(readFileSync(join(MODELS, "selection.yaml"), "utf8"));
  const models = isJson(selection) && isJson(selection.models) ? selection.models : {};
  return Object.entries(models).flatMap(([file, wanted]) => {
    const model: unknown = JSON.parse(readFileSync(join(MODELS, file), "utf8"));
    return operationsOf(model)
      .filter(({ id }) => Array.isArray(wanted) && wanted.includes(id))
      .flatMap(({ id, responses }) => pairsOf(id, responses));
  });
}

function operationsOf(model: unknown): { readonly id: unknown; readonly responses: Json }[] {
  const paths = isJson(model) && isJson(model.paths) ? Object.values(model.paths) : [];
  return paths.flatMap((item) =>
    METHODS.flatMap((method) => {
      const found = isJson(item) ? item[method] : undefined;
      return isJson(found) && isJson(found.responses) ? [{ id: found.operationId, responses: found.responses }] : [];
    }),
  );
}

function pairsOf(operation: unknown, responses: Json): StaticPair[] {
  return Object.entries(responses).flatMap(([status, answer]) => {
    const sandbox = isJson(answer) ? answer["x-amzn-api-sandbox"] : undefined;
    const pairs = isJson(sandbox) && Array.isArray(sandbox.static) ? sandbox.static.filter(isJson) : [];
    return pairs.map((pair) => ({
      operation: String(operation),
      status: Number(status),
      parameters: isJson(pair.request) ? valuesOf(pair.request.parameters) : {},
      response: pair.response,
    }));
  });
}

/** `{createdAfter: {value: …}}`; a body stands under `value`, or bare. Empty: anything. */
function valuesOf(parameters: unknown): Json {
  return Object.fromEntries(
    Object.entries(isJson(parameters) ? parameters : {}).flatMap(([name, given]) => {
      if (!isJson(given) || Object.keys(given).length === 0) return [];
      return [[name, "value" in given ? given.value : given]];
    }),
  );
}

/** What is sent, by the names of its parameters. */
export interface SentCall {
  readonly operation: string;
  readonly parameters: Json;
}

/** The answer to a call: of the pairs whose parameters it has, the one that asks for most. None: 400. */
export function staticAnswer(pairs: readonly StaticPair[], sent: SentCall): { status: number; body: unknown } {
  const fitting = pairs
    .filter(({ operation }) => operation === sent.operation)
    .filter(({ parameters }) => holds(sent.parameters, parameters))
    .sort((one, other) => weight(other.parameters) - weight(one.parameters));
  const [best] = fitting;
  if (best) return { status: best.status, body: best.response };
  const message = "Could not match input arguments";
  return { status: 400, body: { errors: [{ code: "InvalidInput", message }] } };
}

const weight = (parameters: Json) => JSON.stringify(parameters).length;

/** Has `given` everything that is wanted, with the same values? */
function holds(given: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(given) && given.length === wanted.length && wanted.every((each, i) => holds(given[i], each));
  if (isJson(wanted)) return isJson(given) && Object.entries(wanted).every(([name, each]) => holds(given[name], each));
  return String(given) === String(wanted);
}
