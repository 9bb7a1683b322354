/** One run against one implementation: its credentials, the calls with them, and what is asked once for many checks. */
import type { Json } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import type { Client } from "../client.ts";
import { createSecrets, type Exchange, type Secrets } from "../exchange.ts";
import { peel, saysNotOffered, textOf } from "./answers.ts";
import type { MarketplaceOperation } from "./check.ts";
import { createFacts, type Facts } from "./facts.ts";
import type { MarketplaceOptions } from "./options.ts";
import { sampleOf } from "./samples.ts";

export interface CallParts {
  readonly query?: Readonly<Record<string, string>>;
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface CallManner {
  /** "token" unless said otherwise. */
  readonly credentials?: Exchange["credentials"];
  /** A token of an earlier login instead of the present one; it is then not renewed. */
  readonly token?: string;
  /** Name of the header; "apiKey" unless said otherwise. */
  readonly header?: string;
}

export type AuthForm = "getAuthentication" | "postAuthentication";
export const AUTH_FORMS: readonly AuthForm[] = ["getAuthentication", "postAuthentication"];

/** Known, or why not, in words that end a check. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export interface Offered {
  /** Null: cannot be told without writing. */
  readonly offered: boolean | null;
  /** What showed it. */
  readonly exchange: Exchange | null;
}

export interface Session {
  readonly options: MarketplaceOptions;
  readonly startedAt: Temporal.Instant;
  readonly secrets: Secrets;
  readonly facts: Facts;
  /** The token in use; logs in where that was not yet done. */
  token(): Promise<Fact<string>>;
  /** Whether the token that was given is taken, by any of three operations: where it is by none, nothing else can be asked. */
  tokenTaken(): Promise<Fact<string>>;
  /** Logs in with the given account; asked once per form unless `anew`. */
  logIn(form: AuthForm, anew?: boolean): Promise<Exchange>;
  /** A login with other credentials. */
  tryCredentials(form: AuthForm, parts: CallParts): Promise<Exchange>;
  call(id: MarketplaceOperation, parts?: CallParts, manner?: CallManner): Promise<Exchange>;
  /** A file that an answer named. */
  download(url: string, withToken: boolean): Promise<Exchange>;
  /** The operation asked rightly, naming nothing that exists, without a token; once. */
  withoutToken(id: MarketplaceOperation): Promise<Exchange>;
  /** The operation asked with nothing in query or body; once. */
  withNothing(id: MarketplaceOperation): Promise<Exchange>;
  offered(id: MarketplaceOperation): Promise<Offered>;
}

/** Tokens are renewed as a hub renews them, but an implementation that refuses every token is not asked for ever. */
const RENEWALS_MAX = 10;
/** In the form of a token, and given to nobody. */
export const WRONG_TOKEN = "godown-conform-was-never-given-this-token";

export function createSession(options: MarketplaceOptions, client: Client, startedAt: Temporal.Instant): Session {
  const secrets = createSecrets();
  secrets.add("password", options.password);
  const logins = new Map<AuthForm, Promise<Exchange>>();
  const bare = keptByOperation((id) => call(id, sampleOf(id), { credentials: "none" }));
  const empty = keptByOperation(async (id) => {
    const { method, path } = operation("marketplace", id);
    if (method === "GET") return call(id);
    if (!path.includes("{")) return call(id, { body: {} });
    // Of an order that is not there 404 says nothing of the operation.
    const target = await whole.facts.target();
    return call(id, { path: target.known ? { orderId: target.value.id } : (sampleOf(id).path ?? {}), body: {} });
  });
  let token: string | null = null;
  let renewals = 0;
  let taken: Promise<Fact<string>> | undefined;

  const take = (exchange: Exchange): string | null => {
    const given = tokenIn(exchange);
    if (given === null) return null;
    secrets.add("token", given);
    token = given;
    return given;
  };
  const tryCredentials = async (form: AuthForm, parts: CallParts) => {
    const exchange = await call(form, parts, { credentials: "none" });
    const given = tokenIn(exchange);
    if (given !== null) secrets.add("token", given); // not to be shown, although it should not have been given
    return exchange;
  };
  const logIn = (form: AuthForm, anew = false): Promise<Exchange> => {
    const known = logins.get(form);
    if (known && !anew) return known;
    const { username, password } = options;
    const parts = form === "getAuthentication" ? { query: { username, password } } : { body: { username, password } };
    const login = call(form, parts, { credentials: "none" }).then((exchange) => {
      take(exchange);
      return exchange;
    });
    logins.set(form, login);
    return login;
  };
  const firstToken = async (anew: boolean): Promise<string | null> => {
    for (const form of AUTH_FORMS) {
      const given = tokenIn(await logIn(form, anew));
      if (given !== null) return given;
    }
    return null;
  };

  async function call(id: MarketplaceOperation, parts: CallParts = {}, manner: CallManner = {}): Promise<Exchange> {
    const credentials = manner.credentials ?? "token";
    const { method, path } = operation("marketplace", id);
    const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
      encodeURIComponent((parts.path?.[name] ?? "").toWellFormed()),
    );
    const send = (value: string | null) =>
      client.call({
        operation: id,
        method,
        path: filled,
        credentials,
        ...(parts.query ? { query: parts.query } : {}),
        ...(parts.body === undefined ? {} : { body: parts.body }),
        ...(value === null ? {} : { headers: { [manner.header ?? "apiKey"]: value } }),
      });
    if (credentials === "none") return send(null);
    if (credentials !== "token") return send(WRONG_TOKEN);
    const exchange = await send(manner.token ?? token ?? (await firstToken(false)));
    if (exchange.status !== 401 || manner.token !== undefined || renewals >= RENEWALS_MAX) return exchange;
    renewals++;
    const renewed = await firstToken(true);
    return renewed === null ? exchange : send(renewed);
  }

  const session: Omit<Session, "facts"> = {
    options,
    startedAt,
    secrets,
    token: async () => {
      const value = token ?? (await firstToken(false));
      return value === null
        ? { known: false, why: "there is no token to ask with: neither form of /authToken gave one" }
        : { known: true, value };
    },
    tokenTaken: () => {
      taken ??= isTaken(session, call);
      return taken;
    },
    logIn,
    tryCredentials,
    call,
    download: (url, withToken) =>
      client.call({
        operation: "download",
        method: "GET",
        path: url,
        credentials: withToken ? "token" : "none",
        ...(withToken && token !== null ? { headers: { apiKey: token } } : {}),
      }),
    withoutToken: bare,
    withNothing: empty,
    offered: keptByOperation((id) => isOffered(whole, id)),
  };
  const whole: Session = Object.assign(session, { facts: createFacts(() => whole) });
  return whole;
}

async function isTaken(session: Pick<Session, "token">, call: Session["call"]): Promise<Fact<string>> {
  const token = await session.token();
  if (!token.known) return token;
  for (const id of ["getProductsCount", "getProducts", "getOrders"] as const)
    if ((await call(id, sampleOf(id))).status !== 401) return token;
  return { known: false, why: "the token is refused wherever it is sent: see auth.header" };
}

function keptByOperation<T>(ask: (id: MarketplaceOperation) => Promise<T>) {
  const kept = new Map<MarketplaceOperation, Promise<T>>();
  return (id: MarketplaceOperation): Promise<T> => {
    const known = kept.get(id) ?? ask(id);
    kept.set(id, known);
    return known;
  };
}

/** The token of a login's answer, an envelope around it looked through; null where it gives none. */
export function tokenIn(exchange: Exchange): string | null {
  if (exchange.status !== 200) return null;
  const body: Json = peel(exchange.json, "accessToken")?.body ?? {};
  const given = textOf(body.accessToken);
  return given === "" ? null : given;
}

/**
 * A reading operation is asked with nothing: one that is there says 400, one that is not says 404, 405 or 501. Where it
 * says 404 and an order is at hand, the right question decides. A writing operation is asked without a token, so that nothing
 * can happen: a gate that refuses before it looks at the address tells nothing. With --write it is asked with nothing, too.
 */
async function isOffered(session: Session, id: MarketplaceOperation): Promise<Offered> {
  const { method, open } = operation("marketplace", id);
  if (open) return { offered: true, exchange: null };
  if (method !== "GET" && !session.options.write) {
    const exchange = await session.withoutToken(id);
    return { offered: saysNotOffered(exchange) ? false : null, exchange };
  }
  const exchange = await session.withNothing(id);
  if (method !== "GET" || !saysNotOffered(exchange)) return { offered: !saysNotOffered(exchange), exchange };
  const again = await session.call(id, await rightQuestion(session, id));
  return { offered: !saysNotOffered(again), exchange: again };
}

async function rightQuestion(session: Session, id: MarketplaceOperation): Promise<CallParts> {
  const target = await session.facts.target();
  if (!target.known) return sampleOf(id);
  if (id === "getInvoiceDetails") return { query: { orderId: target.value.id } };
  if (id === "getLabels" || id === "getCourierDetails") return { query: { orderItemIds: target.value.itemIds } };
  return sampleOf(id);
}
