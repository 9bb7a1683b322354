/** Courier, label and shipment details of a channel that ships. */
import type { SimOrder } from "../../kit/simulator/index.ts";
import { drawInvoice } from "./papers/invoice.ts";
import { drawLabel, type LabelFacts } from "./papers/label.ts";
import { createPaper } from "./papers/paper.ts";
import { addressLines } from "./papers/words.ts";
import { courierOf, findParcel, invoiceOf, openParcel } from "./parcels.ts";
import { houseOf, sellerOf } from "./parties.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { taxedLines } from "./taxes.ts";
import { itemTotalPaise } from "./wire.ts";

export function serveShipping(parts: Parts): void {
  serveShipmentDetails(parts);
  serveCouriers(parts);
  serveLabels(parts);
}

function serveShipmentDetails(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(
    parts,
    "postShipmentDetails",
    ({ body, seller, at, fault }) => {
      const refused = struck(fault, body.orderItems);
      const failures = body.orderItems.flatMap((entry) => {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry) ? (fault?.message ?? DEMANDED) : found ? null : NO_ITEM;
        return words === null ? [] : [{ orderItemId: entry.orderItemId, errorMessage: words }];
      });
      const status = outcome(fault, body.orderItems.length, failures.length);
      const first = body.orderItems[0] ? lineOf(world, seller, body.orderItems[0].orderItemId) : null;
      if (first && failures.length === 0) {
        const ids = body.orderItems.map((entry) => entry.orderItemId);
        const { boxLength, boxWidth, boxHeight, weight } = body;
        openParcel(first.order, ids, at).box = {
          lengthMm: boxLength,
          widthMm: boxWidth,
          heightMm: boxHeight,
          grams: weight,
        };
      }
      world.shipmentDetails.add({
        receivedAt: stamp(at),
        seller,
        orderId: first?.order.id ?? null,
        body,
        outcome: status,
        failures,
      });
      return { status: 200, body: { status, orderItems: failures } };
    },
    BATCH_FAULTS,
  );
}

const NOT_ASSIGNED = { awbNo: "", status: "COURIER_NOT_ASSIGNED", courierCode: "", courierName: "" } as const;

/** The order whose lines these are: one seller's, all of them, of one order. Null where there is no such order. */
function orderOf({ sim }: Parts, seller: string, orderItemIds: readonly string[]): SimOrder | null {
  const orders = new Set(orderItemIds.map((id) => lineOf(sim.world, seller, id)?.order ?? null));
  const [order = null] = orders;
  return orders.size === 1 ? order : null;
}

function serveCouriers(parts: Parts): void {
  serveOffered(
    parts,
    "getCourierDetails",
    ({ query, seller, fault, at }) => {
      const ids = query.orderItemIds.split(",");
      const order = orderOf(parts, seller, ids);
      if (fault || !order || order.orderStatus === "CANCELLED") return { status: 200, body: NOT_ASSIGNED };
      const orderIds = [order.id];
      if (!order.thirdPartyShipping)
        return { status: 200, orderIds, body: { ...NOT_ASSIGNED, status: "SELLER_SHIPPING" } };
      const courier = courierOf(parts, order, openParcel(order, ids, at), at);
      if (!courier) return { status: 200, orderIds, body: NOT_ASSIGNED };
      const { awb: awbNo, code: courierCode, name: courierName, sortCode: additionalInfo } = courier;
      return { status: 200, orderIds, body: { awbNo, status: "AVAILABLE", courierCode, courierName, additionalInfo } };
    },
    ["failed"],
  );
}

function serveLabels(parts: Parts): void {
  serveOffered(
    parts,
    "getLabels",
    async ({ query, seller, fault, at }) => {
      const ids = query.orderItemIds.split(",");
      const order = orderOf(parts, seller, ids);
      const parcel = order && order.orderStatus !== "CANCELLED" ? findParcel(order, ids) : undefined;
      const courier = order && parcel ? courierOf(parts, order, parcel, at) : null;
      if (!order || !parcel || !courier || fault?.kind === "failed")
        return { status: 404, body: { message: fault?.message ?? "Label not available" } };
      const orderIds = [order.id];
      if (fault) return { status: 200, orderIds, body: NOT_BASE64 };
      const pdf = await labelPdf(parts, order, { ...parcel, courier }, at);
      return { status: 200, orderIds, body: pdf.toString("base64") };
    },
    ["failed", "bad_file"],
  );
}

/** Base64 of the web page that `bad_file` gives in place of a PDF. */
const NOT_BASE64 = Buffer.from("<!doctype html><html><body>Session expired</body></html>").toString("base64");

/** The label; with the marketplace's invoice to the customer on the next page where the source gives both in one. */
async function labelPdf(
  parts: Parts,
  order: SimOrder,
  parcel: LabelFacts["parcel"],
  at: Temporal.Instant,
): Promise<Buffer> {
  const { offer, sim } = parts;
  const seller = sellerOf(parts, order.seller);
  // A marketplace whose invoice is asked for by itself makes it in the seller's name, and that is the one behind its label.
  const kind = parts.offers("getInvoiceDetails") ? "INVOICE" : "B2C";
  const biller = kind === "INVOICE" ? seller : houseOf(offer);
  const states = { seller: biller.state, buyer: order.shippingAddress.state };
  const lines = taxedLines(sim.world, order, states, itemTotalPaise);
  const withInvoice = offer.labelHoldsInvoice === true;
  const made = withInvoice ? invoiceOf(parts, order, kind, at) : null;
  const ownNumber = order.invoices.find((invoice) => invoice.kind === "INVOICE")?.number ?? null;
  const invoice = made?.is === "made" ? made.invoice : null;
  const paper = createPaper({
    title: `Label ${parcel.courier.awb}`,
    at: Temporal.Instant.from(parcel.courier.assignedAt),
  });
  drawLabel(paper, {
    marketplace: offer.label,
    order,
    parcel,
    collectPaise: lines.reduce((sum, line) => sum + line.totalPaise, 0),
    invoiceNumber: invoice?.number ?? ownNumber,
    sender: [seller.name, ...seller.addressLines],
  });
  if (invoice)
    drawInvoice(paper, {
      heading: kind === "B2C" ? "Tax invoice (B2C)" : "Tax invoice",
      number: invoice.number,
      issuedAt: invoice.issuedAt,
      orderId: order.id,
      seller: biller,
      buyer: {
        name: order.billingAddress.name,
        gstin: null,
        addressLines: addressLines(order.billingAddress).slice(1),
      },
      placeOfSupply: order.shippingAddress.state,
      lines,
    });
  return paper.end();
}
