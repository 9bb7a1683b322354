import { describe, expect, it } from "vitest";
import { newId } from "../kernel/index.ts";
import { facilitiesOf, isRole, PERMISSIONS, ROLE_CODES, ROLES, rightsOf } from "./roles.ts";

const delhi = newId<"Facility">();
const pune = newId<"Facility">();

describe("roles", () => {
  it("are the eleven that a warehouse knows, each with rights that exist, named once", () => {
    expect(ROLE_CODES).toHaveLength(11);
    for (const code of ROLE_CODES) {
      const { permissions } = ROLES[code];
      expect(new Set(permissions).size, code).toBe(permissions.length);
      expect(PERMISSIONS).toEqual(expect.arrayContaining([...permissions]));
    }
    expect(isRole("ADMIN")).toBe(true);
    expect(isRole("toString")).toBe(false);
  });

  it("let a read-only person change nothing", () => {
    expect(ROLES.READ_ONLY.permissions.filter((p) => !p.endsWith(".view"))).toEqual([]);
  });

  it("let nobody but an administrator manage users and settings or read the audit trail", () => {
    for (const right of ["users.manage", "tenant.manage", "audit.view"] as const)
      expect(ROLE_CODES.filter((code) => rightsOf([{ role: code, facilityId: null }]).has(right))).toEqual(["ADMIN"]);
  });

  it("give every right to somebody other than the administrator, apart from administration", () => {
    const others = new Set(ROLE_CODES.filter((c) => c !== "ADMIN").flatMap((c) => [...ROLES[c].permissions]));
    expect(PERMISSIONS.filter((p) => !others.has(p))).toEqual(["users.manage", "audit.view", "tenant.manage"]);
  });
});

describe("rights", () => {
  it("reach as far as the roles that give them, and the wider wins", () => {
    const rights = rightsOf([
      { role: "PICKER", facilityId: delhi },
      { role: "PICKER", facilityId: pune },
      { role: "DISPATCHER", facilityId: null },
      { role: "PACKER", facilityId: pune },
    ]);
    expect(rights.get("picklists.manage")).toEqual([delhi, pune]);
    expect(rights.get("manifests.manage")).toBe("all");
    expect(rights.get("shipments.invoice")).toEqual([pune]);
    expect(rights.get("shipments.view")).toBe("all");
    expect(rights.has("orders.cancel")).toBe(false);
  });

  it("over records of the whole tenant do not come from a role in one facility", () => {
    const rights = rightsOf([{ role: "ADMIN", facilityId: delhi }]);
    expect(rights.get("inventory.adjust")).toEqual([delhi]);
    for (const right of ["users.manage", "tenant.manage", "audit.view", "catalog.edit", "channels.manage"] as const)
      expect(rights.has(right), right).toBe(false);
  });

  it("name the facilities in which a person works", () => {
    const inDelhi = { role: "PICKER", facilityId: delhi } as const;
    expect(facilitiesOf([inDelhi, { role: "PACKER", facilityId: delhi }])).toEqual([delhi]);
    expect(facilitiesOf([inDelhi, { role: "READ_ONLY", facilityId: null }])).toBe("all");
    expect(facilitiesOf([])).toEqual([]);
  });
});
