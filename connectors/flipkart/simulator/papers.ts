/** Labels, invoices, hand-over counts and manifests: one page a shipment, drawn with the same pen as other simulators'. */
import { type Answer, type Call, NOT_A_FILE, type SimOrder } from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { drawLabel } from "../../protocol/simulator/papers/label.ts";
import { drawManifest } from "../../protocol/simulator/papers/manifest.ts";
import { createPaper, type Paper } from "../../protocol/simulator/papers/paper.ts";
import { addressLines } from "../../protocol/simulator/papers/words.ts";
import { stamp } from "../../protocol/simulator/parts.ts";
import { sidesOf, type TaxedLine, taxedLines } from "../../protocol/simulator/taxes.ts";
import { idsIn, type Parts, pdf, refusal, serve, shipmentOf } from "./parts.ts";
import { groupOfCourier, isMps, settle, stateOfShipment } from "./states.ts";
import { rupees, unitPaise, wireTime } from "./wire.ts";

const LABELS_MAX = 50;
const INVOICES_MAX = 100;
const SELLER_STATE = "Karnataka";
const PAPER_FAULTS = { acts: ["failed", "bad_file"] } as const;

export function servePapers(parts: Parts): void {
  serve(
    parts,
    "getLabelOnlyPdf",
    (call) =>
      papers(parts, call, { max: LABELS_MAX, title: "Label", draw: (paper, order) => label(parts, paper, order) }),
    PAPER_FAULTS,
  );
  serve(
    parts,
    "getLabels",
    (call) =>
      papers(parts, call, {
        max: INVOICES_MAX,
        title: "Label and invoice",
        draw: (paper, order) => {
          label(parts, paper, order);
          invoice(parts, paper, order);
        },
      }),
    PAPER_FAULTS,
  );
  serve(
    parts,
    "getInvoices",
    (call) =>
      call.headers.accept?.includes("application/pdf")
        ? papers(parts, call, {
            max: INVOICES_MAX,
            title: "Invoice",
            draw: (paper, order) => invoice(parts, paper, order),
          })
        : invoicesAsJson(parts, call),
    PAPER_FAULTS,
  );
  serveHandOver(parts);
}

interface PaperWish {
  readonly max: number;
  readonly title: string;
  readonly draw: (paper: Paper, order: SimOrder) => void;
}

type PaperCall = Call<"flipkart", "getInvoices" | "getLabels" | "getLabelOnlyPdf">;

async function papers(parts: Parts, call: PaperCall, { max, title, draw }: PaperWish): Promise<Answer> {
  const found = packed(parts, call, max);
  if (!Array.isArray(found)) return found;
  if (call.fault?.kind === "bad_file")
    return { status: 200, headers: { "content-type": "text/html" }, body: NOT_A_FILE, unchecked: true };
  const at = Temporal.Instant.from(found[0]?.invoices[0]?.issuedAt ?? stamp(call.at));
  const paper = createPaper({ title: `${title} ${found[0]?.invoices[0]?.number ?? ""}`, at });
  for (const order of found) draw(paper, order);
  return pdf(
    await paper.end(),
    found.map((order) => order.id),
  );
}

/** The shipments of a call, all packed; or why there are no papers. */
function packed(parts: Parts, { path, seller, at, fault }: PaperCall, max: number): SimOrder[] | Answer {
  if (fault?.kind === "failed") return refusal(404, "NOT_FOUND", fault.message ?? "not available");
  const ids = idsIn(path.shipmentIds);
  if (ids.length > max) return refusal(400, "INVALID_SHIPMENTS", `at most ${max} shipments`);
  const found = ids.flatMap((id) => shipmentOf(parts, seller, id) ?? []);
  for (const order of found) settle(parts, order, at);
  if (found.length < ids.length || found.length === 0) return refusal(422, "INVALID_SHIPMENTS", "no such shipment");
  const early = found.find((order) => order.invoices.length === 0);
  if (early) return refusal(422, "OPERATION_NOT_ALLOWED", `Shipment ${early.id} is ${stateOfShipment(early)}`);
  return found;
}

function label({ sim }: Parts, paper: Paper, order: SimOrder): void {
  const parcel = order.parcels.at(-1);
  if (!parcel?.courier) return; // the seller's own courier has the seller's own label
  const total = taxed(sim.world, order).reduce((sum, line) => sum + line.totalPaise, 0);
  drawLabel(paper, {
    marketplace: "Flipkart",
    order,
    parcel: { ...parcel, courier: parcel.courier },
    collectPaise: total,
    invoiceNumber: order.invoices[0]?.number ?? null,
    sender: [`Demo Seller ${order.seller}`, "Plot 7, Peenya Industrial Area Phase 2", "Bengaluru"],
  });
}

function invoice({ sim }: Parts, paper: Paper, order: SimOrder): void {
  const { number = "", issuedAt = order.orderDate } = order.invoices[0] ?? {};
  drawInvoice(paper, {
    ...{ heading: "Tax invoice", number, issuedAt, orderId: order.displayOrderNumber },
    seller: {
      name: `Demo Seller ${order.seller}`,
      gstin: "29AAXCS0001F1ZE",
      addressLines: ["Plot 7, Peenya Industrial Area Phase 2", `Bengaluru, ${SELLER_STATE}`],
    },
    buyer: { name: order.billingAddress.name, gstin: null, addressLines: addressLines(order.billingAddress).slice(1) },
    placeOfSupply: order.shippingAddress.state,
    lines: taxed(sim.world, order),
  });
}

function taxed(world: Parts["sim"]["world"], order: SimOrder): TaxedLine[] {
  return taxedLines(world, order, { seller: SELLER_STATE, buyer: order.shippingAddress.state }, unitPaise);
}

function invoicesAsJson(parts: Parts, call: PaperCall): Answer {
  const found = packed(parts, call, INVOICES_MAX);
  if (!Array.isArray(found)) return found;
  const invoices = found.map((order) => {
    const { inside } = sidesOf(SELLER_STATE, order.shippingAddress.state);
    const orderItems = taxed(parts.sim.world, order).map((line) => {
      const rate = line.rateBasisPoints / 100;
      return {
        orderItemId: line.item.orderItemId,
        invoiceAmount: rupees(line.totalPaise),
        taxRate: rate,
        taxDetails: { cgstRate: inside ? rate / 2 : 0, sgstRate: inside ? rate / 2 : 0, igstRate: inside ? 0 : rate },
      };
    });
    const { number: invoiceNumber = "", issuedAt = order.orderDate } = order.invoices[0] ?? {};
    return { shipmentId: order.id, invoiceDate: wireTime(issuedAt).slice(0, 10), invoiceNumber, orderItems };
  });
  return { status: 200, orderIds: found.map((order) => order.id), body: { invoices } };
}

/** Shipments that stand ready at a location, by the courier's group; those of several packages are groups of their own. */
function readyAt(
  parts: Parts,
  seller: string,
  locationId: string | undefined,
  at: Temporal.Instant,
): { readonly code: string; readonly mps: boolean; readonly orders: readonly SimOrder[] }[] {
  const ready = [...parts.sim.world.orders.values()].filter((order) => {
    if (!shipmentOf(parts, seller, order.id)) return false;
    settle(parts, order, at);
    const here = locationId === undefined || order.items[0]?.facilityCode === locationId;
    return here && stateOfShipment(order) === "READY_TO_DISPATCH";
  });
  const groupOf = (order: SimOrder) => groupOfCourier(order.parcels.at(-1)?.courier?.name ?? "");
  return [false, true].flatMap((mps) =>
    [
      ...Map.groupBy(
        ready.filter((order) => isMps(order) === mps),
        groupOf,
      ),
    ].map(([code, orders]) => ({ code, mps, orders })),
  );
}

function serveHandOver(parts: Parts): void {
  const { world } = parts.sim;
  serve(parts, "getHandoverCounts", ({ query, seller, at }) => {
    const from = at.toZonedDateTimeISO("Asia/Kolkata").with({ hour: 18, minute: 0, second: 0, millisecond: 0 });
    const pickUpDate = { from: wireTime(from.toInstant()), to: wireTime(from.add({ hours: 3 }).toInstant()) };
    const groups = readyAt(parts, seller, query.locationId, at).map(({ code, mps, orders }) => ({
      ...{ vendorGroupCode: code, count: orders.length, pickUpDate, otc: { code: "1234", error_code: "" }, isMps: mps },
    }));
    return { status: 200, body: groups };
  });
  serve(
    parts,
    "getManifest",
    async ({ body: { params }, seller, at, fault }) => {
      const isAsked = ({ code, mps }: { readonly code: string; readonly mps: boolean }) =>
        code === params.vendorGroupCode && mps === (params.is_mps ?? false);
      const orders = readyAt(parts, seller, params.locationId, at).find(isAsked)?.orders ?? [];
      if (fault?.kind === "failed") return refusal(422, "UNPROCESSABLE_ENTITY", fault.message ?? "not now");
      if (orders.length === 0)
        return refusal(422, "INVALID_SHIPMENTS", `nothing to hand over to ${params.vendorGroupCode}`);
      if (fault?.kind === "bad_file")
        return { status: 200, headers: { "content-type": "text/html" }, body: NOT_A_FILE, unchecked: true };
      const orderIds = orders.map((order) => order.id);
      const number = `${params.vendorGroupCode}-${wireTime(at).slice(0, 10)}`;
      world.manifests.add({
        ...{
          receivedAt: stamp(at),
          seller,
          orderId: orderIds[0] ?? null,
          orderIds,
          repeated: false,
          file: null,
          body: params,
        },
        orderItemIds: orders.flatMap((order) => order.items.map((item) => item.orderItemId)),
        ...{ outcome: "SUCCESS", failures: [] },
      });
      const paper = createPaper({ title: `Manifest ${number}`, at });
      drawManifest(paper, {
        ...{
          marketplace: "Flipkart",
          number,
          madeAt: stamp(at),
          courier: params.vendorGroupCode,
          seller: `Demo Seller ${seller}`,
        },
        rows: orders.map((order) => manifestRow(world, order)),
      });
      return pdf(await paper.end(), orderIds);
    },
    PAPER_FAULTS,
  );
}

function manifestRow(world: Parts["sim"]["world"], order: SimOrder) {
  const lines = taxed(world, order);
  return {
    awb: order.parcels.at(-1)?.courier?.awb ?? "-",
    orderId: order.displayOrderNumber,
    invoiceNumber: order.invoices[0]?.number ?? "-",
    units: lines.reduce((sum, line) => sum + line.quantity, 0),
    collectPaise: order.paymentType === "COD" ? lines.reduce((sum, line) => sum + line.totalPaise, 0) : null,
  };
}
