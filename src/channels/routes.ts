import { z } from "zod";
import type { Connector } from "../../connectors/kit/index.ts";
import { INDIA, ok, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { idField, searchField, textField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { addChannel, sourceRefusal } from "./add-channel.ts";
import { PACE_MINUTES_MAX } from "./cadence.ts";
import {
  type Channel,
  type ChannelSettings,
  DISPATCHED_ON_PANEL,
  GST_E_INVOICING,
  PACKAGE_TYPES,
  SINGLE_ACTIONS,
} from "./channel.ts";
import { configureChannel } from "./configure-channel.ts";
import { connectChannel } from "./connect-channel.ts";
import { consentRoutes } from "./consent-routes.ts";
import { exchangeRoutes } from "./exchange-routes.ts";
import { CONFIRMATIONS } from "./facilities.ts";
import { suggestName } from "./fields.ts";
import { listingRoutes } from "./listing-routes.ts";
import { sendUnsent } from "./notices.ts";
import { issuePushCredential, OVERLAP_HOURS, revokePushCredential } from "./push-credential.ts";
import { channelCounts } from "./queries.ts";
import { allSources, sourceOf } from "./registry.ts";
import { setCredentials } from "./set-credentials.ts";
import { setPace } from "./set-pace.ts";
import { consentOf, hasAddress, toAbilities, toLimits, toRules, toSchedules } from "./source-facts.ts";
import { findChannel, listChannels, takenNames, tenantFacts } from "./store.ts";
import { channelSummary, SYNC_TITLES } from "./summary.ts";
import { disableChannel, enableChannel, switchChannelSync } from "./switch-channel.ts";
import { syncLags } from "./sync.store.ts";
import { lagMaxSeconds, lagSeconds, syncKindsOf } from "./sync-kind.ts";
import * as wire from "./wire.ts";

const VIEW = "channels.view";
const MANAGE = "channels.manage";
const params = z.object({ channelId: idField<"Channel">() });

const settingsFields = {
  name: textField(60),
  tatHours: z.number().int().min(1).max(720),
  packageType: z.enum(PACKAGE_TYPES),
  autoVerify: z.boolean(),
  createOnHold: z.boolean(),
  singleAction: z.enum(SINGLE_ACTIONS),
  gstEInvoicing: z.enum(GST_E_INVOICING),
  notifyOnDispatch: z.boolean(),
  returnedOnChannelWord: z.boolean(),
  dispatchedOnPanel: z.enum(DISPATCHED_ON_PANEL),
  priority: z.number().int().min(-1000).max(1000),
  billingPartyId: idField<"BillingParty">().nullable(),
  sourceSettings: z.record(z.string(), z.union([z.string().max(500), z.number(), z.boolean()])),
  facilities: z
    .array(z.object({ facilityId: idField<"Facility">(), channelWarehouse: textField(60).nullable().default(null) }))
    .max(200),
};
const settingsBody = z.object(settingsFields).partial();
/** What the person has said yes to after a refusal asked for it (COMBINED_STOCK_UNCONFIRMED). */
const confirm = z.array(z.enum(CONFIRMATIONS)).max(CONFIRMATIONS.length).default([]);

/** What was given, without the members that were left out. */
function given(body: z.output<typeof settingsBody>): Partial<ChannelSettings> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function toChannel(channel: Channel) {
  const { label, tile, rules } = sourceOf(channel.source);
  return wire.toWire({ ...channel, sourceLabel: label, ordersArrive: rules.ordersArrive, tile });
}

/** The list of channels. */
async function listRows(ctx: Ctx) {
  const dayStart = ctx.now.toZonedDateTimeISO(INDIA).startOfDay().toInstant();
  const { channels, counts, lags } = await ctx.db.read(ctx.tenantId, async (tx) => ({
    channels: await listChannels(tx),
    lags: await syncLags(tx, null),
    counts: new Map((await channelCounts(tx, dayStart)).map((c) => [c.channelId, c])),
  }));
  const rows = channels.flatMap((channel) => {
    const of = counts.get(channel.channelId);
    if (!of) return []; // added between the two reads: the next look has it
    const failing = of.failing.map((f) => ({ ...f, title: SYNC_TITLES[f.kind] }));
    const behind = lags
      .filter((lag) => lag.channelId === channel.channelId)
      .map((lag) => ({
        kind: lag.kind,
        title: SYNC_TITLES[lag.kind],
        lagSeconds: lagSeconds(sourceOf(lag.source), lag.kind, lag, ctx.now) ?? 0,
      }))
      .filter((lag) => lag.lagSeconds > lagMaxSeconds(lag.kind));
    return [{ ...toChannel(channel), ...wire.toWire(of), failing, behind }];
  });
  return { channels: rows, asOf: ctx.now.toString() };
}

/**
 * Is it shown to who asks for no state? Discontinued ones are not ("all" shows every one); private ones are where the operator gave their address, or
 * where there are channels of them.
 */
function isOffered({ id, state }: Connector, { sourceUrls }: Ctx, channels: readonly { readonly source: string }[]) {
  return state === "live" || (state === "private" && (sourceUrls.has(id) || channels.some((c) => c.source === id)));
}

async function listSources(
  ctx: Ctx,
  filters: { q?: string | undefined; category?: string | undefined; state?: string | undefined },
) {
  const { tenant, taken, channels } = await ctx.db.read(ctx.tenantId, async (tx) => ({
    tenant: await tenantFacts(tx),
    taken: await takenNames(tx),
    channels: await listChannels(tx),
  }));
  const words = filters.q?.toLowerCase() ?? "";
  const sources = allSources()
    .filter((s) => words === "" || s.label.toLowerCase().includes(words) || s.id.toLowerCase().includes(words))
    .filter((s) => filters.category === undefined || s.category === filters.category)
    .filter(
      (s) => filters.state === "all" || s.state === filters.state || (!filters.state && isOffered(s, ctx, channels)),
    )
    .toSorted((a, b) => a.label.localeCompare(b.label, "en"));
  return sources.map((source) => {
    const refusal = sourceRefusal(source, { edition: tenant.edition, sourceUrls: ctx.sourceUrls });
    const why = refusal === null ? null : explain(refusal.refusal);
    return wire.toWire({
      ...{
        id: source.id,
        label: source.label,
        category: source.category,
        state: source.state,
        about: source.about,
        tile: source.tile,
      },
      editions: source.editions ? [...source.editions] : null,
      unavailable: why === null ? null : { code: why.code, message: why.message, whatToDo: why.whatToDo },
      suggestedName: suggestName(source, taken),
      ...{ fields: source.fields, settings: source.settings, rules: toRules(source), syncs: syncKindsOf(source) },
      capabilities: Object.keys(source.capabilities).toSorted(),
      ...{ abilities: toAbilities(source), limits: toLimits(source), schedules: toSchedules(source) },
      addressSet: hasAddress(source, ctx.sourceUrls),
      channels: channels.filter((channel) => channel.source === source.id).length,
    });
  });
}

const sourceRoutes: Route[] = [
  route({
    method: "GET",
    path: "/sources",
    summary: "Sources that a channel can be added of, with the forms that they declare",
    permission: VIEW,
    query: z.object({
      q: searchField,
      category: z.string().max(60).optional(),
      /** Left out: those that are offered now. */
      state: z.enum(["live", "private", "discontinued", "all"]).optional(),
    }),
    answer: z.object({ sources: z.array(wire.sourceAnswer) }),
    handle: async (ctx, { query }) => ({ sources: await listSources(ctx, query) }),
  }),
];

const channelRoutesOnly: Route[] = [
  route({
    method: "GET",
    path: "/channels",
    summary: "Channels, with what came in today and which syncs fail",
    permission: VIEW,
    answer: z.object({ channels: z.array(wire.channelRow), asOf: z.string() }),
    handle: listRows,
  }),
  route({
    method: "POST",
    path: "/channels",
    summary: "Add a channel with its settings (Save & Next)",
    permission: MANAGE,
    body: z.object({
      source: z.string().max(60),
      name: textField(60),
      code: z
        .string()
        .regex(/^[A-Za-z0-9_-]{2,60}$/, "is 2 to 60 letters, digits, _ and -")
        .optional(),
      settings: settingsBody.omit({ name: true }).default({}),
    }),
    answer: wire.channelAnswer,
    handle: async (ctx, { body }) => {
      const added = await addChannel(ctx, { ...body, settings: given(body.settings) });
      return added.ok ? ok(toChannel(added.value)) : added;
    },
  }),
  route({
    method: "GET",
    path: "/channels/:channelId",
    summary: "Channel Summary: state, credentials without secrets, push headers, a card for each sync",
    permission: VIEW,
    params,
    answer: wire.summaryAnswer,
    handle: (ctx, { params: { channelId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await channelSummary(ctx, tx, channelId);
        if (!found.ok) return found;
        const { channel, counts, ...rest } = found.value;
        return ok({
          ...wire.toWire(rest),
          channel: toChannel(channel),
          rules: toRules(sourceOf(channel.source)),
          consent: consentOf(sourceOf(channel.source)),
          wakesUs: sourceOf(channel.source).readWakeUp !== undefined,
          listings: { total: counts.listings, unmapped: counts.unmapped },
          publishingStopped: counts.stopped,
        });
      }),
  }),
  route({
    method: "PATCH",
    path: "/channels/:channelId/settings",
    summary: "Change settings of a channel; what is left out stays",
    permission: MANAGE,
    params,
    body: settingsBody.extend({ confirm }),
    answer: z.object({ channel: wire.channelAnswer, notifySwitchedOn: z.boolean() }),
    handle: async (ctx, { params: { channelId }, body: { confirm: confirmed, ...settings } }) => {
      const saved = await configureChannel(ctx, channelId, given(settings), confirmed);
      if (!saved.ok) return saved;
      return ok({ channel: toChannel(saved.value.channel), notifySwitchedOn: saved.value.notifySwitchedOn });
    },
  }),
  route({
    method: "PUT",
    path: "/channels/:channelId/credentials",
    summary: "Set the credentials of a channel; a secret left empty stays as it is, facilities left out stay too",
    permission: MANAGE,
    params,
    body: z.object({
      fields: z.record(z.string().max(60), z.string().max(10_000)),
      /** Choose Facilities For Inventory Sync, in routing order. */
      facilities: z.array(idField<"Facility">()).max(200).optional(),
      confirm,
    }),
    handle: async (ctx, { params: { channelId }, body: { fields, ...options } }) =>
      setCredentials(ctx, channelId, fields, options),
  }),
  route({
    method: "POST",
    path: "/channels/:channelId/connect",
    summary: "Try the credentials step by step, and connect",
    permission: MANAGE,
    params,
    answer: wire.connectAnswer,
    handle: async (ctx, { params: { channelId } }) => {
      const tried = await connectChannel(ctx, channelId);
      return tried.ok ? ok(wire.toWire(tried.value)) : tried;
    },
  }),
  ...(["disable", "enable"] as const).map((verb) =>
    route({
      method: "POST",
      path: `/channels/:channelId/${verb}`,
      summary: verb === "disable" ? "Switch a channel off" : "Switch a channel on again",
      permission: MANAGE,
      params,
      answer: z.object({ state: z.string() }),
      handle: (ctx, input) => (verb === "disable" ? disableChannel : enableChannel)(ctx, input.params.channelId),
    }),
  ),
  route({
    method: "PUT",
    path: "/channels/:channelId/syncs/:kind",
    summary: "Switch one sync of a channel on or off",
    permission: MANAGE,
    params: params.extend({ kind: wire.syncKind }),
    body: z.object({ enabled: z.boolean() }),
    answer: z.object({ enabled: z.boolean() }),
    handle: (ctx, { params: p, body }) => switchChannelSync(ctx, p.channelId, p.kind, body.enabled),
  }),
  route({
    method: "PUT",
    path: "/channels/:channelId/pace",
    summary: "Set how often a channel is asked for orders and statuses at most",
    permission: MANAGE,
    params,
    body: z.object({ minutes: z.number().int().min(1).max(PACE_MINUTES_MAX).nullable() }),
    answer: z.object({ minutes: z.number().int().nullable() }),
    handle: (ctx, { params: { channelId }, body }) => setPace(ctx, channelId, body.minutes),
  }),
  route({
    method: "POST",
    path: "/channels/:channelId/send-unsent",
    summary: "Send the notifications that were not sent while Notify Channel On Dispatch was off",
    permission: MANAGE,
    params,
    answer: z.object({ orders: z.number().int() }),
    handle: (ctx, input) => sendUnsent(ctx, input.params.channelId),
  }),
];

const pushRoutes: Route[] = [
  route({
    method: "POST",
    path: "/channels/:channelId/push-credential",
    summary: "Issue new push headers for the channel's source; the earlier key works on for some hours",
    permission: MANAGE,
    params,
    body: z.object({ overlapHours: z.number().int().min(0).max(720).default(OVERLAP_HOURS) }),
    answer: z.object({
      pushCredentialId: z.string(),
      clientid: z.string(),
      merchantid: z.string().nullable(),
      /** Shown this once. */
      securitykey: z.string(),
      othersEndAt: z.string(),
    }),
    handle: (ctx, { params: { channelId }, body }) =>
      ctx.db.transaction(ctx.tenantId, async (tx) => {
        const channel = await findChannel(tx, channelId);
        if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
        const issued = await issuePushCredential(tx, ctx, channel.source, body);
        if (!issued.ok) return issued;
        return ok({ ...wire.toWire(issued.value), merchantid: channel.fields.username ?? null });
      }),
  }),
  route({
    method: "DELETE",
    path: "/push-credentials/:pushCredentialId",
    summary: "End push headers at once",
    permission: MANAGE,
    params: z.object({ pushCredentialId: idField<"PushCredential">() }),
    handle: (ctx, input) =>
      ctx.db.transaction(ctx.tenantId, (tx) => revokePushCredential(tx, ctx, input.params.pushCredentialId)),
  }),
];

/** Everything that people and programs may do with channels, listings and what was said to and by channels. */
export const channelRoutes: Route[] = [
  ...sourceRoutes,
  ...channelRoutesOnly,
  ...consentRoutes,
  ...pushRoutes,
  ...exchangeRoutes,
  ...listingRoutes,
];
