/** GET /orders by ids, and the orders under review. */
import { came, expectAnswer, expectInvalid, expectObject, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../check.ts";
import { indian, STATUS_IDS_MAX, WINDOW_DAYS } from "../facts.ts";
import { ROWS_PER_PAGE, type Row, readPages, repeats, toPage } from "../pages.ts";
import { UNKNOWN_ID } from "../samples.ts";
import type { Session } from "../session.ts";
import { judgeFields, judgeTimes, judgeWhoShips, judgeWords, named } from "./order-rows.ts";

const STATUS_MODE = ["paths", "/orders", "get", "parameters", "5"];
const NO_ORDERS = "no order is known to ask for; place one on the test account, or name one with --order-id";

export const statusChecks: readonly Check[] = [
  {
    id: "orders.status.exact",
    operation: "getOrders",
    title: "orderIds with one id gives that order and no other",
    contract: STATUS_MODE,
    todo: "Where orderIds is given, answer these orders whatever their status and date, and only these.",
    run: async (session) => {
      const ids = await session.facts.knownIds();
      const found = findings();
      for (const id of ids.slice(0, 2)) judgeExactly(found, await session.facts.statusOf([id]), [id]);
      return ids.length === 0 ? skip(NO_ORDERS) : found.verdict(`asked for ${ids.slice(0, 2).join(" and ")}`);
    },
  },
  {
    id: "orders.status.five",
    operation: "getOrders",
    title: "five ids in one call give these five",
    contract: ["paths", "/orders", "get", "parameters", "1"],
    beyond: "Five ids are asked at a time, as the page size of 5 has it.",
    todo: "Split orderIds at its commas and give all of them on page 1: status is asked five at a time.",
    run: async (session) => {
      const ids = await session.facts.knownIds();
      if (ids.length < 2) return skip("fewer than two orders are known to ask for");
      const found = findings();
      judgeExactly(found, await session.facts.statusOf(ids), ids);
      return found.verdict(ids.length < STATUS_IDS_MAX ? `only ${ids.length} orders were there to ask for` : "");
    },
  },
  {
    id: "orders.status.unknown",
    operation: "getOrders",
    title: "an unknown id is left out, and is no error",
    contract: STATUS_MODE,
    todo: "Leave out what you do not know; an error for one id would hide the status of the other four.",
    run: async (session) => {
      const found = findings();
      judgeExactly(found, await session.facts.statusOf([UNKNOWN_ID]), []);
      const ids = (await session.facts.knownIds()).slice(0, 2);
      if (ids.length > 0) judgeExactly(found, await session.facts.statusOf([UNKNOWN_ID, ...ids]), ids);
      return found.verdict();
    },
  },
  {
    id: "orders.status.shape",
    operation: "getOrders",
    title: "status gives the same objects as new orders, the same items",
    contract: ["components", "schemas", "Order"],
    todo: "Build the order the same way in both modes; only orderStatus, the items' status and the return fields differ.",
    run: judgeShape,
  },
  {
    id: "orders.status.returns",
    operation: "getOrders",
    title: "an item that comes back says why, when and with which AWB",
    contract: ["paths", "/orders", "get"],
    todo: "Give returnReason, returnDate, returnAWB and returnShippingProvider with each item that is RETURN_REQUESTED or COURIER_RETURN: the warehouse finds the parcel by them.",
    run: judgeReturns,
  },
  {
    id: "pendency.answer",
    operation: "getOnHoldOrders",
    title: "orders under review are answered bare, with their items",
    contract: ["paths", "/orders/pendency", "get"],
    todo: 'Answer {"pendencies": [...], "hasMore": false}.',
    run: async (session) => {
      const found = findings();
      const pages = (await pendencies(session)).pages;
      for (const page of pages) {
        expectAnswer(found, "getOnHoldOrders", page.exchange, `page ${page.number}`, "pendencies");
        if (found.count > 0) break; // the pages are alike: the first that is wrong shows how
      }
      const rows = pages.flatMap(({ rows: some }) => some).length;
      return found.verdict(`${rows} ${rows === 1 ? "order" : "orders"} under review`);
    },
  },
  {
    id: "pendency.pages-end",
    operation: "getOnHoldOrders",
    title: "hasMore becomes false; no page and no order comes twice",
    contract: ["components", "schemas", "PendencyPage", "properties", "hasMore"],
    todo: "Say hasMore: false on the last page, also when it is empty. Left out it counts as true, and the reader asks on.",
    run: judgePendencies,
  },
  {
    id: "pendency.bad-request",
    operation: "getOnHoldOrders",
    title: "wrong pageSize and missing pageNumber are refused with 400",
    contract: ["components", "parameters", "PageSize50"],
    todo: 'Answer 400 {"errors": [{"code", "message"}]}.',
    run: async (session) => {
      const found = findings();
      const size = await session.call("getOnHoldOrders", { query: { pageNumber: "1", pageSize: "20" } });
      expectInvalid(found, "getOnHoldOrders", size, "pageSize=20");
      expectInvalid(
        found,
        "getOnHoldOrders",
        await session.withNothing("getOnHoldOrders"),
        "without pageNumber and pageSize",
      );
      return found.verdict();
    },
  },
];

type Status = Awaited<ReturnType<Session["facts"]["statusOf"]>>;

function judgeExactly(found: Findings, { rows, exchange }: Status, ids: readonly string[]): void {
  const asked = new URL(exchange.url).searchParams.get("orderIds") ?? "";
  const page = toPage({ list: "orders", id: "id" }, 1, exchange);
  if (page.body === null) {
    found.must(`orderIds=${asked}: ${came(exchange)} without a list of orders`, exchange);
    return;
  }
  const given = rows.map(({ id }) => id);
  const missing = ids.filter((id) => !given.includes(id));
  if (missing.length > 0)
    found.must(`orderIds=${asked}: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not given`, exchange);
  const strange = rows.filter(({ id }) => !ids.includes(id));
  if (strange[0])
    found.must(
      `orderIds=${asked}: ${strange.length === 1 ? `order ${strange[0].id} was` : `${strange.length} orders were`} not asked for`,
      exchange,
      strange[0].at,
    );
  for (const { row } of repeats(rows))
    found.must(`orderIds=${asked}: order ${row.id} is given twice`, exchange, row.at);
}

async function judgeShape(session: Session): Promise<Verdict> {
  const ids = await session.facts.knownIds();
  if (ids.length === 0) return skip(NO_ORDERS);
  const { rows, exchange } = await session.facts.statusOf(ids);
  if (rows.length === 0) return skip("no order was given: see orders.status.exact");
  const found = findings();
  expectObject(found, exchange, "status", "orders");
  const asNew = new Map((await session.facts.newOrders()).rows.map((row) => [row.id, row]));
  for (const row of rows) {
    const before = asNew.get(row.id);
    // What is wrong in both modes alike is named once, by the checks of new orders.
    if (!before) for (const judge of [judgeFields, judgeWords, judgeWhoShips, judgeTimes]) judge(found, row);
    else {
      for (const judge of [judgeFields, judgeWords, judgeWhoShips, judgeTimes]) judgeAnew(found, judge, row, before);
      judgeSameItems(found, row, before);
    }
  }
  return found.verdict(`${rows.length} orders`);
}

/** Tells what is wrong with a row, unless the same is wrong with the row it is compared with. */
function judgeAnew(found: Findings, judge: (found: Findings, row: Row) => void, row: Row, before: Row): void {
  const known = new Set<string>();
  const note = (says: string) => {
    known.add(says);
  };
  const listen: Findings = { must: note, advise: note, count: 0, verdict: () => skip("") };
  judge(listen, { ...before, at: row.at });
  judge(
    {
      ...listen,
      must: (says, exchange, at) => {
        if (!known.has(says)) found.must(says, exchange, at);
      },
    },
    row,
  );
}

function judgeSameItems(found: Findings, row: Row, before: Row): void {
  const itemsOf = (of: Row) => new Map(objects(of.json.orderItems).map((item) => [textOf(item.orderItemId), item]));
  const now = itemsOf(row);
  for (const [id, item] of itemsOf(before)) {
    const same = now.get(id);
    if (!same)
      found.must(`${named(row)}: item ${id} was given as new and is not given with its status`, row.exchange, row.at);
    else if (same.quantity !== item.quantity)
      found.must(
        `${named(row)}: item ${id} had quantity ${String(item.quantity)} as new and has ${String(same.quantity)} with its status`,
        row.exchange,
        row.at,
      );
  }
}

const RETURN_WORDS = new Set(["RETURN_REQUESTED", "COURIER_RETURN"]);
const RETURN_FIELDS = ["returnReason", "returnDate", "returnAWB", "returnShippingProvider"];

async function judgeReturns(session: Session): Promise<Verdict> {
  const ids = await session.facts.knownIds();
  const { rows } = ids.length === 0 ? { rows: [] } : await session.facts.statusOf(ids);
  const found = findings();
  let returns = 0;
  for (const row of rows)
    for (const [index, item] of objects(row.json.orderItems).entries()) {
      if (!RETURN_WORDS.has(textOf(item.status))) continue;
      returns++;
      const at = `${row.at}/orderItems/${index}`;
      const says = `${named(row)}: item ${textOf(item.orderItemId)} is ${textOf(item.status)}`;
      const missing = RETURN_FIELDS.filter((name) => textOf(item[name]) === "");
      if (missing.length > 0) found.must(`${says} without ${missing.join(", ")}`, row.exchange, at);
      // Without an id a second return of the same order cannot be told from the first; the contract marks it as inferred.
      if (textOf(item.returnId) === "") found.advise(`${says} without returnId`, row.exchange, at);
    }
  if (returns === 0) return skip("no order with an item that comes back is known: name one with --order-id");
  return found.verdict(`${returns} ${returns === 1 ? "item" : "items"}`);
}

function pendencies(session: Session) {
  const { from, to } = session.facts.window;
  return readPages({
    list: "pendencies",
    id: "orderId",
    pagesMax: session.options.pagesMax,
    fetch: (pageNumber) =>
      session.call("getOnHoldOrders", {
        query: {
          orderDateFrom: indian(from),
          orderDateTo: indian(to),
          pageSize: String(ROWS_PER_PAGE),
          pageNumber: String(pageNumber),
        },
      }),
    // hasMore is true by default, as the contract has it; an empty page ends the reading whatever it says.
    goesOn: (page) => page.rows.length > 0 && page.body?.hasMore !== false,
  });
}

async function judgePendencies(session: Session): Promise<Verdict> {
  const { pages, rows, stopped } = await pendencies(session);
  const last = pages.at(-1);
  if (!last) return skip("no page was read");
  const found = findings();
  if (stopped === "broken") return skip(`page ${last.number} could not be read: see pendency.answer`);
  if (stopped === "limit") found.must(`after ${pages.length} pages hasMore is still true`, last.exchange, "hasMore");
  if (stopped === "repeat")
    found.must(
      `page ${last.number} repeats page ${last.number - 1}, and hasMore is still true`,
      last.exchange,
      "hasMore",
    );
  if (stopped === "end" && last.rows.length === 0 && last.body?.hasMore === true)
    found.must(
      `page ${last.number} is empty, and hasMore is true: asked on, it would never end`,
      last.exchange,
      "hasMore",
    );
  if (stopped === "end" && last.rows.length === 0 && last.body?.hasMore === undefined)
    found.advise(`page ${last.number} is empty and has no hasMore; left out it counts as true`, last.exchange);
  if (stopped !== "repeat")
    for (const { row } of repeats(rows)) found.must(`order ${row.id} is given twice`, row.exchange, row.at);
  for (const page of pages)
    if (page.rows.length > ROWS_PER_PAGE)
      found.must(`page ${page.number} holds ${page.rows.length} orders`, page.exchange);
  return found.verdict(`the last ${WINDOW_DAYS} days were asked for`);
}
