/** Signing in and the seller's listings. */
import type { QueryOf } from "../../../contract/types.ts";
import {
  badAnswer,
  type Call,
  fail,
  type ListingsPage,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { excerpt, isJson, textMember } from "../../protocol/map/json.ts";
import { readListing } from "../map/listings.ts";
import { MARKETPLACE } from "../map/market.ts";
import { ask, send } from "./send.ts";
import { tokenOf } from "./token.ts";

const PER_PAGE = 20;
/** No question is answered with more: what lies behind is asked for by the day of its making. */
const REACHABLE = 1_000;
const REJECTED_MAX = 50;

/** Checks the credentials: a new token, the right to sell at amazon.in, then the count of listings. */
export const verify: OperationTable["verify"] = async (call, step) => {
  call.memory.drop("token"); // the token of a moment ago would prove nothing about these credentials
  const token = await tokenOf(call);
  if (!token.ok) return token;
  step({ title: "Sign in", detail: "Amazon accepted the application and the seller's consent, and gave a token." });
  const answered = await ask(call, { id: "getMarketplaceParticipations", idempotent: true, deniedIs: "auth" });
  if (!answered.ok) return answered;
  const here = answered.value.payload?.find(({ marketplace }) => marketplace.id === MARKETPLACE);
  if (!here?.participation.isParticipating)
    return fail(refusedSeller("The seller does not sell at amazon.in (or has left it)."));
  if (here.participation.hasSuspendedListings)
    return fail(refusedSeller("Amazon has suspended the seller's listings at amazon.in."));
  step({ title: "Marketplace", detail: `The seller sells at amazon.in as ${here.storeName}.` });
  const counted = await ask(call, {
    id: "searchListingsItems",
    ...listingsQuery(call, { pageSize: 1 }),
    idempotent: true,
    deniedIs: "auth",
  });
  if (!counted.ok) return counted;
  const listings = counted.value.numberOfResults;
  step({
    title: "Read the catalogue",
    detail: `${listings} listings stand under seller ${call.fields.sellerId ?? ""}.`,
  });
  return succeed({ listings });
};

function refusedSeller(channelMessage: string) {
  return { reached: "yes", kind: "auth", channelMessage } as const;
}

type Query = QueryOf<"amazon", "searchListingsItems">;

function listingsQuery(call: Call, more: Partial<Query>) {
  const query: Query = { marketplaceIds: [MARKETPLACE], ...more };
  return { path: { sellerId: call.fields.sellerId ?? "" }, query };
}

/** Where a page begins: the slice of days that it belongs to, what was read of that before, and the token of the page. */
interface Place {
  readonly createdAfter: string;
  readonly read: number;
  readonly token: string;
}

const FIRST: Place = { createdAfter: "", read: 0, token: "" };

/**
 * A page of the seller's listings, oldest first. Amazon goes on by tokens and shows a thousand of one question at most: then the
 * question is asked anew from the day of the last one on. Where a page begins is kept in memory; a process that does not know
 * it walks there from the first.
 */
export const pullListings: OperationTable["pullListings"] = async (call, page) => {
  for (let at = nearest(call, page); at < page; at++) {
    const passed = await readPage(call, at);
    if (!passed.ok) return passed;
    if (passed.value.last) return succeed({ rows: [], rejected: [], last: true });
  }
  return readPage(call, page);
};

function nearest(call: Call, page: number): number {
  for (let at = page; at > 1; at--) if (call.memory.get(keyOf(at)) !== undefined) return at;
  return 1;
}

const keyOf = (page: number) => `listings ${page}`;

function placeOf(call: Call, page: number): Place {
  const [createdAfter = "", read = "0", token = ""] = (call.memory.get(keyOf(page)) ?? "").split("\n");
  return page === 1 ? FIRST : { createdAfter, read: Number(read), token };
}

async function readPage(call: Call, page: number): Promise<Outcome<ListingsPage>> {
  const place = placeOf(call, page);
  const wish = listingsQuery(call, {
    includedData: ["summaries", "offers", "fulfillmentAvailability"],
    pageSize: PER_PAGE,
    sortBy: "createdDate",
    sortOrder: "ASC",
    ...(place.createdAfter === "" ? {} : { createdAfter: place.createdAfter }),
    ...(place.token === "" ? {} : { pageToken: place.token }),
  });
  const answered = await send(call, { id: "searchListingsItems", ...wish, idempotent: true });
  if (!answered.ok) return answered;
  const { json, status } = answered.value;
  const items = isJson(json) ? json.items : undefined;
  if (!isJson(json) || !Array.isArray(items) || items.length > PER_PAGE)
    return fail(
      badAnswer({ idempotent: true }, status, `The answer of searchListingsItems is no page: ${excerpt(json)}`),
    );
  const listings = items.map(readListing);
  const read = place.read + items.length;
  const all = typeof json.numberOfResults === "number" ? json.numberOfResults : read;
  const newest = listings.findLast((one) => one.ok && one.createdDate !== null);
  const next = nextPlace(place, {
    read,
    token: textMember(json.pagination, "nextToken") ?? "",
    more: all > read,
    newest: newest?.ok ? (newest.createdDate ?? "") : "",
  });
  if (next !== null) call.memory.set(keyOf(page + 1), [next.createdAfter, next.read, next.token].join("\n"));
  return succeed({
    rows: listings.flatMap((one) => (one.ok ? [one.row] : [])),
    rejected: listings.flatMap((one) => (one.ok ? [] : [one.words])).slice(0, REJECTED_MAX),
    last: next === null,
  });
}

/** Null: there is no more. A slice that would begin where it began is the last: more than a thousand of one moment. */
function nextPlace(
  place: Place,
  page: { readonly read: number; readonly token: string; readonly more: boolean; readonly newest: string },
): Place | null {
  if (page.token !== "" && page.read < REACHABLE) return { ...place, read: page.read, token: page.token };
  if (!page.more || page.newest === "" || page.newest === place.createdAfter) return null;
  return { createdAfter: page.newest, read: 0, token: "" };
}
