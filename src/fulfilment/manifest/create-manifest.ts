import { audit } from "../../identity/index.ts";
import { assert, type ManifestId, newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import type { ManifestFor } from "./manifest.ts";
import { insertManifest, missingParts } from "./store.ts";

/**
 * Makes an open manifest for one facility, channel and courier. Refusals: NOT_FOUND (facility, channel, shipping
 * provider), MANIFEST_PROVIDER_MISSING (the seller ships, and no courier is named).
 */
export function createManifest(ctx: Ctx, of: ManifestFor): Promise<Result<{ manifestId: ManifestId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => createManifestIn(tx, ctx, of));
}

/** `createManifest` inside a transaction of the caller. */
export async function createManifestIn(
  tx: Tx,
  ctx: Ctx,
  of: ManifestFor,
): Promise<Result<{ manifestId: ManifestId; code: string }>> {
  if (!mayWorkIn(ctx, of.facilityId)) return refuse("NOT_FOUND", { what: "facility", id: of.facilityId });
  const [missing] = await missingParts(tx, of);
  if (missing !== undefined) {
    const ids: Record<string, string | null> = { facility: of.facilityId, channel: of.channelId };
    return refuse("NOT_FOUND", { what: missing, id: ids[missing] ?? of.shippingProviderId });
  }
  if (!of.thirdPartyShipping && of.shippingProviderId === null) return refuse("MANIFEST_PROVIDER_MISSING");
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
