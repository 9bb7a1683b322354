import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { countEnabledFacilities, lockTenant, readTenant } from "./store.ts";
import { decideFacilities } from "./tenant.ts";

/**
 * Called after a facility was inserted or enabled, in the same transaction: refuses (and so rolls back) what goes beyond
 * the edition. Locks the tenant's row, so that two facilities made at once are counted one after the other.
 */
export async function refuseFacilityBeyondEdition(tx: Tx): Promise<Result<undefined>> {
  const tenant = await lockTenant(tx);
  return decideFacilities(tenant.edition, await countEnabledFacilities(tx));
}

export async function tenantIsLive(tx: Tx): Promise<boolean> {
  return (await readTenant(tx)).live;
}

/** TENANT_NOT_LIVE where the tenant has not gone live: asked first by everything that talks to a channel. */
export async function refuseUnlessLive(tx: Tx): Promise<Result<undefined>> {
  return (await tenantIsLive(tx)) ? ok() : refuse("TENANT_NOT_LIVE");
}
