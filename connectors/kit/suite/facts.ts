/** What goes into the operations that are tried, and the steps that come before one. */
import { assert } from "../../../src/kernel/index.ts";
import type {
  GradeFacts,
  ImportedSaleOrder,
  IrnFacts,
  OperationIo,
  OperationName,
  ParcelFacts,
  ReturnFacts,
  ShipmentFacts,
} from "../index.ts";
import type { SimOrder } from "../simulator/index.ts";
import { must, type Rig, type World } from "./world.ts";

const RATES = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };

export function stockLines(count: number): OperationIo["pushInventory"]["in"] {
  return Array.from({ length: count }, (_, i) => ({
    channelProductId: `${5000 + i}-${5000 + i}-STD`,
    productId: String(5000 + i),
    variantId: `${5000 + i}-STD`,
    quantity: 7 + i,
    hsn: "961700",
    channelWarehouse: null,
  }));
}

export function noticeOf(order: SimOrder, world: World): OperationIo["notifyState"]["in"] {
  return {
    channelOrderId: order.id,
    channelOrderItemIds: order.items.map((item) => item.orderItemId),
    state: "PACKED",
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

export function cancelOf(order: SimOrder): OperationIo["cancel"]["in"] {
  return { channelOrderId: order.id, lines: linesOf(order) };
}

export function parcelOf(order: SimOrder): ParcelFacts {
  return { channelOrderId: order.id, packageCode: "SUITE-PACKAGE", lines: linesOf(order) };
}

function linesOf(order: SimOrder): ParcelFacts["lines"] {
  return order.items.map((item) => ({
    channelOrderItemId: item.orderItemId,
    productId: item.productId,
    variantId: item.variantId,
    quantity: item.quantity,
  }));
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

/** The same, as the marketplace holds it. */
export function lineFactsOf(item: SimOrder["items"][number]): ReturnType<typeof lineFacts> {
  return {
    id: item.orderItemId,
    product: `${item.productId} ${item.variantId}`,
    sku: item.sku,
    quantity: item.quantity,
    price: item.sellingPricePaise,
    warehouse: item.facilityCode,
    cancelled: item.status === "CANCELLED",
  };
}

/** Window of the last days, as many as the source is asked for. */
export function windowOf(world: World, page = 1) {
  const days = world.connector.capabilities.pullOrders?.windowDays ?? 1;
  return { from: world.now().subtract({ hours: 24 * days }), to: world.now(), page };
}

/** The steps of a package that its channel ships, in their order. */
const STEPS = ["fetchInvoice", "giveShipment", "fetchCourier", "fetchLabel", "fetchManifest"] as const;
type Step = (typeof STEPS)[number];

/** Goes with a package through the steps that the source has, up to one. @returns the courier's code, "" before there is one */
export async function walk(world: World, channel: Rig, order: SimOrder, until: Step | "dispatch"): Promise<string> {
  const can = world.connector.capabilities;
  const parcel = parcelOf(order);
  let [invoiceNumber, courierCode] = ["WH-2627-00001", ""];
  for (const step of order.thirdPartyShipping ? STEPS : []) {
    if (step === until) break;
    if (can[step] === undefined) continue;
    if (step === "giveShipment") await must(step, channel.run(step, shipmentOf(order, invoiceNumber)));
    else if (step === "fetchManifest") await must(step, channel.run(step, { courierCode, lines: parcel.lines }));
    else {
      const got = await must(step, channel.run(step, parcel));
      assert(got.state === "READY", `${step} is ready: ${JSON.stringify(got)}`);
      if ("number" in got.value) invoiceNumber = got.value.number;
      if ("awb" in got.value) courierCode = got.value.code;
    }
  }
  return courierCode;
}

/** A parcel that has left. */
export async function gone(world: World, channel: Rig): Promise<{ placed: SimOrder; lines: ParcelFacts["lines"] }> {
  const placed = await world.order();
  await walk(world, channel, placed, "dispatch");
  await must("dispatch", channel.run("dispatch", dispatchOf(placed, world)));
  return { placed, lines: linesOf(placed) };
}

/** A parcel that was delivered and of which the customer sends lines back: all of them, or so many units of each line named. */
export async function returnOf(
  world: World,
  channel: Rig,
  units?: (order: SimOrder) => readonly { readonly orderItemId: string; readonly quantity: number }[],
): Promise<ReturnFacts> {
  const { placed } = await gone(world, channel);
  await world.act(placed.id, "deliver");
  const items = units?.(placed);
  await world.act(placed.id, "return", items ? { items } : {});
  const read = await must("statuses", channel.run("readStatuses", [placed.id]));
  const back = new Map(items?.map(({ orderItemId, quantity }) => [orderItemId, quantity]));
  const lines = parcelOf(placed)
    .lines.filter((line) => items === undefined || back.has(line.channelOrderItemId))
    .map((line) => ({ ...line, quantity: back.get(line.channelOrderItemId) ?? line.quantity }));
  const told = read.orders[0]?.lines.find((line) => line.channelReturnId !== null)?.channelReturnId ?? null;
  return { channelOrderId: placed.id, packageCode: "SUITE-PACKAGE", kind: "CIR", channelReturnId: told, lines };
}

export function gradesOf(facts: ReturnFacts): GradeFacts {
  return { ...facts, lines: facts.lines.map((line) => ({ ...line, grade: "good" })) };
}

export async function irnOf(world: World, channel: Rig): Promise<IrnFacts> {
  const placed = await world.order();
  const got = await must("invoice", channel.run("fetchInvoice", parcelOf(placed)));
  assert(got.state === "READY", `the invoice is ready: ${JSON.stringify(got)}`);
  return {
    channelOrderId: placed.id,
    packageCode: "SUITE-PACKAGE",
    document: "INVOICE",
    number: got.value.number,
    irn: "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
    ackNumber: "112610002345678",
    acknowledgedAt: world.now(),
    signedQr: "eyJhbGciOiJSUzI1NiJ9.eyJkYXRhIjoie30ifQ.c2lnbmVk",
  };
}

type Inputs = { readonly [K in OperationName]?: (world: World, channel: Rig) => Promise<OperationIo[K]["in"]> };

/** An input with which each operation works: the steps before it are gone. Signing in has scenarios of its own. */
export const INPUTS: Inputs = {
  pullListings: async () => 1,
  pushInventory: async () => stockLines(3),
  readStatuses: async (world) => [(await world.order()).id],
  notifyState: async (world) => noticeOf(await world.order(), world),
  notifyReturn: async (world) => reverseOf(await world.order(), world),
  dispatch: async (world, channel) => {
    const order = await world.order();
    await walk(world, channel, order, "dispatch");
    return dispatchOf(order, world);
  },
  cancel: async (world) => cancelOf(await world.order()),
  pullOrders: async (world) => {
    await world.order();
    return { ...windowOf(world), status: "CREATED" };
  },
  pullPendency: async (world) => {
    await world.order({ underReview: true });
    return windowOf(world);
  },
  acknowledge: async (world) => (await world.order({ orderStatus: "PENDING_VERIFICATION" })).id,
  fetchInvoice: async (world) => parcelOf(await world.order()),
  giveShipment: async (world, channel) => {
    const order = await world.order();
    await walk(world, channel, order, "giveShipment");
    return shipmentOf(order);
  },
  fetchCourier: async (world, channel) => {
    const order = await world.order();
    await walk(world, channel, order, "fetchCourier");
    return parcelOf(order);
  },
  fetchLabel: async (world, channel) => {
    const order = await world.order();
    await walk(world, channel, order, "fetchLabel");
    return parcelOf(order);
  },
  fetchManifest: async (world, channel) => {
    const order = await world.order();
    const courierCode = await walk(world, channel, order, "fetchManifest");
    return { courierCode, lines: parcelOf(order).lines };
  },
  downloadFile: async (world, channel) => {
    const order = await world.order();
    const courierCode = await walk(world, channel, order, "fetchManifest");
    return manifestUrl(channel, { courierCode, lines: parcelOf(order).lines });
  },
  reportGrade: async (world, channel) => gradesOf(await returnOf(world, channel)),
  fetchCreditNote: async (world, channel) => {
    const facts = await returnOf(world, channel);
    await must("grades", channel.run("reportGrade", gradesOf(facts)));
    return facts;
  },
  giveIrn: irnOf,
};

/** The address of a manifest's file: the files that channels give are these. */
async function manifestUrl(channel: Rig, wish: OperationIo["fetchManifest"]["in"]): Promise<string> {
  const { made, url } = await must("fetchManifest", channel.run("fetchManifest", wish));
  assert(made && url !== null, "a manifest has an address");
  return url;
}
