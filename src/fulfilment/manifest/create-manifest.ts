import { audit } from "../../identity/index.ts";
import { assert, type ManifestId, newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import type { ManifestFor } from "./manifest.ts";
import { insertManifest, missingParts } from "./store.ts";

/** What a manifest is for; without a courier code of the channel it takes whichever courier the channel sends. */
export type NewManifest = Omit<ManifestFor, "channelCourierCode"> & { readonly channelCourierCode?: string | null };

/**
 * Makes an open manifest for one facility, channel and courier. Refusals: NOT_FOUND (facility, channel, shipping
 * provider), MANIFEST_PROVIDER_MISSING (the seller ships, and no courier is named), MANIFEST_COURIER_OF_CHANNEL (a
 * courier of the channel is named, but the seller ships).
 */
export function createManifest(ctx: Ctx, of: NewManifest): Promise<Result<{ manifestId: ManifestId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => createManifestIn(tx, ctx, of));
}

/** `createManifest` inside a transaction of the caller. */
export async function createManifestIn(
  tx: Tx,
  ctx: Ctx,
  wanted: NewManifest,
): Promise<Result<{ manifestId: ManifestId; code: string }>> {
  const { facilityId, channelId, shippingProviderId, thirdPartyShipping, channelCourierCode = null } = wanted;
  const of: ManifestFor = { facilityId, channelId, shippingProviderId, thirdPartyShipping, channelCourierCode };
  if (!mayWorkIn(ctx, of.facilityId)) return refuse("NOT_FOUND", { what: "facility", id: of.facilityId });
  const [missing] = await missingParts(tx, of);
  if (missing !== undefined) {
    const ids: Record<string, string | null> = { facility: of.facilityId, channel: of.channelId };
    return refuse("NOT_FOUND", { what: missing, id: ids[missing] ?? of.shippingProviderId });
  }
  if (!of.thirdPartyShipping && of.shippingProviderId === null) return refuse("MANIFEST_PROVIDER_MISSING");
  if (!of.thirdPartyShipping && of.channelCourierCode !== null)
    return refuse("MANIFEST_COURIER_OF_CHANNEL", { courier: of.channelCourierCode });
  const [code] = await takeCodes(tx, "MANIFEST", "MF-", 1);
  assert(code !== undefined, "a code that is asked for is given");
  const manifestId = newId<"Manifest">();
  await insertManifest(tx, { ...of, manifestId, code }, ctx.actor.name, ctx.now);
  await audit(tx, ctx, {
    action: "fulfilment.manifest_created",
    recordType: "manifest",
    recordId: manifestId,
    recordCode: code,
    after: of,
  });
  return ok({ manifestId, code });
}
