import type {
  ChannelId,
  FacilityId,
  Instant,
  InvoiceId,
  LocalDate,
  Paise,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
} from "../../kernel/index.ts";

/** What bodies are built of: read once, at the end of the transaction in which it became so. */

/** A type and no interface: the contract's types are open, and an interface does not fit those. */
export type NamedValue = { readonly name: string; readonly value: string };

/** Custom fields by the id of their order, unit or package. */
export type CustomFields = (id: string) => NamedValue[];

export interface AddressFacts {
  readonly kind: "SHIPPING" | "BILLING";
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

export interface UnitFacts {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly state: string;
  readonly channelOrderItemId: string;
  readonly sku: string;
  readonly skuName: string;
  readonly hsn: string | null;
  readonly imageUrl: string | null;
  readonly mrp: Paise | null;
  readonly channelSku: string;
  readonly channelProductId: string;
  readonly bundleSku: string | null;
  readonly price: Paise;
  readonly discount: Paise;
  readonly shippingCharges: Paise;
  readonly codCharges: Paise;
  readonly giftWrapCharges: Paise;
  readonly storeCredit: Paise;
  readonly voucher: Paise;
  readonly prepaid: Paise;
  readonly total: Paise;
}

export interface InvoiceLineFacts {
  readonly channelProductId: string;
  readonly sku: string;
  readonly hsn: string | null;
  readonly quantity: number;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cess: Paise;
  readonly total: Paise;
}

/** The invoice of a package that is neither cancelled nor waits for its IRN. */
export interface InvoiceFacts {
  readonly invoiceId: InvoiceId;
  readonly code: string;
  readonly number: string;
  /** Under which heads the supply falls, also where the rates of its lines are zero. */
  readonly heads: readonly string[];
  readonly roundOff: Paise;
  readonly total: Paise;
  readonly lines: readonly InvoiceLineFacts[];
}

export interface ShipmentFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly adopted: boolean;
  readonly dispatchedAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly thirdPartyShipping: boolean;
  readonly awb: string | null;
  readonly providerCode: string | null;
  readonly providerName: string | null;
  /** Whom an aggregator gave the parcel to. */
  readonly carrier: string | null;
  readonly channelCourierCode: string | null;
  readonly channelCourierName: string | null;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly displayCode: string;
  readonly orderState: string;
  readonly placedAt: Instant;
  readonly orderCreatedAt: Instant;
  readonly orderUpdatedAt: Instant;
  readonly dispatchBy: Instant;
  readonly actionableFrom: Instant | null;
  readonly priority: number;
  readonly cod: boolean;
  readonly currency: string;
  readonly packageType: string;
  readonly buyerGstin: string | null;
  readonly additionalInfo: string | null;
  readonly payment: {
    readonly mode: string | null;
    readonly transactionId: string | null;
    readonly amountPaid: Paise;
  } | null;
  /** Prepaid amounts of all units of the order: known also where the channel says nothing else of a payment. */
  readonly paidAhead: Paise;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly source: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly addresses: readonly AddressFacts[];
  /** All that were ever in it, in the order of the order. */
  readonly units: readonly UnitFacts[];
  readonly invoice: InvoiceFacts | null;
  readonly invoicedAt: Instant | null;
}

/** Cancelled units that were in one package, or in none and for one facility. */
export interface CancelledFacts {
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly displayCode: string;
  readonly channelId: ChannelId;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly facilityId: FacilityId | null;
  readonly facilityCode: string | null;
  readonly units: readonly {
    readonly unitId: SaleOrderItemId;
    readonly code: string;
    readonly sku: string;
    readonly by: "SELLER" | "CHANNEL";
    readonly reason: string | null;
  }[];
}

export interface ReturnUnitFacts {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly sku: string;
  readonly channelOrderItemId: string;
  readonly bundleSku: string | null;
  readonly state: string;
  readonly grade: "good" | "bad" | "qc_rejected" | null;
}

/** A return, as far as it is about one package where it turned back. */
export interface ReturnFacts {
  readonly returnCaseId: string;
  readonly code: string;
  readonly kind: "RTO" | "CIR";
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
  readonly reason: string | null;
  readonly courierCode: string | null;
  readonly courierName: string | null;
  readonly awb: string | null;
  /** Where it was received, or is to be. */
  readonly returnFacilityCode: string | null;
  readonly creditNotes: readonly string[];
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelId: ChannelId;
  /** Of a customer's return: null where its units lay in several packages. */
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  /** The first return of this package: it has the package's code on the wire. */
  readonly firstOfPackage: boolean;
  readonly packageAwb: string | null;
  readonly packageCourier: string | null;
  /** Where its goods were sent from. */
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly units: readonly ReturnUnitFacts[];
}

export interface PurchaseOrderFacts {
  readonly purchaseOrderId: string;
  readonly code: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly orderedOn: LocalDate;
  readonly expectedOn: LocalDate | null;
  readonly vendorCode: string;
  readonly vendorName: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly vendorSku: string | null;
    readonly mrp: Paise | null;
    readonly quantity: number;
    readonly unitPrice: Paise;
    readonly gstBps: number;
    readonly taxable: Paise;
    readonly cgst: Paise;
    readonly sgst: Paise;
    readonly igst: Paise;
    readonly utgst: Paise;
    readonly gross: Paise;
  }[];
}

export interface GrnFacts {
  readonly grnId: string;
  readonly code: string;
  readonly purchaseOrderId: string;
  readonly purchaseOrderCode: string;
  readonly createdAt: Instant;
  readonly putawayCreatedAt: Instant | null;
  readonly vendorCode: string;
  readonly vendorInvoiceNumber: string;
  readonly vendorInvoiceOn: LocalDate;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly vendorSku: string | null;
    readonly mrp: Paise | null;
    readonly unitPrice: Paise;
    readonly accepted: number;
    readonly rejected: number;
    readonly rejectReason: string | null;
    /** Of the purchase order's line: not arrived yet. */
    readonly pending: number;
  }[];
}

export interface GatepassFacts {
  readonly gatepassId: string;
  readonly code: string;
  readonly type: string;
  readonly purpose: string;
  readonly reference: string | null;
  readonly toPartyName: string;
  readonly createdAt: Instant;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  /** Numbers of its tax paper, and of the credit notes for what came back. */
  readonly invoiceNumber: string | null;
  readonly creditNotes: readonly string[];
  readonly lines: readonly {
    readonly sku: string;
    readonly shelf: string;
    readonly inventoryType: "good" | "bad" | "qc_rejected";
    readonly quantity: number;
    /** Arrived, or back with the sender. */
    readonly received: number;
    readonly outstanding: number;
    readonly unitPrice: Paise;
    readonly cgst: Paise;
    readonly sgst: Paise;
    readonly igst: Paise;
    readonly utgst: Paise;
    readonly cess: Paise;
    readonly total: Paise;
  }[];
}
