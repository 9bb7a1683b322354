import { type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import type { Manifest } from "./manifest.ts";
import { lockManifest } from "./store.ts";

/** A manifest within reach, locked as `lockManifest` says. Refuses NOT_FOUND. */
export async function reachManifest(
  tx: Tx,
  ctx: Ctx,
  manifestId: ManifestId,
  as: "shared" | "alone",
): Promise<Result<Manifest>> {
  const manifest = await lockManifest(tx, manifestId, as, ctx.clock.now());
  if (!manifest || !mayWorkIn(ctx, manifest.facilityId))
    return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
  return ok(manifest);
}
