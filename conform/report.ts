/** The report of a run: what `--json` prints, described by report.schema.json, and what the table is made from. */
import { contractOf, isJson, resolve } from "../contract/compile.ts";
import type { ContractName } from "../contract/types.ts";
import type { Done, Result } from "./check.ts";
import type { Latency } from "./client.ts";
import { type Exchange, type Secrets, type ShownExchange, show } from "./exchange.ts";
import type { ProtocolName } from "./protocol.ts";

/** Raised when a member is taken away or changes its meaning; members may be added without. */
export const FORMAT = "godown-conform/1";

export interface ContractPlace {
  /** `components.schemas.Order`. */
  readonly place: string;
  readonly says: string;
  /** Marked so in the contract: a reading of it, not a statement of the vendor. */
  readonly inferred: boolean;
  /** Why it is inferred; empty where it is not, or the contract does not say. */
  readonly note: string;
}

export interface ReportedFinding {
  readonly grade: "must" | "advice";
  readonly says: string;
  /** Number of the exchange behind it; null where none is. */
  readonly exchange: number | null;
  /** Where in its answer, slash separated. */
  readonly at: string;
}

export interface ReportedCheck {
  readonly id: string;
  readonly operation: string;
  readonly title: string;
  readonly result: Result;
  readonly why: string;
  readonly contract: ContractPlace;
  readonly todo: string;
  readonly findings: readonly ReportedFinding[];
  /** Findings beyond those listed. */
  readonly moreFindings: number;
}

export interface ReportedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly usage: string;
  /** Null: not found out. */
  readonly offered: boolean | null;
}

/** What the run was about, or made up: an order of a marketplace, a parcel that a partner was told of. */
export interface TouchedOrder {
  readonly orderId: string;
  readonly what: string;
}

export interface Report {
  readonly format: typeof FORMAT;
  readonly protocol: ProtocolName;
  readonly contract: { readonly title: string; readonly version: string };
  readonly baseUrl: string;
  readonly mode: "read-only" | "write";
  readonly startedAt: string;
  readonly durationMs: number;
  readonly calls: number;
  /** "unreachable": nothing answers at the address; then nothing was checked, and `message` says why. */
  readonly verdict: "pass" | "fail" | "unreachable";
  readonly message: string;
  readonly orders: readonly TouchedOrder[];
  /** How long answers took; null where there was none. */
  readonly latency: Latency | null;
  readonly summary: Readonly<Record<Result, number>>;
  readonly operations: readonly ReportedOperation[];
  readonly checks: readonly ReportedCheck[];
  /** Those behind findings alone. */
  readonly exchanges: readonly ShownExchange[];
}

const EXCHANGES_PER_CHECK = 5;
/** Rows shown of one answer for one check: they are alike. */
const PLACES_PER_CHECK = 2;
const SAYS_MAX = 400;
const TEXT_MAX = 500;

/** What the contract says at a place. Throws where there is no such place, which a test would have shown. */
export function contractAt(contract: ContractName, path: readonly string[], beyond = ""): ContractPlace {
  const found = resolve(contractOf(contract), path);
  if (!found || !isJson(found.value)) throw new Error(`the contract has a place ${path.join(".")}`);
  const { description, summary, value = found.value } = found.value;
  const words = [description, summary].find((text) => typeof text === "string" && text !== "");
  const schema = isJson(value) && isJson(value.schema) ? value.schema : found.value;
  const required = Array.isArray(schema.required) ? ` Required: ${schema.required.join(", ")}.` : "";
  const one = `${String(words ?? "")}${required} ${beyond}`.replaceAll(/\s+/g, " ").trim();
  return {
    place:
      typeof found.value.name === "string"
        ? `${placeOf(path, found.path)}, parameter ${found.value.name}`
        : path.join("."),
    says: one.length > SAYS_MAX ? `${one.slice(0, SAYS_MAX)}…` : one,
    inferred: found.value["x-inferred"] === true,
    note: typeof found.value["x-inferred-note"] === "string" ? found.value["x-inferred-note"] : "",
  };
}

/** Of a parameter, where it is used: its number in a list would tell nobody anything. */
function placeOf(path: readonly string[], resolved: readonly string[]): string {
  return (path.includes("paths") ? path.slice(0, path.indexOf("parameters")) : resolved.slice(0, 2)).join(".");
}

/** Checks as reported, and the exchanges behind their findings, each once. */
export function reportChecks(
  contract: ContractName,
  secrets: Secrets,
  done: readonly Done[],
): Pick<Report, "checks" | "exchanges" | "summary"> {
  const shown = new Map<number, { exchange: Exchange; places: string[] }>();
  const checks = done.map(({ check, verdict }): ReportedCheck => {
    const kept = new Set<number>();
    const places = new Map<number, number>();
    const findings = verdict.findings.map(({ grade, says, exchange, at }): ReportedFinding => {
      const number = exchange?.number ?? null;
      if (exchange && number !== null && (kept.has(number) || kept.size < EXCHANGES_PER_CHECK)) {
        kept.add(number);
        const entry = shown.get(number) ?? { exchange, places: [] };
        places.set(number, (places.get(number) ?? 0) + 1);
        if (at !== "" && (places.get(number) ?? 0) <= PLACES_PER_CHECK) entry.places.push(at);
        shown.set(number, entry);
      }
      return {
        grade,
        says: clean(secrets.strike(says)),
        exchange: number !== null && kept.has(number) ? number : null,
        at,
      };
    });
    return {
      id: check.id,
      operation: check.operation,
      title: check.title,
      result: verdict.result,
      why: clean(secrets.strike(verdict.why)),
      contract: contractAt(contract, check.contract, check.beyond),
      todo: check.todo,
      findings,
      moreFindings: verdict.more,
    };
  });
  const exchanges = [...shown.values()]
    .toSorted((one, other) => one.exchange.number - other.exchange.number)
    .map(({ exchange, places }) => show(exchange, secrets, places));
  return { checks, exchanges, summary: summaryOf(checks) };
}

export function summaryOf(checks: readonly ReportedCheck[]): Record<Result, number> {
  const count = (result: Result) => checks.filter((check) => check.result === result).length;
  return {
    PASS: count("PASS"),
    WARN: count("WARN"),
    FAIL: count("FAIL"),
    NOT_OFFERED: count("NOT_OFFERED"),
    SKIPPED: count("SKIPPED"),
  };
}

/** One line, no control characters, not too long. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: striking them out is the purpose
  const one = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
  return one.length > TEXT_MAX ? `${one.slice(0, TEXT_MAX)}…` : one;
}
