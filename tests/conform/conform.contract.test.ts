import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runConform } from "../../conform/index.ts";
import type { MarketplaceOptions } from "../../conform/marketplace/index.ts";
import { printReport } from "../../conform/print.ts";
import type { Report } from "../../conform/report.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { EVERYTHING, SELLER, startBazaar } from "./bazaar.ts";
import { mapRows, startFaultProxy } from "./fault-proxy.ts";
import { FAULTS } from "./faults.ts";
import { ODDITIES } from "./oddities.ts";
import { isStatus, orderWith, without } from "./spoil.ts";

const options = (url: string, over: Partial<MarketplaceOptions> = {}): MarketplaceOptions => ({
  protocol: "marketplace",
  baseUrl: new URL(url),
  ...SELLER,
  write: false,
  json: false,
  orderIds: [],
  only: null,
  timeoutMs: 10_000,
  pagesMax: 40,
  facilityCode: null,
  ...over,
});
const run = (url: string, over: Partial<MarketplaceOptions> = {}): Promise<Report> =>
  runConform(options(url, over), { clock: () => Temporal.Now.instant(), announce: () => undefined });
const withResult = (report: Report, result: string) =>
  report.checks.filter((check) => check.result === result).map(({ id }) => id);
/** What is wrong, in the words of the report: so a failing test says what a person would read. */
const wrong = (report: Report) =>
  report.checks.flatMap(({ id, result, findings }) =>
    result === "FAIL" || result === "WARN" ? [`${id}: ${findings[0]?.says ?? ""}`] : [],
  );

describe("an honest implementation", () => {
  it("passes every check, reading and writing, and nothing is left out", async () => {
    const sim = await startBazaar();
    try {
      const report = await run(sim.url, { write: true });
      expect(wrong(report)).toEqual([]);
      // New orders hold nothing that comes back: such an order is named by who tries it.
      expect(withResult(report, "SKIPPED").concat(withResult(report, "NOT_OFFERED"))).toEqual([
        "orders.status.returns",
      ]);
      expect(report.verdict).toBe("pass");
      expect(report.orders.map(({ what }) => what)).toEqual([
        expect.stringContaining("dispatched"),
        expect.stringContaining("cancelled"),
        expect.stringContaining("acknowledged"),
      ]);
    } finally {
      await sim.close();
    }
  });

  it("that offers what is mandatory alone passes too; the rest is not offered", async () => {
    const mandatory = [
      "postAuthentication",
      "getProductsCount",
      "getProducts",
      "updateInventory",
      "getOrders",
    ] as const;
    const sim = await startBazaar({ operations: mandatory, orders: 3 });
    try {
      const report = await run(sim.url, { write: true });
      expect(wrong(report)).toEqual([]);
      expect(report.verdict).toBe("pass");
      const absent = report.operations.filter(({ offered }) => offered === false).map(({ id }) => id);
      expect(absent).toEqual(
        EVERYTHING.filter((id) => id !== "getAuthentication" && !mandatory.some((one) => one === id)),
      );
      expect(withResult(report, "NOT_OFFERED")).toContain("auth.login-get");
    } finally {
      await sim.close();
    }
  });

  it("without an order passes, and what could not be tried says what it needs", async () => {
    const sim = await startBazaar({ orders: 0 });
    try {
      const report = await run(sim.url, { write: true });
      expect(wrong(report)).toEqual([]);
      const skipped = report.checks.filter(({ result }) => result === "SKIPPED");
      expect(skipped.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["orders.new.rows", "labels.pdf", "dispatch.taken", "inventory.absolute"]),
      );
      expect(skipped.filter(({ why }) => why === "")).toEqual([]);
    } finally {
      await sim.close();
    }
  });
});

describe("reading", () => {
  it("changes nothing: no stock, no order, no notification", async () => {
    const sim = await startBazaar({ orders: 3 });
    try {
      const before = sim.state();
      await run(sim.url);
      const after = sim.state();
      for (const kept of [
        "orders",
        "stock",
        "dispatches",
        "cancellations",
        "acknowledgements",
        "shipmentDetails",
        "manifests",
        "notifications",
      ])
        expect(after[kept], kept).toEqual(before[kept]);
    } finally {
      await sim.close();
    }
  });
});

describe("an order that comes back", () => {
  const judged = async (url: string, id: string) =>
    (await run(url, { orderIds: [id] })).checks.find((check) => check.id === "orders.status.returns");

  it("is named with --order-id, and says all that finds its parcel", async () => {
    const sim = await startBazaar({ orders: 2 });
    const proxy = await startFaultProxy(sim.url, async (asked, pass) => {
      const said = await pass();
      if (!isStatus(asked)) return said;
      return mapRows(said, "orders", (row) =>
        orderWith(row, (item) => without(without(item, "returnAWB"), "returnId")),
      );
    });
    try {
      const [id = ""] = await orderIds(sim);
      for (const action of ["dispatch", "rto"])
        await fetch(`${sim.url}/_sim/orders/${id}/${action}`, { method: "POST", body: "{}" });
      expect(await judged(sim.url, id)).toMatchObject({ result: "PASS" });
      expect(await judged(proxy.url, id)).toMatchObject({
        result: "FAIL",
        findings: expect.arrayContaining([
          expect.objectContaining({ says: expect.stringContaining("is COURIER_RETURN without returnAWB") }),
          expect.objectContaining({ grade: "advice", says: expect.stringContaining("without returnId") }),
        ]),
      });
    } finally {
      await proxy.close();
      await sim.close();
    }
  });
});

describe("writing", () => {
  it("touches the orders that were named, and no other", async () => {
    const sim = await startBazaar({ orders: 4 });
    try {
      const ids = await orderIds(sim);
      const [one = "", other = ""] = ids;
      const report = await run(sim.url, { write: true, orderIds: [one, other] });
      expect(wrong(report)).toEqual([]);
      expect(await statuses(sim)).toEqual({
        [one]: "COMPLETE",
        [other]: "CANCELLED",
        [String(ids[2])]: "CREATED",
        [String(ids[3])]: "CREATED",
      });
      expect(report.checks.find(({ id }) => id === "acknowledge.accepted")).toMatchObject({ result: "SKIPPED" });
    } finally {
      await sim.close();
    }
  });

  it("with one order named cancels none", async () => {
    const sim = await startBazaar({ orders: 2 });
    try {
      const [one = ""] = await orderIds(sim);
      const report = await run(sim.url, { write: true, orderIds: [one] });
      expect(report.checks.find(({ id }) => id === "cancel.whole")).toMatchObject({
        result: "SKIPPED",
        why: expect.stringContaining("second --order-id"),
      });
      expect(Object.values(await statuses(sim)).sort()).toEqual(["COMPLETE", "CREATED"]);
    } finally {
      await sim.close();
    }
  });

  it("fails where the named order is not there", async () => {
    const sim = await startBazaar({ orders: 2 });
    try {
      const report = await run(sim.url, { write: true, orderIds: ["BZ-misspelt"] });
      expect(withResult(report, "FAIL")).toEqual([
        "orders.status.exact",
        "orders.status.five",
        "orders.status.unknown",
      ]);
      expect(Object.values(await statuses(sim))).toEqual(["CREATED", "CREATED"]);
    } finally {
      await sim.close();
    }
  });
});

describe("what an implementation may do", () => {
  it("401 to whoever has no token does not hide that an optional operation is not there", async () => {
    const sim = await startBazaar({ orders: 3 });
    const absent = ["/orders/labels", "/orders/fetchManifest", "/courierDetails", "/orders/acknowledge"];
    const proxy = await startFaultProxy(sim.url, async (asked, pass) => {
      const said = await pass();
      return absent.includes(asked.path) && said.status !== 401
        ? { status: 404, body: { message: "not found" } }
        : said;
    });
    try {
      const written = await run(proxy.url, { write: true });
      expect(wrong(written)).toEqual([]);
      const missing = written.operations.filter(({ offered }) => offered === false).map(({ path }) => path);
      expect(new Set(missing)).toEqual(new Set(absent));
      const read = await run(proxy.url);
      expect(wrong(read)).toEqual([]);
      expect(read.operations.find(({ id }) => id === "fetchManifest")?.offered).toBeNull();
    } finally {
      await proxy.close();
      await sim.close();
    }
  });

  it("its operations may stand below a path", async () => {
    const sim = await startBazaar({ orders: 3 });
    const proxy = await startFaultProxy(sim.url, async ({ path }, pass) =>
      path.startsWith("/v2/uniware/") ? pass({ path: path.slice("/v2/uniware".length) }) : { status: 404, body: {} },
    );
    try {
      for (const below of ["/v2/uniware", "/v2/uniware/"]) expect(wrong(await run(`${proxy.url}${below}`))).toEqual([]);
      expect(withResult(await run(proxy.url), "FAIL")).toEqual(["auth.login-get", "auth.login-post"]);
    } finally {
      await proxy.close();
      await sim.close();
    }
  });

  it("429 with Retry-After is waited for", async () => {
    const sim = await startBazaar({ orders: 3 });
    let refused = 0;
    const proxy = await startFaultProxy(sim.url, async (asked, pass) => {
      if (asked.path !== "/productsCount" || refused >= 2) return pass();
      refused++;
      return { status: 429, body: { message: "slow down" }, headers: { "retry-after": "0" } };
    });
    try {
      expect(wrong(await run(proxy.url, { only: ["getProductsCount"] }))).toEqual([]);
      expect(refused).toBe(2);
    } finally {
      await proxy.close();
      await sim.close();
    }
  });

  it("tokens that end while it runs are renewed", async () => {
    const sim = await startBazaar({ orders: 3 });
    const ended = new Set<string>();
    let asked = 0;
    const proxy = await startFaultProxy(sim.url, async (call, pass) => {
      // Each fifth question for orders ends the token it came with, for good.
      if (call.path === "/orders" && call.headers.apikey !== undefined && ++asked % 5 === 0)
        ended.add(call.headers.apikey);
      const isOver = ended.has(call.headers.apikey ?? "");
      return isOver ? { status: 401, body: { reason: "authToken expired/Invalid authToken" } } : pass();
    });
    try {
      expect(wrong(await run(proxy.url, { only: ["getOrders"] }))).toEqual([]);
      expect(ended.size).toBeGreaterThan(2);
    } finally {
      await proxy.close();
      await sim.close();
    }
  });
});

describe("a run that could ask nothing", () => {
  it("fails and says why, also where one operation alone is asked for", async () => {
    const sim = await startBazaar({ orders: 0 });
    try {
      const report = await run(sim.url, { password: "another", only: ["getOrders"] });
      expect(report.verdict).toBe("fail");
      expect(withResult(report, "FAIL")).toEqual(["auth.login-get", "auth.login-post"]);
    } finally {
      await sim.close();
    }
  });
});

describe("an implementation that answers nonsense", () => {
  const deep = (levels: number): unknown => JSON.parse(`${'{"orders":['.repeat(levels)}${"]}".repeat(levels)}`);
  const LISTS = ["products", "orders", "pendencies", "orderItems", "failedProductList", "productTaxes"];
  const everyList = (value: unknown) => Object.fromEntries(LISTS.map((list) => [list, value]));
  const id = "\ud800lone/../surrogate?&#";
  const NONSENSE: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["a number", 7],
    ["an empty list", []],
    ["lists that are objects", { ...everyList({}), count: "7", status: 1, hasMore: "yes" }],
    ["lists of anything", { ...everyList([null, 1, "x", [], {}]), count: -1, hasMore: true }],
    [
      "ids of any kind",
      everyList([{ id: 7 }, { id: {} }, { id: "", variants: [{ variantId: null }], orderItems: [{}] }]),
    ],
    [
      "ids that no address can hold",
      everyList([
        {
          id,
          orderStatus: "CREATED",
          orderDate: "9999-99-99T99:99:99",
          orderItems: [{ orderItemId: id, status: "CREATED" }],
        },
      ]),
    ],
    [
      "members of a prototype",
      { ...everyList([JSON.parse('{"__proto__": {"id": "x"}, "constructor": 1}')]), toString: 1 },
    ],
    ["a thousand levels", deep(1_000)],
    ["every list in an envelope", { data: { ...everyList([]), status: "SUCCESS", count: 0 } }],
  ];

  it.each(NONSENSE)("%s: is judged to the end", async (_, body) => {
    const proxy = await startFaultProxy("http://127.0.0.1:9", async ({ path }) =>
      path === "/authToken"
        ? { status: 200, body: { status: "SUCCESS", accessToken: "given" } }
        : { status: 200, body },
    );
    try {
      const report = await run(proxy.url, { write: true, pagesMax: 3 });
      expect(report.verdict).toBe("fail");
      expect(report.checks.length).toBeGreaterThan(80);
      expect(printReport(report, { width: 100, colours: false })).toContain("Failures");
    } finally {
      await proxy.close();
    }
  });
});

describe("a planted fault", () => {
  let sim: RunningSimulator;
  beforeAll(async () => {
    sim = await startBazaar();
  });
  afterAll(() => sim.close());

  it.each(FAULTS)("$name: is named by $fails, and by nothing else", async ({ fault, fails, says, write = false }) => {
    const proxy = await startFaultProxy(sim.url, fault());
    try {
      const report = await run(proxy.url, { write });
      expect(withResult(report, "FAIL"), wrong(report).join("\n")).toEqual(fails);
      expect(report.verdict).toBe("fail");
      const named = report.checks.find(({ id }) => id === fails[0]);
      expect(named?.findings.map((finding) => finding.says).join("\n")).toContain(says);
      // Behind every failure stands an exchange that can be looked at.
      for (const check of report.checks.filter(({ result }) => result === "FAIL"))
        expect(
          report.exchanges.map(({ number }) => number),
          check.id,
        ).toContain(check.findings[0]?.exchange);
      expect(JSON.stringify(report)).not.toContain(SELLER.password);
    } finally {
      await proxy.close();
    }
  });
});

describe("what is odd and allowed", () => {
  let sim: RunningSimulator;
  beforeAll(async () => {
    sim = await startBazaar();
  });
  afterAll(() => sim.close());

  it.each(ODDITIES)("$name: warned of by $warns, and not failed", async ({ fault, warns, says }) => {
    const proxy = await startFaultProxy(sim.url, fault());
    try {
      const report = await run(proxy.url);
      expect(withResult(report, "FAIL"), wrong(report).join("\n")).toEqual([]);
      expect(withResult(report, "WARN")).toEqual(warns);
      expect(report.verdict).toBe("pass");
      const named = report.checks.find(({ id }) => id === warns[0]);
      expect(named?.findings.map((finding) => finding.says).join("\n")).toContain(says);
    } finally {
      await proxy.close();
    }
  });
});

async function orderIds(sim: RunningSimulator): Promise<string[]> {
  return Object.keys(await statuses(sim));
}

/** Of the orders that are not waiting for anybody. */
async function statuses(sim: RunningSimulator): Promise<Record<string, string>> {
  const { orders } = sim.state();
  const list: unknown[] = Array.isArray(orders) ? orders : [];
  const pairs = list.flatMap((order) =>
    typeof order === "object" &&
    order !== null &&
    "id" in order &&
    "orderStatus" in order &&
    order.orderStatus !== "PENDING_VERIFICATION"
      ? [[String(order.id), String(order.orderStatus)] as const]
      : [],
  );
  return Object.fromEntries(pairs.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
