/** Labels and manifests of the courier. */
import { expect } from "vitest";
import { must } from "../../../connectors/kit/suite/world.ts";
import { assert } from "../../../src/kernel/index.ts";
import { aWaybill } from "./facts.ts";
import { type CourierRig, type CourierWorld, rehearse } from "./world.ts";

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1_024).includes("%PDF-");
}

async function labelOf(account: CourierRig, code: string): Promise<string> {
  const { labelUrl } = await aWaybill(account, code);
  assert(labelUrl !== null, "a courier that makes labels gives their addresses");
  return labelUrl;
}

export function labelScenarios({ scenario, rig, bench }: CourierWorld): void {
  scenario("fetchLabel", "is a PDF", async () => {
    const account = rig();
    const label = await must("label", account.run("fetchLabel", await labelOf(account, "SUITE-1")));
    expect(isPdf(label)).toBe(true);
  });
  scenario("fetchLabel", "that is a web page is no label", async () => {
    const account = rig();
    const url = await labelOf(account, "SUITE-1");
    const operation = await rehearse(account, "fetchLabel", url);
    bench().fault({ kind: "bad_file", operation });
    const page = await account.run("fetchLabel", url);
    expect(page).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  scenario("fetchLabel", "an address that is none is a bad answer, and nobody is called", async () => {
    const account = rig();
    for (const address of ["label.pdf", "javascript:alert(1)", "file:///etc/passwd"]) {
      const outcome = await account.run("fetchLabel", address);
      expect(outcome, address).toMatchObject({ ok: false, failure: { kind: "bad_answer", reached: "no" } });
    }
    expect(account.exchanges).toEqual([]);
  });
}

export function manifestScenarios({ scenario, rig, bench }: CourierWorld): void {
  const two = async (account: CourierRig) => {
    return [(await aWaybill(account, "SUITE-1")).awb, (await aWaybill(account, "SUITE-2")).awb];
  };
  scenario("manifest", "of some numbers has a number and a PDF", async () => {
    const account = rig();
    const made = await must("manifest", account.run("manifest", await two(account)));
    assert(made.kind === "made", `it is made: ${JSON.stringify(made)}`);
    expect(made.number).not.toBe("");
    expect(isPdf(await must("its PDF", account.run("fetchLabel", made.url)))).toBe(true);
  });
  scenario("manifest", "numbers that are on another one are told by name, and the rest may be asked for", async () => {
    const account = rig();
    const [first = "", second = ""] = await two(account);
    await must("manifest", account.run("manifest", [first]));
    const refused = await must("both", account.run("manifest", [first, second]));
    expect(refused).toMatchObject({ kind: "refused", why: "ALREADY", awbs: [first] });
    expect(await must("the rest", account.run("manifest", [second]))).toMatchObject({ kind: "made" });
  });
  scenario("manifest", "numbers that the courier does not know are told by name", async () => {
    const account = rig();
    const [first = ""] = await two(account);
    const refused = await must("with a strange one", account.run("manifest", [first, "0000000000"]));
    expect(refused).toMatchObject({ kind: "refused", why: "UNKNOWN", awbs: ["0000000000"] });
  });
  scenario("manifest", "whose answer is lost is not sent twice: what became of it is unknown", async () => {
    const account = rig();
    const [first = "", second = ""] = await two(account);
    const operation = await rehearse(account, "manifest", [first]);
    bench().fault({ kind: "half_answer", operation, count: 1 });
    const before = account.exchanges.length;
    const lost = await account.run("manifest", [second]);
    expect(lost).toMatchObject({ ok: false, failure: { reached: "unknown" } });
    expect(account.exchanges).toHaveLength(before + 1);
  });
}
