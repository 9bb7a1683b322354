/** What the network and a tired server do, to each operation of a courier. */
import { expect } from "vitest";
import type { CourierIo, CourierOperation } from "../courier.ts";
import { aChange, aWaybill, aWish } from "./facts.ts";
import { type CourierRig, type CourierWorld, rehearse } from "./world.ts";

type Inputs = {
  readonly [K in Exclude<CourierOperation, "verify">]: (
    account: CourierRig,
    code: string,
  ) => Promise<CourierIo[K]["in"]>;
};

/** An input with which each operation works, of a parcel of its own. */
const INPUTS: Inputs = {
  createWaybill: (_account, code) => Promise.resolve(aWish(code)),
  updateWaybill: async (account, code) => aChange(code, (await aWaybill(account, code)).awb),
  cancelWaybill: async (account, code) => (await aWaybill(account, code)).awb,
  track: async (account, code) => [(await aWaybill(account, code)).awb],
  manifest: async (account, code) => [(await aWaybill(account, code)).awb],
  fetchLabel: async (account, code) => (await aWaybill(account, code)).labelUrl ?? "",
};

/** Files are given to whoever has the address. */
const UNSIGNED: ReadonlySet<CourierOperation> = new Set(["fetchLabel"]);
/** A lost answer is not asked for again. */
const ONCE: ReadonlySet<CourierOperation> = new Set(["manifest"]);

export function hardshipScenarios<K extends Exclude<CourierOperation, "verify">>(world: CourierWorld, name: K): void {
  const { scenario, rig, bench } = world;
  const warm = async () => {
    const account = rig({ settings: bench().repeats("same") });
    const operation = await rehearse(account, name, await INPUTS[name](account, "SUITE-1"));
    const input = await INPUTS[name](account, "SUITE-2");
    return { account, operation, input, before: account.exchanges.length };
  };
  if (!UNSIGNED.has(name)) {
    scenario(name, "a refused token is renewed once and the call made again", async () => {
      const { account, operation, input, before } = await warm();
      bench().fault({ kind: "401", operation, count: 1 });
      expect((await account.run(name, input)).ok).toBe(true);
      const statuses = account.exchanges.slice(before).map(({ status }) => status ?? 0);
      expect(statuses.map((status) => (status >= 200 && status < 300 ? "done" : status))).toEqual([
        401,
        "done",
        "done",
      ]);
    });
    scenario(name, "a token that stays refused is a failure of kind auth, not an endless circle", async () => {
      const { account, operation, input, before } = await warm();
      bench().fault({ kind: "401", operation });
      expect(await account.run(name, input)).toMatchObject({ ok: false, failure: { kind: "auth" } });
      expect(account.exchanges.slice(before).filter(({ status }) => status === 401)).toHaveLength(2);
    });
  }
  scenario(name, "429 waits as long as it is told and comes again", async () => {
    const { account, operation, input, before } = await warm();
    bench().fault({ kind: "429", operation, count: 1 });
    expect((await account.run(name, input)).ok).toBe(true);
    expect(account.exchanges.slice(before)[0]?.status).toBe(429);
  });
  scenario(name, "a late answer is an answer", async () => {
    const { account, operation, input, before } = await warm();
    bench().fault({ kind: "late", operation, count: 1 });
    expect((await account.run(name, input)).ok).toBe(true);
    expect(account.exchanges).toHaveLength(before + 1);
  });
  if (ONCE.has(name)) return;
  scenario(name, "5xx, a closed connection, silence and half an answer are asked again", async () => {
    for (const kind of ["5xx", "drop", "timeout", "half_answer"]) {
      bench().reset();
      const { account, operation, input, before } = await warm();
      bench().fault({ kind, operation, count: 1 });
      expect((await account.run(name, input)).ok, kind).toBe(true);
      expect(account.exchanges.length, kind).toBe(before + 2);
    }
  });
  scenario(name, "tries are bounded, and the last failure is told", async () => {
    const { account, operation, input, before } = await warm();
    bench().fault({ kind: "5xx", operation });
    expect(await account.run(name, input)).toMatchObject({ ok: false, failure: { kind: "transient" } });
    expect(account.exchanges.slice(before).filter((exchange) => exchange.operation === operation)).toHaveLength(3);
  });
}

export function awayScenarios({ scenario, rig }: CourierWorld): void {
  const nobody = { baseUrl: "http://127.0.0.1:9" };
  const away = { ok: false, failure: { reached: "no", kind: "transient" } };
  scenario("verify", "a courier that is not there was not reached", async () => {
    expect(await rig(nobody).run("verify", null)).toMatchObject(away);
  });
  scenario("verify", "a wish for a number that nobody heard was not reached either", async () => {
    expect(await rig(nobody).run("createWaybill", aWish("SUITE-1"))).toMatchObject(away);
  });
}
