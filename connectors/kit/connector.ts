import type { Instant } from "../../src/kernel/index.ts";
import type {
  CancelFacts,
  ChannelAnswer,
  ChannelCreditNote,
  ChannelInvoice,
  ConsentAnswer,
  CourierAnswer,
  DispatchFacts,
  FeedPage,
  FeedWish,
  Fetched,
  GradeFacts,
  IrnFacts,
  ListingsPage,
  ManifestAnswer,
  ManifestWish,
  OrdersPage,
  OrdersWish,
  PackFacts,
  ParcelFacts,
  PendencyPage,
  ReturnFacts,
  ReturnKind,
  ReverseFacts,
  ShipmentFacts,
  StateFacts,
  StatusesRead,
  StockLine,
  VerifyStep,
} from "./facts.ts";
import type { Outcome } from "./failure.ts";
import type { ImportedSaleOrder, ImportFault } from "./imported-order.ts";

export type Edition = "STANDARD" | "PROFESSIONAL" | "ENTERPRISE";

/** A field of the credentials form: the form, its help and its checks are drawn from it. */
export interface FieldDeclaration {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password" | "facility" | "warehouse-map";
  readonly required: boolean;
  /** Who gives the value, and what it looks like. */
  readonly help: string;
  /** A regular expression that a value must match. */
  readonly pattern?: string;
  /** Prefilled from, and must equal, another field. */
  readonly sameAs?: string;
  /** No two channels of this source may have the same value. */
  readonly unique?: true;
}

/** A setting of channels of this source beyond those that every channel has. */
export interface SettingDeclaration {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly type: "switch" | "select" | "number" | "text";
  readonly options?: readonly {
    readonly value: string;
    readonly label: string;
    /** Why this version cannot do it yet: shown, and refused with these words. */
    readonly unavailable?: string;
  }[];
  /** Of a number: whole, within these, and what it counts. */
  readonly range?: { readonly min: number; readonly max: number; readonly unit: string };
  readonly default: string | number | boolean;
}

/** The package states that a source may be told. */
export const PACKAGE_STATES = [
  "CREATED",
  "LOCATION_NOT_SERVICEABLE",
  "PICKING",
  "PICKED",
  "PACKED",
  "READY_TO_SHIP",
  "MANIFESTED",
  "DISPATCHED",
  "SHIPPED",
  "DELIVERED",
  "CANCELLED",
  "RETURN_EXPECTED",
  "RETURN_ACKNOWLEDGED",
  "RETURNED",
] as const;
export type PackageState = (typeof PACKAGE_STATES)[number];

/** The states of a reverse pickup (the collection of a customer's return) that a source may be told. */
export const REVERSE_STATES = ["CREATED", "COURIER_ALLOCATED", "COMPLETE", "NOT_RECEIVED"] as const;
export type ReverseState = (typeof REVERSE_STATES)[number];

export type ReportedStatus = "CANCELLED" | "DISPATCHED" | "DELIVERED" | "RETURNED";

/** Until which step a cancellation is allowed: never, until the invoice exists, until dispatch. */
export type CancelUntil = "never" | "invoiced" | "dispatched";

/** What a source can do. Each member that is present forces the operation of the same name, and no other is allowed. */
export interface Capabilities {
  /** Checks credentials: every connectable source has it. */
  readonly verify?: true;
  readonly pullListings?: { readonly everyDays: number };
  /** New orders are asked for, by the states that they may have when they are new, back to so many days. */
  readonly pullOrders?: {
    readonly statuses: readonly PulledStatus[];
    readonly windowDays: number;
    /** What the window counts: when an order was placed (also when left out), or when anything of it changed last. */
    readonly by?: "placed" | "changed";
    /** Asked for again in each run, because lists shift while they are read; two hours when left out. */
    readonly overlapMinutes?: number;
    /** How often the whole window is read; every hour when left out. */
    readonly sweepEveryMinutes?: number;
    /** How often it is asked, where the source's limits set it; the core's pace when left out. */
    readonly everyMinutes?: number;
  };
  /** Orders under the channel's review, for which stock is to be kept. */
  readonly pullPendency?: { readonly windowDays: number };
  /** Takes the seller's acceptance of an order. Without it orders are verified by themselves. */
  readonly acknowledge?: true;
  readonly pushInventory?: { readonly batchMax: number; readonly facilityWise: boolean };
  readonly readStatuses?: { readonly batchMax: number };
  /** What happened to orders, in lists of changes: each is asked for on its own, from where it was read to. */
  readonly pullStatuses?: { readonly feeds: readonly StatusFeed[] };
  /** Takes a package as packed: from then on the channel makes its invoice, courier and label. Done again it changes nothing. */
  readonly pack?: true;
  /** Figures are taken first and judged later: gives the judgement of a `TAKEN` push of stock. */
  readonly readStockResult?: true;
  /** The seller gives access on the source's own page (`consent`): turns what came back into credentials. */
  readonly redeemConsent?: true;
  readonly notifyState?: { readonly states: readonly PackageState[] };
  /** Takes the state of a reverse pickup, and with it the courier that collects it. */
  readonly notifyReturn?: { readonly states: readonly ReverseState[] };
  readonly dispatch?: { readonly withShipper: boolean };
  readonly cancel?: { readonly level: "order" | "item" | "quantity" };
  /** Number, date and taxes of the invoice that the channel makes; its PDF too, or ours is drawn from them. */
  readonly fetchInvoice?: { readonly pdf: boolean };
  /** Takes box, weight and invoice of a package before the label is made. */
  readonly giveShipment?: true;
  /** Courier and tracking number that the channel gave to a package. */
  readonly fetchCourier?: true;
  /** The channel's own label PDF. Without it ours is drawn from the courier's facts. */
  readonly fetchLabel?: { readonly holds: "label" | "label and invoice" };
  /** The channel makes the hand-over list, for so many parcels at once at most. */
  readonly fetchManifest?: { readonly parcelsMax: number };
  /** Downloads a file whose address the channel gave. */
  readonly downloadFile?: true;
  /** Takes the grade of units that came back. */
  readonly reportGrade?: true;
  /** The credit note that the channel makes for a return: number, date, amounts; its PDF too, or ours is drawn from them. */
  readonly fetchCreditNote?: { readonly pdf: boolean };
  /** Takes IRN and signed QR code of an invoice or credit note that the channel numbered. */
  readonly giveIrn?: true;
}

/** A list of changes that a source gives. */
export interface StatusFeed {
  /** As in the source's own API: "cancelled/buyerCancellation". */
  readonly name: string;
  /** With Cancelled or Dispatched among them it is read within ten minutes, otherwise hourly. */
  readonly tells: readonly ReportedStatus[];
  /** Asked for again in each run: changes become visible late. */
  readonly overlapMinutes: number;
  /** Longest window of one question: a longer one is asked in parts. */
  readonly windowMinutesMax: number;
  /** How often it is asked, where the source's limits set it; the core's pace when left out. */
  readonly everyMinutes?: number;
}

export type PulledStatus = "CREATED" | "PENDING_VERIFICATION";

/** Who does what, and what is allowed: read by the core instead of asking for a source's name. */
export interface SourceRules {
  readonly ordersArrive: "push" | "pull" | "by hand";
  /** Zone of times that the source gives without one. */
  readonly zone: string;
  readonly lineAmounts: "PER_UNIT" | "PER_LINE";
  readonly thirdPartyShipping: { readonly default: boolean; readonly allowed: readonly boolean[] };
  /** Who numbers the invoice of an order, whoever ships it. */
  readonly invoiceBy: "us" | "channel";
  /**
   * Who gives courier, tracking number and label of an order that the channel ships (`thirdPartyShipping`). What the seller
   * ships has a courier, a number and a label of ours under either word.
   */
  readonly labelBy: "us" | "channel";
  /**
   * Who makes the hand-over list of parcels that the channel ships: "channel" is asked before the list closes. A list of
   * parcels that the seller ships is ours under either word: its couriers are not the channel's.
   */
  readonly manifestBy: "us" | "channel";
  readonly split: boolean;
  readonly multiBox: boolean;
  readonly sellerCancel: CancelUntil;
  /** Cancellation by the customer or on the marketplace. "never": one that arrives is a doubt for a person. */
  readonly channelCancel: CancelUntil;
  readonly reports: readonly ReportedStatus[];
  /** Whose parcels' statuses are believed: those of all orders (also when left out), or of orders that the channel ships. */
  readonly reportsOf?: "all" | "channel-shipped";
  /** The rule about cancellation in the source's own words, for refusals. */
  readonly channelCancelRule: string;
  /** The rule about the seller's cancellation in the source's own words, where there is one. */
  readonly sellerCancelRule?: string;
  /**
   * One store a channel: orders are always allocated at the facility that this field names. Publishing the stock of more
   * facilities needs a confirmation, which shows the warning.
   */
  readonly oneStore?: { readonly field: string; readonly warning: string };
  readonly notifyOnDispatchDefault: boolean;
  /**
   * Who makes the credit note of a return. "us": of our own series, naming the invoice whoever numbered that. "none": nobody,
   * and a return ends without one.
   */
  readonly creditNoteBy: "us" | "channel" | "none";
  /** When the channel's credit note is asked for: so long after putaway is complete. */
  readonly creditNoteDelay?: {
    /** The source's setting (`settings`) that holds the minutes. */
    readonly setting: string;
    readonly defaultMinutes: number;
  };
  /** Returns that the channel announces by itself. A reverse pickup of that kind made by hand needs the right to override. */
  readonly sendsReturns: readonly ReturnKind[];
  /** The rule about reverse pickups made by hand in the source's own words, for refusals. */
  readonly manualReturnRule?: string;
}

export interface Limits {
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Share of the limit kept for people who click, 0 to 1. */
  readonly interactiveShare: number;
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  /** Operations (names of `OutRequest`) that the source limits by themselves, instead of by the two figures above. */
  readonly operations?: Readonly<Record<string, OperationLimit>>;
  /** The answer's header that tells the present requests per second of its operation. */
  readonly rateHeader?: string;
}

export interface OperationLimit {
  /** 0.0056: one in three minutes. */
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** What the engine lends an operation. Operations build requests and read answers; they own no HTTP, token store or retry. */
export interface Call {
  /** Credentials and fields, decrypted, by field name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly now: Instant;
  send(request: OutRequest): Promise<Outcome<InAnswer>>;
  /** The path of an operation: the operator's (GODOWN_SOURCE_PATHS) where one is set, otherwise this one. `{name}` stays. */
  path(operation: string, otherwise: string): string;
  /** Does an address that the channel gave stand at the source's own origin? Only there a token may be sent. */
  isOwn(address: string): boolean;
  /** Makes a value that is dear (a token) once, however many ask at the same time; a failure is not kept. */
  once<T>(key: string, make: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** A value kept for this channel in this process (a token). */
  readonly memory: {
    get(key: string): string | undefined;
    set(key: string, value: string): void;
    drop(key: string): void;
  };
}

export interface OutRequest {
  /** Name of the operation in the exchange log and the limiter. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the source's base URL. An absolute address that the channel gave is pinned to public hosts or to the source's own. */
  readonly path: string;
  /** "file": any bytes are a good answer, not JSON alone. */
  readonly expects?: "json" | "file";
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** One of the source's `hosts`; its main one when left out. */
  readonly host?: string;
  readonly body?: unknown;
  /** Sent instead of `body`: a form, or bytes of another type. */
  readonly form?: Readonly<Record<string, string>>;
  readonly raw?: { readonly type: string; readonly bytes: Buffer };
  /** A repeat changes nothing on the other side, so that a lost answer may be asked again. */
  readonly idempotent: boolean;
  /** Reads the source's own code and words out of an answer that is not 2xx. */
  readonly explain?: (answer: InAnswer) => { readonly code?: string; readonly message?: string };
}

export interface InAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or null where the body is not JSON. */
  readonly json: unknown;
  readonly bytes: Buffer;
}

/** What goes into the operation of each capability and what comes out. */
export interface OperationIo {
  verify: { in: (step: VerifyStep) => void; out: { readonly listings: number | null } };
  /** Takes the number of a page, from 1. */
  pullListings: { in: number; out: ListingsPage };
  pushInventory: { in: readonly StockLine[]; out: ChannelAnswer };
  readStatuses: { in: readonly string[]; out: StatusesRead };
  notifyState: { in: StateFacts; out: ChannelAnswer };
  notifyReturn: { in: ReverseFacts; out: ChannelAnswer };
  dispatch: { in: DispatchFacts; out: ChannelAnswer };
  cancel: { in: CancelFacts; out: ChannelAnswer };
  pullOrders: { in: OrdersWish; out: OrdersPage };
  pullPendency: { in: Omit<OrdersWish, "status">; out: PendencyPage };
  /** Takes the channel's order id. */
  acknowledge: { in: string; out: ChannelAnswer };
  fetchInvoice: { in: ParcelFacts; out: Fetched<ChannelInvoice> };
  giveShipment: { in: ShipmentFacts; out: ChannelAnswer };
  fetchCourier: { in: ParcelFacts; out: CourierAnswer };
  fetchLabel: { in: ParcelFacts; out: Fetched<Buffer> };
  fetchManifest: { in: ManifestWish; out: ManifestAnswer };
  /** Takes the address as the channel gave it. */
  downloadFile: { in: string; out: Fetched<Buffer> };
  reportGrade: { in: GradeFacts; out: ChannelAnswer };
  fetchCreditNote: { in: ReturnFacts; out: Fetched<ChannelCreditNote> };
  giveIrn: { in: IrnFacts; out: ChannelAnswer };
  pullStatuses: { in: FeedWish; out: FeedPage };
  pack: { in: PackFacts; out: ChannelAnswer };
  /** Takes the ticket of a `TAKEN` answer. */
  readStockResult: { in: string; out: Fetched<ChannelAnswer> };
  redeemConsent: { in: ConsentAnswer; out: Readonly<Record<string, string>> };
}
export type OperationName = keyof OperationIo;

/** The operation of each capability. */
export type OperationTable = {
  [K in OperationName]: (call: Call, input: OperationIo[K]["in"]) => Promise<Outcome<OperationIo[K]["out"]>>;
};

/** Operations that the declared capabilities call for: all of them and no other. */
export type OperationsFor<C extends Capabilities> = {
  readonly [K in keyof OperationTable as K extends keyof C
    ? C[K] extends undefined
      ? never
      : K
    : never]: OperationTable[K];
};

export interface SourceIdentity {
  /** On the wire and in the database: JUPITER_MONEY. */
  readonly id: string;
  readonly label: string;
  readonly category: "Marketplaces" | "B2B Channel" | "Carts" | "Other/Offline";
  readonly state: "live" | "private" | "discontinued";
  /** Editions that may use it; all when absent. */
  readonly editions?: readonly Edition[];
  /** A sentence on the tile. */
  readonly about: string;
  /** Monogram and colour of the tile. */
  readonly tile: { readonly monogram: string; readonly color: string };
  readonly fields: readonly FieldDeclaration[];
  readonly settings: readonly SettingDeclaration[];
  readonly rules: SourceRules;
  readonly limits: Limits;
  /**
   * Where its API is served, by name; "api" is the main one. Only of sources whose addresses are public and the same for all.
   * The operator's address of the source (GODOWN_SOURCE_URLS) takes the place of all of them, `SOURCE.name` that of one.
   */
  readonly hosts?: { readonly api: string } & Readonly<Record<string, string>>;
}

/** The seller gives access on a page of the source's. */
export interface ConsentDeclaration {
  /** What stands on the button: "Authorize on Amazon". */
  readonly label: string;
  /** Fields that come of it: `redeemConsent` gives them. */
  readonly gives: readonly string[];
  /** Where the browser goes. `origin`: where the operator says that the source stands (a simulator), null in the field. Pure. */
  readonly url: (wish: {
    readonly fields: Readonly<Record<string, string>>;
    readonly state: string;
    readonly redirectUri: string;
    readonly origin: string | null;
  }) => string;
}

/** A push of a marketplace that says no more than "look": what it says is read from the marketplace itself. */
export interface ReceivedPush {
  readonly headers: Readonly<Record<string, string>>;
  /** As the marketplace called it, public host included. */
  readonly url: string;
  readonly bytes: Buffer;
  readonly fields: Readonly<Record<string, string>>;
  readonly now: Instant;
}

export type WakeUp =
  /** `key`: the same push again has the same. */
  | { readonly kind: "LOOK"; readonly key: string; readonly channelOrderIds: readonly string[] }
  /** The address is to be opened once to begin. Only one at the source's own hosts is. */
  | { readonly kind: "CONFIRM"; readonly key: string; readonly url: string }
  /** Understood, and nothing to do. */
  | { readonly kind: "NOTHING"; readonly key: string }
  /** Not proved to come from the marketplace, or not readable. */
  | { readonly kind: "REFUSED"; readonly status: 400 | 401; readonly words: string };

/** A source as the core sees it: operations may be absent, and the core asks `capabilities`. */
export interface Connector extends SourceIdentity {
  readonly capabilities: Capabilities;
  readonly operations: Partial<OperationTable>;
  readonly consent?: ConsentDeclaration;
  /** Reads what the marketplace pushes as a wake-up, and proves that it comes from there. Pure. */
  readonly readWakeUp?: (push: ReceivedPush) => WakeUp;
  /** Reads a pushed or pulled raw order. Pure. */
  readonly readOrder?: (
    raw: unknown,
  ) =>
    | { readonly ok: true; readonly value: ImportedSaleOrder }
    | { readonly ok: false; readonly faults: readonly ImportFault[] };
}

/** Declares a source. The types refuse a capability without its operation and an operation without its capability. */
export function defineConnector<const C extends Capabilities>(
  declared: SourceIdentity & {
    readonly capabilities: C;
    readonly operations: OperationsFor<C> & { readonly [K in Exclude<keyof OperationTable, keyof C>]?: never };
    readonly readOrder?: Connector["readOrder"];
    readonly consent?: Connector["consent"];
    readonly readWakeUp?: Connector["readWakeUp"];
  },
): Connector {
  return declared as unknown as Connector; // the conditional type is a subset of Partial<OperationTable>; the compiler cannot see it
}
