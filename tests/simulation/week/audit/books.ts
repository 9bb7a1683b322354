/** What the auditor reads: the marketplaces' logs over HTTP, and the tables themselves. */
import type pg from "pg";
import type { House } from "../houses.ts";
import type { PanelAct } from "../market.ts";

export interface Finding {
  readonly kind: string;
  readonly about: string;
  readonly words: string;
}

export interface AuditBrief {
  readonly houses: readonly { readonly house: House; readonly url: string }[];
  readonly acts: readonly PanelAct[];
  readonly placed: readonly string[];
  /** The first midnight. */
  readonly start: Temporal.Instant;
  /** Pieces brought in each midnight, by SKU; the last midnight is the one that ends the last day. */
  readonly restock: Readonly<Record<string, number>>;
  readonly midnights: number;
  readonly query: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;
}

export interface LineThere {
  readonly orderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly cancelledQuantity: number;
  readonly dispatchedQuantity: number;
  readonly status: string;
  /** Of one piece, as the charges. */
  readonly sellingPricePaise: number;
  readonly shippingChargesPaise: number;
  readonly cashOnDeliveryChargesPaise: number;
  readonly discountPaise: number;
}

export interface OrderThere {
  readonly id: string;
  readonly orderDate: string;
  readonly thirdPartyShipping: boolean;
  readonly items: readonly LineThere[];
}

export interface LogThere {
  readonly orders: readonly OrderThere[];
  readonly stock: readonly { readonly productId: string; readonly variantId: string; readonly quantity: number }[];
  readonly forgotten: Readonly<Record<string, number>>;
}

export type Books = ReadonlyMap<string, LogThere>;

export async function readBooks(houses: AuditBrief["houses"]): Promise<Books> {
  const books = new Map<string, LogThere>();
  for (const { house, url } of houses) {
    const answer = await fetch(`${url}/_sim/log`);
    if (!answer.ok) throw new Error(`the log of ${house.source} can be read: ${await answer.text()}`);
    books.set(house.source, (await answer.json()) as LogThere);
  }
  return books;
}

/** What he reads must be whole. Calls he does not read: what they did stands in the orders, and limits are counted apart. */
export function forgotten(books: Books): Finding[] {
  return [...books].flatMap(([source, log]) =>
    Object.entries(log.forgotten).flatMap(([what, count]) =>
      count > 0 && what !== "calls"
        ? [{ kind: "LOG_INCOMPLETE", about: source, words: `${count} ${what} were forgotten` }]
        : [],
    ),
  );
}

export interface UnitHere {
  readonly source: string;
  readonly order: string;
  readonly line: string;
  readonly sku: string;
  readonly state: string;
  readonly short: boolean;
  readonly totalPaise: number;
  readonly cancelledAt: Date | null;
  readonly package: string | null;
  readonly packageState: string | null;
  /** When its leaving was written down here; the parcel itself says when it left. */
  readonly knownAt: Date | null;
  readonly returns: number;
}

export function readUnits({ query }: AuditBrief): Promise<UnitHere[]> {
  return query<UnitHere>(
    `select c.source, o.channel_order_id as "order", u.channel_order_item_id as line, s.code as sku, u.state, u.short,
       u.total_paise::float8 as "totalPaise", u.cancelled_at as "cancelledAt", p.code as package, p.state as "packageState",
       (select min(e.at) from godown.order_event e where e.tenant_id = p.tenant_id and e.sale_order_id = o.sale_order_id
         and e.shipping_package_id = p.shipping_package_id and e.kind = 'PACKAGE_DISPATCHED') as "knownAt",
       (select count(*)::int from godown.return_item r where r.tenant_id = u.tenant_id and r.sale_order_item_id = u.sale_order_item_id) as returns
     from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id) join godown.channel c using (tenant_id, channel_id)
     join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
     left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id`,
  );
}

/** A question that a person was asked about an order. */
export interface Question {
  readonly source: string;
  readonly order: string;
  readonly kind: string;
  readonly openedAt: Date;
}

export async function readQuestions({ query }: AuditBrief): Promise<ReadonlyMap<string, readonly Question[]>> {
  const rows = await query<Question>(
    `select c.source, o.channel_order_id as "order", e.kind, e.opened_at as "openedAt"
     from godown.order_exception e join godown.sale_order o on o.tenant_id = e.tenant_id and o.sale_order_id = e.sale_order_id
     join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id`,
  );
  return Map.groupBy(rows, ({ source, order }) => `${source} ${order}`);
}

/** The goods are out of the house. */
export const AWAY: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED", "RETURNED"]);

/** By its own rule nothing is concluded from some marketplaces' words about what the seller ships. */
export function isBelieved(house: House, marketplaceShips: boolean): boolean {
  return marketplaceShips || house.believedOnlyWhereItShips !== true;
}

export function counted(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}
