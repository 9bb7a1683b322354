import type { ListedField } from "../shared/custom-field-data.ts";
import type { RowItem } from "../shared/thumb.tsx";

/** A row of `GET /orders`. */
export interface OrderRow {
  readonly id: string;
  readonly code: string;
  readonly displayCode: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly heldUnits: number;
  readonly priority: number;
  readonly thirdPartyShipping: boolean;
  readonly packageType: string;
  readonly paymentType: "COD" | "PREPAID";
  readonly totalPaise: number;
  readonly collectPaise: number;
  readonly placedAt: string;
  readonly dispatchBy: string;
  readonly createdAt: string;
  readonly channelReturnedAt: string | null;
  readonly channelCancelledAt: string | null;
  readonly noticesPausedAt: string | null;
  /** Nobody may process it before; null: at once. */
  readonly actionableFrom: string | null;
  readonly channel: string;
  readonly source: string;
  readonly buyerName: string;
  readonly city: string;
  readonly pincode: string;
  readonly stateName: string;
  readonly items: readonly (RowItem & { readonly states: readonly string[] })[];
  readonly facilities: readonly string[];
  readonly packages: readonly { readonly id: string; readonly code: string; readonly state: string }[];
  readonly openExceptions: number;
  /** Those that Settings shows on lists; an order's own page reads all of them. */
  readonly customFields: readonly ListedField[];
}

export interface Unit {
  readonly id: string;
  readonly unitNo: number;
  readonly code: string;
  /** The channel's line: units of one line share it. */
  readonly line: string;
  readonly channelProductId: string;
  readonly title: string | null;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly bundle: string | null;
  readonly state: string;
  readonly onHold: boolean;
  readonly facility: string | null;
  readonly package: string | null;
  readonly sellingPricePaise: number;
  readonly discountPaise: number;
  readonly shippingChargesPaise: number;
  readonly codChargesPaise: number;
  readonly giftWrapChargesPaise: number;
  readonly storeCreditPaise: number;
  readonly voucherPaise: number;
  readonly prepaidPaise: number;
  readonly totalPaise: number;
  readonly cancelRequestedAt: string | null;
  readonly cancelledAt: string | null;
  readonly cancelReason: string | null;
  readonly cancelledBy: "SELLER" | "CHANNEL" | null;
  readonly short: boolean;
}

export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state_name: string;
  readonly state_code: string | null;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string;
  readonly email: string | null;
  readonly erased_at: string | null;
}

export interface Parcel {
  readonly id: string;
  readonly code: string;
  readonly state: string;
  readonly facility: string;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly courierStatus: string | null;
  readonly units: number;
  readonly manifest: string | null;
  readonly manifestId: string | null;
  readonly labelled: boolean;
  readonly thirdPartyShipping: boolean;
  /** By a manifest of ours, or adopted from the channel's panel; null: it is here. */
  readonly dispatchedHow: "MANIFEST" | "ADOPTED" | null;
  /** It left from the panel, and the channel has not given its invoice yet. */
  readonly invoiceAwaited: boolean | null;
  /** How many courier statuses are known of it. */
  readonly tracked: number;
  readonly dispatchedAt: string | null;
  readonly deliveredAt: string | null;
  readonly stateChangedAt: string;
}

/** `GET /orders/:id`. */
export interface OrderDetail extends Omit<OrderRow, "customFields"> {
  readonly channelId: string;
  readonly currency: string;
  readonly taxExempt: boolean;
  readonly buyerGstin: string | null;
  readonly additionalInfo: string | null;
  readonly payment: { readonly mode?: string | null; readonly transactionId?: string | null } | null;
  readonly noticesPausedReason: string | null;
  readonly facilityChoice: {
    readonly chosenCode: string;
    readonly why: string;
    readonly rejected: readonly { readonly facility: string; readonly why: string }[];
  } | null;
  readonly addresses: { readonly SHIPPING?: Address; readonly BILLING?: Address };
  readonly units: readonly Unit[];
  readonly invoices: readonly {
    readonly id: string;
    readonly number: string;
    readonly state: string;
    readonly totalPaise: number;
    readonly packageId: string;
    readonly issuedAt: string;
    readonly irn: string | null;
    /** What the e-invoice portal last said; null where it waits for no IRN. */
    readonly waitsFor: {
      readonly eInvoiceId: string;
      readonly state: string;
      readonly code: string | null;
      readonly words: string | null;
      readonly whatToDo: string | null;
    } | null;
  }[];
  readonly parcels: readonly Parcel[];
  readonly returns: readonly {
    readonly id: string;
    readonly code: string;
    readonly kind: string;
    readonly state: string;
    readonly reason: string | null;
    readonly awb: string | null;
    readonly announcedAt: string;
  }[];
}

export type ActionName = "verify" | "hold" | "unhold" | "cancel" | "switchFacility" | "prioritize";

/** `GET /orders/:id/actions`: what may be done now, and why not what may not. */
export interface OrderActions {
  readonly actions: readonly { readonly action: ActionName; readonly allowed: boolean; readonly why: string | null }[];
  readonly units: readonly UnitJudged[];
  readonly asksChannel: boolean;
  /** The source's name, as people know it. */
  readonly source: string;
  /** Units on hold of which a word of the channel that waits here says that they left. */
  readonly heldByWord: readonly string[];
  readonly facilities: readonly { readonly id: string; readonly code: string; readonly name: string }[];
}
export interface UnitJudged {
  readonly unitId: string;
  readonly allowed: boolean;
  readonly why: string | null;
  readonly becomes: "NOTHING" | "FREE" | "PUTAWAY" | null;
  readonly invoice: string | null;
  /** Its invoice can no longer be cancelled: a credit note takes it back. */
  readonly byCreditNote: boolean;
  readonly package: string | null;
  readonly mayMove: boolean;
  readonly whyNotMove: string | null;
}

/** An entry of `GET /orders/:id/timeline`. */
export interface TimelineRow {
  readonly id: string;
  readonly at: string;
  readonly actorKind: string;
  readonly actorName: string;
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly package: string | null;
  readonly exchangeId: string | null;
  readonly outcome: string | null;
}
