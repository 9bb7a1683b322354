import { type FacilityId, newId, ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import type { CsvRow } from "../../platform/csv.ts";
import type { ShippingProviderId } from "../provider.ts";
import { readCondition } from "./condition.ts";
import { ofScope } from "./place.ts";
import {
  CRITERIA,
  type Criteria,
  PREFERENCE_MAX,
  RULE_TYPES,
  RULES_MAX,
  type RuleInput,
  type ShippingRule,
  type ShippingRuleId,
} from "./rule.ts";

/** What the file is read against. */
export interface Known {
  readonly rules: readonly ShippingRule[];
  readonly providers: readonly { readonly providerId: ShippingProviderId; readonly code: string }[];
  readonly facilities: readonly { readonly facilityId: FacilityId; readonly code: string }[];
  /** May rules of this facility (null: of all) be changed? */
  readonly mayChange: (facilityId: FacilityId | null, code: string) => Result<unknown>;
}

/** What a line of the file would do. */
export interface PlannedLine {
  readonly line: number;
  readonly facility: string;
  readonly type: string;
  readonly name: string;
  readonly outcome: "NEW" | "CHANGED" | "UNCHANGED" | "FAILED";
  /** Of CHANGED: "preference 2 → 5"; of NEW: what it will do. */
  readonly words: string;
  readonly refusal: Refusal | null;
  readonly rule: (RuleInput & { readonly ruleId: ShippingRuleId }) | null;
}

export const ALL_FACILITIES = "ALL";

/**
 * What an import of rules would do, line by line. Pure but for the ids of new rules. The file names rules by facility, type and
 * name; those that it does not name stay. It is taken whole or not at all: with one faulty line the others are refused too
 * (RULES_FILE_FAULTY), since half an order is another order.
 */
export function planImport(rows: readonly CsvRow[], known: Known): PlannedLine[] {
  const lines = refuseTwice(rows.map((row) => planLine(row, known)));
  const judged = refuseTooMany(refuseShuffled(refuseTaken(lines, known), known), known);
  if (!judged.some((l) => l.refusal !== null)) return judged;
  return judged.map((l) =>
    l.refusal !== null || l.outcome === "UNCHANGED" ? l : failed(l, refuse("RULES_FILE_FAULTY")),
  );
}

function planLine(row: CsvRow, known: Known): PlannedLine {
  const cell = (key: string) => row.cells[key] ?? "";
  const about = {
    line: row.line,
    facility: cell("facilitycode").toUpperCase() || ALL_FACILITIES,
    type: cell("type").toUpperCase() || "FORWARD",
    name: cell("rulename").slice(0, 100),
  };
  const input = readRule(row, known);
  if (!input.ok) return { ...about, outcome: "FAILED", words: "", refusal: input.refusal, rule: null };
  const before = ofScope(known.rules, input.value).find((r) => r.name === input.value.name);
  const rule = { ...input.value, ruleId: before?.ruleId ?? newId<"ShippingRule">() };
  if (before === undefined) return { ...about, outcome: "NEW", words: newWords(rule, known), refusal: null, rule };
  const words = changes(before, rule, known);
  return { ...about, outcome: words === "" ? "UNCHANGED" : "CHANGED", words, refusal: null, rule };
}

function readRule(row: CsvRow, known: Known): Result<RuleInput> {
  const cell = (key: string) => row.cells[key] ?? "";
  const facility = readFacility(cell("facilitycode"), known);
  if (!facility.ok) return facility;
  const name = cell("rulename");
  if (name === "" || name.length > 100 || /\p{Cc}/u.test(name))
    return wrong("Rule Name", "1 to 100 characters on one line", name);
  const type = oneOf(RULE_TYPES, cell("type") || "FORWARD");
  if (type === null) return wrong("Type", RULE_TYPES.join(" or "), cell("type"));
  const criteria = oneOf<Criteria>(CRITERIA, cell("allocationcriteria") || "ALLOCATE");
  if (criteria === null) return wrong("Allocation Criteria", CRITERIA.join(", "), cell("allocationcriteria"));
  const code = cell("shippingprovidercode").toUpperCase();
  const provider = known.providers.find((p) => p.code === code);
  if (provider === undefined) return refuse("RULE_PROVIDER_UNKNOWN", { provider: code || "with an empty code" });
  const preference = cell("preference");
  if (!/^\d{1,4}$/.test(preference) || Number(preference) < 1)
    return wrong("Preference", `a whole number from 1 to ${PREFERENCE_MAX}`, preference);
  const enabled = flag(cell("enabled"));
  if (enabled === null) return wrong("Enabled", "true or false", cell("enabled"));
  const condition = readCondition(oneLine(cell("conditionexpression")));
  if (!condition.ok) return condition;
  return ok({
    facilityId: facility.value,
    ...{ type, name, criteria, enabled },
    condition: oneLine(cell("conditionexpression")),
    providerId: provider.providerId,
    preference: Number(preference),
  });
}

function readFacility(text: string, known: Known): Result<FacilityId | null> {
  const code = text.toUpperCase();
  if (code === "" || code === ALL_FACILITIES) {
    const may = known.mayChange(null, "all facilities");
    return may.ok ? ok(null) : may;
  }
  const found = known.facilities.find((f) => f.code.toUpperCase() === code);
  if (found === undefined) return refuse("RULE_FACILITY_UNKNOWN", { facility: text });
  const may = known.mayChange(found.facilityId, found.code);
  return may.ok ? ok(found.facilityId) : may;
}

function wrong(field: string, allowed: string, value: string): Result<never> {
  return refuse("RULE_CELL_INVALID", { field, allowed, value: value === "" ? "empty" : value.slice(0, 60) });
}

/** A spreadsheet may break a long cell into lines. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | null {
  return (
    values.find(
      (v) =>
        v ===
        text
          .trim()
          .toUpperCase()
          .replaceAll(/[\s-]+/g, "_"),
    ) ?? null
  );
}

function flag(text: string): boolean | null {
  const given = text.toLowerCase();
  if (["", "true", "yes", "y", "1"].includes(given)) return true;
  return ["false", "no", "n", "0"].includes(given) ? false : null;
}

// What holds between the lines of one file

function refuseTwice(lines: readonly PlannedLine[]): PlannedLine[] {
  const firstAt = new Map<string, number>();
  return lines.map((l) => {
    if (l.rule === null) return l;
    const key = `${l.rule.facilityId} ${l.rule.type} ${l.rule.name}`;
    const line = firstAt.get(key);
    if (line === undefined) firstAt.set(key, l.line);
    const { name, type, facility } = l;
    return line === undefined ? l : failed(l, refuse("RULE_TWICE_IN_FILE", { name, type, facility, line }));
  });
}

/** After the file each preference is one rule's: of the file's last word on it, or of a rule that the file does not name. */
function refuseTaken(lines: readonly PlannedLine[], known: Known): PlannedLine[] {
  const good = lines.flatMap((l) => (l.refusal === null && l.rule !== null ? [l.rule] : []));
  const named = new Set(good.map((r) => r.ruleId));
  const stay = known.rules.filter((r) => !named.has(r.ruleId));
  const holders = new Map<string, string>();
  const place = (r: RuleInput) => `${r.facilityId} ${r.type} ${r.preference}`;
  for (const rule of stay) holders.set(place(rule), rule.name);
  return lines.map((l) => {
    if (l.refusal !== null || l.rule === null) return l;
    const holder = holders.get(place(l.rule));
    if (holder === undefined) holders.set(place(l.rule), l.rule.name);
    const { facility, type } = l;
    const { preference } = l.rule;
    return holder === undefined
      ? l
      : failed(l, refuse("RULE_PREFERENCE_TAKEN", { preference, type, facility, holder }));
  });
}

/** The published rule of this import (behaviours.md 4.6): new rules and other preferences of existing ones come in two files. */
function refuseShuffled(lines: readonly PlannedLine[], known: Known): PlannedLine[] {
  const before = new Map(known.rules.map((r) => [r.ruleId, r.preference]));
  const moves = (l: PlannedLine) =>
    l.refusal === null && l.outcome === "CHANGED" && l.rule !== null && before.get(l.rule.ruleId) !== l.rule.preference;
  const shuffled = new Map<string, { made: string[]; moved: string[] }>();
  for (const [scope, group] of Map.groupBy(lines, scopeOf)) {
    const made = group.filter((l) => l.outcome === "NEW").map((l) => l.name);
    const moved = group.filter(moves).map((l) => l.name);
    if (made.length > 0 && moved.length > 0) shuffled.set(scope, { made, moved });
  }
  return lines.map((l) => {
    const both = shuffled.get(scopeOf(l));
    if (both === undefined || (l.outcome !== "NEW" && !moves(l))) return l;
    return failed(l, refuse("RULES_SHUFFLED", { facility: l.facility, type: l.type, ...both }));
  });
}

function refuseTooMany(lines: readonly PlannedLine[], known: Known): PlannedLine[] {
  const places = new Map<string, number>();
  return lines.map((l) => {
    if (l.outcome !== "NEW" || l.rule === null) return l;
    const had = places.get(scopeOf(l)) ?? ofScope(known.rules, l.rule).length;
    places.set(scopeOf(l), had + 1);
    const { facility, type } = l;
    return had < RULES_MAX ? l : failed(l, refuse("RULES_TOO_MANY", { facility, type, max: RULES_MAX }));
  });
}

function scopeOf(l: PlannedLine): string {
  return `${l.facility} ${l.type}`;
}

function failed(l: PlannedLine, { refusal }: { readonly refusal: Refusal }): PlannedLine {
  return { ...l, outcome: "FAILED", refusal };
}

// In words

function newWords(rule: RuleInput, known: Known): string {
  const condition = rule.condition.trim() === "" ? "always" : `where ${rule.condition}`;
  return `${rule.criteria} ${codeOf(rule, known)} ${condition}, preference ${rule.preference}${rule.enabled ? "" : ", disabled"}`;
}

function changes(before: ShippingRule, after: RuleInput, known: Known): string {
  const parts: readonly (readonly [string, string | number, string | number])[] = [
    ["preference", before.preference, after.preference],
    ["condition", before.condition || "always", after.condition || "always"],
    ["criteria", before.criteria, after.criteria],
    ["provider", before.providerCode, codeOf(after, known)],
    ["enabled", String(before.enabled), String(after.enabled)],
  ];
  return parts.flatMap(([what, was, is]) => (was === is ? [] : [`${what} ${was} → ${is}`])).join("; ");
}

function codeOf(rule: RuleInput, known: Known): string {
  return known.providers.find((p) => p.providerId === rule.providerId)?.code ?? "";
}
