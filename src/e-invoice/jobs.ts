import type { Services } from "../platform/context.ts";
import { enqueueAll, type JobRegistry } from "../platform/jobs.ts";
import { askPortal } from "./ask-portal.ts";
import { askPortalJob } from "./definitions.ts";
import { deleteOldExchanges, EXCHANGES_KEPT_DAYS } from "./exchange.store.ts";
import { gstinsDue } from "./store.ts";

const DELETED_AT_ONCE = 5_000;

export function registerJobs(registry: JobRegistry): void {
  registry.handle(askPortalJob, (ctx, { gstin }) => askPortal(ctx, gstin));
  registry.schedule("e-invoice.start_due", "* * * * *", startDue);
  registry.schedule("e-invoice.expire_exchanges", "35 20 * * *", expireExchanges);
}

/** Each minute: registrations of live tenants with documents whose time has come. One tenant's trouble does not stop the others. */
export async function startDue(services: Services): Promise<void> {
  const now = services.clock.now();
  await eachTenant(services, "due e-invoices could not be started", async (tenantId) => {
    await services.db.transaction(tenantId, async (tx) => {
      const due = await gstinsDue(tx, now);
      await enqueueAll(
        tx,
        askPortalJob,
        due.map((gstin) => ({ gstin })),
      );
    });
  });
}

async function expireExchanges(services: Services): Promise<void> {
  const before = services.clock.now().subtract({ hours: 24 * EXCHANGES_KEPT_DAYS });
  await eachTenant(services, "old exchanges with the portal could not be removed", async (tenantId) => {
    for (let gone = DELETED_AT_ONCE; gone === DELETED_AT_ONCE; )
      gone = await services.db.transaction(tenantId, (tx) => deleteOldExchanges(tx, before, DELETED_AT_ONCE));
  });
}

type TenantIdOf = Awaited<ReturnType<Services["db"]["tenants"]>>[number]["tenantId"];

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
