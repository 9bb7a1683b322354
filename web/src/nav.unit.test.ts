import { expect, it } from "vitest";
import { navigation, navigationOf } from "./nav.ts";

const pages = (groups: typeof navigation) => groups.flatMap(({ entries }) => entries.map(({ to }) => to));

it("leaves out pages that a role does not open", () => {
  const packer = pages(navigationOf((permission) => permission === "orders.view"));
  expect(packer).toContain("/orders");
  expect(packer).not.toContain("/exceptions");
  expect(packer).not.toContain("/status-sync");
  expect(pages(navigationOf(() => true))).toEqual(pages(navigation));
});
