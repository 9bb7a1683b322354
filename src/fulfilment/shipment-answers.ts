import { z } from "zod";
import { explain } from "../platform/refusals.ts";
import type { StoredDocument } from "../platform/stored-document.ts";
import { CHANNEL_STEPS, STEP_STATES } from "./channel-steps/channel-step.ts";
import type { ShownStep } from "./channel-steps/store.ts";
import { allowedEvents, SHIPMENT_ACTIONS, shipmentActions } from "./shipment-actions.ts";
import type { ShipmentDetail, ShipmentRow } from "./shipments.queries.ts";
import { packageLifecycle } from "./shipping-package.ts";
import { waitsForIrn } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";

export const nullableText = z.string().nullable();
export const nullableWhole = z.number().int().nullable();

/** What became of asking the channel for an invoice or a label. */
const stepAnswer = z.object({
  step: z.enum(CHANNEL_STEPS),
  state: z.enum(STEP_STATES),
  /** Tries since a person asked for it. */
  attempts: z.number().int(),
  /** Of the last try that did not come to an end: what came of it, in our words, and what to do. */
  code: nullableText,
  message: nullableText,
  whatToDo: nullableText,
  /** The channel's own words. */
  channelSays: nullableText,
  /** The exchange behind it: /exchanges/:exchangeId of the channel, /courier-exchanges/:exchangeId of the courier. */
  exchangeId: nullableText,
  /** The courier that is asked for it by its API; null: the channel. */
  providerId: nullableText,
  requestedAt: z.string(),
  requestedBy: z.string(),
  /** When it is asked for again by itself; null where it is not. */
  nextAttemptAt: nullableText,
});

const documentAnswerSchema = z.object({
  documentId: z.string(),
  kind: nullableText,
  name: z.string(),
  url: z.string(),
  sizeBytes: z.number().int(),
  fetchedAt: z.string(),
  exchangeId: nullableText,
});

export const shipmentRow = z.object({
  shippingPackageId: z.string(),
  code: z.string(),
  saleOrderId: z.string(),
  orderCode: z.string(),
  channelId: z.string(),
  channelCode: z.string(),
  channelName: z.string(),
  facilityId: z.string(),
  facilityCode: z.string(),
  state: z.enum(packageLifecycle.states),
  stateChangedAt: z.string(),
  onHold: z.boolean(),
  holdReason: nullableText,
  items: z.array(z.object({ sku: z.string(), name: z.string(), imageUrl: nullableText, quantity: z.number().int() })),
  courier: nullableText,
  courierCode: nullableText,
  awb: nullableText,
  sortCode: nullableText,
  invoiceId: nullableText,
  invoiceNumber: nullableText,
  /** What its invoice waits for at the e-invoice portal; null where it waits for no IRN. */
  irnWait: z
    .object({
      eInvoiceId: nullableText,
      state: z.string(),
      code: nullableText,
      message: z.string(),
      whatToDo: z.string(),
      nextAttemptAt: nullableText,
    })
    .nullable(),
  issuedOn: nullableText,
  manifestCode: nullableText,
  dispatchBy: z.string(),
  cod: z.boolean(),
  totalPaise: z.number().int(),
  collectPaise: z.number().int(),
  weightGrams: nullableWhole,
  lengthMm: nullableWhole,
  widthMm: nullableWhole,
  heightMm: nullableWhole,
  boxes: z.number().int(),
  labelCopies: z.number().int(),
  singleAction: z.enum(["OFF", "INVOICE_THEN_LABEL", "INVOICE_AND_LABEL_MERGED"]),
  buyer: z.string(),
  city: z.string(),
  pincode: z.string(),
  createdAt: z.string(),
  /** Who ships, and so who chooses the courier. */
  thirdPartyShipping: z.boolean(),
  /** Invoice and label, where the channel is to make them and has been asked. A step that is done is left out of lists. */
  steps: z.array(stepAnswer),
  /** Events of the lifecycle that may happen now. */
  allowed: z.array(z.string()),
});

export const shipmentAnswer = shipmentRow.extend({
  providerChoice: z.unknown(),
  labelPrintedAt: nullableText,
  dispatchedAt: nullableText,
  /** By a manifest of ours, or adopted from the channel's panel. */
  dispatchedHow: z.enum(["MANIFEST", "ADOPTED"]).nullable(),
  /** Units of it that the books had nothing to give for, and that nobody has settled yet. */
  openShortages: z.number().int(),
  deliveredAt: nullableText,
  channelReturnedAt: nullableText,
  courierStatus: nullableText,
  trackingUrl: nullableText,
  /** Who carries it behind an aggregator. */
  carrier: nullableText,
  address: z
    .object({
      name: z.string(),
      line1: z.string(),
      line2: nullableText,
      city: z.string(),
      stateName: z.string(),
      pincode: z.string(),
      phone: z.string(),
    })
    .nullable(),
  invoices: z.array(
    z.object({
      invoiceId: z.string(),
      number: z.string(),
      numberedBy: z.enum(["SERIES", "CHANNEL"]),
      state: z.string(),
      irn: nullableText,
      issuedOn: z.string(),
      totalPaise: z.number().int(),
    }),
  ),
  /** Files that the channel gave, newest first. */
  documents: z.array(documentAnswerSchema),
  units: z.array(
    z.object({ unitId: z.string(), code: z.string(), sku: z.string(), state: z.string(), cancelReason: nullableText }),
  ),
  timeline: z.array(
    z.object({ at: z.string(), kind: z.string(), actor: z.string(), facts: z.record(z.string(), z.unknown()) }),
  ),
  actions: z.array(
    z.object({
      action: z.enum(SHIPMENT_ACTIONS),
      allowed: z.boolean(),
      /** Why not, and what to do. */
      refusal: z.object({ code: z.string(), message: z.string(), whatToDo: z.string() }).nullable(),
    }),
  ),
});

function shownStep(step: ShownStep): z.input<typeof stepAnswer> {
  const why = step.code === null ? null : explain({ code: step.code, facts: step.facts });
  return {
    ...{ step: step.step, state: step.state, attempts: step.attempts, code: step.code },
    ...{ message: why?.message ?? null, whatToDo: why?.whatToDo ?? null, channelSays: step.words },
    ...{
      exchangeId: step.exchangeId,
      providerId: step.providerId,
      requestedAt: step.requestedAt.toString(),
      requestedBy: step.requestedBy,
    },
    nextAttemptAt: step.nextAttemptAt?.toString() ?? null,
  };
}

function shownDocument(code: string, file: StoredDocument): z.input<typeof documentAnswerSchema> {
  const { documentId, kind, fileName, sizeBytes, createdAt, exchangeId } = file;
  const url = `/api/v1/shipments/${encodeURIComponent(code)}/documents/${documentId}`;
  return { documentId, kind, name: fileName, url, sizeBytes, fetchedAt: createdAt.toString(), exchangeId };
}

function shownWait(step: StepPackage): z.input<typeof shipmentRow>["irnWait"] {
  const { refusal } = waitsForIrn(step);
  if (step.invoiceState !== "IRN_PENDING" || refusal === null) return null;
  const { message, whatToDo } = explain(refusal);
  const { eInvoiceId = null, state = "PENDING", code = null, nextAttemptAt = null } = step.irnWait ?? {};
  return { eInvoiceId, state, code, message, whatToDo, nextAttemptAt };
}

export function shown(row: ShipmentRow, step: StepPackage, steps: readonly ShownStep[]): z.input<typeof shipmentRow> {
  return {
    ...row,
    stateChangedAt: row.stateChangedAt.toString(),
    issuedOn: row.issuedOn?.toString() ?? null,
    dispatchBy: row.dispatchBy.toString(),
    createdAt: row.createdAt.toString(),
    channelCode: step.channelCode,
    facilityCode: step.facilityCode,
    onHold: step.onHold || step.heldUnits > 0,
    holdReason: step.holdReason,
    courierCode: step.providerCode ?? step.channelCourierCode,
    thirdPartyShipping: step.thirdPartyShipping,
    steps: steps.map(shownStep),
    awb: step.awb,
    invoiceId: step.invoiceId,
    invoiceNumber: step.invoiceNumber,
    irnWait: shownWait(step),
    manifestCode: step.manifestCode,
    cod: step.cod,
    weightGrams: step.weightGrams,
    lengthMm: step.lengthMm,
    widthMm: step.widthMm,
    heightMm: step.heightMm,
    boxes: step.boxes,
    labelCopies: step.labelCopies,
    singleAction: step.singleAction,
    pincode: step.pincode,
    allowed: allowedEvents(step),
  };
}

export function detailed(
  row: ShipmentDetail,
  step: StepPackage,
  more: { readonly steps: readonly ShownStep[]; readonly documents: readonly StoredDocument[] },
): z.input<typeof shipmentAnswer> {
  return {
    ...row,
    ...shown(row, step, more.steps),
    documents: more.documents.map((file) => shownDocument(step.code, file)),
    labelPrintedAt: row.labelPrintedAt?.toString() ?? null,
    dispatchedAt: row.dispatchedAt?.toString() ?? null,
    dispatchedHow: row.dispatchedHow,
    openShortages: row.openShortages,
    deliveredAt: row.deliveredAt?.toString() ?? null,
    channelReturnedAt: row.channelReturnedAt?.toString() ?? null,
    actions: shipmentActions(step).map(({ action, refusal }) => ({
      action,
      allowed: refusal === null,
      refusal: refusal === null ? null : inWords(refusal),
    })),
  };
}

export function inWords(refusal: Parameters<typeof explain>[0]): { code: string; message: string; whatToDo: string } {
  const { code, message, whatToDo } = explain(refusal);
  return { code, message, whatToDo };
}
