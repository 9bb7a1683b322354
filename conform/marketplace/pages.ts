/** Reading a list page by page as the hub does, with a limit, and keeping what was seen of each page. */
import { isJson, type Json } from "../../contract/compile.ts";
import type { Exchange } from "../exchange.ts";
import { peel, textOf } from "./answers.ts";

export const ROWS_PER_PAGE = 50;

/** A row of a list, and where it stands. */
export interface Row {
  readonly json: Json;
  readonly id: string;
  readonly exchange: Exchange;
  /** Path in the exchange's answer: `orders/3`. */
  readonly at: string;
}

export interface Page {
  readonly number: number;
  readonly exchange: Exchange;
  readonly rows: readonly Row[];
  /** The page's object itself; null where the answer holds none. */
  readonly body: Json | null;
}

export interface Paging {
  readonly pages: readonly Page[];
  readonly rows: readonly Row[];
  /** "end": by the list's own rule. "repeat": a page gave the rows of the one before. "limit": there was more than is read.
   *  "broken": a page could not be read. */
  readonly stopped: "end" | "repeat" | "limit" | "broken";
  /** The page after the last; null where the end was not reached. */
  readonly beyond: Page | null;
}

export interface ListOf {
  /** Member that holds the rows: products. */
  readonly list: string;
  /** Member of a row that names it. */
  readonly id: string;
  readonly pagesMax: number;
  readonly fetch: (pageNumber: number) => Promise<Exchange>;
  /** Whether another page is to be asked for. */
  readonly goesOn: (page: Page) => boolean;
}

export async function readPages(of: ListOf): Promise<Paging> {
  const pages: Page[] = [];
  const done = (stopped: Paging["stopped"], beyond: Page | null = null): Paging => ({
    pages,
    rows: pages.flatMap(({ rows }) => rows),
    stopped,
    beyond,
  });
  for (let number = 1; number <= of.pagesMax; number++) {
    const page = toPage(of, number, await of.fetch(number));
    const before = pages.at(-1);
    pages.push(page);
    if (page.body === null) return done("broken");
    if (before && page.rows.length > 0 && sameRows(page, before)) return done("repeat");
    if (!of.goesOn(page)) return done("end", toPage(of, number + 1, await of.fetch(number + 1)));
  }
  return done("limit");
}

export function toPage(of: Pick<ListOf, "list" | "id">, number: number, exchange: Exchange): Page {
  const peeled = exchange.status === 200 ? peel(exchange.json, of.list) : null;
  const body = peeled && Array.isArray(peeled.body[of.list]) ? peeled.body : null;
  const below = peeled?.wrapper ? `${peeled.wrapper}/${of.list}` : of.list;
  const list = body?.[of.list];
  const rows = (Array.isArray(list) ? [...list.entries()] : []).flatMap(([index, json]) =>
    isJson(json) ? [{ json, id: textOf(json[of.id]), exchange, at: `${below}/${index}` }] : [],
  );
  return { number, exchange, rows, body };
}

export function sameRows(one: Page, other: Page): boolean {
  return one.rows.length === other.rows.length && one.rows.every((row, index) => row.id === other.rows[index]?.id);
}

/** The first rows of each id that stands more than once, with the row it repeats. */
export function repeats(rows: readonly Row[], key = (row: Row): string => row.id): { row: Row; first: Row }[] {
  const seen = new Map<string, Row>();
  return rows.flatMap((row) => {
    const first = seen.get(key(row));
    if (!first) seen.set(key(row), row);
    return first && key(row) !== "" ? [{ row, first }] : [];
  });
}

/** Ids that both reads hold, in the order of each: rows may come and go between two reads, those that stay keep their order. */
export function orderKept(one: Page, other: Page): boolean {
  const ids = (page: Page) => page.rows.map(({ id }) => id);
  const inOne = new Set(ids(one));
  const inOther = new Set(ids(other));
  return (
    ids(one)
      .filter((id) => inOther.has(id))
      .join("\n") ===
    ids(other)
      .filter((id) => inOne.has(id))
      .join("\n")
  );
}
