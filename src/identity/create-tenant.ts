import { randomUUID } from "node:crypto";
import { newId, ok, type Result, refuse, type TenantId, type UserId } from "../kernel/index.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { audit } from "./audit.ts";
import { checkPassword, hashPassword } from "./password.ts";
import { addToDirectory, closeFirstRun, insertTenant, insertUser, replaceGrants } from "./store.ts";
import type { Edition } from "./tenant.ts";
import { newUserId, normalUsername } from "./user.ts";

export interface NewTenant {
  readonly tenant: {
    readonly code: string;
    readonly name: string;
    readonly edition: Edition;
    readonly sandbox: boolean;
    /** Demo and tests start live; a real tenant presses Go live. */
    readonly live?: boolean;
  };
  readonly admin: { readonly name: string; readonly username: string; readonly password: string };
}

export interface CreatedTenant {
  readonly tenantId: TenantId;
  readonly adminId: UserId;
}

/** Work in the transaction that makes a tenant; a refusal undoes all of it. */
export type InNewTenant = (tx: Tx, ctx: Ctx) => Promise<Result<unknown>>;

/**
 * Makes a tenant with its first administrator, and whatever `alsoMake` adds (facility, series), in one transaction.
 * Refuses PASSWORD_TOO_WEAK, TENANT_CODE_TAKEN, USERNAME_TAKEN and what `alsoMake` refuses. Closes the first-run link.
 */
export async function createTenant(
  services: Services,
  input: NewTenant,
  alsoMake: { before?: InNewTenant; after?: InNewTenant; requestId?: string } = {},
): Promise<Result<CreatedTenant>> {
  const username = normalUsername(input.admin.username);
  const strong = checkPassword(input.admin.password, username);
  if (!strong.ok) return strong;
  const passwordHash = await hashPassword(input.admin.password);
  const tenantId = newId<"Tenant">();
  const adminId = newUserId();
  const ctx: Ctx = {
    ...services,
    tenantId,
    actor: { kind: "USER", id: adminId, name: input.admin.name },
    now: services.clock.now(),
    requestId: alsoMake.requestId ?? randomUUID(),
    facilities: "all",
  };
  return services.db.transaction(tenantId, async (tx) => {
    const allowed = await alsoMake.before?.(tx, ctx);
    if (allowed && !allowed.ok) return allowed;
    const tenant = await insert(tx, ctx, input, { adminId, username, passwordHash });
    if (!tenant.ok) return tenant;
    const made = await alsoMake.after?.(tx, ctx);
    if (made && !made.ok) return made;
    await closeFirstRun(tx, ctx.now);
    return ok({ tenantId, adminId });
  });
}

async function insert(
  tx: Tx,
  ctx: Ctx,
  input: NewTenant,
  admin: { adminId: UserId; username: string; passwordHash: string },
): Promise<Result<undefined>> {
  const { code, name, edition, sandbox } = input.tenant;
  const live = input.tenant.live ?? false;
  await insertTenant(tx, { code, name, edition, sandbox, live, liveAt: live ? ctx.now : null, settings: {} }, ctx.now);
  if (!(await addToDirectory(tx, "TENANT_CODE", code, ctx.tenantId))) return refuse("TENANT_CODE_TAKEN", { code });
  const { adminId: userId, username, passwordHash } = admin;
  if (!(await addToDirectory(tx, "USERNAME", username, userId))) return refuse("USERNAME_TAKEN", { username });
  await insertUser(tx, {
    userId,
    username,
    name: input.admin.name,
    email: username.includes("@") ? username : null,
    phone: null,
    state: "ENABLED",
    passwordHash,
    createdAt: ctx.now,
  });
  await replaceGrants(tx, userId, [{ role: "ADMIN", facilityId: null }]);
  await audit(tx, ctx, {
    action: "identity.tenant_created",
    recordType: "tenant",
    recordId: ctx.tenantId,
    recordCode: code,
    after: { code, name, edition, sandbox, live },
  });
  await audit(tx, ctx, {
    action: "identity.user_created",
    recordType: "user",
    recordId: userId,
    recordCode: username,
    after: { username, name: input.admin.name, roles: ["ADMIN"] },
  });
  return ok();
}
