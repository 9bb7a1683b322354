/**
 * A map of codes as text and as the rows of a table. The text is the one truth: whatever is typed into the table is
 * written into it, and rows are read from it with repeated keys and half-typed ones kept, which an object would lose.
 */
export type MapRow = readonly [key: string, value: string];

export type ReadMap = { readonly rows: readonly MapRow[] } | { readonly fault: string };

// A whole JSON string, or any other character that is not blank.
const tokens = /"(?:[^"\\]|\\.)*"|[^\s"]/g;
const isText = (token: string | undefined): token is string => token?.startsWith('"') === true;

/** Rows of a JSON object whose values are texts, in the order in which they are written; or what is wrong with it. */
export function readMap(text: string): ReadMap {
  if (text.trim() === "") return { rows: [] };
  const wrong = notAnObject(text);
  if (wrong !== null) return { fault: wrong };
  // It is a valid object, so its tokens are: { key : value , key : value }
  const found = text.match(tokens) ?? [];
  const rows: MapRow[] = [];
  for (let at = 1; isText(found[at]); at += 4) {
    const key = plain(found[at]);
    const value = found[at + 2];
    if (!isText(value)) return { fault: `has a value for ${key === "" ? "one row" : key} that is not text` };
    rows.push([key, plain(value)]);
  }
  return { rows };
}

const plain = (token: string | undefined): string => String(JSON.parse(token ?? '""'));

function notAnObject(text: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `is not JSON${placeOf(text, error)}`;
  }
  return typeof parsed !== "object" || parsed === null || Array.isArray(parsed)
    ? 'is not a JSON object like {"their code": "our code"}'
    : null;
}

/** "(line 2, column 14)", where the browser says at which character it stopped. */
function placeOf(text: string, error: unknown): string {
  const words = error instanceof Error ? error.message : "";
  const position = /position (\d+)/.exec(words)?.[1];
  if (position === undefined) return words === "" ? "" : `: ${words}`;
  const before = text.slice(0, Number(position)).split("\n");
  const reason = words.replace(/,? (?:in JSON )?at position.*$/, "").replace(/ in JSON$/, "");
  return `: ${reason} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The rows as JSON for a person to read: one a line. */
export function writeMap(rows: readonly MapRow[]): string {
  if (rows.length === 0) return "";
  return `{\n${rows.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n}`;
}

/** What is sent: rows that nothing was typed into are left out, blanks around codes too; text that cannot be read stays. */
export function tidyMap(text: string): string {
  const read = readMap(text);
  if ("fault" in read) return text;
  const rows = read.rows.map(([key, value]): MapRow => [key.trim(), value.trim()]);
  const filled = rows.filter(([key, value]) => key !== "" || value !== "");
  return filled.length === read.rows.length &&
    filled.every(([key, value], i) => read.rows[i]?.join() === `${key},${value}`)
    ? text
    : writeMap(filled);
}

/** Is anything in it at all? */
export function isMapEmpty(text: string): boolean {
  const read = readMap(text);
  return "rows" in read && read.rows.every(([key, value]) => key.trim() === "" && value.trim() === "");
}

export interface MapRules {
  /** What a value may be; left out: anything. */
  readonly values?: readonly string[];
  /** What a value is called: "facility". */
  readonly valueNoun?: string;
  /** Why two keys may not have one value; left out: they may. */
  readonly valueOnce?: string;
}

/** What is wrong with the map, the first thing in the order of the rows; null: nothing. */
export function mapFault(text: string, rules: MapRules = {}): string | null {
  const read = readMap(text);
  if ("fault" in read) return read.fault;
  const rows = read.rows
    .map(([key, value]): MapRow => [key.trim(), value.trim()])
    .filter(([key, value]) => key !== "" || value !== "");
  const { values, valueNoun = "value", valueOnce } = rules;
  for (const [i, [key, value]] of rows.entries()) {
    const before = rows.slice(0, i);
    if (key === "") return `has a row for ${value} without its first part`;
    if (before.some(([other]) => other === key)) return `names ${key} twice`;
    if (value === "") return `has no ${valueNoun} for ${key}`;
    if (values !== undefined && !values.includes(value))
      return `has ${value} for ${key}: there is no such ${valueNoun}`;
    const same = before.find(([, other]) => other === value);
    if (valueOnce !== undefined && same !== undefined)
      return `has ${value} for both ${same[0]} and ${key}: ${valueOnce}`;
  }
  return null;
}

/** Keys that are named more than once: their rows are marked while they are typed. */
export function repeatedKeys(rows: readonly MapRow[]): ReadonlySet<string> {
  const keys = rows.map(([key]) => key.trim()).filter((key) => key !== "");
  return new Set(keys.filter((key, i) => keys.indexOf(key) !== i));
}
