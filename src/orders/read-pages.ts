import type { Outcome } from "../../connectors/kit/index.ts";

/** Far above what a seller has open at once: a list that never ends is a fault of the source. */
const PAGES_MAX = 4_000;

/** What every page of a channel's list has. */
export interface Page {
  readonly orders: readonly { readonly channelOrderId: string }[];
  readonly rejected: readonly unknown[];
  /** The source's own end mark. */
  readonly last: boolean;
}

/**
 * Reads a list of a channel page by page to its own end mark. The next page is asked for while the present one is being
 * stored. A page that brings nothing new is asked for once more (lists shift while they are read, and answers get mixed
 * up); if it still brings nothing, the source repeats itself and what lies behind it would never come.
 * @param what the list, for words: "CREATED orders"
 * @returns null when the list was read to its end, else why it was not: then everything before is stored
 */
export async function readPages<P extends Page>(
  what: string,
  ask: (page: number) => Promise<Outcome<P>>,
  take: (page: P) => Promise<void>,
): Promise<string | null> {
  const seen = new Set<string>();
  let asked = ahead(ask, 1);
  try {
    for (let number = 1; number <= PAGES_MAX; number++) {
      let read = await asked;
      if (read.ok && bringsNothing(read.value, seen)) read = await ask(number);
      if (!read.ok) return `Page ${number} of ${what}: ${read.failure.channelMessage ?? read.failure.kind}`;
      const page = read.value;
      if (bringsNothing(page, seen))
        return `Page ${number} of ${what} repeats an earlier page; the rest of the list was not given.`;
      for (const key of keysOf(page)) seen.add(key);
      if (page.last) {
        await take(page);
        return null;
      }
      asked = ahead(ask, number + 1);
      await take(page);
    }
    return `${what}: no end within ${PAGES_MAX} pages.`;
  } finally {
    await asked.catch(() => undefined); // whoever stopped the run has told why; a call under way is not left behind
  }
}

/** Begins a call whose failure is looked at when its turn comes. */
function ahead<P>(ask: (page: number) => Promise<Outcome<P>>, number: number): Promise<Outcome<P>> {
  const asked = ask(number);
  asked.catch(() => undefined); // awaited later: until then nobody listens
  return asked;
}

/** Only what was read before, and more is to come. */
function bringsNothing(page: Page, seen: ReadonlySet<string>): boolean {
  return !page.last && keysOf(page).every((key) => seen.has(key));
}

function keysOf(page: Page): string[] {
  return [
    ...page.orders.map((o) => `order ${o.channelOrderId}`),
    ...page.rejected.map((r) => `row ${JSON.stringify(r)}`),
  ];
}
