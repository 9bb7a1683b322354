/** Sessions with the portal: one token a registration, renewed in time and after a refusal. */
import { randomBytes } from "node:crypto";
import { type Schema, validator } from "../../contract/validators.ts";
import { INDIA, type Instant } from "../../src/kernel/index.ts";
import type { PortalAccount } from "../kit/index.ts";
import { failureWithoutAnswer } from "./codes.ts";
import { NIC_CONTRACT } from "./contract/index.ts";
import { readSek, sealForPortal } from "./crypto.ts";
import { type Asked, ask, failed, unreadable, type Wire } from "./wire.ts";

export interface Session {
  readonly token: string;
  /** Encrypts what is sent and decrypts what comes. */
  readonly sek: Buffer;
  readonly expiresAt: Instant;
}

/** The portal gives the running token again until its last ten minutes, when a new one can be forced. */
const REFRESH_WITHIN_MINUTES = 10;
const APP_KEY_BYTES = 32;
/** Sessions kept; the oldest is forgotten and begun anew when it is needed. */
const SESSIONS_MAX = 1_000;

const sessionAnswer = validator(NIC_CONTRACT, "SessionAnswer");

export interface SessionSettings {
  readonly wire: (account: PortalAccount) => Wire;
  readonly path: string;
  readonly portalKey: string;
  readonly now: () => Instant;
}

export class Sessions {
  readonly #settings: SessionSettings;
  readonly #sessions = new Map<string, Session>();

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /** The running session, a refreshed one in its last minutes, or a new one. */
  async of(account: PortalAccount): Promise<Asked<Session>> {
    const known = this.#sessions.get(keyOf(account));
    const left = known === undefined ? 0 : this.#minutesLeft(known);
    if (known !== undefined && left > REFRESH_WITHIN_MINUTES) return { ok: true, value: known };
    const begun = await this.#begin(account, left > 0);
    // The old token is good for some minutes yet: a portal that does not renew just now need not stop anything.
    if (!begun.ok && known !== undefined && left > 0 && begun.failure.advice === "RETRY")
      return { ok: true, value: known };
    if (!begun.ok || left > 0 || this.#minutesLeft(begun.value) > REFRESH_WITHIN_MINUTES) return begun;
    // The first answer was another process's token in its last minutes.
    const forced = await this.#begin(account, true);
    return forced.ok ? forced : begun;
  }

  /** After a refused token: the one that the portal holds to be the running one. */
  renew(account: PortalAccount): Promise<Asked<Session>> {
    this.#sessions.delete(keyOf(account));
    return this.#begin(account, false);
  }

  #minutesLeft({ expiresAt }: Session): number {
    return expiresAt.since(this.#settings.now()).total("minutes");
  }

  async #begin(account: PortalAccount, force: boolean): Promise<Asked<Session>> {
    const { wire, path, portalKey } = this.#settings;
    const appKey = randomBytes(APP_KEY_BYTES);
    const Data = sealForPortal(
      {
        UserName: account.username,
        Password: account.password,
        AppKey: appKey.toString("base64"),
        ForceRefreshAccessToken: force,
      },
      portalKey,
    );
    if (Data === null)
      return failed({
        ...failureWithoutAnswer({ reached: "no", kind: "auth" }),
        words: "User name and password cannot be encrypted with the portal's public key.",
        whatToDo: "Check the portal's public key in the settings; a password may have some 50 characters at most.",
      });
    const asked = await ask(wire(account), {
      operation: "authenticate",
      method: "POST",
      path,
      headers: { client_id: account.clientId, client_secret: account.clientSecret, Gstin: account.gstin },
      body: { Data },
      // Asked again the portal gives the same token.
      idempotent: true,
      read: sessionAnswer,
      loggedRequest: { UserName: account.username, forced: force },
      loggedAnswer: (answer) => ({ Status: answer.Status, goodUntil: answer.Data?.TokenExpiry }),
    });
    if (!asked.ok) return asked;
    return this.#keep(account, asked.value.Data ?? null, appKey);
  }

  #keep(account: PortalAccount, data: Schema<typeof NIC_CONTRACT, "Session"> | null, appKey: Buffer): Asked<Session> {
    const sek = data === null ? null : readSek(data.Sek, appKey);
    if (data === null || sek === null) return failed(unreadable(true, "The session's key cannot be decrypted."));
    const expiresAt = portalInstant(data.TokenExpiry);
    if (expiresAt === null) return failed(unreadable(true, `${data.TokenExpiry} is no time at which a token ends.`));
    const session = { token: data.AuthToken, sek, expiresAt };
    this.#sessions.set(keyOf(account), session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > SESSIONS_MAX && oldest !== undefined) this.#sessions.delete(oldest);
    return { ok: true, value: session };
  }
}

function keyOf({ gstin, credentialsVersion }: PortalAccount): string {
  return `${gstin} ${credentialsVersion}`;
}

/** "yyyy-MM-dd HH:mm:ss" of the portal's clock, which shows India's time; null for what is no time. */
export function portalInstant(text: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(INDIA).toInstant();
  } catch {
    return null; // a thirteenth month, a 25th hour
  }
}
