import { contractOf, isJson, type Json } from "../../../contract/compile.ts";
import { PARTNER_EVENTS, type PartnerEvent } from "../partner.ts";
import { OPERATION_OF } from "./checked-body.ts";

/** The published JSON schema of each event's body: the contract's own, with all that it refers to, in draft 2020-12. */

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const REF = "#/components/schemas/";

export function schemaFileOf(event: PartnerEvent): string {
  return `${event}.schema.json`;
}

/** The event that a published file is of; undefined for another name. */
export function eventOfSchemaFile(file: string): PartnerEvent | undefined {
  return PARTNER_EVENTS.find((event) => schemaFileOf(event) === file);
}

const made = new Map<PartnerEvent, string>();

/** The published file, made once per process. */
export function schemaText(event: PartnerEvent): string {
  const known = made.get(event) ?? `${JSON.stringify(eventSchema(event), null, 2)}\n`;
  made.set(event, known);
  return known;
}

/** All published files, by name. */
export function partnerSchemaFiles(): Map<string, string> {
  return new Map(PARTNER_EVENTS.map((event) => [schemaFileOf(event), schemaText(event)]));
}

/** What the contract says of the body of one event. Its own marks (`x-…`) are left out: validators that are strict refuse them. */
export function eventSchema(event: PartnerEvent): Json {
  const { document } = contractOf("partner-notifications");
  const call = at(document, "paths", `/${event}`, "post");
  const content = at(call, "requestBody", "content", "application/json");
  const defs = new Map<string, unknown>();
  const root = inlined(document, content.schema, defs);
  const examples = Object.values(at(content, "examples")).map((example) =>
    isJson(example) ? example.value : undefined,
  );
  return {
    $schema: DIALECT,
    $id: schemaFileOf(event),
    title: call.summary,
    description: call.description,
    $comment: `Body of POST /${event} (${OPERATION_OF[event]}).`,
    ...(isJson(root) ? root : {}),
    examples,
    $defs: Object.fromEntries([...defs].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A copy without marks; named schemas are collected in `defs` and referred to there. */
function inlined(document: Json, value: unknown, defs: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((member) => inlined(document, member, defs));
  if (!isJson(value)) return value;
  const members = Object.entries(value).filter(([key]) => !key.startsWith("x-"));
  return Object.fromEntries(
    members.map(([key, member]) => {
      if (key !== "$ref" || typeof member !== "string" || !member.startsWith(REF))
        return [key, inlined(document, member, defs)];
      const name = member.slice(REF.length);
      if (!defs.has(name)) {
        defs.set(name, null); // seen: one that refers to itself comes to an end
        defs.set(name, inlined(document, at(document, "components", "schemas", name), defs));
      }
      return [key, `#/$defs/${name}`];
    }),
  );
}

function at(value: Json, ...path: readonly string[]): Json {
  let place: unknown = value;
  for (const key of path) place = isJson(place) ? place[key] : undefined;
  if (!isJson(place)) throw new Error(`the contract of partners has ${path.join(" / ")}`);
  return place;
}
