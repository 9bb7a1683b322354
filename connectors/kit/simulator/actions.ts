/** What a person or a test makes happen to an order on the marketplace's side. */
import { z } from "zod";
import type { Random } from "./random.ts";
import { comeBack, type TurnedBack } from "./returns.ts";
import type { SimOrder, SimOrderItem } from "./types.ts";
import type { World } from "./world.ts";

export const ACTIONS = [
  "cancel",
  "dispatch",
  "deliver",
  "rto",
  "return",
  "release",
  "drop",
  "courier-status",
  "push",
] as const;
export type Action = (typeof ACTIONS)[number];

export const actionWish = z.object({
  /** Call the other side, where the protocol has a call for it. Left out: what the source does, one that pushes its orders pushes its events. */
  push: z.boolean().optional(),
  /** Lines meant; absent: all. */
  items: z
    .array(z.object({ orderItemId: z.string(), quantity: z.int().min(1).optional() }))
    .min(1)
    .optional(),
  reason: z.string().max(500).optional(),
  /** A cancellation that comes although the marketplace's own rule no longer allows one. */
  late: z.boolean().optional(),
  trackingNumber: z.string().max(100).optional(),
  courier: z.string().max(100).optional(),
  /** What the courier says of the parcel, in the marketplace's spelling. Only of `courier-status`. */
  status: z.string().min(1).max(200).optional(),
  /** Laid over the body that is pushed. */
  raw: z.record(z.string(), z.unknown()).optional(),
});
export type ActionWish = z.infer<typeof actionWish>;

/** What was done, for who announces it. `wholeOrder`: no lines were named. */
export interface Done {
  readonly wholeOrder: boolean;
  readonly lines: Lines;
  /** Returns that are announced, and which units of them now. */
  readonly returns: readonly TurnedBack[];
  readonly reason: string;
  readonly at: Temporal.Instant;
}

const REASONS = {
  cancel: "Payment failed",
  dispatch: "",
  deliver: "",
  release: "",
  drop: "Review failed",
  "courier-status": "",
  push: "",
  rto: "Customer not reachable after 3 attempts",
  return: "Did not fit",
} as const satisfies Record<Action, string>;

/** Thrown for a wish that names a line the order does not have. */
export class UnknownLine extends Error {}

/** Changes the order. An action does what it is told, whatever the state: a marketplace that contradicts itself must be
 *  tried too. Only lines already cancelled stay as they are. */
export function act(
  world: World,
  random: Random,
  order: SimOrder,
  action: Action,
  wish: ActionWish,
  at: Temporal.Instant,
): Done {
  const lines = linesOf(order, wish);
  const now = at.toString();
  const alive = lines.filter(({ item }) => item.status !== "CANCELLED");
  if (action === "cancel" || action === "drop")
    for (const { item, quantity } of alive) {
      cancelUnits(item, quantity);
      if (wish.reason !== undefined) order.marks = { ...order.marks, [cancelReasonMark(item)]: wish.reason };
    }
  if (action === "release" || action === "drop") endReview(order);
  if (action === "dispatch") dispatch(random, order, alive, wish, now);
  if (action === "deliver") for (const { item } of alive) item.status = "DELIVERED";
  if (action === "courier-status") noteCourier(order, alive, wish, now);
  const reason = wish.reason ?? REASONS[action];
  const returns =
    action === "rto" || action === "return"
      ? comeBack(world, random, order, { kind: action, lines: alive, reason, at: now, wish })
      : [];
  settleStatus(order);
  const told = lines.map(({ item, quantity }) => ({ orderItemId: item.orderItemId, quantity, status: item.status }));
  world.write("action", { action, orderId: order.id, seller: order.seller, at: now, lines: told });
  return { wholeOrder: wish.items === undefined, lines, returns, reason, at };
}

function linesOf(order: SimOrder, wish: ActionWish) {
  if (!wish.items) return order.items.map((item) => ({ item, quantity: item.quantity }));
  return wish.items.map(({ orderItemId, quantity }) => {
    const item = order.items.find((candidate) => candidate.orderItemId === orderItemId);
    if (!item) throw new UnknownLine(`order ${order.id} has no line ${orderItemId}`);
    return { item, quantity: Math.min(quantity ?? item.quantity, item.quantity) };
  });
}

/** The mark (`SimOrder.marks`) with the reason that a cancellation gave for a line. */
export function cancelReasonMark({ orderItemId }: Pick<SimOrderItem, "orderItemId">): string {
  return `cancelReason:${orderItemId}`;
}

/** A line is cancelled when all its units are; until then the protocol has no word for it. */
export function cancelUnits(item: SimOrderItem, quantity: number): void {
  item.cancelledQuantity = Math.min(item.quantity, item.cancelledQuantity + quantity);
  if (item.cancelledQuantity === item.quantity) item.status = "CANCELLED";
}

/** The review is over: what is not dropped is a new order like any other, under its old date. */
export function endReview(order: SimOrder): void {
  order.underReview = false;
  for (const item of order.items) item.onHold = false;
  if (order.orderStatus === "PENDING_VERIFICATION") order.orderStatus = "CREATED";
}

type Lines = readonly { readonly item: SimOrderItem; readonly quantity: number }[];

/** As if the seller had processed the order on the marketplace's own panel. Of a line some units may stay behind. */
function dispatch(random: Random, order: SimOrder, lines: Lines, wish: ActionWish, at: string): void {
  const units = new Map<string, number>();
  for (const { item, quantity } of lines) {
    const left = item.quantity - item.cancelledQuantity;
    const sent = Math.min(left, item.dispatchedQuantity + quantity);
    units.set(item.orderItemId, sent - item.dispatchedQuantity);
    item.dispatchedQuantity = sent;
    if (sent === left) item.status = "DISPATCHED";
  }
  const assigned = order.parcels.find((parcel) => parcel.courier !== null)?.courier;
  const courier = wish.courier ?? assigned?.name ?? "Delhivery";
  order.shipments.push({
    trackingNumber: wish.trackingNumber ?? assigned?.awb ?? random.digits(12),
    courier,
    providerCode: assigned?.code ?? courier.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
    orderItemIds: lines.map(({ item }) => item.orderItemId),
    units: Object.fromEntries(units),
    at,
  });
}

/** Thrown for an action that lacks what it is about. */
export class IncompleteAction extends Error {}

function noteCourier(order: SimOrder, lines: Lines, wish: ActionWish, at: string): void {
  if (wish.status === undefined) throw new IncompleteAction("status: the courier's word is wanted");
  order.courierStatuses.push({ raw: wish.status, at, orderItemIds: lines.map(({ item }) => item.orderItemId) });
}

/** The order's word follows its lines: all cancelled, or all that are not have left the warehouse. */
export function settleStatus(order: SimOrder): void {
  const alive = order.items.filter((item) => item.status !== "CANCELLED");
  // What was left of a line was cancelled, and the rest had gone before.
  for (const item of alive)
    if (item.status === "CREATED" && item.dispatchedQuantity > 0)
      if (item.dispatchedQuantity === item.quantity - item.cancelledQuantity) item.status = "DISPATCHED";
  if (alive.length === 0) order.orderStatus = "CANCELLED";
  else if (alive.every((item) => item.status !== "CREATED")) order.orderStatus = "COMPLETE";
}
