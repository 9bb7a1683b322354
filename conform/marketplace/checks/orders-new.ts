/** GET /orders by window and page: new orders. */
import { came, expectInvalid, expectObject, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, pass, skip, type Verdict } from "../check.ts";
import { indian, WINDOW_DAYS, type Window } from "../facts.ts";
import { orderKept, type Paging, ROWS_PER_PAGE, type Row, repeats, toPage } from "../pages.ts";
import type { Session } from "../session.ts";
import {
  judgeAmounts,
  judgeCharges,
  judgeFields,
  judgeTimes,
  judgeTotals,
  judgeWhoShips,
  judgeWords,
  named,
  readings,
} from "./order-rows.ts";
import { judgeEnd, judgePageSizes } from "./paging.ts";

const ORDERS = ["paths", "/orders", "get"];
const PAGE = [...ORDERS, "responses", "200"];
const ORDER = ["components", "schemas", "Order"];
const FROM = [...ORDERS, "parameters", "2"];

export const newOrderChecks: readonly Check[] = [
  {
    id: "orders.new.answer",
    operation: "getOrders",
    title: "a page is answered as a bare object with the list orders",
    contract: PAGE,
    beyond: "An envelope around the documented object breaks the sync, as one implementer found.",
    todo: 'Answer {"orders": [...]} with 200 and nothing around it; take orderDateFrom and orderDateTo with the offset +05:30 (in the address it is %2B05:30).',
    run: async (session) => {
      const found = findings();
      for (const page of (await session.facts.newOrders()).pages) {
        const body = expectObject(found, page.exchange, `page ${page.number}`, "orders");
        if (body && !Array.isArray(body.orders))
          found.must(`page ${page.number}: orders is no list`, page.exchange, "orders");
        if (found.count > 0) break; // the pages are alike: the first that is wrong shows how
      }
      return found.verdict(`the last ${WINDOW_DAYS} days were asked for`);
    },
  },
  ...rowChecks(),
  {
    id: "orders.new.window",
    operation: "getOrders",
    title: "every order was placed within the window that was asked for",
    contract: FROM,
    todo: "Filter by orderDate: not before orderDateFrom, not after orderDateTo.",
    run: (session) =>
      eachOrder(session, (found, row) => {
        const { from, to } = session.facts.window;
        const times = readings(row);
        if (times && ![times.india, times.utc].some((at) => within(at, { from, to: to.add({ minutes: 10 }) })))
          found.must(
            `${named(row)}: orderDate ${textOf(row.json.orderDate)} lies outside ${indian(from)} to ${indian(to)}`,
            row.exchange,
            `${row.at}/orderDate`,
          );
      }),
  },
  {
    id: "orders.new.empty-window",
    operation: "getOrders",
    title: "a window without orders gives an empty list",
    contract: PAGE,
    todo: 'Answer {"orders": []} when nothing was placed in the window; never the orders of another one, and no error.',
    run: async (session) => {
      const from = Temporal.Instant.from("2001-01-01T00:00:00+05:30");
      const { pages } = await session.facts.ordersIn({ from, to: from.add({ hours: 24 }) });
      const [page] = pages;
      const found = findings();
      if (page && page.body === null)
        found.must(`the window of 1 January 2001: ${came(page.exchange)} without a list of orders`, page.exchange);
      else if (page && page.rows.length > 0)
        found.must(`the window of 1 January 2001 gives ${page.rows.length} orders`, page.exchange);
      return found.verdict();
    },
  },
  {
    id: "orders.new.window-splits",
    operation: "getOrders",
    title: "two windows beside each other give every order once",
    contract: FROM,
    todo: "Filter by orderDate alone; both ends of the window belong to it, and nothing else decides what is in it.",
    run: judgeSplit,
  },
  {
    id: "orders.new.zone",
    operation: "getOrders",
    title: "orderDate is Indian time, as the window's offset is",
    contract: FROM,
    todo: "Write orderDate and sla in Indian time (+05:30, without writing the offset). UTC there makes every order look five and a half hours old.",
    run: judgeZone,
  },
  {
    id: "orders.new.status",
    operation: "getOrders",
    title: "only orders in the status asked for are given",
    contract: [...ORDERS, "parameters", "4"],
    todo: "Filter by orderStatus. An order that left CREATED must not come as a new one again.",
    run: async (session) => {
      const found = findings();
      const created = await session.facts.newOrders();
      const waiting = await session.facts.waitingOrders();
      for (const row of created.rows)
        if (row.json.orderStatus !== "CREATED")
          found.must(
            `orderStatus=CREATED: ${named(row)} is ${textOf(row.json.orderStatus) || "without a status"}`,
            row.exchange,
            `${row.at}/orderStatus`,
          );
      // PENDING_VERIFICATION as a value of the query is inferred: an implementation may not know it.
      for (const row of waiting.rows)
        if (row.json.orderStatus !== "PENDING_VERIFICATION")
          found.advise(
            `orderStatus=PENDING_VERIFICATION: ${named(row)} is ${textOf(row.json.orderStatus) || "without a status"}`,
            row.exchange,
            `${row.at}/orderStatus`,
          );
      const all = created.rows.length + waiting.rows.length;
      return all === 0 ? (readable(created) ?? skip("there is no order")) : found.verdict();
    },
  },
  {
    id: "orders.new.page-size",
    operation: "getOrders",
    title: "every page but the last holds 50 orders, none holds more",
    contract: ORDERS,
    todo: "Fill each page with 50 orders (orders, not items): a page with fewer is read as the last one, and what follows it is lost.",
    run: async (session) =>
      readable(await session.facts.newOrders()) ?? judgePageSizes(await session.facts.newOrders(), "orders"),
  },
  {
    id: "orders.new.pages-end",
    operation: "getOrders",
    title: "the pages end: beyond the last one the list is empty",
    contract: PAGE,
    todo: 'Answer {"orders": []} beyond the last page. A page that repeats the one before it makes a reader go round.',
    run: async (session) =>
      readable(await session.facts.newOrders()) ?? judgeEnd(await session.facts.newOrders(), "orders", "order"),
  },
  {
    id: "orders.new.no-repeats",
    operation: "getOrders",
    title: "no order stands on two pages, or twice on one",
    contract: PAGE,
    todo: "Page over a stable order (by orderDate and id, say), one row for each order with all its items.",
    run: async (session) => {
      const orders = await session.facts.newOrders();
      const found = findings();
      for (const { row, first } of orders.stopped === "repeat" ? [] : repeats(orders.rows))
        found.must(`order ${row.id} stands at ${first.at} of one page and again at ${row.at}`, row.exchange, row.at);
      return readable(orders) ?? found.verdict();
    },
  },
  {
    id: "orders.new.stable",
    operation: "getOrders",
    title: "a page read twice keeps the order of its orders",
    contract: PAGE,
    todo: "Sort the list by something that does not change between two calls.",
    run: judgeStable,
  },
  {
    id: "orders.new.bad-request",
    operation: "getOrders",
    title: "wrong pageSize and missing pageNumber are refused with 400",
    contract: [...ORDERS, "parameters", "1"],
    todo: 'Answer 400 {"errors": [{"code", "message"}]}: another page size than 50 (5 for status) would page differently than the caller thinks.',
    run: async (session) => {
      const { from, to } = session.facts.window;
      const query = { orderStatus: "CREATED", orderDateFrom: indian(from), orderDateTo: indian(to) };
      const found = findings();
      const size = await session.call("getOrders", { query: { ...query, pageSize: "20", pageNumber: "1" } });
      expectInvalid(found, "getOrders", size, "pageSize=20");
      const page = await session.call("getOrders", { query: { ...query, pageSize: String(ROWS_PER_PAGE) } });
      expectInvalid(found, "getOrders", page, "without pageNumber");
      return found.verdict();
    },
  },
];

/** Checks of single orders, one rule each. */
function rowChecks(): Check[] {
  const about = (
    id: string,
    title: string,
    contract: readonly string[],
    todo: string,
    judge: (found: Findings, row: Row) => void,
  ): Check => ({
    id: `orders.new.${id}`,
    operation: "getOrders",
    title,
    contract,
    todo,
    run: (session) => eachOrder(session, judge),
  });
  return [
    about(
      "rows",
      "every order has its fields, in the right types",
      ORDER,
      "Send each required field of each order, item and address: ids, PIN code and phone as texts, amounts and quantities as numbers.",
      judgeFields,
    ),
    about(
      "words",
      "statuses are words of the contract, in its spelling",
      ["components", "schemas", "OrderStatus"],
      "Write the words of the contract exactly so; a word that it does not have leaves the order as it is and waits for a person.",
      judgeWords,
    ),
    about(
      "who-ships",
      "thirdPartyShipping says who ships, as true or false",
      [...ORDER, "properties", "thirdPartyShipping"],
      "Send thirdPartyShipping with every order: true when you ship, false when the seller does. It has no default.",
      judgeWhoShips,
    ),
    about(
      "times",
      "times are written yyyy-MM-ddTHH:mm:ss",
      [...ORDER, "properties", "orderDate"],
      "Leave out fractions of a second, Z and offsets.",
      judgeTimes,
    ),
    about(
      "amounts",
      "amounts are whole paise: not negative, two decimals at most",
      ["components", "schemas", "OrderItemPrice", "properties", "sellingPrice"],
      "Round amounts to two decimals where they are made; a hub keeps whole paise and refuses the rest. A discount is given as a positive amount.",
      judgeAmounts,
    ),
    about(
      "charges",
      "a charge stands on the order or on its items, never on both",
      ["components", "schemas", "OrderPrice"],
      "Give each charge once, better on the items, and send 0 in the other place.",
      judgeCharges,
    ),
    about(
      "totals",
      "totalPrice is the price with its charges less the discount",
      ["components", "schemas", "OrderItemPrice", "properties", "totalPrice"],
      "Let totalPrice follow the formula, for one unit or for the line.",
      judgeTotals,
    ),
    {
      id: "orders.new.item-ids",
      operation: "getOrders",
      title: "an orderItemId names one line of one order alone",
      contract: ["components", "schemas", "OrderItem", "properties", "orderItemId"],
      todo: "Give each line an id of its own: labels, dispatch and cancellation name lines by it, without the order.",
      run: async (session) => {
        const orders = await session.facts.newOrders();
        const found = findings();
        const seen = new Map<string, string>();
        for (const row of orders.stopped === "repeat" ? [] : orders.rows)
          for (const [index, item] of objects(row.json.orderItems).entries()) {
            const id = textOf(item.orderItemId);
            const holder = seen.get(id);
            const repeatedOrder = holder === row.id && index === 0; // named by orders.new.no-repeats
            if (id !== "" && holder !== undefined && !repeatedOrder)
              found.must(
                `${named(row)}: orderItemId ${id} stands in order ${holder} too`,
                row.exchange,
                `${row.at}/orderItems/${index}/orderItemId`,
              );
            seen.set(id, row.id);
          }
        return readable(orders) ?? found.verdict();
      },
    },
    {
      id: "orders.new.listed",
      operation: "getOrders",
      title: "what was sold is a listing of /products, under the same ids",
      contract: ["components", "schemas", "OrderItem", "properties", "productId"],
      todo: "Use the productId and variantId of /products in orders; a hub cannot map an item that it never saw listed.",
      run: judgeListed,
    },
  ];
}

/** Why nothing can be said of the orders; null where something can. */
function readable(orders: Paging): Verdict | null {
  if (orders.pages[0]?.body === null) return skip("the first page could not be read: see orders.new.answer");
  if (orders.rows.length > 0) return null;
  return skip(
    `no order is CREATED in the last ${WINDOW_DAYS} days; place one on the test account (a channel that pushes its orders gives none here)`,
  );
}

async function eachOrder(session: Session, judge: (found: Findings, row: Row) => void): Promise<Verdict> {
  const orders = await session.facts.newOrders();
  const found = findings();
  for (const row of orders.rows) judge(found, row);
  return readable(orders) ?? found.verdict(`${orders.rows.length} orders`);
}

function within(at: Temporal.Instant, { from, to }: Window): boolean {
  return Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) <= 0;
}

async function judgeSplit(session: Session): Promise<Verdict> {
  const { window, newOrders, ordersIn } = session.facts;
  const orders = await newOrders();
  const dates = orders.rows.flatMap((row) => readings(row)?.india ?? []).sort(Temporal.Instant.compare);
  const middle = dates[Math.floor((dates.length - 1) / 2)];
  if (orders.rows.length < 2 || !middle || !within(middle, window))
    return readable(orders) ?? skip("there are not two orders with a readable orderDate");
  if (orders.stopped !== "end") return skip("not every page could be read: see orders.new.pages-end");
  const early = await ordersIn({ from: window.from, to: middle });
  const late = await ordersIn({ from: middle.add({ seconds: 1 }), to: window.to });
  const found = findings();
  const inEarly = new Set(early.rows.map(({ id }) => id));
  const both = late.rows.filter(({ id }) => inEarly.has(id));
  if (both[0])
    found.must(
      `${named(both[0])} lies before ${indian(middle)} and after it (${both.length} orders do)`,
      both[0].exchange,
      both[0].at,
    );
  const given = new Set([...inEarly, ...late.rows.map(({ id }) => id)]);
  const missing = orders.rows.filter(({ id }) => !given.has(id));
  if (missing.length > 0) {
    // Orders leave CREATED while this runs: only those that are still there are missed.
    const still = new Set((await ordersIn(window)).rows.map(({ id }) => id));
    const [lost] = missing.filter(({ id }) => still.has(id));
    if (lost)
      found.must(
        `${named(lost)} lies neither in the window up to ${indian(middle)} nor in the one after it`,
        late.pages[0]?.exchange ?? null,
      );
  }
  return found.verdict(`split at ${indian(middle)}`);
}

async function judgeZone(session: Session): Promise<Verdict> {
  const orders = await session.facts.newOrders();
  const [row] = orders.rows.filter((candidate) => readings(candidate) !== null);
  const times = row ? readings(row) : null;
  if (!row || !times) return readable(orders) ?? skip("no order has a readable orderDate: see orders.new.times");
  const around = (at: Temporal.Instant): Window => ({ from: at.subtract({ minutes: 1 }), to: at.add({ minutes: 1 }) });
  const holds = (paging: Paging) => paging.rows.some(({ id }) => id === row.id);
  const asIndian = await session.facts.ordersIn(around(times.india));
  if (holds(asIndian)) return pass(`asked with ${row.id}`);
  const [exchange] = asIndian.pages.map((page) => page.exchange);
  const asUtc = await session.facts.ordersIn(around(times.utc));
  const found = findings();
  // The general notes of the protocol call dates UTC; only the queries carry an offset. So this is allowed, and must be known.
  if (holds(asUtc))
    found.advise(`${named(row)}: orderDate ${textOf(row.json.orderDate)} is UTC`, row.exchange, `${row.at}/orderDate`);
  else
    found.must(
      `${named(row)}: orderDate is ${textOf(row.json.orderDate)}, and a window of two minutes around it does not give it, read as Indian time or as UTC`,
      exchange ?? null,
    );
  return found.verdict();
}

async function judgeStable(session: Session): Promise<Verdict> {
  const orders = await session.facts.newOrders();
  const [first] = orders.pages;
  if (!first || first.rows.length < 2) return readable(orders) ?? skip("there are fewer than two new orders");
  const { from, to } = session.facts.window;
  const query = {
    orderStatus: "CREATED",
    orderDateFrom: indian(from),
    orderDateTo: indian(to),
    pageSize: String(ROWS_PER_PAGE),
    pageNumber: "1",
  };
  const again = toPage({ list: "orders", id: "id" }, 1, await session.call("getOrders", { query }));
  const found = findings();
  if (!orderKept(first, again)) found.must("page 1, read again, gives its orders in another order", again.exchange);
  return found.verdict();
}

async function judgeListed(session: Session): Promise<Verdict> {
  const orders = await session.facts.newOrders();
  const catalogue = await session.facts.catalogue();
  if (catalogue.stopped !== "end") return skip("the catalogue could not be read whole: see the checks of products");
  const listed = new Set(
    catalogue.rows.flatMap((row) =>
      objects(row.json.variants).map((variant) => `${row.id}\n${textOf(variant.variantId)}`),
    ),
  );
  const found = findings();
  for (const row of orders.rows)
    for (const [index, item] of objects(row.json.orderItems).entries()) {
      const { productId, variantId, sku } = item;
      if (!listed.has(`${textOf(productId)}\n${textOf(variantId)}`))
        found.advise(
          `${named(row)}: ${textOf(sku)} (product ${textOf(productId)}, variant ${textOf(variantId)}) is not listed`,
          row.exchange,
          `${row.at}/orderItems/${index}`,
        );
    }
  return readable(orders) ?? found.verdict();
}
