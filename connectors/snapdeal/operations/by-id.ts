/** Packages by their ids. No question about one is documented, so they are looked for in the lists, which hold whole ones. */
import { type Call, type OperationTable, type Outcome, succeed } from "../../kit/index.ts";
import { idOf, pulledOrders } from "../map/package.ts";
import { OPEN_STATES, TRAVELLING_STATES, WAITING_STATES } from "../map/states.ts";
import { listCancelled, listCompleted, listState, walk, withinWindow, ZONE } from "./lists.ts";
import { cancelledIn, reportsIn } from "./orders.ts";

/** Known packages are looked for in lists: one search reads the same pages for a thousand as for one. */
export const STATUS_BATCH_MAX = 1_000;
/** One search is as dear for many as for one: of a hundred in the newest list it reads ten pages. */
export const ORDERS_BATCH_MAX = 100;

const PAGES_MAX = 400;
/** Of what is finished so much is looked through for one question: some days of a busy seller. */
const COMPLETED_PAGES_MAX = 100;
const CANCELLED_DAYS = 30;

/** Unseen packages are looked for among what changed in so many days, as far back as one window of the lists of changes. */
const UNSEEN_DAYS = 7;
const UNSEEN_PAGES_MAX = 100;
/** One that a whole search did not find is looked for at the beginnings of the lists alone: there it stands if it turns up. */
const AGAIN_PAGES = 3;
const MISSED_KEY = "missed";
const MISSED_MAX = 1_000;

type List = (page: number) => Promise<Outcome<readonly unknown[]>>;

/** Lists that hold whole packages, in the order of a package's life: open, on the way, finished. */
function packageLists(call: Call): readonly { readonly list: List; readonly pagesMax: number }[] {
  const states = [...OPEN_STATES, ...WAITING_STATES, ...TRAVELLING_STATES];
  return [
    ...states.map((state) => ({ list: (page: number) => listState(call, state, page), pagesMax: PAGES_MAX })),
    { list: (page) => listCompleted(call, page), pagesMax: COMPLETED_PAGES_MAX },
  ];
}

/** What is looked for, and the rows in which it was found: the first of each, because packages move on while lists are read. */
class Search {
  readonly wanted: Set<string>;
  readonly rows: unknown[] = [];

  constructor(ids: readonly string[]) {
    this.wanted = new Set(ids);
  }

  take(rows: readonly unknown[]): "more" | "enough" {
    for (const row of rows) if (this.wanted.delete(idOf(row))) this.rows.push(row);
    return this.wanted.size === 0 ? "enough" : "more";
  }
}

/**
 * What Snapdeal says of known packages: the lists are read one after the other until all are found, at last that of what was
 * cancelled. One that no list has is left out.
 */
export const readStatuses: OperationTable["readStatuses"] = async (call, ids) => {
  const search = new Search(ids);
  for (const { list, pagesMax } of packageLists(call)) {
    const read = await walk(list, (rows) => search.take(rows), pagesMax);
    if (!read.ok) return read;
    if (search.wanted.size === 0) return succeed(reportsIn(search.rows));
  }
  const window = { from: call.now.subtract({ hours: 24 * CANCELLED_DAYS }), to: call.now };
  const units: unknown[] = [];
  // Units of one package may stand on several pages: it is known when the list is read to its end.
  const keep = (rows: readonly unknown[]) => {
    units.push(...rows);
    return "more" as const;
  };
  const read = await walk((page) => listCancelled(call, window, page), keep, PAGES_MAX);
  if (!read.ok) return read;
  const { orders, rejected } = reportsIn(search.rows);
  const cancelled = cancelledIn(units).orders.filter((order) => search.wanted.has(order.channelOrderId));
  return succeed({ orders: [...orders, ...cancelled], rejected });
};

/**
 * Whole packages in whatever state they are: for those that somebody took past printing before they were seen here. Lists are
 * newest change first and are read side by side, the first page of each before the second of any, because what is
 * asked for changed lately. One that was cancelled as a whole is in no list of packages, and is left out: the list of
 * cancelled units tells neither goods nor address.
 */
export const readOrders: OperationTable["readOrders"] = async (call, ids) => {
  const search = new Search(ids);
  const missed = new Set(call.memory.get(MISSED_KEY)?.split("\n"));
  const since = call.now.subtract({ hours: 24 * UNSEEN_DAYS });
  let lists = packageLists(call).map(({ list }) => list);
  for (let page = 1; page <= UNSEEN_PAGES_MAX && lists.length > 0; page++) {
    if (page > AGAIN_PAGES && search.wanted.isSubsetOf(missed)) break;
    const longer: List[] = [];
    for (const list of lists) {
      if (search.wanted.size === 0) break;
      const rows = await list(page);
      if (!rows.ok) return rows;
      search.take(rows.value);
      if (!withinWindow(rows.value, since, call.now).ended) longer.push(list);
    }
    lists = longer;
  }
  noteMissed(call, missed, search.wanted);
  return succeed(pulledOrders(search.rows, ZONE));
};

/** As long as this process lives; the oldest are forgotten, and looked for as a whole once more. */
function noteMissed(call: Call, before: ReadonlySet<string>, now: ReadonlySet<string>): void {
  if (now.size > 0) call.memory.set(MISSED_KEY, [...before.difference(now), ...now].slice(-MISSED_MAX).join("\n"));
}
