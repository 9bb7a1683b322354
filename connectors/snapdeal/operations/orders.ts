/** Lists of new packages, and of what became of known ones. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import {
  type Call,
  type FeedWish,
  type OperationTable,
  type Outcome,
  type ReportedOrder,
  succeed,
} from "../../kit/index.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";
import { readCancelled } from "../map/answers.ts";
import { pulledOrders, readPackage, reportOf } from "../map/package.ts";
import { OPEN_STATES, TRAVELLING_STATES, WAITING_STATES } from "../map/states.ts";
import {
  listCancelled,
  listCompleted,
  listState,
  PAGE_SIZE,
  placeOf,
  tokenAfter,
  withinWindow,
  ZONE,
} from "./lists.ts";

/** The lists of changes that are read, by the names of the declaration. */
export const TRAVELLING_FEED = "orders/travelling";
export const CANCELLED_FEED = "suborders/cancelled";
export const COMPLETED_FEED = "orders/completed";

const isCancelled = validator(SNAPDEAL_CONTRACT, "CancelledSuborder");

/**
 * Packages that have not left: new, printed, or on a sheet that nobody has taken yet, which may lie so for days. The lists are
 * one, by a token that names list and page; where a list ends, the next one's first page comes along. A token is good until
 * a page fails: packages that leave their state meanwhile move the others up, and who read on at a page by its number later
 * would pass over them. Such a token is taken for the beginning.
 */
export const pullOrders: OperationTable["pullOrders"] = async (call, wish) => {
  const [place = "", reading] = (wish.token ?? "").split("@");
  const on = reading === readingNow(call) ? { ...wish, token: place } : { from: wish.from, to: wish.to };
  const read = await readOn([...OPEN_STATES, ...WAITING_STATES], on, (state, page) => listState(call, state, page));
  if (!read.ok) {
    endReading(call);
    return read;
  }
  const { rows, end } = read.value;
  return succeed({
    ...pulledOrders(rows, ZONE),
    ...(end.last ? end : { last: false, next: `${end.next}@${readingNow(call)}` }),
  });
};

const READING = "reading";

/** The reading that tokens are good for: another one in each process, and after each page that failed. */
function readingNow(call: Call): string {
  const known = call.memory.get(READING) ?? String(call.now.epochMilliseconds);
  call.memory.set(READING, known);
  return known;
}

function endReading(call: Call): void {
  call.memory.set(READING, String(Number(readingNow(call)) + 1));
}

/** A page of one of the three lists of changes. */
export const pullStatuses: OperationTable["pullStatuses"] = async (call, wish) => {
  if (wish.feed === CANCELLED_FEED) {
    const { page } = placeOf(["CANCELLED"], wish.token);
    const rows = await listCancelled(call, wish, page);
    if (!rows.ok) return rows;
    const ended = rows.value.length < PAGE_SIZE;
    return succeed({ ...cancelledIn(rows.value), last: ended, ...(ended ? {} : { next: `CANCELLED:${page + 1}` }) });
  }
  const read =
    wish.feed === TRAVELLING_FEED
      ? await readOn(TRAVELLING_STATES, wish, (state, page) => listState(call, state, page))
      : await readOn(["COMPLETED"], wish, (_, page) => listCompleted(call, page));
  return read.ok ? succeed({ ...reportsIn(read.value.rows), ...read.value.end }) : read;
};

interface Part {
  readonly rows: readonly unknown[];
  readonly end: { readonly last: true } | { readonly last: false; readonly next: string };
}

/** Reads the place that the token names, and on through lists that end there. */
async function readOn<S extends string>(
  states: readonly [S, ...S[]],
  wish: Pick<FeedWish, "from" | "to" | "token">,
  list: (state: S, page: number) => Promise<Outcome<readonly unknown[]>>,
): Promise<Outcome<Part>> {
  const rows: unknown[] = [];
  for (let token = wish.token; ; ) {
    const place = placeOf(states, token);
    const given = await list(place.state, place.page);
    if (!given.ok) return given;
    const window = withinWindow(given.value, wish.from, wish.to);
    rows.push(...window.rows);
    token = tokenAfter(states, place, window.ended);
    if (token === undefined) return succeed({ rows, end: { last: true } });
    if (!window.ended) return succeed({ rows, end: { last: false, next: token } });
  }
}

export interface Reports {
  readonly orders: readonly ReportedOrder[];
  readonly rejected: readonly string[];
}

/** What rows of packages say of their state; those that do not fit are told in words. */
export function reportsIn(rows: readonly unknown[]): Reports {
  const read = rows.map(readPackage);
  return {
    orders: read.flatMap((one) => (one.ok ? [reportOf(one.value, ZONE)] : [])),
    rejected: read.flatMap((one) => (one.ok ? [] : [one.words])),
  };
}

/** The same of rows of cancelled units. */
export function cancelledIn(rows: readonly unknown[]): Reports {
  const checked = rows.map((row) => isCancelled(row));
  return {
    orders: readCancelled(
      checked.flatMap((one) => (one.ok ? [one.value] : [])),
      ZONE,
    ),
    rejected: checked.flatMap((one) =>
      one.ok ? [] : [`a cancelled unit: ${describeMisfits(one.errors, "suborder")}`],
    ),
  };
}
