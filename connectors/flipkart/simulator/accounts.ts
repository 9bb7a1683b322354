/** Applications, their tokens, and the page on which a seller lets one in. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Answer, Clock, SimulatorServer, World } from "../../kit/simulator/index.ts";

const TOKEN_LIFE_DAYS = 60;
const REFRESH_LIFE_DAYS = 180;
const CODE_LIFE_MINUTES = 10;
/** Older ones of a kind are forgotten past this. */
const KEPT_MAX = 2_000;

interface Issued {
  readonly value: string;
  readonly seller: string;
  readonly expiresAt: Temporal.Instant;
}

export interface Grant {
  readonly grant_type: string;
  readonly scope?: string;
  readonly code?: string;
  readonly redirect_uri?: string;
  readonly refresh_token?: string;
}

export interface Accounts {
  /** Answers `GET /oauth/token`. */
  token(headers: IncomingHttpHeaders, grant: Grant): Answer;
  /** Whose token it is, or null: unknown or expired. */
  sellerOf(token: string): string | null;
  /** A code for a seller who lets the application in. */
  codeFor(appId: string, redirectUri: string): string | null;
  drop(seller: string): void;
  clear(): void;
  view(): unknown;
}

export function createAccounts(world: World, clock: Clock): Accounts {
  const tokens = new Map<string, Issued>();
  const refreshers = new Map<string, Issued>();
  const codes = new Map<string, Issued & { readonly redirectUri: string }>();
  let issued = 0;
  // Not guessable by accident and yet repeatable under a given clock; it guards nothing real.
  const make = (kind: string, seller: string) =>
    createHash("sha256").update(`${kind}\n${seller}\n${clock().toString()}\n${++issued}`).digest("hex").slice(0, 36);
  const alive = <T extends Issued>(of: Map<string, T>, value: string | undefined): T | null => {
    const found = value === undefined ? undefined : of.get(value);
    return found && Temporal.Instant.compare(clock(), found.expiresAt) < 0 ? found : null;
  };
  const keep = <T extends Issued>(of: Map<string, T>, one: T): T => {
    of.set(one.value, one);
    const oldest = of.keys().next().value;
    if (of.size > KEPT_MAX && oldest !== undefined) of.delete(oldest);
    return one;
  };
  /** The same token while it lives, with what is left of its life. */
  const tokenFor = (seller: string): Issued => {
    const known = [...tokens.values()].findLast((one) => one.seller === seller);
    if (known && alive(tokens, known.value)) return known;
    return keep(tokens, {
      value: make("token", seller),
      seller,
      expiresAt: clock().add({ hours: 24 * TOKEN_LIFE_DAYS }),
    });
  };
  const given = (seller: string, refreshToken?: string): Answer => {
    const token = tokenFor(seller);
    const seconds = Math.floor((token.expiresAt.epochMilliseconds - clock().epochMilliseconds) / 1000) - 1;
    const more = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    return {
      status: 200,
      body: { access_token: token.value, token_type: "bearer", expires_in: seconds, scope: "Seller_Api", ...more },
    };
  };
  return {
    token(headers, grant) {
      const app = basic(headers.authorization);
      const account = app === null ? undefined : world.sellers.get(app.id);
      if (app === null || account === undefined || account.password !== app.secret)
        return denied(401, "invalid_client", "Bad client credentials");
      if (grant.grant_type === "client_credentials")
        return grant.scope === undefined || grant.scope === "Seller_Api"
          ? given(account.username)
          : denied(400, "invalid_scope", `Invalid scope: ${grant.scope}`);
      if (grant.grant_type === "refresh_token") {
        const found = alive(refreshers, grant.refresh_token);
        return found?.seller === account.username
          ? given(found.seller, found.value)
          : denied(400, "invalid_grant", "Invalid refresh token");
      }
      const code = alive(codes, grant.code);
      if (code?.seller !== account.username || code.redirectUri !== grant.redirect_uri)
        return denied(400, "invalid_grant", "Invalid authorization code");
      codes.delete(code.value);
      const expiresAt = clock().add({ hours: 24 * REFRESH_LIFE_DAYS });
      const refresher = keep(refreshers, { value: make("refresh", code.seller), seller: code.seller, expiresAt });
      return given(code.seller, refresher.value);
    },
    sellerOf: (value) => alive(tokens, value)?.seller ?? null,
    codeFor(appId, redirectUri) {
      if (!world.sellers.has(appId)) return null;
      const expiresAt = clock().add({ minutes: CODE_LIFE_MINUTES });
      return keep(codes, { value: make("code", appId), seller: appId, expiresAt, redirectUri }).value;
    },
    drop(seller) {
      for (const kept of [tokens, refreshers, codes])
        for (const [value, one] of kept) if (one.seller === seller) kept.delete(value);
    },
    clear() {
      for (const kept of [tokens, refreshers, codes]) kept.clear();
    },
    view: () =>
      [...tokens.values()].map(({ seller, value, expiresAt }) => ({
        ...{ seller, ends: value.slice(-4), expiresAt: expiresAt.toString() },
      })),
  };
}

function basic(header: string | undefined): { readonly id: string; readonly secret: string } | null {
  const text = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  const plain = text === undefined ? "" : Buffer.from(text, "base64").toString("utf8");
  const colon = plain.indexOf(":");
  return colon < 1 ? null : { id: plain.slice(0, colon), secret: plain.slice(colon + 1) };
}

function denied(status: number, error: string, words: string): Answer {
  return { status, body: { error, error_description: words } };
}

/** `GET /oauth/authorize`: a page that asks, and sends the browser back with a code. */
export function serveConsentPage({ app }: SimulatorServer, accounts: Accounts): void {
  app.get("/oauth/authorize", (request, reply) => {
    const query = new URL(request.url, "http://simulator").searchParams;
    const back = query.get("redirect_uri") ?? "";
    const allowed = query.get("allow");
    if (!URL.canParse(back))
      return reply.code(400).send({ error: "invalid_request", error_description: "redirect_uri" });
    if (allowed === null) {
      const link = (answer: string) => `?${escapeHtml(new URLSearchParams([...query, ["allow", answer]]).toString())}`;
      return reply
        .type("text/html; charset=utf-8")
        .send(
          `<!doctype html><html lang="en"><title>Flipkart (simulated)</title><body style="font:16px sans-serif;margin:3rem"><h1>Flipkart (simulated)</h1><p>Let the application ${escapeHtml(query.get("client_id") ?? "")} work with your seller account?</p><p><a href="${link("yes")}">Allow</a> &nbsp; <a href="${link("no")}">Deny</a></p></body></html>`,
        );
    }
    const to = new URL(back);
    const code = allowed === "yes" ? accounts.codeFor(query.get("client_id") ?? "", back) : null;
    if (code === null) to.searchParams.set("error", "access_denied");
    else to.searchParams.set("code", code);
    to.searchParams.set("state", query.get("state") ?? "");
    return reply.redirect(to.href, 302);
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
