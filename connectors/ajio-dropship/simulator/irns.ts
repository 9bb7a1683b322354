/** AJIO takes the IRNs of documents that it numbered. */
import type { RequestBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import type { Answer, SimOrder } from "../../kit/simulator/index.ts";
import { DEMANDED, type Parts, stamp } from "../../protocol/simulator/parts.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { refusal } from "./answers.ts";

export function serveIrns(parts: Parts): void {
  const { server, world } = parts.sim;
  server.serve(
    operation(AJIO_CONTRACT, "postIrn"),
    ({ body, seller, at, fault }): Answer => {
      const order = world.orders.get(body.orderId);
      if (!order || order.seller !== seller) return refusal("NOT_FOUND", `no order ${body.orderId}`);
      const message = fault ? (fault.message ?? DEMANDED) : whyNotIrn(order, body);
      if (message === null) takeIrn(order, body, at);
      const status = message === null ? ("SUCCESS" as const) : ("FAILED" as const);
      world.irns.add({ receivedAt: stamp(at), seller, orderId: order.id, body, outcome: status });
      return { status: 200, orderIds: [order.id], body: { status, message: message ?? "" } };
    },
    { acts: ["failed"] },
  );
}

type Irn = RequestBody<"ajio-dropship", "postIrn">;

function whyNotIrn(order: SimOrder, { documentType, documentNumber, irn }: Irn): string | null {
  const numbers =
    documentType === "INVOICE"
      ? order.invoices.filter(({ kind }) => kind === "B2B").map(({ number }) => number)
      : order.returns.flatMap(({ creditNote }) => creditNote?.number ?? []);
  if (!numbers.includes(documentNumber))
    return `no ${documentType === "INVOICE" ? "invoice" : "credit note"} ${documentNumber}`;
  const known = order.irns.find((one) => one.document === documentType && one.number === documentNumber);
  return known && known.irn !== irn ? `${documentNumber} has another IRN` : null;
}

function takeIrn(order: SimOrder, body: Irn, at: Temporal.Instant): void {
  const { documentType: document, documentNumber: number, irn, ackNumber, ackDate, signedQrCode: signedQr } = body;
  if (order.irns.some((one) => one.document === document && one.number === number)) return;
  order.irns.push({ document, number, irn, ackNumber, ackDate, signedQr, receivedAt: stamp(at) });
}
