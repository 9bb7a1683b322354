/** What comes back, as the marketplace knows it. */
import type { Random } from "./random.ts";
import type { ItemReturn, SimOrder, SimOrderItem, SimReturn } from "./types.ts";
import type { World } from "./world.ts";

interface Line {
  readonly item: SimOrderItem;
  readonly quantity: number;
}

/** A return, and the units of it that an event speaks of. */
export interface TurnedBack {
  readonly of: SimReturn;
  readonly lines: readonly Line[];
}

interface Event {
  /** "rto": the courier brings it back undelivered; "return": the customer sends it. */
  readonly kind: "rto" | "return";
  readonly lines: readonly Line[];
  readonly reason: string;
  readonly at: string;
  readonly wish: { readonly trackingNumber?: string | undefined; readonly courier?: string | undefined };
}

const TYPES = { rto: "COURIER_RETURN", return: "CUSTOMER_RETURN" } as const;

/**
 * Announces that lines come back. What one parcel brings is one return: an RTO has its forward tracking number, what a
 * customer sends at once has one of its own. Units that are in a return of this kind already are announced again under it.
 */
export function comeBack(world: World, random: Random, order: SimOrder, event: Event): TurnedBack[] {
  const type = TYPES[event.kind];
  const parcels = new Map<string, Line[]>();
  const again = new Map<SimReturn, Line[]>();
  const own = event.wish.trackingNumber ?? (event.kind === "return" ? `R${random.digits(9)}` : undefined);
  for (const { item, quantity } of event.lines) {
    const left = item.quantity - item.cancelledQuantity - unitsBack(order, item.orderItemId, type);
    const known = order.returns.findLast((one) => one.type === type && holds(one, item.orderItemId));
    const line = { item, quantity: left > 0 ? Math.min(quantity, left) : quantity };
    if (left <= 0 && known) add(again, known, line);
    else add(parcels, own ?? forwardOf(order, item), line);
  }
  const opened = [...parcels].map(([trackingNumber, lines]): TurnedBack => {
    const courier = event.wish.courier ?? shipmentOf(order, lines[0]?.item)?.courier ?? "";
    const facts = { type, reason: event.reason, at: event.at, trackingNumber, courier, announced: true };
    return { of: openReturn(world, order, { ...facts, lines: lines.map(asUnits) }), lines };
  });
  const told = [...opened, ...[...again].map(([of, lines]) => ({ of, lines }))];
  for (const { of, lines } of told) for (const { item } of lines) markReturned(item, of);
  return told;
}

/** Begins a return. Its lines' statuses are changed by who calls. */
export function openReturn(
  world: World,
  order: SimOrder,
  facts: Omit<ItemReturn, "returnId"> & Pick<SimReturn, "announced" | "lines">,
): SimReturn {
  const begun: SimReturn = {
    ...facts,
    returnId: returnId(order, facts),
    grades: [],
    gradedAt: null,
    creditNote: null,
  };
  order.returns.push(begun);
  world.returns.add({ ...begun, orderId: order.id });
  return begun;
}

/** The line's status speaks of this return from now on. */
export function markReturned(item: SimOrderItem, of: SimReturn): void {
  const { returnId: id, type, reason, at, trackingNumber, courier } = of;
  item.returned = { returnId: id, type, reason, at, trackingNumber, courier };
  item.status = type === "COURIER_RETURN" ? "COURIER_RETURN" : "RETURN_REQUESTED";
}

/** Units of the line that are in returns of this kind. */
export function unitsBack(order: SimOrder, orderItemId: string, type: ItemReturn["type"]): number {
  return order.returns
    .filter((one) => one.type === type)
    .flatMap((one) => one.lines)
    .reduce((sum, line) => sum + (line.orderItemId === orderItemId ? line.quantity : 0), 0);
}

function add<K>(into: Map<K, Line[]>, key: K, line: Line): void {
  into.set(key, [...(into.get(key) ?? []), line]);
}

function holds(one: SimReturn, orderItemId: string): boolean {
  return one.lines.some((line) => line.orderItemId === orderItemId);
}

/** Never given twice in an order: what is one return here must be one there. */
function returnId(order: SimOrder, { type, trackingNumber }: Pick<ItemReturn, "type" | "trackingNumber">): string {
  const nth = order.returns.filter((one) => one.type === type).length + 1;
  if (type === "CUSTOMER_RETURN") return `RT-${order.id}-${String(nth).padStart(2, "0")}`;
  const id = `RTO-${order.id}-${trackingNumber}`;
  return order.returns.some((one) => one.returnId === id) ? `${id}-${nth}` : id;
}

function forwardOf(order: SimOrder, item: SimOrderItem): string {
  return shipmentOf(order, item)?.trackingNumber ?? "";
}

function shipmentOf(order: SimOrder, item: SimOrderItem | undefined) {
  return order.shipments.findLast((shipment) => item !== undefined && shipment.orderItemIds.includes(item.orderItemId));
}

function asUnits({ item, quantity }: Line) {
  return { orderItemId: item.orderItemId, quantity };
}
