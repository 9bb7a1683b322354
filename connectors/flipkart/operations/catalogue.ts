/** Signing in, listings and stock. */
import { assert } from "../../../src/kernel/index.ts";
import {
  badAnswer,
  type Call,
  fail,
  type ListingRow,
  type OperationTable,
  type Outcome,
  type StockLine,
  succeed,
} from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";
import { canBeAsked, readListed, readListing } from "../map/listings.ts";
import { toInventory } from "../map/outgoing.ts";
import { readStockResults } from "../map/results.ts";
import { ask, askForRows, send } from "./send.ts";
import { renew, withToken } from "./token.ts";

/** SKUs in a question for details, and in a push of stock. */
export const SKUS_MAX = 10;
const REJECTED_MAX = 50;
/** Characters of a product id. */
const FSN_MIN = 13;
const FSN_MAX = 16;

/** The field that maps Flipkart's locations to facilities. */
export const LOCATIONS_FIELD = "locations";

/** Checks the credentials: a new token, then the seller's locations with it. */
export const verify: OperationTable["verify"] = async (call, step) => {
  const token = await renew(call); // that of a moment ago would prove nothing about these credentials
  if (!token.ok) return token;
  step({ title: "Sign in", detail: "Flipkart accepted the application and gave a token." });
  const asked = await withToken(call, (headers) => ask(call, { id: "getAllLocations", idempotent: true }, headers));
  if (!asked.ok && asked.failure.kind === "auth") return asked;
  const known = asked.ok ? locationIds(asked.value) : [];
  const mapped = mappedLocations(call.fields);
  const lost = known.length === 0 ? [] : mapped.filter((id) => !known.includes(id));
  if (lost.length > 0)
    return fail({
      reached: "yes",
      kind: "refused",
      channelMessage: `Flipkart has no location ${lost.join(", ")} of this seller; it has ${known.join(", ")}.`,
    });
  // The call is known from other integrators alone: an answer in another form is no fault of the credentials.
  const detail =
    known.length > 0
      ? `The seller's locations: ${known.join(", ")}.`
      : "Flipkart did not name the seller's locations: compare the map with the seller panel.";
  step({ title: "Read the locations", detail });
  return succeed({ listings: null });
};

/** Location ids, wherever they stand in the answer: its form is not documented. */
function locationIds(answer: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (depth > 6) return;
    if (Array.isArray(value)) for (const member of value) look(member, depth + 1);
    if (!isJson(value)) return;
    const id = value.locationId ?? value.location_id;
    if (typeof id === "string" && id !== "") found.add(id);
    for (const member of Object.values(value)) look(member, depth + 1);
  };
  look(answer, 0);
  return [...found];
}

/** The locations of the map that the seller wrote. */
function mappedLocations(fields: Call["fields"]): string[] {
  try {
    const map: unknown = JSON.parse(fields[LOCATIONS_FIELD] ?? "{}");
    return isJson(map) ? Object.keys(map) : [];
  } catch {
    return []; // the form refuses what is no JSON; here there is then no location
  }
}

const pageKey = (page: number) => `listings.page.${page}`;

/**
 * A page of the seller's listings: up to 500 of the search, and their details ten at a time. Pages hang together by ids; one
 * whose id is not known any more (another process, a new start) is found from the beginning.
 */
export const pullListings: OperationTable["pullListings"] = async (call, page) => {
  const searched = await searchPage(call, page);
  if (!searched.ok) return searched;
  const { rows, last } = searched.value;
  const listed = rows.map((raw) => ({ raw, sku: readListed(raw) }));
  const found = listed.flatMap(({ sku }) => sku ?? []);
  const details = await detailsOf(call, found.map(({ sku }) => sku).filter(canBeAsked));
  if (!details.ok) return details;
  const unreadable = listed
    .filter(({ sku }) => sku === null)
    .map(({ raw }) => `a listing without SKU or product id: ${JSON.stringify(raw)?.slice(0, 120)}`);
  const read = found.map((each) => readListing(each, details.value.get(each.sku) ?? null));
  const rejected = [...unreadable, ...read.flatMap((each) => (each.kind === "rejected" ? [each.words] : []))];
  const good: ListingRow[] = read.flatMap((each) => (each.kind === "row" ? [each.row] : []));
  return succeed({ rows: good, rejected: rejected.slice(0, REJECTED_MAX), last });
};

async function searchPage(
  call: Call,
  page: number,
): Promise<Outcome<{ readonly rows: readonly unknown[]; readonly last: boolean }>> {
  const kept = page === 1 ? null : call.memory.get(pageKey(page));
  for (let at = kept === undefined ? 1 : page; ; at++) {
    const page_id = at === 1 ? null : (call.memory.get(pageKey(at)) ?? null);
    // No filter: it is misspelt in the vendor's own schema, and what is inactive is told apart by its details.
    const body = { filters: {}, page_id };
    const answered = await withToken(call, (headers) =>
      askForRows(call, { id: "listingSearch", body, idempotent: true }, headers, "listings"),
    );
    if (!answered.ok) return answered;
    const next = answered.value.page.next_page_id;
    const more = answered.value.page.has_more === true && typeof next === "string" && next !== "";
    if (more) call.memory.set(pageKey(at + 1), next);
    if (at >= page || !more) return succeed({ rows: at >= page ? answered.value.rows : [], last: !more });
  }
}

async function detailsOf(call: Call, skus: readonly string[]): Promise<Outcome<ReadonlyMap<string, unknown>>> {
  const found = new Map<string, unknown>();
  for (let from = 0; from < skus.length; from += SKUS_MAX) {
    const path = { skuIds: skus.slice(from, from + SKUS_MAX).join(",") };
    const answered = await withToken(call, (headers) => sendForDetails(call, path, headers));
    if (!answered.ok) return answered;
    for (const [sku, details] of answered.value) found.set(sku, details);
  }
  return succeed(found);
}

/** Each listing is judged by itself, so only the envelope is looked at here. */
async function sendForDetails(
  call: Call,
  path: { readonly skuIds: string },
  headers: Readonly<Record<string, string>>,
): Promise<Outcome<ReadonlyMap<string, unknown>>> {
  const sent = await send(call, { id: "getListings", path, idempotent: true }, headers);
  if (!sent.ok) return sent;
  const { json, status } = sent.value;
  if (isJson(json) && isJson(json.available)) return succeed(new Map(Object.entries(json.available)));
  return fail(badAnswer({ idempotent: true }, status, 'The answer of getListings has no "available".'));
}

/** Absolute figures of at most ten SKUs: posting them again changes nothing. HTTP 200 may hold failures of single SKUs. */
export const pushInventory: OperationTable["pushInventory"] = async (call, lines) => {
  assert(lines.length > 0 && lines.length <= SKUS_MAX, `a batch has 1 to ${SKUS_MAX} stock figures`);
  const [only, ...others] = mappedLocations(call.fields);
  const refused = new Map<StockLine, string>();
  const placed = lines.flatMap((line) => {
    // A figure for the whole account goes where the seller has one location alone.
    const locationId = line.channelWarehouse ?? (others.length === 0 ? only : undefined);
    const fault = stockFault(line, locationId);
    if (locationId !== undefined && fault === null) return [{ ...line, locationId }];
    refused.set(line, fault ?? "");
    return [];
  });
  if (placed.length === 0) return succeed(readStockResults({}, lines, refused));
  const body = toInventory(placed);
  const answered = await withToken(call, (headers) =>
    ask(call, { id: "updateInventory", body, idempotent: true }, headers),
  );
  return answered.ok ? succeed(readStockResults(answered.value, lines, refused)) : answered;
};

/** What would make Flipkart refuse the whole request, and not this figure alone. */
function stockFault({ productId }: StockLine, locationId: string | undefined): string | null {
  if (locationId === undefined) return "Flipkart keeps stock by location, and this figure names none.";
  const fits = productId.length >= FSN_MIN && productId.length <= FSN_MAX;
  return fits ? null : `The product id ${productId} is no FSN of Flipkart's: pull the listings once more.`;
}
