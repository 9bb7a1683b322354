import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runConform } from "../../conform/index.ts";
import type { PartnerOptions } from "../../conform/partner/options.ts";
import { printReport } from "../../conform/print.ts";
import type { Report } from "../../conform/report.ts";
import {
  DEMO_PARTNER_ACCOUNT,
  EVENTS,
  type RunningPartnerSimulator,
  startPartnerSimulator,
} from "../../connectors/partner/simulator/index.ts";
import { isJson } from "../../contract/compile.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { PARTNER_FAULTS, PARTNER_ODDITIES } from "./partner-faults.ts";

const { username, password } = DEMO_PARTNER_ACCOUNT;
const run = (url: string, over: Partial<PartnerOptions> = {}): Promise<Report> =>
  runConform(
    {
      protocol: "partner",
      baseUrl: new URL(url),
      username,
      password,
      write: true,
      json: false,
      only: null,
      timeoutMs: 10_000,
      auth: { kind: "any" },
      ...over,
    },
    { clock: () => Temporal.Now.instant(), announce: () => undefined },
  );
const withResult = (report: Report, result: string) =>
  report.checks.filter((check) => check.result === result).map(({ id }) => id);
const wrong = (report: Report) =>
  report.checks.flatMap(({ id, result, findings }) =>
    result === "FAIL" || result === "WARN" ? [`${id}: ${findings[0]?.says ?? ""}`] : [],
  );

let sim: RunningPartnerSimulator;
beforeAll(async () => {
  sim = await startPartnerSimulator();
});
afterAll(() => sim.close());

describe("an honest partner", () => {
  it("passes every check; what it was told is right, whole and in order", async () => {
    sim.reset();
    const report = await run(sim.url);
    expect(wrong(report)).toEqual([]);
    expect(withResult(report, "SKIPPED").concat(withResult(report, "NOT_OFFERED"))).toEqual([]);
    expect(report).toMatchObject({ verdict: "pass", protocol: "partner", mode: "write" });
    expect(report.latency?.calls).toBe(report.calls);
    const { counts, byEvent } = sim.state();
    expect(Object.keys(byEvent).toSorted()).toEqual(EVENTS.map(({ name }) => name).toSorted());
    // The simulator adds up by itself: sums, counts of units, words, and the place in each story.
    expect(counts).toMatchObject({ remarks: 0, outOfOrder: 0, failed: 0 });
    expect(sim.received().filter(({ dedupeHeader }) => dedupeHeader === null)).toEqual([]);
  });

  it("is told every kind of invoice: several pieces, UTGST, IGST, cess, no tax, COD, a discount, gift wrap", async () => {
    sim.reset();
    await run(sim.url, { only: ["notifyShipmentPacked"] });
    const bodies = sim.received({ event: "invoiced" }).map(({ body }) => body);
    const lines = bodies.flatMap(({ invoiceItems }) =>
      Array.isArray(invoiceItems) ? invoiceItems.filter(isJson) : [],
    );
    const some = (member: string) => lines.filter((line) => Number(line[member]) > 0).length;
    for (const member of ["unionTerritoryGst", "integratedGst", "compensationCess", "discount", "giftWrapCharges"])
      expect([member, some(member) > 0]).toEqual([member, true]);
    expect(lines.some(({ totalTax }) => totalTax === 0)).toBe(true);
    expect(
      lines.some(({ quantity, soiCode }) => quantity === 3 && Array.isArray(soiCode) && soiCode.length === 3),
    ).toBe(true);
    expect(bodies.filter((body) => !("paymentDetail" in body)).length).toBe(2);
    // Every code can be told from those of anybody else.
    expect(bodies.filter(({ shippingPackageCode }) => !String(shippingPackageCode).startsWith("CF-"))).toEqual([]);
  });

  it("that offers some events passes; the rest is not offered", async () => {
    const small = await startPartnerSimulator({ events: ["invoiced", "dispatchedShipment"] });
    try {
      const report = await run(small.url);
      expect(wrong(report)).toEqual([]);
      const offered = report.operations.filter((operation) => operation.offered === true).map(({ path }) => path);
      expect(offered).toEqual(["/invoiced", "/dispatchedShipment"]);
      expect(withResult(report, "NOT_OFFERED")).toContain("createShipment.taken");
    } finally {
      await small.close();
    }
  });

  it("that offers none fails, and nothing at all is proved", async () => {
    const none = await startPartnerSimulator({ events: [] });
    try {
      expect(withResult(await run(none.url), "FAIL")).toEqual(["events.offered"]);
    } finally {
      await none.close();
    }
  });

  it("that ends its tokens while it is told passes: they are renewed", async () => {
    let told = 0;
    const proxy = await startFaultProxy(sim.url, async (asked, pass) => {
      if (asked.path !== "/oauth/token" && ++told % 40 === 0) sim.expireTokens();
      return pass();
    });
    try {
      expect(withResult(await run(proxy.url), "FAIL")).toEqual([]);
    } finally {
      await proxy.close();
    }
  });
});

describe("the ways to prove oneself", () => {
  const only = async (ways: readonly string[], over: Partial<PartnerOptions>) => {
    const one = await startPartnerSimulator();
    try {
      await fetch(`${one.url}/_sim/settings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ways }),
      });
      return await run(one.url, over);
    } finally {
      await one.close();
    }
  };

  it("by Basic alone: the other form is not offered, unless it was asked for", async () => {
    const report = await only(["basic"], {});
    expect(wrong(report)).toEqual([]);
    expect(withResult(report, "NOT_OFFERED")).toEqual(["token.given-json", "token.refused-json"]);
    const asked = await only(["basic"], { auth: { kind: "json" } });
    expect(withResult(asked, "FAIL")).toEqual(["token.given-json"]);
    expect(asked.checks.find(({ id }) => id === "invoiced.taken")).toMatchObject({ result: "SKIPPED" });
  });

  it("by a header that never changes: no token is asked for", async () => {
    const header = {
      auth: { kind: "header", name: "X-Api-Key" },
      username: "",
      password: "demo-only-partner-key",
    } as const;
    const report = await only(["header"], header);
    expect(wrong(report)).toEqual([]);
    expect(withResult(report, "SKIPPED").every((id) => id.startsWith("token."))).toBe(true);
    expect(withResult(report, "PASS")).toEqual(
      expect.arrayContaining(["token.required", "token.checked", "invoiced.taken"]),
    );
    const refused = await only(["header"], { ...header, password: "another" });
    expect(refused.verdict).toBe("fail");
    expect(withResult(refused, "FAIL")).toEqual(["token.header"]);
  });

  it("with wrong credentials fails and says why, also where one event alone is asked for", async () => {
    const report = await run(sim.url, { password: "another", only: ["notifyShipmentPacked"] });
    expect(withResult(report, "FAIL")).toEqual(["token.given-json", "token.given-basic"]);
  });
});

describe("a planted fault", () => {
  it.each(PARTNER_FAULTS)("$name: is named by $fails, and by nothing else", async ({ fault, fails, says }) => {
    sim.reset();
    const proxy = await startFaultProxy(sim.url, fault());
    try {
      const report = await run(proxy.url);
      expect(withResult(report, "FAIL"), wrong(report).join("\n")).toEqual(fails);
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
  });
});

describe("what is odd and allowed", () => {
  it.each(PARTNER_ODDITIES)("$name: warned of by $warns, and not failed", async ({ fault, warns, says }) => {
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

describe("a partner that answers nonsense", () => {
  const NONSENSE: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["a number", 7],
    ["an empty list", []],
    ["a token that is a list, a status that is an object", { token: ["t"], status: {}, message: [] }],
    ["members of a prototype", JSON.parse('{"__proto__": {"status": "Success"}, "status": "Success"}')],
  ];

  it.each(NONSENSE)("%s: is judged to the end", async (_, body) => {
    const proxy = await startFaultProxy("http://127.0.0.1:9", async ({ path }) =>
      path === "/oauth/token"
        ? { status: 200, body: { status: "SUCCESS", token: "given-token" } }
        : { status: 200, body },
    );
    try {
      const report = await run(proxy.url);
      expect(report.verdict).toBe("fail");
      expect(report.checks.length).toBeGreaterThan(60);
      const text = printReport(report, { width: 100, colours: false });
      expect(text).toContain("Failures");
      expect(text).not.toContain("given-token");
    } finally {
      await proxy.close();
    }
  });
});
