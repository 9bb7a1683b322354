/** What several checks look at, read once: the catalogue, the new orders, the orders that the run is about. */
import type { Json } from "../../contract/compile.ts";
import { INDIA } from "../../src/kernel/index.ts";
import type { Exchange } from "../exchange.ts";
import { objects, textOf } from "./answers.ts";
import { type Paging, ROWS_PER_PAGE, type Row, readPages, toPage } from "./pages.ts";
import type { Fact, Session } from "./session.ts";

/** The window that hubs ask, generally. */
export const WINDOW_DAYS = 15;
/** Status is asked of as many orders at once as the fixed page size holds. */
export const STATUS_IDS_MAX = 5;

export interface Item {
  readonly orderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly status: string;
}

/** An order that the run asks about, or changes. */
export interface Target {
  readonly id: string;
  readonly row: Row;
  readonly items: readonly Item[];
  /** As `orderItemIds` takes them. */
  readonly itemIds: string;
  readonly marketplaceShips: boolean;
  /** "given", "newest CREATED". */
  readonly how: string;
}

export interface Window {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

export interface Facts {
  readonly window: Window;
  /** The answer of /productsCount. */
  count(): Promise<Exchange>;
  catalogue(): Promise<Paging>;
  newOrders(): Promise<Paging>;
  /** Orders waiting for acceptance. */
  waitingOrders(): Promise<Paging>;
  ordersIn(window: Window, orderStatus?: string): Promise<Paging>;
  /** Those that status is asked of: given ones first, then new ones; at most five. */
  knownIds(): Promise<readonly string[]>;
  statusOf(ids: readonly string[]): Promise<{ readonly rows: readonly Row[]; readonly exchange: Exchange }>;
  /** Goes through label, manifest and dispatch with --write; without it, it is only asked about. */
  target(): Promise<Fact<Target>>;
  /** Is cancelled with --write. */
  cancelTarget(): Promise<Fact<Target>>;
  /** Is acknowledged with --write. */
  acknowledgeTarget(): Promise<Fact<Target>>;
}

/** `2025-11-06T10:00:00+05:30`. */
export function indian(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO(INDIA).toString({ timeZoneName: "never", smallestUnit: "second" });
}

export function createFacts(of: () => Session): Facts {
  const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
    let asked: Promise<T> | undefined;
    return () => {
      asked ??= ask();
      return asked;
    };
  };
  const window = () => ({ from: of().startedAt.subtract({ hours: 24 * WINDOW_DAYS }), to: of().startedAt });
  const ordersIn = (asked: Window, orderStatus = "CREATED") => readOrders(of(), asked, orderStatus);
  const newOrders = once(() => ordersIn(window()));
  const waitingOrders = once(() => ordersIn(window(), "PENDING_VERIFICATION"));
  const statusOf = (ids: readonly string[]) => readStatus(of(), ids);
  const given = once(async () =>
    of().options.orderIds.length === 0 ? [] : (await statusOf(of().options.orderIds)).rows,
  );
  const candidates = once(async () => {
    const asked = of().options.orderIds;
    if (asked.length === 0)
      return newestFirst((await newOrders()).rows).flatMap((row) => toTarget(row, "newest CREATED"));
    const rows = new Map((await given()).map((row) => [row.id, row]));
    return asked.flatMap((id) => {
      const row = rows.get(id);
      return row ? toTarget(row, "given by --order-id") : [];
    });
  });
  const open = once(async () => (await candidates()).filter((target) => isOpen(target)));
  return {
    get window() {
      return window();
    },
    count: once(() => of().call("getProductsCount", { query: { publishedStatus: "PUBLISHED" } })),
    catalogue: once(() =>
      readPages({
        list: "products",
        id: "id",
        pagesMax: of().options.pagesMax,
        fetch: (pageNumber) =>
          of().call("getProducts", {
            query: { pageNumber: String(pageNumber), pageSize: String(ROWS_PER_PAGE), publishedStatus: "PUBLISHED" },
          }),
        goesOn: (page) => page.rows.length >= ROWS_PER_PAGE,
      }),
    ),
    newOrders,
    waitingOrders,
    ordersIn,
    knownIds: once(async () => {
      const rows = newestFirst((await newOrders()).rows);
      return [...new Set([...of().options.orderIds, ...rows.map(({ id }) => id)])]
        .filter((id) => id !== "")
        .slice(0, STATUS_IDS_MAX);
    }),
    statusOf,
    target: once(async () => nth(await open(), 0, of().options.orderIds)),
    cancelTarget: once(async () => nth(await open(), 1, of().options.orderIds)),
    acknowledgeTarget: once(async () => {
      const rows = of().options.orderIds.length > 0 ? await given() : newestFirst((await waitingOrders()).rows);
      const waiting = rows.filter(({ json }) => json.orderStatus === "PENDING_VERIFICATION");
      const [first] = waiting.flatMap((row) => toTarget(row, "newest PENDING_VERIFICATION"));
      return first
        ? { known: true, value: first }
        : { known: false, why: "no order waits for acceptance (PENDING_VERIFICATION)" };
    }),
  };
}

function nth(targets: readonly Target[], index: number, given: readonly string[]): Fact<Target> {
  const target = targets[index];
  if (target) return { known: true, value: target };
  if (given.length > index)
    return { known: false, why: `--order-id ${given.join(", ")}: not an order whose items are all CREATED` };
  if (given.length > 0) return { known: false, why: "a second --order-id names the order that may be cancelled" };
  return {
    known: false,
    why:
      index === 0
        ? "there is no CREATED order; place one on the test account"
        : "there is no second CREATED order; place one on the test account",
  };
}

function readOrders(session: Session, { from, to }: Window, orderStatus: string): Promise<Paging> {
  return readPages({
    list: "orders",
    id: "id",
    pagesMax: session.options.pagesMax,
    fetch: (pageNumber) =>
      session.call("getOrders", {
        query: {
          orderStatus,
          orderDateFrom: indian(from),
          orderDateTo: indian(to),
          pageSize: String(ROWS_PER_PAGE),
          pageNumber: String(pageNumber),
        },
      }),
    goesOn: (page) => page.rows.length >= ROWS_PER_PAGE,
  });
}

/** Status mode; more than five ids are asked five at a time. */
async function readStatus(session: Session, ids: readonly string[]) {
  const ask = (some: readonly string[]) =>
    session.call("getOrders", {
      query: { orderIds: some.join(","), pageSize: String(STATUS_IDS_MAX), pageNumber: "1" },
    });
  const first = toPage({ list: "orders", id: "id" }, 1, await ask(ids.slice(0, STATUS_IDS_MAX)));
  const rows = [...first.rows];
  for (let from = STATUS_IDS_MAX; from < ids.length; from += STATUS_IDS_MAX)
    rows.push(...toPage({ list: "orders", id: "id" }, 1, await ask(ids.slice(from, from + STATUS_IDS_MAX))).rows);
  return { rows, exchange: first.exchange };
}

/** Of one second, those further down the list are the newer ones. */
function newestFirst(rows: readonly Row[]): Row[] {
  return rows
    .toReversed()
    .toSorted((one, other) => textOf(other.json.orderDate).localeCompare(textOf(one.json.orderDate)));
}

function toTarget(row: Row, how: string): Target[] {
  const items = objects(row.json.orderItems).map(toItem);
  if (row.id === "" || items.length === 0 || items.some(({ orderItemId }) => orderItemId === "")) return [];
  const itemIds = items.map(({ orderItemId }) => orderItemId).join(",");
  return [{ id: row.id, row, items, itemIds, marketplaceShips: row.json.thirdPartyShipping === true, how }];
}

export function toItem(json: Json): Item {
  const { quantity } = json;
  return {
    orderItemId: textOf(json.orderItemId),
    productId: textOf(json.productId),
    variantId: textOf(json.variantId),
    quantity: typeof quantity === "number" && Number.isSafeInteger(quantity) && quantity > 0 ? quantity : 1,
    status: textOf(json.status),
  };
}

/** Nothing happened to it yet, and nothing holds it. */
function isOpen({ row, items }: Target): boolean {
  const held = objects(row.json.orderItems).some(({ onHold }) => onHold === true);
  return row.json.orderStatus === "CREATED" && items.every(({ status }) => status === "CREATED") && !held;
}
