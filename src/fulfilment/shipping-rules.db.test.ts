import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate } from "../../tests/support/fulfilment-builders.ts";
import { addressWith, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aPool, aShop, packagesFor, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { type FacilityId, must, type Result, type ShippingPackageId } from "../kernel/index.ts";
import { csvLine } from "../platform/csv.ts";
import { sql } from "../platform/db.ts";
import {
  allRules,
  deleteRule,
  type GivenRule,
  importRules,
  importServiceability,
  onServiceabilityChanged,
  orderRules,
  type ShippingProviderId,
  type ShippingRule,
  saveRule,
} from "../shipping/index.ts";
import { invoicePackages, labelPackages, wakeUnserved } from "./index.ts";
import { judgeService } from "./judge-service.ts";
import { ruleDryRunRoutes } from "./rule-dry-run.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  onServiceabilityChanged(wakeUnserved);
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));

const code = (result: Result<unknown>) => (result.ok ? "OK" : result.refusal.code);
const rule = (shop: Shop, name: string, providerId: ShippingProviderId, over: Partial<GivenRule> = {}) =>
  saveRule(t.ctx(shop.tenantId), null, {
    ...{ facilityId: null, type: "FORWARD", name, condition: "", criteria: "ALLOCATE", providerId },
    ...{ preference: null, enabled: true },
    ...over,
  });
const rules = (shop: Shop) => t.db.read(shop.tenantId, (tx) => allRules(tx));
const inOrder = (all: readonly ShippingRule[]) =>
  all.toSorted((a, b) => a.preference - b.preference).map((r) => `${r.preference} ${r.name}`);
const jobs = (shop: Shop, task: string) =>
  t.raw(
    "select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = $1 and j.payload::text like $2",
    [task, `%${shop.tenantId}%`],
  );

async function labelled(shop: Shop, packageIds: readonly ShippingPackageId[]) {
  const ctx = t.ctx(shop.tenantId);
  await invoicePackages(ctx, { packageIds });
  const results = await labelPackages(ctx, { packageIds });
  const rows = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{
      id: ShippingPackageId;
      provider: string | null;
      choice: { why: string; rule: unknown; rejected: unknown } | null;
    }>`
      select p.shipping_package_id as id, s.code as provider, p.provider_choice as choice
      from godown.shipping_package p left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
      where p.tenant_id = ${shop.tenantId}`),
  );
  return packageIds.map((id, i) => ({ ...rows.find((r) => r.id === id), refusal: results[i]?.refusal ?? null }));
}
const unitStates = (shop: Shop) =>
  t.db.read(shop.tenantId, async (tx) =>
    (
      await tx.run(
        sql<{
          state: string;
        }>`select state from godown.sale_order_item where tenant_id = ${shop.tenantId} order by created_at, code`,
      )
    ).map((r) => r.state),
  );

describe("shipping rules at the label", () => {
  it("choose couriers by what is in the parcel, and the choice is kept with the rule's name and what was passed over", async () => {
    const shop = await aShop(t, { awbs: 20 });
    const road = await aPool(t, shop.tenantId, 20, { code: "ROAD" });
    const heavy = must(await rule(shop, "Heavy by road", road, { condition: "package.weight > 500" })).ruleId;
    const [light, two] = await packagesFor(t, shop, [
      aPushOrder([{ productId: shop.productId }]),
      aPushOrder([{ productId: shop.productId, quantity: 2 }]), // 600 g
    ]);
    if (!light || !two) throw new Error("there are packages");
    const [first, second] = await labelled(shop, [light, two]);
    expect(second).toMatchObject({
      provider: "ROAD",
      choice: {
        why: expect.stringContaining('rule "Heavy by road" (preference 1)'),
        rule: { ruleId: heavy, name: "Heavy by road", preference: 1 },
        rejected: [],
      },
    });
    expect(first?.provider).not.toBe("ROAD");
    expect(first?.choice).toMatchObject({
      rule: null,
      rejected: [
        { code: "ROAD", reason: 'is not proposed by rule "Heavy by road" (preference 1): its condition does not hold' },
      ],
    });
  });

  it("hold for their facility alone where they have one, condition or not", async () => {
    const shop = await aShop(t, { awbs: 20 });
    const own = await aPool(t, shop.tenantId, 20, { code: "OWN" });
    const elsewhere = await aPool(t, shop.tenantId, 20, { code: "ELSEWHERE" });
    must(await rule(shop, "Own", own, { facilityId: shop.facilityId }));
    must(await rule(shop, "Other", elsewhere, { facilityId: await aFacility(t.db, shop.tenantId), preference: 1 }));
    const ids = await somePackages(t, shop, 2);
    expect((await labelled(shop, ids)).map((p) => p.provider)).toEqual(["OWN", "OWN"]);
  });

  it("move on to what comes next when a pool runs out within one lot", async () => {
    const shop = await aShop(t, { awbs: 10 });
    const few = await aPool(t, shop.tenantId, 1, { code: "FEW" });
    must(await rule(shop, "Few", few, { condition: "order.cod" }));
    const answers = await labelled(shop, await somePackages(t, shop, 3));
    expect(answers.filter((a) => a.provider === "FEW").length).toBe(1);
    expect(answers.every((a) => a.refusal === null)).toBe(true);
  });

  it("leave a parcel with nobody where they take everybody out, and say so", async () => {
    const shop = await aShop(t);
    must(await rule(shop, "No cash", shop.providerId, { criteria: "NOT_ALLOCATE", condition: "order.total > 100" }));
    const ids = await packagesFor(t, shop, []);
    expect(ids).toEqual([]);
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }])]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await unitStates(shop)).toEqual(["LOCATION_NOT_SERVICEABLE"]);
  });
});

describe("who is served, by rules", () => {
  it("is more where a courier is forced, heals when the rule comes, and turns back when it goes", async () => {
    const shop = await aShop(t, { awbs: 5 });
    await t.raw("update godown.shipping_provider set serves_everywhere = false where tenant_id = $1", [shop.tenantId]);
    const far = { shippingAddress: addressWith({ pincode: "744101" }) };
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }], far)]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await unitStates(shop)).toEqual(["LOCATION_NOT_SERVICEABLE"]);
    await t.raw("delete from graphile_worker._private_jobs", []);
    const forced = must(
      await rule(shop, "Islands", shop.providerId, {
        criteria: "FORCE_ALLOCATE",
        condition: 'order.customer.pincode.startsWith("744")',
      }),
    ).ruleId;
    expect((await jobs(shop, "fulfilment.allocate")).length).toBe(1);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await unitStates(shop)).toEqual(["FULFILLABLE"]);
    const packageState = async () =>
      (await t.raw("select state from godown.shipping_package where tenant_id = $1", [shop.tenantId]))[0]?.state;
    must(await deleteRule(t.ctx(shop.tenantId), forced));
    expect((await jobs(shop, "fulfilment.judge_service")).length).toBe(1);
    expect(await judgeService(t.ctx(shop.tenantId))).toBe("done");
    expect(await packageState()).toBe("LOCATION_NOT_SERVICEABLE");
    must(await rule(shop, "All", shop.providerId, { criteria: "FORCE_ALLOCATE" }));
    await judgeService(t.ctx(shop.tenantId));
    expect(await packageState()).toBe("CREATED");
  });

  it("changes with the serviceability file, by method, in both directions", async () => {
    const shop = await aShop(t, { awbs: 5 });
    await t.raw("update godown.shipping_provider set serves_everywhere = false, code = 'SELF' where tenant_id = $1", [
      shop.tenantId,
    ]);
    const order = (paymentType: "COD" | "PREPAID") =>
      aPushOrder([{ productId: shop.productId }], { paymentType, shippingAddress: addressWith({ pincode: "744101" }) });
    await receive(t, shop.tenantId, shop.channelId, [order("COD"), order("PREPAID")]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(new Set(await unitStates(shop))).toEqual(new Set(["LOCATION_NOT_SERVICEABLE"]));
    await t.raw("delete from graphile_worker._private_jobs", []);
    const upload = async (...lines: string[]) => {
      const bytes = Buffer.from(["Pincode,Payment Method,Shipping Provider Code,Priority,Serves", ...lines].join("\n"));
      const { workId } = must(
        await importServiceability.start(t.ctx(shop.tenantId), { fileName: "who.csv", bytes, options: {} }),
      );
      return runWork(t, shop.tenantId, workId, importServiceability.register);
    };
    expect((await upload("744101,COD,SELF,1,")).rows.map((r) => r.outcome)).toEqual(["DONE"]);
    expect((await jobs(shop, "fulfilment.allocate")).length).toBe(1);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect((await unitStates(shop)).toSorted()).toEqual(["FULFILLABLE", "LOCATION_NOT_SERVICEABLE"]);
    const again = await upload(
      "744101,COD,SELF,1,",
      "744101,PREPAID,SELF,2,",
      "744101,PREPAID,SELF,3,",
      "744101,CARD,SELF,3,",
      "744101,COD,NOBODY,3,",
    );
    expect(again.rows.map((r) => r.code ?? r.outcome)).toEqual([
      ...["UNCHANGED", "DONE", "SERVICEABILITY_TWICE_IN_FILE", "PINCODE_CELL_INVALID", "RULE_PROVIDER_UNKNOWN"],
    ]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await unitStates(shop)).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    await upload("744101,COD,SELF,,no", "744101,PREPAID,SELF,,no");
    await judgeService(t.ctx(shop.tenantId));
    const states = await t.raw("select state from godown.shipping_package where tenant_id = $1", [shop.tenantId]);
    expect(states.map((r) => r.state)).toEqual(["LOCATION_NOT_SERVICEABLE", "LOCATION_NOT_SERVICEABLE"]);
  });
});

describe("keeping rules", () => {
  it("makes room where a rule takes a place, keeps an order that is given, and refuses one that is stale", async () => {
    const shop = await aShop(t);
    const ctx = t.ctx(shop.tenantId);
    const [a, b] = [
      must(await rule(shop, "A", shop.providerId)).ruleId,
      must(await rule(shop, "B", shop.providerId)).ruleId,
    ];
    const first = must(await rule(shop, "First", shop.providerId, { preference: 1 })).ruleId;
    expect(inOrder(await rules(shop))).toEqual(["1 First", "2 A", "3 B"]);
    const scope = { facilityId: null, type: "FORWARD" } as const;
    expect(must(await orderRules(ctx, scope, [b, a, first]))).toEqual({ moved: 2 });
    expect(inOrder(await rules(shop))).toEqual(["1 B", "2 A", "3 First"]);
    expect(code(await orderRules(ctx, scope, [b, a]))).toBe("RULES_CHANGED_MEANWHILE");
    must(await rule(shop, "Own", shop.providerId, { facilityId: shop.facilityId }));
    must(await rule(shop, "Back", shop.providerId, { type: "REVERSE" }));
    expect((await rules(shop)).filter((r) => r.preference === 1).length).toBe(3);
    must(await deleteRule(ctx, a));
    expect(inOrder((await rules(shop)).filter((r) => r.facilityId === null && r.type === "FORWARD"))).toEqual([
      "1 B",
      "3 First",
    ]);
  });

  it("refuses what cannot be kept, each by name", async () => {
    const shop = await aShop(t);
    const other = await aShop(t);
    must(await rule(shop, "A", shop.providerId));
    expect(code(await rule(shop, "A", shop.providerId))).toBe("RULE_NAME_TAKEN");
    expect(code(await rule(shop, "B", shop.providerId, { condition: "order.cod =" }))).toBe("CONDITION_INVALID");
    expect(code(await rule(shop, "B", other.providerId))).toBe("RULE_PROVIDER_UNKNOWN");
    expect(code(await rule(shop, "B", shop.providerId, { facilityId: other.facilityId }))).toBe(
      "RULE_FACILITY_UNKNOWN",
    );
    const narrow = t.ctx(shop.tenantId, { facilities: [shop.facilityId] });
    const given: GivenRule = {
      ...{
        facilityId: null,
        type: "FORWARD",
        name: "B",
        condition: "",
        criteria: "ALLOCATE",
        providerId: shop.providerId,
      },
      ...{ preference: null, enabled: true },
    };
    expect(code(await saveRule(narrow, null, given))).toBe("RULE_OUT_OF_REACH");
    expect(code(await saveRule(narrow, null, { ...given, facilityId: shop.facilityId }))).toBe("OK");
    const [ofAll] = (await rules(shop)).filter((r) => r.facilityId === null);
    if (!ofAll) throw new Error("there is a rule of all facilities");
    expect(code(await saveRule(narrow, ofAll.ruleId, { ...given, facilityId: shop.facilityId, name: "C" }))).toBe(
      "RULE_OUT_OF_REACH",
    );
    expect(code(await deleteRule(narrow, ofAll.ruleId))).toBe("RULE_OUT_OF_REACH");
    expect(code(await deleteRule(t.ctx(other.tenantId), ofAll.ruleId))).toBe("NOT_FOUND");
  });

  it("imports whole files: swaps places, and refuses to shuffle new and existing rules together", async () => {
    const shop = await aShop(t);
    await t.raw("update godown.shipping_provider set code = 'SELF' where tenant_id = $1", [shop.tenantId]);
    const upload = async (...lines: (string | number)[][]) => {
      const titles = [
        "Facility Code",
        "Rule Name",
        "Condition Expression",
        "Allocation Criteria",
        "Shipping Provider Code",
        "Preference",
        "Enabled",
        "Type",
      ];
      const bytes = Buffer.from([titles, ...lines].map((cells) => csvLine(cells)).join(""));
      const { workId } = must(
        await importRules.start(t.ctx(shop.tenantId), { fileName: "rules.csv", bytes, options: {} }),
      );
      return (await runWork(t, shop.tenantId, workId, importRules.register)).rows.map((r) => r.code ?? r.outcome);
    };
    const line = (name: string, preference: number, condition = "") => [
      "ALL",
      name,
      condition,
      "ALLOCATE",
      "SELF",
      preference,
      "true",
      "FORWARD",
    ];
    expect(await upload(line("A", 1), line("B", 2, "order.cod"))).toEqual(["DONE", "DONE"]);
    expect(await upload(line("A", 2), line("B", 1, "order.cod"))).toEqual(["DONE", "DONE"]);
    expect(await upload(line("A", 2), line("B", 1, "order.cod"))).toEqual(["UNCHANGED", "UNCHANGED"]);
    expect(await upload(line("A", 1), line("B", 2, "order.cod"), line("C", 3))).toEqual([
      "RULES_SHUFFLED",
      "RULES_SHUFFLED",
      "RULES_SHUFFLED",
    ]);
    expect(await upload(line("C", 3), line("D", 4, "order.cud"))).toEqual(["RULES_FILE_FAULTY", "CONDITION_INVALID"]);
    expect(inOrder(await rules(shop))).toEqual(["1 B", "2 A"]);
  });

  it("keeps rules of one tenant from another", async () => {
    const [one, two] = [await aShop(t, { awbs: 5 }), await aShop(t, { awbs: 5 })];
    must(await rule(one, "Nobody", one.providerId, { criteria: "NOT_ALLOCATE" }));
    const [answer] = await labelled(two, await somePackages(t, two, 1));
    expect(answer).toMatchObject({ refusal: null, choice: { rule: null, rejected: [] } });
  });
});

describe("a dry run of rules", () => {
  interface Answer {
    readonly parcels: readonly {
      readonly packageCode: string | null;
      readonly rules: readonly { name: string; verdict: string; preference: number }[];
      readonly values: readonly { path: string; value: string | null }[];
      readonly choice: { code: string; why: string } | null;
      readonly refusal: string | null;
      readonly rejected: readonly unknown[];
    }[];
  }
  const dryRun = async (shop: Shop, body: Record<string, unknown>, facilities?: readonly FacilityId[]) => {
    const [route] = ruleDryRunRoutes;
    if (!route?.body) throw new Error("there is a route");
    const ctx = t.ctx(shop.tenantId, facilities === undefined ? {} : { facilities });
    return (await route.handle(ctx, {
      params: {},
      query: {},
      body: route.body.parse(body),
    } as never)) as Result<Answer>;
  };

  it("tells which rules hold, what conditions saw, the choice and what was passed over, and writes nothing", async () => {
    const shop = await aShop(t, { awbs: 5 });
    const road = await aPool(t, shop.tenantId, 5, { code: "ROAD" });
    must(await rule(shop, "Heavy by road", road, { condition: "package.weight > 500" }));
    const [id] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }])]);
    const [row] = await t.raw(
      'select p.code, o.code as "order" from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where shipping_package_id = $1',
      [id],
    );
    for (const wanted of [row?.code, row?.order]) {
      const [parcel] = must(await dryRun(shop, { code: wanted })).parcels;
      expect(parcel).toMatchObject({
        packageCode: row?.code,
        rules: [{ name: "Heavy by road", verdict: "HOLDS", preference: 1 }],
        choice: { code: "ROAD", why: expect.stringContaining("Heavy by road") },
        refusal: null,
      });
      expect(parcel?.values).toContainEqual({ path: "package.weight", value: "600" });
    }
    // A draft that takes the place of the first rule, and one that nobody could judge.
    const draft = {
      name: "Draft",
      criteria: "NOT_ALLOCATE",
      providerId: road,
      preference: 1,
      condition: "package.units == 2",
    };
    const [drafted] = must(await dryRun(shop, { code: row?.code, draft })).parcels;
    expect(drafted?.rules.map((r) => `${r.preference} ${r.name} ${r.verdict}`)).toEqual([
      "1 Draft HOLDS",
      "2 Heavy by road HOLDS",
    ]);
    expect(drafted?.choice?.code).not.toBe("ROAD");
    expect(code(await dryRun(shop, { code: row?.code, draft: { ...draft, condition: "order.cud" } }))).toBe(
      "CONDITION_INVALID",
    );
    expect(code(await dryRun(shop, { code: "NO-SUCH" }))).toBe("PARCEL_NOT_FOUND");
    expect(code(await dryRun(shop, { code: row?.code }, [await aFacility(t.db, shop.tenantId)]))).toBe(
      "PARCEL_NOT_FOUND",
    );
    expect((await rules(shop)).length).toBe(1);
    const [after] = await t.raw(
      "select state, awb, provider_choice from godown.shipping_package where shipping_package_id = $1",
      [id],
    );
    expect(after).toEqual({ state: "CREATED", awb: null, provider_choice: null });
  });

  it("looks at what waits of an order too, as the parcel that it would be", async () => {
    const shop = await aShop(t, { awbs: 5, stock: 1 });
    const body = aPushOrder([{ productId: shop.productId, quantity: 3 }]);
    await receive(t, shop.tenantId, shop.channelId, [body]);
    await allocate(t, shop.tenantId, shop.facilityId);
    const [row] = await t.raw("select code from godown.sale_order where tenant_id = $1", [shop.tenantId]);
    const { parcels } = must(await dryRun(shop, { code: row?.code }));
    const weights = parcels.map((p) => p.values.find((v) => v.path === "package.weight")?.value);
    expect(parcels.map((p) => p.packageCode === null)).toEqual([false, true]);
    expect(weights).toEqual(["300", "600"]);
    expect(parcels[1]?.choice?.why).toContain("preference");
  });
});
