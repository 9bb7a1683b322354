/** What comes back at the simulated Tata CLiQ: the list of returns, and how one ends. */
import type { Json, SimOrder, SimOrderItem } from "../../kit/simulator/index.ts";
import { numberOf, slaveOf } from "./parts.ts";
import { indian } from "./wire.ts";

/** How a return ends: the seller has the goods, it was cancelled, or the line is with its buyer after all. */
export const RETURN_ENDS = ["RECEIVED", "CANCELLED", "DELIVERED"] as const;
export type ReturnEnd = (typeof RETURN_ENDS)[number];

/** Marks (`SimOrder.marks`) of a return that is over. */
const endMark = (returnId: string) => `end of ${returnId}`;
const endedAtMark = (returnId: string) => `${endMark(returnId)} at`;

/** Every line that comes back, by its return. */
export function toReturns(orders: readonly SimOrder[]): readonly Json[] {
  return orders.flatMap((order) =>
    order.returns.flatMap((of) =>
      of.lines.map((line): Json => {
        const isRto = of.type === "COURIER_RETURN";
        return {
          returnId: of.returnId,
          orderNo: numberOf(order),
          transactionId: line.orderItemId,
          slaveId: slaveOf(order),
          returnType: isRto ? "RTO" : "CUSTOMER",
          omsStatusCode: codeOfEnd(order, of.returnId) ?? (isRto ? "010" : "009"),
          statusDate: indian(order.marks?.[endedAtMark(of.returnId)] ?? of.at),
          reason: of.reason,
          awbNo: of.trackingNumber,
          logisticsName: of.courier,
        };
      }),
    ),
  );
}

function codeOfEnd(order: SimOrder, returnId: string): "007" | "008" | "011" | null {
  switch (order.marks?.[endMark(returnId)]) {
    case "RECEIVED":
      return "011";
    case "CANCELLED":
      return "008";
    case "DELIVERED":
      return "007";
    default:
      return null;
  }
}

/** A line that comes back, as the list of orders shows it; of a return that does not come it is what it was before. */
export function codeOfReturning(order: SimOrder, item: SimOrderItem): "006" | "007" | "009" | "010" | "011" {
  const isRto = item.status === "COURIER_RETURN";
  const end = codeOfEnd(order, item.returned?.returnId ?? "");
  if (end === "008") return isRto ? "006" : "007";
  return end ?? (isRto ? "010" : "009");
}

export function endReturn(order: SimOrder, returnId: string, end: ReturnEnd, at: Temporal.Instant): void {
  order.marks = { ...order.marks, [endMark(returnId)]: end, [endedAtMark(returnId)]: at.toString() };
}
