import type { ChannelId, FacilityId, SaleOrderId, TenantId } from "../../src/kernel/index.ts";
import type { FieldDefinition } from "../../src/orders/custom-fields/custom-field.ts";
import { saveField } from "../../src/orders/custom-fields/save-field.ts";
import { customFieldsOf } from "../../src/orders/custom-fields/sent.ts";
import { aFacility, aSku, aTenant } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { packagesOf, unitsOf } from "./fulfilment-builders.ts";
import { stock } from "./inventory-builders.ts";
import { aChannel, aListing, aProvider, aPushOrder, type PushOrder } from "./order-builders.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A pushed order of two pens (P1) with fields of the order and of its line, spelled as the protocols' other parts spell them. */
export function withFields(id: string, order: Fields, line: Fields = {}): PushOrder {
  const pairs = (fields: Fields) => Object.entries(fields).map(([name, value]) => ({ name, value }));
  const body = aPushOrder([{ productId: "P1", quantity: 2 }], { id });
  return {
    ...body,
    ...{ customFieldValues: pairs(order) },
    orderItems: body.orderItems.map((item) => ({ ...item, customFieldValues: pairs(line) })),
  };
}

export interface FieldScene {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  /** Defines a text field of orders that may be empty, unless said otherwise. */
  readonly define: (name: string, over?: Partial<FieldDefinition>) => ReturnType<typeof saveField>;
  readonly orderIdOf: (code: string) => Promise<SaleOrderId>;
  /** What partners are sent of an order, its units and its packages, as name and value. */
  readonly sentOf: (code: string) => Promise<{
    order: Record<string, string> | undefined;
    units: Record<string, string>[];
    packages: Record<string, string>[];
  }>;
}

/** A live tenant with a hundred pens, a courier, and a channel JM_1 that sells them as P1. */
export async function aFieldScene(t: TestDatabase): Promise<FieldScene> {
  const tenantId = await aTenant(t.db);
  const facilityId = await aFacility(t.db, tenantId, { code: "BLR" });
  const channelId = await aChannel(t, tenantId, [facilityId], { code: "JM_1" });
  const pen = await aSku(t.db, tenantId, { code: "PEN" });
  await aListing(t, tenantId, channelId, pen, { productId: "P1" });
  await stock(t, tenantId, facilityId, pen, 100);
  await aProvider(t, tenantId);
  return {
    ...{ tenantId, facilityId, channelId },
    define: (name, over = {}) =>
      saveField(t.ctx(tenantId), null, {
        ...{ appliesTo: "ORDER", name, label: name.toUpperCase(), kind: "TEXT", choices: [] },
        ...{ required: false, defaultValue: null, onLists: false, enabled: true },
        ...over,
      }),
    orderIdOf: async (code) => {
      const [unit] = await unitsOf(t, tenantId, code);
      if (!unit) throw new Error(`there is no order ${code}`);
      return unit.orderId;
    },
    sentOf: async (code) => {
      const units = await unitsOf(t, tenantId, code);
      const packages = (await packagesOf(t, tenantId)).filter((each) => each.order === code).map((each) => each.id);
      const orders = [...new Set(units.map((unit) => unit.orderId))];
      const found = await t.db.read(tenantId, (tx) =>
        customFieldsOf(tx, { orders, units: units.map((unit) => unit.unitId), packages }),
      );
      const flat = (ids: readonly string[]) =>
        ids.map((id) => Object.fromEntries((found.get(id) ?? []).map(({ name, value }) => [name, value])));
      return { order: flat(orders)[0], units: flat(units.map((unit) => unit.unitId)), packages: flat(packages) };
    },
  };
}
