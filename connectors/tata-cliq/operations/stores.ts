/**
 * Which stores had a line: the list tells the present one alone. What was seen is remembered while the line is listed, by this
 * process; an order of another store's that nobody here remembers is not named by the list, and is asked about.
 */
import type { Call } from "../../kit/index.ts";
import type { SalesOrder } from "../map/order.ts";

const KEY = "stores";

export type SeenStores = Readonly<Record<string, readonly string[]>>;

/** Notes the stores of a list. @returns for each of its lines the stores that had it, the present one last */
export function noteStores(call: Pick<Call, "memory">, orders: readonly SalesOrder[]): SeenStores {
  const before = recall(call);
  const seen = Object.fromEntries(
    orders.flatMap((order) =>
      order.orderLine.map(({ transactionId, p1SlaveId }) => {
        const earlier = (before[transactionId] ?? []).filter((slave) => slave !== p1SlaveId);
        return [transactionId, [...earlier, p1SlaveId]];
      }),
    ),
  );
  call.memory.set(KEY, JSON.stringify(seen));
  return seen;
}

function recall({ memory }: Pick<Call, "memory">): SeenStores {
  const kept = memory.get(KEY);
  if (kept === undefined) return {};
  const seen: SeenStores = JSON.parse(kept); // nobody else writes it
  return seen;
}
