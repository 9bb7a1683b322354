import type { ChannelId, SaleOrderId } from "../kernel/index.ts";
import { newId } from "../kernel/index.ts";
import type { Actor } from "../platform/context.ts";
import type { PlannedOrder } from "./read-order.ts";
import type { OrderRows } from "./receive.store.ts";

/** Turns planned orders into rows for one set-based write. The ids are made here, before the first attempt. */
export function rowsOf(
  planned: readonly { saleOrderId: SaleOrderId; channelId: ChannelId; order: PlannedOrder; via: string }[],
  actor: Actor,
): OrderRows {
  return {
    orders: planned.map(orderRow),
    addresses: planned.flatMap(addressRows),
    units: planned.flatMap(unitRows),
    events: planned.map(({ saleOrderId, order, via }) => ({
      id: newId(),
      saleOrderId,
      actorKind: actor.kind,
      actorName: actor.name,
      kind: "ORDER_RECEIVED",
      facts: { via, units: order.units.length, totalPaise: order.total, state: order.state, onHold: order.onHold },
    })),
  };
}

function orderRow({
  saleOrderId,
  channelId,
  order,
}: {
  saleOrderId: SaleOrderId;
  channelId: ChannelId;
  order: PlannedOrder;
}): Record<string, unknown> {
  const o = order.imported;
  const facilities = new Set(order.units.map((unit) => unit.facilityId));
  const [only] = facilities;
  return {
    saleOrderId,
    channelId,
    channelOrderId: o.channelOrderId,
    code: o.channelOrderId,
    displayCode: o.displayCode,
    state: order.state,
    onHold: order.onHold,
    holdReason: order.holdReason,
    channelHold: order.channelHold,
    acceptanceAwaited: order.acceptanceAwaited,
    actionableFrom: order.actionableFrom?.toString() ?? null,
    priority: order.priority,
    thirdPartyShipping: o.thirdPartyShipping,
    packageType: order.packageType,
    paymentType: o.paymentType,
    currency: o.currency,
    placedAt: o.placedAt.toString(),
    dispatchBy: o.dispatchBy.toString(),
    requestedFacilityId: facilities.size === 1 ? only : null,
    total: order.total,
    collect: order.collect,
    taxExempt: o.taxExempt,
    buyerGstin: o.buyerGstin,
    additionalInfo: o.additionalInfo,
    payment: o.payment,
  };
}

function addressRows({
  saleOrderId,
  order,
}: {
  saleOrderId: SaleOrderId;
  order: PlannedOrder;
}): Record<string, unknown>[] {
  const { shippingAddress, billingAddress } = order.imported;
  return [
    { kind: "SHIPPING", address: shippingAddress, stateCode: order.stateCode },
    { kind: "BILLING", address: billingAddress, stateCode: order.billingStateCode },
  ].map(({ kind, address, stateCode }) => ({ saleOrderId, kind, ...address, stateName: address.state, stateCode }));
}

function unitRows({
  saleOrderId,
  order,
}: {
  saleOrderId: SaleOrderId;
  order: PlannedOrder;
}): Record<string, unknown>[] {
  return order.units.map((unit, i) => ({
    id: newId(),
    saleOrderId,
    unitNo: i + 1,
    code: `${order.imported.channelOrderId}-${i + 1}`,
    line: unit.lineOf.channelOrderItemId,
    productId: unit.lineOf.productId,
    variantId: unit.lineOf.variantId,
    channelSku: unit.lineOf.channelSku,
    title: unit.lineOf.title,
    listingId: unit.listingId,
    skuId: unit.skuId,
    bundleSkuId: unit.bundleSkuId,
    facilityId: unit.facilityId,
    packet: unit.lineOf.packetNumber,
    price: unit.sellingPrice,
    discount: unit.discount,
    shipping: unit.shippingCharges,
    cod: unit.codCharges,
    gift: unit.giftWrapCharges,
    credit: unit.storeCredit,
    voucher: unit.voucher,
    prepaid: unit.prepaid,
    transfer: unit.transferPrice,
    total: unit.total,
    giftMessage: unit.lineOf.giftMessage,
  }));
}
