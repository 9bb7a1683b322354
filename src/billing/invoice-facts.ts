import type {
  ChannelId,
  FacilityId,
  Instant,
  Paise,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
  SkuId,
} from "../kernel/index.ts";
import type { BillingPartyId } from "../warehouse/index.ts";

/** A package as its caller knows it: locked, and about to be packed. */
export interface PackageFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
}

/** An address as the order keeps it. */
export interface OrderAddress {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateName: string;
  readonly stateCode: string | null;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string;
  readonly email: string | null;
}

/** Who supplies, as it stands on the invoice: the facility, or the billing party of the channel. */
export interface Seller {
  readonly billingPartyId: BillingPartyId | null;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly gstin: string | null;
  readonly upiId: string | null;
  readonly bankAccount: string | null;
  readonly bankIfsc: string | null;
}

export interface InvoiceUnit {
  readonly unitId: SaleOrderItemId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly hsn: string | null;
  readonly taxClassId: string | null;
  readonly channelProductId: string;
  readonly channelOrderItemId: string;
  /** The channel's own two ids of the product, as it says them in its answers. */
  readonly productId: string;
  readonly variantId: string;
  readonly price: Paise;
  readonly discount: Paise;
  readonly shippingCharges: Paise;
  readonly codCharges: Paise;
  readonly giftWrapCharges: Paise;
  /** What the courier collects for it. */
  readonly collect: Paise;
}

/** All that an invoice is made of, read once. */
export interface InvoiceFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly orderNumber: string;
  readonly placedAt: Instant;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly channelName: string;
  readonly source: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly seller: Seller;
  /** The facility, where another registration sells from it; null: the goods leave from the seller's own address. */
  readonly dispatchFrom: Seller | null;
  /** "GstEInvoicing Enabled From NIC" of the channel: a business buyer's invoice needs its IRN first. */
  readonly reportsInvoices: boolean;
  /** The tenant may use the test GSTINs of the National Informatics Centre. */
  readonly sandbox: boolean;
  readonly paymentType: "COD" | "PREPAID";
  readonly payment: { readonly mode: string | null; readonly transactionId: string | null } | null;
  readonly taxExempt: boolean;
  readonly buyerGstin: string | null;
  readonly shipTo: OrderAddress;
  readonly billTo: OrderAddress;
  /** In the order of the order's units. */
  readonly units: readonly InvoiceUnit[];
}
