import { createHash } from "node:crypto";
import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import { JUPITER_MONEY_CATALOGUE } from "../../connectors/jupiter-money/simulator/catalogue.ts";
import type { SourceRules } from "../../connectors/kit/index.ts";
import type { Schema } from "../../contract/types.ts";
import "../../src/app/sources.ts";
import { installSources } from "../../src/channels/index.ts";
import { type ChannelId, type FacilityId, newId, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import { type RawOrder, type Receipt, receiveOrders } from "../../src/orders/index.ts";
import { sql } from "../../src/platform/db.ts";
import { next } from "./builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";

export type PushOrder = Schema<"marketplace-inbound", "PushOrder">;

/** Products that the Jupiter Money simulator offers. */
export const JUPITER_PRODUCTS = JUPITER_MONEY_CATALOGUE;

/** A source of this test alone: Jupiter Money with other rules, or with nobody to call. */
export function aSource(
  id: string,
  over: Partial<
    Pick<
      SourceRules,
      | "channelCancel"
      | "channelCancelRule"
      | "sellerCancel"
      | "sellerCancelRule"
      | "creditNoteBy"
      | "reports"
      | "reportsOf"
      | "split"
      | "thirdPartyShipping"
    >
  > & {
    asked?: boolean;
    cancelLevel?: "order" | "item" | "quantity";
  },
): void {
  const { asked = true, cancelLevel = "quantity", ...rules } = over;
  const capabilities = { ...jupiterMoney.capabilities, cancel: { level: cancelLevel } };
  const base = { ...jupiterMoney, id, capabilities, rules: { ...jupiterMoney.rules, ...rules } };
  // What is not declared has no operation: the pair stays what the kit's types ask for.
  installSources([asked ? base : ({ ...base, capabilities: {}, operations: {} } as typeof jupiterMoney)]);
}

/** A connected Jupiter Money channel of one facility, unless said otherwise. */
export async function aChannel(
  t: TestDatabase,
  tenantId: TenantId,
  facilityIds: readonly FacilityId[],
  over: {
    code?: string;
    source?: string;
    packageType?: "FIXED" | "FLEXIBLE";
    autoVerify?: boolean;
    createOnHold?: boolean;
    state?: "CONNECTED" | "DISABLED";
    priority?: number;
    returnedOnChannelWord?: boolean;
    username?: string;
  } = {},
): Promise<ChannelId> {
  const channelId = newId<"Channel">();
  const code = over.code ?? `JUPITER_${next()}`;
  await t.db.transaction(tenantId, async (tx) => {
    await tx.run(sql`
      insert into godown.channel (tenant_id, channel_id, code, source, name, state, fields, package_type, auto_verify, create_on_hold, returned_on_channel_word, priority, created_at, connected_at)
      values (${tenantId}, ${channelId}, ${code}, ${over.source ?? "JUPITER_MONEY"}, ${code}, ${over.state ?? "CONNECTED"},
        ${JSON.stringify({ username: over.username ?? code })}::jsonb, ${over.packageType ?? "FLEXIBLE"}, ${over.autoVerify ?? true}, ${over.createOnHold ?? false},
        ${over.returnedOnChannelWord ?? false}, ${over.priority ?? 0}, ${TEST_MORNING}, ${TEST_MORNING})`);
    for (const [i, facilityId] of facilityIds.entries())
      await tx.run(sql`
        insert into godown.channel_facility (tenant_id, channel_id, facility_id, rank) values (${tenantId}, ${channelId}, ${facilityId}, ${i + 1})`);
  });
  return channelId;
}

/** A listing P<n>-V1 of the channel, mapped to a SKU unless `skuId` is null. */
export async function aListing(
  t: TestDatabase,
  tenantId: TenantId,
  channelId: ChannelId,
  skuId: SkuId | null,
  over: { productId?: string; buffer?: number; cap?: number | null; reserved?: number; disabled?: boolean } = {},
): Promise<{ listingId: string; productId: string; variantId: string }> {
  const listingId = newId<"Listing">();
  const productId = over.productId ?? `P${next()}`;
  await t.db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, buffer, cap, reserved_for_channel, disabled, created_at, updated_at)
      values (${tenantId}, ${listingId}, ${channelId}, ${`${productId}-V1`}, ${productId}, 'V1', ${`seller-${productId}`}, ${skuId}, ${skuId === null ? null : TEST_MORNING},
        ${over.buffer ?? 0}, ${over.cap ?? null}, ${over.reserved ?? 0}, ${over.disabled ?? false}, ${TEST_MORNING}, ${TEST_MORNING})`),
  );
  return { listingId, productId, variantId: "V1" };
}

/** A courier of our own; serves every pincode unless a list is given. */
export async function aProvider(
  t: TestDatabase,
  tenantId: TenantId,
  over: { code?: string; pincodes?: readonly string[]; cod?: boolean; enabled?: boolean } = {},
): Promise<string> {
  const id = newId<"ShippingProvider">();
  await t.db.transaction(tenantId, async (tx) => {
    await tx.run(sql`
      insert into godown.shipping_provider (tenant_id, shipping_provider_id, code, name, serves_everywhere, cod, enabled, created_at)
      values (${tenantId}, ${id}, ${over.code ?? `COURIER_${next()}`}, 'Test Courier', ${over.pincodes === undefined}, ${over.cod ?? true}, ${over.enabled ?? true}, ${TEST_MORNING})`);
    for (const pincode of over.pincodes ?? [])
      await tx.run(
        sql`insert into godown.provider_pincode (tenant_id, shipping_provider_id, pincode) values (${tenantId}, ${id}, ${pincode})`,
      );
  });
  return id;
}

const ADDRESS: PushOrder["shippingAddress"] = {
  name: "Asha Rao",
  addressLine1: "12 MG Road",
  city: "Bengaluru",
  state: "Karnataka",
  country: "India",
  pincode: "560001",
  phone: "9845012345",
};

export interface LineSpec {
  readonly productId: string;
  readonly quantity?: number;
  readonly price?: number;
  readonly over?: Partial<PushOrder["orderItems"][number]>;
}

/** The body of a pushed COD order of one unit at ₹899 a line, placed this morning and due tomorrow evening. */
export function aPushOrder(lines: readonly LineSpec[], over: Partial<PushOrder> = {}): PushOrder {
  const id = over.id ?? `JM-${next()}`;
  return {
    id,
    orderDate: "2026-11-20 09:00:00",
    orderStatus: "CREATED",
    sla: "2026-11-21 18:00:00",
    paymentType: "COD",
    thirdPartyShipping: false,
    orderItems: lines.map((line, i) => ({
      orderItemId: `${id}-L${i + 1}`,
      productId: line.productId,
      variantId: "V1",
      sku: `seller-${line.productId}`,
      quantity: line.quantity ?? 1,
      orderItemPrice: { sellingPrice: line.price ?? 899 },
      ...line.over,
    })),
    shippingAddress: ADDRESS,
    billingAddress: ADDRESS,
    ...over,
  };
}

export const addressWith = (over: Partial<PushOrder["shippingAddress"]>): PushOrder["shippingAddress"] => ({
  ...ADDRESS,
  ...over,
});

/** The raw order that a push of this body becomes. */
export function rawOrder(channelId: ChannelId, body: PushOrder): RawOrder {
  const read = jupiterMoney.readOrder?.(body);
  if (!read) throw new Error("Jupiter Money reads pushed orders");
  return {
    intakeId: newId<"Intake">(),
    channelId,
    via: "PUSH",
    channelOrderId: body.id,
    raw: body,
    contentHash: createHash("sha256").update(JSON.stringify(body)).digest("hex"),
    read,
  };
}

/** Receives orders in one transaction and gives their receipts, in order. */
export async function receive(
  t: TestDatabase,
  tenantId: TenantId,
  channelId: ChannelId,
  bodies: readonly PushOrder[],
): Promise<Receipt[]> {
  const raws = bodies.map((body) => rawOrder(channelId, body));
  const receipts = await t.db.transaction(tenantId, (tx) => receiveOrders(tx, t.ctx(tenantId), raws));
  return raws.map((raw) => {
    const receipt = receipts.get(raw.intakeId);
    if (!receipt) throw new Error(`order ${raw.channelOrderId} has a receipt`);
    return receipt;
  });
}
