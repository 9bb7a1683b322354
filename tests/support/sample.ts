type Schema = Readonly<Record<string, unknown>>;

/** Texts of many shapes: the first that a pattern takes is used. */
const TEXTS = [
  ...["sample", "SAMPLE", "Sample-1", "A1", "1", "29", "560068", "2026-04-01", "2026-04-01T00:00:00Z", "00:00"],
  ...[
    "a@b.in",
    "https://a.example/x",
    "29AAGCB7383J1Z4",
    "sample-token-0123456789abcdef",
    "c2FtcGxl",
    "6204",
    "INV26-",
  ],
];
const LENGTH_DEFAULT = 6;

/**
 * A value that fits a JSON schema as zod writes it: what must be there, and nothing else. Ids come from `idOf`, by the
 * name of the member; undefined where no value is found.
 */
export function sampleOf(schema: Schema, idOf: (name: string) => string, name = ""): unknown {
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return sampleOf(choices[0], idOf, name);
  if (Array.isArray(schema.allOf))
    return Object.assign({}, ...schema.allOf.map((s: Schema) => sampleOf(s, idOf, name)));
  switch (schema.type) {
    case "object":
      return sampleObject(schema, idOf);
    case "array":
      return Array.from({ length: Number(schema.minItems ?? 0) || (name.endsWith("Ids") ? 1 : 0) }, () =>
        sampleOf(schema.items as Schema, idOf, name.replace(/s$/, "")),
      );
    case "string":
      return sampleText(schema, idOf, name);
    case "integer":
    case "number":
      return Math.max(Number(schema.minimum ?? 1), Number(schema.exclusiveMinimum ?? -1) + 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return {};
  }
}

function sampleObject(schema: Schema, idOf: (name: string) => string): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  // Ids that may be left out are what a wall is tried with.
  const names = Object.keys(properties).filter((n) => required.includes(n) || /Ids?$/.test(n));
  return Object.fromEntries(names.map((n) => [n, sampleOf(properties[n] ?? {}, idOf, n)]));
}

function sampleText(schema: Schema, idOf: (name: string) => string, name: string): unknown {
  if (schema.format === "uuid") return idOf(name);
  const pattern = typeof schema.pattern === "string" ? new RegExp(schema.pattern, "u") : undefined;
  const fits = (text: string) =>
    (pattern?.test(text) ?? true) &&
    text.length >= Number(schema.minLength ?? 0) &&
    text.length <= Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  const long = "s".repeat(Number(schema.minLength ?? LENGTH_DEFAULT));
  return [...TEXTS, long].find(fits);
}
