/** AJIO's credit notes: made when every unit of a return has its grade and a delay is over, the same ever after. */
import { createHash } from "node:crypto";
import type { ResponseBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import type { Answer, FoundFile, SimCreditNote, SimInvoice, SimOrder, SimReturn } from "../../kit/simulator/index.ts";
import { drawInvoice } from "../../protocol/simulator/papers/invoice.ts";
import { createPaper } from "../../protocol/simulator/papers/paper.ts";
import { houseOf, sellerOf } from "../../protocol/simulator/parties.ts";
import { type Parts, stamp } from "../../protocol/simulator/parts.ts";
import { percentages, sidesOf, type TaxedLine } from "../../protocol/simulator/taxes.ts";
import { rupees, wallTime } from "../../protocol/simulator/wire.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { notYet, refusal } from "./answers.ts";
import { b2bLines } from "./b2b-invoice.ts";
import { returnFor } from "./returns.ts";

export function serveCreditNotes(parts: Parts): void {
  const { server, world } = parts.sim;
  server.serve(
    operation(AJIO_CONTRACT, "getCreditNote"),
    ({ query, seller, at, fault }): Answer => {
      const order = world.orders.get(query.orderId);
      if (!order || order.seller !== seller) return refusal("NOT_FOUND", `no order ${query.orderId}`);
      if (fault) return notYet(fault.message ?? "Credit note not available");
      const of = returnFor(order, { returnId: query.returnId, ids: query.orderItemIds.split(",") });
      if (of === null)
        return query.returnId === undefined
          ? notYet("No return of these items is known")
          : refusal("NOT_FOUND", `no return ${query.returnId}`);
      const made = creditNoteOf(parts, order, of, at);
      if (typeof made === "string") return refusal("NOT_CREDITABLE", made);
      if (made === null) return notYet("Credit note not available");
      return { status: 200, orderIds: [order.id], body: toBody(parts, order, of, made) };
    },
    { acts: ["failed"] },
  );
}

/** The return's credit note, made when its delay is over and the same ever after. Null: not yet; words: never. */
function creditNoteOf(
  parts: Parts,
  order: SimOrder,
  of: SimReturn,
  at: Temporal.Instant,
): SimCreditNote | string | null {
  const { sim, numbers, offer } = parts;
  if (of.creditNote) return of.creditNote;
  if (of.gradedAt === null) return null;
  const readyAt = Temporal.Instant.from(of.gradedAt).add({ milliseconds: sim.settings.now().creditNoteDelayMs });
  if (Temporal.Instant.compare(at, readyAt) < 0) return null;
  const invoice = b2bInvoiceOf(order);
  if (!invoice) return "the order was never invoiced";
  const lines = creditedLines(parts, order, of);
  if (typeof lines === "string") return lines;
  const number = numbers.next("CREDIT_NOTE");
  const secret = createHash("sha256").update(`${offer.source}\n${number}\n${of.returnId}`).digest("hex").slice(0, 20);
  of.creditNote = {
    number,
    series: number.replace(/-\d+$/, ""),
    issuedAt: stamp(at),
    originalInvoiceNumber: invoice.number,
    file: `${number}-${secret}.pdf`,
    lines,
  };
  const { id: orderId, seller } = order;
  sim.world.write("creditNote", { orderId, seller, at: stamp(at), returnId: of.returnId, ...of.creditNote });
  return of.creditNote;
}

function b2bInvoiceOf(order: SimOrder): SimInvoice | undefined {
  return order.invoices.find((invoice) => invoice.kind === "B2B");
}

/** The share of units n+1 to n+q of a line's amount: the shares of all units are the whole, to the paisa. */
function share(amount: number, before: number, quantity: number, whole: number): number {
  const upTo = (units: number) => Math.floor((amount * units) / whole);
  return upTo(before + quantity) - upTo(before);
}

function creditedLines(parts: Parts, order: SimOrder, of: SimReturn): SimCreditNote["lines"] | string {
  const invoiced = new Map(b2bLines(parts, order).map((line) => [line.item.orderItemId, line]));
  const lines: SimCreditNote["lines"][number][] = [];
  for (const { orderItemId, quantity } of of.lines) {
    const line = invoiced.get(orderItemId);
    const before = creditedBefore(order, orderItemId);
    if (!line || before + quantity > line.quantity) return `more units of ${orderItemId} came back than were invoiced`;
    const part = (amount: number) => share(amount, before, quantity, line.quantity);
    lines.push({
      orderItemId,
      quantity,
      taxablePaise: part(line.taxablePaise),
      cgstPaise: part(line.cgstPaise),
      sgstPaise: part(line.sgstPaise),
      utgstPaise: part(line.utgstPaise),
      igstPaise: part(line.igstPaise),
    });
  }
  return lines;
}

function creditedBefore(order: SimOrder, orderItemId: string): number {
  return order.returns
    .flatMap((one) => one.creditNote?.lines ?? [])
    .reduce((sum, line) => sum + (line.orderItemId === orderItemId ? line.quantity : 0), 0);
}

/** The lines as they are printed: goods of the invoice, amounts of the note. */
function printedLines(parts: Parts, order: SimOrder, note: SimCreditNote): TaxedLine[] {
  const invoiced = new Map(b2bLines(parts, order).map((line) => [line.item.orderItemId, line]));
  return note.lines.flatMap((credited) => {
    const line = invoiced.get(credited.orderItemId);
    return line ? [{ ...line, ...credited, totalPaise: totalOf(credited) }] : [];
  });
}

function totalOf({ taxablePaise, cgstPaise, sgstPaise, utgstPaise, igstPaise }: SimCreditNote["lines"][number]) {
  return taxablePaise + cgstPaise + sgstPaise + utgstPaise + igstPaise;
}

function toBody(
  parts: Parts,
  order: SimOrder,
  of: SimReturn,
  note: SimCreditNote,
): ResponseBody<"ajio-dropship", "getCreditNote", 200> {
  const { offer, sim } = parts;
  const sides = sidesOf(sellerOf(parts, order.seller).state, houseOf(offer).state);
  const lines = printedLines(parts, order, note);
  const taxable = lines.reduce((sum, line) => sum + line.taxablePaise, 0);
  const total = lines.reduce((sum, line) => sum + line.totalPaise, 0);
  return {
    creditNoteNumber: note.number,
    creditNoteSeries: note.series,
    creditNoteDate: wallTime(note.issuedAt),
    orderId: order.id,
    returnId: of.returnId,
    originalInvoiceNumber: note.originalInvoiceNumber,
    items: lines.map((line) => ({
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
    documentUrl: `${sim.server.url()}/files/${note.file}`,
  };
}

/** A credit note's PDF by its file's name: drawn from what is kept, so that it is there after a new start too. */
export async function creditNoteFile(parts: Parts, name: string): Promise<FoundFile | null> {
  for (const order of parts.sim.world.orders.values()) {
    const of = order.returns.find(({ creditNote }) => creditNote?.file === name);
    if (!of?.creditNote) continue;
    return { bytes: await creditNotePdf(parts, order, of, of.creditNote), type: "application/pdf" };
  }
  return null;
}

function creditNotePdf(parts: Parts, order: SimOrder, of: SimReturn, note: SimCreditNote): Promise<Buffer> {
  const { offer } = parts;
  const paper = createPaper({ title: `Credit note ${note.number}`, at: Temporal.Instant.from(note.issuedAt) });
  drawInvoice(paper, {
    heading: "Credit note (B2B)",
    number: note.number,
    issuedAt: note.issuedAt,
    orderId: order.id,
    takesBack: { invoiceNumber: note.originalInvoiceNumber, returnId: of.returnId },
    seller: sellerOf(parts, order.seller),
    buyer: houseOf(offer),
    placeOfSupply: houseOf(offer).state,
    lines: printedLines(parts, order, note),
  });
  return paper.end();
}
