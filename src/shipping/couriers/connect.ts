import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import { audit } from "../../identity/index.ts";
import { newId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";
import { type ProviderRow, providerById } from "../store.ts";
import * as store from "./account.store.ts";
import { type AccountInput, type CourierAccount, checkAccount } from "./account.ts";
import { callTarget, clearBroken, loadTarget, secretPurpose } from "./call.ts";
import type { CourierExchangeId } from "./exchange.store.ts";
import { tellConnected } from "./hooks.ts";
import { findCourier } from "./registry.ts";

/**
 * Stores how a provider is asked: kind of API, address, fields (secrets sealed, never given out again), settings. Other
 * credentials or another address are NOT_CONNECTED until Connect tried them; settings alone leave the connection as it is.
 * Refusals: NOT_FOUND, PROVIDER_IS_POOL, COURIER_NOT_INSTALLED, COURIER_ACCOUNT_INVALID.
 */
export function saveCourierAccount(
  ctx: Ctx,
  providerId: ShippingProviderId,
  input: AccountInput,
): Promise<Result<{ readonly state: CourierAccount["state"] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const provider = await apiProvider(tx, providerId);
    if (!provider.ok) return provider;
    const courier = findCourier(input.courier);
    if (!courier) return refuse("COURIER_NOT_INSTALLED", { courier: input.courier });
    const before = await store.lockAccount(tx, providerId);
    const stored = before?.courier === input.courier ? await store.readSecrets(tx, providerId) : [];
    const keptSecrets = stored.map((secret) => secret.name);
    const known = { stored: new Set(keptSecrets), plainHttp: ctx.allowPrivateUrls };
    const checked = checkAccount(courier, input, known);
    if (!checked.ok) return checked;
    const { baseUrl, plain, secrets, settings } = checked.value;
    const same =
      before?.courier === input.courier &&
      before.baseUrl === baseUrl &&
      secrets.size === 0 &&
      sameFields(before.fields, plain);
    const state = same && before ? before.state : "NOT_CONNECTED";
    const sealed = [...secrets].map(([name, secret]) => ({
      name,
      sealed: ctx.vault.seal(secret, secretPurpose(providerId, name)),
    }));
    const credentialsVersion = same && before ? before.credentialsVersion : newId<"Credentials">();
    await store.saveAccount(
      tx,
      {
        ...{ providerId, courier: courier.id, baseUrl, fields: plain, settings, credentialsVersion, state },
        ...{ secrets: sealed, keptSecrets, by: ctx.actor.name },
      },
      ctx.now,
    );
    if (before?.state === "BROKEN" && state !== "BROKEN") await clearBroken(tx, ctx, providerId);
    await audit(tx, ctx, {
      action: "shipping.courier_account_saved",
      recordType: "shipping_provider",
      recordId: providerId,
      recordCode: provider.value.code,
      before: before
        ? { courier: before.courier, baseUrl: before.baseUrl, ...before.fields, ...before.settings }
        : null,
      after: { courier: courier.id, baseUrl, ...plain, ...settings, secretsChanged: [...secrets.keys()] },
    });
    return ok({ state });
  });
}

function sameFields(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

async function apiProvider(tx: Tx, providerId: ShippingProviderId): Promise<Result<ProviderRow>> {
  const provider = await providerById(tx, providerId);
  if (!provider) return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
  return provider.kind === "API" ? ok(provider) : refuse("PROVIDER_IS_POOL", { provider: provider.code });
}

/** What Connect came to. */
export interface CourierConnected {
  readonly connected: boolean;
  /** In our words. */
  readonly detail: string;
  /** What came back, in the courier's own words, where it was not connected. */
  readonly courierSays: string | null;
  readonly whatToDo: string | null;
  readonly exchangeId: CourierExchangeId | null;
  /** Where the courier said no, or nothing: how. */
  readonly failure: ConnectorFailure["kind"] | null;
}

/**
 * Connect: tries the stored credentials. On success the account is CONNECTED, its alarm goes, and what waited for it goes
 * on. Refusals: NOT_FOUND, PROVIDER_IS_POOL, COURIER_NOT_SET_UP, COURIER_NOT_INSTALLED, COURIER_URL_NOT_SET,
 * COURIER_ACCOUNT_CHANGED.
 * @param only.onlyBroken nobody pressed the button: whom a person disconnects meanwhile stays so
 */
export async function connectCourier(
  ctx: Ctx,
  providerId: ShippingProviderId,
  only: { readonly onlyBroken?: boolean } = {},
): Promise<Result<CourierConnected>> {
  const target = await ctx.db.read(ctx.tenantId, async (tx) => {
    const provider = await apiProvider(tx, providerId);
    if (!provider.ok) return provider;
    const account = await store.findAccount(tx, providerId);
    if (!account) return refuse("COURIER_NOT_SET_UP", { provider: provider.value.code });
    if (!findCourier(account.courier)) return refuse("COURIER_NOT_INSTALLED", { courier: account.courier });
    return loadTarget(ctx, tx, account);
  });
  if (!target.ok) return target;
  let exchangeId: CourierExchangeId | null = null;
  const { courier, code, baseUrl, credentialsVersion } = target.value;
  const outcome = await callTarget(ctx, target.value, "verify", null, {
    interactive: !only.onlyBroken,
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  if (!outcome.ok) {
    const { kind, channelMessage } = outcome.failure;
    const said = { courierSays: channelMessage ?? null, exchangeId, failure: kind };
    return ok({ connected: false, detail: FAILURE_WORDS[kind], whatToDo: WHAT_TO_DO[kind], ...said });
  }
  const became = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const account = await store.lockAccount(tx, providerId);
    if (account?.credentialsVersion !== credentialsVersion)
      return refuse("COURIER_ACCOUNT_CHANGED", { provider: code });
    if (only.onlyBroken && account.state !== "BROKEN") return refuse("COURIER_ACCOUNT_CHANGED", { provider: code });
    const by = { by: ctx.actor.name, at: ctx.clock.now() };
    await store.setAccountState(tx, providerId, { state: "CONNECTED", brokenReason: null, ...by });
    await clearBroken(tx, ctx, providerId);
    await record(tx, ctx, account, "shipping.courier_connected", "CONNECTED");
    await tellConnected(tx, ctx, providerId);
    return ok();
  });
  if (!became.ok) return became;
  const detail = `${courier.label} answers at ${new URL(baseUrl).host} and takes these credentials.`;
  return ok({ connected: true, detail, courierSays: null, whatToDo: null, exchangeId, failure: null });
}

/** Nothing is sent to the courier any more; credentials stay. Refusals: NOT_FOUND, PROVIDER_IS_POOL, COURIER_NOT_SET_UP. */
export function disconnectCourier(ctx: Ctx, providerId: ShippingProviderId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const provider = await apiProvider(tx, providerId);
    if (!provider.ok) return provider;
    const account = await store.lockAccount(tx, providerId);
    if (!account) return refuse("COURIER_NOT_SET_UP", { provider: provider.value.code });
    if (account.state === "NOT_CONNECTED") return ok();
    await store.setAccountState(tx, providerId, { state: "NOT_CONNECTED", brokenReason: null });
    await clearBroken(tx, ctx, providerId);
    await record(tx, ctx, account, "shipping.courier_disconnected", "NOT_CONNECTED");
    return ok();
  });
}

function record(tx: Tx, ctx: Ctx, account: CourierAccount, action: string, state: CourierAccount["state"]) {
  const of = { recordType: "shipping_provider", recordId: account.providerId, recordCode: account.code };
  return audit(tx, ctx, { action, ...of, before: { state: account.state }, after: { state } });
}

const FAILURE_WORDS: Readonly<Record<ConnectorFailure["kind"], string>> = {
  auth: "The courier did not accept these credentials.",
  throttle: "The courier asks to slow down.",
  refused: "The courier refused the request.",
  transient: "The courier gave no usable answer: it is down, or the way there is.",
  bad_answer: "The courier answered something that its contract does not allow.",
  breaker_open: "Too many calls failed just now, so none is made for a while.",
};
const WHAT_TO_DO: Readonly<Record<ConnectorFailure["kind"], string>> = {
  auth: "Check them with the courier's team, enter them again and press Connect.",
  throttle: "Press Connect again in a minute.",
  refused: "Check the address and the fields; the exchange shows what was sent and what came back.",
  transient: "Check the address, and press Connect again in a minute.",
  bad_answer: "Check the address; the exchange shows what came back. If it stays so, tell the courier's team.",
  breaker_open: "Press Connect again in a minute.",
};
