import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { markDirty } from "./mark-dirty.ts";
import * as store from "./publish-stop.store.ts";

/** What is stopped by one click. A single listing has its own switch: `changeListings` with `disabled`. */
export type Stopped =
  | { readonly kind: "SKU"; readonly id: SkuId }
  | { readonly kind: "CHANNEL"; readonly id: ChannelId };

/**
 * Publishes 0 for a SKU everywhere, or for everything on a channel; and back. Pressed twice nothing changes.
 * Refuses NOT_FOUND.
 */
export function stopPublishing(ctx: Ctx, what: Stopped, stopped: boolean): Promise<Result<{ stopped: boolean }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const code = await store.stoppedRecord(tx, what.kind, what.id);
    if (code === null) return refuse("NOT_FOUND", { what: what.kind === "SKU" ? "SKU" : "channel", id: what.id });
    const changed = stopped
      ? await store.insertStop(tx, what.kind, what.id, { at: ctx.now, name: ctx.actor.name })
      : await store.deleteStop(tx, what.kind, what.id);
    if (!changed) return ok({ stopped });
    await markDirty(tx, what.kind === "SKU" ? { skuIds: [what.id] } : { channelId: what.id });
    await audit(tx, ctx, {
      action: stopped ? "listings.publishing_stopped" : "listings.publishing_resumed",
      recordType: what.kind === "SKU" ? "sku" : "channel",
      recordId: what.id,
      recordCode: code,
    });
    return ok({ stopped });
  });
}
