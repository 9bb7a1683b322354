/** Reading Snapdeal's lists of packages: ten a page, newest first, one state at a time. */
import type { QueryOf } from "../../../contract/types.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import { type Call, type Outcome, succeed } from "../../kit/index.ts";
import { readPackage, timesOf } from "../map/package.ts";
import { noteModels } from "./models.ts";
import { sendForRows } from "./send.ts";

export const ZONE = "Asia/Kolkata";
/** What the pages show; more was never seen to be given. */
export const PAGE_SIZE = 10;
/** All but Snapdeal's own centre (FC_VOI): what is sold out of there is neither our stock nor our work. */
export const MODES = "VENDOR_SELF,ONESHIP,OCPLUS,DROPSHIP";

export type PackageState = QueryOf<"snapdeal", "getNewOrders">["orderStatus"];

/** A page of the packages in one state. */
export async function listState(
  call: Call,
  orderStatus: PackageState,
  pageNumber: number,
  fModes = MODES,
): Promise<Outcome<readonly unknown[]>> {
  const query = { fModes, orderStatus, pageSize: PAGE_SIZE, pageNumber };
  return noted(call, await sendForRows(call, { id: "getNewOrders", query, idempotent: true }, "packages"));
}

/** A page of the packages that are finished. */
export async function listCompleted(call: Call, pageNumber: number): Promise<Outcome<readonly unknown[]>> {
  const query = { fModes: MODES, pageSize: PAGE_SIZE, pageNumber };
  return noted(call, await sendForRows(call, { id: "getCompletedOrders", query, idempotent: true }, "packages"));
}

function noted(call: Call, rows: Outcome<readonly unknown[]>): Outcome<readonly unknown[]> {
  if (rows.ok)
    noteModels(
      call,
      rows.value.flatMap((row) => {
        const read = readPackage(row);
        return read.ok ? [read.value] : [];
      }),
    );
  return rows;
}

/** A page of units that were cancelled in a window, its ends included. */
export function listCancelled(
  call: Call,
  window: { readonly from: Instant; readonly to: Instant },
  pageNumber: number,
): Promise<Outcome<readonly unknown[]>> {
  const query = {
    fModes: MODES,
    startDate: window.from.toString({ smallestUnit: "second", roundingMode: "floor" }),
    endDate: window.to.toString({ smallestUnit: "second", roundingMode: "ceil" }),
    pageNumber,
    pageSize: PAGE_SIZE,
  };
  return sendForRows(call, { id: "getCancelledSuborders", query, idempotent: true }, "suborders");
}

/** Rows of a page by a window of changes. */
export interface Windowed {
  readonly rows: readonly unknown[];
  /** Nothing further of the window follows: the page is not full, or lies before the window as a whole. */
  readonly ended: boolean;
}

/**
 * Lists are newest first and know no dates. The page after the one on which the window begins is read too: lists shift
 * while they are read. A row without a time is taken.
 */
export function withinWindow(rows: readonly unknown[], from: Instant, to: Instant): Windowed {
  const times = rows.map((row) => timesOf(row, ZONE).updated);
  const before = (at: Instant | null) => at !== null && Temporal.Instant.compare(at, from) < 0;
  const inside = (at: Instant | null) => at === null || (!before(at) && Temporal.Instant.compare(at, to) <= 0);
  return {
    rows: rows.filter((_, i) => inside(times[i] ?? null)),
    ended: rows.length < PAGE_SIZE || times.every(before),
  };
}

/** A place in several lists that are read one after the other: "PRNT:3". */
export interface Place<S extends string> {
  readonly state: S;
  readonly page: number;
}

export function placeOf<S extends string>(states: readonly [S, ...S[]], token: string | undefined): Place<S> {
  const [word = "", page = ""] = (token ?? "").split(":");
  const state = states.find((one) => one === word);
  return state !== undefined && /^[1-9]\d{0,5}$/.test(page)
    ? { state, page: Number(page) }
    : { state: states[0], page: 1 };
}

/** The token of what follows a page; undefined after the last list's end. */
export function tokenAfter<S extends string>(
  states: readonly [S, ...S[]],
  place: Place<S>,
  ended: boolean,
): string | undefined {
  if (!ended) return `${place.state}:${place.page + 1}`;
  const next = states[states.indexOf(place.state) + 1];
  return next === undefined ? undefined : `${next}:1`;
}

/** Reads a list to its end, page by page, until nothing is wanted any more. */
export async function walk(
  list: (page: number) => Promise<Outcome<readonly unknown[]>>,
  take: (rows: readonly unknown[]) => "more" | "enough",
  pagesMax: number,
): Promise<Outcome<null>> {
  for (let page = 1; page <= pagesMax; page++) {
    const rows = await list(page);
    if (!rows.ok) return rows;
    if (take(rows.value) === "enough" || rows.value.length < PAGE_SIZE) break;
  }
  return succeed(null);
}
