import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { anyOfField, flagField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { DELIVERED_KEPT_DAYS } from "./kept.ts";
import { EVENT_TITLES, PARTNER_EVENTS } from "./partner.ts";
import { findDelivery, listDeliveries, listPartners } from "./queries.ts";
import {
  discardDeliveries,
  discardWaiting,
  dismissDeliveries,
  repeatDeliveries,
  repeatFailed,
  tryNow,
} from "./resend.ts";
import { DELIVERY_STATES } from "./rule.ts";
import { addPartner, changePartner, switchPartner } from "./save-partner.ts";
import { testPartner } from "./test-partner.ts";
import * as wire from "./wire.ts";

const SETTINGS = "settings.partners";
const VIEW = "partners.view";
const RESEND = "partners.resend";
const CHOSEN_MAX = 200;

const params = z.object({ partnerId: idField<"Partner">() });
const instantField = z.iso.datetime({ offset: true }).transform((given) => Temporal.Instant.from(given));
const chosen = z.object({ partnerDeliveryIds: z.array(idField<"PartnerDelivery">()).min(1).max(CHOSEN_MAX) });
const acted = z.object({ changed: z.number().int(), unchanged: z.number().int() });

const settingsRoutes: Route[] = [
  route({
    method: "GET",
    path: "/partners",
    summary: "Partners who are told of shipments, returns, purchases and gate passes, and how each of them does",
    permission: VIEW,
    answer: wire.partnersAnswer,
    handle: async (ctx) => {
      const rows = await ctx.db.read(ctx.tenantId, (tx) => listPartners(tx, ctx.now));
      const events = PARTNER_EVENTS.map((event) => ({ event, title: EVENT_TITLES[event] }));
      return ok({ partners: rows.map(wire.partnerToWire), events });
    },
  }),
  route({
    method: "GET",
    path: "/partners/:partnerId",
    summary: "One partner and how it does; its secret is never shown",
    permission: VIEW,
    params,
    answer: wire.partnerAnswer,
    handle: async (ctx, { params: { partnerId } }) => {
      const [row] = await ctx.db.read(ctx.tenantId, (tx) => listPartners(tx, ctx.now, partnerId));
      return row ? ok(wire.partnerToWire(row)) : refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    },
  }),
  route({
    method: "POST",
    path: "/partners",
    summary: "Add a partner",
    permission: SETTINGS,
    body: wire.newPartnerBody,
    answer: z.object({ partnerId: z.string() }),
    handle: async (ctx, { body: { code, ...settings } }) => {
      const added = await addPartner(ctx, code, settings);
      return added.ok ? ok({ partnerId: added.value }) : added;
    },
  }),
  route({
    method: "PUT",
    path: "/partners/:partnerId",
    summary: "Change a partner's settings; without a secret the stored one stays",
    permission: SETTINGS,
    params,
    body: wire.partnerBody,
    handle: (ctx, input) => changePartner(ctx, input.params.partnerId, input.body),
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/enable",
    summary: "Tell the partner of what happens from now on, and send what waits",
    permission: SETTINGS,
    params,
    handle: (ctx, input) => switchPartner(ctx, input.params.partnerId, true),
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/disable",
    summary: "Queue nothing more for the partner; what waits stays until it is enabled or discarded",
    permission: SETTINGS,
    params,
    handle: (ctx, input) => switchPartner(ctx, input.params.partnerId, false),
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/test",
    summary:
      "Test now: asks for a token, or sends an empty event marked as a test where the key is static; says what came back",
    permission: SETTINGS,
    params,
    answer: wire.testAnswer,
    handle: async (ctx, input) => {
      const tested = await testPartner(ctx, input.params.partnerId);
      return tested.ok ? ok(wire.testToWire(tested.value)) : tested;
    },
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/try-now",
    summary: "Try a partner that is held back now, instead of when its pause ends",
    permission: RESEND,
    params,
    handle: (ctx, input) => tryNow(ctx, input.params.partnerId),
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/repeat-failed",
    summary: "Send everything again that was refused or given up since a moment and not dismissed",
    permission: RESEND,
    params,
    body: z.object({ since: instantField }),
    answer: z.object({ repeated: z.number().int() }),
    handle: (ctx, input) => repeatFailed(ctx, input.params.partnerId, input.body.since),
  }),
  route({
    method: "POST",
    path: "/partners/:partnerId/discard-waiting",
    summary: "Do not send what has come in before a moment and still waits",
    permission: RESEND,
    params,
    body: z.object({ before: instantField }),
    answer: z.object({ discarded: z.number().int() }),
    handle: (ctx, input) => discardWaiting(ctx, input.params.partnerId, input.body.before),
  }),
];

const deliveryRoutes: Route[] = [
  ...listRoutes({
    path: "/partner-deliveries",
    summary: "What partners were told, or are to be told",
    permission: VIEW,
    filters: {
      partnerId: idField<"Partner">().optional(),
      event: anyOfField(z.array(wire.partnerEvent)),
      state: anyOfField(z.array(z.enum(DELIVERY_STATES))),
      flagged: flagField,
      saleOrderId: idField<"SaleOrder">().optional(),
      shippingPackageId: idField<"ShippingPackage">().optional(),
      since: instantField.optional(),
      until: instantField.optional(),
      search: searchField,
    },
    row: wire.deliveryRow,
    sorts: ["position"],
    defaultSort: "-position",
    columns: [
      { title: "Happened at", value: (r) => r.happenedAt },
      { title: "Partner", value: (r) => r.partnerCode },
      { title: "Event", value: (r) => r.event },
      { title: "Subject", value: (r) => r.subject },
      { title: "Order", value: (r) => r.orderCode },
      { title: "Package", value: (r) => r.packageCode },
      { title: "State", value: (r) => r.state },
      { title: "Flagged", value: (r) => r.flagged },
      { title: "Requests", value: (r) => r.attempts },
      { title: "Next try", value: (r) => r.nextAttemptAt },
      { title: "HTTP", value: (r) => r.status },
      { title: "Message", value: (r) => r.message },
      { title: "Settled at", value: (r) => r.settledAt },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listDeliveries(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map(wire.deliveryToWire) };
    },
  }),
  route({
    method: "GET",
    path: "/partner-deliveries/:partnerDeliveryId",
    summary: "One delivery: its exact body, headers without secrets, and every try with its answer",
    permission: VIEW,
    params: z.object({ partnerDeliveryId: idField<"PartnerDelivery">() }),
    answer: wire.deliveryAnswer,
    handle: async (ctx, { params: { partnerDeliveryId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => findDelivery(tx, partnerDeliveryId));
      return found
        ? ok(wire.detailToWire(found.detail, found.partner))
        : refuse("PARTNER_DELIVERY_NOT_FOUND", { delivery: partnerDeliveryId, days: DELIVERED_KEPT_DAYS });
    },
  }),
  route({
    method: "POST",
    path: "/partner-deliveries/repeat",
    summary: "Send deliveries again, or now where they wait",
    permission: RESEND,
    body: chosen,
    answer: acted,
    handle: (ctx, input) => repeatDeliveries(ctx, input.body.partnerDeliveryIds),
  }),
  route({
    method: "POST",
    path: "/partner-deliveries/dismiss",
    summary: "Take the flags off deliveries that failed",
    permission: RESEND,
    body: chosen,
    answer: acted,
    handle: (ctx, input) => dismissDeliveries(ctx, input.body.partnerDeliveryIds),
  }),
  route({
    method: "POST",
    path: "/partner-deliveries/discard",
    summary: "Do not send deliveries that wait",
    permission: RESEND,
    body: chosen,
    answer: acted,
    handle: (ctx, input) => discardDeliveries(ctx, input.body.partnerDeliveryIds),
  }),
];

/** Settings > Partners, and the log of what they were told. */
export const partnerRoutes: Route[] = [...settingsRoutes, ...deliveryRoutes];
