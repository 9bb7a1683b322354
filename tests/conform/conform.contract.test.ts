import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runConform } from "../../conform/index.ts";
import type { ConformOptions } from "../../conform/options.ts";
import type { Report } from "../../conform/report.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { EVERYTHING, SELLER, startBazaar } from "./bazaar.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { FAULTS } from "./faults.ts";

const options = (url: string, over: Partial<ConformOptions> = {}): ConformOptions => ({
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
const run = (url: string, over: Partial<ConformOptions> = {}): Promise<Report> =>
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
      expect(withResult(report, "SKIPPED").concat(withResult(report, "NOT_OFFERED"))).toEqual([]);
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
