/** What simulators of marketplaces hold, and how they are started. */
import type { Json } from "./json.ts";

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
  readonly onHold: boolean;
  readonly packetNumber: number;
  readonly facilityCode: string | null;
  status: ItemStatus;
  cancelledQuantity: number;
  dispatchedQuantity: number;
  returned: ItemReturn | null;
}

export interface SimShipment {
  readonly trackingNumber: string;
  readonly courier: string;
  readonly providerCode: string;
  readonly orderItemIds: readonly string[];
  readonly at: string;
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
  acknowledgedAt: string | null;
  readonly shipments: SimShipment[];
  /** What was sent to the other side about this order, and what it answered. */
  readonly pushes: PushRecord[];
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
  readonly seed?: number;
  readonly clock?: Clock;
  readonly target?: Target;
}

/** A simulator that runs. All of this is also offered over HTTP below `/_sim`. */
export interface RunningSimulator {
  readonly source: string;
  readonly url: string;
  readonly port: number;
  /** What `GET /_sim/state` answers. */
  state(): Json;
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
