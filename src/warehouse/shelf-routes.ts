import { z } from "zod";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { listShelfTypes, listShelves } from "./queries.ts";
import { changeShelf, createShelf } from "./save-shelf.ts";
import { saveShelfType } from "./save-shelf-type.ts";

const VIEW = "warehouse.view";
const EDIT = "warehouse.edit";
const CODE_LENGTH_MAX = 45;
const SIZE_MM_MAX = 100_000;
const CAPACITY_MAX = 10_000_000;

const facilityId = idField<"Facility">();
const shelfTypeId = idField<"ShelfType">();
const nullableText = z.string().nullable();
const size = z.int().min(1).max(SIZE_MM_MAX);
const section = optionalTextField(CODE_LENGTH_MAX);

const shelfTypeBody = z.strictObject({
  code: textField(CODE_LENGTH_MAX),
  lengthMm: size,
  widthMm: size,
  heightMm: size,
  capacity: z.int().min(1).max(CAPACITY_MAX).nullable().default(null),
});

const shelfList = listRoutes({
  path: "/shelves",
  summary: "Shelves",
  permission: VIEW,
  filters: {
    facilityId: facilityId.optional(),
    shelfTypeId: shelfTypeId.optional(),
    search: searchField,
    enabled: flagField,
  },
  row: z.object({
    shelfId: z.string(),
    facilityId: z.string(),
    facilityCode: z.string(),
    code: z.string(),
    section: nullableText,
    shelfTypeId: nullableText,
    shelfType: nullableText,
    capacity: z.number().nullable(),
    enabled: z.boolean(),
    skus: z.number(),
    pieces: z.number(),
  }),
  sorts: ["code", "section"],
  columns: [
    { title: "Facility Code", value: (r) => r.facilityCode },
    { title: "Shelf Code", value: (r) => r.code },
    { title: "Section", value: (r) => r.section },
    { title: "Shelf Type", value: (r) => r.shelfType },
    { title: "Capacity", value: (r) => r.capacity },
    { title: "SKUs", value: (r) => r.skus },
    { title: "Pieces", value: (r) => r.pieces },
    { title: "Enabled", value: (r) => r.enabled },
  ],
  fetch: listShelves,
});

const shelfTypeList = listRoutes({
  path: "/shelf-types",
  summary: "Shelf types: size and capacity of shelves",
  permission: VIEW,
  filters: { search: searchField },
  row: z.object({
    shelfTypeId: z.string(),
    code: z.string(),
    lengthMm: z.number(),
    widthMm: z.number(),
    heightMm: z.number(),
    capacity: z.number().nullable(),
    shelves: z.number(),
  }),
  sorts: ["code"],
  columns: [
    { title: "Shelf Type", value: (r) => r.code },
    { title: "Length (mm)", value: (r) => r.lengthMm },
    { title: "Width (mm)", value: (r) => r.widthMm },
    { title: "Height (mm)", value: (r) => r.heightMm },
    { title: "Capacity", value: (r) => r.capacity },
    { title: "Shelves", value: (r) => r.shelves },
  ],
  fetch: (_ctx, tx, filters, page) => listShelfTypes(tx, filters, page),
});

export const shelfRoutes: Route[] = [
  ...shelfList,
  route({
    method: "POST",
    path: "/shelves",
    summary: "Make a shelf",
    permission: EDIT,
    body: z.object({
      facilityId,
      code: textField(CODE_LENGTH_MAX),
      section,
      shelfTypeId: shelfTypeId.nullable().default(null),
    }),
    answer: z.object({ shelfId: z.string() }),
    handle: (ctx, { body }) => createShelf(ctx, body),
  }),
  route({
    method: "PATCH",
    path: "/shelves/:shelfId",
    summary: "Enable or disable a shelf, or change its section and type",
    permission: EDIT,
    params: z.object({ shelfId: idField<"Shelf">() }),
    body: z.object({
      enabled: z.boolean().optional(),
      section: textField(CODE_LENGTH_MAX).nullable().optional(),
      shelfTypeId: shelfTypeId.nullable().optional(),
    }),
    handle: (ctx, { params, body }) => changeShelf(ctx, { ...params, ...body }),
  }),
  ...shelfTypeList,
  route({
    method: "POST",
    path: "/shelf-types",
    summary: "Make a shelf type",
    permission: EDIT,
    body: shelfTypeBody,
    answer: z.object({ shelfTypeId: z.string() }),
    handle: (ctx, { body }) => saveShelfType(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/shelf-types/:shelfTypeId",
    summary: "Change a shelf type",
    permission: EDIT,
    params: z.object({ shelfTypeId }),
    body: shelfTypeBody,
    answer: z.object({ shelfTypeId: z.string() }),
    handle: (ctx, { params, body }) => saveShelfType(ctx, params.shelfTypeId, body),
  }),
];
