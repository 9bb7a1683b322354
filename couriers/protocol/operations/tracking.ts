/** Where parcels are. */
import { type Call, type Outcome, succeed } from "../../../connectors/kit/index.ts";
import type { Tracked } from "../../kit/index.ts";
import { outcomeOf } from "../map/answers.ts";
import { readTracking } from "../map/tracking.ts";
import { send, withToken } from "./send.ts";

/** The contract's own limit. */
export const TRACK_BATCH_MAX = 50;

/** What would break the list in the query. No courier numbers parcels so; a person who typed one is told. */
const UNASKABLE = /[",\s]/;

/** Asks group by group. One that fails fails the whole: to ask again changes nothing. */
export async function track(call: Call, awbs: readonly string[]): Promise<Outcome<Tracked>> {
  const wanted = [...new Set(awbs)];
  const askable = wanted.filter((awb) => !UNASKABLE.test(awb) && awb !== "");
  const parts: Tracked[] = [
    {
      parcels: [],
      unknown: [],
      rejected: wanted.filter((awb) => !askable.includes(awb)).map((awb) => `${awb}: is no tracking number to ask for`),
    },
  ];
  for (let from = 0; from < askable.length; from += TRACK_BATCH_MAX) {
    const part = await trackSome(call, askable.slice(from, from + TRACK_BATCH_MAX));
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return succeed({
    parcels: parts.flatMap((part) => part.parcels),
    unknown: parts.flatMap((part) => part.unknown),
    rejected: parts.flatMap((part) => part.rejected),
  });
}

async function trackSome(call: Call, awbs: readonly string[]): Promise<Outcome<Tracked>> {
  // The whole list stands in double quotes.
  const query = { waybills: `"${awbs.join(",")}"` };
  const request = { id: "getWaybillDetails", query, idempotent: true } as const;
  const answered = await withToken(call, (headers) => send(call, request, headers));
  return answered.ok ? outcomeOf(readTracking(answered.value, awbs), request, answered.value.status) : answered;
}
