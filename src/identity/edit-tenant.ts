import { ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { audit } from "./audit.ts";
import { changeSettings } from "./settings.ts";
import { countEnabledFacilities, lockTenant, saveTenant } from "./store.ts";
import { decideFacilities, type Edition, type Tenant } from "./tenant.ts";

/** Changes a tenant's name, edition and settings. A smaller edition is refused while more facilities are enabled than it has room for. */
export function editTenant(
  ctx: Ctx,
  changes: {
    name?: string | undefined;
    edition?: Edition | undefined;
    settings?: Readonly<Record<string, unknown>> | undefined;
  },
): Promise<Result<Tenant>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await lockTenant(tx);
    const settings = changeSettings(before.settings, changes.settings ?? {});
    if (!settings.ok) return settings;
    const after: Tenant = {
      ...before,
      name: changes.name ?? before.name,
      edition: changes.edition ?? before.edition,
      settings: settings.value,
    };
    const room = decideFacilities(after.edition, await countEnabledFacilities(tx));
    if (!room.ok && after.edition !== before.edition) return room;
    await saveTenant(tx, after);
    const shown = ({ name, edition, settings: values }: Tenant) => ({ name, edition, settings: values });
    await audit(tx, ctx, {
      action: "identity.tenant_edited",
      recordType: "tenant",
      recordId: ctx.tenantId,
      recordCode: after.code,
      before: shown(before),
      after: shown(after),
    });
    return ok(after);
  });
}
