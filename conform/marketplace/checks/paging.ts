/** Rules of pages that products and orders share. */
import { came } from "../answers.ts";
import { findings, skip, type Verdict } from "../check.ts";
import { type Paging, ROWS_PER_PAGE, sameRows } from "../pages.ts";

/** 50 on every page but the last: a shorter one ends the reading. */
export function judgePageSizes({ pages, beyond, rows }: Paging, list: string): Verdict {
  const found = findings();
  for (const page of pages)
    if (page.rows.length > ROWS_PER_PAGE)
      found.must(`page ${page.number} holds ${page.rows.length} ${list}`, page.exchange);
  const last = pages.at(-1);
  const known = new Set(rows.map(({ id }) => id));
  const later = beyond?.rows.filter(({ id }) => !known.has(id)) ?? [];
  if (last && beyond && later.length > 0)
    found.must(
      `page ${last.number} holds ${last.rows.length} ${list}, so reading ends there, and page ${beyond.number} holds ${later.length} more`,
      last.exchange,
    );
  return found.verdict(`${rows.length} ${list} on ${pages.length} ${pages.length === 1 ? "page" : "pages"}`);
}

/** Beyond the end there is nothing: neither an error nor a page given before. */
export function judgeEnd({ pages, beyond, stopped, rows }: Paging, list: string, one: string): Verdict {
  const last = pages.at(-1);
  if (!last) return skip("no page was read");
  const found = findings();
  if (stopped === "limit") return skip(`there are more than ${pages.length} pages; --pages reads more`);
  if (stopped === "broken")
    found.must(`page ${last.number}: ${came(last.exchange)}, and no list of ${list}`, last.exchange);
  if (stopped === "repeat")
    found.must(
      `page ${last.number} gives the same ${list} as page ${last.number - 1}: the pages never end`,
      last.exchange,
    );
  if (beyond && beyond.body === null)
    found.must(
      `page ${beyond.number}, beyond the last: ${came(beyond.exchange)} without a list of ${list}; an empty one is meant`,
      beyond.exchange,
    );
  const known = new Set(rows.map(({ id }) => id));
  const again = beyond?.rows.filter(({ id }) => known.has(id)) ?? [];
  if (beyond && again.length > 0)
    found.must(
      sameRows(beyond, last)
        ? `page ${beyond.number}, beyond the last, repeats page ${last.number}`
        : `page ${beyond.number}, beyond the last, gives ${one} ${again[0]?.id} again`,
      beyond.exchange,
    );
  return found.verdict();
}
