import { describe, expect, it } from "vitest";
import { newId, type SkuId } from "../kernel/index.ts";
import { assignShelves } from "./assign-shelves.ts";

const pen = newId<"Sku">();
const ink = newId<"Sku">();
const [a, b] = [newId<"Shelf">(), newId<"Shelf">()];
const on = (shelfId: typeof a, quantity: number, promised = 0, skuId: SkuId = pen) => ({
  skuId,
  shelfId,
  quantity,
  promised,
  counting: null,
});
const counted = (...of: Parameters<typeof on>) => ({ ...on(...of), counting: "CC-1" });
const want = (count: number, picked: typeof a | null = null) =>
  Array.from({ length: count }, () => ({ skuId: pen, picked }));
const shelvesOf = (takes: ReturnType<typeof assignShelves>) =>
  takes.map((take) => (take === null ? null : (take.shelfId ?? take.bucket)));

describe("choosing shelves", () => {
  it("takes from the fullest, and from the next when they are level", () => {
    expect(shelvesOf(assignShelves(want(4), [on(a, 2), on(b, 3)], new Map()))).toEqual([b, a, b, a]);
  });

  it("leaves to other pick lists what is promised to them", () => {
    expect(shelvesOf(assignShelves(want(2), [on(a, 5, 5), on(b, 2)], new Map()))).toEqual([b, b]);
  });

  it("leaves a shelf that is being counted alone while there is another, or virtual stock", () => {
    expect(shelvesOf(assignShelves(want(3), [counted(a, 9), on(b, 2)], new Map()))).toEqual([b, b, a]);
    expect(shelvesOf(assignShelves(want(2), [counted(a, 9)], new Map([[pen, 1]])))).toEqual(["virtual", a]);
  });

  it("does not take what is promised to others to spare a shelf that is being counted", () => {
    expect(shelvesOf(assignShelves(want(1), [on(b, 5, 5), counted(a, 1)], new Map()))).toEqual([a]);
  });

  it("takes a picked unit from where it was picked, before anybody else is served", () => {
    const wanted = [...want(1), ...want(1, a)];
    expect(shelvesOf(assignShelves(wanted, [on(a, 1, 1), on(b, 9)], new Map()))).toEqual([b, a]);
  });

  it("takes virtual stock before what is promised, and what is promised before nothing", () => {
    expect(shelvesOf(assignShelves(want(3), [on(a, 1, 1)], new Map([[pen, 1]])))).toEqual(["virtual", a, null]);
  });

  it("finds another shelf for a picked unit whose shelf was emptied", () => {
    expect(shelvesOf(assignShelves(want(1, a), [on(b, 1)], new Map()))).toEqual([b]);
  });

  it("never takes one SKU for another", () => {
    expect(assignShelves([{ skuId: ink, picked: null }], [on(a, 5)], new Map())).toEqual([null]);
  });
});
