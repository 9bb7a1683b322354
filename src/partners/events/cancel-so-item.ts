import type { CancelledFacts } from "./facts.ts";
import type { Wire } from "./wire.ts";

/** Units of one package (or of none) were cancelled before they left. Units that nobody has routed yet have no facility. Pure. */
export function cancelSOItem(facts: CancelledFacts): Wire["OrderCancelRequest"] {
  return {
    saleOrderCode: facts.orderCode,
    ...(facts.packageCode === null ? {} : { shippingPackageCode: facts.packageCode }),
    displayOrderCode: facts.displayCode,
    facilityCode: facts.facilityCode ?? "",
    items: facts.units.map(({ code, sku, by, reason }) => ({
      itemCode: code,
      itemSku: sku,
      cancellationReason: `Cancellation by ${by === "SELLER" ? "Seller" : "Channel"}${reason === null ? "" : ` :${reason}`}`,
    })),
  };
}
