/** One run against one courier: its token, the calls, and the parcels that were booked for it. */
import { isJson, type Json } from "../../contract/compile.ts";
import { operation } from "../../contract/validators.ts";
import { saysNotOffered, textOf } from "../answers.ts";
import type { Client } from "../client.ts";
import { createSecrets, type Exchange, type Secrets } from "../exchange.ts";
import { stampOf } from "../stamp.ts";
import type { Fact } from "../wire.ts";
import type { CourierOperation, CourierOptions } from "./options.ts";
import { type ParcelKind, type ParcelPlan, planOf, updateBody, waybillBody } from "./parcels.ts";

export interface CallParts {
  readonly body?: Json;
  readonly query?: Readonly<Record<string, string>>;
}

export interface CallManner {
  readonly credentials?: "token" | "none" | "a token nobody was given";
  /** A token of an earlier login; it is then not renewed. */
  readonly token?: string;
}

/** A parcel that the courier gave a number to. */
export interface Booked {
  readonly plan: ParcelPlan;
  readonly waybill: string;
  readonly label: string;
  readonly exchange: Exchange;
}

export interface CourierSession {
  readonly options: CourierOptions;
  readonly startedAt: Temporal.Instant;
  readonly secrets: Secrets;
  readonly stamp: string;
  /** A number that no courier has given, and like those it gives in form. */
  readonly unknownNumber: string;
  token(): Promise<Fact<string>>;
  /** Whether the token that was given is taken where numbers are asked for. */
  tokenTaken(): Promise<Fact<string>>;
  logIn(anew?: boolean): Promise<Exchange>;
  tryCredentials(credentials: { readonly username: string; readonly password: string }): Promise<Exchange>;
  call(id: CourierOperation, parts?: CallParts, manner?: CallManner): Promise<Exchange>;
  /** The state of numbers, in double quotes as a hub asks. */
  track(numbers: readonly string[]): Promise<Exchange>;
  download(url: string, withToken: boolean): Promise<Exchange>;
  /** Right in form, about nothing that exists, without a token; once. */
  withoutToken(id: CourierOperation): Promise<Exchange>;
  /** Asks for a number; once for each kind. With --write alone. */
  book(kind: ParcelKind): Promise<Exchange>;
  /** What came of it. */
  booked(kind: ParcelKind): Promise<Fact<Booked>>;
  /** The manifest of the prepaid parcel; asked for once. Null where that has no number. */
  manifest(): Promise<Exchange | null>;
  /** Numbers that were given in this run, and are not given back. */
  readonly open: Set<string>;
  offered(id: CourierOperation): Promise<{ readonly offered: boolean | null; readonly exchange: Exchange | null }>;
}

const RENEWALS_MAX = 10;
/** In the form of a token, and given to nobody. */
export const WRONG_TOKEN = "godown-conform-was-never-given-this-token";
const HEADER = "Authorization";

export function createSession(options: CourierOptions, client: Client, startedAt: Temporal.Instant): CourierSession {
  const secrets = createSecrets();
  secrets.add("password", options.password);
  const stamp = stampOf(startedAt);
  const unknownNumber = `CF${stamp}000`;
  const open = new Set<string>();
  let token: string | null = null;
  let login: Promise<Exchange> | undefined;
  let renewals = 0;

  const tryCredentials = async (body: Json): Promise<Exchange> => {
    const exchange = await call("getShipperToken", { body }, { credentials: "none" });
    const given = tokenIn(exchange);
    if (given !== null) secrets.add("token", given);
    return exchange;
  };
  const logIn = (anew = false): Promise<Exchange> => {
    if (login && !anew) return login;
    const { username, password } = options;
    login = tryCredentials({ username, password }).then((exchange) => {
      token = tokenIn(exchange) ?? token;
      return exchange;
    });
    return login;
  };

  async function call(id: CourierOperation, parts: CallParts = {}, manner: CallManner = {}): Promise<Exchange> {
    const { credentials = "token" } = manner;
    const { method, path } = operation("shipping-provider", id);
    const ask = (value: string | null) =>
      client.call({
        operation: id,
        method,
        path,
        credentials,
        header: HEADER,
        ...(parts.query ? { query: parts.query } : {}),
        ...(parts.body === undefined ? {} : { body: parts.body }),
        ...(value === null ? {} : { headers: { [HEADER]: value } }),
      });
    if (credentials === "none") return ask(null);
    if (credentials !== "token") return ask(WRONG_TOKEN);
    const exchange = await ask(manner.token ?? token ?? tokenIn(await logIn()));
    if (exchange.status !== 401 || manner.token !== undefined || renewals >= RENEWALS_MAX) return exchange;
    renewals++;
    const renewed = tokenIn(await logIn(true));
    return renewed === null ? exchange : ask(renewed);
  }

  const nothing: Readonly<Record<Exclude<CourierOperation, "getShipperToken">, () => CallParts>> = {
    // An empty list of boxes and no address: nobody can book it, not even who checks no token.
    generateWaybill: () => ({ body: {} }),
    updateWaybill: () => ({ body: updateBody(planOf(stamp, "prepaid"), unknownNumber, startedAt) }),
    cancelWaybill: () => ({ body: { waybill: unknownNumber } }),
    getWaybillDetails: () => ({ query: { waybills: quoted([unknownNumber]) } }),
    generateManifest: () => ({ body: { awbNumbers: [unknownNumber] } }),
  };
  const bare = new Map<CourierOperation, Promise<Exchange>>();
  const withoutToken = (id: CourierOperation): Promise<Exchange> => {
    const parts = id === "getShipperToken" ? { body: {} } : nothing[id]();
    const known = bare.get(id) ?? call(id, parts, { credentials: "none" });
    bare.set(id, known);
    return known;
  };
  const known = new Map<CourierOperation, Promise<Exchange>>();
  const aboutNothing = (id: Exclude<CourierOperation, "getShipperToken">): Promise<Exchange> => {
    const asked = known.get(id) ?? call(id, nothing[id]());
    known.set(id, asked);
    return asked;
  };
  const bookings = new Map<ParcelKind, Promise<Exchange>>();
  const book = (kind: ParcelKind): Promise<Exchange> => {
    const asked = bookings.get(kind) ?? bookOnce(kind);
    bookings.set(kind, asked);
    return asked;
  };
  const bookOnce = async (kind: ParcelKind): Promise<Exchange> => {
    const exchange = await call("generateWaybill", { body: waybillBody(planOf(stamp, kind), options, startedAt) });
    const number = waybillIn(exchange);
    if (number !== "") open.add(number);
    return exchange;
  };
  const makeManifest = async (): Promise<Exchange | null> => {
    const waybill = waybillIn(await book("prepaid"));
    return waybill === "" ? null : call("generateManifest", { body: { awbNumbers: [waybill] } });
  };
  let manifest: Promise<Exchange | null> | undefined;
  const presentToken = async (): Promise<Fact<string>> => {
    const value = token ?? tokenIn(await logIn());
    return value === null
      ? { known: false, why: "there is no token to ask with: /authToken gave none" }
      : { known: true, value };
  };
  return {
    options,
    startedAt,
    secrets,
    stamp,
    unknownNumber,
    token: presentToken,
    tokenTaken: async () => {
      const value = await presentToken();
      if (!value.known || (await aboutNothing("getWaybillDetails")).status !== 401) return value;
      return { known: false, why: "the token is refused where numbers are asked for: see auth.header" };
    },
    logIn,
    tryCredentials,
    call,
    track: (numbers) => call("getWaybillDetails", { query: { waybills: quoted(numbers) } }),
    download: (url, withToken) =>
      client.call({
        operation: "download",
        method: "GET",
        path: url,
        credentials: withToken ? "token" : "none",
        header: HEADER,
        ...(withToken && token !== null ? { headers: { [HEADER]: token } } : {}),
      }),
    withoutToken,
    book,
    booked: async (kind) => {
      const exchange = await book(kind);
      const waybill = waybillIn(exchange);
      if (waybill === "") return { known: false, why: `no number was given to the parcel ${planOf(stamp, kind).code}` };
      const label = isJson(exchange.json) ? textOf(exchange.json.shippingLabel) : "";
      return { known: true, value: { plan: planOf(stamp, kind), waybill, label, exchange } };
    },
    manifest: () => {
      manifest ??= makeManifest();
      return manifest;
    },
    open,
    offered: async (id) => {
      if (id === "getShipperToken") return { offered: true, exchange: null };
      const stranger = await withoutToken(id);
      if (isAbsent(stranger)) return { offered: false, exchange: stranger };
      if (id !== "getWaybillDetails" && !options.write) return { offered: null, exchange: stranger };
      const exchange = await aboutNothing(id);
      return { offered: !isAbsent(exchange), exchange };
    },
  };
}

/** As the contract wants them: joined by commas, the whole in double quotes. */
export function quoted(numbers: readonly string[]): string {
  return `"${numbers.join(",")}"`;
}

/** 404 with a refusal of the contract's shape is an answer about the number, not about the address. */
function isAbsent(exchange: Exchange): boolean {
  const { json } = exchange;
  const isRefusal = isJson(json) && /^failed$/i.test(textOf(json.status) || textOf(json.Status));
  return saysNotOffered(exchange) && !isRefusal;
}

export function tokenIn({ status, json }: Exchange): string | null {
  if (status !== 200 || !isJson(json)) return null;
  const given = textOf(json.token);
  return given === "" ? null : given;
}

/** The number of a success; "" where none was given. */
export function waybillIn({ status, json }: Exchange): string {
  return status === 200 && isJson(json) && json.status === "SUCCESS" ? textOf(json.waybill) : "";
}
