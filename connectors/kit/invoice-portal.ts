/**
 * The contract of a portal that registers invoices. A portal is no source: nothing is sold there. Modules speak to it in
 * these words; `src/app` says which portal it is.
 */
import type { DocumentTyp, Inv01 } from "../../contract/inv01.ts";
import type { Instant, LocalDate } from "../../src/kernel/index.ts";
import type { ExchangeRecord } from "./engine.ts";
import type { ConnectorFailure } from "./failure.ts";

/** Whose session it is: one registration, with its user at the portal. Fields are decrypted. */
export interface PortalAccount {
  readonly gstin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  /** Changes with the credentials: a token of old ones is not used with new ones. */
  readonly credentialsVersion: string;
  /** Told each exchange that is made for this account, when it has happened. */
  readonly onExchange?: (record: ExchangeRecord) => void;
}

/** A document as people name it. */
export interface PortalDocument {
  readonly type: DocumentTyp;
  readonly number: string;
  readonly on: LocalDate;
}

/** What the signed QR code says, word for word. */
export interface PortalQr {
  readonly SellerGstin: string;
  readonly BuyerGstin: string;
  readonly DocNo: string;
  readonly DocTyp: string;
  /** dd/mm/yyyy */
  readonly DocDt: string;
  readonly TotInvVal: number;
  readonly ItemCnt: number;
  /** HSN of the item of the highest taxable value. */
  readonly MainHsnCode: string;
  readonly Irn: string;
  readonly IrnDt: string;
}

/** A registered document. Everything here is to be stored before anything else is done. */
export interface Registered {
  readonly irn: string;
  readonly ackNo: string;
  readonly ackAt: Instant;
  readonly state: "ACTIVE" | "CANCELLED";
  /** Signed by the portal (JWS). */
  readonly signedInvoice: string;
  /** The text that goes into the printed QR code, whole (JWS). */
  readonly signedQr: string;
  readonly qr: PortalQr;
  /** The signatures were proved with a key of the portal; false where the operator gave none. */
  readonly proved: boolean;
  /** It was registered before, by a request whose answer was lost, and is the same document. */
  readonly adopted: boolean;
}

export interface RegisterWish {
  readonly document: Inv01;
  readonly on: LocalDate;
  /** It was sent before, and what became of it is not known: the portal is asked first. */
  readonly triedBefore: boolean;
}

/** The portal's own numbers for why: duplicate, data entry mistake, order cancelled, others. */
export type CancelReason = "DUPLICATE" | "MISTAKE" | "ORDER_CANCELLED" | "OTHER";

export interface CancelWish {
  readonly irn: string;
  readonly reason: CancelReason;
  /** Cut to 100 characters. */
  readonly remark: string;
}

export interface Cancelled {
  readonly irn: string;
  /** Null: it had been cancelled before, and the portal does not say when. */
  readonly cancelledAt: Instant | null;
}

/** What may be done about a failure. */
export type PortalAdvice =
  /** The same request again, later, with growing pauses. */
  | "RETRY"
  /** The session is over; the client has renewed it already, so that this is met only when renewing did not help. */
  | "RENEW"
  /** Nothing until the account's credentials are corrected. */
  | "ACCOUNT"
  /** The same document is refused again and again: it must be changed. */
  | "CHANGE"
  /** Its number has an IRN that belongs to a document other than ours. */
  | "DUPLICATE"
  /** It stays so. */
  | "FINAL";

export interface PortalFault {
  readonly code: string;
  /** The portal's words. */
  readonly message: string;
}

export interface PortalFailure extends ConnectorFailure {
  readonly advice: PortalAdvice;
  /** All that the portal named; none where it did not answer. */
  readonly faults: readonly PortalFault[];
  /** What it means, in our words, and what a person can do. */
  readonly words: string;
  readonly whatToDo: string;
}

export type PortalOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: PortalFailure };

export interface InvoicePortal {
  /** Begins a session, whether or not one is running: are these credentials taken? */
  begin(account: PortalAccount): Promise<PortalOutcome<{ readonly goodUntil: Instant }>>;
  /** Registers a document, once: what was registered before and is the same document is handed back as `adopted`. */
  register(account: PortalAccount, wish: RegisterWish): Promise<PortalOutcome<Registered>>;
  /** Null: the portal does not know it. */
  byIrn(account: PortalAccount, irn: string): Promise<PortalOutcome<Registered | null>>;
  byDocument(account: PortalAccount, document: PortalDocument): Promise<PortalOutcome<Registered | null>>;
  cancel(account: PortalAccount, wish: CancelWish): Promise<PortalOutcome<Cancelled>>;
  /** Has the portal refresh its copy of a registration from the GST system (after "invalid" or "inactive"). */
  syncGstin(account: PortalAccount, gstin: string): Promise<PortalOutcome<{ readonly active: boolean }>>;
}
