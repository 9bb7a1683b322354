/** Numbers: given, asked for twice, corrected, given back. */
import { expect } from "vitest";
import { must } from "../../../connectors/kit/suite/world.ts";
import { aChange, aWaybill, aWish } from "./facts.ts";
import { type CourierWorld, rehearse } from "./world.ts";

export function verifyScenarios({ scenario, rig, bench }: CourierWorld): void {
  scenario("verify", "good credentials are good", async () => {
    expect(await rig().run("verify", null)).toEqual({ ok: true, value: null });
  });
  scenario("verify", "wrong ones are a failure of kind auth, asked once", async () => {
    const wrong = rig({ fields: bench().wrongFields });
    expect(await wrong.run("verify", null)).toMatchObject({ ok: false, failure: { kind: "auth", reached: "yes" } });
    expect(wrong.exchanges).toHaveLength(1);
  });
  scenario("verify", "proves the credentials anew though a token is kept", async () => {
    const account = rig();
    await must("first", account.run("verify", null));
    await must("second", account.run("verify", null));
    expect(account.exchanges).toHaveLength(2);
  });
}

export function waybillScenarios(world: CourierWorld): void {
  const { scenario, rig, bench, courier } = world;
  scenario("createWaybill", "gives a number for a parcel to a customer", async () => {
    const waybill = await aWaybill(rig(), "SUITE-1");
    expect(bench().parcels()).toMatchObject([{ awb: waybill.awb, code: "SUITE-1", direction: "FORWARD", grams: 530 }]);
    expect(waybill.carrier).not.toBe("");
  });
  if (courier.capabilities.createWaybill.reverse)
    scenario("createWaybill", "gives a number for a parcel that a customer sends back", async () => {
      const waybill = await aWaybill(rig(), "SUITE-R1", { direction: "REVERSE" });
      expect(bench().parcels()).toMatchObject([{ awb: waybill.awb, code: "SUITE-R1", direction: "REVERSE" }]);
    });
  scenario(
    "createWaybill",
    "what the courier refuses is a refusal in its own words, and is not sent again",
    async () => {
      const account = rig();
      const operation = await rehearse(account, "createWaybill", aWish("SUITE-1"));
      bench().fault({ kind: "failed", operation, message: "560001 is not served today" });
      const before = account.exchanges.length;
      expect(await account.run("createWaybill", aWish("SUITE-2"))).toMatchObject({
        ok: false,
        failure: { kind: "refused", reached: "yes", channelMessage: "560001 is not served today" },
      });
      expect(account.exchanges).toHaveLength(before + 1);
    },
  );
  scenario("createWaybill", "a parcel without weight is not sent at all", async () => {
    const account = rig();
    const refused = await account.run("createWaybill", aWish("SUITE-0", { weightGrams: 0 }));
    expect(refused).toMatchObject({ ok: false, failure: { kind: "refused", reached: "no" } });
    expect(account.exchanges).toEqual([]);
  });
  scenario("createWaybill", "asked twice where a repeat gets the same number, there is one number", async () => {
    const account = rig({ settings: bench().repeats("same") });
    const first = await aWaybill(account, "SUITE-1");
    expect(await aWaybill(account, "SUITE-1")).toEqual(first);
    expect(bench().parcels()).toHaveLength(1);
  });
  lostAnswerScenarios(world);
}

/** Three ways in which the courier does the work and nobody hears of it. */
const LOST = [
  { kind: "half_answer" },
  { kind: "drop", processed: true },
  { kind: "5xx", processed: true },
  { kind: "timeout", processed: true },
] as const;

function lostAnswerScenarios({ scenario, rig, bench }: CourierWorld): void {
  for (const lost of LOST) {
    scenario(
      "createWaybill",
      `answer lost (${lost.kind}): asked for again where a repeat gets the same number`,
      async () => {
        const account = rig({ settings: bench().repeats("same") });
        const operation = await rehearse(account, "createWaybill", aWish("SUITE-1"));
        bench().fault({ ...lost, operation, count: 1 });
        const { awb } = await aWaybill(account, "SUITE-2");
        expect(numbersOf(bench().parcels(), "SUITE-2")).toEqual([awb]);
      },
    );
    scenario(
      "createWaybill",
      `answer lost (${lost.kind}): unknown, and not sent twice, where it gets another`,
      async () => {
        const account = rig({ settings: bench().repeats("another") });
        const operation = await rehearse(account, "createWaybill", aWish("SUITE-1"));
        bench().fault({ ...lost, operation, count: 1 });
        const before = account.exchanges.length;
        const outcome = await account.run("createWaybill", aWish("SUITE-2"));
        expect(outcome).toMatchObject({ ok: false, failure: { reached: "unknown" } });
        expect(account.exchanges).toHaveLength(before + 1);
        expect(numbersOf(bench().parcels(), "SUITE-2")).toHaveLength(1);
      },
    );
  }
  scenario(
    "createWaybill",
    "a proxy that repeats the request leaves one number where a repeat gets the same",
    async () => {
      const account = rig({ settings: bench().repeats("same") });
      const operation = await rehearse(account, "createWaybill", aWish("SUITE-1"));
      bench().fault({ kind: "twice", operation, count: 1 });
      const { awb } = await aWaybill(account, "SUITE-2");
      expect(numbersOf(bench().parcels(), "SUITE-2")).toEqual([awb]);
    },
  );
}

function numbersOf(parcels: ReturnType<ReturnType<CourierWorld["bench"]>["parcels"]>, code: string): string[] {
  return parcels.filter((parcel) => parcel.code === code).map(({ awb }) => awb);
}

export function updateScenarios({ scenario, rig, bench }: CourierWorld): void {
  scenario("updateWaybill", "tells weight and size, told again they are the same", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    for (let told = 0; told < 2; told++) await must("update", account.run("updateWaybill", aChange("SUITE-1", awb)));
    expect(bench().parcels()).toMatchObject([{ awb, grams: 610 }]);
  });
  scenario("updateWaybill", "of a parcel that has left is refused in the courier's words", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().happen(awb, "PICKED_UP");
    const late = await account.run("updateWaybill", aChange("SUITE-1", awb));
    expect(late).toMatchObject({ ok: false, failure: { kind: "refused", reached: "yes" } });
    expect(bench().parcels()).toMatchObject([{ awb, grams: 530 }]);
  });
}

export function cancelScenarios({ scenario, rig, bench }: CourierWorld): void {
  scenario("cancelWaybill", "gives the number back; given back again it is no failure", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    for (let told = 0; told < 2; told++)
      expect(await account.run("cancelWaybill", awb)).toEqual({ ok: true, value: null });
    expect(bench().parcels()).toMatchObject([{ awb, cancelled: true }]);
  });
  scenario("cancelWaybill", "of a parcel that the courier has is a refusal in its words, not a success", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "SUITE-1");
    await bench().happen(awb, "PICKED_UP");
    const late = await account.run("cancelWaybill", awb);
    expect(late).toMatchObject({ ok: false, failure: { kind: "refused", reached: "yes" } });
    expect(bench().parcels()).toMatchObject([{ awb, cancelled: false }]);
  });
  scenario("cancelWaybill", "of a number that nobody gave is refused", async () => {
    const refused = await rig().run("cancelWaybill", "0000000000");
    expect(refused).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });
  scenario("cancelWaybill", "whose answer is lost is asked again and is done once", async () => {
    const account = rig();
    const operation = await rehearse(account, "cancelWaybill", (await aWaybill(account, "SUITE-1")).awb);
    const { awb } = await aWaybill(account, "SUITE-2");
    bench().fault({ kind: "half_answer", operation, count: 1 });
    expect(await account.run("cancelWaybill", awb)).toEqual({ ok: true, value: null });
  });
}
