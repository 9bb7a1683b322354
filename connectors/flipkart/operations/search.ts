/** The search for shipments: the first page is a POST of the filter, each further one a GET of the address that came. */
import type { Schema } from "../../../contract/types.ts";
import { badAnswer, type Call, fail, type Outcome, succeed } from "../../kit/index.ts";
import type { Json } from "../../protocol/map/json.ts";
import { toSearch } from "../map/outgoing.ts";
import { askForRows } from "./send.ts";
import { withToken } from "./token.ts";

export interface FoundPage {
  readonly rows: readonly unknown[];
  /** Asks for the next page; null: this one is the last. */
  readonly next: string | null;
}

export async function firstPage(
  call: Call,
  filter: Schema<"flipkart", "ShipmentFilterRequest">["filter"],
): Promise<Outcome<FoundPage>> {
  const body = toSearch(filter);
  const answered = await withToken(call, (headers) =>
    askForRows(call, { id: "filterShipments", body, idempotent: true }, headers, "shipments"),
  );
  return answered.ok ? pageOf(answered.value) : answered;
}

/** @param token `next` of the page before */
export async function nextPage(call: Call, token: string): Promise<Outcome<FoundPage>> {
  const query = { next_token: token };
  const answered = await withToken(call, (headers) =>
    askForRows(call, { id: "filterShipmentsNext", query, idempotent: true }, headers, "shipments"),
  );
  return answered.ok ? pageOf(answered.value) : answered;
}

/**
 * `nextPageUrl` stands on the last page too: `hasMore` alone ends a list. Of the address only its token is used, so that no
 * answer leads a call, and the access token with it, to another place.
 */
function pageOf({ rows, page }: { readonly rows: readonly unknown[]; readonly page: Json }): Outcome<FoundPage> {
  if (page.hasMore === false) return succeed({ rows, next: null });
  const bad = (words: string) => fail(badAnswer({ idempotent: true }, 200, words));
  if (page.hasMore !== true) return bad("The answer of the search does not say whether there is more.");
  const next = typeof page.nextPageUrl === "string" ? tokenIn(page.nextPageUrl) : null;
  return next === null
    ? bad("The search has more pages, and gives no token to ask for the next one.")
    : succeed({ rows, next });
}

function tokenIn(address: string): string | null {
  const token = queryIn(address).next_token ?? "";
  return token === "" ? null : token;
}

/**
 * The query of an address that Flipkart gave. Not by URLSearchParams: it reads a bare plus sign as a blank, and base64 tokens
 * and times with +05:30 have one.
 */
export function queryIn(address: string): Readonly<Record<string, string>> {
  const [, query = ""] = /^[^?#]*\?([^#]*)/.exec(address) ?? [];
  const pairs = query.split("&").flatMap((part) => {
    const [name = "", ...rest] = part.split("=");
    return name === "" ? [] : [[decoded(name), decoded(rest.join("="))] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
