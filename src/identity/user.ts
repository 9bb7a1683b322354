import { z } from "zod";
import { type FacilityId, newId, ok, type Result, refuse, type UserId } from "../kernel/index.ts";
import { idField, optionalTextField, textField } from "../platform/http/fields.ts";
import { ROLE_CODES, type RoleGrant } from "./roles.ts";

export type UserState = "INVITED" | "ENABLED" | "DISABLED";

export interface User {
  readonly userId: UserId;
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly state: UserState;
  readonly hasPassword: boolean;
  readonly grants: readonly RoleGrant[];
}

/** User names compare without case: they are lower case everywhere inside. */
export function normalUsername(text: string): string {
  return text.trim().toLowerCase();
}

/** 3 to 200 characters: letters, digits and . _ @ + - ; a mail address fits. */
export const usernameField = z
  .string()
  .max(300)
  .transform(normalUsername)
  .refine((text) => /^[a-z0-9][a-z0-9._@+-]{2,199}$/.test(text), {
    message: "is 3 to 200 letters, digits or . _ @ + - and starts with a letter or digit",
  });

/** A role everywhere (`facilityIds` "all") or in the facilities named. */
export const roleField = z.object({
  role: z.enum(ROLE_CODES),
  facilityIds: z.union([z.literal("all"), z.array(idField<"Facility">()).min(1).max(1000)]),
});
export type GivenRole = z.output<typeof roleField>;

export const userFields = {
  name: textField(200),
  email: optionalTextField(200),
  phone: optionalTextField(40),
  roles: z.array(roleField).max(50),
};

/** One grant per role and place, each once. */
export function grantsOf(roles: readonly GivenRole[]): RoleGrant[] {
  const grants = new Map<string, RoleGrant>();
  for (const { role, facilityIds } of roles)
    for (const facilityId of facilityIds === "all" ? [null] : facilityIds)
      grants.set(`${role} ${facilityId}`, { role, facilityId });
  return [...grants.values()];
}

/** Facilities that the grants name. */
export function facilitiesNamed(grants: readonly RoleGrant[]): FacilityId[] {
  return [...new Set(grants.flatMap((grant) => (grant.facilityId === null ? [] : [grant.facilityId])))];
}

/** An administrator is who holds ADMIN everywhere, is enabled and can log in. */
export function isAdmin(user: Pick<User, "state" | "hasPassword" | "grants">): boolean {
  return (
    user.state === "ENABLED" &&
    user.hasPassword &&
    user.grants.some((grant) => grant.role === "ADMIN" && grant.facilityId === null)
  );
}

/** Refuses a change after which nobody could administer the tenant. `otherAdmins` counts those besides this user. */
export function decideKeepsAdmin(
  before: User,
  after: Pick<User, "state" | "hasPassword" | "grants">,
  tenant: { name: string; otherAdmins: number },
): Result<undefined> {
  if (isAdmin(before) && !isAdmin(after) && tenant.otherAdmins === 0)
    return refuse("LAST_ADMIN", { username: before.username, tenant: tenant.name });
  return ok();
}

export function newUserId(): UserId {
  return newId<"User">();
}
