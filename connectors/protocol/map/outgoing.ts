/** Our facts in the protocol's spelling. Pure. */
import type { RequestBody } from "../../../contract/types.ts";
import type {
  CancelFacts,
  DispatchFacts,
  ManifestWish,
  ReverseFacts,
  ShipmentFacts,
  StateFacts,
  StockLine,
  TaxRates,
} from "../../kit/index.ts";
import { noticeTime, wallTime } from "./time.ts";

/** Absolute sellable stock, as text since the present edition. */
export function toInventoryUpdate(lines: readonly StockLine[]): RequestBody<"marketplace", "updateInventory"> {
  return {
    inventoryList: lines.map((line) => ({
      productId: line.productId,
      variantId: line.variantId,
      inventory: String(line.quantity),
      ...(line.hsn === null ? {} : { hsnCode: line.hsn }),
      ...(line.channelWarehouse === null ? {} : { facilityCode: line.channelWarehouse }),
    })),
  };
}

/** What left the warehouse. `selfShipping` has all eight members: one implementer refuses the call when one is missing. */
export function toDispatch(facts: DispatchFacts): RequestBody<"marketplace", "dispatchOrderItems"> {
  const { shipper } = facts;
  return {
    orderItems: facts.lines.map((line) => ({
      orderItemId: line.channelOrderItemId,
      quantity: line.quantity,
      ...percentages(line.rates),
    })),
    ...(shipper === null
      ? {}
      : {
          selfShipping: {
            deliveryPartner: shipper.providerName,
            deliveryCourier: shipper.courierName,
            dispatchDate: wallTime(shipper.dispatchedAt, shipper.zone),
            invoiceDate: shipper.invoicedOn.toString(),
            invoiceNumber: shipper.invoiceNumber,
            tentativeDeliveryDate: wallTime(shipper.deliveryExpectedAt, shipper.zone),
            trackingId: shipper.awb,
            trackingURL: shipper.trackingUrl,
          },
        }),
  };
}

/** Basis points as per cent; `taxRate` carries the whole GST rate, as the contract's examples do. */
function percentages(rates: TaxRates) {
  return {
    taxRate: rates.gstBps / 100,
    centralGstPercentage: rates.cgstBps / 100,
    stateGstPercentage: rates.sgstBps / 100,
    unionTerritoryGstPercentage: rates.utgstBps / 100,
    integratedGstPercentage: rates.igstBps / 100,
    compensationCessPercentage: rates.cessBps / 100,
  };
}

/** A change of a package's state, for each of its lines. A line of n units is listed as often as it is named. */
export function toStatusNotification(facts: StateFacts): RequestBody<"marketplace", "postStatusNotification"> {
  const updated = noticeTime(facts.changedAt, facts.zone);
  return {
    orderItems: facts.channelOrderItemIds.map((orderItemId) => ({
      orderItemId,
      status: facts.state,
      IsReverse: false,
      ...(facts.courierStatus === null ? {} : { courier_status: facts.courierStatus }),
      updated,
    })),
  };
}

/** A change of a reverse pickup's state: the same call, marked. Its courier stands with COURIER_ALLOCATED alone. */
export function toReverseNotification(facts: ReverseFacts): RequestBody<"marketplace", "postStatusNotification"> {
  const updated = noticeTime(facts.changedAt, facts.zone);
  const courier =
    facts.state !== "COURIER_ALLOCATED" || facts.courier === null
      ? {}
      : {
          reversePickupCourierName: facts.courier.name,
          reversePickupCourierCode: facts.courier.code,
          returnAwb: facts.courier.awb,
        };
  return {
    orderItems: facts.channelOrderItemIds.map((orderItemId) => {
      return { orderItemId, status: facts.state, IsReverse: true, ...courier, updated };
    }),
  };
}

export function toCancellation(facts: CancelFacts): RequestBody<"marketplace", "cancelOrderItems"> {
  return {
    orderId: facts.channelOrderId,
    orderItems: facts.lines.map((line) => ({
      orderItemId: line.channelOrderItemId,
      productId: line.productId,
      variantId: line.variantId,
      quantity: line.quantity,
    })),
  };
}

/** Box in millimetres, weight in grams, as the contract's examples have them. An item of n units is listed n times. */
export function toShipmentDetails(facts: ShipmentFacts): RequestBody<"marketplace", "postShipmentDetails"> {
  return {
    boxLength: facts.lengthMm,
    boxWidth: facts.widthMm,
    boxHeight: facts.heightMm,
    weight: facts.weightGrams,
    orderItems: facts.lines.flatMap((line) =>
      Array.from({ length: line.quantity }, () => ({
        orderItemId: line.channelOrderItemId,
        invoiceNumber: facts.invoiceNumber,
        invoiceDate: facts.invoicedOn.toString(),
        ...percentages(line.rates),
      })),
    ),
  };
}

export function toManifestRequest(wish: ManifestWish): RequestBody<"marketplace", "fetchManifest"> {
  return {
    courierCode: wish.courierCode,
    manifestItems: wish.lines.map((line) => ({
      orderItemId: line.channelOrderItemId,
      status: "PROCESSING",
      productId: line.productId,
      variantId: line.variantId,
      quantity: line.quantity,
    })),
  };
}
