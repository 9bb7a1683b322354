import type { z } from "zod";
import type { Instant, Result } from "../../kernel/index.ts";
import type { Services } from "../context.ts";
import type { Principal } from "./principal.ts";
import type { Answer, Parsed, Route } from "./route.ts";

/** What a route may use that nobody has to be logged in for: there is no tenant yet. */
export interface PublicCall extends Services {
  readonly now: Instant;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly userAgent: string | undefined;
  /** The session cookie as it came, and the token that should go with it (`x-csrf`). */
  readonly sessionToken: string | undefined;
  readonly csrf: string | undefined;
  /** Who is logged in all the same, if anybody. */
  readonly principal: () => Promise<Principal | null>;
  /** Sets the session cookie; null takes it away. */
  readonly setSession: (session: { token: string; maxAgeSeconds: number } | null) => void;
}

/**
 * A route of our own API for callers who are not logged in (log-in, first run, one-time links). Calls that change
 * something are refused when a browser says that another site's page made them.
 */
export interface PublicRoute extends Omit<Route, "permission" | "handle"> {
  readonly handle: (call: PublicCall, input: { params: unknown; query: unknown; body: unknown }) => Promise<unknown>;
}

/** Declares a public route; the types of its input and answer follow from the schemas. */
export function publicRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(
  declared: Omit<PublicRoute, "params" | "query" | "body" | "answer" | "handle"> & {
    params?: P;
    query?: Q;
    body?: B;
    answer?: A;
    handle: (
      call: PublicCall,
      input: { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> },
    ) => Promise<Answer<A> | Result<Answer<A>>>;
  },
): PublicRoute {
  // The server parses params, query and body by these same schemas before it calls `handle`.
  return declared as unknown as PublicRoute;
}

/**
 * Did another site's page cause this call? Browsers say where a call comes from in Sec-Fetch-Site (secure origins and
 * localhost) or in Origin (every POST, PUT, PATCH and DELETE). Callers that are no browsers send neither and have no
 * cookie that could be abused. Needed where no CSRF token exists yet: a log-in forged from elsewhere would put a person
 * into the forger's account.
 */
export function isFromAnotherSite(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  publicUrl: string,
): boolean {
  const site = headers["sec-fetch-site"];
  if (typeof site === "string") return site !== "same-origin" && site !== "none";
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (typeof origin !== "string" || !URL.canParse(origin)) return true; // "null": a sandboxed frame or a file
  return new URL(origin).host !== host && new URL(origin).origin !== new URL(publicUrl).origin;
}
