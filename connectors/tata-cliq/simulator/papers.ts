/** Packing, and the papers that follow: invoice, label, manifest; then the hand-over. */
import {
  type SimInvoice,
  type SimOrder,
  type SimOrderItem,
  type SimParcel,
  settleStatus,
} from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { drawLabel } from "../../protocol/simulator/papers/label.ts";
import { drawManifest } from "../../protocol/simulator/papers/manifest.ts";
import { createPaper } from "../../protocol/simulator/papers/paper.ts";
import { addressLines } from "../../protocol/simulator/papers/words.ts";
import { percentages, sidesOf, taxedLines } from "../../protocol/simulator/taxes.ts";
import {
  ACTS,
  DEMANDED,
  eachLine,
  linesAnswer,
  numberOf,
  type Parts,
  said,
  serve,
  slaveOf,
  stamp,
  storeOrder,
  struck,
} from "./parts.ts";
import { invoiceOf, noteInvoice, noteListed, parcelOf, whyNotListed, whyNotPacked, whyNotShipped } from "./steps.ts";
import { indian, totalOf } from "./wire.ts";

const STORE = { name: "Demo seller's store", gstin: "29AAXCS0001F1ZE", state: "Karnataka" };
const STORE_LINES = ["Plot 7, Peenya Industrial Area", "Bengaluru, Karnataka 560058"];
const COURIERS: readonly [Carrier, ...Carrier[]] = [
  { code: "DLV", name: "Delhivery" },
  { code: "BLD", name: "Blue Dart" },
];
interface Carrier {
  readonly code: string;
  readonly name: string;
}
const PAGE = Buffer.from("<!doctype html><html><body>Session expired</body></html>").toString("base64");

export function servePapers(parts: Parts): void {
  servePacking(parts);
  serveInvoices(parts);
  serveLabels(parts);
  serveManifests(parts);
  serveHandOver(parts);
}

function servePacking(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "packOrder",
    ({ body, seller, at, fault }) => {
      const { order, taken, failed } = eachLine(parts, seller, body, fault, whyNotPacked);
      if (order && failed.length === 0) {
        const box = {
          ...{ lengthMm: body.lengthCm * 10, widthMm: body.breadthCm * 10, heightMm: body.heightCm * 10 },
          grams: body.weightGrams,
        };
        packedTogether(order, idsOf(taken), box, at);
      }
      world.shipmentDetails.add({
        ...{ receivedAt: stamp(at), seller, orderId: order?.id ?? null, body },
        outcome: failed.length === 0 ? "SUCCESS" : "FAILED",
        failures: failed,
      });
      return linesAnswer(order?.id ?? body.orderNo, body.transactionIds, failed, fault);
    },
    ACTS,
  );
}

const idsOf = (items: readonly SimOrderItem[]) => items.map((item) => item.orderItemId);

/** Lines that are asked about, as they stand; all of the order that live where none is named. */
function linesAsked(order: SimOrder, named: readonly string[] | undefined): string[] {
  const alive = order.items.filter((item) => item.status !== "CANCELLED");
  return idsOf(alive.filter((item) => named === undefined || named.includes(item.orderItemId)));
}

/** Lines are in one parcel from now on; said again it changes its box alone. */
function packedTogether(order: SimOrder, lines: readonly string[], box: SimParcel["box"], at: Temporal.Instant): void {
  const known = parcelOf(order, lines);
  if (known && linesAsked(order, known.orderItemIds).every((id) => lines.includes(id))) {
    known.box = box;
    return;
  }
  const others = order.parcels.flatMap((parcel) => {
    const orderItemIds = parcel.orderItemIds.filter((id) => !lines.includes(id));
    return orderItemIds.length === 0 ? [] : [{ ...parcel, orderItemIds }];
  });
  order.parcels.splice(0, order.parcels.length, ...others, {
    ...{ orderItemIds: [...lines], openedAt: stamp(at), courier: null, box },
  });
}

/** Has so long gone by since the parcel was packed, here or by somebody on the seller's panel? */
function isReady(order: SimOrder, lines: readonly string[], delayMs: number, at: Temporal.Instant): boolean {
  const packedAt = parcelOf(order, lines)?.openedAt;
  if (packedAt === undefined) return false;
  return Temporal.Instant.compare(at, Temporal.Instant.from(packedAt).add({ milliseconds: delayMs })) >= 0;
}

/** Each parcel has one, the same however often it is asked for. */
function makeInvoice(
  { sim, numbers }: Parts,
  order: SimOrder,
  lines: readonly string[],
  at: Temporal.Instant,
): SimInvoice {
  const invoice = { kind: "INVOICE", number: numbers.next("TQ"), issuedAt: stamp(at) } as const;
  noteInvoice(order, invoice, lines);
  sim.world.write("invoice", { orderId: order.id, seller: order.seller, at: stamp(at), ...invoice });
  return invoice;
}

function serveInvoices(parts: Parts): void {
  const { sim } = parts;
  serve(
    parts,
    "getInvoice",
    async ({ path, query, seller, at, fault }) => {
      const order = storeOrder(parts, seller, path);
      if (!order) return said(400, `no order ${path.orderNo} at store ${path.slaveId}`);
      if (fault?.kind === "failed") return said(404, fault.message ?? "Invoice not available");
      if (order.orderStatus === "CANCELLED") return said(400, "the order is cancelled");
      const asked = linesAsked(order, query.transactionIds);
      if (asked.length === 0) return said(400, "none of these lines is this store's");
      if (!isReady(order, asked, sim.settings.now().invoiceDelayMs, at)) return said(404, "Invoice not available");
      const known = invoiceOf(order, asked) ?? makeInvoice(parts, order, asked, at);
      const states = { seller: STORE.state, buyer: order.shippingAddress.state };
      const sides = sidesOf(states.seller, states.buyer);
      const lines = taxedLines(sim.world, order, states, totalOf).filter(({ item }) =>
        asked.includes(item.orderItemId),
      );
      const paper = createPaper({ title: `Invoice ${known.number}`, at: Temporal.Instant.from(known.issuedAt) });
      drawInvoice(paper, {
        ...{ heading: "Tax invoice", number: known.number, issuedAt: known.issuedAt, orderId: order.id },
        seller: { name: STORE.name, gstin: STORE.gstin, addressLines: STORE_LINES },
        buyer: {
          name: order.billingAddress.name,
          gstin: null,
          addressLines: addressLines(order.billingAddress).slice(1),
        },
        ...{ placeOfSupply: order.shippingAddress.state, lines },
      });
      const document = fault?.kind === "bad_file" ? PAGE : (await paper.end()).toString("base64");
      const body = {
        invoiceNo: known.number,
        invoiceDate: indian(known.issuedAt),
        lines: lines.map((line) => {
          const rates = percentages(line.rateBasisPoints, sides);
          return {
            transactionId: line.item.orderItemId,
            taxableValue: line.taxablePaise / 100,
            cgstRate: rates.centralGstPercentage,
            sgstRate: rates.stateGstPercentage,
            utgstRate: rates.unionTerritoryGstPercentage,
            igstRate: rates.integratedGstPercentage,
            cessRate: 0,
          };
        }),
        document,
      };
      return { status: 200, orderIds: [order.id], body };
    },
    ["failed", "bad_file"],
  );
}

/** The courier of a parcel, as soon as its delay is over. */
function assignCourier({ sim }: Parts, order: SimOrder, parcel: SimParcel, at: Temporal.Instant): void {
  if (parcel.courier || !isReady(order, parcel.orderItemIds, sim.settings.now().courierDelayMs, at)) return;
  const { pincode } = order.shippingAddress;
  const assigned = { ...sim.random.pick(COURIERS), awb: sim.random.digits(12), sortCode: pincode.slice(0, 3) };
  parcel.courier = { ...assigned, assignedAt: stamp(at) };
  const { orderItemIds } = parcel;
  sim.world.write("courier", {
    orderId: order.id,
    seller: order.seller,
    at: stamp(at),
    orderItemIds,
    ...parcel.courier,
  });
}

function serveLabels(parts: Parts): void {
  const { sim } = parts;
  serve(
    parts,
    "getLabel",
    async ({ path, query, seller, at, fault }) => {
      const order = storeOrder(parts, seller, path);
      if (!order) return said(404, `no order ${path.orderNo} at store ${path.slaveId}`);
      const orderIds = [order.id];
      if (!order.thirdPartyShipping) return { status: 200, orderIds, body: { fulfillmentType: "SSHIP" } };
      if (fault?.kind === "failed") return said(404, fault.message ?? "Label not available");
      const asked = linesAsked(order, query.transactionIds);
      const parcel = parcelOf(order, asked);
      if (order.orderStatus === "CANCELLED" || !parcel) return said(404, "the order is not packed");
      assignCourier(parts, order, parcel, at);
      const { courier } = parcel;
      if (!courier) return { status: 200, orderIds, body: { fulfillmentType: "TSHIP", awbNo: null, document: null } };
      const states = { seller: STORE.state, buyer: order.shippingAddress.state };
      const lines = taxedLines(sim.world, order, states, totalOf).filter(({ item }) =>
        asked.includes(item.orderItemId),
      );
      const paper = createPaper({ title: `Label ${courier.awb}`, at: Temporal.Instant.from(courier.assignedAt) });
      drawLabel(paper, {
        marketplace: "Tata CLiQ",
        ...{ order, parcel: { ...parcel, courier } },
        collectPaise: lines.reduce((sum, line) => sum + line.totalPaise, 0),
        invoiceNumber: invoiceOf(order, asked)?.number ?? null,
        sender: [STORE.name, ...STORE_LINES],
      });
      const document = fault ? PAGE : (await paper.end()).toString("base64");
      const { code: logisticsId, name: logisticsName, awb: awbNo, sortCode } = courier;
      return {
        status: 200,
        orderIds,
        body: { fulfillmentType: "TSHIP", logisticsId, logisticsName, awbNo, sortCode, document },
      };
    },
    ["failed", "bad_file"],
  );
}

function serveManifests(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "createManifest",
    async ({ body, seller, at, fault }) => {
      const named = body.shipments.flatMap((wish) => wish.transactionIds);
      const refused = struck(fault, named);
      const judged = body.shipments.map((wish) =>
        eachLine(parts, seller, wish, null, (of, item) =>
          refused.has(item.orderItemId) ? (fault?.message ?? DEMANDED) : whyNotListed(of, item),
        ),
      );
      const failed = judged.flatMap((one) => one.failed);
      const orders = judged.flatMap(({ order }) => order ?? []);
      const orderIds = orders.map((order) => order.id);
      const about = { receivedAt: stamp(at), seller, orderId: orderIds[0] ?? null, orderIds, body };
      // One line stops the whole list.
      if (failed.length > 0) {
        world.manifests.add({ ...about, outcome: "FAILED", failures: failed });
        return { status: 200, orderIds, body: { status: "FAILED", failed } };
      }
      const key = `${seller}\n${named.toSorted().join(",")}`;
      const made = parts.manifests.get(key) ?? (await drawn(parts, orders, named, body.logisticsId, at));
      parts.manifests.set(key, made);
      for (const { order, taken } of judged) if (order) noteListed(order, idsOf(taken), made.number);
      world.manifests.add({ ...about, file: made.number, outcome: "SUCCESS", failures: [] });
      return {
        status: 200,
        orderIds,
        body: { status: "SUCCESS", manifestNo: made.number, document: made.document, failed: [] },
      };
    },
    ACTS,
  );
}

async function drawn(
  parts: Parts,
  orders: readonly SimOrder[],
  named: readonly string[],
  courier: string,
  at: Temporal.Instant,
) {
  const number = parts.numbers.next("TM");
  const paper = createPaper({ title: `Manifest ${number}`, at });
  drawManifest(paper, {
    ...{ marketplace: "Tata CLiQ", number, madeAt: stamp(at), courier, seller: STORE.name },
    rows: orders.map((order) => {
      const items = order.items.filter((item) => item.status !== "CANCELLED" && named.includes(item.orderItemId));
      const lines = idsOf(items);
      return {
        awb: parcelOf(order, lines)?.courier?.awb ?? "-",
        orderId: numberOf(order),
        invoiceNumber: invoiceOf(order, lines)?.number ?? "-",
        units: items.length,
        collectPaise: order.paymentType === "COD" ? items.reduce((sum, item) => sum + totalOf(item), 0) : null,
      };
    }),
  });
  return { number, document: (await paper.end()).toString("base64") };
}

function serveHandOver(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "shipOrder",
    ({ body, seller, at, fault }) => {
      const { order, taken, failed } = eachLine(parts, seller, body, fault, (of, item) =>
        whyNotShipped(of, item, body.awbNo),
      );
      const accepted = taken.map((item) => {
        const repeated = item.status !== "CREATED";
        if (!repeated) {
          item.status = "DISPATCHED";
          item.dispatchedQuantity = item.quantity;
        }
        return { orderItemId: item.orderItemId, quantity: item.quantity, repeated };
      });
      const courier = order && parcelOf(order, idsOf(taken))?.courier;
      const trackingNumber = body.awbNo ?? courier?.awb ?? "";
      const shipment = {
        ...{ trackingNumber, courier: body.logisticsName ?? courier?.name ?? "" },
        providerCode: courier?.code ?? body.logisticsName ?? "",
        orderItemIds: accepted.map((line) => line.orderItemId),
        at: stamp(at),
      };
      if (order && accepted.length > 0) {
        settleStatus(order);
        if (!order.shipments.some((one) => one.trackingNumber === trackingNumber)) order.shipments.push(shipment);
      }
      world.dispatches.add({
        ...{ receivedAt: stamp(at), seller, orderId: order?.id ?? null, orderIds: order ? [order.id] : [], accepted },
        ...{ orderItemIds: body.transactionIds, courier: shipment.courier, trackingNumber },
        ...{ invoiceNumber: body.invoiceNo ?? null, invoiceDate: body.invoiceDate ?? null, body, failures: failed },
        slaveId: order ? slaveOf(order) : null,
        outcome: failed.length === 0 ? "SUCCESS" : taken.length === 0 ? "FAILED" : "PARTIAL_SUCCESS",
      });
      return linesAnswer(order?.id ?? body.orderNo, body.transactionIds, failed, fault);
    },
    ACTS,
  );
}
