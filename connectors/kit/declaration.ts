/** What a source says of itself: identity, form, rules, capabilities, limits. Pure data: the core reads it instead of a source's name. */
import type { ReturnKind } from "./facts.ts";

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
    /** Statuses of known orders that its list tells as well: for those no order is asked about by its id, but once a day. */
    readonly tells?: readonly ReportedStatus[];
  };
  /** Orders under the channel's review, for which stock is to be kept. */
  readonly pullPendency?: { readonly windowDays: number };
  /** Takes the seller's acceptance of an order. Without it orders are verified by themselves. */
  readonly acknowledge?: true;
  readonly pushInventory?: { readonly batchMax: number; readonly facilityWise: boolean };
  readonly readStatuses?: { readonly batchMax: number };
  /**
   * Whole orders by their ids, new ones too, in whatever state they are: for those that no list shows (somebody finished them
   * at once) and for those that a push names. `byLists`: the source has no such question, and they are looked for in its lists;
   * what a push names is then asked for with everything that is new, which is cheaper.
   */
  readonly readOrders?: { readonly batchMax: number; readonly byLists?: true };
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
  /**
   * The channel makes the hand-over list, for so many parcels at once at most: one for each of its couriers, who are asked for
   * one after the other. `together`: some of its lists hold parcels of all couriers. Several are then asked for as one, and
   * only where the answer says `apart` one by one.
   */
  readonly fetchManifest?: { readonly parcelsMax: number; readonly together?: true };
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
  /**
   * It gives whatever is active, whole each time, and no changes: what is over may be missing. A known order that is not over
   * here, and that it leaves out, is asked about by its id (`readStatuses`).
   */
  readonly holds?: "active";
}

export type PulledStatus = "CREATED" | "PENDING_VERIFICATION";

/** Who does what, and what is allowed: read by the core instead of asking for a source's name. */
export interface SourceRules {
  readonly ordersArrive: "push" | "pull" | "by hand";
  /** Zone of times that the source gives without one. */
  readonly zone: string;
  readonly lineAmounts: "PER_UNIT" | "PER_LINE";
  readonly thirdPartyShipping: { readonly default: boolean; readonly allowed: readonly boolean[] };
  /** Who numbers the invoice of an order, whoever ships it (but see the next). */
  readonly invoiceBy: "us" | "channel";
  /** Who numbers it where the seller ships (not `thirdPartyShipping`), if that is somebody else. */
  readonly invoiceOfSellerShipped?: "us" | "channel";
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
  /**
   * What the channel does to a listing of which units were cancelled, by the seller or there: it may stop selling it until a
   * figure is told again. "push-again": the figure is told then, though it is the one that was told last.
   */
  readonly stockAfterCancel?: "push-again";
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
export interface SourceIdentity {
  /** On the wire and in the database: JUPITER_MONEY. */
  readonly id: string;
  readonly label: string;
  /** "Examples": made up, for engineers; there is nobody whom a seller could ask for access. */
  readonly category: "Marketplaces" | "B2B Channel" | "Carts" | "Other/Offline" | "Examples";
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
