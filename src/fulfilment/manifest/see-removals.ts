import { type ManifestId, ok, type Result } from "../../kernel/index.ts";
import { clearAlarm } from "../../platform/alarms.ts";
import type { Ctx } from "../../platform/context.ts";
import { seeRemovals } from "../adopt/adopt.store.ts";
import { REMOVAL_ALARM } from "../adopt/alarms.queries.ts";
import { reachManifest } from "./reach-manifest.ts";

/**
 * Somebody at a manifest has seen which parcels its channel took off it: they are kept back, and the alarm ends. Said again
 * it changes nothing. Refuses NOT_FOUND.
 */
export function seeRemoved(ctx: Ctx, manifestId: ManifestId): Promise<Result<{ seen: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, manifestId, "shared");
    if (!manifest.ok) return manifest;
    const seen = await seeRemovals(tx, manifestId, ctx.actor.name, ctx.now);
    await clearAlarm(tx, ctx, { kind: REMOVAL_ALARM, recordId: manifestId });
    return ok({ seen });
  });
}
