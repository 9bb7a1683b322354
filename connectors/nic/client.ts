/** NIC's portal as `InvoicePortal`: one request of a registration at a time, nothing repeated whose outcome is not known. */
import { Agent, type Dispatcher } from "undici";
import type { Inv01 } from "../../contract/inv01.ts";
import { describeMisfits, type Schema, validator } from "../../contract/validators.ts";
import type { Instant } from "../../src/kernel/index.ts";
import type {
  Cancelled,
  CancelReason,
  CancelWish,
  ExchangeRecord,
  InvoicePortal,
  PortalAccount,
  PortalDocument,
  PortalFailure,
  PortalOutcome,
  Registered,
  RegisterWish,
} from "../kit/index.ts";
import { duplicateIrn, openData, readRegistered, whyNotAdopted } from "./answers.ts";
import { NIC_CONTRACT } from "./contract/index.ts";
import { seal } from "./crypto.ts";
import { portalInstant, type Session, Sessions } from "./session.ts";
import { Turns } from "./turns.ts";
import { type Asked, ask, failed, unreadable, type Wire } from "./wire.ts";

export interface NicPaths {
  readonly authenticate: string;
  readonly generate: string;
  readonly cancel: string;
  /** `{irn}` is replaced. */
  readonly getByIrn: string;
  readonly getByDocument: string;
  /** `{gstin}` is replaced. */
  readonly syncGstin: string;
}

export const NIC_PATHS: NicPaths = {
  authenticate: "/eivital/v1.04/auth",
  generate: "/eicore/v1.03/Invoice",
  cancel: "/eicore/v1.03/Invoice/Cancel",
  getByIrn: "/eicore/v1.03/Invoice/irn/{irn}",
  getByDocument: "/eicore/v1.03/Invoice/irnbydocdetails",
  syncGstin: "/eivital/v1.04/Master/syncgstin/{gstin}",
};

export interface NicSettings {
  readonly baseUrl: string;
  /** PEM: what the portal's sessions are begun with. */
  readonly portalKey: string;
  /** PEM: what the portal signs with, the present one and former ones. Empty: answers are read and not proved. */
  readonly signingKeys: readonly string[];
  readonly paths?: Partial<NicPaths>;
  readonly now: () => Instant;
  readonly onExchange?: (gstin: string, record: ExchangeRecord) => void;
  readonly timeoutMs?: number;
  readonly dispatcher?: Dispatcher;
}

const TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** A request whose answer was lost is sent again once, after the portal said that it does not know the document. */
const SENDS_MAX = 2;
const REMARK_MAX = 100;
const REASONS: Readonly<Record<CancelReason, "1" | "2" | "3" | "4">> = {
  DUPLICATE: "1",
  MISTAKE: "2",
  ORDER_CANCELLED: "3",
  OTHER: "4",
};
const DUPLICATE: ReadonlySet<string> = new Set(["2150"]);
const NOT_KNOWN: ReadonlySet<string> = new Set(["2148", "2154"]);
const UNKNOWN_GSTIN: ReadonlySet<string> = new Set(["3028", "3029"]);

type SealedAnswer = Schema<typeof NIC_CONTRACT, "SealedAnswer">;
const sealedAnswer = validator(NIC_CONTRACT, "SealedAnswer");
const cancellation = validator(NIC_CONTRACT, "Cancellation");
const gstinDetails = validator(NIC_CONTRACT, "GstinDetails");

interface Request {
  readonly operation: keyof NicPaths;
  readonly method: "GET" | "POST";
  readonly places?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Encrypted before it is sent. */
  readonly body?: unknown;
  readonly logged?: unknown;
  readonly idempotent: boolean;
}

export function createNicPortal(settings: NicSettings): InvoicePortal {
  return new NicPortal(settings);
}

class NicPortal implements InvoicePortal {
  readonly #settings: NicSettings;
  readonly #paths: NicPaths;
  readonly #turns = new Turns();
  readonly #dispatcher: Dispatcher;
  readonly #sessions: Sessions;

  constructor(settings: NicSettings) {
    this.#settings = settings;
    this.#paths = { ...NIC_PATHS, ...settings.paths };
    this.#dispatcher = settings.dispatcher ?? new Agent({ connections: 16, connectTimeout: 5_000 });
    const { portalKey, now } = settings;
    const wire = (account: PortalAccount) => this.#wire(account);
    this.#sessions = new Sessions({ wire, path: this.#paths.authenticate, portalKey, now });
  }

  begin(account: PortalAccount): Promise<PortalOutcome<{ readonly goodUntil: Instant }>> {
    return this.#turns.run(account.gstin, async () => {
      const session = await this.#sessions.renew(account);
      return session.ok ? { ok: true, value: { goodUntil: session.value.expiresAt } } : notSent(session.failure);
    });
  }

  register(account: PortalAccount, wish: RegisterWish): Promise<PortalOutcome<Registered>> {
    return this.#turns.run(account.gstin, () => this.#register(account, wish));
  }

  byIrn(account: PortalAccount, irn: string): Promise<PortalOutcome<Registered | null>> {
    return this.#turns.run(account.gstin, () => this.#byIrn(account, irn));
  }

  byDocument(account: PortalAccount, document: PortalDocument): Promise<PortalOutcome<Registered | null>> {
    return this.#turns.run(account.gstin, () => this.#byDocument(account, document));
  }

  cancel(account: PortalAccount, wish: CancelWish): Promise<PortalOutcome<Cancelled>> {
    return this.#turns.run(account.gstin, () => this.#cancel(account, wish));
  }

  syncGstin(account: PortalAccount, gstin: string): Promise<PortalOutcome<{ readonly active: boolean }>> {
    return this.#turns.run(account.gstin, () => this.#syncGstin(account, gstin));
  }

  async #register(account: PortalAccount, wish: RegisterWish): Promise<PortalOutcome<Registered>> {
    if (wish.triedBefore) {
      const found = await this.#adoptByNumber(account, wish);
      if (!found.ok) return found;
      if (found.value !== null) return { ok: true, value: found.value };
    }
    let synced = false;
    for (let sends = 1; ; sends += 1) {
      const sent = await this.#generate(account, wish.document);
      if (sent.ok) return sent;
      const { failure } = sent;
      if (hasCode(failure, DUPLICATE) || duplicateIrn(sent.info) !== null)
        return this.#adoptDuplicate(account, wish, sent);
      if (hasCode(failure, UNKNOWN_GSTIN) && !synced) {
        synced = true;
        if (await this.#knowsBuyerNow(account, wish.document)) continue;
        return sent;
      }
      if (failure.reached !== "unknown") return sent;
      const found = await this.#adoptByNumber(account, wish);
      if (found.ok && found.value !== null) return { ok: true, value: found.value };
      // Not told whether it is registered: that stays unknown, and is asked first the next time (`triedBefore`).
      if (!found.ok) return found.failure.advice === "RETRY" ? sent : found;
      if (sends >= SENDS_MAX) return { ok: false, failure: { ...failure, reached: "no" } };
    }
  }

  async #generate(account: PortalAccount, document: Inv01): Promise<Asked<Registered>> {
    const request = {
      operation: "generate",
      method: "POST",
      body: document,
      logged: forLog(document),
      idempotent: false,
    } as const;
    const opened = await this.#request(account, request);
    return opened.ok ? this.#readRegistered(opened.value, false) : opened;
  }

  #readRegistered(json: unknown, idempotent: boolean): Asked<Registered> {
    const read = readRegistered(json, this.#settings.signingKeys);
    return read.ok ? read : failed(unreadable(idempotent, read.words));
  }

  /** The portal's copy of a registration may be old: has it been refreshed, and is the buyer's active now? */
  async #knowsBuyerNow(account: PortalAccount, { BuyerDtls }: Inv01): Promise<boolean> {
    const synced = await this.#syncGstin(account, BuyerDtls.Gstin);
    return synced.ok && synced.value.active;
  }

  async #adoptDuplicate(
    account: PortalAccount,
    wish: RegisterWish,
    refused: { readonly ok: false; readonly failure: PortalFailure; readonly info: Parameters<typeof duplicateIrn>[0] },
  ): Promise<PortalOutcome<Registered>> {
    const irn = duplicateIrn(refused.info);
    const found = irn === null ? await this.#byDocument(account, named(wish)) : await this.#byIrn(account, irn);
    const judged = adopted(wish.document, found);
    // A duplicate that cannot be read is still one: nothing is sent again, and a person may look.
    if (judged.ok)
      return judged.value === null ? { ok: false, failure: refused.failure } : { ok: true, value: judged.value };
    return judged;
  }

  async #adoptByNumber(account: PortalAccount, wish: RegisterWish): Promise<PortalOutcome<Registered | null>> {
    return adopted(wish.document, await this.#byDocument(account, named(wish)));
  }

  async #byIrn(account: PortalAccount, irn: string): Promise<PortalOutcome<Registered | null>> {
    const request = { operation: "getByIrn", method: "GET", places: { irn }, idempotent: true } as const;
    return this.#read(account, request);
  }

  async #byDocument(
    account: PortalAccount,
    { type, number, on }: PortalDocument,
  ): Promise<PortalOutcome<Registered | null>> {
    const docdate = `${String(on.day).padStart(2, "0")}/${String(on.month).padStart(2, "0")}/${on.year}`;
    const query = { doctype: type, docnum: number.toUpperCase(), docdate };
    return this.#read(account, { operation: "getByDocument", method: "GET", query, idempotent: true });
  }

  async #read(account: PortalAccount, request: Request): Promise<PortalOutcome<Registered | null>> {
    const opened = await this.#request(account, request);
    if (opened.ok) return this.#readRegistered(opened.value, true);
    return hasCode(opened.failure, NOT_KNOWN) ? { ok: true, value: null } : opened;
  }

  async #cancel(account: PortalAccount, wish: CancelWish): Promise<PortalOutcome<Cancelled>> {
    const CnlRem =
      [...wish.remark.replaceAll(/["\\\p{Cc}]/gu, " ").trim()].slice(0, REMARK_MAX).join("") || wish.reason;
    const body = { Irn: wish.irn, CnlRsn: REASONS[wish.reason], CnlRem };
    for (let sends = 1; ; sends += 1) {
      const opened = await this.#request(account, { operation: "cancel", method: "POST", body, idempotent: false });
      if (opened.ok) return readCancelled(opened.value);
      const { failure } = opened;
      const before = hasCode(failure, new Set(["9999"]));
      if (!before && failure.reached !== "unknown") return opened;
      const found = await this.#byIrn(account, wish.irn);
      if (found.ok && found.value?.state === "CANCELLED")
        return { ok: true, value: { irn: wish.irn, cancelledAt: null } };
      if (before || !found.ok) return opened;
      if (sends >= SENDS_MAX) return { ok: false, failure: { ...failure, reached: "no" } };
    }
  }

  async #syncGstin(account: PortalAccount, gstin: string): Promise<PortalOutcome<{ readonly active: boolean }>> {
    const request = { operation: "syncGstin", method: "GET", places: { gstin }, idempotent: true } as const;
    const opened = await this.#request(account, request);
    if (!opened.ok) return opened;
    const details = gstinDetails(opened.value);
    if (!details.ok) return failed(unreadable(true, describeMisfits(details.errors, "the registration")));
    return { ok: true, value: { active: details.value.Status === "ACT" } };
  }

  /** Sends within the session; a refused token is renewed once. Gives the decrypted JSON of a good answer. */
  async #request(account: PortalAccount, request: Request): Promise<Asked<unknown>> {
    const session = await this.#sessions.of(account);
    if (!session.ok) return notSent(session.failure);
    const first = await this.#send(account, session.value, request);
    if (first.ok || first.failure.advice !== "RENEW") return first;
    const renewed = await this.#sessions.renew(account);
    return renewed.ok ? this.#send(account, renewed.value, request) : notSent(renewed.failure);
  }

  async #send(account: PortalAccount, session: Session, request: Request): Promise<Asked<unknown>> {
    const { operation, method, places = {}, query, body, logged = body, idempotent } = request;
    const path = Object.entries(places).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
      this.#paths[operation],
    );
    const open = (answer: SealedAnswer): unknown => openData(answer.Data, session.sek);
    const asked = await ask(this.#wire(account), {
      operation,
      method,
      path,
      ...(query === undefined ? {} : { query }),
      headers: {
        client_id: account.clientId,
        client_secret: account.clientSecret,
        Gstin: account.gstin,
        user_name: account.username,
        AuthToken: session.token,
      },
      ...(body === undefined ? {} : { body: { Data: seal(JSON.stringify(body), session.sek) } }),
      idempotent,
      read: sealedAnswer,
      loggedRequest: logged ?? null,
      loggedAnswer: (answer) => answerForLog(open(answer) ?? answer),
    });
    if (!asked.ok) return asked;
    const opened = open(asked.value);
    return opened === undefined
      ? failed(unreadable(idempotent, "The answer cannot be decrypted with the session's key."))
      : { ok: true, value: opened };
  }

  #wire(account: PortalAccount): Wire {
    const { baseUrl, now, onExchange, timeoutMs = TIMEOUT_MS } = this.#settings;
    return {
      dispatcher: this.#dispatcher,
      baseUrl,
      limits: { timeoutMs, answerBytesMax: ANSWER_BYTES_MAX },
      nowMs: () => now().epochMilliseconds,
      record: (record) => {
        account.onExchange?.(record);
        onExchange?.(account.gstin, record);
      },
    };
  }
}

/** Without a session nothing was sent, whatever became of the attempt to begin one. */
function notSent(failure: PortalFailure): Asked<never> {
  return failed({ ...failure, reached: failure.reached === "unknown" ? "no" : failure.reached });
}

function hasCode({ faults }: PortalFailure, codes: ReadonlySet<string>): boolean {
  return faults.some(({ code }) => codes.has(code));
}

function named({ document, on }: RegisterWish): PortalDocument {
  return { type: document.DocDtls.Typ, number: document.DocDtls.No, on };
}

function adopted(document: Inv01, found: PortalOutcome<Registered | null>): PortalOutcome<Registered | null> {
  if (!found.ok || found.value === null) return found;
  const why = whyNotAdopted(document, found.value);
  return why === null ? { ok: true, value: { ...found.value, adopted: true } } : { ok: false, failure: why };
}

function readCancelled(json: unknown): PortalOutcome<Cancelled> {
  const checked = cancellation(json);
  const cancelledAt = checked.ok ? portalInstant(checked.value.CancelDate) : null;
  if (!checked.ok || cancelledAt === null)
    return failed(unreadable(false, checked.ok ? "It names no time." : describeMisfits(checked.errors, "the answer")));
  return { ok: true, value: { irn: checked.value.Irn, cancelledAt } };
}

const PERSONAL = new Set(["LglNm", "TrdNm", "Nm", "Addr1", "Addr2", "Ph", "Em"]);

/** Signed texts hold the document again, with its names; they are kept with the invoice. */
function answerForLog(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  const kept = Object.entries(answer).map(([name, value]) => [name, name.startsWith("Signed") ? "[signed]" : value]);
  return Object.fromEntries(kept);
}

/** A document for the exchange log: amounts and codes stay, names and addresses do not. */
function forLog(document: Inv01): unknown {
  const parties = ["SellerDtls", "BuyerDtls", "DispDtls", "ShipDtls"] as const;
  const struck = parties.flatMap((party) => {
    const given = document[party];
    if (given === undefined) return [];
    const kept = Object.entries(given).map(([name, value]) => [name, PERSONAL.has(name) ? "[personal]" : value]);
    return [[party, Object.fromEntries(kept)]];
  });
  return { ...document, ...Object.fromEntries(struck) };
}
