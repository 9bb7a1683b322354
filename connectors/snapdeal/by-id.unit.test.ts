import { describe, expect, it } from "vitest";
import { by, listed, NOW, OK, pack, refused } from "./answers-by-hand.ts";
import { snapdeal } from "./index.ts";
import { readOrders, readStatuses } from "./operations/by-id.ts";
import { PAGE_SIZE } from "./operations/lists.ts";

describe("known packages", () => {
  it("are looked for until all are found; who is nowhere is left out", async () => {
    const found = by({ getNewOrders: [listed(pack("A")), listed(pack("B", { orderStatus: "PRNT" }))] });
    expect(await readStatuses(found.call, ["A", "B"])).toMatchObject({
      value: { orders: [{ channelOrderId: "A" }, { channelOrderId: "B" }] },
    });
    expect(found.sent).toHaveLength(2);
    const none = { body: { metadata: OK, payload: { suborders: [] } } };
    const lost = by({
      getNewOrders: Array.from({ length: 7 }, () => listed()),
      getCompletedOrders: [listed()],
      getCancelledSuborders: [none],
    });
    expect(await readStatuses(lost.call, ["Z"])).toEqual({ ok: true, value: { orders: [], rejected: [] } });
  });
});

describe("a thousand known packages", () => {
  it("are one question, and cost the pages on which they stand", async () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => `P${i}`);
    const pages = Array.from({ length: 100 }, (_, i) =>
      listed(...ids.slice(i * 10, i * 10 + 10).map((id) => pack(id))),
    );
    const { call, sent } = by({ getNewOrders: pages });
    expect(snapdeal.capabilities.readStatuses).toEqual({ batchMax: ids.length });
    const read = await readStatuses(call, ids);
    expect(read.ok && read.value.orders).toHaveLength(ids.length);
    expect(sent).toHaveLength(100);
  });
});

describe("whole packages by their codes", () => {
  const nothing = { getCompletedOrders: [listed()] };
  const old = { created: NOW.subtract({ hours: 8 * 24 }).epochMilliseconds };
  const page = (state: string, over: object = {}) =>
    listed(...Array.from({ length: PAGE_SIZE }, (_, i) => pack(`${state}${i}`, { orderStatus: state, ...over })));
  const askedIn = (sent: ReturnType<typeof by>["sent"]) =>
    sent.map(({ operation, query }) =>
      operation === "getNewOrders" ? `${query?.orderStatus}:${query?.pageNumber}` : operation,
    );
  const STATES = ["PFF", "PRNT", "BARP", "AHOS", "ASTN", "MFG", "SHP"];

  it("are found in whatever list they are, as a list of new ones gives them, and no page is asked for after that", async () => {
    const { call, sent } = by({
      getNewOrders: [page("PFF"), ...["PRNT", "BARP", "AHOS", "ASTN", "MFG"].map(() => listed()), page("SHP")].concat([
        page("PFG"),
        listed(pack("S", { orderStatus: "SHP" }), pack("T")),
      ]),
      getCompletedOrders: [listed(pack("F", { orderStatus: "FFD" }))],
    });
    const read = await readOrders(call, ["F", "PFF3", "S"]);
    expect(read).toMatchObject({
      ok: true,
      value: {
        orders: [
          { channelOrderId: "PFF3", raw: { orderStatus: "PFF" }, reported: { lines: [{ status: "OPEN" }] } },
          { channelOrderId: "F", reported: { lines: [{ status: "DELIVERED" }] } },
          { channelOrderId: "S", reported: { lines: [{ status: "DISPATCHED" }] } },
        ],
        rejected: [],
      },
    });
    // The first page of each list before the second of any.
    expect(askedIn(sent)).toEqual([...STATES.map((state) => `${state}:1`), "getCompletedOrders", "PFF:2", "SHP:2"]);
  });

  it("cost one question where they are new", async () => {
    const { call, sent } = by({ getNewOrders: [listed(pack("A"))] });
    expect(await readOrders(call, ["A"])).toMatchObject({ value: { orders: [{ channelOrderId: "A" }] } });
    expect(askedIn(sent)).toEqual(["PFF:1"]);
  });

  it("are not looked for behind a page that lies a week back, nor told when others cannot be read", async () => {
    const { call, sent } = by({
      ...nothing,
      getNewOrders: [listed({ packageReferenceCode: "broken" }), ...STATES.slice(1, -1).map(() => listed())].concat([
        page("SHP", old),
      ]),
    });
    expect(await readOrders(call, ["Z"])).toEqual({ ok: true, value: { orders: [], rejected: [] } });
    expect(sent).toHaveLength(8);
  });

  it("that a whole search did not find are looked for at the lists' beginnings alone the next time", async () => {
    const deep = 5;
    const others = STATES.slice(1).map(() => listed());
    const rest = (count: number) => Array.from({ length: count }, () => page("PFF"));
    const { call, sent } = by({
      getNewOrders: [page("PFF"), ...others, ...rest(deep - 2), listed()].concat(
        [page("PFF"), ...others, ...rest(2)],
        [page("PFF"), ...others, ...rest(deep - 2), listed(pack("NEW"))],
        [listed(pack("Z"))],
      ),
      getCompletedOrders: [listed(), listed(), listed()],
    });
    const pagesOf = async (...ids: string[]) => {
      const before = sent.length;
      const read = await readOrders(call, ids);
      expect(read).toMatchObject({ ok: true });
      const found = read.ok ? read.value.orders.map((order) => order.channelOrderId) : [];
      return { found, pages: askedIn(sent.slice(before)).filter((asked) => asked.startsWith("PFF")).length };
    };
    expect(await pagesOf("Z")).toEqual({ found: [], pages: deep });
    expect(await pagesOf("Z")).toEqual({ found: [], pages: 3 });
    expect(await pagesOf("Z", "NEW"), "beside one that was never looked for").toEqual({ found: ["NEW"], pages: deep });
    expect(await pagesOf("Z"), "it turned up").toEqual({ found: ["Z"], pages: 1 });
  });

  it("are not known to be missing where a list could not be read", async () => {
    const { call } = by({ getNewOrders: [refused("no")] });
    expect(await readOrders(call, ["Z"])).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect(call.memory.get("missed")).toBeUndefined();
  });
});
