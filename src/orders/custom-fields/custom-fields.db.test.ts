import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../../tests/support/builders.ts";
import { aFieldScene, type FieldScene, withFields } from "../../../tests/support/custom-field-builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, packagesOf, unitsOf } from "../../../tests/support/fulfilment-builders.ts";
import { aChannel, aPushOrder, type PushOrder, rawOrder, receive } from "../../../tests/support/order-builders.ts";
import { type ChannelId, type FacilityId, must, paise, type Result, type TenantId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { sql, type Tx } from "../../platform/db.ts";
import { createCustomOrders } from "../create-custom-orders.ts";
import type { CustomOrder } from "../custom-order.ts";
import { receiveOrders } from "../receive-orders.ts";
import type { FieldDefinition } from "./custom-field.ts";
import { undefinedNames } from "./queries.ts";
import { customFieldRoutes } from "./routes.ts";
import { deleteField, saveField } from "./save-field.ts";
import { customFieldsOf } from "./sent.ts";

let t: TestDatabase;
let scene: FieldScene;
let tenantId: TenantId;
let facilityId: FacilityId;
let channelId: ChannelId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  scene = await aFieldScene(t);
  ({ tenantId, facilityId, channelId } = scene);
});

const define: FieldScene["define"] = (...of) => scene.define(...of);
const orderIdOf: FieldScene["orderIdOf"] = (code) => scene.orderIdOf(code);
const sentOf: FieldScene["sentOf"] = (code) => scene.sentOf(code);
const ask = async (
  method: string,
  path: string,
  input: { params: unknown; body?: unknown },
  over: Partial<Ctx> = {},
): Promise<Result<unknown>> => {
  const found = customFieldRoutes.find((each) => each.path === path && each.method === method);
  if (!found) throw new Error(`there is no ${method} ${path}`);
  // A route that can refuse gives a result; what is in it, its schema says.
  return (await found.handle(t.ctx(tenantId, over), { query: {}, body: {}, ...input })) as Result<unknown>;
};
/** The transaction, with a count of its statements. */
const counting = (tx: Tx) => {
  const counted = { statements: 0 };
  const plus = <Args extends readonly unknown[], R>(run: (...args: Args) => R) => {
    return (...args: Args): R => {
      counted.statements += 1;
      return run(...args);
    };
  };
  // The generic methods keep their types; only the count is added.
  const wrapped = { ...tx, run: plus(tx.run), first: plus(tx.first), one: plus(tx.one), count: plus(tx.count) } as Tx;
  return { tx: wrapped, counted };
};

describe("orders that bring custom fields", () => {
  it("keep them, and those that are defined are sent: of the order, and of each unit of a line", async () => {
    must(await define("giftNote"));
    must(await define("boxes", { kind: "WHOLE_NUMBER" }));
    must(await define("engraving", { appliesTo: "ITEM" }));
    await receive(t, tenantId, channelId, [
      withFields("O1", { giftNote: "Happy birthday", boxes: "0012", stray: "x" }, { engraving: "A.R." }),
    ]);
    expect(await sentOf("O1")).toEqual({
      order: { giftNote: "Happy birthday", boxes: "12" },
      units: [{ engraving: "A.R." }, { engraving: "A.R." }],
      packages: [],
    });
  });

  it("are made although a value fits no field; it is shown, not sent, and sent once the field takes it", async () => {
    const { customFieldId } = must(await define("boxes", { kind: "WHOLE_NUMBER", required: true }));
    const [receipt] = await receive(t, tenantId, channelId, [withFields("O1", { boxes: "a few" })]);
    expect(receipt?.state).toBe("CREATED");
    expect((await sentOf("O1")).order).toEqual({});
    const shown = must(await ask("GET", "/orders/:id/custom-fields", { params: { id: await orderIdOf("O1") } }));
    expect(shown).toMatchObject({ order: [{ name: "boxes", state: "UNFIT", value: "a few", how: "CHANNEL" }] });
    const text = { appliesTo: "ORDER", name: "boxes", label: "Boxes", kind: "TEXT", choices: [] } as const;
    const rest = { required: true, defaultValue: null, onLists: false, enabled: true };
    must(await saveField(t.ctx(tenantId), customFieldId, { ...text, ...rest }));
    expect((await sentOf("O1")).order).toEqual({ boxes: "a few" });
  });

  it("show names that nobody has defined, and send them from the moment somebody does", async () => {
    await receive(t, tenantId, channelId, [
      withFields("O1", { slot: "evening", zone: "4" }, { slot: "x" }),
      withFields("O2", { slot: "morning" }),
    ]);
    const names = () => t.db.read(tenantId, undefinedNames);
    expect((await names()).map(({ appliesTo, name }) => `${appliesTo} ${name}`)).toEqual([
      "ITEM slot",
      "ORDER slot",
      "ORDER zone",
    ]);
    expect((await sentOf("O2")).order).toEqual({});
    must(await define("slot"));
    expect((await sentOf("O2")).order).toEqual({ slot: "morning" });
    expect((await names()).map(({ appliesTo, name }) => `${appliesTo} ${name}`)).toEqual(["ITEM slot", "ORDER zone"]);
  });

  it("seen again with other custom fields are no other order: the newest word is taken, a person's stays", async () => {
    for (const name of ["giftNote", "slot", "gone"]) must(await define(name));
    await receive(t, tenantId, channelId, [withFields("O1", { giftNote: "one", slot: "morning", gone: "x" })]);
    const id = await orderIdOf("O1");
    const changes = [
      { unitId: null, name: "giftNote", value: "a person's" },
      { unitId: null, name: "gone", value: null },
    ];
    must(await ask("PUT", "/orders/:id/custom-fields", { params: { id }, body: { changes } }));
    // The hash that a push carries leaves custom fields out: tests/flows and marketplace-api prove the way over HTTP.
    const again = {
      ...rawOrder(channelId, withFields("O1", { giftNote: "two", slot: "evening", gone: "y", late: "z" })),
    };
    const first = rawOrder(channelId, withFields("O1", { giftNote: "one", slot: "morning", gone: "x" }));
    const receipts = await t.db.transaction(tenantId, (tx) =>
      receiveOrders(tx, t.ctx(tenantId), [{ ...again, contentHash: first.contentHash }]),
    );
    expect(receipts.get(again.intakeId)?.state).toBe("DUPLICATE");
    expect((await sentOf("O1")).order).toEqual({ giftNote: "a person's", slot: "evening" });
    expect(await t.db.read(tenantId, undefinedNames)).toMatchObject([{ name: "late", example: "z" }]);
  });

  it("are written in one statement, however many orders come, and name what could not be kept", async () => {
    const statementsFor = async (bodies: readonly PushOrder[]) =>
      t.db.transaction(tenantId, async (tx) => {
        const { tx: watched, counted } = counting(tx);
        await receiveOrders(
          watched,
          t.ctx(tenantId),
          bodies.map((body) => rawOrder(channelId, body)),
        );
        return counted.statements;
      });
    const one = await statementsFor([withFields("N1", { a: "1" }, { b: "2" })]);
    const many = Array.from({ length: 40 }, (_, i) => withFields(`M${i}`, { a: "1", c: "3" }, { b: "2", d: "4" }));
    expect(await statementsFor(many)).toBe(one);
    expect(await statementsFor([aPushOrder([{ productId: "P1" }], { id: "PLAIN" })])).toBe(one - 1);
    await receive(t, tenantId, channelId, [withFields("LONG", { a: "x".repeat(2001), b: "1" })]);
    const [event] = await t.raw<{ facts: unknown }>(
      `select facts from godown.order_event where tenant_id = $1 and kind = 'CUSTOM_FIELDS_LEFT_OUT'`,
      [tenantId],
    );
    expect(event?.facts).toMatchObject({ names: ["a"] });
  });
});

describe("what is sent", () => {
  it("costs one statement without definitions and two with them, however many records", async () => {
    await receive(
      t,
      tenantId,
      channelId,
      Array.from({ length: 30 }, (_, i) => withFields(`O${i}`, { a: String(i) }, { b: "1" })),
    );
    const units = await unitsOf(t, tenantId);
    const asked = { orders: [...new Set(units.map((u) => u.orderId))], units: units.map((u) => u.unitId) };
    const cost = () =>
      t.db.read(tenantId, async (tx) => {
        const { tx: watched, counted } = counting(tx);
        const found = await customFieldsOf(watched, asked);
        expect(found.size).toBe(90);
        return { statements: counted.statements, values: [...found.values()].flat().length };
      });
    expect(await cost()).toEqual({ statements: 1, values: 0 });
    must(await define("a"));
    must(await define("b", { appliesTo: "ITEM" }));
    expect(await cost()).toEqual({ statements: 2, values: 90 });
  });

  it("has a default where nothing is written, and nothing of a disabled field", async () => {
    const fragile = { kind: "YES_NO", defaultValue: "no" } as const;
    must(await define("fragile", { ...fragile, appliesTo: "PACKAGE" }));
    const { customFieldId } = must(await define("slot"));
    await receive(t, tenantId, channelId, [withFields("O1", { slot: "evening" })]);
    await allocate(t, tenantId, facilityId);
    expect(await sentOf("O1")).toMatchObject({ order: { slot: "evening" }, packages: [{ fragile: "false" }] });
    const off = { appliesTo: "ORDER", name: "slot", label: "Slot", kind: "TEXT", choices: [] } as const;
    const rest = { required: false, defaultValue: null, onLists: false, enabled: false };
    must(await saveField(t.ctx(tenantId), customFieldId, { ...off, ...rest }));
    expect((await sentOf("O1")).order).toEqual({});
  });
});

describe("a definition", () => {
  const slot = { appliesTo: "ORDER", name: "slot", label: "Slot", kind: "TEXT", choices: [] } as const;
  const rest = { required: false, defaultValue: null, onLists: false, enabled: true };

  it("that holds values keeps its name, its type and its place, and is not deleted", async () => {
    const { customFieldId } = must(await define("slot"));
    await receive(t, tenantId, channelId, [withFields("O1", { slot: "evening" })]);
    const save = (over: Partial<FieldDefinition>) =>
      saveField(t.ctx(tenantId), customFieldId, { ...slot, ...rest, ...over });
    for (const over of [{ name: "time" }, { kind: "DATE" }, { appliesTo: "PACKAGE" }] as const)
      expect(await save(over)).toMatchObject({ refusal: { code: "CUSTOM_FIELD_HAS_VALUES" } });
    must(await save({ label: "Delivery slot", enabled: false }));
    expect(await deleteField(t.ctx(tenantId), customFieldId)).toMatchObject({
      refusal: { code: "CUSTOM_FIELD_HAS_VALUES" },
    });
  });

  it("without values may become anything, and go; all of it is in the audit trail", async () => {
    const { customFieldId } = must(await define("slot"));
    must(await saveField(t.ctx(tenantId), customFieldId, { ...slot, ...rest, name: "time", kind: "DATE" }));
    must(await deleteField(t.ctx(tenantId), customFieldId));
    const audited = await t.raw<{ action: string }>(
      `select action from godown.audit_event where tenant_id = $1 and record_type = 'custom_field' order by at, audit_event_id`,
      [tenantId],
    );
    expect(audited.map((each) => each.action)).toEqual([
      "orders.custom_field_defined",
      "orders.custom_field_changed",
      "orders.custom_field_deleted",
    ]);
  });

  it("has a name of its own among its kind: case and blanks do not make another", async () => {
    must(await define("gift note"));
    expect(await define("GiftNote")).toMatchObject({ refusal: { code: "CUSTOM_FIELD_NAME_TAKEN" } });
    must(await define("GiftNote", { appliesTo: "ITEM" }));
  });

  it("of two people at once is made once", async () => {
    const results = await Promise.all(["slot", "SLOT", "s_lot"].map((name) => define(name)));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
  });

  it("keeps a choice that was taken off the list good where it was chosen", async () => {
    const colours = { kind: "CHOICE", choices: ["Red", "Blue"] } as const;
    const { customFieldId } = must(await define("colour", colours));
    await receive(t, tenantId, channelId, [withFields("O1", { colour: "red" })]);
    must(
      await saveField(t.ctx(tenantId), customFieldId, {
        ...slot,
        ...rest,
        name: "colour",
        kind: "CHOICE",
        choices: ["Blue"],
      }),
    );
    expect((await sentOf("O1")).order).toEqual({ colour: "Red" });
    const changes = [{ unitId: null, name: "colour", value: "Red" }];
    const params = { id: await orderIdOf("O1") };
    expect(await ask("PUT", "/orders/:id/custom-fields", { params, body: { changes } })).toMatchObject({
      refusal: { code: "CUSTOM_FIELD_VALUE_INVALID" },
    });
  });
});

describe("values on screen", () => {
  it("are written all or none, with who, before and after in the timeline and the audit trail", async () => {
    must(await define("slot"));
    must(await define("boxes", { kind: "WHOLE_NUMBER" }));
    must(await define("engraving", { appliesTo: "ITEM" }));
    await receive(t, tenantId, channelId, [aPushOrder([{ productId: "P1", quantity: 2 }], { id: "O1" })]);
    const [unit] = await unitsOf(t, tenantId, "O1");
    const put = async (changes: readonly unknown[]) =>
      ask("PUT", "/orders/:id/custom-fields", { params: { id: await orderIdOf("O1") }, body: { changes } });
    const good = [
      { unitId: null, name: "slot", value: " evening " },
      { unitId: unit?.unitId, name: "engraving", value: "A.R." },
    ];
    expect(await put([...good, { unitId: null, name: "boxes", value: "two" }])).toMatchObject({
      refusal: { code: "CUSTOM_FIELD_VALUE_INVALID", facts: { field: "BOXES", record: "order O1" } },
    });
    expect((await sentOf("O1")).order).toEqual({});
    expect(must(await put(good))).toEqual({ changed: 2 });
    expect(must(await put(good))).toEqual({ changed: 0 });
    expect(await sentOf("O1")).toMatchObject({ order: { slot: "evening" }, units: [{ engraving: "A.R." }, {}] });
    const events = await t.raw<{ facts: unknown }>(
      `select facts from godown.order_event where tenant_id = $1 and kind = 'CUSTOM_FIELDS_CHANGED'`,
      [tenantId],
    );
    expect(events).toHaveLength(1);
    expect(events[0]?.facts).toMatchObject({
      how: "SCREEN",
      changes: [
        { of: null, field: "slot", before: null, after: "evening" },
        { of: "O1-1", field: "engraving", before: null, after: "A.R." },
      ],
    });
    const audited = await t.raw(
      `select 1 from godown.audit_event where tenant_id = $1 and action = 'orders.custom_fields_changed'`,
      [tenantId],
    );
    expect(audited).toHaveLength(1);
  });

  it("of packages are written by the package's code, within the facilities of who writes", async () => {
    must(await define("pallet", { appliesTo: "PACKAGE" }));
    await receive(t, tenantId, channelId, [aPushOrder([{ productId: "P1" }], { id: "O1" })]);
    await allocate(t, tenantId, facilityId);
    const [parcel] = await packagesOf(t, tenantId);
    const input = { params: { code: parcel?.code }, body: { changes: [{ name: "pallet", value: "7" }] } };
    const put = (facilities: readonly FacilityId[]) =>
      ask("PUT", "/shipments/:code/custom-fields", input, { facilities });
    expect(await put([await aFacility(t.db, tenantId)])).toMatchObject({ refusal: { code: "NOT_FOUND" } });
    must(await put([facilityId]));
    expect((await sentOf("O1")).packages).toEqual([{ pallet: "7" }]);
  });
});

describe("orders that people enter", () => {
  const address = {
    ...{ name: "Asha Rao", line1: "12 MG Road", line2: null, city: "Bengaluru", state: "Karnataka", country: "India" },
    ...{ pincode: "560001", phone: "9845012345", email: null },
  };
  it("are asked for what is required, and keep what was given", async () => {
    must(await define("slot", { required: true }));
    must(await define("engraving", { appliesTo: "ITEM" }));
    const phone = await aChannel(t, tenantId, [facilityId], { code: "Phone", source: "CUSTOM" });
    const enter = async (over: Partial<CustomOrder>, line: Partial<CustomOrder["lines"][number]> = {}) => {
      const order: CustomOrder = {
        ...{ channelId: phone, code: "PH-1", placedAt: null, dispatchBy: null, paymentType: "COD", priority: 0 },
        lines: [{ sku: "PEN", quantity: 2, sellingPrice: paise(100), discount: paise(0), facility: null, ...line }],
        ...{ shippingCharges: paise(0), shippingAddress: address, billingAddress: address },
        ...{ buyerGstin: null, additionalInfo: null },
        ...over,
      };
      const [made] = await t.db.transaction(tenantId, (tx) => createCustomOrders(tx, t.ctx(tenantId), [order], "FORM"));
      return made;
    };
    expect(await enter({})).toMatchObject({ refusal: { code: "CUSTOM_FIELD_REQUIRED" } });
    const customFields = [{ name: "slot", value: "evening" }];
    expect(await enter({ customFields: [...customFields, { name: "slto", value: "x" }] })).toMatchObject({
      refusal: { code: "CUSTOM_FIELD_UNKNOWN" },
    });
    expect(await enter({ customFields }, { customFields: [{ name: "engraving", value: "A.R." }] })).toMatchObject({
      ok: true,
    });
    expect(await sentOf("PH-1")).toMatchObject({
      order: { slot: "evening" },
      units: [{ engraving: "A.R." }, { engraving: "A.R." }],
    });
  });
});

describe("the walls", () => {
  it("let nobody see or write another tenant's definitions and values", async () => {
    must(await define("slot"));
    await receive(t, tenantId, channelId, [withFields("O1", { slot: "evening" })]);
    const id = await orderIdOf("O1");
    const stranger = await aTenant(t.db);
    const seen = await t.db.read(stranger, (tx) => customFieldsOf(tx, { orders: [id] }));
    expect(seen.get(id)).toEqual([]);
    expect(await t.db.read(stranger, undefinedNames)).toEqual([]);
    const rows = await t.db.read(stranger, (tx) => tx.run(sql`select 1 from godown.custom_field_value`));
    expect(rows).toEqual([]);
    await expect(
      t.db.transaction(stranger, (tx) =>
        tx.run(sql`
          insert into godown.custom_field_value (tenant_id, sale_order_id, applies_to, name, value, written_how, written_by, written_at)
          values (${tenantId}, ${id}, 'ORDER', 'slot', 'stolen', 'SCREEN', 'x', now())`),
      ),
    ).rejects.toThrow(/row-level security/);
  });
});
