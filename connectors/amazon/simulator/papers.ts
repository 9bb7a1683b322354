/** Label and invoice of an Easy Ship order in one PDF, drawn with the same pen as other simulators'. */
import type { SimOrder } from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { drawLabel } from "../../protocol/simulator/papers/label.ts";
import { createPaper } from "../../protocol/simulator/papers/paper.ts";
import { addressLines } from "../../protocol/simulator/papers/words.ts";
import { taxedLines } from "../../protocol/simulator/taxes.ts";
import { courierOf } from "./easy-ship.ts";
import type { Parts } from "./parts.ts";

const SELLER_STATE = "Karnataka";
const SELLER_LINES = ["Plot 7, Peenya Industrial Area Phase 2", `Bengaluru, ${SELLER_STATE}`];

export async function drawPapers(parts: Parts, order: SimOrder): Promise<Buffer> {
  const { sim } = parts;
  const [invoice] = order.invoices;
  const { number = "", issuedAt = order.orderDate } = invoice ?? {};
  const paper = createPaper({ title: `Label and invoice ${number}`, at: Temporal.Instant.from(issuedAt) });
  const lines = taxedLines(
    sim.world,
    order,
    { seller: SELLER_STATE, buyer: order.shippingAddress.state },
    (item) => item.sellingPricePaise - item.discountPaise,
  );
  const courier = courierOf(parts, order, sim.clock());
  const parcel = order.parcels.at(-1);
  if (courier && parcel)
    drawLabel(paper, {
      ...{ marketplace: "amazon.in (simulated)", order, parcel: { ...parcel, courier } },
      collectPaise: order.paymentType === "COD" ? lines.reduce((sum, line) => sum + line.totalPaise, 0) : 0,
      ...{ invoiceNumber: number, sender: [`Demo Seller ${order.seller}`, ...SELLER_LINES] },
    });
  drawInvoice(paper, {
    ...{ heading: "Tax invoice", number, issuedAt, orderId: order.id },
    seller: { name: `Demo Seller ${order.seller}`, gstin: "29AAXCS0001F1ZE", addressLines: SELLER_LINES },
    buyer: {
      name: order.billingAddress.name,
      gstin: order.gstin || null,
      addressLines: addressLines(order.billingAddress).slice(1),
    },
    ...{ placeOfSupply: order.shippingAddress.state, lines },
  });
  return paper.end();
}
