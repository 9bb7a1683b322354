/** A shipment as Flipkart gives it, for tests: each states only what it is about. */
import type { PackFacts, ParcelFacts } from "../kit/index.ts";

export const SHIPMENT_ID = "7f0c1c52-6a3e-4f7e-9d0e-2b8f4f3f1a10";
export const NOW = Temporal.Instant.from("2026-11-21T06:00:00Z");

type Members = Readonly<Record<string, unknown>>;

export function anItem(over: Members = {}): Members {
  return {
    orderItemId: "12345678901234500",
    orderId: "OD432100000000001000",
    cancellationGroupId: "grp12345678901234500",
    orderDate: "2026-11-21T08:11:40.000+05:30",
    cancellationDate: null,
    paymentType: "COD",
    status: "APPROVED",
    courierReturn: false,
    quantity: 2,
    fsn: "TSHTESTAAAAAAAA1",
    sku: "&quot;TEE-BLUE-M&quot;",
    listingId: "LSTTSHTESTAAAAAAAA1AAAAAA",
    title: "Blue T-shirt M",
    packageIds: [],
    priceComponents: {
      sellingPrice: 998,
      totalPrice: 1048,
      shippingCharge: 50,
      customerPrice: 1028,
      flipkartDiscount: 20,
    },
    serviceProfile: "NON_FBF",
    is_replacement: false,
    ...over,
  };
}

export function aShipment(over: Members = {}): Members {
  return {
    shipmentId: SHIPMENT_ID,
    locationId: "LOC7a1b2c3d",
    dispatchByDate: "2026-11-22T14:00:00.000+05:30",
    dispatchAfterDate: "2026-11-21T09:00:00.000+05:30",
    updatedAt: "2026-11-21T08:12:01.000+05:30",
    hold: false,
    mps: false,
    packagingPolicy: "DEFAULT",
    shipmentType: "NORMAL",
    subShipments: [{ subShipmentId: "SS-1", packages: [] }],
    orderItems: [anItem()],
    forms: [],
    ...over,
  };
}

/** All lines in one state. */
export function aShipmentIn(status: string, over: Members = {}): Members {
  return aShipment({ orderItems: [anItem({ status })], ...over });
}

export function details(over: Members = {}): Members {
  return {
    shipmentId: SHIPMENT_ID,
    orderId: "OD432100000000001000",
    deliveryAddress: {
      firstName: "Asha",
      lastName: "Sharma",
      addressLine1: "12, 4th Cross",
      addressLine2: "Koramangala",
      landmark: null,
      city: "Bengaluru",
      state: "Karnataka",
      pinCode: "560034",
    },
    buyerDetails: { firstName: "Asha", lastName: "Sharma" },
    ...over,
  };
}

export const COURIER = {
  courierDetails: {
    pickupDetails: { vendorName: "E-Kart Logistics", trackingId: "FMPP0000000001" },
    deliveryDetails: { vendorName: "E-Kart Logistics", trackingId: "FMPP0000000001" },
  },
};

const LINE = {
  channelOrderItemId: "12345678901234500",
  productId: "TSHTESTAAAAAAAA1",
  variantId: "TEE-BLUE-M",
  quantity: 2,
};

export const PARCEL: ParcelFacts = { channelOrderId: SHIPMENT_ID, packageCode: "PKG-1", lines: [LINE] };

export const PACK: PackFacts = {
  ...PARCEL,
  packedOn: Temporal.PlainDate.from("2026-11-21"),
  lengthMm: 305,
  widthMm: 220,
  heightMm: 60,
  weightGrams: 640,
  lines: [{ ...LINE, rates: { gstBps: 500, cgstBps: 250, sgstBps: 250, utgstBps: 0, igstBps: 0, cessBps: 0 } }],
};

export const TOKEN = {
  body: { access_token: "token-1", token_type: "bearer", expires_in: 5_183_999, scope: "Seller_Api" },
};
