import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { assert, ok, type Result, refuse } from "../../kernel/index.ts";
import { plainCondition } from "./condition-text.ts";
import { inOurWords } from "./condition-words.ts";
import { type Field, type ParcelFacts, volumetricGrams } from "./facts.ts";

/**
 * Conditions of shipping rules: CEL (Common Expression Language), which has no loops but over given lists and no way
 * out to the machine. What would make its cost depend on more than text times facts is not offered: patterns (a pattern can
 * take hours for forty characters), loops in loops, texts made from lists.
 */
export const CONDITION_LENGTH_MAX = 2_000;
const CALLS: ReadonlySet<string> = new Set(["size", "int", "double", "string", "has"]);
const METHODS: ReadonlySet<string> = new Set([
  ...["size", "startsWith", "endsWith", "contains", "lowerAscii", "upperAscii", "trim", "substring", "indexOf"],
  ...["exists", "all", "exists_one"],
]);
const LOOPS: ReadonlySet<string> = new Set(["exists", "all", "exists_one"]);
const FIELD_MAPS: ReadonlySet<string> = new Set(["customFields", "itemFields"]);

/** Whether a condition holds for a parcel; null: it asks for something that is not known of it. */
export type Verdict =
  | { readonly holds: true }
  | { readonly holds: false }
  | { readonly holds: null; readonly why: string };

export interface Condition {
  readonly text: string;
  /** Pure; ends after a number of steps that the text and the facts bound. */
  readonly judge: (facts: ParcelFacts) => Verdict;
}

const environment = makeEnvironment();

function makeEnvironment(): Environment {
  // All numbers are doubles: a weight divided by 1000 is not cut off, and rupees compare with whole numbers.
  const made = new Environment({
    limits: { maxAstNodes: 300, maxDepth: 40, maxListElements: 300, maxMapEntries: 1, maxCallArguments: 4 },
  })
    .registerVariable({
      name: "order",
      schema: {
        ...{ code: "string", channel: "string", source: "string", cod: "bool", total: "double", collect: "double" },
        ...{ priority: "double", gift: "bool", customFields: "map<string, string>" },
        customer: { pincode: "string", city: "string", state: "string", stateCode: "string", country: "string" },
      },
    })
    .registerVariable({
      name: "parcel",
      schema: {
        ...{ weight: "double", volumetricWeight: "double", length: "double", width: "double", height: "double" },
        ...{ value: "double", units: "double", skus: "list<string>", categories: "list<string>" },
        ...{ brands: "list<string>", hsns: "list<string>" },
        ...{ customFields: "map<string, string>", itemFields: "map<string, string>" },
      },
    })
    .registerVariable({
      name: "facility",
      schema: { code: "string", pincode: "string", state: "string", stateCode: "string" },
    });
  const arithmetic: readonly [string, (a: number, b: number) => number][] = [
    ["+", (a, b) => a + b],
    ["-", (a, b) => a - b],
    ["*", (a, b) => a * b],
    ["/", (a, b) => a / b],
  ];
  for (const [operator, work] of arithmetic)
    for (const types of [`double ${operator} int`, `int ${operator} double`])
      made.registerOperator(`${types}: double`, (a: number | bigint, b: number | bigint) => work(Number(a), Number(b)));
  made.registerOperator("double == int: bool", (a: number | bigint, b: number | bigint) => Number(a) === Number(b));
  made.registerOperator("double in list<int>: bool", (a: number, list: readonly bigint[]) =>
    list.some((b) => a === Number(b)),
  );
  return made;
}

const ALWAYS: Condition = { text: "", judge: () => ({ holds: true }) };
/** Conditions read before, by their text: the same few are asked for each parcel. */
const read = new Map<string, Result<Condition>>();
const READ_MAX = 1_000;

/** Reads a condition and checks its types. Pure but for what it remembers. Refuses CONDITION_INVALID with the reason and the character. */
export function readCondition(text: string): Result<Condition> {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size >= READ_MAX) read.clear();
  const condition = compile(text);
  read.set(text, condition);
  return condition;
}

function compile(text: string): Result<Condition> {
  if (text.trim() === "") return ok(ALWAYS);
  if (text.length > CONDITION_LENGTH_MAX)
    return refuse("CONDITION_INVALID", {
      at: CONDITION_LENGTH_MAX,
      why: `it is longer than ${CONDITION_LENGTH_MAX} characters`,
    });
  const plain = plainCondition(text);
  if (!plain.ok) return plain;
  const checked = environment.check(plain.value);
  if (!checked.valid || checked.error !== undefined) return invalid(text, checked.error);
  if (checked.type !== "bool")
    return refuse("CONDITION_INVALID", {
      at: 1,
      why: `it must be yes or no, and is ${inOurWords(checked.type ?? "")}`,
    });
  const program = environment.parse(plain.value);
  const fault = notOffered(program.ast, false);
  if (fault !== null) return refuse("CONDITION_INVALID", { at: fault.at + 1, why: fault.why });
  const names = fieldNames(program.ast);
  return ok({ text, judge: (facts) => judge(program, text, contextOf(facts, names)) });
}

function invalid(text: string, error: { readonly summary: string; readonly range?: { start: number } } | undefined) {
  const start = error?.range?.start ?? 0;
  return refuse("CONDITION_INVALID", {
    at: Math.min(start, text.length) + 1,
    why: inOurWords(error?.summary ?? "it cannot be read"),
  });
}

function judge(program: ParseResult, text: string, context: Record<string, unknown>): Verdict {
  try {
    const holds: unknown = program(context);
    assert(typeof holds === "boolean", "a condition whose type was checked is yes or no");
    return { holds };
  } catch (error) {
    // What is not known of a parcel is left out of its facts, and asking for it is an error of CEL's that others absorb (x || y).
    if (!isEvaluationError(error)) throw error;
    const { start = 0, end = 0 } = error.range ?? {};
    const asked = text.slice(start, end);
    const why = error.code === "no_such_key" ? `${asked} is not known of this parcel` : inOurWords(error.summary);
    return { holds: null, why };
  }
}

interface EvaluationFault {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

function isEvaluationError(error: unknown): error is EvaluationFault {
  return error instanceof Error && error.name === "EvaluationError" && "code" in error && "summary" in error;
}

// What is read of the tree

/** The first thing in it that is not offered, with its place from 0. */
function notOffered(node: ASTNode, inLoop: boolean): { at: number; why: string } | null {
  const at = node.start;
  if (node.op === "map") return { at, why: "{ } is not offered here" };
  if (node.op === "call" && !CALLS.has(node.args[0]))
    return { at, why: `${node.args[0]} is not offered here; there are ${[...CALLS].join(", ")}` };
  if (node.op === "call" && node.args[0] === "has" && node.args[1].some(isField))
    return { at, why: 'a custom field that is not set is an empty text: ask customFields["…"] != ""' };
  if (node.op === "in" && isFieldMap(node.args[1]))
    return { at, why: 'a custom field that is not set is an empty text: ask customFields["…"] != ""' };
  if (node.op === "[]" && isFieldMap(node.args[0]) && !isText(node.args[1]))
    return { at, why: "a custom field is asked for by its name in quotes" };
  if (node.op === "rcall" && !METHODS.has(node.args[0]))
    return { at, why: `.${node.args[0]} is not offered here; there are ${[...METHODS].join(", ")}` };
  const loop = node.op === "rcall" && LOOPS.has(node.args[0]);
  if (loop && inLoop) return { at, why: "exists, all and exists_one cannot stand inside each other" };
  for (const child of children(node)) {
    const fault = notOffered(child, inLoop || loop);
    if (fault !== null) return fault;
  }
  return null;
}

function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    case "!_":
    case "-_":
      return [node.args];
    default:
      return node.args;
  }
}

function isFieldMap(node: ASTNode): boolean {
  return node.op === "." && FIELD_MAPS.has(node.args[1]);
}

function isField(node: ASTNode): boolean {
  return (node.op === "." || node.op === "[]") && isFieldMap(node.args[0]);
}

function isText(node: ASTNode): boolean {
  return node.op === "value" && typeof node.args === "string";
}

/** Names of custom fields that the condition asks for: those that a parcel lacks are empty texts. */
function fieldNames(node: ASTNode): string[] {
  const below = children(node).flatMap(fieldNames);
  if (!isField(node)) return below;
  if (node.op === ".") return [node.args[1], ...below];
  const key = node.op === "[]" && node.args[1].op === "value" ? node.args[1].args : null;
  return typeof key === "string" ? [key, ...below] : below;
}

// What a condition is told

function contextOf(facts: ParcelFacts, names: readonly string[]): Record<string, unknown> {
  const { facility, order, package: parcel } = facts;
  const { lengthMm, widthMm, heightMm } = parcel;
  const sized = lengthMm !== null && widthMm !== null && heightMm !== null;
  return {
    order: {
      ...{ code: order.code, channel: order.channel, source: order.source, cod: order.cod, gift: order.gift },
      ...{ total: order.total / 100, collect: order.collect / 100, priority: order.priority },
      customer: known({ ...order.customer }),
      customFields: byName(order.customFields, names),
    },
    parcel: known({
      weight: parcel.weightGrams,
      length: lengthMm,
      width: widthMm,
      height: heightMm,
      volumetricWeight: sized ? volumetricGrams(lengthMm, widthMm, heightMm) : null,
      value: parcel.value / 100,
      units: parcel.units,
      skus: parcel.skus,
      categories: parcel.categories,
      brands: parcel.brands,
      hsns: parcel.hsns,
      customFields: byName(parcel.customFields, names),
      itemFields: byName(parcel.itemFields, names),
    }),
    facility: { code: facility.code, pincode: facility.pincode, state: facility.state, stateCode: facility.stateCode },
  };
}

function known(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function byName(fields: readonly Field[], names: readonly string[]): Map<string, string> {
  return new Map([
    ...names.map((name) => [name, ""] as const),
    ...fields.map(({ name, value }) => [name, value] as const),
  ]);
}
