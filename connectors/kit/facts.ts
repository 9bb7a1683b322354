/** What operations take and give, in our words: no source's spelling, no HTTP. */
import type { Instant, Paise } from "../../src/kernel/index.ts";
import type { PackageState, PulledStatus, ReportedStatus, ReverseState } from "./declaration.ts";

/** A listing of the seller's, as the channel's catalogue gives it. All of them belong into a page: what is missing counts as withdrawn. */
export interface ListingRow {
  readonly channelProductId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly channelSku: string;
  readonly title: string;
  readonly imageUrl: string | null;
  readonly price: Paise | null;
  readonly live: boolean;
  /**
   * The marketplace keeps the goods in a warehouse of its own and counts them itself (Amazon's FBA, Flipkart's FBF): while this
   * is so the listing is told no figure, and needs no SKU. Absent: not said; what was said last stays, and at first it is false.
   */
  readonly stockAtChannel?: boolean;
}

export interface StockLine {
  readonly channelProductId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly hsn: string | null;
  /** The channel's warehouse code, for facility-wise stock. */
  readonly channelWarehouse: string | null;
}

/** What became of one member of a batch. */
export interface LineResult {
  readonly key: string;
  readonly accepted: boolean;
  readonly message: string | null;
}

export interface TaxRates {
  readonly gstBps: number;
  readonly cgstBps: number;
  readonly sgstBps: number;
  readonly utgstBps: number;
  readonly igstBps: number;
  readonly cessBps: number;
}

export interface DispatchFacts {
  readonly channelOrderId: string;
  /** Which of the order's packages, from 1: it stays the same when it is told again. */
  readonly packageNo: number;
  readonly lines: readonly {
    readonly channelOrderItemId: string;
    readonly quantity: number;
    readonly rates: TaxRates;
  }[];
  /** Present when the seller ships. */
  readonly shipper: {
    readonly providerName: string;
    readonly courierName: string;
    readonly awb: string;
    readonly trackingUrl: string;
    readonly dispatchedAt: Instant;
    readonly deliveryExpectedAt: Instant;
    readonly invoiceNumber: string;
    readonly invoicedOn: Temporal.PlainDate;
    /** Zone in which the channel reads times. */
    readonly zone: string;
  } | null;
}

export interface StateFacts {
  readonly channelOrderId: string;
  readonly channelOrderItemIds: readonly string[];
  readonly state: PackageState;
  readonly courierStatus: string | null;
  readonly changedAt: Instant;
  readonly zone: string;
}

/** A change of a reverse pickup's state. */
export interface ReverseFacts {
  readonly channelOrderId: string;
  /** A line as often as units of it come back. */
  readonly channelOrderItemIds: readonly string[];
  readonly state: ReverseState;
  /** Who collects it; told with COURIER_ALLOCATED. */
  readonly courier: { readonly code: string; readonly name: string; readonly awb: string } | null;
  readonly changedAt: Instant;
  readonly zone: string;
}

export interface CancelFacts {
  readonly channelOrderId: string;
  readonly lines: readonly {
    readonly channelOrderItemId: string;
    readonly productId: string;
    readonly variantId: string;
    readonly quantity: number;
  }[];
}

/** A page of new orders that is wanted. */
export interface OrdersWish {
  readonly status: PulledStatus;
  /** Window of order dates, or of changes: as the source declares. */
  readonly from: Instant;
  readonly to: Instant;
  /** From 1. */
  readonly page: number;
  /** What the page before gave as `next`; absent on the first page and where pages have numbers alone. */
  readonly token?: string;
}

/** An order of a page, not yet read. */
export interface PulledOrder {
  readonly channelOrderId: string;
  readonly raw: unknown;
  /** What of it stays as it is while the order lives: states and returns left out. Tells a repeat from other content. */
  readonly content: unknown;
  /**
   * When the source changed the order last, by its own clock; absent: it does not say. A copy of the order from before one that
   * was read already is passed over.
   */
  readonly changedAt?: Instant;
  /** What the answer says of the order's state besides: read like an answer of `readStatuses`. */
  readonly reported: ReportedOrder | null;
  /**
   * The seller takes no new orders of its kind: one that is here already is followed like any other, one that is not is passed
   * over. Left out of the page instead, a cancellation of what is being packed would not be heard.
   */
  readonly onlyIfKnown?: true;
}

export interface OrdersPage {
  readonly orders: readonly PulledOrder[];
  /** Rows without a usable id, as they came. */
  readonly rejected: readonly { readonly raw: unknown; readonly words: string }[];
  /** The source's own end mark. */
  readonly last: boolean;
  /** Asks for the next page, where pages have no numbers. */
  readonly next?: string;
  /** Up to when, by the source's own clock, the list is complete; absent: to the window's end. */
  readonly through?: Instant;
  /** Orders of the same list that nobody may process yet: stock is kept for them. */
  readonly pending?: readonly PendingOrder[];
}

/** An order under the channel's review: stock is kept for it, nothing is processed. */
export interface PendingOrder {
  readonly channelOrderId: string;
  readonly lines: readonly {
    readonly channelOrderItemId: string;
    readonly channelProductId: string;
    readonly channelSku: string;
    readonly quantity: number;
  }[];
}

export interface PendencyPage {
  readonly orders: readonly PendingOrder[];
  readonly rejected: readonly string[];
  readonly last: boolean;
}

/** A package as its channel knows it: lines of one order. */
export interface ParcelFacts {
  readonly channelOrderId: string;
  readonly packageCode: string;
  readonly lines: readonly ParcelLine[];
}

export interface ParcelLine {
  readonly channelOrderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity: number;
}

/** What is asked for may not be there yet: then it is asked for again later. */
export type Fetched<T> =
  | { readonly state: "READY"; readonly value: T }
  | { readonly state: "NOT_YET"; readonly message: string | null };

/** The invoice that a channel made for a package. */
export interface ChannelInvoice {
  readonly number: string;
  readonly issuedAt: Instant;
  readonly lines: readonly {
    /** The order's line, where the channel names it. */
    readonly channelOrderItemId?: string;
    readonly productId: string;
    readonly variantId: string;
    readonly rates: TaxRates;
    /** Value before tax of the whole line; null: the order's price less the tax is meant. */
    readonly taxable: Paise | null;
  }[];
  /** Whom it bills; null: the order's buyer. */
  readonly buyer: {
    readonly name: string;
    readonly gstin: string | null;
    readonly addressLines: readonly string[];
    /** City, state and PIN code once more, apart, where the channel gives them so: an e-invoice wants them apart. */
    readonly city?: string;
    /** Two digits, as a GSTIN begins. */
    readonly stateCode?: string;
    readonly pincode?: string;
  } | null;
  /** Null: the channel gives none, ours is drawn. */
  readonly pdf: Buffer | null;
}

/** RTO: came back without having been delivered. CIR: the customer sent it back. */
export type ReturnKind = "RTO" | "CIR";

/** Units of a package that came back together. */
export interface ReturnFacts {
  readonly channelOrderId: string;
  readonly packageCode: string;
  readonly kind: ReturnKind;
  /** Null: the channel never announced it, or gave it no id. */
  readonly channelReturnId: string | null;
  /** `quantity`: units of the line that are in this return. */
  readonly lines: readonly ParcelLine[];
}

export type ReturnGrade = "good" | "bad" | "qc_rejected";

/**
 * The grades of a return. `lines` names everything of it that is graded by now, not only what is new: a report takes the place
 * of the one before, so that one told twice counts nothing twice. A line whose units differ is there once for each grade.
 */
export interface GradeFacts extends Omit<ReturnFacts, "lines"> {
  readonly lines: readonly (ParcelLine & { readonly grade: ReturnGrade })[];
}

/** The credit note that a channel made for a return. Amounts are positive: what is taken back. */
export interface ChannelCreditNote {
  readonly number: string;
  /** The channel's name for its series; null: it gives none. */
  readonly series: string | null;
  readonly issuedAt: Instant;
  /** Null: the channel does not say which invoice it takes back. */
  readonly originalInvoiceNumber: string | null;
  readonly lines: readonly {
    /** The order's line, where the channel names it. */
    readonly channelOrderItemId?: string;
    readonly productId: string;
    readonly variantId: string;
    readonly quantity: number;
    readonly rates: TaxRates;
    /** Value before tax of all units of the line here; null: the invoice's share is meant. */
    readonly taxable: Paise | null;
  }[];
  /** Null: the channel gives none, ours is drawn. */
  readonly pdf: Buffer | null;
}

/** What the tax portal gave to a document that the channel numbered. */
export interface IrnFacts {
  readonly channelOrderId: string;
  readonly packageCode: string;
  readonly document: "INVOICE" | "CREDIT_NOTE";
  /** The document's number, the channel's own. */
  readonly number: string;
  readonly irn: string;
  readonly ackNumber: string;
  readonly acknowledgedAt: Instant;
  /** The signed text of the QR code. */
  readonly signedQr: string;
}

export interface ShipmentFacts {
  readonly channelOrderId: string;
  readonly invoiceNumber: string;
  readonly invoicedOn: Temporal.PlainDate;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly weightGrams: number;
  readonly lines: readonly {
    readonly channelOrderItemId: string;
    readonly quantity: number;
    readonly rates: TaxRates;
  }[];
}

export interface ChannelCourier {
  readonly code: string;
  readonly name: string;
  readonly awb: string;
  readonly sortCode: string | null;
}

/** Who carries a package: the channel's courier, or the seller after all. */
export type CourierAnswer = Fetched<ChannelCourier> | { readonly state: "SELLER_SHIPS" };

export interface ManifestWish {
  /** Empty: of several couriers; only sources whose lists may be so (`fetchManifest.together`) are asked for that. */
  readonly courierCode: string;
  /** The same lines by package. */
  readonly parcels?: readonly ParcelFacts[];
  readonly lines: readonly ParcelLine[];
}

/** The channel's word about a hand-over list: made, with the address of its PDF, or the lines that stop it. */
export interface ManifestAnswer {
  readonly made: boolean;
  readonly url: string | null;
  /** The list itself, where it comes with the answer. */
  readonly file?: Buffer;
  /** `key` is the channel's line. */
  readonly refused: readonly { readonly key: string; readonly message: string }[];
  readonly message: string | null;
  /** Nothing was made, and nothing refused: parcels that were asked for together need a list for each of their couriers. */
  readonly apart?: true;
}

/** A marketplace's answer to a batch or a write. */
export interface ChannelAnswer {
  /** TAKEN: what becomes of it shows later; of figures by `readStockResult`, of a cancellation by the order's status. */
  readonly status: "SUCCESS" | "PARTIAL_SUCCESS" | "FAILED" | "TAKEN";
  /** Of what was TAKEN: what to ask for its result with. */
  readonly ticket?: string;
  readonly results: readonly LineResult[];
  readonly message: string | null;
}

export interface ReportedOrder {
  readonly channelOrderId: string;
  readonly lines: readonly {
    readonly channelOrderItemId: string;
    /** "unknown": a word that this source's table does not have; no change, shown to a person. */
    readonly status: "OPEN" | ReportedStatus | "RTO" | "CIR" | "unknown";
    readonly raw: string;
    /** Units that the word is about; absent: all of the line. */
    readonly quantity?: number;
    /** When it became so there, by the source's clock; absent: it does not say. */
    readonly changedAt?: Instant;
    readonly returnReason: string | null;
    readonly returnAwb: string | null;
    readonly returnCourier: string | null;
    readonly channelReturnId: string | null;
    /** The return that it names will not come: it was cancelled or refused there. */
    readonly returnCalledOff?: true;
    /**
     * The buyer asks the seller to cancel the line, and the channel leaves it to the seller whether he cancels or ships: a person is
     * asked. Told with each reading for as long as the wish stands, of units that did not leave: what is OPEN, or in a state that
     * nobody knows.
     */
    readonly cancelWished?: true;
    /**
     * A known word that changes nothing by itself, and after which somebody has to do something. Told with each reading for as
     * long as it is so.
     */
    readonly needsPerson?: NeedsPerson;
  }[];
  /** Who carries it there and how far it is, of parcels that the channel ships; absent: it does not say. */
  readonly parcels?: readonly ReportedParcel[];
}

/** "LABEL_VOID": the channel voided the label that the units lie under, and nobody collects them before they are scheduled again. */
export interface NeedsPerson {
  readonly kind: "LABEL_VOID";
  /** The void label's number; null: the channel names none. */
  readonly awb: string | null;
  /** Where a person does it, in the channel's words: "Seller Central > Manage Orders". */
  readonly panel: string;
}

/** A parcel as the channel sees it travel. */
export interface ReportedParcel {
  /** Lines in it; empty: the order's. */
  readonly channelOrderItemIds: readonly string[];
  readonly courierCode: string | null;
  readonly courierName: string | null;
  readonly awb: string | null;
  /** The courier's words in the channel's spelling, oldest first. */
  readonly statuses: readonly { readonly raw: string; readonly at: Instant | null }[];
}

/** A part of one of the source's lists of changes. */
export interface FeedWish {
  /** The declared feed's name. */
  readonly feed: string;
  /** Times of change. */
  readonly from: Instant;
  readonly to: Instant;
  /** From 1. */
  readonly page: number;
  /** What the page before gave as `next`. */
  readonly token?: string;
}

export interface FeedPage {
  readonly orders: readonly ReportedOrder[];
  readonly rejected: readonly string[];
  readonly last: boolean;
  readonly next?: string;
  /** Up to when, by the source's own clock, the list is complete; absent: to the window's end. */
  readonly through?: Instant;
  /** The source gives no more than this of one window, and there is more: a shorter window has to be asked. */
  readonly capped?: true;
}

/** A package that is packed here. */
export interface PackFacts extends Omit<ParcelFacts, "lines"> {
  readonly packedOn: Temporal.PlainDate;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly weightGrams: number;
  readonly lines: readonly (ParcelLine & { readonly rates: TaxRates })[];
}

/** What the source's consent page sent back with the browser. */
export interface ConsentAnswer {
  readonly parameters: Readonly<Record<string, string>>;
  readonly redirectUri: string;
}

/** A step of checking credentials, told as it is done, so that a person sees how far it came. */
export interface VerifyStep {
  readonly title: string;
  readonly detail: string;
}

export interface ListingsPage {
  readonly rows: readonly ListingRow[];
  readonly last: boolean;
  /** Products that could not be read, in words: they do not sink the page. */
  readonly rejected: readonly string[];
}

export interface StatusesRead {
  readonly orders: readonly ReportedOrder[];
  /** Orders that could not be read, in words: they do not sink the others. */
  readonly rejected: readonly string[];
}
