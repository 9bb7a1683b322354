import { z } from "zod";
import { basisPoints, ok, paise } from "../kernel/index.ts";
import { idField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { installStandardTaxClasses, saveTaxClass } from "./save-tax-class.ts";
import { STANDARD_TAX_CLASSES } from "./standard-tax-classes.ts";
import { readTaxClasses, type StoredTaxClass } from "./store.ts";
import type { TaxClass } from "./tax-class.ts";

const RATES_MAX = 200;
const money = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const rateField = z.object({
  holdsFrom: z.iso.date(),
  unitPriceFromPaise: money,
  unitPriceToPaise: money.nullable(),
  gstBps: z.number().int().min(0).max(10_000),
  cessBps: z.number().int().min(0).max(50_000).default(0),
  cessPerUnitPaise: money.default(0),
});
const taxClassBody = z.object({
  code: textField(30),
  name: textField(200),
  slabPrice: z.enum(["EXCLUDING_TAX", "INCLUDING_TAX"]).default("EXCLUDING_TAX"),
  rates: z.array(rateField).max(RATES_MAX),
});
const taxClassAnswer = z.object({
  taxClassId: z.string(),
  code: z.string(),
  name: z.string(),
  slabPrice: z.enum(["EXCLUDING_TAX", "INCLUDING_TAX"]),
  rates: z.array(z.object(rateField.shape).extend({ cessBps: z.number(), cessPerUnitPaise: z.number() })),
});

function read(body: z.output<typeof taxClassBody>): TaxClass {
  return {
    code: body.code,
    name: body.name,
    slabPrice: body.slabPrice,
    rows: body.rates.map((r) => ({
      holdsFrom: Temporal.PlainDate.from(r.holdsFrom),
      unitPriceFromPaise: paise(r.unitPriceFromPaise),
      unitPriceToPaise: r.unitPriceToPaise === null ? null : paise(r.unitPriceToPaise),
      gstBps: basisPoints(r.gstBps),
      cessBps: basisPoints(r.cessBps),
      cessPerUnitPaise: paise(r.cessPerUnitPaise),
    })),
  };
}

function shown({ rows, ...taxClass }: StoredTaxClass): z.input<typeof taxClassAnswer> {
  return {
    ...taxClass,
    rates: rows.map((r) => ({ ...r, holdsFrom: r.holdsFrom.toString(), cessPerUnitPaise: r.cessPerUnitPaise ?? 0 })),
  };
}

const percent = (bps: number) => bps / 100;

/** One line per rate: what an accountant checks. */
const rateRow = z.object({
  taxClassId: z.string(),
  code: z.string(),
  name: z.string(),
  holdsFrom: z.string(),
  unitPriceFromPaise: z.number(),
  unitPriceToPaise: z.number().nullable(),
  gstBps: z.number(),
  cessBps: z.number(),
  cessPerUnitPaise: z.number(),
});

export const taxClassRoutes: Route[] = [
  route({
    method: "GET",
    path: "/tax-classes",
    summary: "Tax classes with their rates, and what the starter set would add",
    permission: "catalog.view",
    answer: z.object({
      taxClasses: z.array(taxClassAnswer),
      notInstalled: z.array(z.object({ code: z.string(), name: z.string(), help: z.string() })),
    }),
    handle: async (ctx) => {
      const stored = await ctx.db.read(ctx.tenantId, (tx) => readTaxClasses(tx));
      const there = new Set(stored.map((c) => c.code));
      const notInstalled = STANDARD_TAX_CLASSES.filter((c) => !there.has(c.code)).map(({ code, name, help }) => ({
        code,
        name,
        help,
      }));
      return { taxClasses: stored.map(shown), notInstalled };
    },
  }),
  ...listRoutes({
    path: "/tax-rates",
    summary: "Tax rates, one line each",
    permission: "catalog.view",
    filters: { code: z.string().max(30).optional() },
    row: rateRow,
    sorts: ["code"],
    columns: [
      { title: "Tax Class", value: (r) => r.code },
      { title: "Name", value: (r) => r.name },
      { title: "Holds From", value: (r) => r.holdsFrom },
      { title: "Unit Price From", value: (r) => percent(r.unitPriceFromPaise) },
      { title: "Unit Price To", value: (r) => (r.unitPriceToPaise === null ? null : percent(r.unitPriceToPaise)) },
      { title: "GST %", value: (r) => percent(r.gstBps) },
      { title: "Cess %", value: (r) => percent(r.cessBps) },
      { title: "Cess per Unit", value: (r) => percent(r.cessPerUnitPaise) },
    ],
    fetch: async (_ctx, tx, filters, page) => {
      // A tenant has some dozens of classes: they are read whole.
      const classes = await readTaxClasses(tx);
      const rows = classes
        .filter((c) => filters.code === undefined || c.code === filters.code)
        .map(shown)
        .flatMap(({ taxClassId, code, name, rates }) => rates.map((r) => ({ taxClassId, code, name, ...r })));
      const sorted = page.descending ? rows.toReversed() : rows;
      return { rows: sorted.slice(page.offset, page.offset + page.limit), total: rows.length };
    },
  }),
  route({
    method: "POST",
    path: "/tax-classes",
    summary: "Make a tax class",
    permission: "catalog.edit",
    body: taxClassBody,
    answer: z.object({ taxClassId: z.string() }),
    handle: (ctx, { body }) => saveTaxClass(ctx, null, read(body)),
  }),
  route({
    method: "PUT",
    path: "/tax-classes/:taxClassId",
    summary: "Change a tax class and its rates",
    permission: "catalog.edit",
    params: z.object({ taxClassId: idField<"TaxClass">() }),
    body: taxClassBody,
    answer: z.object({ taxClassId: z.string() }),
    handle: (ctx, { params, body }) => saveTaxClass(ctx, params.taxClassId, read(body)),
  }),
  route({
    method: "POST",
    path: "/tax-classes/standard",
    summary: "Install the starter set of Indian tax classes",
    permission: "catalog.edit",
    answer: z.object({ installed: z.array(z.string()) }),
    handle: async (ctx) => {
      const done = await ctx.db.transaction(ctx.tenantId, (tx) => installStandardTaxClasses(tx, ctx));
      return done.ok ? ok(done.value) : done;
    },
  }),
];
