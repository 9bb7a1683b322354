import { addShelves, createCount } from "../../cycle-counts/index.ts";
import {
  createGatepass,
  type GatepassHeader,
  issueGatepass,
  type LineInput,
  setLines,
} from "../../gatepasses/index.ts";
import { adjustMany } from "../../inventory/index.ts";
import { type FacilityId, localDate, must, newId, ok, paise, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { approvePurchaseOrder, createPurchaseOrder, saveVendor, saveVendorItem } from "../../purchasing/index.ts";
import { addReturnRoute } from "../../returns/index.ts";
import {
  createSeries,
  createShelf,
  type DocumentType,
  type ShelfTypeId,
  saveShelfType,
} from "../../warehouse/index.ts";
import { demoChannels, facilityIdsOf } from "./demo.store.ts";
import { FACILITIES, gstinOf } from "./seed.ts";

const ZONE = "Asia/Kolkata";

/** Series beside those of sale invoices and credit notes, which a facility has from its first moment: "KA" and "G" make KAG26-. */
const SERIES: readonly (readonly [DocumentType, string])[] = [
  ["GATEPASS_INVOICE", "G"],
  ["GATEPASS_RETURN_INVOICE", "GR"],
  ["DELIVERY_CHALLAN", "D"],
  ["PURCHASE_INVOICE", "P"],
  ["PURCHASE_RETURN_INVOICE", "PR"],
];

const SHELF_TYPES = [
  { code: "BIN", lengthMm: 600, widthMm: 400, heightMm: 300, capacity: 40 },
  { code: "PALLET", lengthMm: 1200, widthMm: 1000, heightMm: 1500, capacity: null },
] as const;

const SHELVES = [
  { code: "A-01", section: "Apparel", type: "BIN" },
  { code: "A-02", section: "Apparel", type: "BIN" },
  { code: "B-01", section: "Household", type: "PALLET" },
  { code: "QC-01", section: "Rejects", type: "PALLET" },
] as const;

/** Facilities with shelves of their own, and what lies on them. */
const SHELVED = ["BLR1", "DEL1"] as const;
const ON_SHELVES = [
  { sku: "JAI-KURTA-BLK-M", shelf: "A-01", quantity: 30 },
  { sku: "JAI-KURTA-BLK-L", shelf: "A-02", quantity: 25 },
  { sku: "MILTON-FLASK-1L", shelf: "B-01", quantity: 60 },
] as const;

const VENDOR = {
  code: "SAHYADRI",
  name: "Sahyadri Textiles LLP",
  line1: "Plot 41, Ring Road Textile Market",
  line2: null,
  city: "Surat",
  stateCode: "24",
  pincode: "395002",
  gstin: gstinOf("24", "AAFFS2468K"),
  contact: "Nilesh Patel",
  phone: "9800000024",
  email: "orders@sahyadri.example",
  paymentDays: 30,
  enabled: true,
} as const;

/** What the vendor offers, in rupees without tax. */
const OFFERS = [
  { sku: "JAI-KURTA-IND-M", vendorSku: "STX-8003-IM", rupees: 480 },
  { sku: "JAI-KURTA-BLK-M", vendorSku: "STX-8003-BM", rupees: 480 },
  { sku: "JAI-KURTA-BLK-L", vendorSku: "STX-8003-BL", rupees: 495 },
] as const;

/** One order that is ready to be received (its first SKU is the scarce one) and one that waits for approval. */
const PURCHASES = [
  { facility: "BLR1", approved: true, lines: { "JAI-KURTA-IND-M": 60, "JAI-KURTA-BLK-M": 40 } },
  { facility: "DEL1", approved: false, lines: { "JAI-KURTA-BLK-L": 80 } },
] as const;

/**
 * What a warehouse has beside its orders: series for every paper, shelves, a vendor with two purchase orders, where AJIO's
 * returns go, a shelf count that is planned, goods on their way to another facility, and samples that were lent. Takes what
 * an earlier, cut off attempt left.
 */
export async function seedGoods(ctx: Ctx): Promise<void> {
  const facilities = await facilityIdsOf(ctx);
  await seedSeries(ctx, facilities);
  await seedShelves(ctx, facilities);
  await seedPurchases(ctx, facilities);
  await mapReturns(ctx, facilities);
  await planCount(ctx, idOf(facilities, "BLR1"));
  await sendGoods(ctx, facilities);
}

type Facilities = ReadonlyMap<string, FacilityId>;

function idOf(facilities: Facilities, code: string): FacilityId {
  const id = facilities.get(code);
  if (id === undefined) throw new Error(`the demo has a facility ${code}`);
  return id;
}

/** Takes what is there already, by this refusal, for made. */
export function madeOrThere(result: Result<unknown>, there: string): void {
  if (result.ok || result.refusal.code !== there) must(result);
}

async function seedSeries(ctx: Ctx, facilities: Facilities): Promise<void> {
  for (const { code, invoicePrefix } of FACILITIES)
    for (const [documentType, letters] of SERIES) {
      const prefix = (year: number) => `${invoicePrefix.slice(0, 2)}${letters}${year}-`;
      const series = await createSeries(ctx, {
        ...{ owner: { facilityId: idOf(facilities, code) }, documentType, prefix: prefix(26), nextNumber: 1 },
        ...{ resetOnApril1: true, nextYearPrefix: prefix(27) },
      });
      madeOrThere(series, "SERIES_EXISTS");
    }
}

async function seedShelves(ctx: Ctx, facilities: Facilities): Promise<void> {
  const types = new Map<string, ShelfTypeId>();
  for (const type of SHELF_TYPES) types.set(type.code, must(await saveShelfType(ctx, null, type)).shelfTypeId);
  for (const facility of SHELVED)
    for (const { code, section, type } of SHELVES) {
      const facilityId = idOf(facilities, facility);
      must(await createShelf(ctx, { facilityId, code, section, shelfTypeId: types.get(type) ?? null }));
    }
  const moves = SHELVED.flatMap((facility) =>
    ON_SHELVES.map(({ sku, shelf, quantity }) => ({
      ...{ facility, sku, quantity, shelf: null, transferToShelf: shelf, remarks: "demo stock" },
      ...{ type: "GOOD_INVENTORY" as const, kind: "TRANSFER" as const },
    })),
  );
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    for (const moved of await adjustMany(tx, ctx, moves)) must(moved);
    return ok();
  });
}

async function seedPurchases(ctx: Ctx, facilities: Facilities): Promise<void> {
  const { vendorId } = must(await saveVendor(ctx, null, VENDOR));
  for (const { sku, vendorSku, rupees } of OFFERS)
    must(
      await saveVendorItem(ctx, vendorId, {
        ...{ sku, vendorSku, unitPrice: paise(rupees * 100), minimumQuantity: 20, leadTimeDays: 9 },
      }),
    );
  const prices = new Map<string, number>(OFFERS.map(({ sku, rupees }) => [sku, rupees]));
  for (const { facility, approved, lines } of PURCHASES) {
    const { purchaseOrderId } = must(
      await createPurchaseOrder(ctx, newId<"PurchaseOrder">(), {
        ...{ vendorId, facilityId: idOf(facilities, facility), remarks: null },
        expectedOn: localDate(ctx.now, ZONE).add({ days: approved ? 1 : 9 }),
        lines: Object.entries(lines).map(([sku, quantity]) => ({
          ...{ sku, quantity, unitPrice: paise((prices.get(sku) ?? 0) * 100), taxClass: null },
        })),
      }),
    );
    if (approved) must(await approvePurchaseOrder(ctx, purchaseOrderId));
  }
}

/** What AJIO's parcels of Delhi turn back with comes to Bengaluru; its customers' returns stay where they were sent from. */
async function mapReturns(ctx: Ctx, facilities: Facilities): Promise<void> {
  const channels = await demoChannels(ctx, ctx.tenantId);
  const channel = channels.find(({ code }) => code === "AJIO_Dropship_2");
  if (!channel) return; // a visitor may have no such channel any more
  const [dispatchFacilityId, returnFacilityId] = [idOf(facilities, "DEL1"), idOf(facilities, "BLR1")];
  const { channelId } = channel;
  const route = await addReturnRoute(ctx, { channelId, dispatchFacilityId, kind: "RTO", returnFacilityId });
  madeOrThere(route, "RETURN_ROUTE_EXISTS");
}

async function planCount(ctx: Ctx, facilityId: FacilityId): Promise<void> {
  const targetOn = localDate(ctx.now, ZONE).add({ days: 2 });
  const note = "Apparel shelves before the sale";
  const { cycleCountId } = must(await createCount(ctx, { facilityId, targetOn, note }));
  must(await addShelves(ctx, { cycleCountId, subCount: "Apparel", choice: { codes: ["A-01", "A-02"] } }));
}

/** Two gatepasses that are out: flasks on their way from Bengaluru to Delhi on an invoice, kurtas lent on a challan. */
async function sendGoods(ctx: Ctx, facilities: Facilities): Promise<void> {
  const from = { facilityId: idOf(facilities, "BLR1"), vendorInvoice: null };
  await hand(
    ctx,
    {
      ...{ ...from, type: "STOCK_TRANSFER", purpose: "Flasks for the northern winter", reference: "TR-118" },
      ...{ toFacilityId: idOf(facilities, "DEL1"), party: null },
    },
    { sku: "MILTON-FLASK-1L", inventoryType: "good", shelf: "B-01", quantity: 12, price: paise(620_00) },
  );
  await hand(
    ctx,
    {
      ...{ ...from, type: "RETURNABLE", purpose: "Catalogue photographs", reference: null, toFacilityId: null },
      party: {
        ...{ name: "Studio Lekha", line1: "8 Church Street", line2: null, city: "Bengaluru", stateCode: "29" },
        ...{ pincode: "560001", gstin: null, phone: "9800000029" },
      },
    },
    { sku: "JAI-KURTA-BLK-L", inventoryType: "good", shelf: "A-02", quantity: 2, price: paise(495_00) },
  );
}

async function hand(ctx: Ctx, header: GatepassHeader, line: LineInput): Promise<void> {
  const { gatepassId } = must(await createGatepass(ctx, { ...header, gatepassId: newId<"Gatepass">() }));
  must(await setLines(ctx, gatepassId, [line]));
  must(await issueGatepass(ctx, gatepassId));
}
