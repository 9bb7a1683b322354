import { z } from "zod";
import { newId, ok, refuse } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { gradePutaway, releaseFromPutaway } from "./change-putaway.ts";
import { completePutaway } from "./complete-putaway.ts";
import { addToPutaway, createPutaway } from "./create-putaway.ts";
import { giveBackTransfer } from "./give-back-transfer.ts";
import { GRADES, KIND_NAMES, PUTAWAY_KINDS, putawayLifecycle } from "./putaway.ts";
import { listPutaways, listWaiting, type PutawayItemRow, type PutawayRow, putawayById } from "./queries.ts";
import { scanPutaway, unscanPutaway } from "./scan-putaway.ts";
import { TRANSFER_UNITS_MAX, transferShelf } from "./shelf-transfer.ts";

const VIEW = "putaway.view";
const MANAGE = "putaway.manage";
const CHOSEN_MAX = 5_000;
const NOTE_LENGTH_MAX = 255;
const TRANSFER_LINES_MAX = 200;

const putawayParams = z.object({ putawayId: idField<"Putaway">() });
const itemIds = z
  .array(idField<"PutawayItem">())
  .min(1)
  .max(CHOSEN_MAX)
  .transform((ids) => [...new Set(ids)]);
const nullableText = z.string().nullable();
const gradeField = z.enum(GRADES);
const shelfField = z.string().trim().min(1).max(45);
/** Units one by one, or so many of those that look alike. */
const choice = z.union([
  z.strictObject({ itemIds }),
  z.strictObject({
    group: z.strictObject({
      skuId: idField<"Sku">(),
      grade: gradeField.nullable(),
      shelfId: idField<"Shelf">().nullable(),
    }),
    quantity: z.int().min(1).max(CHOSEN_MAX).optional(),
  }),
]);
const said = { grade: gradeField.optional(), shelf: shelfField.optional() };

const itemAnswer = z.object({
  itemId: z.string(),
  kind: z.enum(PUTAWAY_KINDS),
  facilityId: z.string(),
  facility: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: nullableText,
  saleOrderId: nullableText,
  order: nullableText,
  unit: nullableText,
  package: nullableText,
  putawayId: nullableText,
  putaway: nullableText,
  grade: z.enum(GRADES).nullable(),
  shelf: nullableText,
  fromShelf: nullableText,
  note: nullableText,
  createdAt: z.string(),
  confirmedAt: nullableText,
  completedAt: nullableText,
});
const putawayAnswer = z.object({
  putawayId: z.string(),
  code: z.string(),
  state: z.enum(putawayLifecycle.states),
  kind: z.enum(PUTAWAY_KINDS),
  facilityId: z.string(),
  facility: z.string(),
  units: z.number().int(),
  confirmed: z.number().int(),
  note: nullableText,
  createdAt: z.string(),
  createdBy: z.string(),
  completedAt: nullableText,
  completedBy: nullableText,
  allowed: z.array(z.string()),
});

function itemOf(row: PutawayItemRow): z.input<typeof itemAnswer> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    confirmedAt: row.confirmedAt?.toString() ?? null,
    completedAt: row.completedAt?.toString() ?? null,
  };
}

function rowOf(row: PutawayRow): z.input<typeof putawayAnswer> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    completedAt: row.completedAt?.toString() ?? null,
    allowed: putawayLifecycle.allowed(row.state),
  };
}

const waiting = listRoutes({
  path: "/putaway-items",
  summary: "Units that wait for putaway",
  permission: VIEW,
  filters: {
    facilityId: idField<"Facility">().optional(),
    kind: z.enum(PUTAWAY_KINDS).optional(),
    onList: flagField,
    putawayId: idField<"Putaway">().optional(),
    search: searchField,
  },
  row: itemAnswer,
  sorts: ["createdAt", "sku"],
  columns: [
    { title: "SKU", value: (r) => r.sku },
    { title: "Name", value: (r) => r.name },
    { title: "Kind", value: (r) => KIND_NAMES[r.kind] },
    { title: "Facility", value: (r) => r.facility },
    { title: "Order", value: (r) => r.order },
    { title: "Package", value: (r) => r.package },
    { title: "From Shelf", value: (r) => r.fromShelf },
    { title: "Putaway", value: (r) => r.putaway },
    { title: "Grade", value: (r) => r.grade },
    { title: "Shelf", value: (r) => r.shelf },
    { title: "Note", value: (r) => r.note },
    { title: "Waiting since", value: (r) => r.createdAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listWaiting(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(itemOf) };
  },
});

const lists = listRoutes({
  path: "/putaways",
  summary: "Putaway lists",
  permission: VIEW,
  filters: {
    state: z.enum(putawayLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    kind: z.enum(PUTAWAY_KINDS).optional(),
    search: searchField,
  },
  row: putawayAnswer,
  sorts: ["createdAt", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Putaway", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Kind", value: (r) => KIND_NAMES[r.kind] },
    { title: "Facility", value: (r) => r.facility },
    { title: "Units", value: (r) => r.units },
    { title: "Confirmed", value: (r) => r.confirmed },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Completed at", value: (r) => r.completedAt },
    { title: "Completed by", value: (r) => r.completedBy },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listPutaways(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(rowOf) };
  },
});

const groupAnswer = z.object({
  skuId: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: nullableText,
  grade: gradeField.nullable(),
  shelfId: nullableText,
  shelf: nullableText,
  section: nullableText,
  packages: z.array(z.string()),
  fromShelves: z.array(z.string()),
  units: z.number().int(),
  confirmed: z.number().int(),
});

const making: Route[] = [
  route({
    method: "GET",
    path: "/putaways/:putawayId",
    summary: "A putaway list with its units in groups",
    permission: VIEW,
    params: putawayParams,
    answer: putawayAnswer.extend({ groups: z.array(groupAnswer) }),
    handle: (ctx, { params: { putawayId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await putawayById(ctx, tx, putawayId);
        if (!found) return refuse("NOT_FOUND", { what: "putaway", id: putawayId });
        return ok({ ...rowOf(found), groups: found.groups });
      }),
  }),
  route({
    method: "POST",
    path: "/putaways",
    summary: "Take waiting units into a putaway list",
    permission: MANAGE,
    body: z.strictObject({ itemIds, note: optionalTextField(NOTE_LENGTH_MAX) }),
    answer: z.object({ putawayId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => createPutaway(ctx, body),
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/add",
    summary: "Take more waiting units onto a putaway list",
    permission: MANAGE,
    params: putawayParams,
    body: z.strictObject({ itemIds }),
    answer: z.object({ putawayId: z.string(), code: z.string(), added: z.number().int() }),
    handle: (ctx, { params, body }) => addToPutaway(ctx, { ...params, ...body }),
  }),
];

const working: Route[] = [
  route({
    method: "POST",
    path: "/putaways/:putawayId/grade",
    summary: "Grade units of a putaway list and choose their shelf",
    permission: MANAGE,
    params: putawayParams,
    body: z.strictObject({
      gradings: z
        .array(z.union(choice.options.map((option) => option.extend(said))))
        .min(1)
        .max(CHOSEN_MAX),
    }),
    answer: z.object({ units: z.number().int() }),
    handle: (ctx, { params, body }) => gradePutaway(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/scan",
    summary: "Confirm units of a putaway list by scanning a SKU or package; a scanned shelf is told back",
    permission: MANAGE,
    params: putawayParams,
    body: z.strictObject({ code: z.string().trim().min(1).max(100), ...said }),
    answer: z.object({
      what: z.enum(["UNITS", "SHELF"]),
      sku: nullableText,
      shelves: z.array(z.string()),
      grade: gradeField.nullable(),
      itemIds: z.array(z.string()),
      confirmedNow: z.number().int(),
      confirmed: z.number().int(),
      units: z.number().int(),
    }),
    handle: async (ctx, { params, body }) => {
      const done = await scanPutaway(ctx, { ...params, ...body });
      return done.ok ? ok({ ...done.value, shelves: [...done.value.shelves], itemIds: [...done.value.itemIds] }) : done;
    },
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/unscan",
    summary: "Take scans of a putaway list back",
    permission: MANAGE,
    params: putawayParams,
    body: z.strictObject({ itemIds }),
    answer: z.object({ confirmed: z.number().int(), units: z.number().int() }),
    handle: (ctx, { params, body }) => unscanPutaway(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/release",
    summary: "Take units off a putaway list: they wait again",
    permission: MANAGE,
    params: putawayParams,
    body: choice,
    answer: z.object({ left: z.number().int() }),
    handle: (ctx, { params, body }) => releaseFromPutaway(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/complete",
    summary: "Complete a putaway list: its units are counted on their shelves",
    permission: MANAGE,
    params: putawayParams,
    body: z.strictObject({ confirmAll: z.boolean().default(false) }),
    answer: z.object({ units: z.number().int() }),
    handle: (ctx, { params, body }) => completePutaway(ctx, { ...params, ...body }),
  }),
];

const transfers: Route[] = [
  route({
    method: "POST",
    path: "/shelf-transfers",
    summary: "Take goods off their shelves to put them on others",
    permission: MANAGE,
    body: z.strictObject({
      /** Made by who asks: asked for twice under one id, the goods are taken once. */
      transferId: idField<"ShelfTransfer">().optional(),
      facilityId: idField<"Facility">(),
      lines: z
        .array(
          z.strictObject({
            sku: textField(45),
            grade: gradeField,
            quantity: z.int().min(1).max(TRANSFER_UNITS_MAX),
            fromShelf: shelfField,
            toShelf: optionalTextField(45),
          }),
        )
        .min(1)
        .max(TRANSFER_LINES_MAX),
      note: optionalTextField(NOTE_LENGTH_MAX),
      makeList: z.boolean().default(true),
    }),
    answer: z.object({
      transferId: z.string(),
      units: z.number().int(),
      putawayId: nullableText,
      putaway: nullableText,
    }),
    handle: async (ctx, { body }) => {
      const done = await transferShelf(ctx, { ...body, transferId: body.transferId ?? newId<"ShelfTransfer">() });
      if (!done.ok) return done;
      const { transferId, itemIds, list } = done.value;
      return ok({
        ...{ transferId, units: itemIds.length },
        ...{ putawayId: list?.putawayId ?? null, putaway: list?.code ?? null },
      });
    },
  }),
  route({
    method: "POST",
    path: "/shelf-transfers/give-back",
    summary: "Give up shelf transfers: waiting units go back to the shelves they were taken off",
    permission: MANAGE,
    body: z.strictObject({ itemIds }),
    answer: z.object({ units: z.number().int() }),
    handle: (ctx, { body }) => giveBackTransfer(ctx, body),
  }),
  route({
    method: "POST",
    path: "/putaways/:putawayId/give-back",
    summary: "Give up a shelf transfer: units of the list go back to the shelves they were taken off",
    permission: MANAGE,
    params: putawayParams,
    body: choice,
    answer: z.object({ units: z.number().int() }),
    handle: (ctx, { params, body }) => giveBackTransfer(ctx, { ...params, units: body }),
  }),
];

export const putawayRoutes: Route[] = [...waiting, ...lists, ...making, ...working, ...transfers];
