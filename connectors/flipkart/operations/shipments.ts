/** Reading shipments by their ids, with addresses and couriers. */
import { badAnswer, type Call, fail, type Outcome, succeed } from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";
import { type ReadShipment, readShipment, shipmentIdOf } from "../map/shipment.ts";
import { courierOf, couriersOf, type FlipkartCourier } from "../map/statuses.ts";
import { PACKED_OR_LATER } from "../map/words.ts";
import { askForRows } from "./send.ts";
import { withToken } from "./token.ts";

/** Ids of one kind in one question. */
export const IDS_MAX = 100;

export type Ids = { readonly shipmentIds: readonly string[] } | { readonly orderItemIds: readonly string[] };

/** Shipments as they came, at most 100 ids. Those that Flipkart does not give are left out. */
export async function askShipments(call: Call, ids: Ids): Promise<Outcome<readonly unknown[]>> {
  const query =
    "shipmentIds" in ids ? { shipmentIds: ids.shipmentIds.join(",") } : { orderItemIds: ids.orderItemIds.join(",") };
  const answered = await withToken(call, (headers) =>
    askForRows(call, { id: "getShipments", query, idempotent: true }, headers, "shipments"),
  );
  return answered.ok ? succeed(answered.value.rows) : answered;
}

/** The one shipment, read. A failure of kind refused where Flipkart does not know it. */
export async function oneShipment(call: Call, shipmentId: string): Promise<Outcome<ReadShipment>> {
  const rows = await askShipments(call, { shipmentIds: [shipmentId] });
  if (!rows.ok) return rows;
  const row = rows.value.find((each) => shipmentIdOf(each) === shipmentId);
  if (row === undefined)
    return fail({
      reached: "yes",
      kind: "refused",
      channelCode: "SHIPMENT_UNKNOWN",
      channelMessage: `Flipkart does not know the shipment ${shipmentId}.`,
    });
  const read = readShipment(row);
  return read.ok ? succeed(read.value) : fail(badAnswer({ idempotent: true }, 200, read.words));
}

/** Address views, at most 100 ids, as they came. */
export async function askDetails(call: Call, shipmentIds: readonly string[]): Promise<Outcome<readonly unknown[]>> {
  if (shipmentIds.length === 0) return succeed([]);
  const path = { shipmentIds: shipmentIds.join(",") };
  const answered = await withToken(call, (headers) =>
    askForRows(call, { id: "getShipmentDetails", path, idempotent: true }, headers, "shipments"),
  );
  return answered.ok ? succeed(answered.value.rows) : answered;
}

/**
 * Couriers of shipments: of those that have one already and did not bring it along, the address view is asked, all at once.
 */
export async function couriersFor(
  call: Call,
  seen: readonly { readonly shipment: ReadShipment; readonly raw: unknown }[],
): Promise<Outcome<ReadonlyMap<string, FlipkartCourier>>> {
  const known = new Map<string, FlipkartCourier>();
  for (const { shipment, raw } of seen) {
    const own = courierOf(null, isJson(raw) ? raw.subShipments : null);
    if (own !== null) known.set(shipment.shipmentId, own);
  }
  const missing = seen
    .map(({ shipment }) => shipment)
    .filter(
      (shipment) => !known.has(shipment.shipmentId) && shipment.lines.some((line) => PACKED_OR_LATER.has(line.state)),
    )
    .map((shipment) => shipment.shipmentId);
  const rows = await askDetails(call, missing);
  if (!rows.ok) return rows;
  return succeed(new Map([...known, ...couriersOf(rows.value)]));
}
