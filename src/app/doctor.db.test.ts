import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { anEntry, stock } from "../../tests/support/inventory-builders.ts";
import { aSeries } from "../../tests/support/warehouse-builders.ts";
import { post } from "../inventory/index.ts";
import { must, newId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { takeNumbers, updateSeries } from "../warehouse/index.ts";
import { CHECKS, type Difference, doctor, examineTenant } from "./doctor.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  // So that a repeat can be planted at all: the database itself would refuse it.
  await t.raw(
    "alter table godown.invoice drop constraint invoice_tenant_id_invoice_series_id_financial_year_sequence_key",
  );
  await t.raw("drop index godown.invoice_number_once");
});
afterAll(() => t.close());

const TODAY = Temporal.PlainDate.from("2026-11-20");
const ORDER_ID = "00000000-0000-7000-8000-00000000000";

/** Ten pens, two of them blocked for an order whose package waits; three invoices, with numbers 4 and 5 left out on purpose. */
async function aWorld(): Promise<TenantId> {
  const tenantId = await aTenant(t.db);
  const ctx = t.ctx(tenantId);
  const facilityId = await aFacility(t.db, tenantId, { code: "BLR-1" });
  const skuId = await aSku(t.db, tenantId, { code: "PEN" });
  await stock(t, tenantId, facilityId, skuId, 10);
  const blocked = anEntry({ facilityId, skuId, shelfId: null, bucket: "blocked", quantity: 2, cause: "ALLOCATE" });
  must(await t.db.transaction(tenantId, (tx) => post(tx, ctx, [blocked])));
  const [channelId, packageId] = [newId(), newId()];
  await t.db.transaction(tenantId, async (tx) => {
    await tx.run(
      sql`insert into godown.channel (tenant_id, channel_id, code, source, name, created_at) values (${tenantId}, ${channelId}, 'SHOP', 'CUSTOM', 'Shop', ${TEST_MORNING})`,
    );
    for (const [n, state, total] of [
      [1, "PROCESSING", 300],
      [2, "CANCELLED", 100],
    ] as const)
      await tx.run(sql`
        insert into godown.sale_order (tenant_id, sale_order_id, channel_id, channel_order_id, code, display_code, state, third_party_shipping, package_type,
          payment_type, placed_at, dispatch_by, total_paise, created_at, updated_at)
        values (${tenantId}, ${ORDER_ID + n}, ${channelId}, ${`O${n}`}, ${`O${n}`}, ${`O${n}`}, ${state}, false, 'FIXED', 'PREPAID', ${TEST_MORNING}, ${TEST_MORNING},
          ${total}, ${TEST_MORNING}, ${TEST_MORNING})`);
    await tx.run(sql`
      insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
      values (${tenantId}, ${packageId}, ${`${ORDER_ID}1`}, ${channelId}, ${facilityId}, 'P1', 'CREATED', false, ${TEST_MORNING}, ${TEST_MORNING}, ${TEST_MORNING})`);
    for (const [order, n, state, total] of [
      [1, 1, "FULFILLABLE", 100],
      [1, 2, "FULFILLABLE", 200],
      [2, 1, "CANCELLED", 100],
    ] as const)
      await tx.run(sql`
        insert into godown.sale_order_item (tenant_id, sale_order_item_id, sale_order_id, unit_no, code, channel_order_item_id, product_id, variant_id, channel_sku,
          sku_id, state, facility_id, shipping_package_id, selling_price_paise, total_paise, cancelled_at, created_at, state_changed_at)
        values (${tenantId}, ${newId()}, ${ORDER_ID + order}, ${n}, ${`O${order}-${n}`}, '1', 'p', 'v', 's', ${skuId}, ${state}, ${facilityId},
          ${state === "FULFILLABLE" ? packageId : null}, ${total}, ${total}, ${state === "CANCELLED" ? TEST_MORNING : null}, ${TEST_MORNING}, ${TEST_MORNING})`);
  });
  const { seriesId } = await aSeries(t, tenantId, { facilityId }, { prefix: "INV-" });
  const take = (count: number) =>
    t.db.transaction(tenantId, async (tx) => {
      const numbers = must(await takeNumbers(tx, { facilityId, documentType: "SALE_INVOICE", on: TODAY }, count));
      for (const { number, sequence } of numbers) {
        const invoiceId = newId();
        await tx.run(sql`
          insert into godown.invoice (tenant_id, invoice_id, shipping_package_id, sale_order_id, facility_id, code, number, numbered_by, invoice_series_id, sequence_number,
            financial_year, state, issued_at, issued_on, cancelled_at, place_of_supply, taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, total_paise,
            document, template_version)
          values (${tenantId}, ${invoiceId}, ${packageId}, ${`${ORDER_ID}1`}, ${facilityId}, ${`C${sequence}`}, ${number}, 'SERIES', ${seriesId}, ${sequence}, 2026, 'CANCELLED',
            ${TEST_MORNING}, ${TODAY}, ${TEST_MORNING}, '29', 100, 9, 9, 0, 0, 0, 118, '{}', 1)`);
        await tx.run(sql`
          insert into godown.invoice_line (tenant_id, invoice_id, line_no, sku_id, channel_product_id, description, quantity, unit_ids, unit_price_paise, discount_paise,
            charges_paise, gst_bps, cess_bps, taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, total_paise)
          values (${tenantId}, ${invoiceId}, 1, ${skuId}, 'p-v', 'Pen', 1, ${[newId()]}::uuid[], 118, 0, 0, 1800, 0, 100, 9, 9, 0, 0, 0, 118)`);
      }
    });
  await take(3);
  must(await updateSeries(ctx, seriesId, { prefix: "INV-", nextNumber: 6, resetOnApril1: true, nextYearPrefix: null }));
  await take(2); // 6 and 7
  return tenantId;
}

const examine = (tenantId: TenantId) => examineTenant(t.services, { tenantId, code: "shop" });
/** Damage done by the database's owner, past every key. `$1` is the tenant. */
async function plant(tenantId: TenantId, damage: string): Promise<Difference[]> {
  await t.raw(`set session_replication_role = replica; ${damage.replaceAll("$1", `'${tenantId}'`)}`);
  return examine(tenantId);
}

const PLANTED: readonly [check: string, what: string, damage: string, record: string][] = [
  [
    "stock-levels",
    "a level that nobody posted",
    "update godown.stock_level set good = 11 where tenant_id = $1",
    "PEN in BLR-1, good",
  ],
  ["stock-levels", "a level that is gone", "delete from godown.stock_level where tenant_id = $1", "PEN in BLR-1, good"],
  [
    "shelf-stock",
    "a shelf that holds other than its ledger",
    "update godown.shelf_stock set quantity = 9 where tenant_id = $1",
    "PEN on BLR-1/DEFAULT, good",
  ],
  [
    "stock-levels",
    "a ledger row that is gone",
    "delete from godown.stock_ledger where tenant_id = $1 and bucket = 'good'",
    "PEN in BLR-1, good",
  ],
  [
    "blocked-stock",
    "a unit that holds stock unknown to the level",
    "update godown.sale_order_item set state = 'UNFULFILLABLE' where tenant_id = $1 and code = 'O1-2'",
    "PEN in BLR-1",
  ],
  [
    "putaway",
    "a piece that waits uncounted",
    "insert into godown.putaway_item (tenant_id, putaway_item_id, facility_id, kind, sku_id, created_at) select tenant_id, gen_random_uuid(), facility_id, 'PUTAWAY_CANCELLED_ITEM', sku_id, now() from godown.stock_level where tenant_id = $1",
    "PEN in BLR-1",
  ],
  [
    "series",
    "a gap",
    "delete from godown.invoice where tenant_id = $1 and sequence_number = 2",
    "INV- (facility BLR-1, SALE_INVOICE, 2026): invoice INV-3",
  ],
  [
    "series",
    "a gap at the start",
    "delete from godown.invoice where tenant_id = $1 and sequence_number = 1",
    "INV- (facility BLR-1, SALE_INVOICE, 2026): invoice INV-2",
  ],
  [
    "series",
    "a jump that nobody made",
    "delete from godown.series_jump where tenant_id = $1",
    "INV- (facility BLR-1, SALE_INVOICE, 2026): invoice INV-6",
  ],
  [
    "series",
    "a repeat",
    "update godown.invoice set sequence_number = 2 where tenant_id = $1 and sequence_number = 3",
    "INV- (facility BLR-1, SALE_INVOICE, 2026)",
  ],
  [
    "series",
    "a next number that was given already",
    "update godown.invoice_series set next_number = 7 where tenant_id = $1",
    "the next number",
  ],
  [
    "series",
    "a next number that skips one",
    "update godown.invoice_series set next_number = 9 where tenant_id = $1",
    "the next number",
  ],
  [
    "invoice-numbers",
    "a number printed twice",
    "update godown.invoice set number = 'INV-1' where tenant_id = $1 and sequence_number = 2",
    "INV-1 (unregistered, 2026)",
  ],
  [
    "invoice-numbers",
    "a number that is not its count",
    "update godown.invoice set number = 'INV-8' where tenant_id = $1 and sequence_number = 7",
    "INV-8",
  ],
  [
    "invoice-lines",
    "a line that is gone",
    "delete from godown.invoice_line l using godown.invoice i where l.tenant_id = $1 and i.invoice_id = l.invoice_id and i.sequence_number = 6",
    "INV-6",
  ],
  [
    "order-totals",
    "an order of another total than its units",
    "update godown.sale_order set total_paise = 301 where tenant_id = $1 and code = 'O1'",
    "O1",
  ],
  [
    "order-totals",
    "a unit of another total than its parts",
    "update godown.sale_order_item set discount_paise = 1 where tenant_id = $1 and code = 'O1-1'",
    "O1-1",
  ],
  [
    "order-states",
    "an order that is complete too early",
    "update godown.sale_order set state = 'COMPLETE' where tenant_id = $1 and code = 'O1'",
    "O1",
  ],
  [
    "order-states",
    "an order that is open after all was cancelled",
    "update godown.sale_order set state = 'CREATED' where tenant_id = $1 and code = 'O2'",
    "O2",
  ],
  [
    "order-states",
    "an order without units",
    "delete from godown.sale_order_item where tenant_id = $1 and sale_order_id = (select sale_order_id from godown.sale_order where tenant_id = $1 and code = 'O2')",
    "O2",
  ],
  [
    "packages",
    "a unit that is ahead of its package",
    "update godown.sale_order_item set state = 'PACKED' where tenant_id = $1 and code = 'O1-1'",
    "O1-1 in package P1",
  ],
  [
    "packages",
    "a unit in the package of another order",
    "update godown.shipping_package set sale_order_id = (select sale_order_id from godown.sale_order where tenant_id = $1 and code = 'O2') where tenant_id = $1",
    "O1-1 in package P1",
  ],
];

describe("the doctor", () => {
  it("finds nothing wrong with a world that only our commands made", async () => {
    expect(await examine(await aWorld())).toEqual([]);
  });

  it.each(PLANTED)("finds, under %s, %s", async (check, _what, damage, record) => {
    const found = await plant(await aWorld(), damage);
    expect(found).toContainEqual(
      expect.objectContaining({ check, tenant: "shop", record: expect.stringContaining(record) }),
    );
  });

  it("has a planted difference for each of its checks", () => {
    expect([...new Set(PLANTED.map(([check]) => check))].sort()).toEqual(CHECKS.map((c) => c.name).sort());
  });

  it("names each row in a line and ends with 1, and with 0 when all is well", async () => {
    const other = await testDatabase();
    try {
      await aTenant(other.db, { code: "clean" });
      const lines: string[] = [];
      expect(await doctor(other.services, (line) => lines.push(line))).toBe(0);
      expect(lines).toEqual([`All is well: ${CHECKS.length} checks on 1 tenant.`]);
    } finally {
      await other.close();
    }
    await plant(await aWorld(), "update godown.stock_level set good = 12 where tenant_id = $1");
    const lines: string[] = [];
    expect(await doctor(t.services, (line) => lines.push(line))).toBe(1);
    expect(lines).toContainEqual(
      expect.stringMatching(/: stock-levels: PEN in BLR-1, good: expected ledger 10, found level 12$/),
    );
  });
});
