/** A role everywhere (`facilityId` null) or in one facility. */
export interface UserRole {
  readonly role: string;
  readonly facilityId: string | null;
  readonly facilityCode: string | null;
}

/** A row of `GET /api/v1/users`. */
export interface UserRow {
  readonly userId: string;
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly state: "INVITED" | "ENABLED" | "DISABLED";
  readonly roles: readonly UserRole[];
  readonly lastLoginAt: string | null;
  readonly lockedUntil: string | null;
  readonly createdAt: string;
}

export interface RoleInfo {
  readonly role: string;
  readonly name: string;
  readonly does: string;
}

/** The answer that holds a one-time link. */
export interface IssuedLink {
  readonly link: string;
  readonly purpose: "INVITATION" | "PASSWORD_RESET";
  readonly expiresAt: string;
}

/** A role as it is sent: everywhere, or in the facilities named. */
export interface GivenRole {
  readonly role: string;
  readonly facilityIds: "all" | readonly string[];
}

/** Roles of a user as one entry a role; a role held everywhere swallows those held in places. */
export function givenOf(roles: readonly UserRole[]): readonly GivenRole[] {
  return [...new Set(roles.map((each) => each.role))].map((role) => {
    const places = roles.filter((each) => each.role === role).map((each) => each.facilityId);
    return {
      role,
      facilityIds: places.includes(null) ? "all" : places.filter((id): id is string => id !== null),
    };
  });
}

/** "Packer at BLR1, DEL1; Dispatcher". */
export function rolesInWords(roles: readonly UserRole[], names: ReadonlyMap<string, string>): string {
  return givenOf(roles)
    .map(({ role, facilityIds }) => {
      const name = names.get(role) ?? role;
      if (facilityIds === "all") return name;
      const codes = roles.filter((each) => each.role === role).map((each) => each.facilityCode ?? "?");
      return `${name} at ${codes.join(", ")}`;
    })
    .join("; ");
}
