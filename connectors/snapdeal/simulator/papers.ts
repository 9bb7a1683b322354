/** Couriers and PDFs: label with invoice, hand-over lists. */
import type { SimOrder } from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { drawLabel } from "../../protocol/simulator/papers/label.ts";
import { drawManifest } from "../../protocol/simulator/papers/manifest.ts";
import { createPaper } from "../../protocol/simulator/papers/paper.ts";
import { addressLines } from "../../protocol/simulator/papers/words.ts";
import { taxedLines } from "../../protocol/simulator/taxes.ts";
import { itemTotalPaise } from "../../protocol/simulator/wire.ts";
import { marksOf } from "./package.ts";
import { fileName, type HandOverList, keep, type Parts, stamp } from "./parts.ts";

const COURIERS: readonly [Carrier, ...Carrier[]] = [
  { code: "DLV", name: "Delhivery" },
  { code: "ECM", name: "Ecom Express" },
  { code: "XPB", name: "Xpressbees" },
];
interface Carrier {
  readonly code: string;
  readonly name: string;
}

/** The parcel of a package, made when it is printed; its courier after the delay. */
export function assignCourier({ sim }: Parts, order: SimOrder, at: Temporal.Instant): void {
  if (marksOf(order).model === "VENDOR_SELF") return;
  const ids = order.items.filter((item) => item.status !== "CANCELLED").map((item) => item.orderItemId);
  if (order.parcels.length === 0)
    order.parcels.push({ orderItemIds: ids, openedAt: stamp(at), courier: null, box: null });
  const [parcel] = order.parcels;
  if (!parcel || parcel.courier) return;
  const readyAt = Temporal.Instant.from(parcel.openedAt).add({ milliseconds: sim.settings.now().courierDelayMs });
  if (Temporal.Instant.compare(at, readyAt) < 0) return;
  const carrier = sim.random.pick(COURIERS);
  const sortCode = order.shippingAddress.pincode.slice(0, 3);
  parcel.courier = { ...carrier, awb: sim.random.digits(12), sortCode, assignedAt: stamp(at) };
  const { orderItemIds } = parcel;
  sim.world.write("courier", {
    orderId: order.id,
    seller: order.seller,
    at: stamp(at),
    orderItemIds,
    ...parcel.courier,
  });
}

const SELLER = ["Demo seller", "Plot 7, Peenya Industrial Area", "Bengaluru, Karnataka 560058"];
const SELLER_STATE = "Karnataka";

/** Label and the seller's invoice of each package. @returns the address */
export async function labelFile(parts: Parts, orders: readonly SimOrder[], at: Temporal.Instant): Promise<string> {
  const { sim } = parts;
  const paper = createPaper({ title: `Labels ${orders.map((order) => order.id).join(" ")}`, at });
  for (const order of orders) {
    const { invoice } = marksOf(order);
    const states = { seller: SELLER_STATE, buyer: order.shippingAddress.state };
    const lines = taxedLines(sim.world, order, states, itemTotalPaise);
    const parcel = order.parcels[0];
    const courier = parcel?.courier ?? {
      code: "SELF",
      name: "Seller's courier",
      awb: order.id,
      sortCode: "",
      assignedAt: stamp(at),
    };
    drawLabel(paper, {
      marketplace: "Snapdeal",
      order,
      parcel: {
        orderItemIds: order.items.map((item) => item.orderItemId),
        openedAt: stamp(at),
        box: null,
        ...parcel,
        courier,
      },
      collectPaise: lines.reduce((sum, line) => sum + line.totalPaise, 0),
      invoiceNumber: invoice === "" ? null : invoice,
      sender: SELLER,
    });
    drawInvoice(paper, {
      heading: "Tax invoice",
      number: invoice === "" ? "-" : invoice,
      issuedAt: stamp(at),
      orderId: order.id,
      seller: { name: SELLER[0] ?? "", gstin: "29AAXCS0001F1ZE", addressLines: SELLER.slice(1) },
      buyer: {
        name: order.billingAddress.name,
        gstin: null,
        addressLines: addressLines(order.billingAddress).slice(1),
      },
      placeOfSupply: order.shippingAddress.state,
      lines,
    });
  }
  return keepFile(parts, fileName("label", orders.map((order) => order.id).join(" ")), await paper.end());
}

export async function listFile(parts: Parts, list: HandOverList, at: Temporal.Instant): Promise<string> {
  const { sim } = parts;
  const orders = list.orderIds.flatMap((id) => sim.world.orders.get(id) ?? []);
  const paper = createPaper({ title: `Hand-over list ${list.code}`, at });
  drawManifest(paper, {
    marketplace: "Snapdeal",
    number: list.code,
    madeAt: stamp(at),
    courier: list.kind === "hos" ? "Oneship" : (orders[0]?.parcels[0]?.courier?.name ?? "-"),
    seller: `Demo seller ${list.seller}`,
    rows: orders.map((order) => {
      const items = order.items.filter((item) => item.status !== "CANCELLED");
      const collect = items.reduce((sum, item) => sum + itemTotalPaise(item) * item.quantity, 0);
      return {
        awb: order.parcels[0]?.courier?.awb ?? "-",
        orderId: order.id,
        invoiceNumber: marksOf(order).invoice || "-",
        units: items.length,
        collectPaise: order.paymentType === "COD" ? collect : null,
      };
    }),
  });
  return keepFile(parts, fileName(list.code, list.seller), await paper.end());
}

function keepFile({ sim, state }: Parts, name: string, bytes: Buffer): string {
  keep(state.files, name, bytes);
  return `${sim.server.url()}/files/${name}`;
}

export function serveFiles({ sim, state }: Parts): void {
  sim.server.serveFiles("downloadFile", (name) => {
    const bytes = state.files.get(name);
    return bytes ? { bytes, type: "application/pdf" } : null;
  });
}
