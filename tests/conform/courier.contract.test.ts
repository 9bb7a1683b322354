import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CourierOptions } from "../../conform/courier/options.ts";
import { runConform } from "../../conform/index.ts";
import { printReport } from "../../conform/print.ts";
import type { Report } from "../../conform/report.ts";
import {
  DEMO_COURIER_ACCOUNT,
  type RunningCourierSimulator,
  startCourierSimulator,
} from "../../couriers/protocol/simulator/index.ts";
import { COURIER_FAULTS, COURIER_ODDITIES } from "./courier-faults.ts";
import { startFaultProxy } from "./fault-proxy.ts";

const { username, password } = DEMO_COURIER_ACCOUNT;
const announced: string[] = [];
const run = (url: string, over: Partial<CourierOptions> = {}): Promise<Report> =>
  runConform(
    {
      protocol: "courier",
      baseUrl: new URL(url),
      username,
      password,
      write: true,
      json: false,
      only: null,
      timeoutMs: 10_000,
      pincode: "560001",
      pickupPincode: "110020",
      unserviceablePincode: "799999",
      pickupId: null,
      ...over,
    },
    { clock: () => Temporal.Now.instant(), announce: (words) => void announced.push(words) },
  );
const withResult = (report: Report, result: string) =>
  report.checks.filter((check) => check.result === result).map(({ id }) => id);
const wrong = (report: Report) =>
  report.checks.flatMap(({ id, result, findings }) =>
    result === "FAIL" || result === "WARN" ? [`${id}: ${findings[0]?.says ?? ""}`] : [],
  );

let sim: RunningCourierSimulator;
beforeAll(async () => {
  sim = await startCourierSimulator({ pincodes: [{ pincode: "560001", cod: true }] });
});
afterAll(() => sim.close());

describe("an honest courier", () => {
  it("passes every check, is told before what is booked, and has it all given back", async () => {
    announced.length = 0;
    sim.reset();
    const report = await run(sim.url, { pickupId: "WH-1001" });
    expect(wrong(report)).toEqual([]);
    expect(withResult(report, "SKIPPED").concat(withResult(report, "NOT_OFFERED"))).toEqual([]);
    expect(report).toMatchObject({ verdict: "pass", protocol: "courier", mode: "write" });
    expect(announced).toEqual(report.orders.map(({ orderId, what }) => `Parcel ${orderId} ${what}.`));
    expect(sim.parcels().map(({ wish }) => wish.Shipment.code)).toEqual(report.orders.map(({ orderId }) => orderId));
    expect(sim.parcels().filter(({ cancelledAt }) => cancelledAt === null)).toEqual([]);
    expect(sim.manifests()).toHaveLength(1);
  });

  it("without --write books nothing", async () => {
    announced.length = 0;
    sim.reset();
    const report = await run(sim.url, { write: false });
    expect(wrong(report)).toEqual([]);
    expect(sim.parcels()).toEqual([]);
    expect(announced).toEqual([]);
    expect(withResult(report, "PASS")).toEqual(
      expect.arrayContaining(["auth.login", "auth.token-required", "tracking.unknown", "tracking.too-many"]),
    );
    expect(report.checks.find(({ id }) => id === "waybill.prepaid")).toMatchObject({
      result: "SKIPPED",
      why: "changes something on your side: --write runs it",
    });
  });

  it("that speaks another edition passes: lower case at /cancel, Status, the short answer, no labels", async () => {
    const other = await startCourierSimulator({
      settings: { cancelCase: "lower", statusKey: "Status", history: false, labels: false },
    });
    try {
      const report = await run(other.url, { unserviceablePincode: null });
      expect(wrong(report)).toEqual([]);
      expect(withResult(report, "SKIPPED")).toEqual(["waybill.address-id", "waybill.unserviceable", "label.pdf"]);
    } finally {
      await other.close();
    }
  });

  it("that offers what is mandatory alone passes; the rest is not offered", async () => {
    sim.reset();
    const absent = ["/waybill/update", "/cancel", "/manifest"];
    const proxy = await startFaultProxy(sim.url, async (asked, pass) =>
      absent.includes(asked.path) ? { status: 404, body: { message: "Not Found" } } : pass(),
    );
    try {
      const report = await run(proxy.url);
      expect(wrong(report)).toEqual([]);
      expect(report.operations.filter(({ offered }) => offered === false).map(({ path }) => path)).toEqual(absent);
    } finally {
      await proxy.close();
    }
  });

  it("with wrong credentials fails and says why", async () => {
    const report = await run(sim.url, { password: "another", only: ["generateWaybill"] });
    expect(withResult(report, "FAIL")).toEqual(["auth.login"]);
  });
});

describe("a planted fault", () => {
  it.each(COURIER_FAULTS)(
    "$name: is named by $fails, and by nothing else",
    async ({ fault, fails, says, write = false }) => {
      sim.reset();
      const proxy = await startFaultProxy(sim.url, fault());
      try {
        const report = await run(proxy.url, { write });
        expect(withResult(report, "FAIL"), wrong(report).join("\n")).toEqual(fails);
        expect(report.verdict).toBe("fail");
        const named = report.checks.find(({ id }) => id === fails[0]);
        expect(named?.findings.map((finding) => finding.says).join("\n")).toContain(says);
        for (const check of report.checks.filter(({ result }) => result === "FAIL"))
          expect(
            report.exchanges.map(({ number }) => number),
            check.id,
          ).toContain(check.findings[0]?.exchange);
        expect(JSON.stringify(report)).not.toContain(password);
      } finally {
        await proxy.close();
      }
    },
  );
});

describe("what is odd and allowed", () => {
  it.each(COURIER_ODDITIES)("$name: warned of by $warns, and not failed", async ({ fault, warns, says }) => {
    sim.reset();
    const proxy = await startFaultProxy(sim.url, fault());
    try {
      const report = await run(proxy.url);
      expect(withResult(report, "FAIL"), wrong(report).join("\n")).toEqual([]);
      expect(withResult(report, "WARN")).toEqual(warns);
      const named = report.checks.find(({ id }) => id === warns[0]);
      expect(named?.findings.map((finding) => finding.says).join("\n")).toContain(says);
    } finally {
      await proxy.close();
    }
  });
});

describe("a courier that answers nonsense", () => {
  const NONSENSE: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["a number", 7],
    ["an empty list", []],
    ["lists of anything", { status: "SUCCESS", waybill: {}, waybillDetails: [null, 1, [], {}], manifestNumber: [] }],
    ["a number that no list can hold", { status: "SUCCESS", waybill: '\ud800",a b', shippingLabel: "http://[" }],
    ["an address that is none", { status: "SUCCESS", waybill: "1", shippingLabel: "http://127.0.0.1:9/x.pdf" }],
  ];

  it.each(NONSENSE)("%s: is judged to the end", async (_, body) => {
    const proxy = await startFaultProxy("http://127.0.0.1:9", async ({ path }) =>
      path === "/authToken"
        ? { status: 200, body: { status: "SUCCESS", token: "given-token" } }
        : { status: 200, body },
    );
    try {
      const report = await run(proxy.url, { pickupId: "WH" });
      expect(report.verdict).toBe("fail");
      expect(report.checks.length).toBeGreaterThan(30);
      const text = printReport(report, { width: 100, colours: false });
      expect(text).toContain("Failures");
      expect(text).not.toContain("given-token");
    } finally {
      await proxy.close();
    }
  });
});
