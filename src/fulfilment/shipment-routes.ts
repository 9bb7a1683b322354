import { z } from "zod";
import { invoicePdf, invoicesPdf, PDF_DOCUMENTS_MAX } from "../billing/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { flagField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { BULK_MAX, type BulkAnswer, invoiceAndLabelMany, invoiceMany, labelMany } from "./bulk-steps.ts";
import { editPackage } from "./edit-package.ts";
import { invoicesAndLabelsPdf, labelPdf, labelsPdf } from "./print-labels.ts";
import { allowedEvents, SHIPMENT_ACTIONS, shipmentActions } from "./shipment-actions.ts";
import {
  listShipments,
  SHIPMENT_TAB_NAMES,
  type ShipmentDetail,
  type ShipmentRow,
  shipmentDetail,
} from "./shipments.queries.ts";
import { packageLifecycle } from "./shipping-package.ts";
import type { StepResult } from "./step.ts";
import { packageByCode, type StepPackage, stepPackages } from "./steps.store.ts";

const VIEW = "shipments.view";
const instant = z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text));
const nullableText = z.string().nullable();
const nullableWhole = z.number().int().nullable();

const shipmentRow = z.object({
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
  labelCopies: z.number().int(),
  singleAction: z.enum(["OFF", "INVOICE_THEN_LABEL", "INVOICE_AND_LABEL_MERGED"]),
  buyer: z.string(),
  city: z.string(),
  pincode: z.string(),
  createdAt: z.string(),
  /** Events of the lifecycle that may happen now. */
  allowed: z.array(z.string()),
});

const shipmentAnswer = shipmentRow.extend({
  providerChoice: z.unknown(),
  labelPrintedAt: nullableText,
  dispatchedAt: nullableText,
  deliveredAt: nullableText,
  channelReturnedAt: nullableText,
  courierStatus: nullableText,
  trackingUrl: nullableText,
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
      state: z.string(),
      issuedOn: z.string(),
      totalPaise: z.number().int(),
    }),
  ),
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

function shown(row: ShipmentRow, step: StepPackage): z.input<typeof shipmentRow> {
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
    courierCode: step.providerCode,
    awb: step.awb,
    invoiceId: step.invoiceId,
    invoiceNumber: step.invoiceNumber,
    manifestCode: step.manifestCode,
    cod: step.cod,
    weightGrams: step.weightGrams,
    lengthMm: step.lengthMm,
    widthMm: step.widthMm,
    heightMm: step.heightMm,
    labelCopies: step.labelCopies,
    singleAction: step.singleAction,
    pincode: step.pincode,
    allowed: allowedEvents(step),
  };
}

function detailed(row: ShipmentDetail, step: StepPackage): z.input<typeof shipmentAnswer> {
  return {
    ...row,
    ...shown(row, step),
    labelPrintedAt: row.labelPrintedAt?.toString() ?? null,
    dispatchedAt: row.dispatchedAt?.toString() ?? null,
    deliveredAt: row.deliveredAt?.toString() ?? null,
    channelReturnedAt: row.channelReturnedAt?.toString() ?? null,
    actions: shipmentActions(step).map(({ action, refusal }) => ({
      action,
      allowed: refusal === null,
      refusal: refusal === null ? null : inWords(refusal),
    })),
  };
}

function inWords(refusal: Parameters<typeof explain>[0]): { code: string; message: string; whatToDo: string } {
  const { code, message, whatToDo } = explain(refusal);
  return { code, message, whatToDo };
}

const list = listRoutes({
  path: "/shipments",
  summary: "Packages by state",
  permission: VIEW,
  filters: {
    tab: z.enum(SHIPMENT_TAB_NAMES).optional(),
    q: searchField,
    channelId: idField<"Channel">().optional(),
    facilityId: idField<"Facility">().optional(),
    providerId: idField<"ShippingProvider">().optional(),
    cod: flagField,
    dispatchFrom: instant.optional(),
    dispatchTo: instant.optional(),
  },
  row: shipmentRow,
  sorts: ["dispatchBy", "createdAt", "stateChangedAt"],
  columns: [
    { title: "Package", value: (r) => r.code },
    { title: "Order", value: (r) => r.orderCode },
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Facility", value: (r) => r.facilityCode },
    { title: "State", value: (r) => r.state },
    { title: "Items", value: (r) => r.items.map((item) => `${item.sku} x ${item.quantity}`).join("; ") },
    { title: "Courier", value: (r) => r.courierCode },
    { title: "AWB", value: (r) => r.awb },
    { title: "Invoice Number", value: (r) => r.invoiceNumber },
    { title: "Invoice Date", value: (r) => r.issuedOn },
    { title: "Dispatch By", value: (r) => r.dispatchBy },
    { title: "COD", value: (r) => r.cod },
    { title: "Total", value: (r) => (r.totalPaise / 100).toFixed(2) },
    { title: "To Collect", value: (r) => (r.collectPaise / 100).toFixed(2) },
    { title: "Weight (g)", value: (r) => r.weightGrams },
    { title: "City", value: (r) => r.city },
    { title: "Pincode", value: (r) => r.pincode },
    { title: "Created At", value: (r) => r.createdAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listShipments(ctx, tx, filters, page);
    const steps = await stepPackages(
      tx,
      found.rows.map((r) => r.shippingPackageId),
    );
    return {
      ...found,
      rows: found.rows.flatMap((row) => {
        const step = steps.get(row.shippingPackageId);
        return step ? [shown(row, step)] : [];
      }),
    };
  },
});

const params = z.object({ code: z.string().min(1).max(80) });
const ids = z.array(idField<"ShippingPackage">()).min(1);
const bulkBody = z.strictObject({ ids: ids.max(BULK_MAX) });
const printBody = z.strictObject({ ids: ids.max(PDF_DOCUMENTS_MAX) });

const resultRow = z.object({
  shippingPackageId: z.string(),
  code: z.string(),
  /** WAITING: its channel was asked, and it goes on by itself; the refusal says what it waits for. */
  outcome: z.enum(["DONE", "UNCHANGED", "WAITING", "FAILED"]),
  invoiceNumber: nullableText,
  awb: nullableText,
  refusal: z.object({ code: z.string(), message: z.string(), whatToDo: z.string() }).nullable(),
});
const prints = z.enum(["TWO_PDFS", "ONE_PDF"]).nullable();
/** `workId` where there are more than a person waits for: its results then come from the work. */
const bulkAnswer = z.object({ workId: nullableText, results: z.array(resultRow) });
const singleActionAnswer = z.object({
  workId: nullableText,
  results: z.array(resultRow.extend({ prints })),
});

function told<R extends StepResult>({ workId, results }: BulkAnswer<R>) {
  return {
    workId,
    results: results.map((result) => ({
      ...result,
      refusal: result.refusal === null ? null : inWords(result.refusal),
    })),
  };
}

const SIZE = z.number().int().min(1).max(10_000).nullable().optional();
const editBody = z.strictObject({
  courier: z.string().trim().min(1).max(45).optional(),
  awb: z.string().trim().min(1).max(48).optional(),
  weightGrams: z.number().int().min(1).max(1_000_000).nullable().optional(),
  lengthMm: SIZE,
  widthMm: SIZE,
  heightMm: SIZE,
});

/** A package's id by code or id, with what the steps know of it, for reading. */
async function findStep(ctx: Ctx, tx: Tx, codeOrId: string): Promise<StepPackage | undefined> {
  const id = await packageByCode(tx, ctx, codeOrId);
  return id === undefined ? undefined : (await stepPackages(tx, [id])).get(id);
}

async function packageInvoicePdf(ctx: Ctx, codeOrId: string): Promise<Result<FileAnswer>> {
  const step = await ctx.db.read(ctx.tenantId, (tx) => findStep(ctx, tx, codeOrId));
  if (!step) return refuse("PACKAGE_NOT_FOUND", { packages: [codeOrId] });
  return step.invoiceId === null ? refuse("NO_INVOICES_TO_PRINT") : invoicePdf(ctx, step.invoiceId);
}

const steps: Route[] = [
  route({
    method: "POST",
    path: "/shipments/invoice",
    summary: "Pack and invoice packages; more than 20 become long work",
    permission: "shipments.invoice",
    body: bulkBody,
    answer: bulkAnswer,
    handle: async (ctx, { body }) => told(await invoiceMany(ctx, body.ids)),
  }),
  route({
    method: "POST",
    path: "/shipments/label",
    summary: "Give packed packages a courier and a label; more than 20 become long work",
    permission: "shipments.label",
    body: bulkBody,
    answer: bulkAnswer,
    handle: async (ctx, { body }) => told(await labelMany(ctx, body.ids)),
  }),
  route({
    method: "POST",
    path: "/shipments/invoice-and-label",
    summary: "Single Action Invoice Label New: invoice and label in one click, where the channel's setting has it",
    permission: "shipments.invoice",
    body: bulkBody,
    answer: singleActionAnswer,
    handle: async (ctx, { body }) => told(await invoiceAndLabelMany(ctx, body.ids)),
  }),
];

const printing: Route[] = [
  route({
    method: "POST",
    path: "/shipments/invoices.pdf",
    summary: "The invoices of packages as one PDF",
    permission: "billing.view",
    body: printBody,
    handle: (ctx, { body }) => invoicesPdf(ctx, body.ids),
  }),
  route({
    method: "POST",
    path: "/shipments/labels.pdf",
    summary: "The labels of packages as one PDF; all prints but the first are marked as copies",
    permission: "shipments.label",
    body: printBody,
    handle: (ctx, { body }) => labelsPdf(ctx, body.ids),
  }),
  route({
    method: "POST",
    path: "/shipments/invoices-and-labels.pdf",
    summary: "Invoice and label of each package in turn, as one PDF",
    permission: "shipments.label",
    body: printBody,
    handle: (ctx, { body }) => invoicesAndLabelsPdf(ctx, body.ids),
  }),
  route({
    method: "GET",
    path: "/shipments/:code/invoice.pdf",
    summary: "The invoice of a package as PDF",
    permission: "billing.view",
    params,
    handle: (ctx, { params: { code } }) => packageInvoicePdf(ctx, code),
  }),
  route({
    method: "GET",
    path: "/shipments/:code/label.pdf",
    summary: "The label of a package as PDF; all prints but the first are marked as copies",
    permission: "shipments.label",
    params,
    handle: (ctx, { params: { code } }) => labelPdf(ctx, code),
  }),
];

const one: Route[] = [
  route({
    method: "GET",
    path: "/shipments/:code",
    summary: "A package, with what may be done with it and why the rest may not",
    permission: VIEW,
    params,
    answer: shipmentAnswer,
    handle: (ctx, { params: { code } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const step = await findStep(ctx, tx, code);
        const row = step && (await shipmentDetail(ctx, tx, step.shippingPackageId));
        return step && row ? ok(detailed(row, step)) : refuse("PACKAGE_NOT_FOUND", { packages: [code] });
      }),
  }),
  route({
    method: "PATCH",
    path: "/shipments/:code",
    summary: "Change courier, AWB, box or weight of a package before its manifest closes",
    permission: "shipments.manage",
    params,
    body: editBody,
    answer: z.object({
      courier: nullableText,
      awb: nullableText,
      weightGrams: nullableWhole,
      lengthMm: nullableWhole,
      widthMm: nullableWhole,
      heightMm: nullableWhole,
      printAgain: z.boolean(),
    }),
    handle: (ctx, { params: { code }, body }) => {
      const { courier, awb, weightGrams, lengthMm, widthMm, heightMm } = body;
      return editPackage(ctx, code, {
        ...(courier === undefined ? {} : { courier }),
        ...(awb === undefined ? {} : { awb }),
        ...(weightGrams === undefined ? {} : { weightGrams }),
        ...(lengthMm === undefined ? {} : { lengthMm }),
        ...(widthMm === undefined ? {} : { widthMm }),
        ...(heightMm === undefined ? {} : { heightMm }),
      });
    },
  }),
];

export const shipmentRoutes: Route[] = [...list, ...steps, ...printing, ...one];
