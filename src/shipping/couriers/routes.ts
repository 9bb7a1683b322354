import { z } from "zod";
import type { CourierIdentity } from "../../../couriers/kit/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { idField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { ShippingProviderId } from "../provider.ts";
import { providerById } from "../store.ts";
import { findAccount, readSecrets } from "./account.store.ts";
import { ACCOUNT_STATES } from "./account.ts";
import { accountAbilities } from "./call.ts";
import { connectCourier, disconnectCourier, saveCourierAccount } from "./connect.ts";
import { tryCourierJob } from "./credential-tries.ts";
import { logRoutes } from "./log-routes.ts";
import { accountCounts } from "./queries.ts";
import { allCouriers, findCourier } from "./registry.ts";

const VIEW = "shipping.view";
const EDIT = "shipping.edit";
const params = z.object({ providerId: idField<"ShippingProvider">() });

const settingValue = z.union([z.string().max(4_000), z.number(), z.boolean()]);
const fieldAnswer = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(["text", "password", "facility", "warehouse-map"]),
  required: z.boolean(),
  help: z.string(),
  pattern: z.string().nullable(),
});
const settingAnswer = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  type: z.enum(["switch", "select", "number", "text"]),
  options: z.array(z.object({ value: z.string(), label: z.string(), unavailable: z.string().nullable() })),
  range: z.object({ min: z.number(), max: z.number(), unit: z.string() }).nullable(),
  default: settingValue,
});
/** A kind of courier API, with all that its form is drawn from. */
const courierAnswer = z.object({
  id: z.string(),
  label: z.string(),
  about: z.string(),
  /** It has an address of its own: the base URL may stay empty. */
  hasAddress: z.boolean(),
  fields: z.array(fieldAnswer),
  settings: z.array(settingAnswer),
});
const abilitiesAnswer = z.object({
  reverse: z.boolean(),
  repeatGivesSame: z.boolean(),
  updates: z.boolean(),
  cancels: z.boolean(),
  manifests: z.boolean(),
  trackBatchMax: z.number(),
  trackEveryMinutes: z.number(),
});
const accountAnswer = z.object({
  providerId: z.string(),
  code: z.string(),
  name: z.string(),
  /** Kinds of API to choose from. */
  couriers: z.array(courierAnswer),
  /** Null: nothing has been entered yet. */
  account: z
    .object({
      courier: z.string(),
      baseUrl: z.string().nullable(),
      /** Values of fields that are no secrets. */
      fields: z.record(z.string(), z.string()),
      /** Names of the secrets that are stored: left empty they stay. */
      secretsStored: z.array(z.string()),
      /** As they count: what was chosen, and the defaults of the rest. */
      settings: z.record(z.string(), settingValue),
      state: z.enum(ACCOUNT_STATES),
      brokenReason: z.string().nullable(),
      connectedAt: z.string().nullable(),
      connectedBy: z.string().nullable(),
      setAt: z.string(),
      setBy: z.string(),
      abilities: abilitiesAnswer.nullable(),
      counts: z.object({ live: z.number(), unsure: z.number(), toTell: z.number(), notTold: z.number() }),
    })
    .nullable(),
});
const accountBody = z.strictObject({
  courier: z.string().max(45),
  baseUrl: z.string().trim().max(500).nullable().default(null),
  fields: z.record(z.string().max(60), z.string().max(4_000)).default({}),
  settings: z.record(z.string().max(60), settingValue).default({}),
});
const connectedAnswer = z.object({
  connected: z.boolean(),
  detail: z.string(),
  courierSays: z.string().nullable(),
  whatToDo: z.string().nullable(),
  /** /courier-exchanges/:exchangeId */
  exchangeId: z.string().nullable(),
});

function courierOf(courier: CourierIdentity): z.input<typeof courierAnswer> {
  const { id, label, about, hosts, fields, settings } = courier;
  return {
    ...{ id, label, about, hasAddress: hosts !== undefined },
    fields: fields.map(({ name, label: title, type, required, help, pattern = null }) => {
      return { name, label: title, type, required, help, pattern };
    }),
    settings: settings.map(({ options = [], range = null, ...setting }) => ({
      ...setting,
      options: options.map(({ value, label: title, unavailable = null }) => ({ value, label: title, unavailable })),
      range,
    })),
  };
}

async function readAccount(ctx: Ctx, providerId: ShippingProviderId): Promise<Result<z.input<typeof accountAnswer>>> {
  const found = await ctx.db.read(ctx.tenantId, async (tx) => {
    const provider = await providerById(tx, providerId);
    if (!provider) return undefined;
    const account = await findAccount(tx, providerId);
    return {
      provider,
      account,
      secrets: account ? await readSecrets(tx, providerId) : [],
      counts: await accountCounts(tx, providerId),
    };
  });
  if (!found) return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
  const { provider, account, secrets, counts } = found;
  const { code, name, kind } = provider;
  if (kind !== "API") return refuse("PROVIDER_IS_POOL", { provider: code });
  const couriers = allCouriers().map(courierOf);
  if (!account) return ok({ providerId, code, name, couriers, account: null });
  const courier = findCourier(account.courier);
  const defaults = Object.fromEntries((courier?.settings ?? []).map((setting) => [setting.name, setting.default]));
  const shown = {
    ...{ courier: account.courier, baseUrl: account.baseUrl, fields: { ...account.fields } },
    secretsStored: secrets.map((secret) => secret.name),
    settings: { ...defaults, ...account.settings },
    ...{ state: account.state, brokenReason: account.brokenReason },
    connectedBy: account.connectedBy === tryCourierJob.name ? "tried again by itself" : account.connectedBy,
    connectedAt: account.connectedAt?.toString() ?? null,
    ...{ setAt: account.setAt.toString(), setBy: account.setBy },
    abilities: courier === undefined ? null : accountAbilities(account),
    counts,
  };
  return ok({ providerId, code, name, couriers, account: shown });
}

const accountRoutes: Route[] = [
  route({
    method: "GET",
    path: "/shipping-providers/:providerId/courier",
    summary: "How a provider is asked by its API: the form with its values, and how the account stands",
    permission: VIEW,
    params,
    answer: accountAnswer,
    handle: (ctx, input) => readAccount(ctx, input.params.providerId),
  }),
  route({
    method: "PUT",
    path: "/shipping-providers/:providerId/courier",
    summary: "Save address, credentials and settings of a provider that is asked by its API",
    permission: EDIT,
    params,
    body: accountBody,
    answer: z.object({ state: z.enum(ACCOUNT_STATES) }),
    handle: (ctx, input) => saveCourierAccount(ctx, input.params.providerId, input.body),
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/courier/connect",
    summary: "Try the stored credentials of a courier; what waited for it goes on when they are taken",
    permission: EDIT,
    params,
    answer: connectedAnswer,
    handle: (ctx, input) => connectCourier(ctx, input.params.providerId),
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/courier/disconnect",
    summary: "Send nothing to a courier any more; its credentials stay",
    permission: EDIT,
    params,
    handle: (ctx, input) => disconnectCourier(ctx, input.params.providerId),
  }),
];

export const courierRoutes: Route[] = [...accountRoutes, ...logRoutes];
