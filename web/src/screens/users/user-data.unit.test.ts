import { expect, it } from "vitest";
import { givenOf, rolesInWords, type UserRole } from "./user-data.ts";

const held = (role: string, code: string | null): UserRole => ({
  role,
  facilityId: code === null ? null : `id-${code}`,
  facilityCode: code,
});
const roles = [held("PACKER", "BLR1"), held("PACKER", "DEL1"), held("DISPATCHER", null), held("DISPATCHER", "BLR1")];

it("gathers places by role, everywhere swallowing single places", () => {
  expect(givenOf(roles)).toEqual([
    { role: "PACKER", facilityIds: ["id-BLR1", "id-DEL1"] },
    { role: "DISPATCHER", facilityIds: "all" },
  ]);
});

it("says roles in words", () => {
  expect(rolesInWords(roles, new Map([["PACKER", "Packer"]]))).toBe("Packer at BLR1, DEL1; DISPATCHER");
});
