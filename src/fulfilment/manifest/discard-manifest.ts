import { audit } from "../../identity/index.ts";
import { type ManifestId, ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { decideDiscard } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { packagesOn, saveDiscarded } from "./store.ts";

/** Discards an empty manifest. Refusals: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_NOT_EMPTY. */
export function discardManifest(ctx: Ctx, manifestId: ManifestId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, manifestId, "alone");
    if (!manifest.ok) return manifest;
    const decision = decideDiscard(manifest.value, (await packagesOn(tx, manifestId)).length);
    if (!decision.ok) return decision;
    await saveDiscarded(tx, manifestId);
    await audit(tx, ctx, {
      action: "fulfilment.manifest_discarded",
      recordType: "manifest",
      recordId: manifestId,
      recordCode: manifest.value.code,
      before: { state: manifest.value.state },
      after: { state: "DISCARDED" },
    });
    return ok();
  });
}
