/** /waybillDetails: one number, fifty, one too many, unknown ones, and how states and times are written. */
import type { Json } from "../../../contract/compile.ts";
import { objects, textOf } from "../../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { expectRefused, expectShape } from "../answers.ts";
import type { CourierOperation } from "../options.ts";
import { readCourierDate } from "../parcels.ts";
import type { CourierSession } from "../session.ts";

type CourierCheck = Check<CourierSession, CourierOperation>;

const NUMBERS_MAX = 50;
/** Clocks differ; five hours and a half are a zone. */
const CLOCK_MINUTES = 30;
const PLACE = ["components", "schemas", "TrackingResponse"];

export const trackingChecks: readonly CourierCheck[] = [
  {
    id: "tracking.unknown",
    operation: "getWaybillDetails",
    title: "an unknown number is left out, and is no error",
    contract: ["paths", "/waybillDetails", "get", "responses", "200"],
    todo: 'Answer 200 {"status": "SUCCESS", "waybillDetails": [], "message": ""}: an error for one number would hide the others.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.track([session.unknownNumber]);
      const body = expectTracking(found, exchange, "an unknown number");
      if (body && objects(body.waybillDetails).length > 0)
        found.must("an unknown number: a state is given", exchange, "waybillDetails");
      if (body && outcomeOf(body) === "FAILED")
        found.advise("an unknown number: the outcome is FAILED; asked with others it must not be", exchange);
      return found.verdict();
    },
  },
  {
    id: "tracking.too-many",
    operation: "getWaybillDetails",
    title: `more than ${NUMBERS_MAX} numbers are refused`,
    contract: ["paths", "/waybillDetails", "get"],
    todo: 'Answer 400 {"status": "FAILED", "message": "…", "waybillDetails": []}; what is answered in part would look like numbers that nobody knows.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.track(made(session, NUMBERS_MAX + 1));
      expectRefused(found, exchange, `${NUMBERS_MAX + 1} numbers`);
      return found.verdict();
    },
  },
  {
    id: "tracking.none",
    operation: "getWaybillDetails",
    title: "no number at all is refused",
    contract: ["paths", "/waybillDetails", "get", "responses", "400"],
    todo: 'Answer 400 {"status": "FAILED", "message": "…", "waybillDetails": []}.',
    run: async (session) => {
      const found = findings();
      expectRefused(found, await session.track([]), "no number");
      return found.verdict();
    },
  },
  {
    id: "tracking.one",
    operation: "getWaybillDetails",
    title: "a booked number has a state and a time, as they are written",
    contract: ["components", "schemas", "WaybillDetail"],
    todo: 'Give waybill as it was asked for, currentStatus in your own words, statusDate as "16-Sep-2021 00:00:00".',
    run: (session) => judgeOne(session),
  },
  {
    id: "tracking.time",
    operation: "getWaybillDetails",
    title: "statusDate is Indian time",
    contract: ["components", "schemas", "ShipperDate"],
    beyond: "The zone is the contract's reading: no page states it.",
    todo: "Write times in Indian time (+05:30). UTC there makes every scan look five and a half hours old.",
    run: (session) => judgeTime(session),
  },
  {
    id: "tracking.fifty",
    operation: "getWaybillDetails",
    title: `${NUMBERS_MAX} numbers in one call, known and unknown, are answered`,
    contract: PLACE,
    todo: "Split the list at its commas, the double quotes around it taken off; give each number that you know once, and leave out the rest.",
    run: (session) => judgeFifty(session),
  },
];

function made({ stamp }: CourierSession, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `CF${stamp}${String(index + 1).padStart(3, "0")}`);
}

/** "status" in one edition, "Status" in another. */
function outcomeOf(body: Json): string {
  return (textOf(body.status) || textOf(body.Status)).toUpperCase();
}

function expectTracking(found: Findings, exchange: Exchange, what: string): Json | null {
  return expectShape(found, exchange, what, 200, "TrackingResponse");
}

async function bookedNumbers(session: CourierSession): Promise<string[]> {
  if (!session.options.write) return [];
  const known = await Promise.all((["prepaid", "cod", "reverse"] as const).map((kind) => session.booked(kind)));
  // One number for two parcels is told by the check of its booking.
  return [...new Set(known.flatMap((one) => (one.known ? [one.value.waybill] : [])))];
}

const NOTHING_BOOKED = "no parcel of this run has a number: --write books some";

async function judgeOne(session: CourierSession): Promise<Verdict> {
  const [number] = await bookedNumbers(session);
  if (number === undefined) return skip(NOTHING_BOOKED);
  const found = findings();
  const exchange = await session.track([number]);
  const body = expectTracking(found, exchange, `number ${number}`);
  if (!body) return found.verdict();
  if (outcomeOf(body) !== "SUCCESS")
    found.must(`number ${number}: the outcome is ${outcomeOf(body) || "missing"}`, exchange, "status");
  const rows = objects(body.waybillDetails);
  const row = rows.find(({ waybill }) => waybill === number);
  if (!row) found.must(`number ${number}: it is not given`, exchange, "waybillDetails");
  if (rows.length > 1) found.must(`number ${number}: ${rows.length} states for one number`, exchange, "waybillDetails");
  const state = textOf(row?.currentStatus);
  if (row && state.trim() === "")
    found.must(`number ${number}: currentStatus is empty`, exchange, "waybillDetails/0/currentStatus");
  if (/deliver/i.test(state) && !/rto|un|out|not|return/i.test(state))
    found.must(
      `number ${number}: a parcel that was just booked is ${state}`,
      exchange,
      "waybillDetails/0/currentStatus",
    );
  return found.verdict(state);
}

async function judgeTime(session: CourierSession): Promise<Verdict> {
  const [number] = await bookedNumbers(session);
  if (number === undefined) return skip(NOTHING_BOOKED);
  const found = findings();
  const exchange = await session.track([number]);
  const [row] = exchange.status === 200 && exchange.json !== undefined ? rowsOf(exchange) : [];
  const text = textOf(row?.statusDate);
  const at = readCourierDate(text);
  if (at === null) return skip("statusDate cannot be read: see tracking.one");
  const minutes = Math.abs(at.since(session.startedAt).total("minutes"));
  if (minutes > CLOCK_MINUTES)
    found.advise(
      `number ${number}: just booked, and statusDate is ${text}, ${Math.round(minutes)} minutes from now in India`,
      exchange,
      "waybillDetails/0/statusDate",
    );
  return found.verdict(text);
}

function rowsOf({ json }: Exchange): Json[] {
  const list = typeof json === "object" && json !== null && "waybillDetails" in json ? json.waybillDetails : [];
  return objects(list);
}

async function judgeFifty(session: CourierSession): Promise<Verdict> {
  const own = await bookedNumbers(session);
  const found = findings();
  const numbers = [...own, ...made(session, NUMBERS_MAX - own.length)];
  const exchange = await session.track(numbers);
  const body = expectTracking(found, exchange, `${NUMBERS_MAX} numbers`);
  if (!body) return found.verdict();
  const given = objects(body.waybillDetails).map(({ waybill }) => textOf(waybill));
  for (const number of own) {
    const times = given.filter((one) => one === number).length;
    if (times !== 1)
      found.must(
        `${NUMBERS_MAX} numbers: ${number} is given ${times === 0 ? "not at all" : `${times} times`}`,
        exchange,
        "waybillDetails",
      );
  }
  const strangers = given.filter((one) => !own.includes(one));
  if (strangers.length > 0)
    found.must(`${NUMBERS_MAX} numbers: ${strangers[0]} is given, and is none of yours`, exchange, "waybillDetails");
  return found.verdict(`${own.length} known, ${NUMBERS_MAX - own.length} unknown`);
}
