import { z } from "zod";
import { type Instant, ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { enqueue, job } from "../platform/jobs.ts";
import { audit } from "./audit.ts";
import { lockTenant, saveTenant } from "./store.ts";

/**
 * What waited for the go-live flag starts now: orders in intake, first syncs. The composition root gives the handler,
 * since the modules that know what waits stand to the right of this one.
 */
export const tenantWentLiveJob = job("identity.tenant_went_live", {
  payload: z.object({}),
  key: () => "once",
  attemptsMax: 20,
});

/** Lets syncs run. Once live a tenant stays live; pressed again nothing changes. */
export function goLive(ctx: Ctx): Promise<Result<{ live: true; liveAt: Instant }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const tenant = await lockTenant(tx);
    if (tenant.live && tenant.liveAt) return ok({ live: true, liveAt: tenant.liveAt });
    await saveTenant(tx, { ...tenant, live: true, liveAt: ctx.now });
    await audit(tx, ctx, {
      action: "identity.tenant_went_live",
      recordType: "tenant",
      recordId: ctx.tenantId,
      recordCode: tenant.code,
      before: { live: false },
      after: { live: true },
    });
    await enqueue(tx, tenantWentLiveJob, {});
    return ok({ live: true, liveAt: ctx.now });
  });
}
