/** AJIO's side of returns: takes the grades of what came back. */
import type { RequestBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import {
  type Answer,
  type Fault,
  markReturned,
  openReturn,
  type SimOrder,
  type SimReturn,
  settleStatus,
} from "../../kit/simulator/index.ts";
import { BATCH_FAULTS, DEMANDED, NO_ITEM, outcome, type Parts, stamp, struck } from "../../protocol/simulator/parts.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";
import { refusal } from "./answers.ts";

type Grades = RequestBody<"ajio-dropship", "postReturnGrades">;
type Failure = { readonly orderItemId: string; readonly errorMessage: string };

export function serveGrades(parts: Parts): void {
  const { server, world } = parts.sim;
  server.serve(
    operation(AJIO_CONTRACT, "postReturnGrades"),
    ({ body, seller, at, fault }): Answer => {
      const order = world.orders.get(body.orderId);
      if (!order || order.seller !== seller) return refusal("NOT_FOUND", `no order ${body.orderId}`);
      const ids = body.items.map((item) => item.orderItemId);
      const known = returnFor(order, { type: body.returnType, returnId: body.returnId, ids });
      if (known === null && body.returnId !== undefined) return refusal("NOT_FOUND", `no return ${body.returnId}`);
      const failures = ungraded(order, known, body, fault);
      const failed = new Set(failures.map(({ orderItemId }) => orderItemId));
      const items = body.items.filter((item) => !failed.has(item.orderItemId));
      if (items.length > 0) takeGrades(parts, order, known, { body, items, failed, at });
      const status = outcome(fault, new Set(ids).size, failures.length);
      world.grades.add({ receivedAt: stamp(at), seller, orderId: order.id, body, outcome: status, failures });
      return { status: 200, orderIds: [order.id], body: { status, orderItems: failures } };
    },
    { acts: BATCH_FAULTS },
  );
}

/** What of a report is not taken: all of the line's items, or none. */
function ungraded(order: SimOrder, known: SimReturn | null, body: Grades, fault: Fault | null): Failure[] {
  const refused = struck(fault, body.items);
  const told = unitsOf(body.items);
  const why = (item: Grades["items"][number]): string | null => {
    if (refused.has(item)) return fault?.message ?? DEMANDED;
    const line = order.items.find((candidate) => candidate.orderItemId === item.orderItemId);
    if (!line) return NO_ITEM;
    if (line.dispatchedQuantity === 0) return "item was never dispatched";
    if (known?.creditNote && !isSame(known, body))
      return `credit note ${known.creditNote.number} is made already, of other grades`;
    const inReturn = known?.announced
      ? (known.lines.find(({ orderItemId }) => orderItemId === item.orderItemId)?.quantity ?? 0)
      : line.quantity - line.cancelledQuantity;
    const units = told.get(item.orderItemId) ?? 0;
    return units > inReturn ? `only ${inReturn} in this return, not ${units}` : null;
  };
  const failures = new Map<string, Failure>();
  for (const item of body.items) {
    const errorMessage = why(item);
    if (errorMessage !== null) failures.set(item.orderItemId, { orderItemId: item.orderItemId, errorMessage });
  }
  return [...failures.values()];
}

/** A report takes the place of the one before. One of a return that nobody announced begins it. */
function takeGrades(
  { sim }: Parts,
  order: SimOrder,
  known: SimReturn | null,
  report: {
    readonly body: Grades;
    readonly items: Grades["items"];
    readonly failed: ReadonlySet<string>;
    readonly at: Temporal.Instant;
  },
): void {
  const at = stamp(report.at);
  const items = report.items.map(({ orderItemId, inventoryType, quantity }) => {
    return { orderItemId, grade: inventoryType, quantity };
  });
  // What was refused now stays as it was told before.
  const grades = [...(known?.grades.filter(({ orderItemId }) => report.failed.has(orderItemId)) ?? []), ...items];
  const units = [...unitsOf(grades)].map(([orderItemId, quantity]) => ({ orderItemId, quantity }));
  const facts = { type: report.body.returnType, reason: "Came to the warehouse unannounced", at, announced: false };
  const shipment = order.shipments.at(-1);
  const travel = { trackingNumber: shipment?.trackingNumber ?? "", courier: shipment?.courier ?? "" };
  const of = known ?? openReturn(sim.world, order, { ...facts, ...travel, lines: units });
  if (!of.announced && of.creditNote === null) {
    of.lines = units;
    for (const item of order.items.filter(({ orderItemId }) => units.some((unit) => unit.orderItemId === orderItemId)))
      markReturned(item, of);
    settleStatus(order);
  }
  of.grades = grades;
  const graded = unitsOf(grades);
  const whole = of.lines.every(({ orderItemId, quantity }) => graded.get(orderItemId) === quantity);
  of.gradedAt = whole ? (of.gradedAt ?? at) : null;
}

function isSame(known: SimReturn, body: Grades): boolean {
  const words = (list: readonly { orderItemId: string; quantity: number; grade: string }[]) =>
    list
      .map(({ orderItemId, grade, quantity }) => `${orderItemId} ${grade} ${quantity}`)
      .toSorted()
      .join("\n");
  return words(known.grades) === words(body.items.map((item) => ({ ...item, grade: item.inventoryType })));
}

function unitsOf(items: readonly { readonly orderItemId: string; readonly quantity: number }[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { orderItemId, quantity } of items) units.set(orderItemId, (units.get(orderItemId) ?? 0) + quantity);
  return units;
}

/** The return by its id, or else the last of its kind that holds one of the lines; null where there is none. */
export function returnFor(
  order: SimOrder,
  wish: { readonly type?: SimReturn["type"]; readonly returnId?: string | undefined; readonly ids: readonly string[] },
): SimReturn | null {
  if (wish.returnId !== undefined) return order.returns.find((one) => one.returnId === wish.returnId) ?? null;
  const found = order.returns.findLast(
    (one) =>
      (wish.type === undefined || one.type === wish.type) &&
      one.lines.some(({ orderItemId }) => wish.ids.includes(orderItemId)),
  );
  return found ?? null;
}
