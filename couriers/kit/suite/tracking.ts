/** Where parcels are, and what the courier says of them. */
import { expect } from "vitest";
import { must } from "../../../connectors/kit/suite/world.ts";
import { aWaybill } from "./facts.ts";
import type { CourierWorld } from "./world.ts";

/** More than two groups of the largest that any courier takes. */
const MANY = 120;

export function trackScenarios({ scenario, rig, bench, courier }: CourierWorld): void {
  const { batchMax } = courier.capabilities.track;
  scenario("track", "a parcel's words come as they were written, oldest first, with their times", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().happen(awb, "PICKED_UP");
    await bench().happen(awb, "DELIVERED");
    const { parcels, unknown, rejected } = await must("track", account.run("track", [awb]));
    expect({ unknown, rejected }).toEqual({ unknown: [], rejected: [] });
    expect(parcels.map((parcel) => parcel.awb)).toEqual([awb]);
    const scans = parcels[0]?.scans ?? [];
    expect(scans).toHaveLength(3);
    expect(scans.every(({ raw, at }) => raw !== "" && at !== null)).toBe(true);
    const times = scans.map(({ at }) => at?.epochMilliseconds ?? 0);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
  scenario("track", "an attempt that failed tells why, and which attempt it was", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().happen(awb, "PICKED_UP");
    await bench().happen(awb, "UNDELIVERED", "Customer not available");
    const { parcels } = await must("track", account.run("track", [awb]));
    expect(parcels[0]?.ndr).toMatchObject({ reason: "Customer not available", attempts: 1 });
  });
  scenario("track", "a word that nobody knows is handed on as it is", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().say(awb, "Held at Gate 9");
    const { parcels } = await must("track", account.run("track", [awb]));
    expect(parcels[0]?.scans.at(-1)?.raw).toBe("Held at Gate 9");
  });
  scenario("track", "a parcel that comes back says so last", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().happen(awb, "PICKED_UP");
    await bench().happen(awb, "RTO", "Customer refused");
    const { parcels } = await must("track", account.run("track", [awb]));
    expect(parcels[0]?.scans.at(-1)?.raw).toMatch(/RTO/i);
  });
  scenario(
    "track",
    `${MANY} numbers are asked for in groups of ${batchMax} at most, strange ones told by name`,
    async () => {
      const account = rig();
      const known: string[] = [];
      for (let made = 0; made < 3; made++) known.push((await aWaybill(account, `SUITE-${made}`)).awb);
      const strange = Array.from({ length: MANY - known.length }, (_, index) => `9${String(index).padStart(12, "0")}`);
      const before = account.exchanges.length;
      const told = await must("track", account.run("track", [...strange, ...known]));
      expect(account.exchanges.length - before).toBe(Math.ceil(MANY / batchMax));
      expect(told.parcels.map(({ awb }) => awb).toSorted()).toEqual(known.toSorted());
      expect(told.unknown).toEqual(strange);
    },
  );
  scenario("track", "no numbers are no call", async () => {
    const account = rig();
    expect(await account.run("track", [])).toEqual({ ok: true, value: { parcels: [], unknown: [], rejected: [] } });
    expect(account.exchanges).toEqual([]);
  });
}
