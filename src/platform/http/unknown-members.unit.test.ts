import { describe, expect, it } from "vitest";
import { z } from "zod";
import { unknownMembers } from "./unknown-members.ts";

const line = z.object({ sku: z.string(), quantity: z.number().default(1) });
const schema = z.object({
  code: z.string(),
  address: z.object({ city: z.string() }).nullable().optional(),
  lines: z.array(line).readonly(),
  bySku: z.record(z.string(), line).optional(),
  facts: z.looseObject({ known: z.string() }).optional(),
  anything: z.unknown().optional(),
  how: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("COD"), amount: z.number() }),
    z.object({ kind: z.literal("PREPAID"), paidBy: z.string() }),
  ]),
  wrapped: z.object({ n: z.number() }).transform(({ n }) => n).optional(),
});
const fine = { code: "A", lines: [{ sku: "K" }], how: { kind: "COD", amount: 1 } };
const paths = (body: object) => unknownMembers(schema, { ...fine, ...body }).map((fault) => fault.path);

describe("members of a body that no schema knows", () => {
  it("are none in what is in order", () => {
    expect(paths({ address: null, bySku: { K: { sku: "K", quantity: 2 } }, wrapped: { n: 1 } })).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ["at the top", { cod: "B" }, ["cod"]],
    ["in an object that may be missing", { address: { city: "Pune", pin: 1 } }, ["address.pin"]],
    ["in a list", { lines: [{ sku: "K" }, { sku: "L", qty: 3 }] }, ["lines.1.qty"]],
    ["in what is named freely", { bySku: { K: { sku: "K", qty: 3 } } }, ["bySku.K.qty"]],
    ["of another kind than the one that fits", { how: { kind: "COD", amount: 1, paidBy: "card" } }, ["how.paidBy"]],
    ["in what is read on", { wrapped: { n: 1, m: 2 } }, ["wrapped.m"]],
  ])("%s are told with their place", (_, body, expected) => {
    expect(paths(body)).toEqual(expected);
  });

  it("are taken where anything is", () => {
    expect(paths({ facts: { known: "a", other: "b" }, anything: { of: { any: "kind" } } })).toEqual([]);
  });

  it("are told together with the names that exist", () => {
    expect(unknownMembers(line, { sku: "K", qty: 1 })).toEqual([
      { path: "qty", message: "is not known here; there are: sku, quantity" },
    ]);
  });
});
