import { ok, type Result, refuse, type UserId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { audit } from "./audit.ts";
import { checkPassword, hashPassword } from "./password.ts";
import type { RoleGrant } from "./roles.ts";
import { addToDirectory, insertUser, replaceGrants, unknownFacilities } from "./store.ts";
import { facilitiesNamed, type GivenRole, grantsOf, newUserId, normalUsername } from "./user.ts";
import { type IssuedLink, issueLink } from "./user-link.ts";

export interface NewUser {
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly roles: readonly GivenRole[];
}

/** Makes a user without a password, and the link with which he chooses one. Refuses USERNAME_TAKEN, ROLE_FACILITY_UNKNOWN. */
export function inviteUser(ctx: Ctx, input: NewUser): Promise<Result<IssuedLink & { userId: UserId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const made = await insert(tx, ctx, input, null);
    if (!made.ok) return made;
    return ok({ ...(await issueLink(tx, ctx, made.value, "INVITATION")), userId: made.value.userId });
  });
}

/** Makes a user who can log in at once: for the demo and tests, where nobody is there to open a link. */
export async function createUser(ctx: Ctx, input: NewUser & { password: string }): Promise<Result<{ userId: UserId }>> {
  const strong = checkPassword(input.password, normalUsername(input.username));
  if (!strong.ok) return strong;
  const passwordHash = await hashPassword(input.password);
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const made = await insert(tx, ctx, input, passwordHash);
    return made.ok ? ok({ userId: made.value.userId }) : made;
  });
}

async function insert(
  tx: Tx,
  ctx: Ctx,
  input: NewUser,
  passwordHash: string | null,
): Promise<Result<{ userId: UserId; username: string }>> {
  const username = normalUsername(input.username);
  const userId = newUserId();
  const grants = grantsOf(input.roles);
  const known = await refuseUnknownFacilities(tx, grants);
  if (!known.ok) return known;
  if (!(await addToDirectory(tx, "USERNAME", username, userId))) return refuse("USERNAME_TAKEN", { username });
  const { name, email, phone } = input;
  const state = passwordHash === null ? "INVITED" : "ENABLED";
  await insertUser(tx, { userId, username, name, email, phone, state, passwordHash, createdAt: ctx.now });
  await replaceGrants(tx, userId, grants);
  await audit(tx, ctx, {
    action: "identity.user_created",
    recordType: "user",
    recordId: userId,
    recordCode: username,
    after: { username, name, email, phone, state, roles: grants },
  });
  return ok({ userId, username });
}

export async function refuseUnknownFacilities(tx: Tx, grants: readonly RoleGrant[]): Promise<Result<undefined>> {
  const facilityIds = await unknownFacilities(tx, facilitiesNamed(grants));
  return facilityIds.length === 0 ? ok() : refuse("ROLE_FACILITY_UNKNOWN", { facilityIds });
}
