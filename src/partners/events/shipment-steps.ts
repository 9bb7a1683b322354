import { assert, type Instant, paise, sum } from "../../kernel/index.ts";
import type { CustomFields, InvoiceFacts, ShipmentFacts } from "./facts.ts";
import { headRates, type UnitShare, unitShares } from "./invoice-lines.ts";
import { amount, bundleOf, partnerTime, type Wire, wireAddress } from "./wire.ts";

/** Code and name of who carries a package: our shipping provider, or the channel's courier; null where nobody knows. */
function carrierOf(facts: ShipmentFacts): { readonly code: string; readonly name: string } | null {
  const { providerCode, providerName, channelCourierCode, channelCourierName } = facts;
  if (providerCode !== null) return { code: providerCode, name: providerName ?? providerCode };
  if (channelCourierCode === null) return null;
  return { code: channelCourierCode, name: channelCourierName ?? channelCourierCode };
}

/**
 * Ready to ship: courier, tracking number and label are there. Pure.
 * @param label opens the label's PDF for whoever has it, for a limited time
 */
export function assignAWB(
  facts: ShipmentFacts,
  custom: CustomFields,
  { label, happenedAt }: { readonly label: string; readonly happenedAt: Instant },
): Wire["ReadyToShipRequest"] {
  const { invoice, awb } = facts;
  const carrier = carrierOf(facts);
  assert(invoice !== null && awb !== null && carrier !== null, "what is ready to ship has invoice, courier and number");
  return {
    invoiceCode: invoice.code,
    invoiceDisplayCode: invoice.number,
    shippingPackageCode: facts.code,
    saleOrderCode: facts.orderCode,
    shippingProviderCode: carrier.code,
    shippingProviderName: carrier.name,
    ...(facts.carrier === null ? {} : { shippingCourier: facts.carrier }),
    trackingNumber: awb,
    label,
    saleOrderItemCodes: facts.units.filter((unit) => unit.state !== "CANCELLED").map((unit) => unit.code),
    facilityCode: facts.facilityCode,
    created: partnerTime(happenedAt, facts.zone),
    customFieldValues: [...custom(facts.saleOrderId), ...custom(facts.shippingPackageId)],
  };
}

/** Dispatched: it left. What nobody knows of a parcel that left from the marketplace's panel (its number, its courier) is left out. Pure. */
export function dispatchedShipment(facts: ShipmentFacts, custom: CustomFields): Wire["DispatchedRequest"] {
  const { invoice, invoicedAt, dispatchedAt, awb, zone } = facts;
  assert(
    invoice !== null && invoicedAt !== null && dispatchedAt !== null,
    "what is told as gone has left with its invoice",
  );
  const carrier = carrierOf(facts);
  return {
    invoiceNo: invoice.number,
    shippingPackageCode: facts.code,
    invoiceCreationDate: partnerTime(invoicedAt, zone),
    ...(awb === null ? {} : { AWB: awb }),
    ...(carrier === null ? {} : { courierName: facts.carrier ?? carrier.name, shippingProviderName: carrier.name }),
    ChannelName: facts.channelCode,
    facilityCode: facts.facilityCode,
    dispatchedOn: partnerTime(dispatchedAt, zone),
    customFields: custom(facts.shippingPackageId),
    orderItems: unitShares(invoice, facts.units).map((share) => goneUnit(invoice, share, custom)),
    saleOrder: [
      {
        code: facts.orderCode,
        paymentMethod: facts.cod ? "COD" : "Prepaid",
        gstIn: facts.buyerGstin,
        customFields: custom(facts.saleOrderId),
        addresses: facts.addresses.map(wireAddress),
      },
    ],
  };
}

/** As in the published sample: Rate is the taxable value with its taxes, total is Rate before the discount, netAmt the taxes together. */
function goneUnit(invoice: InvoiceFacts, share: UnitShare, custom: CustomFields): Wire["DispatchedItem"] {
  const { unit, line } = share;
  const rates = headRates(invoice, line);
  const tax = sum([share.sgst, share.cgst, share.igst, share.cess, share.utgst]);
  const rate = paise(share.taxable + tax);
  return {
    orderItemCode: unit.code,
    hsnCode: line.hsn,
    discountAmt: amount(unit.discount),
    shippingCharges: amount(unit.shippingCharges),
    CODCharges: amount(unit.codCharges),
    giftWrapCharges: amount(unit.giftWrapCharges),
    ...(unit.mrp === null ? {} : { mrp: amount(unit.mrp) }),
    extraChgAmt: 0,
    Rate: amount(rate),
    total: amount(paise(rate + unit.discount)),
    skuCode: line.sku,
    Imei: "",
    combinationIdentifier: bundleOf(unit),
    taxableAmt: amount(share.taxable),
    SGSTPercent: rates.state,
    CGSTPercent: rates.central,
    IGSTPercent: rates.integrated,
    CESSPercent: rates.cess,
    UGSTPercent: rates.unionTerritory,
    SGSTAmt: amount(share.sgst),
    CGSTAmt: amount(share.cgst),
    IGSTAmt: amount(share.igst),
    CESSAmt: amount(share.cess),
    UGSTAmt: amount(share.utgst),
    netAmt: amount(tax),
    customFields: custom(unit.unitId),
  };
}

/** Delivered. A parcel that left from the panel with a courier that nobody named has none here either. Pure. */
export function delivered(facts: ShipmentFacts): Wire["DeliveredRequest"] {
  assert(facts.deliveredAt !== null, "what is delivered was delivered at a moment");
  return {
    status: "delivered",
    saleOrderCode: facts.orderCode,
    shippingPackageCode: facts.code,
    trackingNumber: facts.awb ?? "",
    courier: carrierOf(facts)?.code ?? (facts.thirdPartyShipping ? "" : "SELF"),
    timestamp: partnerTime(facts.deliveredAt, facts.zone),
    comment: "",
  };
}
