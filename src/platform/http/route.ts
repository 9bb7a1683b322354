import type { Readable } from "node:stream";
import type { z } from "zod";
import type { Result } from "../../kernel/index.ts";
import type { Ctx, Services } from "../context.ts";

/** A file as an answer. */
export interface FileAnswer {
  readonly kind: "file";
  readonly mediaType: string;
  readonly fileName: string;
  readonly bytes: Uint8Array | Readable;
  readonly disposition: "inline" | "attachment";
}

/** A route of our own API: declared once; the server, the published OpenAPI and the web app's types come from it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /api/v1, with :parameters. */
  readonly path: string;
  readonly summary: string;
  /** The right that is needed; "session" for any logged-in person. */
  readonly permission: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Schema of the answer; absent for files and empty answers. */
  readonly answer?: z.ZodType;
  /** Largest body; 1 MiB unless stated. */
  readonly bodyBytesMax?: number;
  readonly handle: (ctx: Ctx, input: { params: unknown; query: unknown; body: unknown }) => Promise<unknown>;
}

export type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Declared<P, Q, B, A> = Omit<Route, "params" | "query" | "body" | "answer" | "handle"> & {
  params?: P;
  query?: Q;
  body?: B;
  answer?: A;
  /** A refusal answers with its catalogued status and words; a value with 200 (201 for none of our calls). */
  handle: (
    ctx: Ctx,
    input: { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> },
  ) => Promise<Answer<A> | Result<Answer<A>>>;
};
export type Answer<A> = A extends z.ZodType ? z.input<A> : FileAnswer | undefined;

/** Declares a route; the types of its input and answer follow from the schemas. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(declared: Declared<P, Q, B, A>): Route {
  // The server parses params, query and body by these same schemas before it calls `handle`.
  return declared as unknown as Route;
}

/** A route outside /api/v1 that speaks somebody else's protocol and reads its request itself. */
export interface ProtocolRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly bodyBytesMax: number;
  readonly handle: (services: Services, request: ProtocolRequest) => Promise<ProtocolAnswer>;
}

export interface ProtocolRequest {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, string>>;
  /** The body as bytes; the protocol's own parser judges it. */
  readonly body: Buffer;
  readonly remoteAddress: string;
}

export interface ProtocolAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Serialized as JSON unless it is text or bytes (then set content-type). */
  readonly body: unknown;
}
