/** What is told about an order on its way out: acceptance, shipment data, manifest, states, dispatch. Only with --write. */
import { isJson, type Json } from "../../../contract/compile.ts";
import { INDIA } from "../../../src/kernel/index.ts";
import { pdfFault } from "../../pdf.ts";
import { came, expectAnswer, isWebAddress, objects, textOf } from "../answers.ts";
import { type Check, findings, skip, type Verdict } from "../check.ts";
import type { Target } from "../facts.ts";
import { sampleOf, UNKNOWN_ID } from "../samples.ts";
import type { Session } from "../session.ts";
import { emptyBodyCheck, expectDone, expectNamed, ITEM_FAILURES } from "./writes.ts";

const UNKNOWN_ITEM = { refused: [UNKNOWN_ID] };
const NAME_IT =
  'Answer 200 {"status": "FAILED", "orderItems": [{orderItemId, errorMessage}]}; what is not named is taken for done.';

export const acknowledgeChecks: readonly Check[] = [
  {
    id: "acknowledge.accepted",
    operation: "acknowledgeOrder",
    title: "an order that waits for the seller is accepted",
    writes: true,
    contract: ["paths", "/orders/acknowledge", "post"],
    todo: 'Answer {"status": "SUCCESS"}, give the order as CREATED from then on, and take the same call a second time without harm.',
    run: judgeAcknowledge,
  },
  {
    id: "acknowledge.unknown",
    operation: "acknowledgeOrder",
    title: "an unknown order is not accepted",
    writes: true,
    contract: ["components", "schemas", "AcknowledgeResult", "properties", "status"],
    todo: 'Answer {"status": "FAILED"} for an order that is not this seller\'s.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.call("acknowledgeOrder", sampleOf("acknowledgeOrder"));
      // FAILED is inferred, so a plain 400 or 404 is as good.
      if (exchange.status === 200) {
        const body = expectAnswer(found, "acknowledgeOrder", exchange, "an unknown order", "status");
        if (body?.status === "SUCCESS") found.must("an unknown order: status is SUCCESS", exchange, "status");
      } else if (exchange.status !== 400 && exchange.status !== 404)
        found.must(`an unknown order: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
  emptyBodyCheck("acknowledge", "acknowledgeOrder", "AcknowledgeRequest"),
];

/** Before courier and label are asked for: some implementations make the label from this. */
export const shipmentChecks: readonly Check[] = [
  {
    id: "shipment.taken",
    operation: "postShipmentDetails",
    title: "box, weight and invoice of a package are taken",
    writes: true,
    contract: ["paths", "/orders/labels", "post"],
    todo: 'Take an item of quantity n as n entries; answer {"status": "SUCCESS", "orderItems": []}.',
    run: (session) =>
      onTarget(session, async (target) => {
        const found = findings();
        const exchange = await session.call("postShipmentDetails", { body: shipmentOf(session, target) });
        expectDone(found, "postShipmentDetails", exchange, `order ${target.id}`, ITEM_FAILURES);
        return found.verdict(`order ${target.id}`);
      }),
  },
  namesUnknown("shipment", "postShipmentDetails", "an unknown item is named, not passed over"),
  emptyBodyCheck("shipment", "postShipmentDetails", "ShipmentDetails"),
];

export const handoverChecks: readonly Check[] = [
  namesUnknown("manifest", "fetchManifest", "an unknown item stops the manifest and is named"),
  {
    id: "manifest.file",
    operation: "fetchManifest",
    title: "a manifest is the address of a PDF that can be downloaded",
    writes: true,
    contract: ["components", "schemas", "ManifestResult", "properties", "manifestUrl"],
    todo: "Answer SUCCESS with manifestUrl, an address where a readable PDF can be fetched, with the token at most.",
    run: (session) => onTarget(session, (target) => judgeManifest(session, target)),
  },
  emptyBodyCheck("manifest", "fetchManifest", "ManifestRequest"),
  {
    id: "notification.taken",
    operation: "postStatusNotification",
    title: "a change of the package's state is taken with SUCCESS",
    writes: true,
    contract: ["paths", "/order/{orderId}", "post"],
    todo: 'Answer {"status": "SUCCESS"}: any other word stops all further notifications of the order until a person repeats them.',
    run: (session) =>
      onTarget(session, async (target) => {
        const found = findings();
        const exchange = await notify(
          session,
          target.id,
          target.items.map(({ orderItemId }) => orderItemId),
        );
        const body = expectAnswer(found, "postStatusNotification", exchange, `order ${target.id}, PACKED`, "status");
        if (body && body.status !== "SUCCESS" && found.count === 0)
          found.must(`order ${target.id}, PACKED: status is ${textOf(body.status)}`, exchange, "status");
        return found.verdict(`order ${target.id}, PACKED`);
      }),
  },
  {
    id: "notification.problems",
    operation: "postStatusNotification",
    title: "an unknown item is named beside SUCCESS",
    writes: true,
    contract: ["paths", "/order/{orderId}", "post"],
    todo: "Keep status SUCCESS and put the problem into orderItems[].errorMessage; FAILED stops all further notifications of the order.",
    run: (session) =>
      onTarget(session, async (target) => {
        const found = findings();
        const exchange = await notify(session, target.id, [UNKNOWN_ID]);
        const body = expectAnswer(found, "postStatusNotification", exchange, "an unknown item", "status");
        if (body && body.status !== "SUCCESS")
          found.advise(`an unknown item: status is ${textOf(body.status)}`, exchange, "status");
        return found.verdict();
      }),
  },
  emptyBodyCheck("notification", "postStatusNotification", "StatusNotification"),
];

/** Last of all but its return: nothing else can be done to the order after it. */
export const dispatchChecks: readonly Check[] = [
  namesUnknown("dispatch", "dispatchOrderItems", "an unknown item is named, not passed over"),
  {
    id: "dispatch.taken",
    operation: "dispatchOrderItems",
    title: "a dispatch is taken, and the order's status says so",
    writes: true,
    contract: ["paths", "/orders/dispatch", "post"],
    todo: "Answer SUCCESS, and from then on give the items as DISPATCHED and the order as COMPLETE.",
    run: (session) => onTarget(session, (target) => judgeDispatch(session, target, "first")),
  },
  {
    id: "dispatch.repeat",
    operation: "dispatchOrderItems",
    title: "the same dispatch a second time changes nothing",
    writes: true,
    contract: ["paths", "/orders/dispatch", "post"],
    todo: "Take a dispatch that you know already as done (SUCCESS): a hub that got no answer tells it again.",
    run: (session) => onTarget(session, (target) => judgeDispatch(session, target, "again")),
  },
  emptyBodyCheck("dispatch", "dispatchOrderItems", "DispatchRequest"),
];

/** What has left can come back: the one thing that may be said of the order after its dispatch. */
export const reverseChecks: readonly Check[] = [
  {
    id: "notification.reverse",
    operation: "postStatusNotification",
    title: "a change of a reverse pickup's state is taken with SUCCESS",
    writes: true,
    contract: ["components", "schemas", "StatusNotification"],
    todo: 'Take IsReverse: true too, with CREATED, COURIER_ALLOCATED, COMPLETE or NOT_RECEIVED. Answer {"status": "SUCCESS"} also where you know of no return, and say so in orderItems[].errorMessage.',
    run: (session) => onTarget(session, (target) => judgeReverse(session, target)),
  },
];

async function onTarget(session: Session, run: (target: Target) => Promise<Verdict>): Promise<Verdict> {
  const target = await session.facts.target();
  return target.known ? run(target.value) : skip(target.why);
}

function namesUnknown(
  prefix: string,
  operation: "postShipmentDetails" | "fetchManifest" | "dispatchOrderItems",
  title: string,
): Check {
  return {
    id: `${prefix}.unknown`,
    operation,
    title,
    writes: true,
    contract: ["components", "schemas", "ItemsResult", "properties", "orderItems"],
    todo: NAME_IT,
    run: async (session) => {
      const found = findings();
      const exchange = await session.call(operation, sampleOf(operation));
      expectNamed(found, operation, exchange, "an unknown item", ITEM_FAILURES, UNKNOWN_ITEM);
      return found.verdict();
    },
  };
}

async function judgeAcknowledge(session: Session): Promise<Verdict> {
  const target = await session.facts.acknowledgeTarget();
  if (!target.known) return skip(target.why);
  const { id } = target.value;
  const found = findings();
  for (const what of ["", ", a second time"]) {
    const exchange = await session.call("acknowledgeOrder", { body: { orderId: id } });
    const body = expectAnswer(found, "acknowledgeOrder", exchange, `order ${id}${what}`, "status");
    if (body && body.status !== "SUCCESS" && what === "")
      found.must(`order ${id}: status is ${textOf(body.status)}`, exchange, "status");
  }
  const { rows, exchange } = await session.facts.statusOf([id]);
  const [row] = rows;
  if (found.count === 0 && row?.json.orderStatus === "PENDING_VERIFICATION")
    found.must(`order ${id} was accepted and is still PENDING_VERIFICATION`, exchange, row.at);
  return found.verdict(`order ${id}`);
}

/** Facts of an invoice that never was, plainly named so: nothing of it is taxed. */
function invoiceOf(session: Session, target: Target) {
  const today = session.startedAt.toZonedDateTimeISO(INDIA).toPlainDate().toString();
  return { invoiceNumber: `CF-${target.id}`.slice(0, 16), invoiceDate: today };
}

const RATES = {
  taxRate: 18,
  centralGstPercentage: 0,
  stateGstPercentage: 0,
  unionTerritoryGstPercentage: 0,
  integratedGstPercentage: 18,
  compensationCessPercentage: 0,
};

function shipmentOf(session: Session, target: Target) {
  const invoice = invoiceOf(session, target);
  const orderItems = target.items.flatMap(({ orderItemId, quantity }) =>
    Array.from({ length: Math.min(quantity, 100) }, () => ({ orderItemId, ...invoice, ...RATES })),
  );
  return { boxLength: 300, boxWidth: 200, boxHeight: 50, weight: 500, orderItems };
}

function notify(
  session: Session,
  orderId: string,
  orderItemIds: readonly string[],
  state: Readonly<Record<string, unknown>> = { status: "PACKED", IsReverse: false },
) {
  const updated = new Intl.DateTimeFormat("en-US", {
    timeZone: INDIA,
    month: "short",
    day: "numeric",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
  })
    .format(session.startedAt.epochMilliseconds)
    .replaceAll(/\u202f/g, " "); // newer ICU puts a narrow space before AM, which the format of the contract has not
  const orderItems = orderItemIds.map((orderItemId) => ({ orderItemId, ...state, updated }));
  return session.call("postStatusNotification", { path: { orderId }, body: { orderItems } });
}

const REVERSE_STEPS = [
  { status: "CREATED" },
  {
    status: "COURIER_ALLOCATED",
    reversePickupCourierName: "Conform Couriers",
    reversePickupCourierCode: "CONFORM",
    returnAwb: "CONFORM-R1",
  },
] as const;

/** After the dispatch: what never left cannot be collected. */
async function judgeReverse(session: Session, target: Target): Promise<Verdict> {
  const found = findings();
  const ids = target.items.map(({ orderItemId }) => orderItemId);
  for (const step of REVERSE_STEPS) {
    const exchange = await notify(session, target.id, ids, { ...step, IsReverse: true });
    const what = `order ${target.id}, reverse pickup ${step.status}`;
    const body = expectAnswer(found, "postStatusNotification", exchange, what, "status");
    if (body && body.status !== "SUCCESS" && found.count === 0)
      found.must(`${what}: status is ${textOf(body.status)}`, exchange, "status");
  }
  return found.verdict(`order ${target.id}`);
}

async function judgeManifest(session: Session, target: Target): Promise<Verdict> {
  if (!target.marketplaceShips) return skip(`the seller ships order ${target.id}; the manifest is the seller's own`);
  const booked = await session.call("getCourierDetails", { query: { orderItemIds: target.itemIds } });
  const courierCode = (isJson(booked.json) && textOf(booked.json.courierCode)) || "CONFORM";
  const manifestItems = target.items.map(({ orderItemId, productId, variantId, quantity }) => ({
    orderItemId,
    status: "PROCESSING",
    productId,
    variantId,
    quantity,
  }));
  const found = findings();
  const exchange = await session.call("fetchManifest", { body: { courierCode, manifestItems } });
  const body = expectDone(found, "fetchManifest", exchange, `order ${target.id}`, ITEM_FAILURES);
  if (!body || found.count > 0) return found.verdict();
  const address = textOf(body.manifestUrl);
  if (!isWebAddress(address)) {
    found.must(
      `order ${target.id}: manifestUrl ${address === "" ? "is empty" : `"${address.slice(0, 80)}" is no http address`}`,
      exchange,
      "manifestUrl",
    );
    return found.verdict();
  }
  let file = await session.download(address, false);
  // The token goes to the implementation itself and nowhere else.
  if ((file.status === 401 || file.status === 403) && new URL(address).origin === session.options.baseUrl.origin)
    file = await session.download(address, true);
  const fault = file.status === 200 ? pdfFault(file.content ?? Buffer.alloc(0)) : null;
  if (file.status !== 200) found.must(`order ${target.id}: the manifest's file: ${came(file)}`, file);
  else if (fault !== null) found.must(`order ${target.id}: the manifest's file ${fault}`, file);
  return found.verdict(`order ${target.id}: a PDF of ${file.bytes} bytes`);
}

function dispatchOf(session: Session, target: Target) {
  const orderItems = target.items.map(({ orderItemId, quantity }) => ({ orderItemId, quantity, ...RATES }));
  if (target.marketplaceShips) return { orderItems };
  const at = session.startedAt.toZonedDateTimeISO(INDIA).toPlainDateTime();
  const selfShipping = {
    deliveryPartner: "Conform",
    deliveryCourier: "Conform",
    dispatchDate: at.toString({ smallestUnit: "second" }),
    ...invoiceOf(session, target),
    tentativeDeliveryDate: at.add({ days: 4 }).toString({ smallestUnit: "second" }),
    trackingId: `CF${target.id}`,
    trackingURL: `https://example.invalid/track/CF${encodeURIComponent(target.id.toWellFormed())}`,
  };
  return { orderItems, selfShipping };
}

async function judgeDispatch(session: Session, target: Target, time: "first" | "again"): Promise<Verdict> {
  const found = findings();
  const what = `order ${target.id}${time === "again" ? ", a second time" : ""}`;
  const before = time === "again" ? (await session.facts.statusOf([target.id])).rows[0] : undefined;
  if (time === "again" && before?.json.orderStatus !== "COMPLETE")
    return skip(`order ${target.id} is not dispatched: see dispatch.taken`);
  const exchange = await session.call("dispatchOrderItems", { body: dispatchOf(session, target) });
  const body = expectAnswer(found, "dispatchOrderItems", exchange, what, "status");
  if (body && body.status !== "SUCCESS" && found.count === 0)
    found.must(`${what}: status is ${textOf(body.status)}`, exchange, "status");
  const after = await session.facts.statusOf([target.id]);
  const [row] = after.rows;
  if (found.count === 0 && row?.json.orderStatus !== "COMPLETE")
    found.must(
      `${what}: orderStatus is ${textOf(row?.json.orderStatus) || "not given"} after it, not COMPLETE`,
      after.exchange,
      row?.at ?? "",
    );
  if (time === "again" && standing(row?.json) !== standing(before?.json))
    found.must(`${what}: the order is given differently after it`, after.exchange, row?.at ?? "");
  return found.verdict(`order ${target.id}`);
}

/** What a dispatch may change of an order, once. */
function standing(order: Json | undefined): string {
  const items = objects(order?.orderItems).map(
    (item) => `${textOf(item.orderItemId)} ${textOf(item.status)} ${textOf(item.quantity)}`,
  );
  return [textOf(order?.orderStatus), ...items].join("\n");
}
