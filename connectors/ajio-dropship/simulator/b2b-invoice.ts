/** AJIO's side of the B2B invoice: made at the first asking, the same ever after, with its PDF. */
import type { ResponseBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import { NOT_A_FILE, type SimInvoice, type SimOrder } from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { createPaper } from "../../protocol/simulator/papers/paper.ts";
import { invoiceOf } from "../../protocol/simulator/parcels.ts";
import { houseOf, sellerOf } from "../../protocol/simulator/parties.ts";
import type { Parts } from "../../protocol/simulator/parts.ts";
import { percentages, sidesOf, type TaxedLine, taxedLines } from "../../protocol/simulator/taxes.ts";
import { rupees, transferPaise, wallTime } from "../../protocol/simulator/wire.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { notYet, refusal } from "./answers.ts";

const NONE = "Invoice not available";

export function serveB2bInvoice(parts: Parts): void {
  const { server, world } = parts.sim;
  server.serve(
    operation(AJIO_CONTRACT, "getB2bInvoice"),
    async ({ query, seller, at, fault }) => {
      const order = world.orders.get(query.orderId);
      if (!order || order.seller !== seller) return refusal("NOT_FOUND", `no order ${query.orderId}`);
      if (fault?.kind === "failed") return notYet(fault.message ?? NONE);
      const answer = invoiceOf(parts, order, "B2B", at);
      if (answer.is === "not yet") return notYet(NONE);
      if (answer.is === "never") return refusal("NOT_INVOICEABLE", answer.why);
      const { invoice } = answer;
      const lines = b2bLines(parts, order);
      const document = fault ? NOT_A_FILE : await b2bPdf(parts, order, invoice, lines);
      return { status: 200, orderIds: [order.id], body: toBody(parts, order, { invoice, lines, document }) };
    },
    { acts: ["failed", "bad_file"] },
  );
}

/** Seller and AJIO are the parties: the customer's address plays no part in the tax. Prices are what AJIO pays. */
export function b2bLines(parts: Parts, order: SimOrder): TaxedLine[] {
  const states = { seller: sellerOf(parts, order.seller).state, buyer: houseOf(parts.offer).state };
  return taxedLines(parts.sim.world, order, states, transferPaise);
}

interface Made {
  readonly invoice: SimInvoice;
  readonly lines: readonly TaxedLine[];
  readonly document: Buffer;
}

function toBody(parts: Parts, order: SimOrder, made: Made): ResponseBody<"ajio-dropship", "getB2bInvoice", 200> {
  const house = houseOf(parts.offer);
  const [addressLine1 = "", place = ""] = house.addressLines;
  const sides = sidesOf(sellerOf(parts, order.seller).state, house.state);
  const taxable = made.lines.reduce((sum, line) => sum + line.taxablePaise, 0);
  const total = made.lines.reduce((sum, line) => sum + line.totalPaise, 0);
  return {
    invoiceNumber: made.invoice.number,
    invoiceDate: wallTime(made.invoice.issuedAt),
    orderId: order.id,
    buyer: {
      name: house.name,
      gstin: house.gstin,
      addressLine1,
      city: place.split(",")[0] ?? "",
      state: house.state,
      pincode: /\d{6}$/.exec(place)?.[0] ?? "",
    },
    items: made.lines.map((line) => ({
      orderItemId: line.item.orderItemId,
      productId: line.item.productId,
      variantId: line.item.variantId,
      sku: line.sku,
      quantity: line.quantity,
      hsnCode: line.hsnCode,
      taxableValue: rupees(line.taxablePaise),
      ...percentages(line.rateBasisPoints, sides),
      totalValue: rupees(line.totalPaise),
    })),
    totalTaxableValue: rupees(taxable),
    totalTaxAmount: rupees(total - taxable),
    totalValue: rupees(total),
    document: made.document.toString("base64"),
  };
}

function b2bPdf(parts: Parts, order: SimOrder, invoice: SimInvoice, lines: readonly TaxedLine[]): Promise<Buffer> {
  const { offer } = parts;
  const paper = createPaper({ title: `Invoice ${invoice.number}`, at: Temporal.Instant.from(invoice.issuedAt) });
  drawInvoice(paper, {
    heading: "Tax invoice (B2B)",
    number: invoice.number,
    issuedAt: invoice.issuedAt,
    orderId: order.id,
    seller: sellerOf(parts, order.seller),
    buyer: houseOf(offer),
    placeOfSupply: houseOf(offer).state,
    lines,
  });
  return paper.end();
}
