/** The events themselves: each is taken in all its forms, taken again, and refused where it cannot be read. */
import { came } from "../../answers.ts";
import { type Check, findings, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { expectRejected, expectSuccess } from "../answers.ts";
import { EVENT_OPERATIONS, nameOf } from "../events.ts";
import type { EventOperation, PartnerOperation } from "../options.ts";
import type { PartnerSession } from "../session.ts";

type PartnerCheck = Check<PartnerSession, PartnerOperation>;

const TAKE =
  'Answer 200 {"status": "Success", "message": "…"} as soon as the event is stored, and work on it afterwards; Failed is for what you will never take.';
const UNKNOWN_MEMBERS =
  "Accept members that you do not know, missing ones that are optional, and null where there is nothing to say.";
const ANY_ORDER =
  "Sort by the times in the bodies: events may arrive in another order, and a label may be older than its invoice.";

interface CaseCheck {
  /** Key of the event's cases, and the last part of the check's id. */
  readonly key: string;
  readonly title: string;
  readonly todo: string;
  /** Place in the contract; the event's own where it is left out. */
  readonly contract?: readonly string[];
  readonly beyond?: string;
  /** The contract only advises it. */
  readonly advice?: true;
}

const FIELDS: CaseCheck = {
  key: "fields",
  title: "custom fields are taken: none, some, one without a value",
  todo: "Take any list of {name, value}, an empty one too; a value may be null.",
  contract: ["components", "schemas", "CustomField"],
};
const TEXTS: CaseCheck = {
  key: "texts",
  title: "long names, Devanagari and emoji are taken",
  todo: "Read the body as UTF-8 and store all of it; cut a text rather than refuse the event.",
  beyond: "JSON is UTF-8, and no length is given for any text.",
};
const EXTRA: CaseCheck = {
  key: "extra",
  title: "a member that the contract does not name is passed over",
  todo: UNKNOWN_MEMBERS,
  contract: ["info"],
};

/** Beside "taken", which every event has. */
const CASES: Partial<Record<EventOperation, readonly CaseCheck[]>> = {
  notifyShipmentCreated: [
    FIELDS,
    TEXTS,
    EXTRA,
    {
      key: "bare",
      title: "a shipment with its codes alone is taken: the rest is optional",
      todo: UNKNOWN_MEMBERS,
      contract: ["components", "schemas", "ShipmentCreatedRequest"],
    },
  ],
  notifyShipmentPacked: [
    {
      key: "lines",
      title: "several lines with several pieces each are taken",
      todo: "Read soiCode as a list with one code for each piece; amounts are those of the line.",
      contract: ["components", "schemas", "InvoicedItem"],
    },
    {
      key: "taxes",
      title: "IGST, UTGST, cess and a line without tax are taken",
      todo: "Read every tax member; those that do not apply are 0.",
      contract: ["components", "schemas", "InvoicedItem"],
    },
    {
      key: "charges",
      title: "COD, a discount and gift wrap are taken",
      todo: "Take an invoice whose prepaidAmount is 0 and whose charges are not.",
      contract: ["components", "schemas", "InvoicedItem"],
    },
    {
      key: "payment",
      title: "an invoice without paymentDetail, or with nulls in it, is taken",
      todo: "paymentDetail is the one optional member; in it paymentMode and transactionId may be null.",
      contract: ["components", "schemas", "InvoicedPaymentDetail"],
      beyond: "The only optional member of the event.",
    },
    FIELDS,
    TEXTS,
    EXTRA,
    {
      key: "dates",
      title: "midnight, noon and a narrow space before AM are read",
      todo: "Read MMM d, yyyy h:mm:ss a in Indian time: 12:05:07 AM is just after midnight, and U+202F may stand before AM or PM.",
      contract: ["components", "schemas", "UniwareDate"],
    },
  ],
  notifyReadyToShip: [
    { ...EXTRA, key: "oddities", title: "custom fields, other scripts and an unknown member are taken" },
    {
      key: "earlier",
      title: "a label that is older than its invoice is taken",
      todo: ANY_ORDER,
      beyond: "In the vendor's own samples the label's time is before the invoice's.",
    },
  ],
  notifyShipmentDispatched: [
    {
      key: "disorder",
      title: "a dispatch whose earlier events never came is accepted",
      todo: ANY_ORDER,
      beyond: "No page promises an order.",
      advice: true,
    },
  ],
  notifyShipmentDelivered: [
    {
      key: "disorder",
      title: "a delivery whose earlier events never came is accepted",
      todo: ANY_ORDER,
      beyond: "No page promises an order.",
      advice: true,
    },
  ],
  notifyReturnCreated: [
    {
      key: "spelling",
      title: "saleOrderCode and COURIER_RETURN are taken as well",
      todo: "Accept SaleOrderCode and saleOrderCode, and the older text COURIER_RETURN for a parcel that comes back; compare status without regard to case.",
      contract: ["components", "schemas", "ReturnCreatedRequest", "properties", "saleOrderCode"],
      advice: true,
    },
  ],
};

export const eventChecks: readonly PartnerCheck[] = EVENT_OPERATIONS.flatMap(checksOfEvent);

function checksOfEvent(id: EventOperation): PartnerCheck[] {
  const name = nameOf(id);
  const place = ["paths", `/${name}`, "post"];
  const cases = (CASES[id] ?? []).map(
    ({ key, title, todo, contract = place, beyond, advice }): PartnerCheck => ({
      id: `${name}.${key}`,
      operation: id,
      title,
      contract,
      ...(beyond === undefined ? {} : { beyond }),
      todo,
      run: (session) => sendCases(session, id, key, advice === true),
    }),
  );
  return [
    {
      id: `${name}.taken`,
      operation: id,
      title: "the event is taken in its common forms: 200, Success, a message",
      contract: [...place, "responses", "200"],
      todo: TAKE,
      run: (session) => sendCases(session, id, "taken", false),
    },
    ...cases,
    {
      id: `${name}.twice`,
      operation: id,
      title: "the same event a second time is taken again",
      contract: place,
      beyond: "Nobody promises that an event comes once: a hub that got no answer sends it again.",
      todo: "Know it again by the members of the contract's deduplication key (or by the header Idempotency-Key), change nothing, and answer Success.",
      run: (session) => tellTwice(session, id),
    },
    {
      id: `${name}.malformed`,
      operation: id,
      title: "what cannot be read is refused: 400 or Failed, no Success",
      contract: ["components", "responses", "Rejected"],
      todo: 'Answer 400 {"status": "Failed", "message": "…"} for a body that is no JSON or no object. 5xx makes the hub send it for a day.',
      run: (session) => sendBroken(session, id),
    },
  ];
}

async function sendCases(session: PartnerSession, id: EventOperation, key: string, advice: boolean): Promise<Verdict> {
  const found = findings();
  const cases = session.tale[id].cases[key] ?? [];
  for (const [index, { about, body }] of cases.entries()) {
    // The very first was sent to see whether the event is offered.
    const exchange = key === "taken" && index === 0 ? await session.first(id) : await session.send(id, body);
    session.noteAnswer(exchange);
    if (advice && exchange.status !== null && exchange.status < 500) adviseSuccess(found, exchange, about);
    else expectSuccess(found, id, exchange, about);
  }
  return found.verdict(`${cases.length} sent`);
}

/** A refusal is within the contract; what is not read at all is not. */
function adviseSuccess(found: ReturnType<typeof findings>, exchange: Exchange, about: string): void {
  const own = findings();
  expectSuccess(own, "notifyShipmentCreated", exchange, about);
  for (const { says, at } of own.verdict().findings) found.advise(says, exchange, at);
}

async function tellTwice(session: PartnerSession, id: EventOperation): Promise<Verdict> {
  const found = findings();
  const before = await session.first(id);
  const again = await session.send(id, session.tale[id].first);
  session.noteAnswer(again);
  const wasTaken = before.status !== null && before.status >= 200 && before.status < 300;
  if (wasTaken) expectSuccess(found, id, again, "a second time");
  // What was not taken the first time is told by another check; a server's fault the second time is this one's.
  else if (again.status === null || again.status >= 500) found.must(`a second time: ${came(again)}`, again);
  return found.verdict();
}

async function sendBroken(session: PartnerSession, id: EventOperation): Promise<Verdict> {
  const found = findings();
  const whole = JSON.stringify(session.tale[id].nobody);
  const broken = [
    ["a body cut in the middle", whole.slice(0, Math.floor(whole.length / 2))],
    ["a list as body", "[]"],
    ["a text as body", '"Success"'],
  ] as const;
  for (const [what, text] of broken) expectRejected(found, id, await session.send(id, {}, { text }), what);
  const empty = await session.send(id, {});
  if (empty.status === null || empty.status >= 500) found.must(`an empty object: ${came(empty)}`, empty);
  else if (empty.status === 200) adviseAgainstEmpty(found, empty);
  return found.verdict();
}

function adviseAgainstEmpty(found: ReturnType<typeof findings>, exchange: Exchange): void {
  const own = findings();
  expectRejected(own, "notifyShipmentCreated", exchange, "an empty object");
  if (own.count > 0) found.advise("an empty object is taken: it names nothing", exchange);
}
