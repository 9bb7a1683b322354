/** Small helpers for JSON whose shape nobody promised. */
export type Json = { readonly [member: string]: unknown };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lays `over` on `base`: objects are merged member by member, everything else (lists too) is replaced.
 *  A member that `over` sets to undefined is taken away. */
export function deepMerge(base: unknown, over: unknown): unknown {
  if (!isJson(base) || !isJson(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [member, value] of Object.entries(over)) {
    if (value === undefined) merged.delete(member);
    else merged.set(member, merged.has(member) ? deepMerge(merged.get(member), value) : value);
  }
  return Object.fromEntries(merged);
}

/** The value with every text member of one of these names replaced, however deep. */
export function replaceMembers(value: unknown, names: ReadonlySet<string>, by: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => replaceMembers(entry, names, by));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      names.has(name) && typeof member === "string" ? by : replaceMembers(member, names, by),
    ]),
  );
}

/** A list that forgets its oldest entries past a limit, and counts them. */
export interface Bounded<T> {
  readonly entries: readonly T[];
  readonly forgotten: number;
  add(entry: T): void;
  clear(): void;
}

/** @param added told of each entry */
export function bounded<T>(limit: number, added: (entry: T) => void = () => {}): Bounded<T> {
  let entries: T[] = [];
  let forgotten = 0;
  return {
    get entries() {
      return entries;
    },
    get forgotten() {
      return forgotten;
    },
    add(entry) {
      entries.push(entry);
      // Cut in quarters, not one by one: shifting a long list for every entry costs its length each time.
      if (entries.length > limit) {
        const cut = Math.max(1, Math.floor(limit / 4));
        entries = entries.slice(cut);
        forgotten += cut;
      }
      added(entry);
    },
    clear() {
      entries = [];
      forgotten = 0;
    },
  };
}
