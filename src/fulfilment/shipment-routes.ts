import { z } from "zod";
import { invoicePdf, invoicesPdf, PDF_DOCUMENTS_MAX } from "../billing/index.ts";
import { ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import { listedFields } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { flagField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { type Route, route } from "../platform/http/route.ts";
import { documentAnswer, documentsOf, type StoredDocument } from "../platform/stored-document.ts";
import { BULK_MAX, type BulkAnswer, invoiceAndLabelMany, invoiceMany, labelMany } from "./bulk-steps.ts";
import { stepsOf } from "./channel-steps/store.ts";
import { settleWaybill } from "./couriers/settle-waybill.ts";
import { editPackage } from "./edit-package.ts";
import { invoicesAndLabelsPdf, labelPdf, labelsPdf } from "./print-labels.ts";
import {
  detailed,
  inWords,
  nullableText,
  nullableWhole,
  shipmentAnswer,
  shipmentRow,
  shown,
} from "./shipment-answers.ts";
import { CHANNEL_STEP_FILTERS, listShipments, SHIPMENT_TAB_NAMES, shipmentDetail } from "./shipments.queries.ts";
import type { StepResult } from "./step.ts";
import { packageByCode, type StepPackage, stepPackages } from "./steps.store.ts";

const VIEW = "shipments.view";
const instant = z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text));

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
    channelStep: z.enum(CHANNEL_STEP_FILTERS).optional(),
    /** Whose step: the channel's, or the label of a courier that is asked by its API. */
    askedOf: z.enum(["channel", "courier"]).optional(),
  },
  row: shipmentRow.extend({
    /** Custom fields that are shown on lists. */
    customFields: z.array(z.object({ name: z.string(), label: z.string(), value: z.string() })),
  }),
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
    { title: "Channel's Step", value: (r) => r.steps.map((each) => `${each.step} ${each.state}`).join("; ") },
    { title: "City", value: (r) => r.city },
    { title: "Pincode", value: (r) => r.pincode },
    { title: "Created At", value: (r) => r.createdAt },
    { title: "Custom Fields", value: (r) => r.customFields.map((f) => `${f.label}: ${f.value}`).join("; ") },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listShipments(ctx, tx, filters, page);
    const ids = found.rows.map((r) => r.shippingPackageId);
    const steps = await stepPackages(tx, ids);
    const own = await listedFields(tx, "PACKAGE", ids);
    const asked = Map.groupBy(await stepsOf(tx, ids), (each) => each.shippingPackageId);
    return {
      ...found,
      rows: found.rows.flatMap((row) => {
        const step = steps.get(row.shippingPackageId);
        const open = (asked.get(row.shippingPackageId) ?? []).filter((each) => each.state !== "DONE");
        const customFields = own.get(row.shippingPackageId) ?? [];
        return step ? [{ ...shown(row, step, open), customFields }] : [];
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
  boxes: z.number().int().min(1).max(999).optional(),
});

/** A package's id by code or id, with what the steps know of it, for reading. */
async function findStep(ctx: Ctx, tx: Tx, codeOrId: string): Promise<StepPackage | undefined> {
  const id = await packageByCode(tx, ctx, codeOrId);
  return id === undefined ? undefined : (await stepPackages(tx, [id])).get(id);
}

/** Files that the channel gave for a package, newest first. */
function filesOf(tx: Tx, id: ShippingPackageId): Promise<StoredDocument[]> {
  return documentsOf(tx, "shipping_package", [id]);
}

/** A file that the channel gave for a package, as it came. Refusals: PACKAGE_NOT_FOUND, NOT_FOUND. */
async function packageDocument(ctx: Ctx, which: { code: string; documentId: string }): Promise<Result<FileAnswer>> {
  const { code, documentId } = which;
  const found = await ctx.db.read(ctx.tenantId, async (tx) => {
    const step = await findStep(ctx, tx, code);
    return step && { file: (await filesOf(tx, step.shippingPackageId)).find((f) => f.documentId === documentId) };
  });
  if (!found) return refuse("PACKAGE_NOT_FOUND", { packages: [code] });
  const answer = found.file && (await documentAnswer(ctx, found.file, "inline"));
  return answer ? ok(answer) : refuse("NOT_FOUND", { what: "document", id: documentId });
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
    summary:
      "Pack and invoice packages, asking their channel where it makes the invoice; more than 20 become long work",
    permission: "shipments.invoice",
    body: bulkBody,
    answer: bulkAnswer,
    handle: async (ctx, { body }) => told(await invoiceMany(ctx, body.ids)),
  }),
  route({
    method: "POST",
    path: "/shipments/label",
    summary: "Give packed packages a courier and a label, the channel's where it ships; more than 20 become long work",
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
    summary:
      "The label of a package as PDF, the channel's own where it gave one; later prints of ours are marked as copies",
    permission: "shipments.label",
    params,
    handle: (ctx, { params: { code } }) => labelPdf(ctx, code),
  }),
  route({
    method: "GET",
    path: "/shipments/:code/documents/:documentId",
    summary: "A file that the channel gave for a package (its invoice, its label), as it came",
    permission: "billing.view", // as our own: prices and buyers stand on them
    params: params.extend({ documentId: idField<"Document">() }),
    handle: (ctx, { params: which }) => packageDocument(ctx, which),
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
        if (!step || !row) return refuse("PACKAGE_NOT_FOUND", { packages: [code] });
        const steps = await stepsOf(tx, [step.shippingPackageId]);
        return ok(detailed(row, step, { steps, documents: await filesOf(tx, step.shippingPackageId) }));
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
      boxes: z.number().int(),
      printAgain: z.boolean(),
    }),
    handle: (ctx, { params: { code }, body }) => {
      const { courier, awb, weightGrams, lengthMm, widthMm, heightMm, boxes } = body;
      return editPackage(ctx, code, {
        ...(courier === undefined ? {} : { courier }),
        ...(awb === undefined ? {} : { awb }),
        ...(weightGrams === undefined ? {} : { weightGrams }),
        ...(lengthMm === undefined ? {} : { lengthMm }),
        ...(widthMm === undefined ? {} : { widthMm }),
        ...(heightMm === undefined ? {} : { heightMm }),
        ...(boxes === undefined ? {} : { boxes }),
      });
    },
  }),
];

const numbers: Route[] = [
  route({
    method: "POST",
    path: "/courier-numbers/:waybillId/settle",
    summary: "Say what became of a tracking number whose answer was lost: the number, or null for none",
    permission: "shipments.manage",
    params: z.object({ waybillId: idField<"CourierWaybill">() }),
    body: z.strictObject({ awb: z.string().trim().min(1).max(48).nullable() }),
    answer: z.object({ state: z.enum(["GIVEN", "REFUSED"]) }),
    handle: (ctx, { params: { waybillId }, body }) => settleWaybill(ctx, waybillId, body.awb),
  }),
];

export const shipmentRoutes: Route[] = [...numbers, ...list, ...steps, ...printing, ...one];
