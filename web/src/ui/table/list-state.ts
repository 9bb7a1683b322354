import { formatCount } from "../../lib/format.ts";
import type { UrlParams } from "../../lib/url-state.ts";
import type { PageTab } from "../page.tsx";
import type { Filter } from "./types.ts";

export interface ListQueryInput {
  readonly params: UrlParams;
  readonly prefix: string;
  readonly tabs: readonly PageTab[];
  readonly tabFilter: string;
  readonly filters: readonly Filter[];
  readonly fixed: Readonly<Record<string, string>>;
  readonly defaultSort: string | undefined;
  /** The chosen facility's id, or null for all. */
  readonly facilityId: string | null;
}

/** The question a list asks the server, made from the address and nothing else. */
export function listQuery(input: ListQueryInput): Record<string, string> {
  const { params, prefix } = input;
  const query: Record<string, string> = {};
  for (const filter of input.filters) {
    const value = params[prefix + filter.name];
    if (value !== undefined) query[filter.name] = value;
  }
  const text = params[`${prefix}q`];
  if (text !== undefined) query.search = text;
  const tab = params[`${prefix}tab`] ?? input.tabs[0]?.value;
  if (tab !== undefined && tab !== "all") query[input.tabFilter] = tab;
  const sort = params[`${prefix}sort`] ?? input.defaultSort;
  if (sort !== undefined) query.sort = sort;
  if (input.facilityId !== null) query.facilityId = input.facilityId;
  return { ...query, ...input.fixed };
}

/** The next sort after a click on a heading: ascending, descending, back to the list's own. */
export function nextSort(now: string | undefined, column: string, fallback: string | undefined): string | null {
  const wanted = now === column ? `-${column}` : now === `-${column}` ? null : column;
  return wanted === fallback ? (wanted === now ? `-${column}` : null) : wanted;
}

/** A chip's words. */
export function chipWords(filter: Filter, value: string): string {
  const label =
    filter.type === "select"
      ? value
          .split(",")
          .map((part) => filter.options.find((option) => option.value === part)?.label ?? part)
          .join(" or ")
      : value;
  if (filter.sentence !== undefined) return filter.sentence(value, label);
  return filter.type === "flag"
    ? value === "true"
      ? filter.label
      : `not ${filter.label.toLowerCase()}`
    : `${filter.label}: ${label}`;
}

/** Every id between two rows of the list, both included, in list order. An end that is not in the list gives the other alone. */
export function between(ids: readonly string[], from: string, to: string): readonly string[] {
  const a = ids.indexOf(from);
  const b = ids.indexOf(to);
  if (a === -1 || b === -1) return b === -1 ? [] : [to];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The row to open once the open one has left the list: the next one that is still there, else the one before; null when none is. */
export function successor(before: readonly string[], left: string, now: readonly string[]): string | null {
  const still = new Set(now);
  const at = before.indexOf(left);
  const found = before.slice(at + 1).find((id) => still.has(id)) ?? before.slice(0, at).findLast((id) => still.has(id));
  return found ?? null;
}

/** The selection with some rows put in or taken out. */
export function withChosen(
  now: Readonly<Record<string, true>>,
  ids: readonly string[],
  value: boolean,
): Record<string, true> {
  const next: Record<string, true> = { ...now };
  for (const id of ids) {
    if (value) next[id] = true;
    else delete next[id];
  }
  return next;
}

/** Splits the chosen rows into those an action takes and the reasons for the others, with how many each. */
export function divide<T>(
  rows: readonly T[],
  applies: ((row: T) => true | string) | undefined,
): { fit: T[]; reasons: [reason: string, count: number][] } {
  if (applies === undefined) return { fit: [...rows], reasons: [] };
  const fit: T[] = [];
  const reasons = new Map<string, number>();
  for (const row of rows) {
    const answer = applies(row);
    if (answer === true) fit.push(row);
    else reasons.set(answer, (reasons.get(answer) ?? 0) + 1);
  }
  return { fit, reasons: [...reasons].sort((a, b) => b[1] - a[1]) };
}

/** "Create invoice", "Create invoice for 38 of 40". */
export function bulkWords(label: string, fit: number, chosen: number): string {
  return fit === chosen
    ? `${label} · ${formatCount(fit)}`
    : `${label} for ${formatCount(fit)} of ${formatCount(chosen)}`;
}
