/** A courier's label of 4 x 6 inches, as marketplaces that ship print it. */
import type { SimOrder, SimParcel } from "../../../kit/simulator/index.ts";
import type { Paper } from "./paper.ts";
import { addressLines, dateTime, rupeeAmount } from "./words.ts";

const WIDTH = 288;
const HEIGHT = 432;
const EDGE = 12;
const INNER = WIDTH - 2 * EDGE;
/** Lines of goods that a label has room for; the rest is counted. */
const GOODS_MAX = 5;

export interface LabelFacts {
  readonly marketplace: string;
  readonly order: SimOrder;
  readonly parcel: SimParcel & { readonly courier: NonNullable<SimParcel["courier"]> };
  readonly collectPaise: number;
  readonly invoiceNumber: string | null;
  readonly sender: readonly string[];
}

export function drawLabel(paper: Paper, facts: LabelFacts): void {
  const { order, parcel } = facts;
  const { courier } = parcel;
  paper.page(WIDTH, HEIGHT);
  paper.box(EDGE / 2, EDGE / 2, WIDTH - EDGE, HEIGHT - EDGE);
  paper.text(facts.marketplace, EDGE, 14, { size: 11, bold: true, widthMax: 150 });
  paper.text(order.paymentType === "COD" ? "COD" : "PREPAID", WIDTH - EDGE, 12, { size: 14, bold: true, at: "right" });
  paper.rule(EDGE, 34, INNER);
  paper.text(courier.name, EDGE, 39, { size: 12, bold: true, widthMax: 170 });
  paper.text(courier.sortCode, WIDTH - EDGE, 39, { size: 12, bold: true, at: "right" });
  paper.bars(courier.awb, EDGE, 60, INNER, 56);
  paper.text(`AWB ${courier.awb}`, WIDTH / 2, 119, { size: 12, bold: true, at: "middle" });
  paper.rule(EDGE, 140, INNER);
  paper.text("Ship to", EDGE, 144, { size: 7 });
  const below = paper.lines(addressLines(order.shippingAddress), EDGE, 154, { size: 9.5, widthMax: INNER });
  const collect = order.paymentType === "COD" ? `Collect ${rupeeAmount(facts.collectPaise)}` : "Do not collect money";
  paper.text(collect, EDGE, below + 4, { size: 10, bold: true });
  paper.rule(EDGE, 250, INNER);
  drawGoods(paper, facts);
  paper.rule(EDGE, 340, INNER);
  paper.text("Order", EDGE, 344, { size: 7 });
  paper.bars(order.id, EDGE, 354, 190, 26);
  paper.text(order.id, EDGE, 382, { size: 8 });
  const box = parcel.box;
  if (box) {
    paper.text(`${(box.grams / 1000).toFixed(3)} kg`, WIDTH - EDGE, 354, { size: 8, at: "right" });
    const size = [box.lengthMm, box.widthMm, box.heightMm].map((side) => side / 10).join(" x ");
    paper.text(`${size} cm`, WIDTH - EDGE, 366, { size: 8, at: "right" });
  }
  paper.text(`Return to: ${facts.sender.join(", ")}`, EDGE, 398, { size: 7, widthMax: INNER });
  paper.text(`Printed ${dateTime(courier.assignedAt)}`, EDGE, 410, { size: 6 });
}

function drawGoods(paper: Paper, { order, parcel, invoiceNumber }: LabelFacts): void {
  const ids = new Set(parcel.orderItemIds);
  const items = order.items.filter((item) => ids.has(item.orderItemId) && item.status !== "CANCELLED");
  paper.text(invoiceNumber === null ? "Goods" : `Invoice ${invoiceNumber}`, EDGE, 254, { size: 8, bold: true });
  items.slice(0, GOODS_MAX).forEach((item, index) => {
    const y = 268 + index * 12;
    paper.text(`${item.quantity - item.cancelledQuantity} x`, EDGE, y, { size: 8 });
    paper.text(item.sku, EDGE + 24, y, { size: 8, bold: true, widthMax: 112 });
    paper.text(item.title, EDGE + 140, y, { size: 8, widthMax: INNER - 140 });
  });
  const more = items.length - GOODS_MAX;
  if (more > 0) paper.text(`and ${more} more lines`, EDGE, 268 + GOODS_MAX * 12, { size: 8 });
}
