import { z } from "zod";
import type { FieldFault } from "./answer.ts";

/** A filter that does not exist is refused: passed over, it would answer with more than was asked for, and nobody would see it. */
export function unknownParameters(schema: z.ZodType | undefined, query: unknown): FieldFault[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const known = Object.keys(schema.shape);
  return Object.keys(query as object)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, message: `is no parameter of this address; there are: ${known.join(", ")}` }));
}

/**
 * Members of a body, at any depth, that no schema knows: passed over, a name that was mistyped would leave its value out, and nobody
 * would see it. Schemas that take whatever comes, and those that refuse by themselves, are left to do so.
 */
export function unknownMembers(schema: z.core.$ZodType | undefined, body: unknown, at = ""): FieldFault[] {
  if (schema === undefined || typeof body !== "object" || body === null) return [];
  if (Array.isArray(body)) {
    const element = schema instanceof z.ZodArray ? schema.element : undefined;
    if (element === undefined) return inside(schema, body, at);
    return body.flatMap((each, i) => unknownMembers(element, each, path(at, String(i))));
  }
  if (!(schema instanceof z.ZodObject)) return inside(schema, body, at);
  const known = Object.keys(schema.shape);
  return Object.entries(body).flatMap(([name, value]) => {
    if (known.includes(name)) return unknownMembers(schema.shape[name], value, path(at, name));
    if (schema.def.catchall !== undefined) return [];
    return [{ path: path(at, name), message: `is not known here; there are: ${known.join(", ")}` }];
  });
}

/** What a schema is wrapped around; of several that may fit, the one that does. */
function inside(schema: z.core.$ZodType, body: object, at: string): FieldFault[] {
  if (schema instanceof z.ZodRecord)
    return Object.entries(body).flatMap(([name, value]) => unknownMembers(schema.valueType, value, path(at, name)));
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion) {
    const fits = schema.options.find((option) => z.safeParse(option, body).success);
    return unknownMembers(fits, body, at);
  }
  if (schema instanceof z.ZodPipe) return unknownMembers(schema.in, body, at);
  if (schema instanceof z.ZodLazy) return unknownMembers(schema.unwrap(), body, at);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return unknownMembers(schema.unwrap(), body, at);
  return [];
}

const path = (at: string, name: string) => (at === "" ? name : `${at}.${name}`);
