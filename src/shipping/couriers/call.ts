import {
  basesOf,
  Engine,
  type EngineTarget,
  type ExchangeRecord,
  fail,
  type Outcome,
  type Timer,
} from "../../../connectors/kit/index.ts";
import {
  abilitiesOf,
  type Courier,
  type CourierAbilities,
  type CourierIo,
  type CourierOperation,
} from "../../../couriers/kit/index.ts";
import { refuseUnlessLive } from "../../identity/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import { clearAlarm, raiseAlarm } from "../../platform/alarms.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import type { ShippingProviderId } from "../provider.ts";
import { findAccount, lockAccount, readSecrets, setAccountState } from "./account.store.ts";
import type { CourierAccount } from "./account.ts";
import { triesUsed, tryLater } from "./credential-tries.ts";
import { type CourierExchangeId, type CourierLinks, insertExchanges, type KeptExchange } from "./exchange.store.ts";
import { courierOf, findCourier } from "./registry.ts";

export const COURIER_BROKEN_ALARM = "COURIER_BROKEN";

/** One per process: limiter, breakers and tokens of its accounts live in it. */
let engine = new Engine();

/** Lets limits and pauses follow another clock: a simulation's. @returns what puts the former back */
export function setCourierTimer(timer: Timer): () => void {
  const former = engine;
  engine = new Engine({ timer });
  return () => {
    void engine.close();
    engine = former;
  };
}

/** Closes connections to couriers that are kept open: last thing of a process. */
export function closeCouriers(): Promise<void> {
  return engine.close();
}

export interface CourierCallOptions {
  /** A person waits for it: it may use the share of the limit that is kept for people. */
  readonly interactive?: boolean;
  readonly links?: CourierLinks;
  /** Told the last exchange that the call made, once it is stored; not called where none was made. */
  readonly onExchange?: (exchangeId: CourierExchangeId) => void;
}

/**
 * Runs an operation of a provider's courier and keeps every exchange of it. Never inside a transaction: it waits for the
 * network. A provider without an account that is connected, a tenant that is not live, and an operation that the courier
 * has not, are failures that never reached anybody (kind "refused", `channelCode` the refusal's code). Refused credentials
 * make the account BROKEN and raise an alarm; connecting it again, which is tried a few times by itself, clears both.
 */
export async function callCourier<K extends CourierOperation>(
  ctx: Ctx,
  providerId: ShippingProviderId,
  operation: K,
  input: CourierIo[K]["in"],
  options: CourierCallOptions = {},
): Promise<Outcome<CourierIo[K]["out"]>> {
  const target = await ctx.db.read(ctx.tenantId, async (tx) => {
    const allowed = await refuseCall(tx, providerId);
    return allowed.ok ? loadTarget(ctx, tx, allowed.value) : allowed;
  });
  if (!target.ok) {
    const { code, message } = explain(target.refusal);
    return fail({ reached: "no", kind: "refused", channelCode: code, channelMessage: message });
  }
  return callTarget(ctx, target.value, operation, input, options);
}

/** Refusals: COURIER_NOT_SET_UP, COURIER_NOT_INSTALLED, TENANT_NOT_LIVE, COURIER_NOT_CONNECTED. */
async function refuseCall(tx: Tx, providerId: ShippingProviderId): Promise<Result<CourierAccount>> {
  const account = await findAccount(tx, providerId);
  if (!account) return refuse("COURIER_NOT_SET_UP", { provider: providerId });
  if (!findCourier(account.courier)) return refuse("COURIER_NOT_INSTALLED", { courier: account.courier });
  const live = await refuseUnlessLive(tx);
  if (!live.ok) return live;
  if (account.state !== "CONNECTED")
    return refuse("COURIER_NOT_CONNECTED", { provider: account.code, state: account.state });
  return ok(account);
}

/** An account as the engine needs it. */
export interface CourierTarget extends EngineTarget {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly courier: Courier;
}

/** An account with its secrets opened. Refuses COURIER_URL_NOT_SET, where neither it nor the courier names an address. */
export async function loadTarget(ctx: Ctx, tx: Tx, account: CourierAccount): Promise<Result<CourierTarget>> {
  const { providerId, code, baseUrl, credentialsVersion } = account;
  const courier = courierOf(account.courier);
  const bases = baseUrl === null ? basesOf(courier, ctx.sourceUrls) : { baseUrl };
  if (bases === null) return refuse("COURIER_URL_NOT_SET", { provider: code });
  const secrets = await readSecrets(tx, providerId);
  const opened = secrets.map(
    ({ name, sealed }) => [name, ctx.vault.open(sealed, secretPurpose(providerId, name)).reveal()] as const,
  );
  const defaults = Object.fromEntries(courier.settings.map((setting) => [setting.name, setting.default]));
  return ok({
    ...{ channelId: providerId, providerId, code, courier, credentialsVersion },
    ...bases,
    connector: courier,
    baseFromUser: baseUrl !== null,
    allowPrivateUrls: ctx.allowPrivateUrls,
    fields: { ...account.fields, ...Object.fromEntries(opened), providerCode: code },
    settings: { ...defaults, ...account.settings },
  });
}

/** Binds sealed bytes to their place, so that rows cannot be swapped. */
export function secretPurpose(providerId: ShippingProviderId, name: string): string {
  return `courier:${providerId}:${name}`;
}

/** What an account's courier can do under its settings. */
export function accountAbilities(account: Pick<CourierAccount, "courier" | "settings">): CourierAbilities {
  return abilitiesOf(courierOf(account.courier), account.settings);
}

/** The call itself, for who has decided already that it may be made (connecting). */
export async function callTarget<K extends CourierOperation>(
  ctx: Ctx,
  target: CourierTarget,
  name: K,
  input: CourierIo[K]["in"],
  options: CourierCallOptions,
): Promise<Outcome<CourierIo[K]["out"]>> {
  const operation = target.courier.operations[name];
  if (operation === undefined) {
    const { code, message } = explain(refuse("COURIER_CANNOT", { provider: target.code, operation: name }).refusal);
    return fail({ reached: "no", kind: "refused", channelCode: code, channelMessage: message });
  }
  const records: KeptExchange[] = [];
  const record = (exchange: ExchangeRecord) => void records.push(kept(ctx, name, exchange));
  let failed: string | null = null;
  try {
    const call = engine.lend(target, { now: ctx.clock.now(), interactive: options.interactive ?? false, record });
    const outcome = await operation(call, input);
    if (!outcome.ok && outcome.failure.kind === "auth")
      failed = outcome.failure.channelMessage ?? "The credentials were refused.";
    return outcome;
  } finally {
    await keepCall(ctx, target, records, failed, options);
  }
}

/** The log names an exchange by what it was for and what the courier calls it: "createWaybill/waybill". */
function kept(ctx: Ctx, name: CourierOperation, { startedMs: _, ...exchange }: ExchangeRecord): KeptExchange {
  const at = ctx.clock.now().subtract({ milliseconds: exchange.durationMs });
  return { ...exchange, operation: `${name}/${exchange.operation}`, at };
}

async function keepCall(
  ctx: Ctx,
  target: CourierTarget,
  records: readonly KeptExchange[],
  refused: string | null,
  options: CourierCallOptions,
): Promise<void> {
  if (records.length === 0 && refused === null) return;
  const exchangeId = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    if (refused !== null) await breakDown(tx, ctx, target, refused);
    return insertExchanges(tx, target.providerId, records, options.links ?? {});
  });
  if (exchangeId !== null) options.onExchange?.(exchangeId);
}

/**
 * Nothing more is asked with credentials that were refused, but for a few tries with pauses (`credential-tries.ts`). Those of
 * a call that took its time may have been replaced since: then it says nothing about the present ones.
 */
async function breakDown(tx: Tx, ctx: Ctx, refused: CourierTarget, words: string): Promise<void> {
  const account = await lockAccount(tx, refused.providerId);
  if (account?.state !== "CONNECTED" || account.credentialsVersion !== refused.credentialsVersion) return;
  await setAccountState(tx, refused.providerId, { state: "BROKEN", brokenReason: words });
  await raiseAlarm(tx, ctx, {
    kind: COURIER_BROKEN_ALARM,
    recordType: "shipping_provider",
    recordId: account.providerId,
    severity: "CRITICAL",
    message: `The courier ${account.code} refuses our credentials: ${words}`,
    whatToDo:
      "They are tried again by themselves for some minutes. If it stays so, enter them again under Settings > Shipping Providers and press Connect; what waits goes on by itself.",
  });
  await tryLater(tx, ctx, refused.providerId, triesUsed(account, ctx.clock.now()));
}

export function clearBroken(tx: Tx, ctx: Ctx, providerId: ShippingProviderId): Promise<void> {
  return clearAlarm(tx, ctx, { kind: COURIER_BROKEN_ALARM, recordId: providerId });
}
