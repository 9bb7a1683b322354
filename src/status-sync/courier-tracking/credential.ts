import {
  activeCredentials,
  type IssuedPushCredential,
  issuePushKey,
  type PushCredentialRow,
  revokePushCredential,
  tenantFacts,
} from "../../channels/index.ts";
import { type Id, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { providerById, type ShippingProviderId } from "../../shipping/index.ts";

/** What a courier needs in order to push, but for the key: that is shown once, when it is issued. */
export interface PushAccess {
  readonly url: string;
  readonly clientid: string | null;
  readonly merchantid: string;
  readonly providerCode: string;
  readonly credentials: readonly PushCredentialRow[];
}

/** Refuses NOT_FOUND. */
export async function pushAccess(tx: Tx, ctx: Ctx, providerId: ShippingProviderId): Promise<Result<PushAccess>> {
  const provider = await providerById(tx, providerId);
  if (!provider) return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
  const credentials = await activeCredentials(tx, { providerId }, ctx.now);
  return ok({
    ...{ url: `${ctx.publicUrl}/uc/v1/awbStatusTracking`, clientid: credentials[0]?.clientId ?? null },
    ...{ merchantid: (await tenantFacts(tx)).code, providerCode: provider.code, credentials },
  });
}

/** Issues the headers with which a courier pushes what becomes of its parcels; an earlier key works on for some hours. Refuses NOT_FOUND. */
export async function issueCourierKey(
  tx: Tx,
  ctx: Ctx,
  providerId: ShippingProviderId,
  options: { readonly overlapHours?: number } = {},
): Promise<Result<IssuedPushCredential & { readonly merchantid: string }>> {
  const provider = await providerById(tx, providerId);
  if (!provider) return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
  const issued = await issuePushKey(tx, ctx, { providerId }, `courier-${provider.code}`, options);
  return ok({ ...issued, merchantid: (await tenantFacts(tx)).code });
}

/** Ends a courier's key at once. Refuses NOT_FOUND, where it is none of this courier's that still works. */
export async function revokeCourierKey(
  tx: Tx,
  ctx: Ctx,
  providerId: ShippingProviderId,
  id: Id<"PushCredential">,
): Promise<Result<undefined>> {
  const own = await activeCredentials(tx, { providerId }, ctx.now);
  if (!own.some((credential) => credential.pushCredentialId === id))
    return refuse("NOT_FOUND", { what: "push credential", id });
  return revokePushCredential(tx, ctx, id);
}
