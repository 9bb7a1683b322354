/**
 * Which lines of a store are accepted together. An order here keeps the lines that it was made with; a line that hops to its
 * store afterwards is no unit of it, and must not be accepted as if it were: nobody would pack it. The list does not say when a
 * line came, and what was seen before is forgotten with the process; the ends of the offers say it. Pure.
 */
import { type OrderLine, timeOf } from "./order.ts";
import { isOffered, type StatusTable, statusOf, wordOf } from "./states.ts";

/** Lines that are offered together have ends so near to each other, should theirs be reckoned line by line. */
const ONE_OFFER_SECONDS = 60;

export interface Offer {
  /** Offered together, before any other line that lives at the store. */
  readonly own: readonly OrderLine[];
  /** Offered later than others that live there. */
  readonly late: readonly OrderLine[];
  /** Accepted from here or on the panel, or further. */
  readonly taken: readonly OrderLine[];
}

/**
 * @param lines of one order at one store. Lines without an end of their offer came first: an accepted one may have lost it, and
 * where Tata CLiQ names none at all, all are one offer
 */
export function offerOf(lines: readonly OrderLine[], table: StatusTable): Offer {
  const alive = lines.filter((line) => !["CANCELLED", "unknown"].includes(statusOf(table, line.omsStatusCode)));
  const offered = alive.filter((line) => isOffered(table, line.omsStatusCode));
  const first = Math.min(...alive.map(endOf));
  const isFirst = (line: OrderLine) => endOf(line) - ONE_OFFER_SECONDS * 1000 <= first;
  return {
    own: offered.filter(isFirst),
    late: offered.filter((line) => !isFirst(line)),
    taken: alive.filter((line) => !offered.includes(line)),
  };
}

/** Milliseconds of the epoch; before all others where none is named. */
function endOf(line: OrderLine): number {
  return timeOf(line.acceptByDate)?.epochMilliseconds ?? Number.NEGATIVE_INFINITY;
}

/** What a person reads of lines that came late: nobody here can know whether the order has them. */
export function lateWords(channelOrderId: string, { own, taken, late }: Offer): string {
  return [
    `${idsOf([...taken, ...own])} accepted, ${idsOf(late)} not: offered to the store later, and no unit of ${channelOrderId} unless it came with the order.`,
    "If the order here has it, accept it on Tata CLiQ's panel; if not, reject it there, or ship it from there. Then accept this order again",
  ].join(" ");
}

/** What a person reads where nothing is left to accept. */
export function goneWords(lines: readonly OrderLine[], table: StatusTable): string {
  const states = lines.map((line) => `${line.transactionId} is ${wordOf(table, line.omsStatusCode)}`);
  return `Nothing of it is offered to this store any more: ${states.join(", ")}`;
}

function idsOf(lines: readonly OrderLine[]): string {
  return lines.map((line) => line.transactionId).join(", ");
}
