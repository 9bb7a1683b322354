import type { Services } from "../platform/context.ts";
import { enqueueAll, type JobRegistry } from "../platform/jobs.ts";
import { deliverJob } from "./definitions.ts";
import { deliverTo } from "./deliver.ts";
import { deleteOldDeliveries, partnersDue } from "./delivery.store.ts";
import { tellLaterJob, tellNow } from "./events/tell-later.ts";
import { DELIVERED_KEPT_DAYS, FLAGGED_KEPT_DAYS } from "./kept.ts";
import type { PartnerId } from "./partner.ts";

const DELETED_AT_ONCE = 2_000;
const DELETE_ROUNDS_MAX = 1_000;

/** Handlers and schedules of this module. Called once by a process that works. */
export function registerJobs(registry: JobRegistry): void {
  registry.handle(deliverJob, (ctx, { partnerId }, { stopping }) =>
    deliverTo(ctx, partnerId as PartnerId, { stopping }),
  );
  registry.handle(tellLaterJob, (ctx, { events }) => tellNow(ctx, events));
  registry.schedule("partners.start_due", "* * * * *", startDue);
  registry.schedule("partners.expire_deliveries", "45 20 * * *", expireDeliveries);
}

/** Each minute: partners of live tenants with something whose time has come. What is new starts by itself, in its own transaction. */
export async function startDue(services: Services): Promise<void> {
  const now = services.clock.now();
  await eachTenant(services, "due deliveries to partners could not be started", (tenantId) =>
    services.db.transaction(tenantId, async (tx) => {
      const due = await partnersDue(tx, now);
      await enqueueAll(
        tx,
        deliverJob,
        due.map((partnerId) => ({ partnerId })),
      );
    }),
  );
}

/** Each night: what has served is removed, with the buyers' data in it. */
export async function expireDeliveries(services: Services): Promise<void> {
  const now = services.clock.now();
  const before = {
    settled: now.subtract({ hours: 24 * DELIVERED_KEPT_DAYS }),
    flagged: now.subtract({ hours: 24 * FLAGGED_KEPT_DAYS }),
  };
  await eachTenant(services, "old deliveries to partners could not be removed", async (tenantId) => {
    // In shares, so that no transaction holds many rows for long.
    for (let round = 0; round < DELETE_ROUNDS_MAX; round++) {
      const gone = await services.db.transaction(tenantId, (tx) => deleteOldDeliveries(tx, before, DELETED_AT_ONCE));
      if (gone < DELETED_AT_ONCE) return;
    }
  });
}

type TenantIdOf = Awaited<ReturnType<Services["db"]["tenants"]>>[number]["tenantId"];

/** One tenant's trouble does not stop the others. */
async function eachTenant(services: Services, words: string, work: (tenantId: TenantIdOf) => Promise<void>) {
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await work(tenantId);
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, words);
    }
  }
}
