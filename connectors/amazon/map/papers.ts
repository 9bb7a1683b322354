/** Feeds that Amazon still takes as XML: the wish for an order's papers, and the seller's cancellation. Pure. */
import { text } from "../../protocol/map/json.ts";

const MARKS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escaped(value: string): string {
  return value.replaceAll(/[&<>"']/g, (mark) => MARKS[mark] ?? "");
}

function envelope(sellerId: string, type: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">
 <Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>${escaped(sellerId)}</MerchantIdentifier></Header>
 <MessageType>${type}</MessageType>
 <Message><MessageID>1</MessageID>${message}</Message>
</AmazonEnvelope>
`;
}

/** The order's label and invoice, which come in one PDF. */
export function papersFeed(sellerId: string, orderId: string): string {
  const types = ["ShippingLabel", "Invoice"].map((type) => `<DocumentType>${type}</DocumentType>`).join("");
  const order = `<AmazonOrderID>${escaped(orderId)}</AmazonOrderID>`;
  return envelope(sellerId, "EasyShipDocument", `<EasyShipDocument>${order}${types}</EasyShipDocument>`);
}

/** Why the seller cancels a line, in Amazon's words: it counts the first against him. */
export type CancelReason = "NoInventory" | "BuyerCanceled";

/** The seller cannot ship these lines, or their buyer does not want them: said so, Amazon cancels them. */
export function cancelFeed(
  sellerId: string,
  orderId: string,
  lines: readonly { readonly orderItemId: string; readonly reason: CancelReason }[],
): string {
  const items = lines.map(
    ({ orderItemId, reason }) =>
      `<Item><AmazonOrderItemCode>${escaped(orderItemId)}</AmazonOrderItemCode><CancelReason>${reason}</CancelReason></Item>`,
  );
  const order = `<AmazonOrderID>${escaped(orderId)}</AmazonOrderID><StatusCode>Failure</StatusCode>`;
  return envelope(
    sellerId,
    "OrderAcknowledgement",
    `<OrderAcknowledgement>${order}${items.join("")}</OrderAcknowledgement>`,
  );
}

/** The result of a wish for papers: a report that holds them, or why there is none. */
export function readPapersResult(xml: string): { readonly reportId: string | null; readonly words: string | null } {
  const of = (element: string) => text(new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]);
  return { reportId: of("DocumentReportReferenceID"), words: of("ResultDescription") };
}
