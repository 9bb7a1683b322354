import { newId, paise } from "../../src/kernel/index.ts";
import type { ShipmentFacts, UnitFacts } from "../../src/partners/events/facts.ts";
import { next } from "./builders.ts";
import { TEST_MORNING } from "./database.ts";

/** A unit at ₹899 without charges, as partners' bodies are built of it. */
export function aUnit(over: Partial<UnitFacts> = {}): UnitFacts {
  const unit = {
    ...{
      unitId: newId<"SaleOrderItem">(),
      code: `U${next()}`,
      state: "PACKED",
      channelOrderItemId: "L1",
      sku: "SKU-1",
    },
    ...{
      skuName: "Kurta",
      hsn: "62114210",
      imageUrl: null,
      mrp: paise(99_900),
      channelSku: "K-1",
      channelProductId: "P1-V1",
    },
    ...{ bundleSku: null, price: paise(89_900), discount: paise(0), shippingCharges: paise(0), codCharges: paise(0) },
    ...{ giftWrapCharges: paise(0), storeCredit: paise(0), voucher: paise(0), prepaid: paise(0) },
    ...over,
  };
  const { price, discount, shippingCharges, codCharges, giftWrapCharges } = unit;
  return { total: paise(price - discount + shippingCharges + codCharges + giftWrapCharges), ...unit };
}

/** A parcel of a COD order in Bengaluru, without invoice and units. */
export function aParcel(over: Partial<ShipmentFacts> = {}): ShipmentFacts {
  const at = TEST_MORNING;
  return {
    ...{ shippingPackageId: newId<"ShippingPackage">(), code: "BLR1-1", state: "PACKED", createdAt: at, updatedAt: at },
    ...{
      adopted: false,
      dispatchedAt: null,
      deliveredAt: null,
      thirdPartyShipping: false,
      awb: null,
      providerCode: null,
    },
    ...{ providerName: null, carrier: null, channelCourierCode: null, channelCourierName: null },
    ...{
      saleOrderId: newId<"SaleOrder">(),
      orderCode: "JM-1",
      displayCode: "JM-1",
      orderState: "PROCESSING",
      placedAt: at,
    },
    ...{ orderCreatedAt: at, orderUpdatedAt: at, dispatchBy: at, actionableFrom: null, priority: 0, cod: true },
    ...{
      currency: "INR",
      packageType: "FLEXIBLE",
      buyerGstin: null,
      additionalInfo: null,
      payment: null,
      paidAhead: paise(0),
    },
    ...{ channelId: newId<"Channel">(), channelCode: "JM_1", source: "JUPITER_MONEY", facilityId: newId<"Facility">() },
    ...{ facilityCode: "BLR1", zone: "Asia/Kolkata", addresses: [], units: [], invoice: null, invoicedAt: at },
    ...over,
  };
}
