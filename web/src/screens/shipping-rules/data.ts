import { queryOptions } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";

export type Criteria = "ALLOCATE" | "FORCE_ALLOCATE" | "NOT_ALLOCATE";
export type RuleType = "FORWARD" | "REVERSE";

/** A row of `GET /api/v1/shipping-rules`. */
export interface Rule {
  readonly ruleId: string;
  /** Null: of all facilities. */
  readonly facilityId: string | null;
  readonly facility: string | null;
  readonly type: RuleType;
  readonly name: string;
  readonly condition: string;
  readonly criteria: Criteria;
  readonly providerId: string;
  readonly providerCode: string;
  readonly providerName: string;
  readonly providerEnabled: boolean;
  readonly preference: number;
  readonly enabled: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A rule as it is sent; without a preference it keeps its place, or comes last. */
export interface RuleBody {
  readonly facilityId: string | null;
  readonly type: RuleType;
  readonly name: string;
  readonly condition: string;
  readonly criteria: Criteria;
  readonly providerId: string;
  readonly preference: number | null;
  readonly enabled: boolean;
}

export interface Variable {
  readonly path: string;
  readonly kind: string;
  readonly meaning: string;
  readonly example: string;
}

/** What an import would do with a line of its file. */
export interface PlannedLine {
  readonly line: number;
  readonly facility: string;
  readonly type: string;
  readonly name: string;
  readonly outcome: "NEW" | "CHANGED" | "UNCHANGED" | "FAILED";
  readonly words: string;
  readonly code: string | null;
}

/** One parcel of a dry run. */
export interface Explained {
  readonly orderCode: string;
  readonly packageCode: string | null;
  readonly facility: string;
  readonly channelShips: boolean;
  readonly values: readonly { readonly path: string; readonly value: string | null }[];
  readonly rules: readonly {
    readonly ruleId: string;
    readonly name: string;
    readonly ofAllFacilities: boolean;
    readonly preference: number;
    readonly criteria: Criteria;
    readonly provider: string;
    readonly condition: string;
    readonly verdict: "HOLDS" | "DOES_NOT_HOLD" | "CANNOT_BE_JUDGED";
    readonly why: string | null;
  }[];
  readonly choice: { readonly code: string; readonly why: string; readonly ruleId: string | null } | null;
  readonly refusal: string | null;
  readonly rejected: readonly { readonly code: string; readonly reason: string }[];
}

export interface DryRun {
  readonly parcels: readonly Explained[];
  readonly withoutFacility: boolean;
}

const pagesMax = 20;

async function readAll(type: RuleType, facilityId: string | null, signal: AbortSignal): Promise<readonly Rule[]> {
  const rows: Rule[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page: ListPage<Rule> = await api.get<ListPage<Rule>>(
      "/api/v1/shipping-rules",
      { type, facilityId, cursor, limit: 200 },
      signal,
    );
    rows.push(...page.rows);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return rows;
}

/** All rules of a type; of a facility with those of all facilities. An order is only seen whole. */
export const rulesQuery = (type: RuleType, facilityId: string | null) =>
  queryOptions({
    queryKey: ["shipping-rules", type, facilityId],
    queryFn: ({ signal }) => readAll(type, facilityId, signal),
  });

export const variablesQuery = queryOptions({
  queryKey: ["shipping-rule-variables"],
  queryFn: ({ signal }) => api.get<{ variables: readonly Variable[] }>("/api/v1/shipping-rules/variables", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const criteriaWords: Readonly<Record<Criteria, { readonly short: string; readonly does: string }>> = {
  ALLOCATE: { short: "Allocate", does: "Proposes the courier, where its list of pincodes serves the parcel." },
  FORCE_ALLOCATE: { short: "Force", does: "Proposes the courier whether or not its list names the pincode." },
  NOT_ALLOCATE: { short: "Never", does: "Takes the courier out, whatever other rules say." },
};

/** Rules by facility, those of all facilities first, each group in its order. */
export function grouped(rules: readonly Rule[]): { facilityId: string | null; facility: string; rules: Rule[] }[] {
  const groups = [...Map.groupBy(rules, (rule) => rule.facilityId)].map(([facilityId, own]) => ({
    facilityId,
    facility: own[0]?.facility ?? "All facilities",
    rules: own.toSorted((a, b) => a.preference - b.preference),
  }));
  return groups.toSorted(
    (a, b) => Number(a.facilityId !== null) - Number(b.facilityId !== null) || (a.facility < b.facility ? -1 : 1),
  );
}

/** Does a rule show under what was typed and chosen? */
export function shown(rule: Rule, search: string, provider: string): boolean {
  const text = `${rule.name} ${rule.condition} ${rule.providerCode} ${rule.providerName}`.toLowerCase();
  return (provider === "" || rule.providerCode === provider) && text.includes(search.trim().toLowerCase());
}

/** A list with one of its entries at another place; the same list where it cannot go there. */
export function movedTo<Entry>(list: readonly Entry[], from: number, to: number): readonly Entry[] {
  const entry = list[from];
  if (entry === undefined || to < 0 || to >= list.length || from === to) return list;
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, entry);
}
