/** How orders stand, as every list of Bazaar Street gives it. Pure. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import type { ReportedOrder } from "../../kit/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { statusOf } from "./words.ts";

const isState = validator(BAZAAR_STREET_CONTRACT, "State");

export interface StatesRead {
  readonly orders: readonly ReportedOrder[];
  readonly rejected: readonly string[];
}

/** Rows of a list: what cannot be read goes to `rejected`, in words, and sinks no other row. */
export function readStates(rows: readonly unknown[]): StatesRead {
  const orders: ReportedOrder[] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    const checked = isState(row);
    if (!checked.ok) rejected.push(describeMisfits(checked.errors));
    else orders.push({ channelOrderId: checked.value.id, lines: checked.value.lines.map(reportedLine) });
  }
  return { orders, rejected };
}

/** `units` left out: the word is about the whole line. */
export function reportedLine(line: {
  readonly line: string;
  readonly units?: number;
  readonly word: string;
  readonly since: string;
}): ReportedOrder["lines"][number] {
  return {
    channelOrderItemId: line.line,
    status: statusOf(line.word),
    raw: line.word,
    ...(line.units === undefined ? {} : { quantity: line.units }),
    changedAt: Temporal.Instant.from(line.since),
    // It tells that something comes back, and nothing about the return.
    ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null },
  };
}
