/** What a courier says of parcels under way. Pure: words stay as they were written, what they mean is the core's. */
import type { InAnswer } from "../../../connectors/kit/index.ts";
import type { Schema } from "../../../contract/types.ts";
import { type Misfit, validator } from "../../../contract/validators.ts";
import type { CourierScan, Tracked, TrackedParcel } from "../../kit/index.ts";
import { isJson, plainNumber, type Reading, textOf, unfit } from "./answers.ts";
import { readShipperDate } from "./time.ts";

type Detail = Schema<"shipping-provider", "WaybillDetail">;

const OPERATION = "getWaybillDetails";
const row = validator("shipping-provider", "WaybillDetail");

/** Without one of these a row says nothing. */
const NEEDED: ReadonlySet<string> = new Set(["", "waybill", "currentStatus", "statusDate"]);
/** Of the others those that are read: a wrong latitude is nobody's business. */
const READ: ReadonlySet<string> = new Set([
  "current_sub_status",
  "current_status_remark",
  "current_location",
  "current_city",
  "current_state",
  "expected_date_of_delivery",
  "promised_date_of_delivery",
  "attempt_count",
  "ndr_code",
  "ndr_reason",
  "next_delivery_date",
  "tracking_history",
  "rto_awb",
]);

/**
 * One answer about some numbers. The outcome stands in `status` or `Status`. Each row is judged by itself: a broken one is
 * told of and sinks no other, and of a row whose optional members are broken the rest is used.
 */
export function readTracking({ json }: Pick<InAnswer, "json">, asked: readonly string[]): Reading<Tracked> {
  if (!isJson(json)) return unfit(OPERATION, [{ path: "", message: "must be object" }]);
  const status = textOf(json.status) ?? textOf(json.Status);
  if (status === null) return unfit(OPERATION, [{ path: "status", message: "is required" }]);
  if (status.toUpperCase() === "FAILED")
    return { kind: "refused", code: "FAILED", words: textOf(json.message) ?? "FAILED" };
  if (status.toUpperCase() !== "SUCCESS")
    return unfit(OPERATION, [{ path: "status", message: "must be one of SUCCESS, FAILED" }]);
  const { waybillDetails } = json;
  if (!Array.isArray(waybillDetails)) return unfit(OPERATION, [{ path: "waybillDetails", message: "must be array" }]);
  return { kind: "read", value: readRows(waybillDetails, asked) };
}

function readRows(rows: readonly unknown[], asked: readonly string[]): Tracked {
  const bySpelling = new Map(asked.map((awb) => [plainNumber(awb), awb]));
  const parcels = new Map<string, TrackedParcel>();
  const named = new Set<string>();
  const rejected: string[] = [];
  for (const [index, given] of rows.entries()) {
    const number = isJson(given) ? textOf(given.waybill) : null;
    const awb = number === null ? undefined : bySpelling.get(plainNumber(number));
    if (awb !== undefined) named.add(awb);
    const { parcel, faults } = readRow(given, awb ?? "");
    const about = number ?? `row ${index + 1}`;
    if (number !== null && awb === undefined) rejected.push(`${about}: was not asked for`);
    else rejected.push(...faults.map(({ path, message }) => `${about}: ${path === "" ? "row" : path} ${message}`));
    if (parcel !== null && awb !== undefined) parcels.set(awb, later(parcels.get(awb), parcel));
  }
  const unknown = asked.filter((awb) => !named.has(awb));
  return { parcels: [...parcels.values()], unknown, rejected };
}

/** A number that has two rows stands where the later one says. */
function later(one: TrackedParcel | undefined, other: TrackedParcel): TrackedParcel {
  const [before, after] = [one?.scans.at(-1)?.at, other.scans.at(-1)?.at];
  return one && before && after && Temporal.Instant.compare(before, after) > 0 ? one : other;
}

function readRow(
  given: unknown,
  awb: string,
): { readonly parcel: TrackedParcel | null; readonly faults: readonly Misfit[] } {
  const checked = row(given);
  const faults = checked.ok ? [] : firstOfEach(checked.errors);
  const needed = faults.filter(({ path }) => NEEDED.has(path));
  if (needed.length > 0) return { parcel: null, faults: needed };
  const shown = faults.filter(({ path }) => READ.has(topOf(path)));
  const broken = new Set(faults.map(({ path }) => topOf(path)));
  const usable = checked.ok ? checked.value : without(given, broken);
  if (usable === null) return { parcel: null, faults };
  const at = readShipperDate(usable.statusDate);
  if (at === null) return { parcel: null, faults: [{ path: "statusDate", message: "is no time that exists" }] };
  return { parcel: { awb, ...factsOf(usable, at) }, faults: shown };
}

/** The row once more, without the members that are broken. */
function without(given: unknown, broken: ReadonlySet<string>): Detail | null {
  const rest = isJson(given) ? Object.fromEntries(Object.entries(given).filter(([name]) => !broken.has(name))) : given;
  const checked = row(rest);
  return checked.ok ? checked.value : null;
}

function topOf(path: string): string {
  return path.split("/")[0] ?? "";
}

/** Of alternatives that all fail there is a misfit each: one for a member is enough. */
function firstOfEach(errors: readonly Misfit[]): Misfit[] {
  return [...new Map(errors.toReversed().map((error) => [topOf(error.path), error])).values()];
}

function factsOf(detail: Detail, at: Temporal.Instant): Omit<TrackedParcel, "awb"> {
  const current: CourierScan = {
    raw: detail.currentStatus.trim(),
    at,
    place: textOf(detail.current_location) ?? joined(detail.current_city, detail.current_state),
    remark: joined(detail.current_sub_status, detail.current_status_remark),
  };
  const [code, reason] = [textOf(detail.ndr_code), textOf(detail.ndr_reason)];
  const attempts = countOf(detail.attempt_count);
  const failed = code !== null || reason !== null || (attempts ?? 0) > 0;
  return {
    scans: scansOf(detail.tracking_history ?? [], current),
    ndr: failed ? { code, reason, attempts, nextAttemptAt: timeOf(detail.next_delivery_date) } : null,
    expectedAt: timeOf(detail.expected_date_of_delivery) ?? timeOf(detail.promised_date_of_delivery),
    rtoAwb: textOf(detail.rto_awb),
  };
}

/**
 * History by time, whichever way round the courier lists it, those without a time first; last the present status, which
 * stands in the history too with most couriers.
 */
function scansOf(history: NonNullable<Detail["tracking_history"]>, current: CourierScan): CourierScan[] {
  const scans = history.flatMap((event): CourierScan[] => {
    const raw = textOf(event.status);
    if (raw === null) return [];
    const place = textOf(event.location) ?? joined(event.city, event.state);
    const at = event.date_time === undefined ? null : readShipperDate(event.date_time);
    return [{ raw, at, place, remark: joined(event.sub_status, event.remark) }];
  });
  const isCurrent = ({ raw, at }: CourierScan) => raw === current.raw && at !== null && current.at?.equals(at) === true;
  const twin = scans.find(isCurrent);
  // Scans of one second keep the courier's order, which is newest first where the present status leads the list.
  const inOrder = twin !== undefined && twin === scans[0] ? scans.toReversed() : scans;
  const sorted = inOrder
    .filter((scan) => !isCurrent(scan))
    .toSorted((one, other) => (one.at?.epochMilliseconds ?? 0) - (other.at?.epochMilliseconds ?? 0));
  const last = {
    ...current,
    place: current.place ?? twin?.place ?? null,
    remark: current.remark ?? twin?.remark ?? null,
  };
  return [...sorted, last];
}

function joined(one: unknown, other: unknown): string | null {
  const parts = [textOf(one), textOf(other)].filter((part) => part !== null);
  return parts.length === 0 ? null : [...new Set(parts)].join(", ");
}

/** Null: none, or in a form of the courier's own. */
function timeOf(value: unknown): Temporal.Instant | null {
  const text = textOf(value);
  return text === null ? null : readShipperDate(text);
}

function countOf(value: unknown): number | null {
  const text = textOf(value);
  return text !== null && /^\d{1,3}$/.test(text) ? Number(text) : null;
}
