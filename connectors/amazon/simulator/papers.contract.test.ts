import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { AmazonBench } from "./test-bench.ts";

let bench: AmazonBench;
let failures: string[];
beforeAll(async () => {
  bench = await AmazonBench.start();
});
beforeEach(async () => {
  await bench.begin();
  failures = [];
});
afterAll(() => bench.close());

/** A scheduled Easy Ship parcel. */
async function packed() {
  const id = await bench.place();
  expect(await bench.pack(id)).toMatchObject({ status: "SUCCESS" });
  return bench.parcel(id);
}

const strike = (kind: string, count: number) =>
  bench.post("/_sim/faults", { kind, operation: "getReportDocument", count });

/** Looks every half minute until the invoice is there. @returns how often it was looked */
async function untilInvoiced(parcel: Awaited<ReturnType<typeof packed>>): Promise<number> {
  for (let looks = 1; looks <= 20; looks++) {
    const got = await bench.run("fetchInvoice", parcel);
    if (!got.ok) failures.push(got.failure.kind);
    else if (got.value.state === "READY") return looks;
    bench.later({ seconds: 30 });
  }
  throw new Error("the invoice is there after 20 looks");
}

it("gives the label from the PDF that came with the invoice, once; then Amazon is asked again", async () => {
  const parcel = await packed();
  await untilInvoiced(parcel);
  expect(bench.asked("getReportDocument")).toBe(1);
  const first = await bench.run("fetchLabel", parcel);
  expect(first).toMatchObject({ ok: true, value: { state: "READY" } });
  expect(bench.asked("getReportDocument")).toBe(1);
  expect(await bench.run("fetchLabel", parcel)).toEqual(first);
  expect(bench.asked("getReportDocument")).toBe(2);
});

it("does not take a PDF of long ago, nor that of another process", async () => {
  const old = await packed();
  await untilInvoiced(old);
  bench.later({ seconds: 3_700 });
  await bench.run("fetchLabel", old);
  expect(bench.asked("getReportDocument")).toBe(2);
  const parcel = await packed();
  await untilInvoiced(parcel);
  await bench.newProcess();
  expect(await bench.run("fetchLabel", parcel)).toMatchObject({ ok: true, value: { state: "NOT_YET" } });
});

it("asks for one restricted token, and for the invoice's number twice, however long the document is waited for", async () => {
  const parcel = await packed();
  await strike("5xx", 9);
  expect(await untilInvoiced(parcel)).toBeGreaterThan(3);
  expect(bench.asked("getReportDocument")).toBe(10);
  expect(bench.asked("createRestrictedDataToken")).toBe(1);
  // Before the papers are wished for and by the wish itself; once more when they are there.
  expect(bench.asked("getScheduledPackage")).toBe(3);
});

it.each(["401", "403"])("asks for another restricted token where one is answered with %s", async (kind) => {
  const parcel = await packed();
  await strike(kind, 1);
  await untilInvoiced(parcel);
  expect(bench.asked("getReportDocument")).toBe(2);
  expect(bench.asked("createRestrictedDataToken")).toBe(2);
  const failed = bench.exchanges.filter(
    ({ operation, outcome }) => operation === "getReportDocument" && outcome !== "OK",
  );
  expect(failed.map(({ status }) => String(status))).toEqual([kind]);
  expect(failures).toEqual([]); // nobody has to look
});
