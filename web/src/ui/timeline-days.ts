import { dayOf } from "../lib/format.ts";

/** Entries by day, newest day first; entries of one instant keep the order they came in. */
export function byDay<T extends { readonly at: string }>(
  entries: readonly T[],
): readonly (readonly [day: string, entries: readonly T[]])[] {
  const sorted = [...entries].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const days = new Map<string, T[]>();
  for (const entry of sorted) {
    const day = dayOf(entry.at);
    const list = days.get(day);
    if (list === undefined) days.set(day, [entry]);
    else list.push(entry);
  }
  return [...days];
}
