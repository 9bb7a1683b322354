/** /waybill and /waybill/update, with --write: numbers for parcels both ways, what must be refused, labels, changes. */
import type { Json } from "../../../contract/compile.ts";
import { isWebAddress, textOf } from "../../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { pdfFault } from "../../pdf.ts";
import { expectRefused, expectShape, words } from "../answers.ts";
import type { CourierOperation } from "../options.ts";
import { PARCEL_KINDS, type ParcelKind, planOf, updateBody, waybillBody } from "../parcels.ts";
import { type CourierSession, waybillIn } from "../session.ts";

type CourierCheck = Check<CourierSession, CourierOperation>;

const SUCCESS = ["components", "schemas", "WaybillSuccess"];
const FAILURE = ["components", "schemas", "WaybillFailure"];
const GIVE =
  'Answer 200 {"status": "SUCCESS", "waybill": "…"}, with shippingLabel and courierName where you have them.';
const REFUSE =
  'Answer 200 {"status": "FAILED", "reason": "…", "message": "…"} (or 400 where a field is missing), and give no number.';

export const waybillChecks: readonly CourierCheck[] = [
  bookingCheck("prepaid", "waybill.prepaid", "a prepaid parcel gets a number", GIVE),
  bookingCheck("cod", "waybill.cod", "a parcel with cash on delivery gets a number", GIVE),
  bookingCheck(
    "reverse",
    "waybill.reverse",
    "a customer's return gets a number",
    `${GIVE} returnShipmentFlag is "true", pickup is the customer's address, delivery the seller's.`,
  ),
  bookingCheck(
    "variety",
    "waybill.variety",
    "other scripts, numbers as numbers, optional members absent",
    "Read UTF-8, take weight and sizes as text or number, do without optional members, and pass over members that you do not know.",
  ),
  bookingCheck(
    "addressId",
    "waybill.address-id",
    "a seller's address that was agreed by an id is taken",
    "Where pickupAddressId is given, pickupAddressDetails is an empty object: look the address up.",
  ),
  {
    id: "waybill.repeat",
    operation: "generateWaybill",
    title: "the same shipment code again gives the same number",
    writes: true,
    contract: ["components", "schemas", "WaybillShipment", "properties", "code"],
    beyond: "A hub that got no answer asks again with the same code.",
    todo: "Keep the number of a shipment code and direction, and answer it again; a second number is a second parcel that nobody hands over.",
    run: async (session) => {
      const booked = await session.booked("prepaid");
      if (!booked.known) return skip(booked.why);
      const found = findings();
      const body = waybillBody(booked.value.plan, session.options, session.startedAt);
      const again = await session.call("generateWaybill", { body });
      if (again.status === null || again.status >= 500)
        found.must(`a second time: no answer that can be used${words(again)}`, again);
      const number = waybillIn(again);
      if (number !== "" && number !== booked.value.waybill) {
        session.open.add(number);
        found.advise(`a second time: another number, ${number} beside ${booked.value.waybill}`, again, "waybill");
      }
      return found.verdict();
    },
  },
  {
    id: "waybill.unserviceable",
    operation: "generateWaybill",
    title: "a PIN code that is not served is refused, with the reason",
    writes: true,
    contract: FAILURE,
    todo: REFUSE,
    run: async (session) => {
      const { unserviceablePincode } = session.options;
      if (unserviceablePincode === null) return skip("--unserviceable-pincode names no PIN code that is not served");
      const plan = { ...planOf(session.stamp, "prepaid"), code: `CF-${session.stamp}-U` };
      const body = waybillBody(plan, { ...session.options, pincode: unserviceablePincode }, session.startedAt);
      return judgeRefusal(session, body, `PIN code ${unserviceablePincode}`);
    },
  },
  {
    id: "waybill.incomplete",
    operation: "generateWaybill",
    title: "a parcel without weight or address is refused",
    writes: true,
    contract: FAILURE,
    todo: REFUSE,
    run: async (session) => {
      const plan = { ...planOf(session.stamp, "prepaid"), code: `CF-${session.stamp}-I` };
      const whole = waybillBody(plan, session.options, session.startedAt);
      const { weight: _, ...shipment } = Object.fromEntries(Object.entries(whole.Shipment ?? {}));
      const { deliveryAddressDetails: __, ...homeless } = whole;
      const found = findings();
      await mustBeRefused(found, session, { ...whole, Shipment: shipment }, "without Shipment.weight");
      await mustBeRefused(found, session, homeless, "without deliveryAddressDetails");
      await mustBeRefused(found, session, {}, "an empty object");
      return found.verdict();
    },
  },
  {
    id: "label.pdf",
    operation: "generateWaybill",
    title: "the label is a PDF that can be downloaded",
    writes: true,
    contract: [...SUCCESS, "properties", "shippingLabel"],
    todo: "Give in shippingLabel an address where a readable PDF can be fetched, with the token at most; leave it empty if you print no labels.",
    run: async (session) => {
      const booked = await session.booked("prepaid");
      if (!booked.known) return skip(booked.why);
      const { label, exchange } = booked.value;
      if (label === "") return skip("no label is given: shippingLabel is empty");
      const found = findings();
      if (!isWebAddress(label)) found.must("shippingLabel is no web address", exchange, "shippingLabel");
      else await judgeFile(found, session, label, "the label");
      return found.verdict();
    },
  },
  {
    id: "update.taken",
    operation: "updateWaybill",
    title: "weight and size of a booked parcel are changed",
    writes: true,
    contract: ["components", "schemas", "WaybillUpdateResponse"],
    todo: 'Answer 200 {"status": "SUCCESS", "waybill": "…", "message": "…"} as long as the parcel waits.',
    run: async (session) => {
      const booked = await session.booked("prepaid");
      if (!booked.known) return skip(booked.why);
      const { plan, waybill } = booked.value;
      const found = findings();
      const exchange = await session.call("updateWaybill", { body: updateBody(plan, waybill, session.startedAt) });
      const body = expectShape(found, exchange, `number ${waybill}`, 200, "WaybillUpdateResponse");
      if (body?.status === "FAILED") found.must(`number ${waybill}: refused${words(exchange)}`, exchange, "status");
      const answered = textOf(body?.waybill);
      if (answered !== "" && answered !== waybill)
        found.must(`number ${waybill}: the answer names ${answered}`, exchange, "waybill");
      return found.verdict();
    },
  },
  {
    id: "update.unknown",
    operation: "updateWaybill",
    title: "a number that nobody knows cannot be changed",
    writes: true,
    contract: ["paths", "/waybill/update", "post", "responses", "400"],
    todo: 'Answer 400, or 200 {"status": "FAILED", "message": "…"}.',
    run: async (session) => {
      const found = findings();
      const plan = { ...planOf(session.stamp, "prepaid"), code: `CF-${session.stamp}-X` };
      const body = updateBody(plan, session.unknownNumber, session.startedAt);
      expectRefused(found, await session.call("updateWaybill", { body }), "an unknown number");
      return found.verdict();
    },
  },
];

function bookingCheck(kind: ParcelKind, id: string, title: string, todo: string): CourierCheck {
  return {
    id,
    operation: "generateWaybill",
    title,
    writes: true,
    contract: kind === "addressId" ? ["components", "schemas", "AddressOrBlank"] : SUCCESS,
    todo,
    run: (session) => judgeBooking(session, kind),
  };
}

async function judgeBooking(session: CourierSession, kind: ParcelKind): Promise<Verdict> {
  if (kind === "addressId" && session.options.pickupId === null)
    return skip("--pickup-id names no address that was agreed by an id");
  const found = findings();
  const exchange = await session.book(kind);
  const what = `parcel ${planOf(session.stamp, kind).code}`;
  if (exchange.status === 200 && waybillIn(exchange) === "" && words(exchange).startsWith(" (FAILED")) {
    found.must(`${what}: refused${words(exchange)}`, exchange, "status");
    return found.verdict();
  }
  const body = expectShape(found, exchange, what, 200, "WaybillSuccess");
  if (!body) return found.verdict();
  const number = textOf(body.waybill);
  if (body.waybill !== undefined && number === "") found.must(`${what}: waybill is empty`, exchange, "waybill");
  // Numbers are asked for in one list, commas between and quotes around.
  if (/[,"\s]/.test(number)) found.must(`${what}: ${JSON.stringify(number)} holds a comma, quote or space`, exchange);
  await judgeAlone(found, session, kind, number, exchange);
  const label = textOf(body.shippingLabel);
  if (label !== "" && !isWebAddress(label)) found.must(`${what}: shippingLabel is no web address`, exchange);
  return found.verdict(number);
}

/** A number names one parcel. */
async function judgeAlone(
  found: Findings,
  session: CourierSession,
  kind: ParcelKind,
  number: string,
  exchange: Exchange,
): Promise<void> {
  for (const other of PARCEL_KINDS.slice(0, PARCEL_KINDS.indexOf(kind))) {
    if (other === "addressId" || number === "") continue;
    const before = await session.booked(other);
    if (before.known && before.value.waybill === number)
      found.must(`${number} was given to parcel ${before.value.plan.code} before`, exchange, "waybill");
  }
}

async function judgeRefusal(session: CourierSession, body: Json, what: string): Promise<Verdict> {
  const found = findings();
  await mustBeRefused(found, session, body, what);
  return found.verdict();
}

async function mustBeRefused(found: Findings, session: CourierSession, body: Json, what: string): Promise<void> {
  const exchange = await session.call("generateWaybill", { body });
  const number = waybillIn(exchange);
  if (number !== "") session.open.add(number);
  expectRefused(found, exchange, what);
}

/** A file behind an address, asked for as anybody and then with the token. */
export async function judgeFile(found: Findings, session: CourierSession, url: string, what: string): Promise<void> {
  const bare = await session.download(url, false);
  const exchange = bare.status === 401 || bare.status === 403 ? await session.download(url, true) : bare;
  if (exchange.status !== 200 || exchange.content === null) {
    found.must(`${what} cannot be downloaded: ${exchange.status ?? exchange.failure}`, exchange);
    return;
  }
  const fault = pdfFault(exchange.content);
  if (fault !== null) found.must(`${what} ${fault}`, exchange);
}
