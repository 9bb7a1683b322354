/** Labels and manifests as PDFs, drawn when they are asked for: the same facts give the same file. */
import { createHash } from "node:crypto";
import type { FoundFile } from "../../../connectors/kit/simulator/index.ts";
import { drawManifest } from "../../../connectors/protocol/simulator/papers/manifest.ts";
import { createPaper, type Paper } from "../../../connectors/protocol/simulator/papers/paper.ts";
import { dateTime, rupeeAmount } from "../../../connectors/protocol/simulator/papers/words.ts";
import type { SimManifest, SimParcel } from "./types.ts";
import { type CourierWorld, partOf } from "./world.ts";

const PDF = "application/pdf";
/** 4 x 6 inches, in points. */
const WIDTH = 288;
const HEIGHT = 432;
const EDGE = 12;
const INNER = WIDTH - 2 * EDGE;
/** Lines of goods that a label has room for; the rest is counted. */
const GOODS_MAX = 5;

/** Not to be guessed by accident: whoever has the address may read the file. */
export function labelName(world: CourierWorld, { id, code }: SimParcel): string {
  return `label-${id}-${secretPart(world, `${id}\n${code}`)}.pdf`;
}

export function manifestName(world: CourierWorld, { number }: Pick<SimManifest, "number">): string {
  return `manifest-${number}-${secretPart(world, String(number))}.pdf`;
}

function secretPart({ house }: CourierWorld, about: string): string {
  return createHash("sha256").update(`${house.code}\n${about}`).digest("hex").slice(0, 20);
}

export async function findPaper(world: CourierWorld, name: string): Promise<FoundFile | null> {
  const [, kind, id = ""] = /^(label|manifest)-(\d+)-[0-9a-f]{20}\.pdf$/.exec(name) ?? [];
  const parcel = kind === "label" ? world.parcels.get(id) : undefined;
  if (parcel && labelName(world, parcel) === name) return { bytes: await labelPdf(world, parcel), type: PDF };
  const manifest = kind === "manifest" ? world.manifests.get(Number(id)) : undefined;
  if (manifest && manifestName(world, manifest) === name)
    return { bytes: await manifestPdf(world, manifest), type: PDF };
  return null;
}

function labelPdf(world: CourierWorld, parcel: SimParcel): Promise<Buffer> {
  const paper = createPaper({ title: `Label ${parcel.id}`, at: Temporal.Instant.from(parcel.madeAt) });
  paper.page(WIDTH, HEIGHT);
  paper.box(EDGE / 2, EDGE / 2, WIDTH - EDGE, HEIGHT - EDGE);
  drawHead(paper, world, parcel);
  drawSides(paper, parcel);
  drawGoods(paper, parcel);
  drawFoot(paper, parcel);
  return paper.end();
}

function drawHead(
  paper: Paper,
  { house }: CourierWorld,
  { id, carrier, routingCode, direction, wish }: SimParcel,
): void {
  const payment = direction === "REVERSE" ? "REVERSE" : wish.paymentMode;
  paper.text(house.label, EDGE, 14, { size: 11, bold: true, widthMax: 170 });
  paper.text(payment, WIDTH - EDGE, 12, { size: 14, bold: true, at: "right" });
  paper.rule(EDGE, 34, INNER);
  paper.text(carrier, EDGE, 39, { size: 12, bold: true, widthMax: 170 });
  paper.text(routingCode, WIDTH - EDGE, 39, { size: 12, bold: true, at: "right" });
  paper.bars(id, EDGE, 60, INNER, 56);
  paper.text(`AWB ${id}`, WIDTH / 2, 119, { size: 12, bold: true, at: "middle" });
  paper.rule(EDGE, 140, INNER);
}

function drawSides(paper: Paper, { direction, wish, collectPaise }: SimParcel): void {
  paper.text(direction === "REVERSE" ? "Collect from" : "Ship to", EDGE, 144, { size: 7 });
  const far = direction === "REVERSE" ? wish.pickupAddressDetails : wish.deliveryAddressDetails;
  const below = paper.lines(addressOf(far, ""), EDGE, 154, { size: 9.5, widthMax: INNER });
  const collect = collectPaise > 0 ? `Collect ${rupeeAmount(collectPaise)}` : "Do not collect money";
  paper.text(collect, EDGE, below + 4, { size: 10, bold: true });
  paper.rule(EDGE, 250, INNER);
}

function drawGoods(paper: Paper, { wish: { Shipment: shipment } }: SimParcel): void {
  const title = shipment.invoiceCode === undefined ? "Goods" : `Invoice ${shipment.invoiceCode}`;
  paper.text(title, EDGE, 254, { size: 8, bold: true });
  shipment.items.slice(0, GOODS_MAX).forEach((item, index) => {
    const y = 268 + index * 12;
    paper.text(`${item.quantity} x`, EDGE, y, { size: 8 });
    paper.text(item.skuCode ?? "", EDGE + 24, y, { size: 8, bold: true, widthMax: 112 });
    paper.text(item.name, EDGE + 140, y, { size: 8, widthMax: INNER - 140 });
  });
  const more = shipment.items.length - GOODS_MAX;
  if (more > 0) paper.text(`and ${more} more lines`, EDGE, 268 + GOODS_MAX * 12, { size: 8 });
  paper.rule(EDGE, 340, INNER);
}

function drawFoot(paper: Paper, parcel: SimParcel): void {
  const { wish, direction, code, grams, sizeMm, madeAt } = parcel;
  paper.text("Shipment", EDGE, 344, { size: 7 });
  paper.bars(code, EDGE, 354, 190, 26);
  paper.text(code, EDGE, 382, { size: 8 });
  paper.text(`${(grams / 1000).toFixed(3)} kg`, WIDTH - EDGE, 354, { size: 8, at: "right" });
  paper.text(`${sizeMm.map((side) => side / 10).join(" x ")} cm`, WIDTH - EDGE, 366, { size: 8, at: "right" });
  const home = direction === "REVERSE" ? wish.deliveryAddressDetails : (wish.returnAddressDetails ?? {});
  const id = direction === "REVERSE" ? wish.deliveryAddressId : wish.pickupAddressId;
  const lines = addressOf(home, id ?? "");
  paper.text(`Return to: ${lines.join(", ")}`, EDGE, 398, { size: 7, widthMax: INNER });
  paper.text(`Printed ${dateTime(madeAt)}`, EDGE, 410, { size: 6 });
}

/** An address that is known by an id is written so. */
function addressOf(address: unknown, id: string): string[] {
  const part = (name: string) => partOf(address, name);
  if (part("name") === "") return [id === "" ? "the shipper" : `address ${id}`];
  const place = `${part("city")}, ${part("state")} ${part("pincode")}`;
  return [part("name"), part("address1"), part("address2"), place, `Phone ${part("phone")}`].filter(
    (line) => line !== "",
  );
}

function manifestPdf(world: CourierWorld, { number, seller, madeAt, awbs }: SimManifest): Promise<Buffer> {
  const parcels = awbs.flatMap((awb) => world.parcels.get(awb) ?? []);
  const paper = createPaper({ title: `Manifest ${number}`, at: Temporal.Instant.from(madeAt) });
  drawManifest(paper, {
    marketplace: world.house.label,
    number: String(number),
    madeAt,
    courier: [...new Set(parcels.map(({ carrier }) => carrier))].join(", "),
    seller,
    // An aggregator's list is split by carrier.
    rows: parcels
      .toSorted((one, other) => one.carrier.localeCompare(other.carrier))
      .map(({ id, wish, collectPaise }) => ({
        awb: id,
        orderId: wish.Shipment.orderCode,
        invoiceNumber: wish.Shipment.invoiceCode ?? "-",
        units: wish.Shipment.items.reduce((sum, item) => sum + item.quantity, 0),
        collectPaise: collectPaise > 0 ? collectPaise : null,
      })),
  });
  return paper.end();
}
