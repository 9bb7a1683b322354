import { createHash } from "node:crypto";
import type { GatepassEventKind, ReturnEventKind } from "../../events/index.ts";
import type { ChannelId, FacilityId, Instant, InvoiceId, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import type { PartnerEvent } from "../partner.ts";
import { cancelSOItem } from "./cancel-so-item.ts";
import { createShipment } from "./create-shipment.ts";
import type {
  CancelledFacts,
  CustomFields,
  GatepassFacts,
  GrnFacts,
  PurchaseOrderFacts,
  ReturnFacts,
  ShipmentFacts,
} from "./facts.ts";
import { discardGatepass, gatepassBody } from "./gatepass-events.ts";
import { invoiced } from "./invoiced.ts";
import { EVENT_OF, type ShipmentEvent, type ShipmentTelling } from "./plan.ts";
import { approvedPurchaseOrder, completeInflowReceipt } from "./purchase-events.ts";
import { allocateReturnCourier, completeReturn, createReturn, returnIdOf } from "./return-events.ts";
import { assignAWB, delivered, dispatchedShipment } from "./shipment-steps.ts";

/** One thing to tell, whoever wants it: what it is about, what keeps its order, and how its body is built. */
export interface Telling {
  readonly event: PartnerEvent;
  readonly lane: string;
  /** The contract's key of the event: told twice under it, it is one. */
  readonly dedupeKey: string;
  readonly saleOrderId: SaleOrderId | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly subject: string;
  readonly happenedAt: Instant;
  /** Null: it is about no channel, and a partner's choice of channels says nothing of it. */
  readonly channelId: ChannelId | null;
  /** Null: for no facility yet. */
  readonly facilityId: FacilityId | null;
  readonly build: () => unknown;
}

/** What bodies need besides facts: custom fields, and links that open without login. */
export interface Means {
  readonly custom: CustomFields;
  readonly invoiceUrl: (invoiceId: InvoiceId) => string;
  readonly labelUrl: (shippingPackageId: ShippingPackageId) => string;
}

export function ofShipment(parcel: ShipmentFacts, { event, happenedAt }: ShipmentTelling, means: Means): Telling {
  const { shippingPackageId, code, invoice, awb, saleOrderId, channelId, facilityId } = parcel;
  const { custom } = means;
  const url = () => (invoice === null ? "" : means.invoiceUrl(invoice.invoiceId));
  const label = () => means.labelUrl(shippingPackageId);
  const told: Record<ShipmentEvent, { readonly key: string; readonly build: () => unknown }> = {
    createShipment: { key: code, build: () => createShipment(parcel, custom) },
    invoiced: { key: keyOf(code, invoice?.code), build: () => invoiced(parcel, custom, url()) },
    assignAWB: { key: keyOf(code, awb), build: () => assignAWB(parcel, custom, { label: label(), happenedAt }) },
    dispatchedShipment: { key: code, build: () => dispatchedShipment(parcel, custom) },
    delivered: { key: keyOf(code, "delivered"), build: () => delivered(parcel) },
  };
  const { key, build } = told[event];
  return {
    ...{ event, happenedAt, saleOrderId, shippingPackageId, channelId, facilityId, build },
    ...{ lane: shippingPackageId, dedupeKey: key, subject: code },
  };
}

export function ofCancelled(facts: CancelledFacts, happenedAt: Instant): Telling {
  const { saleOrderId, shippingPackageId, orderCode, packageCode, channelId, facilityId } = facts;
  // Codes of orders and units are unique within a channel alone, and many units make a long key: their ids stand for them.
  const digest = digestOf(
    facts.units
      .map((unit) => unit.unitId)
      .toSorted()
      .join(" "),
  );
  return {
    ...{ event: "cancelSOItem", happenedAt, saleOrderId, shippingPackageId, channelId, facilityId },
    lane: shippingPackageId ?? saleOrderId,
    dedupeKey: keyOf(orderCode, digest),
    subject: packageCode ?? orderCode.slice(0, TEXT_MAX),
    build: () => cancelSOItem(facts),
  };
}

export function ofReturn(
  facts: ReturnFacts,
  kind: ReturnEventKind,
  happenedAt: Instant,
  custom: CustomFields,
): Telling {
  const { saleOrderId, shippingPackageId, channelId, facilityId } = facts;
  const id = returnIdOf(facts);
  const told: Record<ReturnEventKind, { readonly key: string; readonly build: () => unknown }> = {
    RETURN_CREATED: { key: keyOf(id, facts.kind), build: () => createReturn(facts, custom) },
    RETURN_COURIER_ALLOCATED: {
      key: keyOf(facts.code, facts.awb),
      build: () => allocateReturnCourier(facts, custom),
    },
    RETURN_COMPLETED: { key: keyOf(id, facts.kind), build: () => completeReturn(facts, custom) },
  };
  const { key, build } = told[kind];
  return {
    ...{ event: EVENT_OF[kind], happenedAt, saleOrderId, shippingPackageId, channelId, facilityId, build },
    // After what was told of its shipment; one of several shipments has an order of its own.
    ...{ lane: shippingPackageId ?? facts.returnCaseId, dedupeKey: key, subject: id },
  };
}

const NO_ORDER = { saleOrderId: null, shippingPackageId: null, channelId: null } as const;

export function ofPurchaseOrder(facts: PurchaseOrderFacts, happenedAt: Instant): Telling {
  const { code, purchaseOrderId: lane, facilityId } = facts;
  return {
    ...{ event: "approvedPurchaseOrder", happenedAt, ...NO_ORDER, facilityId, lane, subject: code },
    dedupeKey: keyOf(code, "APPROVED"),
    build: () => approvedPurchaseOrder(facts),
  };
}

/** A receipt follows its purchase order. */
export function ofGrn(facts: GrnFacts, happenedAt: Instant): Telling {
  const { code, purchaseOrderId: lane, facilityId } = facts;
  return {
    ...{ event: "completeInflowReceipt", happenedAt, ...NO_ORDER, facilityId, lane, subject: code },
    dedupeKey: code,
    build: () => completeInflowReceipt(facts),
  };
}

export function ofGatepass(facts: GatepassFacts, kind: GatepassEventKind, happenedAt: Instant): Telling {
  const { code, gatepassId: lane, facilityId } = facts;
  const told: Record<GatepassEventKind, { readonly key: string; readonly build: () => unknown }> = {
    GATEPASS_RETURN_AWAITED: { key: "RETURN_AWAITED", build: () => gatepassBody(facts, "RETURN_AWAITED", happenedAt) },
    GATEPASS_CLOSED: { key: "CLOSED", build: () => gatepassBody(facts, "CLOSED", happenedAt) },
    GATEPASS_DISCARDED: { key: "DISCARDED", build: () => discardGatepass(facts, happenedAt) },
  };
  const { key, build } = told[kind];
  return {
    ...{ event: EVENT_OF[kind], happenedAt, ...NO_ORDER, facilityId, lane, subject: code, build },
    dedupeKey: keyOf(code, key),
  };
}

/** What the log of deliveries takes for a key and a subject. Codes of orders and numbers of couriers are other people's. */
const TEXT_MAX = 200;
const DIGEST_LENGTH = 32;

/** The parts of the contract's key of an event, as one text; of a longer one the end is told by its digest. */
function keyOf(...parts: readonly (string | null | undefined)[]): string {
  const key = parts.map((part) => part ?? "").join("|");
  return key.length <= TEXT_MAX ? key : `${key.slice(0, TEXT_MAX - DIGEST_LENGTH - 1)}#${digestOf(key)}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_LENGTH);
}
