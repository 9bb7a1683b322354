/** Courier, label, invoice and manifest of a channel that makes them itself. */
import type { ResponseBody } from "../../../contract/types.ts";
import type { SimOrder } from "../../kit/simulator/index.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { labelPdf } from "./pdf.ts";
import { wallTime } from "./wire.ts";

/** Past these the oldest are forgotten. */
const KEPT_MAX = 5_000;

interface Courier {
  readonly awbNo: string;
  readonly courierCode: string;
  readonly courierName: string;
}

export interface ShippingState {
  /** By the sorted ids of a package's lines. */
  readonly couriers: Map<string, Courier>;
  readonly invoices: Map<string, { readonly code: string; readonly invoiceDate: string }>;
  /** PDF documents by file name. */
  readonly files: Map<string, Buffer>;
}

const COURIERS = [
  { courierCode: "DELHIVERY_SURFACE", courierName: "Delhivery" },
  { courierCode: "EKART", courierName: "Ekart Logistics" },
  { courierCode: "XPRESSBEES", courierName: "Xpressbees" },
] as const;

export function serveShipping(parts: Parts, state: ShippingState): void {
  serveShipmentDetails(parts);
  serveCouriersAndLabels(parts, state);
  serveInvoices(parts, state);
  serveManifests(parts, state);
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

function serveCouriersAndLabels(parts: Parts, state: ShippingState): void {
  const { world, random } = parts.sim;
  const unknown = (ids: readonly string[], seller: string) => ids.filter((id) => lineOf(world, seller, id) === null);

  serveOffered(
    parts,
    "getCourierDetails",
    ({ query, seller, fault }) => {
      const ids = query.orderItemIds.split(",");
      const own = ids.flatMap((id) => lineOf(world, seller, id)?.order ?? []);
      if (fault || unknown(ids, seller).length > 0)
        return { status: 200, body: { awbNo: "", status: "COURIER_NOT_ASSIGNED", courierCode: "", courierName: "" } };
      if (own.some((order) => !order.thirdPartyShipping))
        return { status: 200, body: { awbNo: "", status: "SELLER_SHIPPING", courierCode: "", courierName: "" } };
      const key = ids.toSorted().join(",");
      const courier = state.couriers.get(key) ?? { ...random.pick(COURIERS), awbNo: random.digits(12) };
      keep(state.couriers, key, courier);
      return {
        status: 200,
        body: { ...courier, status: "AVAILABLE", additionalInfo: own[0]?.shippingAddress.pincode ?? "" },
      };
    },
    ["failed"],
  );

  serveOffered(
    parts,
    "getLabels",
    ({ query, fault }) => {
      const ids = query.orderItemIds.split(",");
      const courier = fault ? undefined : state.couriers.get(ids.toSorted().join(","));
      if (!courier) return { status: 404, body: { message: fault?.message ?? "Label not available" } };
      const text = [parts.offer.label, courier.courierName, `AWB ${courier.awbNo}`, ...ids];
      return { status: 200, body: labelPdf(text).toString("base64") };
    },
    ["failed"],
  );
}

function serveInvoices(parts: Parts, state: ShippingState): void {
  const { world } = parts.sim;
  serveOffered(parts, "getInvoiceDetails", ({ query, seller, at }) => {
    const order = world.orders.get(query.orderId);
    if (!order || order.seller !== seller)
      return { status: 400, body: { errors: [{ code: "NOT_FOUND", message: `no order ${query.orderId}` }] } };
    const number = String(state.invoices.size + 1).padStart(6, "0");
    const invoice = state.invoices.get(order.id) ?? {
      code: `${parts.offer.idPrefix}-${number}`,
      invoiceDate: wallTime(at),
    };
    keep(state.invoices, order.id, invoice);
    return { status: 200, body: { ...invoice, productTaxes: productTaxes(parts, order) } };
  });
}

type ProductTaxes = ResponseBody<"marketplace", "getInvoiceDetails", 200>["productTaxes"];

/** IGST between states, else CGST with SGST; a union territory without a legislature has UTGST in its place. */
function productTaxes({ sim, offer }: Parts, order: SimOrder): ProductTaxes {
  const inside = order.shippingAddress.state === (offer.sellerState ?? "Karnataka");
  const territory = WITHOUT_LEGISLATURE.has(order.shippingAddress.state);
  return order.items.map(({ productId, variantId }) => {
    const rate = (sim.world.products.get(`${productId}\n${variantId}`)?.gstBasisPoints ?? 1_800) / 100;
    return {
      productId,
      variantId,
      taxPercentage: rate,
      centralGstPercentage: inside ? rate / 2 : 0,
      stateGstPercentage: inside && !territory ? rate / 2 : 0,
      unionTerritoryGstPercentage: inside && territory ? rate / 2 : 0,
      integratedGstPercentage: inside ? 0 : rate,
      compensationCessPercentage: 0,
    };
  });
}

const WITHOUT_LEGISLATURE = new Set([
  "Andaman and Nicobar Islands",
  "Chandigarh",
  "Dadra and Nagar Haveli and Daman and Diu",
  "Ladakh",
  "Lakshadweep",
]);

function serveManifests(parts: Parts, state: ShippingState): void {
  const { world, server } = parts.sim;
  serveOffered(
    parts,
    "fetchManifest",
    ({ body, seller, at, fault }) => {
      const refused = struck(fault, body.manifestItems);
      const orderItems = body.manifestItems.flatMap((entry) => {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry)
          ? (fault?.message ?? DEMANDED)
          : !found
            ? NO_ITEM
            : found.item.status === "CANCELLED"
              ? "item cancelled by customer"
              : null;
        return words === null ? [] : [{ orderItemId: entry.orderItemId, errorMessage: words }];
      });
      // One item stops the whole manifest.
      const status = orderItems.length === 0 ? "SUCCESS" : "FAILED";
      const name = `manifest-${world.manifests.entries.length + world.manifests.forgotten + 1}.pdf`;
      world.manifests.add({
        receivedAt: stamp(at),
        seller,
        orderId: null,
        body,
        outcome: status,
        failures: orderItems,
      });
      if (status === "FAILED") return { status: 200, body: { status, manifestUrl: "", orderItems } };
      const lines = body.manifestItems.map((entry) => `${entry.orderItemId} x ${entry.quantity}`);
      keep(state.files, name, labelPdf([`${parts.offer.label} manifest`, body.courierCode, ...lines]));
      return { status: 200, body: { status, manifestUrl: `${server.url()}/_sim/files/${name}`, orderItems } };
    },
    BATCH_FAULTS,
  );

  server.app.get<{ Params: { name: string } }>("/_sim/files/:name", (request, reply) => {
    const file = state.files.get(request.params.name);
    return file ? reply.type("application/pdf").send(file) : reply.code(404).send({ message: "no such file" });
  });
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > KEPT_MAX && oldest !== undefined) map.delete(oldest);
}
