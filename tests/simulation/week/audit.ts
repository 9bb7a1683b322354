/**
 * The auditor of the week. He reads the marketplaces' logs over HTTP and the tables themselves, and judges by a model of his own:
 * a line there, its units here, pieces in and out. Nothing of the product's code helps him.
 */
import type pg from "pg";
import type { House } from "./houses.ts";
import type { PanelAct } from "./market.ts";

export interface Finding {
  readonly kind: string;
  readonly about: string;
  readonly words: string;
}

interface LineThere {
  readonly orderItemId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly cancelledQuantity: number;
  readonly status: string;
}

interface LogThere {
  readonly orders: readonly {
    readonly id: string;
    readonly orderDate: string;
    readonly thirdPartyShipping: boolean;
    readonly items: readonly LineThere[];
  }[];
  readonly stock: readonly { readonly productId: string; readonly variantId: string; readonly quantity: number }[];
  readonly forgotten: Readonly<Record<string, number>>;
}

interface UnitHere {
  readonly source: string;
  readonly order: string;
  readonly line: string;
  readonly sku: string;
  readonly state: string;
  readonly short: boolean;
  readonly cancelledAt: Date | null;
  readonly package: string | null;
  readonly packageState: string | null;
  /** When its leaving was written down here; the parcel itself says when it left. */
  readonly knownAt: Date | null;
  readonly returns: number;
}

export interface AuditBrief {
  readonly houses: readonly { readonly house: House; readonly url: string }[];
  readonly acts: readonly PanelAct[];
  readonly placed: readonly string[];
  /** Pieces brought in over all days, by SKU. */
  readonly brought: Readonly<Record<string, number>>;
  readonly query: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;
}

/** The hard ceiling for what was dispatched or cancelled on a marketplace. */
const CEILING_MINUTES = 10;

export interface Lag {
  readonly source: string;
  readonly kind: PanelAct["kind"];
  readonly acts: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly addsMinutes: number;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly lags: readonly Lag[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export async function judge(brief: AuditBrief): Promise<Verdict> {
  const books = new Map<string, LogThere>();
  for (const { house, url } of brief.houses) {
    const answer = await fetch(`${url}/_sim/log`);
    if (!answer.ok) throw new Error(`the log of ${house.source} can be read: ${await answer.text()}`);
    books.set(house.source, (await answer.json()) as LogThere);
  }
  const units = await readUnits(brief);
  const doubts = new Set(
    (
      await brief.query<{ order: string }>(
        `select o.channel_order_id as "order" from godown.order_exception e join godown.sale_order o using (tenant_id, sale_order_id)
       where e.kind in ('CANCEL_AFTER_DISPATCH', 'CHANNEL_CANCEL_TOO_LATE')`,
      )
    ).map((row) => row.order),
  );
  const asked = new Set(
    (
      await brief.query<{ order: string }>(
        `select o.channel_order_id as "order" from godown.order_exception e join godown.sale_order o using (tenant_id, sale_order_id)
         where e.kind in ('PART_LEFT_ON_CHANNEL', 'DISPATCHED_ON_CHANNEL')`,
      )
    ).map((row) => row.order),
  );
  // What was a question for a person is true when he has answered it.
  const believed = { ...brief, acts: brief.acts.filter((act) => !asked.has(act.orderId)) };
  const timed = adoptionTimes(believed, books, units);
  return {
    findings: [
      ...forgotten(books),
      ...compareOrders(brief, books, units, doubts),
      ...timed.findings,
      ...(await compareStock(brief, units)),
      ...(await compareInvoices(brief, units)),
      ...(await exceeded(brief)),
    ],
    lags: timed.lags,
    figures: {
      sources: books.size,
      ordersThere: [...books.values()].reduce((sum, { orders }) => sum + orders.length, 0),
      unitsHere: counted(units.map((unit) => unit.state)),
      short: units.filter((unit) => unit.short).length,
      panelActs: counted(brief.acts.map((act) => act.kind)),
      processedOnPanels:
        Math.round((1_000 * new Set(brief.acts.map((act) => act.orderId)).size) / brief.placed.length) / 1_000,
      lateCancellationsAsked: doubts.size,
      partsAndPanelsAsked: asked.size,
    },
  };
}

function readUnits({ query }: AuditBrief): Promise<UnitHere[]> {
  return query<UnitHere>(
    `select c.source, o.channel_order_id as "order", u.channel_order_item_id as line, s.code as sku, u.state, u.short,
       u.cancelled_at as "cancelledAt", p.code as package, p.state as "packageState", 
       (select min(e.at) from godown.order_event e where e.tenant_id = p.tenant_id and e.sale_order_id = o.sale_order_id
         and e.shipping_package_id = p.shipping_package_id and e.kind = 'PACKAGE_DISPATCHED') as "knownAt",
       (select count(*)::int from godown.return_item r where r.tenant_id = u.tenant_id and r.sale_order_item_id = u.sale_order_item_id) as returns
     from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id) join godown.channel c using (tenant_id, channel_id)
     join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
     left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id`,
  );
}

/** What he reads must be whole. Calls he does not read: what they did stands in the orders, and limits are counted apart. */
function forgotten(books: ReadonlyMap<string, LogThere>): Finding[] {
  return [...books].flatMap(([source, log]) =>
    Object.entries(log.forgotten).flatMap(([what, count]) =>
      count > 0 && what !== "calls"
        ? [{ kind: "LOG_INCOMPLETE", about: source, words: `${count} ${what} were forgotten` }]
        : [],
    ),
  );
}

const AWAY = new Set(["DISPATCHED", "DELIVERED", "RETURNED"]);

/** Which states of a unit here agree with the word of its line there. */
function agrees(status: string, { state, packageState, returns }: UnitHere): boolean {
  switch (status) {
    case "CREATED":
      return !["CANCELLED", "DELIVERED", "RETURNED"].includes(state);
    case "CANCELLED":
      return state === "CANCELLED";
    case "DISPATCHED":
      return state === "DISPATCHED";
    case "DELIVERED":
      return state === "DELIVERED";
    case "COURIER_RETURN":
      return packageState === "RETURN_EXPECTED";
    case "RETURN_REQUESTED":
      return AWAY.has(state) && returns > 0;
    default:
      return false;
  }
}

function compareOrders(
  { houses, placed, acts }: AuditBrief,
  books: ReadonlyMap<string, LogThere>,
  units: readonly UnitHere[],
  doubts: ReadonlySet<string>,
): Finding[] {
  const byOrder = Map.groupBy(units, (unit) => `${unit.source} ${unit.order}`);
  const found: Finding[] = [];
  const known = new Set<string>();
  for (const { house } of houses)
    for (const order of books.get(house.source)?.orders ?? []) {
      known.add(order.id);
      const about = `${house.source} ${order.id}`;
      const mine = Map.groupBy(byOrder.get(about) ?? [], (unit) => unit.line);
      if (mine.size === 0) {
        // Over before anybody here could see it in the list of open orders: nothing is the right answer.
        if (!wasOverAtOnce(house, acts, order))
          found.push({ kind: "ORDER_MISSING", about, words: order.items.map((item) => item.status).join(", ") });
        continue;
      }
      for (const item of order.items)
        found.push(...compareLine(house, order.thirdPartyShipping, about, item, mine, doubts));
      const strange = [...mine.keys()].filter((line) => !order.items.some((item) => item.orderItemId === line));
      for (const line of strange) found.push({ kind: "LINE_UNKNOWN_THERE", about, words: line });
    }
  for (const id of placed)
    if (!known.has(id))
      found.push({ kind: "LOG_INCOMPLETE", about: id, words: "was placed, and no marketplace knows it" });
  return found;
}

/**
 * Somebody finished all of it on the marketplace's panel within the ten minutes in which orders come here. Where the
 * marketplace shows also what has left, and is believed about it, that is no excuse.
 */
function wasOverAtOnce(house: House, acts: readonly PanelAct[], order: LogThere["orders"][number]): boolean {
  const act = acts.find((each) => each.orderId === order.id);
  if (!act || act.lines.length < order.items.length) return false;
  const isBelieved = order.thirdPartyShipping || house.believedOnlyWhereItShips !== true;
  if (act.kind === "dispatch" && house.showsFinished === true && isBelieved) return false;
  const placed = Temporal.Instant.from(order.orderDate);
  return act.at.since(placed).total("minutes") <= CEILING_MINUTES;
}

function compareLine(
  house: House,
  channelShips: boolean,
  about: string,
  item: LineThere,
  mine: ReadonlyMap<string, readonly UnitHere[]>,
  doubts: ReadonlySet<string>,
): Finding[] {
  const units = mine.get(item.orderItemId) ?? [];
  if (units.length !== item.quantity)
    return [
      { kind: "UNITS_DIFFER", about, words: `${item.orderItemId}: ${item.quantity} there, ${units.length} here` },
    ];
  // By its own rule nothing is concluded from this marketplace's words about what the seller ships.
  const believed = channelShips || house.believedOnlyWhereItShips !== true;
  if (!believed || doubts.has(about.split(" ")[1] ?? "")) return [];
  if (!house.tells.some((word) => WORD_OF[item.status] === word) && item.status !== "CREATED") return [];
  const wrong = units.filter((unit) => !agrees(item.status, unit));
  // Units of a line that was cancelled in part stand as cancelled there and here, as many.
  const cancelledHere = units.filter((unit) => unit.state === "CANCELLED").length;
  const inPart = item.cancelledQuantity > 0 && item.status !== "CANCELLED" && cancelledHere === item.cancelledQuantity;
  if (wrong.length === (inPart ? cancelledHere : 0)) return [];
  const states = units.map(
    (unit) => `${unit.state}${unit.packageState ? ` (${unit.package} ${unit.packageState})` : ""}`,
  );
  return [
    {
      kind: "STATE_DIFFERS",
      about,
      words: `${item.orderItemId} is ${item.status} there and ${states.join(", ")} here`,
    },
  ];
}

const WORD_OF: Readonly<Record<string, string>> = {
  CANCELLED: "CANCELLED",
  DISPATCHED: "DISPATCHED",
  DELIVERED: "DELIVERED",
  COURIER_RETURN: "RETURNED",
  RETURN_REQUESTED: "RETURNED",
};

/** How long each act on a panel took to be true here. */
function adoptionTimes(
  brief: AuditBrief,
  books: ReadonlyMap<string, LogThere>,
  units: readonly UnitHere[],
): { lags: Lag[]; findings: Finding[] } {
  const sellerShips = new Set(
    [...books.values()].flatMap(({ orders }) =>
      orders.flatMap((order) => (order.thirdPartyShipping ? [] : [order.id])),
    ),
  );
  const byLine = Map.groupBy(units, (unit) => `${unit.source} ${unit.order} ${unit.line}`);
  const houses = new Map(brief.houses.map(({ house }) => [house.source, house]));
  const findings: Finding[] = [];
  const minutes = new Map<string, number[]>();
  for (const act of brief.acts) {
    const house = houses.get(act.source);
    const word = act.kind === "dispatch" ? "DISPATCHED" : "CANCELLED";
    if (!house?.tells.includes(word)) continue;
    if (house.believedOnlyWhereItShips && sellerShips.has(act.orderId)) continue;
    const mine = act.lines.flatMap((line) => byLine.get(`${act.source} ${act.orderId} ${line}`) ?? []);
    const times = mine.flatMap((unit) => (act.kind === "dispatch" ? unit.knownAt : unit.cancelledAt) ?? []);
    if (times.length === 0) continue; // judged by its state
    const took = (Math.max(...times.map((at) => at.getTime())) - act.at.epochMilliseconds) / 60_000;
    const key = `${act.source} ${act.kind}`;
    minutes.set(key, [...(minutes.get(key) ?? []), took]);
    if (took > CEILING_MINUTES + house.addsMinutes)
      findings.push({
        kind: "LATE",
        about: `${act.source} ${act.orderId}`,
        words: `${act.kind} was true here after ${took.toFixed(1)} minutes`,
      });
  }
  const lags = [...minutes].map(([key, all]): Lag => {
    const [source = "", kind] = key.split(" ");
    const sorted = all.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)) / 10;
    return {
      ...{ source, kind: kind === "cancel" ? "cancel" : "dispatch", acts: sorted.length, p50: at(0.5), p95: at(0.95) },
      ...{ max: at(1), addsMinutes: houses.get(source)?.addsMinutes ?? 0 },
    };
  });
  return { lags, findings };
}

const PROMISED = new Set(["FULFILLABLE", "PICKING_FOR_INVOICING", "PACKED", "READY_TO_SHIP", "MANIFESTED"]);

/** Pieces in, less pieces that left: no piece is sold twice, none is lost. What left without being in the books is a shortage. */
async function compareStock({ brought, query }: AuditBrief, units: readonly UnitHere[]): Promise<Finding[]> {
  const levels = await query<{ sku: string; good: number; blocked: number; pending: number; others: number }>(
    `select s.code as sku, l.good, l.blocked, l.putaway_pending as pending, l.bad + l.qc_rejected + l.not_found as others
     from godown.stock_level l join godown.sku s using (tenant_id, sku_id)`,
  );
  const bySku = Map.groupBy(units, (unit) => unit.sku);
  return Object.entries(brought).flatMap(([sku, pieces]) => {
    const mine = bySku.get(sku) ?? [];
    const level = levels.find((row) => row.sku === sku) ?? { good: 0, blocked: 0, pending: 0, others: 0 };
    const left = mine.filter((unit) => AWAY.has(unit.state) && !unit.short).length;
    const promised = mine.filter((unit) => PROMISED.has(unit.state)).length;
    const found: Finding[] = [];
    const have = level.good + level.pending + level.others;
    if (have !== pieces - left)
      found.push({
        kind: "STOCK_DIFFERS",
        about: sku,
        words: `${pieces} came, ${left} left, ${have} are in the books`,
      });
    if (level.blocked !== promised)
      found.push({
        kind: "BLOCKED_DIFFERS",
        about: sku,
        words: `${promised} are promised, ${level.blocked} are blocked`,
      });
    return found;
  });
}

/** One invoice a parcel that left, numbered by whom the marketplace's rule says, and no gap in our own series. */
async function compareInvoices({ houses, query }: AuditBrief, units: readonly UnitHere[]): Promise<Finding[]> {
  const invoices = await query<{
    package: string;
    by: string;
    state: string;
    series: string | null;
    sequence: string | null;
  }>(
    `select p.code as package, i.numbered_by as by, i.state, i.invoice_series_id || ' ' || i.financial_year as series, i.sequence_number as sequence
     from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id)`,
  );
  const valid = Map.groupBy(
    invoices.filter((row) => row.state !== "CANCELLED"),
    (row) => row.package,
  );
  const awaited = new Set(
    (
      await query<{ package: string }>(
        `select p.code as package from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
         where s.step = 'INVOICE' and s.state = 'WAITING' and p.dispatched_how = 'ADOPTED'`,
      )
    ).map((row) => row.package),
  );
  const found: Finding[] = [];
  const sourceOf = new Map(
    units.flatMap((unit) => (unit.package !== null && AWAY.has(unit.state) ? [[unit.package, unit.source]] : [])),
  );
  for (const [code, source] of sourceOf) {
    const mine = valid.get(code) ?? [];
    if (mine.length === 0 && awaited.has(code)) continue; // the marketplace has not made it yet, and is asked again
    if (mine.length !== 1)
      found.push({ kind: "INVOICES", about: `${source} ${code}`, words: `${mine.length} invoices` });
    const house = houses.find((each) => each.house.source === source)?.house;
    if (house?.invoices === "us" && mine.some((row) => row.by !== "SERIES"))
      found.push({ kind: "INVOICES", about: `${source} ${code}`, words: "is numbered by the marketplace" });
  }
  const bySeries = Map.groupBy(
    invoices.filter((row) => row.series !== null),
    (row) => row.series,
  );
  for (const [series, rows] of bySeries) {
    const numbers = rows.map((row) => Number(row.sequence)).sort((a, b) => a - b);
    const gap = numbers.findIndex((number, i) => number !== i + 1);
    if (gap >= 0)
      found.push({ kind: "SERIES_GAP", about: String(series), words: `after ${gap} comes ${numbers[gap]}` });
  }
  return found;
}

/** Calls above a marketplace's published limits, as its simulator counted them. */
async function exceeded({ houses }: AuditBrief): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { house, url } of houses) {
    const state = (await (await fetch(`${url}/_sim/state?limit=0`)).json()) as {
      limits?: readonly { operation: string; exceeded: number }[];
    };
    for (const { operation, exceeded: times } of state.limits ?? [])
      if (times > 0)
        found.push({ kind: "LIMIT_EXCEEDED", about: `${house.source} ${operation}`, words: `${times} times` });
  }
  return found;
}

function counted(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}
