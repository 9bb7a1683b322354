/**
 * Offers of the simulated Tata CLiQ: each line is offered to one store after the other, until one accepts it in time. Lines of an
 * order that come to a store at different times stand in the same order there, each with an offer of its own.
 */
import { endReview, type SimOrder, type SimOrderItem } from "../../kit/simulator/index.ts";
import { addOrder, type World } from "../../kit/simulator/world.ts";
import { keyOf } from "../map/keys.ts";
import { numberOf, type Parts, slaveOf, stamp } from "./parts.ts";

/** A store that says nothing for so long is passed over. */
export const ACCEPT_MINUTES = 30;

/** Marks (`SimOrder.marks`) of a line: when it hopped here, which stores had it before, and that it was accepted. */
const marksOf = ({ orderItemId }: Pick<SimOrderItem, "orderItemId">) => ({
  offered: `offered ${orderItemId}`,
  asked: `asked ${orderItemId}`,
  accepted: `accepted ${orderItemId}`,
});

/** An order is under verification as long as one of its lines is offered. */
export function isOffered(order: SimOrder, item: SimOrderItem): boolean {
  if (order.orderStatus !== "PENDING_VERIFICATION" || item.status !== "CREATED") return false;
  return order.marks?.[marksOf(item).accepted] === undefined;
}

/** Of a line that was at this store from the beginning the offer runs from the order's date. */
export function offerEnd(order: SimOrder, item: SimOrderItem): Temporal.Instant {
  const offeredAt = order.marks?.[marksOf(item).offered] ?? order.orderDate;
  return Temporal.Instant.from(offeredAt).add({ minutes: ACCEPT_MINUTES });
}

export function accept(order: SimOrder, items: readonly SimOrderItem[], at: Temporal.Instant): void {
  order.acknowledgedAt ??= stamp(at);
  order.marks = { ...order.marks, ...acceptedMarks(items, at) };
  settleOffers(order);
}

function acceptedMarks(items: readonly SimOrderItem[], at: Temporal.Instant): Record<string, string> {
  return Object.fromEntries(items.map((item) => [marksOf(item).accepted, stamp(at)]));
}

function settleOffers(order: SimOrder): void {
  if (order.orderStatus !== "PENDING_VERIFICATION") return;
  if (!order.items.some((item) => isOffered(order, item))) endReview(order);
}

/** An offer that no store took in time goes to the next one. Looked at before every answer. */
export function passOver(parts: Parts, at: Temporal.Instant): void {
  for (const order of [...parts.sim.world.orders.values()]) {
    if (order.orderStatus !== "PENDING_VERIFICATION") continue;
    const over = order.items.filter(
      (item) => isOffered(order, item) && Temporal.Instant.compare(offerEnd(order, item), at) < 0,
    );
    if (over.length > 0) hop(parts, order, over, at);
  }
}

/**
 * Lines leave a store: they are cancelled for it, and offered to the first store that was not asked yet. Where all were asked
 * nobody has them.
 */
export function hop(parts: Parts, order: SimOrder, items: readonly SimOrderItem[], at: Temporal.Instant): void {
  const { world } = parts.sim;
  const going = items.map((item): Going => {
    const before = order.marks?.[marksOf(item).asked]?.split(",") ?? [];
    return { item: { ...item }, asked: [...before, slaveOf(order)] };
  });
  for (const item of items) {
    item.status = "CANCELLED";
    item.cancelledQuantity = item.quantity;
  }
  if (order.items.every((item) => item.status === "CANCELLED")) order.orderStatus = "CANCELLED";
  else settleOffers(order);
  const byStore = Map.groupBy(going, ({ asked }) => parts.slaves.find((slave) => !asked.includes(slave)));
  for (const [next, lines] of byStore) {
    const about = { action: "hop", orderId: order.id, seller: order.seller, at: stamp(at) };
    world.write("action", { ...about, to: next ?? null });
    if (next !== undefined) arrive(world, order, next, lines, at);
  }
}

interface Going {
  readonly item: SimOrderItem;
  readonly asked: readonly string[];
}

/** Lines are offered to a store; what it has of the order already stays as it is. */
function arrive(world: World, from: SimOrder, slaveId: string, lines: readonly Going[], at: Temporal.Instant): void {
  const id = keyOf({ orderNo: numberOf(from), slaveId });
  const there = world.orders.get(id);
  const others =
    there?.items.filter((known) => !lines.some(({ item }) => item.orderItemId === known.orderItemId)) ?? [];
  const came = lines.map(({ item }): SimOrderItem => {
    return { ...item, facilityCode: slaveId, status: "CREATED", changedAt: stamp(at) };
  });
  const marks = lines.flatMap(({ item, asked }) => [
    [marksOf(item).offered, stamp(at)],
    [marksOf(item).asked, asked.join(",")],
  ]);
  // Nothing there is on offer: no line of it may look as if it were because another one is.
  const accepted = there && there.orderStatus !== "PENDING_VERIFICATION" ? acceptedMarks(others, at) : {};
  addOrder(world, {
    ...(there ?? {
      ...from,
      ...{ invoices: [], parcels: [], shipments: [], courierStatuses: [], returns: [], irns: [], pushes: [] },
      ...{ acknowledgedAt: null, marks: {} },
    }),
    id,
    items: [...others, ...came],
    orderStatus: "PENDING_VERIFICATION",
    updatedAt: stamp(at),
    marks: { ...there?.marks, ...accepted, ...Object.fromEntries(marks) },
  });
}
