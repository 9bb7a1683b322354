/** What goes into the operations that are tried, in our words. */
import type {
  FeedWish,
  GradeFacts,
  ImportedSaleOrder,
  ManifestWish,
  OperationIo,
  OrdersWish,
  PackFacts,
  ParcelFacts,
  ReturnFacts,
  ShipmentFacts,
  StatusFeed,
} from "../index.ts";
import type { SimOrder } from "../simulator/index.ts";
import { someProducts, type World } from "./world.ts";

const RATES = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };

/** Figures of the first products, for the first of the channel's warehouses where each has its own. */
export function stockLines(
  count: number,
  { keysOf, connector, warehouses }: Pick<World, "keysOf" | "connector" | "warehouses">,
): OperationIo["pushInventory"]["in"] {
  const channelWarehouse = connector.capabilities.pushInventory?.facilityWise ? warehouses[0] : null;
  return someProducts(count).map((product, i) => ({
    ...keysOf(product),
    quantity: 7 + i,
    hsn: "961700",
    channelWarehouse,
  }));
}

export function noticeOf(order: SimOrder, world: World): OperationIo["notifyState"]["in"] {
  const states = world.connector.capabilities.notifyState?.states ?? [];
  return {
    channelOrderId: order.id,
    channelOrderItemIds: order.items.map((item) => item.orderItemId),
    state: states.includes("PACKED") ? "PACKED" : (states[0] ?? "PACKED"),
    courierStatus: null,
    changedAt: world.now(),
    zone: world.connector.rules.zone,
  };
}

export function reverseOf(order: SimOrder, world: World): OperationIo["notifyReturn"]["in"] {
  return {
    channelOrderId: order.id,
    channelOrderItemIds: order.items.map((item) => item.orderItemId),
    state: "COURIER_ALLOCATED",
    courier: { code: "ECOMEXP_REVERSE", name: "Ecom Express", awb: `R-${order.id}` },
    changedAt: world.now(),
    zone: world.connector.rules.zone,
  };
}

/** The seller names his courier where he ships, and nobody where the channel does. */
export function dispatchOf(order: SimOrder, world: World): OperationIo["dispatch"]["in"] {
  const shipper = {
    providerName: "Own couriers",
    courierName: "Bluedart",
    awb: `AWB-${order.id}`,
    trackingUrl: "https://track.example.in/1",
    dispatchedAt: world.now(),
    deliveryExpectedAt: world.now().add({ hours: 96 }),
    invoiceNumber: "WH-2627-00001",
    invoicedOn: Temporal.PlainDate.from("2026-11-20"),
    zone: world.connector.rules.zone,
  };
  return {
    channelOrderId: order.id,
    packageNo: 1,
    lines: order.items.map((item) => ({
      channelOrderItemId: item.orderItemId,
      quantity: item.quantity,
      rates: RATES,
    })),
    shipper: order.thirdPartyShipping ? null : shipper,
  };
}

export function cancelOf(order: SimOrder, world: World): OperationIo["cancel"]["in"] {
  return { channelOrderId: order.id, lines: linesOf(order, world) };
}

export function parcelOf(order: SimOrder, world: World): ParcelFacts {
  return { channelOrderId: order.id, packageCode: "SUITE-PACKAGE", lines: linesOf(order, world) };
}

function linesOf(order: SimOrder, { keysOf }: World): ParcelFacts["lines"] {
  return order.items.map((item) => {
    const { productId, variantId } = keysOf(item);
    return { channelOrderItemId: item.orderItemId, productId, variantId, quantity: item.quantity };
  });
}

export function packOf(order: SimOrder, world: World): PackFacts {
  return {
    ...parcelOf(order, world),
    packedOn: world.now().toZonedDateTimeISO(world.connector.rules.zone).toPlainDate(),
    ...{ lengthMm: 300, widthMm: 220, heightMm: 60, weightGrams: 640 },
    lines: linesOf(order, world).map((line) => ({ ...line, rates: RATES })),
  };
}

export function shipmentOf(order: SimOrder, invoiceNumber = "WH-2627-00001"): ShipmentFacts {
  return {
    channelOrderId: order.id,
    invoiceNumber,
    invoicedOn: Temporal.PlainDate.from("2026-11-20"),
    lengthMm: 300,
    widthMm: 220,
    heightMm: 60,
    weightGrams: 640,
    lines: order.items.map((item) => ({
      channelOrderItemId: item.orderItemId,
      quantity: item.quantity,
      rates: RATES,
    })),
  };
}

/** What both sides must agree on about a line: as it was read. */
export function lineFacts(line: ImportedSaleOrder["lines"][number]) {
  return {
    id: line.channelOrderItemId,
    product: `${line.productId} ${line.variantId}`,
    sku: line.channelSku,
    quantity: line.quantity,
    price: Number(line.sellingPrice),
    warehouse: line.channelWarehouse,
    cancelled: line.cancelled,
  };
}

/** The same, as the marketplace holds it: amounts of a unit, or of the whole line where the source gives those. */
export function lineFactsOf(item: SimOrder["items"][number], world: World): ReturnType<typeof lineFacts> {
  const { productId, variantId } = world.keysOf(item);
  const units = world.connector.rules.lineAmounts === "PER_LINE" ? item.quantity : 1;
  return {
    id: item.orderItemId,
    product: `${productId} ${variantId}`,
    sku: item.sku,
    quantity: item.quantity,
    price: item.sellingPricePaise * units,
    warehouse: item.facilityCode,
    cancelled: item.status === "CANCELLED",
  };
}

/** Where it goes. A street may stand in other lines than there. */
export function addressFacts({ shippingAddress }: ImportedSaleOrder, { behaves }: Pick<World, "behaves">) {
  const { name, line1, line2, city, state, pincode } = shippingAddress;
  const street = [line1, line2 ?? ""].filter((line) => line !== "").join(", ");
  return { name, city, state, pincode, ...(behaves.tellsStreet ? { street } : {}) };
}

/** The same, as the marketplace holds it. */
export function addressFactsOf(
  { shippingAddress }: SimOrder,
  { behaves }: Pick<World, "behaves">,
): ReturnType<typeof addressFacts> {
  const { name, addressLine1: street, city, state, pincode } = shippingAddress;
  return { name, city, state, pincode, ...(behaves.tellsStreet ? { street } : {}) };
}

/** The freight of a whole order, whether it stands on its lines or once. */
export function freightOf({ lines, orderAmounts }: ImportedSaleOrder, { connector }: Pick<World, "connector">): number {
  const units = (quantity: number) => (connector.rules.lineAmounts === "PER_UNIT" ? quantity : 1);
  return lines.reduce(
    (sum, { shippingCharges, quantity }) => sum + (shippingCharges ?? 0) * units(quantity),
    orderAmounts.shippingCharges ?? 0,
  );
}

/** The same, as the marketplace holds it. */
export function freightHeld({ items }: SimOrder): number {
  return items.reduce((sum, { shippingChargesPaise, quantity }) => sum + shippingChargesPaise * quantity, 0);
}

/** Window of the last days, as many as the source is asked for. */
export function windowOf(world: World, page = 1) {
  const days = world.connector.capabilities.pullOrders?.windowDays ?? 1;
  return { from: world.now().subtract({ hours: 24 * days }), to: world.now(), page };
}

/** The state in which the source lists new orders, and a page of them that is wanted. */
export function newOrders(world: World, page = 1, token?: string): OrdersWish {
  const status = world.connector.capabilities.pullOrders?.statuses[0] ?? "CREATED";
  return { ...windowOf(world, page), status, ...(token === undefined ? {} : { token }) };
}

/** The last hour of a list of changes. */
export function feedWish(world: World, feed: StatusFeed, page = 1, token?: string): FeedWish {
  const minutes = Math.min(60, feed.windowMinutesMax);
  const window = { from: world.now().subtract({ minutes }), to: world.now() };
  return { feed: feed.name, ...window, page, ...(token === undefined ? {} : { token }) };
}

export function manifestOf(order: SimOrder, world: World, courierCode: string): ManifestWish {
  const parcel = parcelOf(order, world);
  return { courierCode, parcels: [parcel], lines: parcel.lines };
}

export function gradesOf(facts: ReturnFacts): GradeFacts {
  return { ...facts, lines: facts.lines.map((line) => ({ ...line, grade: "good" })) };
}
