/** GST of the lines of an order, for the papers and answers of a channel that invoices. Prices hold their tax. */
import type { ResponseBody } from "../../../contract/types.ts";
import { type SimOrder, type SimOrderItem, variantKey, type World } from "../../kit/simulator/index.ts";

/** A line of an invoice. Amounts are whole paise of the whole line. */
export interface TaxedLine {
  readonly item: SimOrderItem;
  readonly sku: string;
  readonly title: string;
  readonly hsnCode: string;
  readonly quantity: number;
  readonly rateBasisPoints: number;
  readonly taxablePaise: number;
  readonly cgstPaise: number;
  readonly sgstPaise: number;
  readonly utgstPaise: number;
  readonly igstPaise: number;
  readonly totalPaise: number;
}

/** Which taxes apply: IGST between states, else CGST with SGST; a union territory without a legislature has UTGST. */
export function sidesOf(sellerState: string, buyerState: string): { inside: boolean; territory: boolean } {
  return { inside: buyerState === sellerState, territory: WITHOUT_LEGISLATURE.has(buyerState) };
}

const WITHOUT_LEGISLATURE = new Set([
  "Andaman and Nicobar Islands",
  "Chandigarh",
  "Dadra and Nagar Haveli and Daman and Diu",
  "Ladakh",
  "Lakshadweep",
]);

const RATE_UNLISTED = 1_800;

function rateOf(world: World, item: SimOrderItem): number {
  return world.products.get(variantKey(item.productId, item.variantId))?.gstBasisPoints ?? RATE_UNLISTED;
}

/** Lines that are not cancelled, at the price that `unitPaise` says. */
export function taxedLines(
  world: World,
  order: SimOrder,
  states: { readonly seller: string; readonly buyer: string },
  unitPaise: (item: SimOrderItem) => number,
): TaxedLine[] {
  const { inside, territory } = sidesOf(states.seller, states.buyer);
  return order.items.flatMap((item) => {
    const quantity = item.quantity - item.cancelledQuantity;
    if (quantity === 0) return [];
    const rateBasisPoints = rateOf(world, item);
    const totalPaise = unitPaise(item) * quantity;
    const exact = totalPaise - Math.round((totalPaise * 10_000) / (10_000 + rateBasisPoints));
    const half = Math.floor(exact / 2);
    // Two heads of one rate are equal to the paisa: an odd one stays in the taxable value.
    const tax = inside ? 2 * half : exact;
    const taxablePaise = totalPaise - tax;
    return [
      {
        item,
        sku: item.sku,
        title: item.title,
        hsnCode: world.products.get(variantKey(item.productId, item.variantId))?.hsnCode ?? "",
        quantity,
        rateBasisPoints,
        taxablePaise,
        cgstPaise: inside ? half : 0,
        sgstPaise: inside && !territory ? half : 0,
        utgstPaise: inside && territory ? half : 0,
        igstPaise: inside ? 0 : tax,
        totalPaise,
      },
    ];
  });
}

type ProductTaxes = ResponseBody<"marketplace", "getInvoiceDetails", 200>["productTaxes"];

/** The rates of a line, in per cent. */
export function percentages(rateBasisPoints: number, { inside, territory }: { inside: boolean; territory: boolean }) {
  const rate = rateBasisPoints / 100;
  return {
    taxPercentage: rate,
    centralGstPercentage: inside ? rate / 2 : 0,
    stateGstPercentage: inside && !territory ? rate / 2 : 0,
    unionTerritoryGstPercentage: inside && territory ? rate / 2 : 0,
    integratedGstPercentage: inside ? 0 : rate,
    compensationCessPercentage: 0,
  };
}

/** Rates of each line of the order that is not cancelled, as `/invoiceDetails` gives them. */
export function productTaxes(world: World, order: SimOrder, sellerState: string): ProductTaxes {
  const sides = sidesOf(sellerState, order.shippingAddress.state);
  return order.items
    .filter((item) => item.status !== "CANCELLED")
    .map((item) => ({
      productId: item.productId,
      variantId: item.variantId,
      ...percentages(rateOf(world, item), sides),
    }));
}
