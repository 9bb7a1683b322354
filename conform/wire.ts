/** Small things of the wire that several protocols share. */
import { contractOf, isJson, type Json, resolve } from "../contract/compile.ts";
import { textOf } from "./answers.ts";

/** Known, or why not, in words that end a check. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** The header that says which event it is, the same each time it is sent: made of the members that the contract names. */
export function dedupeKey(path: string, body: Json): Readonly<Record<string, string>> {
  const at = ["paths", path, "post", "x-deduplication-key"];
  const found = resolve(contractOf("partner-notifications"), at)?.value;
  const fields = isJson(found) && Array.isArray(found.fields) ? found.fields.map(String) : [];
  const values = fields.map((field) => valuesAt(body, field.split(".")).join("+"));
  return { "idempotency-key": `${path.slice(1)}:${encodeURIComponent(values.join("/").toWellFormed())}` };
}

function valuesAt(value: unknown, [member, ...rest]: readonly string[]): string[] {
  if (member === undefined) return [textOf(value)];
  if (!isJson(value)) return [];
  if (!member.endsWith("[]")) return valuesAt(value[member], rest);
  const list = value[member.slice(0, -2)];
  return Array.isArray(list) ? list.flatMap((entry) => valuesAt(entry, rest)) : [];
}
