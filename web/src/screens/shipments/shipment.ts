import { dayOf } from "../../lib/format.ts";
import type { ListedField } from "../shared/custom-field-data.ts";
import type { RowItem } from "../shared/thumb.tsx";

/** A step that the package's channel does (its invoice, its label), or a courier that is asked by its API (the label). */
export interface ChannelStep {
  readonly step: "INVOICE" | "LABEL";
  readonly state: "ASKING" | "WAITING" | "FAILED" | "DONE";
  /** Tries since a person asked for it. */
  readonly attempts: number;
  readonly code: string | null;
  /** Of the last try that came to nothing: what came of it, and what to do. */
  readonly message: string | null;
  readonly whatToDo: string | null;
  /** The channel's or the courier's own words. */
  readonly channelSays: string | null;
  readonly exchangeId: string | null;
  /** The courier that is asked for it; null: the channel. */
  readonly providerId: string | null;
  readonly requestedAt: string;
  readonly requestedBy: string;
  /** When it is asked for again by itself; null where it is not. */
  readonly nextAttemptAt: string | null;
}

/** A file that the channel or the courier gave for a package. */
export interface ChannelDocument {
  readonly documentId: string;
  readonly kind: string | null;
  readonly name: string;
  readonly url: string;
  readonly sizeBytes: number;
  readonly fetchedAt: string;
  readonly exchangeId: string | null;
}

/** A row of `GET /api/v1/shipments`. */
export interface Shipment {
  readonly shippingPackageId: string;
  readonly code: string;
  readonly saleOrderId: string;
  readonly orderCode: string;
  readonly channelId: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly items: readonly RowItem[];
  readonly courier: string | null;
  readonly courierCode: string | null;
  readonly awb: string | null;
  readonly sortCode: string | null;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  /** What its invoice waits for at the e-invoice portal; null where it waits for no IRN. */
  readonly irnWait: IrnWait | null;
  readonly manifestCode: string | null;
  readonly dispatchBy: string;
  readonly cod: boolean;
  readonly totalPaise: number;
  readonly collectPaise: number;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly boxes: number;
  readonly labelCopies: number;
  readonly singleAction: "OFF" | "INVOICE_THEN_LABEL" | "INVOICE_AND_LABEL_MERGED";
  readonly buyer: string;
  readonly city: string;
  readonly pincode: string;
  readonly createdAt: string;
  readonly thirdPartyShipping: boolean;
  /** Invoice and label, where the channel makes them and was asked. A list leaves out what is done. */
  readonly steps: readonly ChannelStep[];
  readonly allowed: readonly string[];
  /** Custom fields that Settings shows on lists: in rows of the list alone. */
  readonly customFields?: readonly ListedField[];
}

export interface IrnWait {
  readonly eInvoiceId: string | null;
  readonly state: string;
  readonly code: string | null;
  readonly message: string;
  readonly whatToDo: string;
  readonly nextAttemptAt: string | null;
}

interface Words {
  readonly code: string;
  readonly message: string;
  readonly whatToDo: string;
}

/** The answer of `GET /api/v1/shipments/:code`. */
export interface ShipmentDetail extends Shipment {
  readonly labelPrintedAt: string | null;
  readonly dispatchedAt: string | null;
  /** By a manifest of ours, or adopted from the channel's panel; null: it is here. */
  readonly dispatchedHow: "MANIFEST" | "ADOPTED" | null;
  /** Units of it that the books had nothing to give for, not settled yet. */
  readonly openShortages: number;
  readonly deliveredAt: string | null;
  readonly channelReturnedAt: string | null;
  readonly courierStatus: string | null;
  readonly trackingUrl: string | null;
  /** Who carries it behind an aggregator. */
  readonly carrier: string | null;
  readonly providerChoice: unknown;
  readonly address: {
    readonly name: string;
    readonly line1: string;
    readonly line2: string | null;
    readonly city: string;
    readonly stateName: string;
    readonly pincode: string;
    readonly phone: string;
  } | null;
  readonly invoices: readonly {
    readonly invoiceId: string;
    readonly number: string;
    readonly numberedBy: "SERIES" | "CHANNEL";
    readonly state: string;
    readonly irn: string | null;
    readonly issuedOn: string;
    readonly totalPaise: number;
  }[];
  /** Files that the channel gave, newest first. */
  readonly documents: readonly ChannelDocument[];
  readonly units: readonly {
    readonly unitId: string;
    readonly code: string;
    readonly sku: string;
    readonly state: string;
    readonly cancelReason: string | null;
  }[];
  readonly timeline: readonly {
    readonly at: string;
    readonly kind: string;
    readonly actor: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
  readonly actions: readonly {
    readonly action: string;
    readonly allowed: boolean;
    readonly refusal: Words | null;
  }[];
}

/** What became of one package in a bulk step. */
export interface StepResult {
  readonly shippingPackageId: string;
  readonly code: string;
  /** WAITING: its channel was asked and the step goes on by itself; the refusal says what it waits for. */
  readonly outcome: "DONE" | "UNCHANGED" | "WAITING" | "FAILED";
  readonly invoiceNumber: string | null;
  readonly awb: string | null;
  readonly refusal: Words | null;
  readonly prints?: "TWO_PDFS" | "ONE_PDF" | null;
}

export interface BulkAnswer {
  readonly workId: string | null;
  readonly results: readonly StepResult[];
}

/** A record that a bulk action left as it was. */
export interface RefusedRow {
  readonly id: string;
  readonly record: string;
  readonly code: string;
  readonly message: string;
  readonly whatToDo: string;
}

/** One PDF takes at most so many packages. */
export const printMax = 500;

const hourMs = 3_600_000;

/** A span of the deadline, as instants of now: the address keeps the word, so that a link means the same tomorrow. */
export function dueSpan(due: string | undefined, nowMs: number): { from?: string; to?: string } {
  const now = new Date(nowMs).toISOString();
  const soon = new Date(nowMs + 2 * hourMs).toISOString();
  // The business day ends at midnight in India, whatever this computer's zone is.
  const dayEnd = new Date(Date.parse(`${dayOf(nowMs)}T00:00:00+05:30`) + 24 * hourMs).toISOString();
  switch (due) {
    case "late":
      return { to: now };
    case "soon":
      return { from: now, to: soon };
    case "today":
      return { to: dayEnd };
    case "later":
      return { from: dayEnd };
    default:
      return {};
  }
}

/** The list's question in the server's words. */
export function askShipments(query: Readonly<Record<string, string>>, nowMs: number): Record<string, string> {
  const { search, due, ...rest } = query;
  const { from, to } = dueSpan(due, nowMs);
  return {
    ...rest,
    ...(search === undefined ? {} : { q: search }),
    ...(from === undefined ? {} : { dispatchFrom: from }),
    ...(to === undefined ? {} : { dispatchTo: to }),
  };
}

/** Past this point the deadline is no concern any more. */
export const handedOver = (state: string): boolean =>
  ["DISPATCHED", "SHIPPED", "DELIVERED", "RETURNED", "RETURN_EXPECTED", "RETURN_ACKNOWLEDGED", "CANCELLED"].includes(
    state,
  );
