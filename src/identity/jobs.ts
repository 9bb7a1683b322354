import type { JobRegistry } from "../platform/jobs.ts";
import { SESSION_IDLE_HOURS } from "./authenticate.ts";
import { deleteEndedGrants, deleteOldAttempts, NO_TENANT, purgeEnded } from "./store.ts";

const ATTEMPTS_KEPT_HOURS = 48;

/** Once a day what has ended is removed: sessions, tokens, links, counts of wrong passwords. */
export function registerJobs(registry: JobRegistry): void {
  registry.schedule("identity.purge", "40 20 * * *", async (services) => {
    const now = services.clock.now();
    let removed = 0;
    for (const { tenantId } of await services.db.tenants())
      removed += await services.db.transaction(tenantId, async (tx) => {
        const ended = await purgeEnded(tx, now, now.subtract({ hours: SESSION_IDLE_HOURS }));
        await deleteEndedGrants(tx, now);
        return ended;
      });
    const attempts = await services.db.transaction(NO_TENANT, (tx) =>
      deleteOldAttempts(tx, now.subtract({ hours: ATTEMPTS_KEPT_HOURS })),
    );
    services.log.info({ job: "identity.purge", removed, attempts, outcome: "done" }, "ended log-ins were removed");
  });
}
