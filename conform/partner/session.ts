/** One run against one partner: its credentials, the events that it is sent, and what is asked once for many checks. */
import { isJson, type Json } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import { saysNotOffered, textOf } from "../answers.ts";
import type { Client } from "../client.ts";
import { createSecrets, type Exchange, type Secrets } from "../exchange.ts";
import { stampOf } from "../stamp.ts";
import { basicHeader, dedupeKey, type Fact } from "../wire.ts";
import type { EventOperation, PartnerOperation, PartnerOptions } from "./options.ts";
import { type Stories, storiesOf } from "./story.ts";
import { type Tale, taleOf } from "./tales.ts";

export type TokenForm = "json" | "basic";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface SendManner {
  /** "token" unless said otherwise: what the run was told to prove itself with. */
  readonly credentials?: "token" | "none" | "a token nobody was given";
  /** A token of an earlier login instead of the present one; it is then not renewed. */
  readonly token?: string;
  /** Sent in place of a body, as it stands. */
  readonly text?: string;
}

export interface PartnerSession {
  readonly options: PartnerOptions;
  readonly startedAt: Temporal.Instant;
  readonly secrets: Secrets;
  /** The run's mark, in all codes. */
  readonly stamp: string;
  readonly stories: Stories;
  /** All that is sent, by event. */
  readonly tale: Readonly<Record<EventOperation, Tale>>;
  /** Events that were sent as they are meant, for how long their answers took. */
  readonly answers: readonly Exchange[];
  noteAnswer(exchange: Exchange): void;
  /** The forms of the token call that this run tries; none where a header stands for the token. */
  readonly forms: readonly TokenForm[];
  /** What proves a call; for a token asks where that was not yet done. */
  proof(): Promise<Fact<string>>;
  /** Whether the proof is taken by any of three events: where it is by none, nothing else can be asked. */
  proofTaken(): Promise<Fact<string>>;
  /** Asked once per form unless `anew`. */
  logIn(form: TokenForm, anew?: boolean): Promise<Exchange>;
  tryCredentials(form: TokenForm, credentials: Credentials): Promise<Exchange>;
  send(id: EventOperation, body: Json, manner?: SendManner): Promise<Exchange>;
  /** The event of the first story, sent once. */
  first(id: EventOperation): Promise<Exchange>;
  /** The event, right in form and about nothing, without a token; once. */
  withoutToken(id: EventOperation): Promise<Exchange>;
  /** Null: cannot be told yet. */
  offered(id: EventOperation): Promise<{ readonly offered: boolean | null; readonly exchange: Exchange }>;
}

export const TOKEN_CALL: PartnerOperation = "getPartnerToken";
const RENEWALS_MAX = 10;
/** In the form of a token, and given to nobody. */
export const WRONG_TOKEN = "godown-conform-was-never-given-this-token";
/** Asked first whether the proof is taken: nothing comes before the first of them. */
const ASKED_FIRST = ["notifyShipmentCreated", "notifyShipmentPacked", "notifyShipmentDelivered"] as const;

export function createSession(options: PartnerOptions, client: Client, startedAt: Temporal.Instant): PartnerSession {
  const secrets = createSecrets();
  secrets.add("password", options.password);
  const stamp = stampOf(startedAt);
  const stories = storiesOf(stamp, startedAt);
  const tale = taleOf({ stamp, stories, startedAt });
  const logins = new Map<TokenForm, Promise<Exchange>>();
  const { auth } = options;
  const forms: readonly TokenForm[] =
    auth.kind === "header" ? [] : auth.kind === "any" ? ["json", "basic"] : [auth.kind];
  const header = auth.kind === "header" ? auth.name : "Authorization";
  const answers: Exchange[] = [];
  let token: string | null = null;
  let renewals = 0;

  const tryCredentials = async (form: TokenForm, given: Credentials): Promise<Exchange> => {
    const exchange = await client.call({
      operation: TOKEN_CALL,
      method: "POST",
      path: operation("partner-notifications", "getPartnerToken").path,
      credentials: form === "json" ? "none" : isOwn(given, options) ? "credentials" : "wrong credentials",
      header: "Authorization",
      ...(form === "json" ? { body: given } : { headers: { Authorization: basicHeader(given) } }),
    });
    for (const issued of tokensIn(exchange)) secrets.add("token", issued);
    return exchange;
  };
  const logIn = (form: TokenForm, anew = false): Promise<Exchange> => {
    const known = logins.get(form);
    if (known && !anew) return known;
    const { username, password } = options;
    const login = tryCredentials(form, { username, password }).then((exchange) => {
      token = tokenIn(exchange, form) ?? token;
      return exchange;
    });
    logins.set(form, login);
    return login;
  };
  const askToken = async (anew: boolean): Promise<string | null> => {
    for (const form of forms) {
      const given = tokenIn(await logIn(form, anew), form);
      if (given !== null) return given;
    }
    return null;
  };
  const present = async () => (auth.kind === "header" ? options.password : (token ?? (await askToken(false))));

  async function send(id: EventOperation, body: Json, manner: SendManner = {}): Promise<Exchange> {
    const { credentials = "token", text } = manner;
    const { method, path } = operation("partner-notifications", id);
    const ask = (value: string | null) =>
      client.call({
        operation: id,
        method,
        path,
        credentials: credentials === "token" && auth.kind === "header" ? "credentials" : credentials,
        header,
        ...(text === undefined ? { body } : { text }),
        headers: { ...dedupeKey(path, body), ...(value === null ? {} : { [header]: value }) },
      });
    if (credentials === "none") return ask(null);
    if (credentials !== "token") return ask(WRONG_TOKEN);
    const exchange = await ask(manner.token ?? (await present()));
    if (exchange.status !== 401 || manner.token !== undefined || auth.kind === "header") return exchange;
    if (renewals >= RENEWALS_MAX) return exchange;
    renewals++;
    const renewed = await askToken(true);
    return renewed === null ? exchange : ask(renewed);
  }

  const firsts = new Map<EventOperation, Promise<Exchange>>();
  const first = (id: EventOperation): Promise<Exchange> => {
    const known = firsts.get(id) ?? send(id, tale[id].first);
    firsts.set(id, known);
    return known;
  };
  const bare = new Map<EventOperation, Promise<Exchange>>();
  const withoutToken = (id: EventOperation): Promise<Exchange> => {
    const known = bare.get(id) ?? send(id, tale[id].nobody, { credentials: "none" });
    bare.set(id, known);
    return known;
  };
  const proof = async (): Promise<Fact<string>> => {
    const value = await present();
    return value === null
      ? { known: false, why: "there is no token to send events with: /oauth/token gave none" }
      : { known: true, value };
  };
  let taken: Promise<Fact<string>> | undefined;
  const proofTaken = async (): Promise<Fact<string>> => {
    const value = await proof();
    if (!value.known) return value;
    for (const id of ASKED_FIRST) if ((await first(id)).status !== 401) return value;
    return { known: false, why: "the token is refused wherever it is sent: see token.header" };
  };
  return {
    options,
    startedAt,
    secrets,
    stamp,
    stories,
    tale,
    answers,
    noteAnswer: (exchange) => void answers.push(exchange),
    forms,
    proof,
    proofTaken: () => {
      taken ??= proofTaken();
      return taken;
    },
    logIn,
    tryCredentials,
    send,
    first,
    withoutToken,
    offered: async (id) => {
      const stranger = await withoutToken(id);
      if (saysNotOffered(stranger)) return { offered: false, exchange: stranger };
      // A gate that refuses before it looks at the address tells nothing: the first event itself does.
      if (!(await proofTaken()).known) return { offered: null, exchange: stranger };
      const exchange = await first(id);
      return { offered: !saysNotOffered(exchange), exchange };
    },
  };
}

function isOwn({ username, password }: Credentials, own: Credentials): boolean {
  return username === own.username && password === own.password;
}

const MEMBERS = { json: ["token", "access_token"], basic: ["access_token", "token"] } as const;

/** The token of an answer, by the generation's own name first; null where it gives none. */
export function tokenIn(exchange: Exchange, form: TokenForm): string | null {
  if (exchange.status === null || exchange.status >= 300 || !isJson(exchange.json)) return null;
  for (const member of MEMBERS[form]) {
    const given = textOf(exchange.json[member]);
    if (given !== "") return given;
  }
  return null;
}

/** All that looks like a token, so that none is shown. */
function tokensIn({ json }: Exchange): string[] {
  return isJson(json) ? MEMBERS.json.map((member) => textOf(json[member])).filter((value) => value !== "") : [];
}
