import { z } from "zod";
import type { PublicRoute } from "../platform/http/public-route.ts";
import type { Route } from "../platform/http/route.ts";
import { VERSION } from "../platform/version.ts";
import { publicRoutes, routes } from "./routes.ts";

type Schema = Record<string, unknown>;
type AnyRoute = (Route | PublicRoute) & { readonly permission?: string };

let text: string | undefined;

/** Our own API as OpenAPI 3.1, made from the routes' schemas once per process. */
export function openApiText(): string {
  text ??= JSON.stringify(openApi());
  return text;
}

export function openApi(): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  const all: AnyRoute[] = [...routes, ...publicRoutes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const route of all) {
    const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Godown",
      version: VERSION,
      description:
        "The API of the web app. Callers send a session cookie (and its token as x-csrf with whatever is not GET) or a bearer token. A refusal has the shape of Error; `code` never changes its meaning.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "godown_session" },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function operation(route: AnyRoute): Schema {
  const ok = route.answer
    ? { description: "Done", content: { "application/json": { schema: schemaOf(route.answer) } } }
    : { description: "Done; a file, or nothing" };
  return {
    summary: route.summary,
    operationId: operationId(route),
    tags: [route.path.split("/")[1] ?? ""],
    ...(route.permission === undefined
      ? { security: [] }
      : { security: [{ session: [] }, { bearer: [] }], "x-permission": route.permission }),
    parameters: [...parameters(route.path, route.params), ...queryParameters(route.query)],
    ...(route.body
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(route.body) } } } }
      : {}),
    responses: {
      ...(route.answer ? { 200: ok } : { 200: ok, 204: { description: "Done" } }),
      default: {
        description: "Refused",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function operationId(route: AnyRoute): string {
  const words = route.path.split(/[/.-]/).flatMap((part) => {
    const name = part.replace(/^:/, "by-");
    return name === "" ? [] : name.split("-");
  });
  return [route.method.toLowerCase(), ...words]
    .map((w, i) => (i === 0 ? w : w.charAt(0).toUpperCase() + w.slice(1)))
    .join("");
}

function parameters(path: string, schema: z.ZodType | undefined): Schema[] {
  const properties = schema ? propertiesOf(schema) : {};
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
}

function queryParameters(schema: z.ZodType | undefined): Schema[] {
  if (!schema) return [];
  const required = schemaOf(schema).required;
  return Object.entries(propertiesOf(schema)).map(([name, property]) => ({
    name,
    in: "query",
    required: Array.isArray(required) && required.includes(name),
    schema: property,
  }));
}

function propertiesOf(schema: z.ZodType): Record<string, Schema> {
  const { properties } = schemaOf(schema);
  return typeof properties === "object" && properties !== null ? (properties as Record<string, Schema>) : {};
}

/** The input side: what a caller sends, and also what a handler answers, for an answer goes out as it was given. */
function schemaOf(schema: z.ZodType): Schema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
  return rest;
}

const ERROR: Schema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "whatToDo", "facts", "requestId"],
      properties: {
        code: { type: "string", description: "UPPER_SNAKE; see docs/generated/error-codes.md" },
        message: { type: "string", description: "What was refused, on which record, and why" },
        whatToDo: { type: "string" },
        facts: { type: "object", additionalProperties: true },
        requestId: { type: "string" },
        fields: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string" }, message: { type: "string" } },
          },
        },
      },
    },
  },
};
