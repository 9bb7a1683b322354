/** Users of the simulated portal and their sessions. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../kit/simulator/index.ts";
import { encrypt, type PortalKeys } from "./keys.ts";
import { moment } from "./registry.ts";
import type { SimFault } from "./rules.ts";

/** Who may call. */
export interface NicAccount {
  readonly gstin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

/** A call's headers. */
export interface Caller {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly gstin: string;
  readonly username: string;
  readonly token: string;
}

interface SimSession {
  readonly token: string;
  readonly sek: Buffer;
  readonly expiresAt: Temporal.Instant;
}

/** In earnest a token lives 360 minutes, in the sandbox 60. */
export const TOKEN_MINUTES = 360;
const FORCE_WITHIN_MINUTES = 10;

const fault = (code: string, message: string): { readonly fault: SimFault } => ({ fault: { code, message } });

export type Opened = { readonly account: NicAccount; readonly sek: Buffer } | { readonly fault: SimFault };

export class SimSessions {
  readonly accounts = new Map<string, NicAccount>();
  readonly #sessions = new Map<string, SimSession>();
  readonly #keys: PortalKeys;
  readonly #clock: Clock;
  readonly #tokenMinutes: number;

  constructor(keys: PortalKeys, clock: Clock, tokenMinutes: number) {
    this.#keys = keys;
    this.#clock = clock;
    this.#tokenMinutes = tokenMinutes;
  }

  /** The session behind a call other than the one that begins it. */
  open(caller: Caller): Opened {
    const account = this.#accountOf(caller);
    if ("fault" in account) return account;
    if (caller.username !== account.username) return fault("1017", "incorrect user id");
    const session = this.#sessions.get(account.gstin);
    if (session === undefined || session.token !== caller.token || this.#minutesLeft(session) <= 0)
      return fault("1005", "invalid token");
    return { account, sek: session.sek };
  }

  begin(caller: Caller, data: string): { readonly data: unknown } | { readonly fault: SimFault } {
    const account = this.#accountOf(caller);
    if ("fault" in account) return account;
    const wish = wishIn(this.#keys.open(data));
    if (wish === null) return fault("1013", "decryption of password failed");
    if (wish.UserName !== account.username) return fault("1017", "incorrect user id");
    if (wish.Password !== account.password) return fault("1019", "incorrect password");
    const appKey = Buffer.from(wish.AppKey, "base64");
    if (appKey.length !== 32) return fault("1016", "decryption of app key failed");
    const session = this.#sessionFor(account.gstin, wish.ForceRefreshAccessToken);
    return {
      data: {
        ClientId: account.clientId,
        UserName: account.username,
        AuthToken: session.token,
        Sek: encrypt(session.sek, appKey),
        TokenExpiry: moment(session.expiresAt),
      },
    };
  }

  /** Ends all sessions, as a restart of the portal does. */
  endAll(): void {
    this.#sessions.clear();
  }

  #accountOf({ clientId, clientSecret, gstin }: Caller): NicAccount | { readonly fault: SimFault } {
    if (clientId === "" || clientSecret === "" || gstin === "") return fault("1004", "header is missing");
    const known = [...this.accounts.values()];
    if (!known.some((a) => a.clientId === clientId && a.clientSecret === clientSecret))
      return fault("1010", "invalid client id or client secret");
    const account = this.accounts.get(gstin);
    return account?.clientId === clientId ? account : fault("1015", "GSTIN does not belong to the user");
  }

  #sessionFor(gstin: string, force: boolean): SimSession {
    const running = this.#sessions.get(gstin);
    const left = running === undefined ? 0 : this.#minutesLeft(running);
    if (running !== undefined && left > 0 && !(force && left <= FORCE_WITHIN_MINUTES)) return running;
    const made = {
      token: randomBytes(18).toString("base64url"),
      sek: randomBytes(32),
      expiresAt: this.#clock().add({ minutes: this.#tokenMinutes }),
    };
    this.#sessions.set(gstin, made);
    return made;
  }

  #minutesLeft({ expiresAt }: SimSession): number {
    return expiresAt.since(this.#clock()).total("minutes");
  }
}

interface AuthWish {
  readonly UserName: string;
  readonly Password: string;
  readonly AppKey: string;
  readonly ForceRefreshAccessToken: boolean;
}

/** What was encrypted: Base64 of JSON. */
function wishIn(text: string | null): AuthWish | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { UserName, Password, AppKey, ForceRefreshAccessToken }: Partial<Record<keyof AuthWish, unknown>> = value;
  if (typeof UserName !== "string" || typeof Password !== "string" || typeof AppKey !== "string") return null;
  return { UserName, Password, AppKey, ForceRefreshAccessToken: ForceRefreshAccessToken === true };
}
