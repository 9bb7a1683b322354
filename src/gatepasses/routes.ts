import { z } from "zod";
import { paise, rupeesText } from "../kernel/index.ts";
import { idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { detailAnswer, issuedAnswer, outcomeAnswer, rowAnswer, rowOf } from "./answers.ts";
import { cancelGatepass } from "./cancel-gatepass.ts";
import { LINE_CHANGES_MAX, scanOnto, setLines } from "./change-lines.ts";
import { createGatepass, editGatepass } from "./create-gatepass.ts";
import { GATEPASS_TYPES, gatepassLifecycle, LINE_TYPES, OUTCOMES } from "./gatepass.ts";
import { gatepassDetail } from "./gatepass-detail.ts";
import { issueGatepass } from "./issue-gatepass.ts";
import { TYPE_WORDS } from "./paper-page.ts";
import { printDocument, printGatepass } from "./print-papers.ts";
import { listGatepasses, listInTransit, transferPlaces } from "./queries.ts";
import { recallGatepass } from "./recall-gatepass.ts";
import { reportShort, sayOutcome, scanBack } from "./say-outcome.ts";

const VIEW = "gatepasses.view";
const MANAGE = "gatepasses.manage";
const ISSUE = "gatepasses.issue";
const PRICE_PAISE_MAX = 100_000_000_00; // ₹10 crore
const QUANTITY_MAX = 20_000;

const whole = z.number().int();
const params = z.object({ gatepassId: idField<"Gatepass">() });
const day = z.iso.date().transform((text) => Temporal.PlainDate.from(text));

const party = z.strictObject({
  name: textField(200),
  line1: textField(200),
  line2: optionalTextField(200),
  city: textField(100),
  stateCode: z.string().regex(/^\d{2}$/, "is the two digits of a state"),
  pincode: z.string().trim().max(12),
  gstin: optionalTextField(20),
  phone: optionalTextField(30),
});
const headerFields = {
  purpose: textField(500),
  reference: optionalTextField(45),
  toFacilityId: idField<"Facility">().nullable().default(null),
  party: party.nullable().default(null),
  vendorInvoice: z
    .strictObject({ number: textField(45), on: day })
    .nullable()
    .default(null),
};
const note = optionalTextField(500);

const list = listRoutes({
  path: "/gatepasses",
  summary: "Gatepasses",
  permission: VIEW,
  filters: {
    state: z.enum(gatepassLifecycle.states).optional(),
    type: z.enum(GATEPASS_TYPES).optional(),
    facilityId: idField<"Facility">().optional(),
    toFacilityId: idField<"Facility">().optional(),
    search: searchField,
  },
  row: rowAnswer,
  sorts: ["createdAt", "issuedAt", "code", "outstanding"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Gatepass", value: (r) => r.code },
    { title: "Type", value: (r) => TYPE_WORDS[r.type] },
    { title: "State", value: (r) => r.state },
    { title: "From", value: (r) => r.facility },
    { title: "To", value: (r) => r.to },
    { title: "Purpose", value: (r) => r.purpose },
    { title: "Reference", value: (r) => r.reference },
    { title: "Lines", value: (r) => r.lines },
    { title: "Pieces", value: (r) => r.pieces },
    { title: "Outstanding", value: (r) => r.outstanding },
    { title: "Lost", value: (r) => r.lost },
    { title: "Value", value: (r) => rupeesText(r.value) },
    { title: "Documents", value: (r) => r.documents.join(", ") },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Issued at", value: (r) => r.issuedAt },
    { title: "Closed at", value: (r) => r.closedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listGatepasses(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(rowOf) };
  },
});

const inTransit = listRoutes({
  path: "/stock-in-transit",
  summary: "Goods on their way between facilities",
  permission: VIEW,
  filters: { facilityId: idField<"Facility">().optional(), search: searchField },
  row: z.object({
    facilityId: z.string(),
    facility: z.string(),
    fromFacility: z.string(),
    skuId: z.string(),
    sku: z.string(),
    name: z.string(),
    pieces: whole,
    /** Of them reported short. */
    short: whole,
    gatepasses: z.array(z.string()).readonly(),
    oldestIssuedAt: z.string(),
  }),
  sorts: ["issuedAt", "sku", "pieces"],
  columns: [
    { title: "From", value: (r) => r.fromFacility },
    { title: "To", value: (r) => r.facility },
    { title: "SKU", value: (r) => r.sku },
    { title: "Name", value: (r) => r.name },
    { title: "Pieces", value: (r) => r.pieces },
    { title: "Short", value: (r) => r.short },
    { title: "Gatepasses", value: (r) => r.gatepasses.join(", ") },
    { title: "Oldest since", value: (r) => r.oldestIssuedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listInTransit(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map((r) => ({ ...r, oldestIssuedAt: r.oldestIssuedAt.toString() })) };
  },
});

const read: Route[] = [
  route({
    method: "GET",
    path: "/gatepasses/:gatepassId",
    summary: "A gatepass with its lines, papers and what came of its goods",
    permission: VIEW,
    params,
    answer: detailAnswer,
    handle: (ctx, { params: { gatepassId } }) => gatepassDetail(ctx, gatepassId),
  }),
  route({
    method: "GET",
    path: "/transfer-places",
    summary: "Facilities that goods may be sent to",
    permission: VIEW,
    answer: z.object({
      places: z.array(
        z.object({
          facilityId: z.string(),
          code: z.string(),
          name: z.string(),
          city: z.string(),
          stateCode: z.string(),
          gstin: z.string().nullable(),
        }),
      ),
    }),
    handle: async (ctx) => ({ places: await ctx.db.read(ctx.tenantId, transferPlaces) }),
  }),
  route({
    method: "GET",
    path: "/gatepasses/:gatepassId/pdf",
    summary: "A gatepass as PDF, for the store and the gate",
    permission: VIEW,
    params,
    handle: (ctx, { params: { gatepassId } }) => printGatepass(ctx, gatepassId),
  }),
  route({
    method: "GET",
    path: "/gatepass-documents/:documentId/pdf",
    summary: "A challan, invoice or note of a gatepass as PDF",
    permission: VIEW,
    params: z.object({ documentId: idField<"GatepassDocument">() }),
    handle: (ctx, { params: { documentId } }) => printDocument(ctx, documentId),
  }),
];

const change: Route[] = [
  route({
    method: "POST",
    path: "/gatepasses",
    summary: "Make a gatepass; its id is made by the caller, so that asking twice makes one",
    permission: MANAGE,
    body: z.strictObject({
      gatepassId: idField<"Gatepass">(),
      type: z.enum(GATEPASS_TYPES),
      facilityId: idField<"Facility">(),
      ...headerFields,
    }),
    answer: z.object({ gatepassId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => createGatepass(ctx, body),
  }),
  route({
    method: "PUT",
    path: "/gatepasses/:gatepassId",
    summary: "Change what an open gatepass says: purpose, reference, receiver, vendor's invoice",
    permission: MANAGE,
    params,
    body: z.strictObject(headerFields),
    handle: (ctx, { params: { gatepassId }, body }) => editGatepass(ctx, gatepassId, body),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/lines",
    summary: "Set lines of an open gatepass; quantity 0 takes a line off",
    permission: MANAGE,
    params,
    body: z.strictObject({
      lines: z
        .array(
          z.strictObject({
            sku: textField(45),
            inventoryType: z.enum(LINE_TYPES).default("good"),
            shelf: textField(45),
            quantity: z.number().int().min(0).max(QUANTITY_MAX),
            price: z.number().int().min(0).max(PRICE_PAISE_MAX).transform(paise),
          }),
        )
        .min(1)
        .max(LINE_CHANGES_MAX),
    }),
    answer: z.object({ lines: whole, pieces: whole }),
    handle: (ctx, { params: { gatepassId }, body }) => setLines(ctx, gatepassId, body.lines),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/scan",
    summary: "Put one piece of a scanned SKU on an open gatepass",
    permission: MANAGE,
    params,
    body: z.strictObject({
      code: textField(100),
      inventoryType: z.enum(LINE_TYPES).default("good"),
      shelf: optionalTextField(45),
    }),
    answer: z.object({ sku: z.string(), name: z.string(), shelf: z.string(), quantity: whole, pieces: whole }),
    handle: (ctx, { params: { gatepassId }, body }) => scanOnto(ctx, gatepassId, body),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/cancel",
    summary: "Cancel a gatepass that was not issued",
    permission: MANAGE,
    params,
    body: z.strictObject({ reason: note }),
    handle: (ctx, { params: { gatepassId }, body }) => cancelGatepass(ctx, gatepassId, body.reason),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/issue",
    summary: "Issue a gatepass: its goods leave the stock and its tax paper gets its number",
    permission: ISSUE,
    params,
    answer: issuedAnswer,
    handle: (ctx, { params: { gatepassId } }) => issueGatepass(ctx, gatepassId),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/recall",
    summary: "Take back a gatepass whose goods did not leave; its paper is cancelled and keeps its number",
    permission: ISSUE,
    params,
    body: z.strictObject({ reason: textField(500) }),
    answer: z.object({ pieces: whole }),
    handle: (ctx, { params: { gatepassId }, body }) => recallGatepass(ctx, gatepassId, body.reason),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/outcomes",
    summary: "Say what came of pieces: arrived, back with the sender, or lost",
    permission: MANAGE,
    params,
    body: z.strictObject({
      receiptId: idField<"GatepassReceipt">(),
      outcome: z.enum(OUTCOMES),
      pieces: z
        .array(
          z.strictObject({
            lineId: idField<"GatepassLine">(),
            quantity: z.number().int().min(1).max(QUANTITY_MAX),
          }),
        )
        .min(1)
        .max(LINE_CHANGES_MAX),
      note,
    }),
    answer: outcomeAnswer,
    handle: (ctx, { params: { gatepassId }, body }) => sayOutcome(ctx, gatepassId, body),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/receive-scan",
    summary: "Receive one piece of a gatepass by scanning its SKU",
    permission: MANAGE,
    params,
    body: z.strictObject({ receiptId: idField<"GatepassReceipt">(), code: textField(100) }),
    answer: outcomeAnswer.extend({ sku: z.string(), name: z.string(), received: whole, quantity: whole }),
    handle: (ctx, { params: { gatepassId }, body }) => scanBack(ctx, gatepassId, body),
  }),
  route({
    method: "POST",
    path: "/gatepasses/:gatepassId/short",
    summary: "Report what is outstanding as short: a person says what became of it",
    permission: MANAGE,
    params,
    body: z.strictObject({ note }),
    answer: z.object({ outstanding: whole }),
    handle: (ctx, { params: { gatepassId }, body }) => reportShort(ctx, gatepassId, body.note),
  }),
];

export const gatepassRoutes: Route[] = [...list, ...inTransit, ...read, ...change];
