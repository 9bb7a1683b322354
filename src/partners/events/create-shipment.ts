import { type Instant, paise, sum } from "../../kernel/index.ts";
import type { CustomFields, ShipmentFacts, UnitFacts } from "./facts.ts";
import { amount, bundleOf, partnerTime, type Wire, wireAddress } from "./wire.ts";

/** There is one way of shipping here; its name tells how the buyer pays, as the published sample has it. */
const METHOD = { code: "STD", name: "Standard" };

/** A package came into being. Rates of tax are left out: they are decided when it is invoiced. Pure. */
export function createShipment(facts: ShipmentFacts, custom: CustomFields): Wire["ShipmentCreatedRequest"] {
  const { zone } = facts;
  const time = (at: Instant) => partnerTime(at, zone);
  const units = facts.units.filter((unit) => unit.state !== "CANCELLED");
  const [first] = facts.addresses;
  const billing = facts.addresses.find((address) => address.kind === "BILLING") ?? first;
  // Of this parcel, not of the whole order: what its courier collects.
  const open = sum(units.map((unit) => unit.total - unit.storeCredit - unit.voucher - unit.prepaid));
  return {
    saleOrderDTO: {
      channel: facts.channelCode,
      cod: facts.cod,
      code: facts.orderCode,
      collectableAmount: amount(facts.cod ? open : paise(0)),
      collectedAmount: amount(sum(units.map((unit) => unit.prepaid))),
      created: time(facts.orderCreatedAt),
      currencyCode: facts.currency,
      customerGSTIN: facts.buyerGstin,
      displayOrderCode: facts.displayCode,
      displayOrderDateTime: time(facts.placedAt),
      futureProcessingStartDate: time(facts.actionableFrom ?? facts.orderCreatedAt),
      facilityCode: facts.facilityCode,
      fulfillmentTat: time(facts.dispatchBy),
      status: facts.orderState,
      thirdPartyShipping: facts.thirdPartyShipping,
      updated: time(facts.orderUpdatedAt),
      packageType: facts.packageType.toLowerCase(),
      notificationEmail: first?.email ?? null,
      notificationMobile: first?.phone ?? null,
      priority: facts.priority,
      shippingMethod: `${METHOD.name}-${facts.cod ? "COD" : "Prepaid"}`,
      shippingMethodCode: METHOD.code,
      shippingPackageCode: facts.code,
      shippingPackageCreated: time(facts.createdAt),
      // What it is told of here, whatever has become of it since: an adopted parcel is made and gone at once.
      shippingPackageStatus: "CREATED",
      shippingPackageUpdated: time(facts.updatedAt),
      channelProcessingTime: time(facts.dispatchBy),
      additionalInfo: facts.additionalInfo,
      source: facts.source,
      paymentInstrument: facts.payment?.mode ?? null,
      paymentDetail:
        facts.payment === null ? null : { paymentMode: facts.payment.mode, transactionId: facts.payment.transactionId },
      SOCustomFieldValues: custom(facts.saleOrderId),
      SPCustomFieldValues: custom(facts.shippingPackageId),
      items: units.map((unit) => itemOf(facts, unit, custom)),
      ...(billing === undefined ? {} : { billingAddress: wireAddress(billing) }),
      addresses: facts.addresses.map(wireAddress),
    },
  };
}

function itemOf(facts: ShipmentFacts, unit: UnitFacts, custom: CustomFields): Wire["ShipmentCreatedItem"] {
  return {
    code: unit.code,
    channelSaleOrderItemCode: unit.channelOrderItemId,
    shippingPackageCode: facts.code,
    shippingPackageStatus: "CREATED",
    facilityCode: facts.facilityCode,
    statusCode: unit.state,
    type: unit.bundleSku === null ? "NORMAL" : "BUNDLE",
    combinationIdentifier: bundleOf(unit),
    combinationDescription: null,
    bundleSkuCode: unit.bundleSku,
    itemName: unit.skuName,
    itemSku: unit.sku,
    sellerSkuCode: unit.channelSku,
    channelProductId: unit.channelProductId,
    hsnCode: unit.hsn,
    imageUrl: unit.imageUrl,
    shippingMethodCode: METHOD.code,
    totalPrice: amount(unit.total),
    sellingPrice: amount(unit.price),
    discount: amount(unit.discount),
    shippingCharges: amount(unit.shippingCharges),
    shippingMethodCharges: 0,
    cashOnDeliveryCharges: amount(unit.codCharges),
    giftWrapCharges: amount(unit.giftWrapCharges),
    prepaidAmount: amount(unit.prepaid),
    voucherCode: null,
    voucherValue: amount(unit.voucher),
    storeCredit: amount(unit.storeCredit),
    ...(unit.mrp === null ? {} : { maxRetailPrice: amount(unit.mrp) }),
    customFieldValues: custom(unit.unitId),
  };
}
