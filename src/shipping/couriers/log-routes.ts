import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { anyOfField, idField, searchField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { explain } from "../../platform/refusals.ts";
import { EXCHANGES_KEPT_DAYS } from "./exchange.store.ts";
import { repeatTelling, settleTelling } from "./give-back.ts";
import {
  type CourierExchangeRow,
  findCourierExchange,
  listCourierExchanges,
  listNumbers,
  listTellings,
  type NumberRow,
  type TellingRow,
} from "./queries.ts";
import { TELLING_KINDS, TELLING_STATES } from "./telling.ts";
import { WAYBILL_STATES } from "./waybill.ts";

const VIEW = "shipping.view";
const MANAGE = "shipments.manage";
const text = z.string().nullable();
const tellingParams = z.object({ tellingId: idField<"CourierTelling">() });
const OUTCOMES = ["OK", "REFUSED", "NOT_REACHED", "UNKNOWN", "BAD_ANSWER"] as const;
const providerFilter = idField<"ShippingProvider">().optional();
const packageFilter = idField<"ShippingPackage">().optional();

const exchangeRow = z.object({
  exchangeId: z.string(),
  providerId: z.string(),
  provider: z.string(),
  operation: z.string(),
  at: z.string(),
  durationMs: z.number(),
  method: z.string(),
  url: z.string(),
  status: z.number().nullable(),
  outcome: z.enum(OUTCOMES),
  message: text,
  attempt: z.number(),
  packageCode: text,
  saleOrderId: text,
});
const exchangeAnswer = exchangeRow.extend({ request: z.unknown(), response: z.unknown() });

function exchangeOf({ request: _, response: __, at, ...row }: CourierExchangeRow): z.input<typeof exchangeRow> {
  return { ...row, at: at.toString() };
}

const tellingRow = z.object({
  tellingId: z.string(),
  providerId: z.string(),
  provider: z.string(),
  kind: z.enum(TELLING_KINDS),
  state: z.enum(TELLING_STATES),
  awb: z.string(),
  /** The shipment's code at the courier. */
  shipment: z.string(),
  shippingPackageId: text,
  packageCode: text,
  saleOrderId: text,
  attempts: z.number(),
  /** Of the last try that did not come to an end. */
  code: text,
  message: text,
  whatToDo: text,
  courierSays: text,
  exchangeId: text,
  reason: text,
  wantedAt: z.string(),
  wantedBy: z.string(),
  nextAttemptAt: text,
  settledAt: text,
  settledBy: text,
});

function tellingOf({ facts, words, ...row }: TellingRow): z.input<typeof tellingRow> {
  const why = row.code === null ? null : explain({ code: row.code, facts });
  return {
    ...row,
    ...{ message: why?.message ?? null, whatToDo: why?.whatToDo ?? null, courierSays: words },
    wantedAt: row.wantedAt.toString(),
    nextAttemptAt: row.nextAttemptAt?.toString() ?? null,
    settledAt: row.settledAt?.toString() ?? null,
  };
}

const numberRow = z.object({
  waybillId: z.string(),
  providerId: z.string(),
  provider: z.string(),
  direction: z.enum(["FORWARD", "REVERSE"]),
  state: z.enum(WAYBILL_STATES),
  awb: text,
  shipment: z.string(),
  carrier: text,
  routingCode: text,
  shippingPackageId: text,
  packageCode: text,
  returnCaseId: text,
  words: text,
  exchangeId: text,
  askedAt: z.string(),
  askedBy: z.string(),
  givenAt: text,
  endedAt: text,
});

function numberOf(row: NumberRow): z.input<typeof numberRow> {
  return {
    ...row,
    askedAt: row.askedAt.toString(),
    givenAt: row.givenAt?.toString() ?? null,
    endedAt: row.endedAt?.toString() ?? null,
  };
}

/** What was said to couriers, which numbers they gave, and what they are told of these. */
export const logRoutes: Route[] = [
  ...listRoutes({
    path: "/courier-exchanges",
    summary: "Exchanges with couriers, redacted, of the last 30 days",
    permission: VIEW,
    filters: {
      providerId: providerFilter,
      shippingPackageId: packageFilter,
      returnCaseId: idField<"ReturnCase">().optional(),
      manifestId: idField<"Manifest">().optional(),
      operation: anyOfField(z.array(z.string().max(60))),
      outcome: anyOfField(z.array(z.enum(OUTCOMES))),
      search: searchField,
    },
    row: exchangeRow,
    sorts: ["at"],
    defaultSort: "-at",
    columns: [
      { title: "At", value: (r) => r.at },
      { title: "Courier", value: (r) => r.provider },
      { title: "Operation", value: (r) => r.operation },
      { title: "Package", value: (r) => r.packageCode },
      { title: "Method", value: (r) => r.method },
      { title: "URL", value: (r) => r.url },
      { title: "Status", value: (r) => r.status },
      { title: "Outcome", value: (r) => r.outcome },
      { title: "Message", value: (r) => r.message },
      { title: "Duration (ms)", value: (r) => r.durationMs },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listCourierExchanges(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map(exchangeOf) };
    },
  }),
  route({
    method: "GET",
    path: "/courier-exchanges/:exchangeId",
    summary: "One exchange with a courier, with its request and answer, redacted",
    permission: VIEW,
    params: z.object({ exchangeId: idField<"CourierExchange">() }),
    answer: exchangeAnswer,
    handle: async (ctx, { params: { exchangeId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => findCourierExchange(ctx, tx, exchangeId));
      if (!found) return refuse("COURIER_EXCHANGE_NOT_FOUND", { exchange: exchangeId, days: EXCHANGES_KEPT_DAYS });
      return ok({ ...exchangeOf(found), request: found.request, response: found.response });
    },
  }),
  ...listRoutes({
    path: "/courier-numbers",
    summary: "Tracking numbers that couriers were asked for by their API, and what became of each",
    permission: VIEW,
    filters: {
      providerId: providerFilter,
      shippingPackageId: packageFilter,
      state: anyOfField(z.array(z.enum(WAYBILL_STATES))),
      search: searchField,
    },
    row: numberRow,
    sorts: ["askedAt"],
    defaultSort: "-askedAt",
    columns: [
      { title: "Asked At", value: (r) => r.askedAt },
      { title: "Courier", value: (r) => r.provider },
      { title: "Direction", value: (r) => r.direction },
      { title: "Shipment", value: (r) => r.shipment },
      { title: "State", value: (r) => r.state },
      { title: "AWB", value: (r) => r.awb },
      { title: "Carrier", value: (r) => r.carrier },
      { title: "Routing Code", value: (r) => r.routingCode },
      { title: "Courier Says", value: (r) => r.words },
      { title: "Asked By", value: (r) => r.askedBy },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listNumbers(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map(numberOf) };
    },
  }),
  ...listRoutes({
    path: "/courier-tellings",
    summary: "What couriers are told of their numbers: other weights and sizes, and numbers that are not used",
    permission: VIEW,
    filters: {
      providerId: providerFilter,
      shippingPackageId: packageFilter,
      kind: z.enum(TELLING_KINDS).optional(),
      state: anyOfField(z.array(z.enum(TELLING_STATES))),
      search: searchField,
    },
    row: tellingRow,
    sorts: ["updatedAt"],
    defaultSort: "-updatedAt",
    columns: [
      { title: "Wanted At", value: (r) => r.wantedAt },
      { title: "Courier", value: (r) => r.provider },
      { title: "Kind", value: (r) => r.kind },
      { title: "AWB", value: (r) => r.awb },
      { title: "Shipment", value: (r) => r.shipment },
      { title: "State", value: (r) => r.state },
      { title: "Attempts", value: (r) => r.attempts },
      { title: "Message", value: (r) => r.message },
      { title: "Reason", value: (r) => r.reason },
      { title: "Wanted By", value: (r) => r.wantedBy },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listTellings(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map(tellingOf) };
    },
  }),
  route({
    method: "POST",
    path: "/courier-tellings/:tellingId/repeat",
    summary: "Tell a courier once more, at once",
    permission: MANAGE,
    params: tellingParams,
    handle: (ctx, { params: { tellingId } }) => repeatTelling(ctx, tellingId),
  }),
  route({
    method: "POST",
    path: "/courier-tellings/:tellingId/settle",
    summary: "Say that the courier knows (told by telephone or on its panel), or need not know",
    permission: MANAGE,
    params: tellingParams,
    handle: (ctx, { params: { tellingId } }) => settleTelling(ctx, tellingId),
  }),
];
