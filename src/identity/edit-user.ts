import { ok, type Result, refuse, type UserId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { digest } from "../platform/vault.ts";
import { audit } from "./audit.ts";
import { forgetPrincipals } from "./authenticate.ts";
import { refuseUnknownFacilities } from "./invite-user.ts";
import {
  countOtherAdmins,
  deleteOpenLinks,
  forgetAttempts,
  lockTenant,
  lockUser,
  replaceGrants,
  revokeAccess,
  saveUser,
} from "./store.ts";
import { decideKeepsAdmin, type GivenRole, grantsOf, type User } from "./user.ts";

export interface UserChanges {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly roles?: readonly GivenRole[] | undefined;
  /** False ends every session, token and open link of the user at once. */
  readonly enabled?: boolean | undefined;
}

/** Changes a user; what is left out stays. Refuses NOT_FOUND, ROLE_FACILITY_UNKNOWN, LAST_ADMIN. */
export async function editUser(ctx: Ctx, userId: UserId, changes: UserChanges): Promise<Result<User>> {
  const edited = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    // Two administrators who take each other's role away do so one after the other.
    const tenant = await lockTenant(tx);
    const before = await lockUser(tx, userId);
    if (!before) return refuse("NOT_FOUND", { what: "user", id: userId });
    const after = apply(before, changes);
    const known = await refuseUnknownFacilities(tx, after.grants);
    if (!known.ok) return known;
    const otherAdmins = await countOtherAdmins(tx, userId);
    const kept = decideKeepsAdmin(before, after, { name: tenant.name, otherAdmins });
    if (!kept.ok) return kept;
    await saveUser(tx, after);
    if (changes.roles) await replaceGrants(tx, userId, after.grants);
    if (after.state === "DISABLED" && before.state !== "DISABLED") {
      await revokeAccess(tx, userId);
      await deleteOpenLinks(tx, userId);
    }
    await audit(tx, ctx, {
      action: "identity.user_edited",
      recordType: "user",
      recordId: userId,
      recordCode: before.username,
      before: shown(before),
      after: shown(after),
    });
    return ok(after);
  });
  forgetPrincipals(ctx.db, ctx.tenantId);
  return edited;
}

/** Ends every session and API token of a user; the password stays. */
export async function signOutUser(ctx: Ctx, userId: UserId): Promise<Result<undefined>> {
  const done = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const user = await lockUser(tx, userId);
    if (!user) return refuse("NOT_FOUND", { what: "user", id: userId });
    await revokeAccess(tx, userId);
    await audit(tx, ctx, {
      action: "identity.user_signed_out",
      recordType: "user",
      recordId: userId,
      recordCode: user.username,
    });
    return ok();
  });
  forgetPrincipals(ctx.db, ctx.tenantId);
  return done;
}

/** Lifts the lock that wrong passwords put on a user name. */
export function unlockUser(ctx: Ctx, userId: UserId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const user = await lockUser(tx, userId);
    if (!user) return refuse("NOT_FOUND", { what: "user", id: userId });
    await forgetAttempts(tx, "USERNAME", digest(user.username));
    await audit(tx, ctx, {
      action: "identity.user_unlocked",
      recordType: "user",
      recordId: userId,
      recordCode: user.username,
    });
    return ok();
  });
}

function apply(before: User, changes: UserChanges): User {
  const enabled = before.hasPassword ? ("ENABLED" as const) : ("INVITED" as const);
  return {
    ...before,
    name: changes.name ?? before.name,
    email: changes.email === undefined ? before.email : changes.email,
    phone: changes.phone === undefined ? before.phone : changes.phone,
    grants: changes.roles ? grantsOf(changes.roles) : before.grants,
    state: changes.enabled === undefined ? before.state : changes.enabled ? enabled : "DISABLED",
  };
}

function shown(user: User) {
  const { name, email, phone, state, grants } = user;
  return { name, email, phone, state, roles: grants };
}
