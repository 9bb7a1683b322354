import type { ConnectorFailure, Outcome } from "../../connectors/kit/index.ts";

/** Far above what a seller has open at once: a list that never ends is a fault of the source. */
const PAGES_MAX = 4_000;
/** Pages in a row of orders that were all read before, each with a new token: what changes while it is read comes again. */
const OLD_PAGES_MAX = 3;

/** What every page of a channel's list has. */
export interface Page {
  readonly orders: readonly { readonly channelOrderId: string }[];
  readonly rejected: readonly unknown[];
  /** Orders of the same list of another kind: they, too, show that a page brings something. */
  readonly pending?: readonly { readonly channelOrderId: string }[];
  /** The source's own end mark. */
  readonly last: boolean;
  /** Asks for the next page, where pages have no numbers. */
  readonly next?: string;
}

/** The page that is wanted: its number, and what the page before gave as `next`. */
export interface PageWish {
  /** From 1. */
  readonly page: number;
  readonly token?: string;
}

/** Why a list was not read to its end. */
export interface Stopped {
  readonly words: string;
  /** The page that was wanted and did not come. */
  readonly wish: PageWish;
  /** What became of the call for it; null where an answer came, and was of no use. */
  readonly failure: ConnectorFailure | null;
}

export interface ReadOptions<P> {
  /** Tells what a page brings, where an order may stand on several: by default the ids of its orders. */
  readonly keysOf?: (page: P) => readonly string[];
  /** Where a reading that was left off goes on. */
  readonly first?: PageWish;
}

/**
 * Reads a list of a channel page by page to its own end mark: by numbers, or by the token that each page gives for the next.
 * The next page is asked for while the present one is being stored. A page that brings nothing new is asked for once more
 * (lists shift while they are read, and answers get mixed up); if it still brings nothing, the source repeats itself and what
 * lies behind it would never come. A page whose token is new may be empty: the source passes over what it filtered out.
 * @param what the list, for words: "CREATED orders"
 * @returns null when the list was read to its end, else why it was not: then everything before is stored
 */
export async function readPages<P extends Page>(
  what: string,
  ask: (wish: PageWish) => Promise<Outcome<P>>,
  take: (page: P) => Promise<void>,
  { keysOf = orderKeys, first = { page: 1 } }: ReadOptions<P> = {},
): Promise<Stopped | null> {
  const progress = new Progress<P>(keysOf);
  let wish = first;
  const stopped = (words: string, failure: ConnectorFailure | null = null): Stopped => ({ words, wish, failure });
  let asked = ahead(ask, wish);
  try {
    while (wish.page <= PAGES_MAX) {
      let read = await asked;
      if (read.ok && progress.repeats(read.value)) read = await ask(wish);
      if (!read.ok) {
        const { channelMessage, kind } = read.failure;
        return stopped(`Page ${wish.page} of ${what}: ${channelMessage ?? kind}`, read.failure);
      }
      const page = read.value;
      if (progress.repeats(page))
        return stopped(`Page ${wish.page} of ${what} repeats an earlier page; the rest of the list was not given.`);
      progress.note(page);
      if (page.last) {
        await take(page);
        return null;
      }
      wish = { page: wish.page + 1, ...(page.next === undefined ? {} : { token: page.next }) };
      asked = ahead(ask, wish);
      await take(page);
    }
    return stopped(`${what}: no end within ${PAGES_MAX} pages.`);
  } finally {
    await asked.catch(() => undefined); // whoever stopped the run has told why; a call under way is not left behind
  }
}

/** Begins a call whose failure is looked at when its turn comes. */
function ahead<P>(ask: (wish: PageWish) => Promise<Outcome<P>>, wish: PageWish): Promise<Outcome<P>> {
  const asked = ask(wish);
  asked.catch(() => undefined); // awaited later: until then nobody listens
  return asked;
}

/** What was read of a list, to tell when it goes on no more. */
class Progress<P extends Page> {
  readonly #keysOf: (page: P) => readonly string[];
  readonly #keys = new Set<string>();
  readonly #tokens = new Set<string>();
  #oldPages = 0;

  constructor(keysOf: (page: P) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  /** More is to come, and it would be what was read before. */
  repeats(page: P): boolean {
    if (page.last) return false;
    if (page.next !== undefined && this.#tokens.has(page.next)) return true;
    const keys = this.#keysOf(page);
    if (keys.some((key) => !this.#keys.has(key))) return false;
    if (page.next === undefined) return true;
    return keys.length > 0 && this.#oldPages >= OLD_PAGES_MAX;
  }

  note(page: P): void {
    const keys = this.#keysOf(page);
    const isOld = keys.length > 0 && keys.every((key) => this.#keys.has(key));
    if (keys.length > 0) this.#oldPages = isOld ? this.#oldPages + 1 : 0;
    for (const key of keys) this.#keys.add(key);
    if (page.next !== undefined) this.#tokens.add(page.next);
  }
}

function orderKeys(page: Page): string[] {
  return [
    ...page.orders.map((o) => `order ${o.channelOrderId}`),
    ...(page.pending ?? []).map((o) => `pending ${o.channelOrderId}`),
    ...page.rejected.map((r) => `row ${JSON.stringify(r)}`),
  ];
}
