/** Stock by an account of the auditor's own: what was counted in, less what the order lists say is promised or gone. */
import type { AuditBrief, AuditedChannel } from "./brief.ts";
import { type Finding, finding } from "./finding.ts";
import type { Here, OrderHere, ReviewHere, UnitHere } from "./here.ts";
import { LEFT, WAITING } from "./orders.ts";
import type { BookedOrder, FigureThere, There } from "./there.ts";

/** Pieces of one SKU in one facility. */
interface Cell {
  initial: number;
  left: number;
  /** Of what left, the pieces that lie here again and are not to be sold. */
  bad: number;
  /** Promised and in the house. */
  held: number;
  /** Promised, and not all goods for it: nothing of it is packed. */
  waiting: number;
  /** Of what waits, the pieces that the review of its order had put aside: they stay aside until the rest is there. */
  kept: number;
}

const NOWHERE = "(no facility yet)";

export class Account {
  readonly #cells = new Map<string, Cell>();

  /** Quantities are the marketplaces' word; where a unit lies is theirs too, or the product's where they leave it open. */
  constructor(brief: AuditBrief, booked: readonly BookedOrder[], here: Here) {
    for (const [facility, pieces] of Object.entries(brief.stock))
      for (const [sku, initial] of Object.entries(pieces)) this.cell(facility, sku).initial = initial;
    const byCode = new Map(here.orders.map((order) => [order.code, order]));
    const notAgain = new Set(brief.cameBackBad);
    for (const { order, channel } of booked) {
      const units = Map.groupBy(byCode.get(order.id)?.units ?? [], (unit) => unit.line);
      for (const item of order.items) {
        const alive = item.quantity - item.cancelledQuantity;
        const must = channel.store ?? channel.warehouses?.[item.facilityCode ?? ""];
        const own = (units.get(item.orderItemId) ?? []).filter((unit) => unit.state !== "CANCELLED");
        // Cancelled there at the moment in which it left: the goods are gone all the same.
        const count = Math.max(alive, own.filter((unit) => LEFT.has(unit.state)).length);
        for (let i = 0; i < count; i++) this.#put(own[i], must, item.sku, notAgain.has(order.id));
      }
    }
    for (const review of here.reviews)
      for (const { facility, sku, kept } of review.kept) {
        const wants = byCode.get(review.channelOrderId)?.units.filter((unit) => waitsFor(unit, sku, facility)) ?? [];
        // What is kept beyond what its order waits for is kept for nobody: it shows as a difference of the levels.
        this.cell(facility, sku).kept += Math.min(kept, wants.length);
      }
  }

  #put(unit: UnitHere | undefined, must: string | undefined, sku: string, bad: boolean): void {
    const cell = this.cell(must ?? unit?.facility ?? NOWHERE, sku);
    // What is good again lies where it lay before.
    if (unit?.state === "RETURNED" && !bad) return;
    if (unit?.state === "RETURNED") cell.bad++;
    if (unit === undefined || WAITING.has(unit.state)) cell.waiting++;
    else if (LEFT.has(unit.state)) cell.left++;
    else cell.held++;
  }

  cell(facility: string, sku: string): Cell {
    const key = `${facility}\n${sku}`;
    const known = this.#cells.get(key);
    if (known) return known;
    const made = { initial: 0, left: 0, bad: 0, held: 0, waiting: 0, kept: 0 };
    this.#cells.set(key, made);
    return made;
  }

  /** In the house, and neither packed nor put aside for anybody. */
  free(facility: string, sku: string): number {
    const { initial, left, held, kept } = this.cell(facility, sku);
    return initial - left - held - kept;
  }

  /** What a channel may be told of these facilities: what is there, less all that is promised; never below nothing. */
  figure(facilities: readonly string[], sku: string): number {
    const nobodys = this.cell(NOWHERE, sku).waiting;
    const sum = facilities.reduce((total, code) => total + this.#unpromised(code, sku), 0);
    return Math.max(0, sum - nobodys);
  }

  #unpromised(facility: string, sku: string): number {
    const { initial, left, held, waiting } = this.cell(facility, sku);
    return initial - left - held - waiting;
  }
}

function waitsFor(unit: UnitHere, sku: string, facility: string): boolean {
  return unit.sku === sku && unit.facility === facility && WAITING.has(unit.state);
}

export function compareStock(
  brief: AuditBrief,
  books: readonly There[],
  booked: readonly BookedOrder[],
  here: Here,
): Finding[] {
  const account = new Account(brief, booked, here);
  return [
    ...brief.channels.flatMap((channel) => compareFigures(brief, account, channel, books, here)),
    ...compareLevels(brief, account, here),
    ...starved(booked, account, here),
  ];
}

function compareFigures(
  brief: AuditBrief,
  account: Account,
  channel: AuditedChannel,
  books: readonly There[],
  here: Here,
): Finding[] {
  const log = books.find((book) => book.source === channel.source)?.log;
  const mine = (figure: FigureThere) => figure.seller === channel.seller;
  const told = log?.stock.filter(mine) ?? [];
  const history = (log?.writes ?? []).filter((write) => write.kind === "stock" && mine(write.entry));
  const places: readonly { readonly warehouse: string | null; readonly facilities: readonly string[] }[] =
    channel.warehouses
      ? Object.entries(channel.warehouses).map(([warehouse, facility]) => ({ warehouse, facilities: [facility] }))
      : [{ warehouse: null, facilities: channel.facilities }];
  const found: Finding[] = [];
  for (const listing of here.listings.filter((row) => row.channelCode === channel.code)) {
    const { channelSku: sku, channelProductId } = listing;
    const about = `${channel.code} ${sku}`;
    const of = ({ productId, variantId }: FigureThere) => `${productId}-${variantId}` === channelProductId;
    let sum = 0;
    for (const { warehouse, facilities } of places) {
      const expected = account.figure(facilities, sku);
      const last = told.find((figure) => of(figure) && (figure.facilityCode ?? null) === warehouse)?.quantity ?? null;
      sum += last ?? 0;
      if (last !== expected)
        found.push(
          finding(
            "FIGURE_DIFFERS",
            about,
            `${expected} are free${warehouse ? ` for ${warehouse}` : ""}, the marketplace holds ${last}`,
          ),
        );
      const most = facilities.reduce((total, code) => total + (brief.stock[code]?.[sku] ?? 0), 0);
      const wrong = history.find(
        ({ entry }) =>
          of(entry) && (entry.facilityCode ?? null) === warehouse && (entry.quantity < 0 || entry.quantity > most),
      );
      if (wrong)
        found.push(finding("FIGURE_IMPOSSIBLE", about, `${wrong.entry.quantity} were told, ${most} ever existed`));
    }
    if (listing.published !== sum || listing.publishOutcome !== "ACCEPTED" || listing.waiting)
      found.push(
        finding(
          "FIGURE_DIFFERS",
          about,
          `the marketplace holds ${sum}; here ${listing.published} ${listing.publishOutcome}${listing.waiting ? ", a newer one waits" : ""}`,
        ),
      );
  }
  return found;
}

function compareLevels(brief: AuditBrief, account: Account, here: Here): Finding[] {
  const found: Finding[] = [];
  const rows = new Map(here.stock.map((row) => [`${row.facilityCode} ${row.sku}`, row]));
  for (const [facility, pieces] of Object.entries(brief.stock))
    for (const sku of Object.keys(pieces)) {
      const { initial, left, bad, held, waiting, kept } = account.cell(facility, sku);
      const about = `${facility} ${sku}`;
      if (left + held > initial)
        found.push(finding("OVERSOLD", about, `${initial} existed, ${left} left and ${held} are promised`));
      const row = rows.get(about);
      const said = row
        ? [row.good, row.blocked, row.openSale, row.bad + row.qcRejected + row.putawayPending + row.notFound]
        : [0, 0, waiting, 0];
      const own = [initial - left, held + kept, waiting, bad];
      if (said.join() !== own.join())
        found.push(
          finding("STOCK_DIFFERS", about, `good, blocked, open sale, others: ${own} by the orders, ${said} here`),
        );
    }
  return found;
}

/** An order that waits although the goods for it lie there would wait for ever. */
function starved(booked: readonly BookedOrder[], account: Account, here: Here): Finding[] {
  const byCode = new Map(here.orders.map((order) => [order.code, order]));
  return booked.flatMap(({ order, channel }) => {
    const mine = byCode.get(order.id);
    const wants = mine?.units.filter((unit) => WAITING.has(unit.state)) ?? [];
    if (!mine || wants.length === 0) return [];
    const places = [...new Set(wants.map((unit) => unit.facility))];
    const tried = places.includes(null) ? channel.facilities : places.flatMap((place) => place ?? []);
    const aside = here.reviews.find((review) => review.channelOrderId === order.id)?.kept ?? [];
    const could = tried.find((facility) =>
      couldServe({ order: mine, wants, aside, byLine: order.thirdPartyShipping }, facility, account),
    );
    if (could === undefined) return [];
    return [
      finding("STARVED", order.id, `waits for ${wants.map((unit) => unit.sku).join(", ")}, which lie at ${could}`),
    ];
  });
}

interface Waits {
  readonly order: OrderHere;
  readonly wants: readonly UnitHere[];
  readonly aside: ReviewHere["kept"];
  /** The marketplace ships, and knows parcels by their lines: a line travels whole. */
  readonly byLine: boolean;
}

function couldServe({ order, wants, aside, byLine }: Waits, facility: string, account: Account): boolean {
  const lines = [...Map.groupBy(wants, (unit) => unit.line).values()].map((units) => {
    const sku = units[0]?.sku ?? "";
    const own = aside.find((part) => part.sku === sku && part.facility === facility)?.kept ?? 0;
    const free = account.free(facility, sku) + own;
    return { all: free >= units.length, some: free > 0 };
  });
  if (order.packageType === "FIXED") return lines.every(({ all }) => all);
  return lines.some(({ all, some }) => (byLine ? all : some));
}
