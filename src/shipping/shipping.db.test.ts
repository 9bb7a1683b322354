import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { must, newId, type ShippingPackageId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  addAwbs,
  assignCouriers,
  awbsLowCheck,
  chooseProvider,
  importPincodes,
  type ProviderInput,
  type ShippingProviderId,
  saveProvider,
  takeAwb,
  takeAwbs,
  withdrawAwbs,
} from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
});

const input = (code: string, over: Partial<ProviderInput> = {}): ProviderInput => ({
  code,
  name: `Courier ${code}`,
  kind: "AWB_POOL",
  trackingUrlTemplate: "https://courier.example/{awb}",
  transitDays: 4,
  servesEverywhere: true,
  cod: true,
  preference: 100,
  awbLowMark: 3,
  enabled: true,
  ...over,
});
const provider = async (code: string, over: Partial<ProviderInput> = {}, awbs?: [string, string]) => {
  const { providerId } = must(await saveProvider(t.ctx(tenantId), null, input(code, over)));
  if (awbs) must(await addAwbs(t.ctx(tenantId), providerId, { from: awbs[0], to: awbs[1] }));
  return providerId;
};
const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? "OK" : result.refusal?.code);
const aPackageId = () => newId<"ShippingPackage">();
const take = (providerId: ShippingProviderId, packageId: ShippingPackageId = aPackageId()) =>
  t.db.transaction(tenantId, (tx) => takeAwb(tx, t.ctx(tenantId), providerId, packageId));
const parcel = { pincode: "560068", cod: false };

describe("a shipping provider", () => {
  it("is made and changed, with a code of its own", async () => {
    const ctx = t.ctx(tenantId);
    const id = await provider("SWIFT");
    await provider("QUICK");
    expect(code(await saveProvider(ctx, null, input("SWIFT")))).toBe("PROVIDER_CODE_TAKEN");
    expect(code(await saveProvider(ctx, id, input("QUICK")))).toBe("PROVIDER_CODE_TAKEN");
    expect(code(await saveProvider(ctx, id, input("SWIFT", { trackingUrlTemplate: "ftp://x/{awb}" })))).toBe(
      "PROVIDER_TRACKING_URL",
    );
    expect(code(await saveProvider(ctx, id, input("SWIFT", { transitDays: 2 })))).toBe("OK");
    expect(code(await saveProvider(t.ctx(await aTenant(t.db)), id, input("SWIFT")))).toBe("NOT_FOUND");
  });
});

describe("a pool of tracking numbers", () => {
  it("takes ranges and lists, reports what is wrong with them, and is harmless when they come again", async () => {
    const ctx = t.ctx(tenantId);
    const id = await provider("SWIFT");
    expect(must(await addAwbs(ctx, id, { from: "SW001", to: "SW005" }))).toMatchObject({ added: 5, alreadyThere: 0 });
    expect(must(await addAwbs(ctx, id, { list: "AWB\nSW005,SW006\nSW006\nbad!\n" }))).toEqual({
      added: 1,
      alreadyThere: 1,
      duplicates: ["SW006"],
      invalid: [{ line: 4, text: "bad!" }],
    });
    expect(code(await addAwbs(ctx, id, { from: "SW5", to: "SW1" }))).toBe("AWB_RANGE_BACKWARDS");
    expect(code(await addAwbs(ctx, id, { list: "\n" }))).toBe("AWB_LIST_EMPTY");
    expect(code(await addAwbs(ctx, id, { from: "SW1" }))).toBe("AWB_UPLOAD_UNCLEAR");
    expect(code(await addAwbs(ctx, await provider("API", { kind: "API" }), { from: "A1", to: "A2" }))).toBe(
      "PROVIDER_HAS_NO_POOL",
    );
  });

  it("gives numbers in the order of upload, each once, and says when it is empty", async () => {
    const id = await provider("SWIFT", {}, ["SW900", "SW902"]);
    must(await addAwbs(t.ctx(tenantId), id, { list: "SW100" })); // uploaded last, given last
    expect(must(await take(id))).toBe("SW900");
    const undone = await t.db.transaction(tenantId, async (tx) => {
      await takeAwb(tx, t.ctx(tenantId), id, aPackageId());
      return { ok: false as const };
    });
    expect(undone.ok).toBe(false);
    expect([must(await take(id)), must(await take(id)), must(await take(id))]).toEqual(["SW901", "SW902", "SW100"]);
    expect(await take(id)).toMatchObject({ refusal: { code: "AWB_POOL_EMPTY", facts: { provider: "SWIFT" } } });
    expect(must(await addAwbs(t.ctx(tenantId), id, { list: "SW900" }))).toMatchObject({ added: 0, alreadyThere: 1 });
    expect(code(await take(id))).toBe("AWB_POOL_EMPTY");
  });

  it("gives many at once, in order, to whoever is first when there are too few", async () => {
    const id = await provider("SWIFT", {}, ["SW1", "SW3"]);
    const wanted = Array.from({ length: 5 }, () => ({ providerId: id, packageId: aPackageId() }));
    const taken = await t.db.transaction(tenantId, (tx) => takeAwbs(tx, t.ctx(tenantId), wanted));
    const answers = wanted.map((w) => taken.get(w.packageId)).map((r) => (r?.ok ? r.value : r?.refusal.code));
    expect(answers).toEqual(["SW1", "SW2", "SW3", "AWB_POOL_EMPTY", "AWB_POOL_EMPTY"]);
  });

  it("never gives one number twice, however many ask at once", async () => {
    const id = await provider("SWIFT", {}, ["SW0001", "SW0120"]);
    const bulk = () =>
      t.db.transaction(tenantId, async (tx) => {
        const wanted = Array.from({ length: 10 }, () => ({ providerId: id, packageId: aPackageId() }));
        return [...(await takeAwbs(tx, t.ctx(tenantId), wanted)).values()];
      });
    const results = (await Promise.all(Array.from({ length: 14 }, bulk))).flat();
    const given = results.flatMap((r) => (r.ok ? [r.value] : []));
    expect(new Set(given).size).toBe(given.length);
    expect(given.length).toBe(120);
  });

  it("lets go of numbers uploaded by mistake, but of none that is used", async () => {
    const id = await provider("SWIFT", {}, ["SW1", "SW4"]);
    await take(id);
    expect(must(await withdrawAwbs(t.ctx(tenantId), id, { from: "SW1", to: "SW4" }))).toEqual({
      withdrawn: 3,
      kept: 1,
    });
  });

  it("is an alarm while it is low, critical when empty", async () => {
    const id = await provider("SWIFT", { awbLowMark: 2 }, ["SW1", "SW2"]);
    await provider("OFF", { enabled: false });
    const alarms = () => t.db.read(tenantId, (tx) => awbsLowCheck.check(t.ctx(tenantId), tx));
    expect(await alarms()).toEqual([]);
    await take(id);
    expect(await alarms()).toMatchObject([{ kind: "AWBS_LOW", recordId: id, severity: "WARNING" }]);
    await take(id);
    expect(await alarms()).toMatchObject([{ severity: "CRITICAL" }]);
  });
});

describe("choosing a courier", () => {
  it("goes by preference, pincode and pool", async () => {
    await provider("EMPTY", { preference: 1 });
    await provider("LOCAL", { preference: 2, servesEverywhere: false }, ["LO1", "LO9"]);
    await provider("SWIFT", { preference: 3 }, ["SW1", "SW9"]);
    const choose = () => t.db.read(tenantId, (tx) => chooseProvider(tx, parcel));
    expect(must(await choose())).toMatchObject({
      code: "SWIFT",
      rejected: [
        { code: "EMPTY", reason: "has no tracking numbers left" },
        { code: "LOCAL", reason: "does not serve 560068" },
      ],
    });
    await t.raw("update godown.shipping_provider set enabled = false where code = 'SWIFT' and tenant_id = $1", [
      tenantId,
    ]);
    expect(code(await choose())).toBe("NO_PROVIDER");
  });

  it("moves on to the next courier when a pool runs out within one lot", async () => {
    await provider("FIRST", { preference: 1 }, ["FI1", "FI2"]);
    await provider("NEXT", { preference: 2 }, ["NE1", "NE2"]);
    const packages = Array.from({ length: 5 }, () => ({ ...parcel, packageId: aPackageId() }));
    const assigned = await t.db.transaction(tenantId, (tx) => assignCouriers(tx, t.ctx(tenantId), packages));
    const answers = packages.map((p) => assigned.get(p.packageId)).map((r) => (r?.ok ? r.value.awb : r?.refusal.code));
    expect(answers).toEqual(["FI1", "FI2", "NE1", "NE2", "NO_PROVIDER"]);
  });
});

describe("importing serviceable pincodes", () => {
  it("keeps the good lines, changes what is named, and is harmless again", async () => {
    const id = await provider("LOCAL", { servesEverywhere: false }, ["LO1", "LO9"]);
    const upload = async (lines: string[]) => {
      const bytes = Buffer.from(["Pincode,COD,Sort Code,Serves", ...lines].join("\n"));
      const started = must(
        await importPincodes.start(t.ctx(tenantId), { fileName: "pins.csv", bytes, options: { providerId: id } }),
      );
      return (await runWork(t, tenantId, started.workId, importPincodes.register)).rows.map((r) => r.code ?? r.outcome);
    };
    const file = ["560068,no,BLR/HSR,", "056006,,,", "560 068,,,", "110001,maybe,,", "400001,,,"];
    expect(await upload(file)).toEqual([
      "DONE",
      "PINCODE_FORMAT",
      "PINCODE_TWICE_IN_FILE",
      "PINCODE_CELL_INVALID",
      "DONE",
    ]);
    expect(await upload(file)).toEqual([
      "UNCHANGED",
      "PINCODE_FORMAT",
      "PINCODE_TWICE_IN_FILE",
      "PINCODE_CELL_INVALID",
      "UNCHANGED",
    ]);
    const choice = await t.db.read(tenantId, (tx) => chooseProvider(tx, parcel));
    expect(must(choice)).toMatchObject({ code: "LOCAL", sortCode: "BLR/HSR" });
    expect(code(await t.db.read(tenantId, (tx) => chooseProvider(tx, { ...parcel, cod: true })))).toBe("NO_PROVIDER");
    expect(await upload(["560068,,,no"])).toEqual(["DONE"]);
    const nobody = {
      fileName: "pins.csv",
      bytes: Buffer.from("Pincode\n560068\n"),
      options: { providerId: newId<"ShippingProvider">() },
    };
    expect(code(await importPincodes.start(t.ctx(tenantId), nobody))).toBe("NOT_FOUND");
    const left = await t.db.read(tenantId, (tx) => tx.run(sql`select pincode from godown.provider_pincode`));
    expect(left).toEqual([{ pincode: "400001" }]);
  });
});
