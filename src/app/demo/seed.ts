import type { CatalogueVariant } from "../../../connectors/kit/simulator/index.ts";
import { createSku, installStandardTaxClasses } from "../../catalog/index.ts";
import { addChannel, setCredentials } from "../../channels/index.ts";
import { createTenant, createUser } from "../../identity/index.ts";
import { adjustMany } from "../../inventory/index.ts";
import { must, ok, paise, type TenantId } from "../../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import { addAwbs, saveProvider } from "../../shipping/index.ts";
import { createFacility, gstinCheckCharacter, makeFirstFacility } from "../../warehouse/index.ts";
import { type DemoCredentials, demoPassword } from "./credentials.ts";
import { facilityIdsOf, skuCodes } from "./demo.store.ts";
import { DEMO_SHOPS, type DemoShop, EVERYWHERE, WITHOUT_SERIES } from "./shops.ts";

export const DEMO_TENANT = "demo";

const TENANT = {
  code: DEMO_TENANT,
  name: "Kaveri Retail (demo)",
  edition: "ENTERPRISE",
  sandbox: true,
  live: true,
} as const;

/** Invented places; the GSTINs have the right form and check character and belong to nobody we know of. */
export const FACILITIES = [
  {
    code: "BLR1",
    name: "Bengaluru, Hosur Road",
    line1: "14 Hosur Road",
    city: "Bengaluru",
    stateCode: "29",
    pincode: "560068",
    phone: "9800000001",
    invoicePrefix: "KA26-",
    creditNotePrefix: "KAC26-",
  },
  {
    code: "DEL1",
    name: "Delhi, Okhla",
    line1: "B-22 Okhla Phase II",
    city: "New Delhi",
    stateCode: "07",
    pincode: "110020",
    phone: "9800000002",
    invoicePrefix: "DL26-",
    creditNotePrefix: "DLC26-",
  },
  {
    // Of no channel yet: a store or a warehouse for a visitor to connect.
    code: "MUM1",
    name: "Mumbai, Bhiwandi",
    line1: "Gala 7, Mankoli Road",
    city: "Bhiwandi",
    stateCode: "27",
    pincode: "421302",
    phone: "9800000003",
    invoicePrefix: "MH26-",
    creditNotePrefix: "MHC26-",
  },
] as const;

const USERS = [
  { username: "asha", name: "Asha Rao", role: "ADMIN" },
  { username: "orders", name: "Ravi Iyer", role: "ORDER_DESK" },
  { username: "packer", name: "Meena Kumari", role: "PACKER" },
  { username: "dispatch", name: "Imran Shaikh", role: "DISPATCHER" },
  { username: "viewer", name: "Leela Nair", role: "READ_ONLY" },
] as const;

/** Tax class by the rate that the catalogue gives. */
const CLASS_OF_RATE: Readonly<Record<number, string>> = { 0: "GST_0", 300: "GST_3", 500: "GST_5", 1800: "GST_18" };

/** Makes the demo tenant: places, series, people and couriers. Done once per data directory; its shops come by `openShops`. */
export async function seedDemo(services: Services): Promise<DemoCredentials> {
  const users = USERS.map(({ username, role }) => ({ username, password: demoPassword(), role }));
  const [admin] = users;
  if (!admin) throw new Error("the demo has an administrator");
  const { tenantId } = must(
    await createTenant(
      services,
      { tenant: TENANT, admin: { name: USERS[0].name, username: admin.username, password: admin.password } },
      {
        after: async (tx, ctx) => {
          for (const facility of FACILITIES) {
            const made = await makeFirstFacility(tx, ctx, {
              ...facility,
              gstin: gstinOf(facility.stateCode),
              legalName: "Kaveri Retail Private Limited",
              upiId: "kaveri.demo@upi",
            });
            if (!made.ok) return made;
          }
          return installStandardTaxClasses(tx, ctx);
        },
      },
    ),
  );
  const ctx = systemCtx(services, tenantId, "demo", "demo-seed");
  for (const [i, user] of USERS.entries())
    if (i > 0)
      must(
        await createUser(ctx, {
          ...user,
          email: null,
          phone: null,
          roles: [{ role: user.role, facilityIds: "all" }],
          password: users[i]?.password ?? demoPassword(),
        }),
      );
  await seedCouriers(ctx);
  const facilities = [...(await facilityIdsOf(ctx)).values()].map((facilityId) => ({
    facilityId,
    channelWarehouse: null,
  }));
  must(
    await addChannel(ctx, { source: "CUSTOM", name: "Phone_orders", code: "Phone_orders", settings: { facilities } }),
  );
  return { users, sellers: [], pushKeys: {}, accounts: {}, prepared: [] };
}

/**
 * Adds the products, stock and channels of shops that are not there yet: all at the first start, later those that a newer
 * version brought.
 * @returns the credentials with those of the new channels
 */
export async function openShops(ctx: Ctx, known: DemoCredentials): Promise<DemoCredentials> {
  const there = new Set(known.sellers.map((seller) => seller.channel));
  const missing = DEMO_SHOPS.map((shop) => ({
    shop,
    channels: shop.channels.filter((channel) => !there.has(channel.name)),
  })).filter(({ channels }) => channels.length > 0);
  if (missing.length === 0) return known;
  for (const { shop } of missing) await seedProducts(ctx, shop);
  await seedPlaceWithoutSeries(ctx);
  const sellers = [...known.sellers];
  for (const { shop, channels } of missing) sellers.push(...(await seedChannels(ctx, shop, channels)));
  return { ...known, sellers };
}

/** A warehouse with goods, at which nobody has thought of invoice series yet. */
async function seedPlaceWithoutSeries(ctx: Ctx): Promise<void> {
  if ((await facilityIdsOf(ctx)).has(WITHOUT_SERIES)) return;
  const none = { email: null, bankAccount: null, bankIfsc: null, autoPutawaySplitPercent: null };
  must(
    await createFacility(ctx, {
      ...{ ...none, code: WITHOUT_SERIES, name: "Pune, Chakan (new)", line1: "Gat 212, Chakan MIDC", line2: null },
      ...{ city: "Pune", stateCode: "27", pincode: "410501", phone: "9800000004", gstin: gstinOf("27") },
      ...{ legalName: "Kaveri Retail Private Limited", zone: "Asia/Kolkata", upiId: "kaveri.demo@upi" },
      ...{ traceability: "NONE" as const, enabled: true },
    }),
  );
  await addStock(
    ctx,
    EVERYWHERE.map((sku) => ({ facility: WITHOUT_SERIES, sku, quantity: 60 })),
  );
}

/** A GSTIN of the right form: the demo's own company, unless another one's PAN is given. */
export function gstinOf(stateCode: string, pan = "AAKCK4321F"): string {
  const first = `${stateCode}${pan}1Z`;
  return `${first}${gstinCheckCharacter(first)}`;
}

async function seedCouriers(ctx: Ctx): Promise<void> {
  const common = { kind: "AWB_POOL", servesEverywhere: true, cod: true, awbLowMark: 200, enabled: true } as const;
  const express = must(
    await saveProvider(ctx, null, {
      ...common,
      code: "DEMO_EXPRESS",
      name: "Demo Express",
      trackingUrlTemplate: "https://track.example/{awb}",
      transitDays: 3,
      preference: 1,
    }),
  );
  const surface = must(
    await saveProvider(ctx, null, {
      ...common,
      code: "DEMO_SURFACE",
      name: "Demo Surface",
      trackingUrlTemplate: "https://surface.example/t/{awb}",
      transitDays: 6,
      preference: 2,
    }),
  );
  must(await addAwbs(ctx, express.providerId, { from: "DX10000001", to: "DX10020000" }));
  must(await addAwbs(ctx, surface.providerId, { from: "DS500001", to: "DS505000" }));
}

async function seedProducts(ctx: Ctx, shop: DemoShop): Promise<void> {
  const known = await skuCodes(ctx);
  const fresh = shop.catalogue.filter((v) => !known.has(v.sku));
  for (const v of fresh) must(await createSku(ctx, skuOf(v)));
  await addStock(
    ctx,
    fresh.flatMap((v, i) =>
      FACILITIES.map((facility, f) => ({
        facility: facility.code,
        sku: v.sku,
        // Most SKUs have plenty; every ninth is scarce, so that the screens show what waits for stock.
        quantity: i % 9 === 4 ? 3 + f : 120 + ((i * 37 + f * 11) % 180),
      })),
    ),
  );
}

async function addStock(
  ctx: Ctx,
  pieces: readonly { readonly facility: string; readonly sku: string; readonly quantity: number }[],
): Promise<void> {
  const adjustments = pieces.map(
    (piece) =>
      ({
        ...piece,
        type: "GOOD_INVENTORY",
        kind: "ADD",
        shelf: null,
        transferToShelf: null,
        remarks: "demo stock",
      }) as const,
  );
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    for (const adjusted of await adjustMany(tx, ctx, adjustments)) must(adjusted);
    return ok();
  });
}

function skuOf(v: CatalogueVariant) {
  const [lengthMm, widthMm, heightMm] = v.sizeMm;
  return {
    code: v.sku,
    name: v.variantTitle ? `${v.title} (${v.variantTitle})` : v.title,
    category: v.category,
    brand: v.brand,
    hsn: v.hsnCode,
    taxClass:
      v.category === "Apparel" && v.gstBasisPoints === 500
        ? "APPAREL"
        : v.category === "Footwear"
          ? "FOOTWEAR"
          : (CLASS_OF_RATE[v.gstBasisPoints] ?? "GST_18"),
    mrp: paise(v.mrpPaise),
    weightGrams: v.weightGrams,
    lengthMm,
    widthMm,
    heightMm,
    imageUrl: null,
    enabled: true,
  };
}

async function seedChannels(
  ctx: Ctx,
  shop: DemoShop,
  wanted: DemoShop["channels"],
): Promise<DemoCredentials["sellers"]> {
  const facilityIds = await facilityIdsOf(ctx);
  const sellers: DemoCredentials["sellers"] = [];
  for (const { name, username, facilities, fields } of wanted) {
    const chosen = facilities.flatMap((code) => facilityIds.get(code) ?? []);
    const settings = { facilities: chosen.map((facilityId) => ({ facilityId, channelWarehouse: null })) };
    const channel = must(await addChannel(ctx, { source: shop.simulator.source, name, code: name, settings }));
    const password = demoPassword();
    must(await setCredentials(ctx, channel.channelId, fields({ username, password })));
    sellers.push({ channel: channel.code, username, password });
  }
  return sellers;
}

/** The demo tenant of an earlier start. */
export async function demoTenant(services: Services): Promise<TenantId | null> {
  return (await services.db.tenants()).find((t) => t.code === TENANT.code)?.tenantId ?? null;
}
