import type { Instant, Paise } from "../../src/kernel/index.ts";

/** An amount that an order gives on a line, or once for the whole order. Left out = not given. */
export interface ImportedAmounts {
  readonly shippingCharges?: Paise;
  readonly codCharges?: Paise;
  readonly giftWrapCharges?: Paise;
  readonly discount?: Paise;
  readonly storeCredit?: Paise;
  readonly voucher?: Paise;
  readonly prepaid?: Paise;
}

/** A custom field as a sender gives it: whether it is defined here is for those who keep it. */
export interface ImportedCustomField {
  readonly name: string;
  readonly value: string;
}

export interface ImportedLine extends ImportedAmounts {
  /** The channel's id of the line, used in all later calls. */
  readonly channelOrderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  /** The channel's key of the listing; protocol A: productId-variantId. */
  readonly channelProductId: string;
  readonly channelSku: string;
  readonly title: string | null;
  readonly quantity: number;
  readonly cancelled: boolean;
  readonly onHold: boolean;
  readonly packetNumber: number;
  /** The channel's own warehouse code, where it names one. */
  readonly channelWarehouse: string | null;
  /** Tax included, before discount; one unit or the whole line by the source's declaration. */
  readonly sellingPrice: Paise;
  readonly totalPrice?: Paise;
  readonly transferPrice?: Paise;
  readonly giftMessage: string | null;
  /** Of each of its units. Absent: the source gives none. */
  readonly customFields?: readonly ImportedCustomField[];
}

export interface ImportedAddress {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string;
  readonly email: string | null;
}

/** A raw order in our words. Making it is pure: no database, no clock (`map/` of a connector). */
export interface ImportedSaleOrder {
  readonly channelOrderId: string;
  readonly displayCode: string;
  readonly status: "PENDING_VERIFICATION" | "CREATED" | "CANCELLED";
  readonly placedAt: Instant;
  readonly dispatchBy: Instant;
  /** Nobody may process it before: it is on hold until then. Absent: at once. */
  readonly actionableFrom?: Instant;
  /** Higher is processed first. */
  readonly priority: number;
  readonly paymentType: "COD" | "PREPAID";
  readonly currency: string;
  readonly thirdPartyShipping: boolean;
  readonly taxExempt: boolean;
  readonly buyerGstin: string | null;
  readonly additionalInfo: string | null;
  /** Absent: the source gives none. */
  readonly customFields?: readonly ImportedCustomField[];
  readonly orderAmounts: ImportedAmounts & { readonly total?: Paise };
  readonly lines: readonly ImportedLine[];
  readonly shippingAddress: ImportedAddress;
  readonly billingAddress: ImportedAddress;
  readonly payment: {
    readonly mode: string | null;
    readonly transactionId: string | null;
    readonly amountPaid: Paise;
  } | null;
}

/** Why a raw order could not be read. Facts go into the sentence of the catalogue. */
export interface ImportFault {
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}
