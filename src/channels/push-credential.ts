import { audit } from "../identity/index.ts";
import {
  type ChannelId,
  type Id,
  type Instant,
  newId,
  ok,
  type Result,
  refuse,
  type TenantId,
} from "../kernel/index.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { digest, newToken } from "../platform/vault.ts";
import * as store from "./push-credential.store.ts";
import { findSource } from "./registry.ts";
import { tenantFacts } from "./store.ts";

/** How long the old key works beside the new one, unless said otherwise: long enough to hand it over. */
export const OVERLAP_HOURS = 24;
const REMEMBER_MS = 5_000;
const REMEMBERED_MAX = 10_000;

export interface IssuedPushCredential {
  readonly pushCredentialId: store.PushCredentialId;
  readonly clientid: string;
  /** Shown once: only its hash is kept. */
  readonly securitykey: string;
  /** The earlier keys of this source work until then. */
  readonly othersEndAt: Instant;
}

/**
 * Issues the headers with which a marketplace pushes orders, for all channels of the source; `merchantid` (a channel's
 * Username) tells which channel is meant. Refuses SOURCE_UNKNOWN, PUSH_NOT_OFFERED.
 */
export async function issuePushCredential(
  tx: Tx,
  ctx: Ctx,
  sourceId: string,
  options: { overlapHours?: number } = {},
): Promise<Result<IssuedPushCredential>> {
  const source = findSource(sourceId);
  if (!source) return refuse("SOURCE_UNKNOWN", { source: sourceId });
  if (source.rules.ordersArrive !== "push") return refuse("PUSH_NOT_OFFERED", { source: source.label });
  return ok(await issuePushKey(tx, ctx, { source: sourceId }, sourceId, options));
}

/**
 * Issues headers to a marketplace or a courier. A key that is there already goes on working for some hours.
 * @param name what the client id is made of, where there is none yet: the client id stays through rotations
 */
export async function issuePushKey(
  tx: Tx,
  ctx: Ctx,
  owner: store.PushOwner,
  name: string,
  options: { overlapHours?: number } = {},
): Promise<IssuedPushCredential> {
  const [current] = await store.activeCredentials(tx, owner, ctx.now);
  const tenant = await tenantFacts(tx);
  // The client id stays through rotations: who pushes changes one header, not two.
  const clientid = current?.clientId ?? `${tenant.code}-${name.toLowerCase().replaceAll("_", "-")}`;
  const securitykey = newToken();
  const id = newId<"PushCredential">();
  const othersEndAt = ctx.now.add({ hours: options.overlapHours ?? OVERLAP_HOURS });
  await store.insertCredential(tx, {
    ...{ id, owner, clientId: clientid, keyHash: keyHash(clientid, securitykey), at: ctx.now },
  });
  await store.expireOthers(tx, owner, id, othersEndAt);
  await audit(tx, ctx, {
    action: "channels.push_credential_issued",
    recordType: "push_credential",
    recordId: id,
    recordCode: clientid,
    after: { ...owner, othersEndAt },
  });
  forgetPushCallers();
  return { pushCredentialId: id, clientid, securitykey, othersEndAt };
}

/** Ends a key at once, in every process within seconds. */
export async function revokePushCredential(tx: Tx, ctx: Ctx, id: store.PushCredentialId): Promise<Result<undefined>> {
  const found = await store.findCredential(tx, id);
  if (!found) return refuse("NOT_FOUND", { what: "push credential", id });
  await store.revoke(tx, id, ctx.now);
  await audit(tx, ctx, {
    action: "channels.push_credential_revoked",
    recordType: "push_credential",
    recordId: id,
    recordCode: found.clientId,
  });
  forgetPushCallers();
  return ok();
}

/** Client id and key together: the same key under another client id is not found. */
function keyHash(clientid: string, securitykey: string): Buffer {
  return digest(`push\n${clientid}\n${securitykey}`);
}

/** Which marketplace pushes: one channel of one tenant. */
export interface PushCaller {
  readonly kind: "CHANNEL";
  readonly tenantId: TenantId;
  readonly channelId: ChannelId;
  readonly source: string;
}

/** Which courier pushes. */
export interface CourierCaller {
  readonly kind: "COURIER";
  readonly tenantId: TenantId;
  readonly providerId: Id<"ShippingProvider">;
  readonly code: string;
}

/** The headers of a push. */
export interface PushHeaders {
  readonly clientid: string | undefined;
  readonly merchantid: string | undefined;
  readonly securitykey: string | undefined;
}

interface Remembered {
  readonly caller: PushCaller | CourierCaller;
  readonly untilMs: number;
  readonly expiresAtMs: number;
}

/** Callers that were recognised in the last seconds: a push costs no query for it. Keys are hashes; oldest go first. */
const remembered = new Map<string, Remembered>();

/** Forgets in this process; others forget within five seconds. */
export function forgetPushCallers(): void {
  remembered.clear();
}

/**
 * Recognises a pushing marketplace by its three headers. Refusals, all answered with 401: PUSH_HEADERS_MISSING,
 * PUSH_KEY_WRONG (also expired or revoked), PUSH_MERCHANT_UNKNOWN, PUSH_BY_COURIER.
 * @param source where the path itself says which source is meant
 */
export async function authenticatePush(
  services: Services,
  headers: PushHeaders,
  source?: string,
): Promise<Result<PushCaller>> {
  const found = await authenticatePusher(services, headers);
  if (!found.ok) return found;
  const caller = found.value;
  if (caller.kind === "COURIER") return refuse("PUSH_BY_COURIER", { provider: caller.code });
  return source !== undefined && caller.source !== source ? refuse("PUSH_KEY_WRONG") : ok(caller);
}

/**
 * Recognises who pushes, a marketplace or a courier, by the three headers. Refusals, all answered with 401:
 * PUSH_HEADERS_MISSING, PUSH_KEY_WRONG (also expired or revoked), PUSH_MERCHANT_UNKNOWN, PUSH_SELLER_UNKNOWN.
 */
export async function authenticatePusher(
  services: Services,
  headers: PushHeaders,
): Promise<Result<PushCaller | CourierCaller>> {
  const { clientid = "", merchantid = "", securitykey = "" } = headers;
  const missing = Object.entries({ clientid, merchantid, securitykey }).filter(([, value]) => value === "");
  if (missing.length > 0) return refuse("PUSH_HEADERS_MISSING", { headers: missing.map(([name]) => name) });
  const hash = keyHash(clientid, securitykey);
  const key = `${hash.toString("base64")} ${merchantid}`;
  const nowMs = services.clock.now().epochMilliseconds;
  const known = remembered.get(key);
  if (known !== undefined && nowMs < known.untilMs && nowMs < known.expiresAtMs) return ok(known.caller);
  const found = await recognise(services, hash, key, merchantid);
  if (!found.ok) remembered.delete(key);
  return found;
}

async function recognise(
  services: Services,
  hash: Buffer,
  key: string,
  merchantid: string,
): Promise<Result<PushCaller | CourierCaller>> {
  const owner = await store.findOwner(services.db, hash);
  if (!owner) return refuse("PUSH_KEY_WRONG");
  const now = services.clock.now();
  const found = await services.db.transaction(owner.tenantId, async (tx) => {
    const presented = await store.findPresented(tx, owner.id, merchantid);
    if (presented) await store.touchCredential(tx, owner.id, now);
    return presented;
  });
  const ended = found?.expiresAt != null && Temporal.Instant.compare(found.expiresAt, now) <= 0;
  if (!found || found.revokedAt !== null || ended) return refuse("PUSH_KEY_WRONG");
  const caller = callerOf(found, owner.tenantId, merchantid);
  if (!caller.ok) return caller;
  remember(key, {
    caller: caller.value,
    untilMs: now.epochMilliseconds + REMEMBER_MS,
    expiresAtMs: found.expiresAt?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
  });
  return caller;
}

function callerOf(
  { source, providerId, providerCode, tenantCode, channelId }: store.Presented,
  tenantId: TenantId,
  merchantid: string,
): Result<PushCaller | CourierCaller> {
  if (providerId !== null && providerCode !== null) {
    if (merchantid !== tenantCode) return refuse("PUSH_SELLER_UNKNOWN", { merchantid });
    return ok({ kind: "COURIER", tenantId, providerId, code: providerCode });
  }
  if (source === null || channelId === null) return refuse("PUSH_MERCHANT_UNKNOWN", { source, merchantid });
  return ok({ kind: "CHANNEL", tenantId, channelId, source });
}

function remember(key: string, entry: Remembered): void {
  remembered.delete(key); // to the end of the order
  remembered.set(key, entry);
  const oldest = remembered.keys().next().value;
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}

/** What the Channel Summary shows of pushing: where to, with which headers, and a call to try. The key is never shown again. */
export function pushHelp(publicUrl: string, clientid: string | null, merchantid: string | null) {
  const url = `${publicUrl}/uc/v1/order`;
  const header = (name: string, value: string) => `-H '${name}: ${value.replaceAll("'", "")}'`;
  const curl = [
    `curl -sS -X POST '${url}'`,
    header("clientid", clientid ?? "<clientid>"),
    header("merchantid", merchantid ?? "<the seller's Username>"),
    header("securitykey", "<the key, shown once when it is issued>"),
    `-H 'content-type: application/json'`,
    `--data '${JSON.stringify(SAMPLE_ORDER)}'`,
  ].join(" \\\n  ");
  return { url, paths: ["/uc/v1/order", "/uc/v1/order/cancel", "/uc/v1/awbStatusTracking", "/uc/v1/returns"], curl };
}

const SAMPLE_ADDRESS = {
  ...{ name: "Test Buyer", addressLine1: "1 Test Road", city: "Bengaluru", state: "Karnataka", country: "India" },
  ...{ pincode: "560001", phone: "9999999999" },
};

const SAMPLE_ORDER = {
  ...{ id: "TEST-0001", orderDate: "2026-11-21 10:00:00", orderStatus: "CREATED", sla: "2026-11-22 18:00:00" },
  paymentType: "PREPAID",
  orderItems: [
    {
      orderItemId: "TEST-0001-1",
      productId: "8002",
      variantId: "8002-STD",
      sku: "YOUR-SKU",
      quantity: 1,
      orderItemPrice: { sellingPrice: 899 },
    },
  ],
  thirdPartyShipping: false,
  shippingAddress: SAMPLE_ADDRESS,
  billingAddress: SAMPLE_ADDRESS,
};
