import type { ReportedOrder } from "../../connectors/kit/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { HeardStatus, LineHeard } from "./adopt-seam.ts";
import type { Heard, WaitingWord } from "./journal.store.ts";

/** A list of changes may be ahead of the orders; an order that has not come by then was never this system's. */
export const ORDER_WAIT_HOURS = 24;
/**
 * The backstop: what a word waits for usually wakes it. Where that falls into a try of the word, it stays below the ceiling of
 * ten minutes. An order that is not here has to be asked for: that costs calls.
 */
const RETRY_MINUTES_MAX = 5;
const ORDER_RETRY_MINUTES_MAX = 15;

/**
 * When a word that waits is tried again: after 1, 2, 4, then every 5 minutes; one without its order after 8, then every 15. Pure.
 * @param code what it waits for
 */
export function retryAt(now: Instant, attempts: number, code: string | null): Instant {
  const most = code === "ORDER_NOT_HERE" ? ORDER_RETRY_MINUTES_MAX : RETRY_MINUTES_MAX;
  return now.add({ minutes: Math.min(2 ** Math.min(attempts, 10), most) });
}

const RANK: Readonly<Record<HeardStatus, number>> = {
  CANCELLED: 0,
  DISPATCHED: 1,
  DELIVERED: 2,
  RTO: 3,
  CIR: 4,
  RETURNED: 5,
};

/** The words of an order that say more than "open", each once. Pure. */
export function heardOf(order: ReportedOrder): Heard[] {
  const { channelOrderId, parcels = [] } = order;
  const spoken = order.lines.flatMap((line) =>
    line.status === "OPEN" || line.status === "unknown" ? [] : [{ ...line, status: line.status }],
  );
  const heard = new Map<string, Heard>();
  for (const line of spoken) {
    const left = spoken.filter((l) => l.channelOrderItemId === line.channelOrderItemId && l.status !== "CANCELLED");
    const quantity = line.quantity ?? 0;
    const channelReturnId = line.channelReturnId ?? "";
    heard.set(`${line.channelOrderItemId} ${line.status} ${quantity} ${channelReturnId}`, {
      ...{ channelOrderId, line: line.channelOrderItemId, status: line.status, quantity, channelReturnId },
      ...{ raw: line.raw, changedAt: line.changedAt ?? null },
      word: {
        ...{ returnReason: line.returnReason, returnAwb: line.returnAwb, returnCourier: line.returnCourier, parcels },
        left: left.some((l) => l.quantity === undefined) ? null : left.reduce((sum, l) => sum + (l.quantity ?? 0), 0),
      },
    });
  }
  return [...heard.values()];
}

/** Words of a line as one: the furthest of them, and the units that left by any report; of cancellations, those cancelled. Pure. */
export function mergeByLine(words: readonly WaitingWord[]): LineHeard[] {
  return [...Map.groupBy(words, (word) => word.line)].map(([channelOrderItemId, of]) => {
    const [furthest] = of.toSorted((a, b) => RANK[b.status] - RANK[a.status]);
    const units = of.map((word) => (word.status === "CANCELLED" ? word.quantity || null : word.word.left));
    const times = of.flatMap((word) => word.changedAt ?? []).toSorted(Temporal.Instant.compare);
    return {
      channelOrderItemId,
      status: furthest?.status ?? "DISPATCHED",
      raw: furthest?.raw ?? "",
      quantity: units.some((each) => each === null) ? null : Math.max(...units.map((each) => each ?? 0)),
      changedAt: times[0] ?? null,
    };
  });
}
