import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FacilityId, SkuId } from "../kernel/index.ts";
import { type KeptPart, type PendencyId, planKeeping, type ReviewedOrder } from "./pendency-plan.ts";

const [north, south] = ["north", "south"] as FacilityId[] as [FacilityId, FacilityId];
const [pen, cup] = ["pen", "cup"] as SkuId[] as [SkuId, SkuId];
const review = (id: string, wanted: Record<string, number>, parts: readonly KeptPart[] = []): ReviewedOrder => ({
  pendencyId: id as PendencyId,
  wanted: new Map(Object.entries(wanted) as [SkuId, number][]),
  parts,
});
const part = (id: string, facilityId: FacilityId, skuId: SkuId, wanted: number, blocked: number): KeptPart => ({
  ...{ pendencyId: id as PendencyId, facilityId, skuId, wanted, blocked },
});
const free = (stock: Record<string, Record<string, number>>) =>
  new Map(
    Object.entries(stock).map(([f, skus]) => [f as FacilityId, new Map(Object.entries(skus) as [SkuId, number][])]),
  );
const told = (plan: ReturnType<typeof planKeeping>) =>
  plan.changes.map((c) => `${c.pendencyId} ${c.facilityId} ${c.skuId} ${c.units}`);

describe("keeping stock for orders under review", () => {
  it("takes the first facility that has all of it, else the first that has some", () => {
    const stock = free({ north: { pen: 2 }, south: { pen: 5 } });
    expect(told(planKeeping([review("a", { pen: 5 })], [north, south], stock))).toEqual(["a south pen 5"]);
    expect(told(planKeeping([review("a", { pen: 9 })], [north, south], stock))).toEqual(["a north pen 2"]);
    expect(told(planKeeping([review("a", { cup: 1 })], [north, south], stock))).toEqual([]);
  });

  it("serves the first first, and keeps what comes later when it comes", () => {
    const orders = [review("a", { pen: 4 }), review("b", { pen: 4 })];
    const plan = planKeeping(orders, [north], free({ north: { pen: 6 } }));
    expect(told(plan)).toEqual(["a north pen 4", "b north pen 2"]);
    const again = [review("a", { pen: 4 }, plan.parts.slice(0, 1)), review("b", { pen: 4 }, plan.parts.slice(1))];
    expect(told(planKeeping(again, [north], free({ north: { pen: 1 } })))).toEqual(["b north pen 1"]);
  });

  it("lets go what is wanted no more, and what the channel does not sell from any more", () => {
    const kept = [part("a", north, pen, 4, 4), part("a", north, cup, 1, 1)];
    expect(told(planKeeping([review("a", { pen: 3 }, kept)], [north], free({})))).toEqual([
      "a north cup -1",
      "a north pen -1",
    ]);
    expect(told(planKeeping([review("a", { pen: 4 }, kept)], [south], free({ south: { pen: 9 } })))).toEqual([
      "a north pen -4",
      "a north cup -1",
      "a south pen 4",
    ]);
  });

  it("never keeps more than is wanted or than was free, whatever stood before", () => {
    const count = fc.integer({ min: 0, max: 9 });
    const order = fc.record({ pen: fc.integer({ min: 1, max: 9 }), before: count, there: fc.boolean() });
    fc.assert(
      fc.property(fc.array(order, { maxLength: 6 }), count, (orders, stock) => {
        const reviewed = orders.map(({ pen: wanted, before, there }, i) =>
          review(
            String(i),
            { pen: wanted },
            before > 0 ? [part(String(i), there ? north : south, pen, Math.max(wanted, before), before)] : [],
          ),
        );
        const plan = planKeeping(reviewed, [north], free({ north: { pen: stock } }));
        const taken = plan.changes.filter((c) => c.units > 0).reduce((sum, c) => sum + c.units, 0);
        expect(taken).toBeLessThanOrEqual(stock);
        for (const p of plan.parts) expect(p.blocked).toBeLessThanOrEqual(p.wanted);
        const before = reviewed.flatMap((r) => r.parts).reduce((sum, p) => sum + p.blocked, 0);
        const after = plan.parts.reduce((sum, p) => sum + p.blocked, 0);
        expect(after - before).toBe(plan.changes.reduce((sum, c) => sum + c.units, 0));
      }),
    );
  });
});
