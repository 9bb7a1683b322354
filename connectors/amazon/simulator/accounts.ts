/** Login with Amazon: applications, sellers who let them in, their tokens, and the page on which they do. */
import { createHash } from "node:crypto";
import type { Answer, Clock, Seller, SimulatorServer, World } from "../../kit/simulator/index.ts";

const TOKEN_SECONDS = 3_600;
const CODE_MINUTES = 5;
/** Older ones of a kind are forgotten past this. */
const KEPT_MAX = 5_000;

/** What the fields of a seller's channel hold. */
export interface AmazonAccount {
  readonly applicationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly sellerId: string;
  readonly hookKey: string;
}

/** A seller's account: what was not given for it follows from his name. */
export function amazonAccount({ username, password, account = {} }: Seller): AmazonAccount {
  const digest = createHash("sha256").update(`amazon seller ${username}`).digest("hex");
  return {
    applicationId: account.applicationId ?? `amzn1.sp.solution.${digest.slice(0, 8)}`,
    clientId: account.clientId ?? `amzn1.application-oa2-client.${digest.slice(8, 24)}`,
    clientSecret: password,
    refreshToken: account.refreshToken ?? `Atzr|${digest.slice(24, 48)}`,
    sellerId: account.sellerId ?? `A${digest.slice(48, 61).toUpperCase()}`,
    hookKey: account.hookKey ?? `hook-key-${digest.slice(0, 24)}`,
  };
}

interface Issued {
  readonly value: string;
  readonly seller: string;
  readonly expiresAt: Temporal.Instant;
  /** Of a restricted token: the one path that it opens. Of a code: where the browser was sent. */
  readonly about: string;
}

export interface Accounts {
  token(form: Readonly<Record<string, string | undefined>>): Answer;
  /** Whose token it is; null: of nobody, or expired. */
  sellerOf(token: string): string | null;
  /** A token that opens one document. */
  restricted(seller: string, path: string): { readonly token: string; readonly seconds: number };
  /** Does the token open this path? */
  opens(token: string, path: string): boolean;
  codeFor(applicationId: string, redirectUri: string): { readonly code: string; readonly sellerId: string } | null;
  accountOf(seller: string): AmazonAccount;
  /** The seller takes his consent back. */
  revoke(seller: string): void;
  drop(seller: string): void;
  clear(): void;
  view(): unknown;
}

export function createAccounts(world: World, clock: Clock): Accounts {
  const tokens = new Map<string, Issued>();
  const codes = new Map<string, Issued>();
  const refreshers = new Map<string, string>();
  const revoked = new Set<string>();
  let issued = 0;
  // Not guessable by accident and yet repeatable under a given clock; it guards nothing real.
  const make = (seller: string, about: string) =>
    createHash("sha256").update(`${seller}\n${about}\n${clock().toString()}\n${++issued}`).digest("base64url");
  const keep = (of: Map<string, Issued>, one: Issued): Issued => {
    of.set(one.value, one);
    const oldest = of.keys().next().value;
    if (of.size > KEPT_MAX && oldest !== undefined) of.delete(oldest);
    return one;
  };
  const alive = (of: Map<string, Issued>, value: string | undefined): Issued | null => {
    const found = value === undefined ? undefined : of.get(value);
    return found && Temporal.Instant.compare(clock(), found.expiresAt) < 0 ? found : null;
  };
  const account = (seller: string) => amazonAccount(world.sellers.get(seller) ?? { username: seller, password: "" });
  const sellersOf = (clientId: string | undefined, secret: string | undefined) =>
    [...world.sellers.values()].filter((seller) => {
      const of = amazonAccount(seller);
      return of.clientId === clientId && of.clientSecret === secret;
    });
  const given = (seller: string, refreshToken: string): Answer => {
    const expiresAt = clock().add({ seconds: TOKEN_SECONDS });
    const token = keep(tokens, { value: `Atza|${make(seller, "token")}`, seller, expiresAt, about: "" });
    return {
      status: 200,
      body: {
        ...{ access_token: token.value, token_type: "bearer", expires_in: TOKEN_SECONDS, refresh_token: refreshToken },
      },
    };
  };
  return {
    token(form) {
      const known = sellersOf(form.client_id, form.client_secret);
      if (known.length === 0) return denied(401, "invalid_client", "Client authentication failed");
      if (form.grant_type === "refresh_token") {
        const wanted = form.refresh_token ?? "";
        const seller = known.find(
          ({ username }) => account(username).refreshToken === wanted || refreshers.get(wanted) === username,
        );
        if (!seller || revoked.has(seller.username))
          return denied(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token");
        return given(seller.username, wanted);
      }
      if (form.grant_type !== "authorization_code")
        return denied(400, "unsupported_grant_type", "The grant type is not supported");
      const code = alive(codes, form.code);
      if (!code || code.about !== form.redirect_uri || !known.some(({ username }) => username === code.seller))
        return denied(400, "invalid_grant", "The request has an invalid grant parameter : code");
      codes.delete(code.value);
      revoked.delete(code.seller);
      const refreshToken = `Atzr|${make(code.seller, "refresh")}`;
      refreshers.set(refreshToken, code.seller);
      return given(code.seller, refreshToken);
    },
    sellerOf: (value) => alive(tokens, value)?.seller ?? null,
    restricted(seller, path) {
      const expiresAt = clock().add({ seconds: TOKEN_SECONDS });
      const one = keep(tokens, { value: `Atz.sprdt|${make(seller, path)}`, seller, expiresAt, about: path });
      return { token: one.value, seconds: TOKEN_SECONDS };
    },
    opens: (value, path) => alive(tokens, value)?.about === path,
    codeFor(applicationId, redirectUri) {
      const seller = [...world.sellers.values()].find((one) => amazonAccount(one).applicationId === applicationId);
      if (!seller) return null;
      const expiresAt = clock().add({ minutes: CODE_MINUTES });
      const { username } = seller;
      const one = keep(codes, { value: make(username, "code"), seller: username, expiresAt, about: redirectUri });
      return { code: one.value, sellerId: account(username).sellerId };
    },
    accountOf: account,
    revoke(seller) {
      revoked.add(seller);
      for (const [value, one] of tokens) if (one.seller === seller) tokens.delete(value);
    },
    drop(seller) {
      for (const kept of [tokens, codes])
        for (const [value, one] of kept) if (one.seller === seller) kept.delete(value);
    },
    clear() {
      for (const kept of [tokens, codes, refreshers]) kept.clear();
      revoked.clear();
    },
    view: () =>
      [...tokens.values()].map(({ seller, value, expiresAt, about }) => ({
        ...{ seller, ends: value.slice(-4), expiresAt: expiresAt.toString(), restrictedTo: about || null },
      })),
  };
}

function denied(status: number, error: string, words: string): Answer {
  return { status, body: { error, error_description: words } };
}

/** Seller Central's page that asks, and sends the browser back with a code. */
export function serveConsentPage({ app }: SimulatorServer, accounts: Accounts): void {
  app.get("/apps/authorize/consent", (request, reply) => {
    const query = new URL(request.url, "http://simulator").searchParams;
    const back = query.get("redirect_uri") ?? "";
    if (!URL.canParse(back))
      return reply.code(400).send({ error: "invalid_request", error_description: "redirect_uri" });
    const allowed = query.get("allow");
    const application = query.get("application_id") ?? "";
    if (allowed === null) {
      const link = (answer: string) => `?${escaped(new URLSearchParams([...query, ["allow", answer]]).toString())}`;
      const page = `<h1>Amazon Seller Central (simulated)</h1><p>Let the application ${escaped(application)} work with your seller account?</p><p><a href="${link("yes")}">Confirm</a> &nbsp; <a href="${link("no")}">Cancel</a></p>`;
      const style = "font:16px sans-serif;margin:3rem";
      return reply
        .type("text/html; charset=utf-8")
        .send(
          `<!doctype html><html lang="en"><title>Amazon (simulated)</title><body style="${style}">${page}</body></html>`,
        );
    }
    const to = new URL(back);
    const given = allowed === "yes" ? accounts.codeFor(application, back) : null;
    if (given === null) to.searchParams.set("error", "access_denied");
    else {
      to.searchParams.set("spapi_oauth_code", given.code);
      to.searchParams.set("selling_partner_id", given.sellerId);
    }
    to.searchParams.set("state", query.get("state") ?? "");
    return reply.redirect(to.href, 302);
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
