import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fail, type Outcome, succeed } from "../../connectors/kit/index.ts";
import { type Page, type PageWish, readPages } from "./read-pages.ts";

const page = (ids: readonly string[], over: Partial<Page> = {}): Page => ({
  orders: ids.map((channelOrderId) => ({ channelOrderId })),
  rejected: [],
  last: false,
  ...over,
});

/** Reads a list whose pages are given by what asks for them; gives the outcome, what was asked and what was taken. */
async function read(pages: (wish: PageWish) => Outcome<Page>) {
  const asked: PageWish[] = [];
  const taken: string[][] = [];
  const outcome = await readPages(
    "orders",
    async (wish) => {
      asked.push(wish);
      return pages(wish);
    },
    async ({ orders }) => void taken.push(orders.map((order) => order.channelOrderId)),
  );
  return { outcome, asked, taken };
}

describe("reading a list page by page", () => {
  it("goes by the token that each page gives, with its number beside it, to the source's end mark", async () => {
    const pages: Record<string, Page> = {
      "": page(["A"], { next: "t2" }),
      t2: page(["B"], { next: "t3" }),
      // Some sources go on giving a token with the last page.
      t3: page(["C"], { next: "t3", last: true }),
    };
    expect(await read(({ token }) => succeed(pages[token ?? ""] ?? page([])))).toEqual({
      outcome: null,
      asked: [{ page: 1 }, { page: 2, token: "t2" }, { page: 3, token: "t3" }],
      taken: [["A"], ["B"], ["C"]],
    });
  });

  it("passes over an empty page whose token is new, and not over one without", async () => {
    const tokens = await read(({ page: no }) =>
      succeed(no < 4 ? page([], { next: `t${no}` }) : page(["A"], { last: true })),
    );
    expect(tokens).toMatchObject({ outcome: null, taken: [[], [], [], ["A"]] });
    const numbers = await read(({ page: no }) => succeed(no === 1 ? page(["A"]) : page([])));
    expect(numbers.outcome?.words).toContain("Page 2 of orders repeats an earlier page");
    expect(numbers.asked.map((wish) => wish.page)).toEqual([1, 2, 2]);
  });

  it("stops where a token comes again, and where new tokens bring the same orders again and again", async () => {
    const circle = await read(({ page: no }) => succeed(page([`O${no}`], { next: no % 2 === 0 ? "even" : "odd" })));
    expect(circle.outcome?.words).toContain("Page 3 of orders repeats an earlier page");
    const stuck = await read(({ page: no }) => succeed(page(["A"], { next: `t${no}` })));
    expect(stuck.outcome?.words).toContain("Page 5 of orders repeats an earlier page");
  });

  it("keeps what was read before a page that failed, and says which", async () => {
    const failing = await read(({ page: no }) =>
      no < 3
        ? succeed(page([`O${no}`], { next: `t${no}` }))
        : fail({ reached: "yes", kind: "transient", channelMessage: "down" }),
    );
    expect(failing).toMatchObject({
      outcome: { words: "Page 3 of orders: down", wish: { page: 3 }, failure: { kind: "transient" } },
      taken: [["O1"], ["O2"]],
    });
  });

  it("takes everything of any list once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (sizes, tokens) => {
          const filled = tokens ? sizes : sizes.map((size) => size + 1);
          const ids = filled.map((size, no) => Array.from({ length: size }, (_, i) => `${no}-${i}`));
          const { outcome, taken } = await read(({ page: no }) =>
            succeed(page(ids[no - 1] ?? [], { last: no === ids.length, ...(tokens ? { next: `t${no}` } : {}) })),
          );
          expect(outcome).toBeNull();
          expect(taken).toEqual(ids);
        },
      ),
    );
  });
});
