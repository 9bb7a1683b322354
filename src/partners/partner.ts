import type { ChannelId, FacilityId, Id, Instant } from "../kernel/index.ts";

export type PartnerId = Id<"Partner">;
export type PartnerDeliveryId = Id<"PartnerDelivery">;

/** What a partner may be told of: the contract's paths without their slash, in the order in which one parcel meets them. */
export const PARTNER_EVENTS = [
  "createShipment",
  "invoiced",
  "assignAWB",
  "dispatchedShipment",
  "delivered",
  "cancelSOItem",
  "createReturn",
  "allocateReturnCourier",
  "completeReturn",
  "approvedPurchaseOrder",
  "completeInflowReceipt",
  "awaitedGatepass",
  "closeGatepass",
  "discardGatepass",
] as const;
export type PartnerEvent = (typeof PARTNER_EVENTS)[number];

/** What each event is called on screen and in the log of deliveries. */
export const EVENT_TITLES: Readonly<Record<PartnerEvent, string>> = {
  createShipment: "Shipment created",
  invoiced: "Shipment packed",
  assignAWB: "Shipment ready to ship",
  dispatchedShipment: "Shipment dispatched",
  delivered: "Shipment delivered",
  cancelSOItem: "Order items cancelled",
  createReturn: "Return created",
  allocateReturnCourier: "Return courier allocated",
  completeReturn: "Return completed",
  approvedPurchaseOrder: "Purchase order approved",
  completeInflowReceipt: "Goods received",
  awaitedGatepass: "Gatepass: return awaited",
  closeGatepass: "Gatepass closed",
  discardGatepass: "Gatepass discarded",
};

/**
 * How we prove who we are. TOKEN_JSON: `POST /oauth/token` with user name and password in the body. TOKEN_BASIC: the same call
 * with HTTP Basic and no body. STATIC_HEADER: a key that never changes, no call for a token.
 */
export const PARTNER_AUTHS = ["TOKEN_JSON", "TOKEN_BASIC", "STATIC_HEADER"] as const;
export type PartnerAuth = (typeof PARTNER_AUTHS)[number];

/** A partner without its secret: as people see it. */
export interface Partner {
  readonly partnerId: PartnerId;
  readonly code: string;
  readonly name: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly auth: PartnerAuth;
  /** In which the token or key travels: "Authorization" unless the partner wants another, e.g. "apikey". */
  readonly headerName: string;
  readonly username: string | null;
  readonly secretSetAt: Instant;
  readonly secretSetBy: string;
  readonly credentialsVersion: number;
  readonly events: readonly PartnerEvent[];
  /** Null: all. */
  readonly channelIds: readonly ChannelId[] | null;
  /** Null: all. */
  readonly facilityIds: readonly FacilityId[] | null;
  readonly enabled: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** What an enabled partner wants to be told of. */
export interface PartnerWish {
  readonly partnerId: PartnerId;
  readonly events: ReadonlySet<PartnerEvent>;
  /** Null: of all channels. */
  readonly channelIds: ReadonlySet<ChannelId> | null;
  /** Null: of all facilities. */
  readonly facilityIds: ReadonlySet<FacilityId> | null;
}
