/** What simulators of marketplaces hold, and how they are started. */
import type { Json } from "./json.ts";
import type { PublishedLimits } from "./published-limits.ts";
import type { Answer } from "./server.ts";

/** The time now. Given by who starts a simulator; the real clock when nothing is given. */
export type Clock = () => Temporal.Instant;

/** One thing that a marketplace lists: a variant of a product. Amounts are whole paise, tax included. */
export interface CatalogueVariant {
  readonly productId: string;
  readonly variantId: string;
  /** The seller's SKU as written on the marketplace. */
  readonly sku: string;
  /** Title of the product; of the variant with `variantTitle` in brackets. */
  readonly title: string;
  readonly variantTitle?: string;
  readonly brand: string;
  readonly category: string;
  readonly pricePaise: number;
  readonly mrpPaise: number;
  readonly hsnCode: string;
  /** GST rate in basis points: 1800 is 18 %. */
  readonly gstBasisPoints: number;
  readonly weightGrams: number;
  /** Length, breadth, height. */
  readonly sizeMm: readonly [number, number, number];
}

/** A seller's account on the marketplace. */
export interface Seller {
  readonly username: string;
  readonly password: string;
  /** His registration: its state decides the taxes between him and the marketplace. An invented one unless given. */
  readonly gstin?: string | undefined;
  /** What an account has beside, where the marketplace knows it by other things than name and password: client id, merchant. */
  readonly account?: Readonly<Record<string, string>> | undefined;
}

export interface Address {
  readonly name: string;
  readonly addressLine1: string;
  readonly addressLine2?: string;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string;
  readonly email?: string;
}

export type OrderStatus = "PENDING_VERIFICATION" | "CREATED" | "COMPLETE" | "CANCELLED";
export type ItemStatus = "CREATED" | "CANCELLED" | "DISPATCHED" | "DELIVERED" | "RETURN_REQUESTED" | "COURIER_RETURN";

export interface ItemReturn {
  readonly returnId: string;
  readonly type: "CUSTOMER_RETURN" | "COURIER_RETURN";
  readonly reason: string;
  readonly at: string;
  readonly trackingNumber: string;
  readonly courier: string;
}

/** Units of an order that come back together, as the marketplace knows them. */
export interface SimReturn extends ItemReturn {
  /** False: the seller told of its grades before the marketplace knew of it. Its lines are then what he told of last. */
  readonly announced: boolean;
  /** `quantity`: units of the line in this return. */
  lines: readonly { readonly orderItemId: string; readonly quantity: number }[];
  /** What the seller told last; a line whose units differ is there once for each grade. */
  grades: readonly { readonly orderItemId: string; readonly grade: string; readonly quantity: number }[];
  /** Since when a grade of every unit is known. */
  gradedAt: string | null;
  creditNote: SimCreditNote | null;
}

/** A credit note that the marketplace made for a return. Amounts are whole paise of all units of a line in it. */
export interface SimCreditNote {
  readonly number: string;
  readonly series: string;
  readonly issuedAt: string;
  readonly originalInvoiceNumber: string;
  /** Name of its file. */
  readonly file: string;
  readonly lines: readonly {
    readonly orderItemId: string;
    readonly quantity: number;
    readonly taxablePaise: number;
    readonly cgstPaise: number;
    readonly sgstPaise: number;
    readonly utgstPaise: number;
    readonly igstPaise: number;
  }[];
}

/** What the tax portal gave to a document of the marketplace's, as the seller told it. */
export interface SimIrn {
  readonly document: "INVOICE" | "CREDIT_NOTE";
  readonly number: string;
  readonly irn: string;
  readonly ackNumber: string;
  readonly ackDate: string;
  readonly signedQr: string;
  readonly receivedAt: string;
}

/** A line of an order. Amounts are whole paise of one unit. */
export interface SimOrderItem {
  readonly orderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly sellingPricePaise: number;
  readonly shippingChargesPaise: number;
  readonly cashOnDeliveryChargesPaise: number;
  readonly discountPaise: number;
  readonly giftWrap: { readonly message: string; readonly chargesPaise: number } | null;
  onHold: boolean;
  readonly packetNumber: number;
  readonly facilityCode: string | null;
  status: ItemStatus;
  cancelledQuantity: number;
  dispatchedQuantity: number;
  /** The return that its status speaks of: the last one announced. */
  returned: ItemReturn | null;
  /** Since when it is as it is. */
  changedAt: string;
}

export interface SimShipment {
  readonly trackingNumber: string;
  readonly courier: string;
  readonly providerCode: string;
  readonly orderItemIds: readonly string[];
  /** Units of each line in it; left out: what was left of the line. */
  readonly units?: Readonly<Record<string, number>>;
  readonly at: string;
}

/** A word of the courier about a parcel under way, in the marketplace's spelling. */
export interface SimCourierStatus {
  readonly raw: string;
  readonly at: string;
  readonly orderItemIds: readonly string[];
}

/** Lines that travel together when the marketplace ships, with the courier that it gave them. */
export interface SimParcel {
  readonly orderItemIds: readonly string[];
  /** When the marketplace first heard of the parcel: the courier's delay runs from here. */
  readonly openedAt: string;
  /** Null until a courier is assigned. */
  courier: {
    readonly code: string;
    readonly name: string;
    readonly awb: string;
    readonly sortCode: string;
    readonly assignedAt: string;
  } | null;
  /** Box and weight, where the other side gives them. */
  box: {
    readonly lengthMm: number;
    readonly widthMm: number;
    readonly heightMm: number;
    readonly grams: number;
  } | null;
}

/** An invoice that the marketplace made for an order: its own to the customer, or the one between seller and marketplace. */
export interface SimInvoice {
  readonly kind: "INVOICE" | "B2B" | "B2C";
  readonly number: string;
  readonly issuedAt: string;
}

/** An order as the marketplace knows it. Times are ISO texts in UTC. */
export interface SimOrder {
  readonly id: string;
  readonly displayOrderNumber: string;
  /** Username of the seller whose order it is. */
  readonly seller: string;
  readonly orderDate: string;
  /** Dispatch by. */
  readonly slaBy: string;
  readonly priority: number;
  readonly paymentType: "COD" | "PREPAID";
  readonly thirdPartyShipping: boolean;
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  readonly gstin: string;
  readonly additionalInfo: string;
  readonly items: readonly SimOrderItem[];
  /** Laid over the order as it is first given to the other side; makes wrong orders on purpose. */
  readonly raw: Json | null;
  orderStatus: OrderStatus;
  /** When anything of it changed last; when it was made, before that. */
  updatedAt: string;
  /** The marketplace still looks at it: listed as pendency alone until it is released or dropped. */
  underReview: boolean;
  acknowledgedAt: string | null;
  readonly invoices: SimInvoice[];
  readonly parcels: SimParcel[];
  readonly shipments: SimShipment[];
  /** Oldest first. */
  readonly courierStatuses: SimCourierStatus[];
  readonly returns: SimReturn[];
  readonly irns: SimIrn[];
  /** What was sent to the other side about this order, and what it answered. */
  readonly pushes: PushRecord[];
  /** What a source's simulator keeps of it beside, by names of its own. */
  marks?: Record<string, string>;
}

/** One call of the simulator to the other side. */
export interface PushRecord {
  readonly operation: string;
  readonly at: string;
  readonly url: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly body: unknown;
  readonly error: string | null;
  /** In what the answer does not fit the contract; null where it fits. */
  readonly misfit: string | null;
  readonly fault: string | null;
}

/** Where pushes go: the base address, and the headers that prove who calls. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SimulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
  readonly sellers?: readonly Seller[];
  readonly products?: readonly CatalogueVariant[];
  /** Codes of the sellers' warehouses, in place of those that the source's simulator has; a source without any takes none. */
  readonly warehouses?: readonly string[];
  readonly seed?: number;
  readonly clock?: Clock;
  readonly target?: Target;
  /** Orders and stock of an earlier life, as `log()` gave them: what was sold there is still known here. */
  readonly remembered?: Remembered;
  /** Entries kept of every log and orders kept at all; past it the oldest are forgotten, and counted. Absent: enough for a demo. */
  readonly logMax?: number;
  /** Calls kept, each with up to 2,000 characters of its body; as many as `logMax` where left out. */
  readonly callsMax?: number;
  /** Limits that the marketplace publishes, in place of its own. */
  readonly limits?: PublishedLimits;
  readonly settings?: Partial<SimSettings>;
  /** Changes an answer before it leaves: plants what no fault on demand does. */
  readonly tamper?: Tamper;
}

/** How the marketplace behaves; changed while it runs by `POST /_sim/settings`. */
export interface SimSettings {
  /** From the moment the marketplace knows a parcel until it has a courier. */
  readonly courierDelayMs: number;
  /** From the first asking for an invoice until there is one. */
  readonly invoiceDelayMs: number;
  /** From the moment a grade of every unit of a return is known until its credit note is made. */
  readonly creditNoteDelayMs: number;
}

/** A call as it was understood, for who changes its answer. */
export interface ServedCall {
  readonly operation: string;
  readonly query: Json;
  readonly body: unknown;
  readonly seller: string | null;
}

export type Tamper = (call: ServedCall, answer: Answer) => Answer | Promise<Answer>;

/** An order kept by an earlier version may lack what orders have by now. */
export type RememberedOrder = Omit<SimOrder, LaterMember | "items"> &
  Partial<Pick<SimOrder, LaterMember>> & {
    readonly items: readonly (Omit<SimOrderItem, "changedAt"> & Partial<Pick<SimOrderItem, "changedAt">>)[];
  };
type LaterMember = "returns" | "irns" | "courierStatuses" | "updatedAt";

/** What outlives a simulator: plain JSON. */
export interface Remembered {
  readonly orders: readonly RememberedOrder[];
  readonly stock: readonly StockPush[];
}

/** The same, as a simulator of this version gives it. */
export interface Kept extends Remembered {
  readonly orders: readonly SimOrder[];
}

/** A figure that a seller told. */
export interface StockPush {
  readonly quantity: number;
  readonly receivedAt: string;
  readonly seller: string;
  readonly productId: string;
  readonly variantId: string;
  readonly facilityCode: string | null;
}

/** A simulator that runs. All of this is also offered over HTTP below `/_sim`. */
export interface RunningSimulator {
  readonly source: string;
  readonly url: string;
  readonly port: number;
  /** What `GET /_sim/state` answers. */
  state(): Json;
  /** What `GET /_sim/log` answers: all orders, figures, writes and calls, numbered in the order of their happening. */
  log(): Json;
  /** What a simulator of the same source is to remember when it is started anew. */
  remember(): Kept;
  /** What `POST /_sim/orders` does. Throws where the wishes cannot be read. */
  placeOrder(wishes?: Json): Promise<{ id: string; pushed: PushRecord | null }>;
  /** Where pushes of one seller go, or of all sellers without a target of their own. */
  setTarget(target: Target | null, seller?: string): void;
  addSeller(seller: Seller): void;
  close(): Promise<void>;
}

/** How a simulator is found by the name of its source. */
export interface SimulatorFactory {
  /** As on the wire: JUPITER_MONEY. */
  readonly source: string;
  readonly label: string;
  readonly start: (options?: SimulatorOptions) => Promise<RunningSimulator>;
}
