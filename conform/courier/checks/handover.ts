/** Manifest and cancellation, with --write; at the end what was booked is given back. */
import { came, isWebAddress, objects, textOf } from "../../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { expectRefused, expectShape, words } from "../answers.ts";
import type { CourierOperation } from "../options.ts";
import type { CourierSession } from "../session.ts";
import { judgeFile } from "./waybill.ts";

type CourierCheck = Check<CourierSession, CourierOperation>;

const MADE = ["paths", "/manifest", "post", "responses", "201"];
const ALREADY =
  'Answer 400 {"status": "FAILED", "message": "…", "alreadyManifestedAWBs": ["…"]}: the hub asks again without them.';
const INVALID =
  'Answer 400 (or another 40X) {"status": "FAILED", "message": "…", "invalidAWBs": ["…"]}, and make no manifest.';

export const manifestChecks: readonly CourierCheck[] = [
  {
    id: "manifest.unknown",
    operation: "generateManifest",
    title: "a number that nobody knows is named, and no manifest made",
    writes: true,
    contract: ["components", "schemas", "ManifestInvalid"],
    todo: INVALID,
    run: async (session) => {
      const found = findings();
      const exchange = await session.call("generateManifest", { body: { awbNumbers: [session.unknownNumber] } });
      judgeNamed(found, exchange, "an unknown number", "ManifestInvalid", "invalidAWBs", session.unknownNumber);
      return found.verdict();
    },
  },
  {
    id: "manifest.made",
    operation: "generateManifest",
    title: "a manifest is made: 201, its number and its address",
    writes: true,
    contract: MADE,
    todo: 'Answer 201 (not 200) {"status": "SUCCESS", "manifestNumber": 1, "manifestDownloadUrl": "https://…"}.',
    run: async (session) => {
      const booked = await session.booked("prepaid");
      const exchange = await session.manifest();
      if (!booked.known || exchange === null) return skip("no parcel of this run has a number");
      const found = findings();
      const body = expectShape(found, exchange, `number ${booked.value.waybill}`, 201, "ManifestSuccess");
      if (body && textOf(body.manifestNumber) === "") found.must("manifestNumber is empty", exchange, "manifestNumber");
      return found.verdict();
    },
  },
  {
    id: "manifest.pdf",
    operation: "generateManifest",
    title: "the manifest is a PDF that can be downloaded",
    writes: true,
    contract: MADE,
    todo: "Give in manifestDownloadUrl an address where a readable PDF can be fetched, with the token at most.",
    run: async (session) => {
      const url = await manifestUrl(session);
      if (url === "") return skip("no manifest was made: see manifest.made");
      const found = findings();
      if (!isWebAddress(url)) found.must("manifestDownloadUrl is no web address", null);
      else await judgeFile(found, session, url, "the manifest");
      return found.verdict();
    },
  },
  {
    id: "manifest.again",
    operation: "generateManifest",
    title: "a number that is on a manifest is named, and not taken again",
    writes: true,
    contract: ["components", "schemas", "ManifestAlready"],
    todo: ALREADY,
    run: async (session) => {
      const booked = await session.booked("prepaid");
      if (!booked.known) return skip(booked.why);
      if ((await manifestUrl(session)) === "") return skip("no manifest was made: see manifest.made");
      const { waybill } = booked.value;
      const found = findings();
      const exchange = await session.call("generateManifest", { body: { awbNumbers: [waybill] } });
      judgeNamed(found, exchange, `number ${waybill} again`, "ManifestAlready", "alreadyManifestedAWBs", waybill);
      return found.verdict();
    },
  },
];

/** Of the manifest that this run made; "" where there is none. */
async function manifestUrl(session: CourierSession): Promise<string> {
  const exchange = await session.manifest();
  if (exchange === null) return "";
  const { status, json } = exchange;
  const isMade = status !== null && status < 300 && typeof json === "object" && json !== null;
  return isMade && "manifestDownloadUrl" in json ? textOf(json.manifestDownloadUrl) : "";
}

function judgeNamed(
  found: Findings,
  exchange: Exchange,
  what: string,
  schema: "ManifestInvalid" | "ManifestAlready",
  list: string,
  number: string,
): void {
  const { status } = exchange;
  const isRefusal = schema === "ManifestAlready" ? status === 400 : status !== null && status >= 400 && status < 500;
  if (!isRefusal || status === null || status === 401) {
    const meant = schema === "ManifestAlready" ? "400" : "40X";
    found.must(`${what}: ${came(exchange)}${words(exchange)}, where ${meant} is meant`, exchange);
    return;
  }
  const body = expectShape(found, exchange, what, status, schema);
  const named = body ? body[list] : undefined;
  if (Array.isArray(named) && !named.map(String).includes(number))
    found.must(`${what}: ${list} does not name it`, exchange, list);
}

export const cancelChecks: readonly CourierCheck[] = [
  {
    id: "cancel.unknown",
    operation: "cancelWaybill",
    title: "a number that nobody knows cannot be cancelled",
    writes: true,
    contract: ["paths", "/cancel", "post", "responses", "400"],
    todo: 'Answer 400, or 200 {"status": "FAILED", "waybill": "…", "errorMessage": "…"}.',
    run: async (session) => {
      const found = findings();
      const exchange = await cancel(session, session.unknownNumber);
      expectRefused(found, exchange, "an unknown number");
      return found.verdict();
    },
  },
  {
    id: "cancel.taken",
    operation: "cancelWaybill",
    title: "a number is given back as long as the parcel waits",
    writes: true,
    contract: ["components", "schemas", "CancelResponse"],
    todo: 'Answer 200 {"status": "SUCCESS", "waybill": "…", "errorMessage": "…"}; errorMessage is filled on success too.',
    run: async (session) => {
      const booked = await session.booked("cod");
      if (!booked.known) return skip(booked.why);
      const { waybill } = booked.value;
      const found = findings();
      const exchange = await cancel(session, waybill);
      const body = expectShape(found, exchange, `number ${waybill}`, 200, "CancelResponse");
      if (body && !isSuccess(exchange)) found.must(`number ${waybill}: refused${words(exchange)}`, exchange, "status");
      if (body && body.waybill !== waybill)
        found.must(`number ${waybill}: the answer names ${textOf(body.waybill) || "none"}`, exchange, "waybill");
      return found.verdict();
    },
  },
  {
    id: "cancel.twice",
    operation: "cancelWaybill",
    title: "a number that was given back can be cancelled again in peace",
    writes: true,
    contract: ["paths", "/cancel", "post"],
    beyond: "A hub that got no answer asks again.",
    todo: "Answer SUCCESS, FAILED, or 400 with the reason: the parcel stays cancelled.",
    run: async (session) => {
      const booked = await session.booked("cod");
      if (!booked.known) return skip(booked.why);
      const found = findings();
      const exchange = await cancel(session, booked.value.waybill);
      const what = `number ${booked.value.waybill}, a second time`;
      if (exchange.status === 200) expectShape(found, exchange, what, 200, "CancelResponse");
      else if (exchange.status !== 400)
        found.must(`${what}: ${came(exchange)}${words(exchange)}, where 200 or 400 is meant`, exchange);
      return found.verdict();
    },
  },
  {
    id: "cancel.tracked",
    operation: "cancelWaybill",
    title: "a number that was given back is told as cancelled, or left out",
    writes: true,
    contract: ["components", "schemas", "WaybillDetail", "properties", "currentStatus"],
    beyond: "The words are your own; CANCELLED is the proposed one.",
    todo: "Give the number with a state that says that it was cancelled, or leave it out.",
    run: async (session) => {
      const booked = await session.booked("cod");
      if (!booked.known) return skip(booked.why);
      if (session.open.has(booked.value.waybill)) return skip("it was not given back: see cancel.taken");
      return judgeTracked(session, booked.value.waybill);
    },
  },
  {
    id: "cancel.rest",
    operation: "cancelWaybill",
    title: "all else that this run booked is given back",
    writes: true,
    contract: ["paths", "/cancel", "post"],
    todo: "Cancel the numbers by hand, or let a parcel that was not collected be cancelled.",
    run: async (session) => {
      const found = findings();
      const rest = [...session.open];
      for (const number of rest) {
        const exchange = await cancel(session, number);
        // One that is on a manifest may be beyond recall: the courier decides.
        if (!isSuccess(exchange))
          found.advise(`number ${number} stays booked: ${came(exchange)}${words(exchange)}`, exchange);
      }
      return found.verdict(rest.join(", "));
    },
  },
];

async function cancel(session: CourierSession, waybill: string): Promise<Exchange> {
  const exchange = await session.call("cancelWaybill", { body: { waybill } });
  if (isSuccess(exchange)) session.open.delete(waybill);
  return exchange;
}

/** SUCCESS, in either case: both were published. */
function isSuccess({ status, json }: Exchange): boolean {
  return (
    status === 200 &&
    typeof json === "object" &&
    json !== null &&
    "status" in json &&
    /^success$/i.test(textOf(json.status))
  );
}

async function judgeTracked(session: CourierSession, number: string): Promise<Verdict> {
  const found = findings();
  const exchange = await session.track([number]);
  const body = expectShape(found, exchange, `number ${number}`, 200, "TrackingResponse");
  const row = objects(body?.waybillDetails).find(({ waybill }) => waybill === number);
  const state = textOf(row?.currentStatus);
  if (row && !/cancel/i.test(state))
    found.advise(
      `number ${number}: given back, and its state is ${state || "empty"}`,
      exchange,
      "waybillDetails/0/currentStatus",
    );
  return found.verdict(state);
}
