/** A seller who reports: a shop whose registration has a user at a simulated portal, on the clock of the test's database. */

import type { ExchangeRecord, InvoicePortal } from "../../connectors/kit/index.ts";
import { saveAccount } from "../../src/e-invoice/account.ts";
import { askPortal } from "../../src/e-invoice/ask-portal.ts";
import { installInvoicePortal, onCancelWanted, onRegistered } from "../../src/e-invoice/index.ts";
import { cancelInvoice, takeIrn } from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { TestDatabase } from "./database.ts";
import { BUYER_GSTIN, SELLER_GSTIN } from "./e-invoice-cases.ts";
import { addressWith, aPushOrder, type PushOrder } from "./order-builders.ts";
import { PORTAL_ACCOUNT, type PortalScene, portalScene } from "./portal.ts";
import { aShop, packagesFor, type Shop } from "./shop-builders.ts";

export interface ReportingScene extends PortalScene {
  /** As the composition root does, with this portal: `asked` stands between the module and the portal's client. */
  /** Forgets all documents and exchanges. */
  reset(): Promise<void>;
  install(asked?: (portal: InvoicePortal) => InvoicePortal): void;
}

/** The portal's and the client's clocks are the database's. Installed for this process; closed with `close`. */
export async function reportingScene(t: TestDatabase): Promise<ReportingScene> {
  const scene = await portalScene({ clock: () => t.clock.now() });
  const exchanges: ExchangeRecord[] = [];
  const client = () =>
    scene.another({ now: () => t.clock.now(), onExchange: (_, record) => void exchanges.push(record) });
  onRegistered("INVOICE", takeIrn);
  onCancelWanted("INVOICE", cancelInvoice);
  const install = (asked: (portal: InvoicePortal) => InvoicePortal = (portal) => portal) =>
    installInvoicePortal(asked(client()));
  install();
  return {
    ...scene,
    exchanges,
    pass: (duration) => t.clock.advance(duration),
    calls: (operation) => exchanges.filter((each) => each.operation === operation).length,
    install,
    reset: async () => {
      const done = await fetch(`${scene.simulator.url}/_sim/reset`, { method: "POST" });
      if (!done.ok) throw new Error(`the portal forgets nothing: ${done.status}`);
      exchanges.length = 0;
    },
    close: async () => {
      installInvoicePortal(null);
      await scene.close();
    },
  };
}

/** A shop of the registration that the simulated portal knows, its channel with e-invoicing on, its user entered. */
export async function aReportingShop(
  t: TestDatabase,
  over: Parameters<typeof aShop>[1] & { account?: Partial<typeof PORTAL_ACCOUNT> | null } = {},
): Promise<Shop> {
  const shop = await aShop(t, { gstin: SELLER_GSTIN, ...over });
  await t.db.transaction(shop.tenantId, (tx) =>
    tx.run(sql`
      update godown.channel set gst_e_invoicing = 'YES' where tenant_id = ${shop.tenantId} and channel_id = ${shop.channelId}`),
  );
  if (over.account !== null) await enterAccount(t, shop.tenantId, over.account);
  return shop;
}

export async function enterAccount(
  t: TestDatabase,
  tenantId: TenantId,
  over: Partial<typeof PORTAL_ACCOUNT> = {},
): Promise<void> {
  const { clientId, clientSecret, username, password } = { ...PORTAL_ACCOUNT, ...over };
  const given = { gstin: SELLER_GSTIN, clientId, clientSecret, username, password };
  must(await saveAccount(t.ctx(tenantId), given, { sandbox: true }));
}

const MUMBAI = addressWith({
  name: "United Retail",
  addressLine1: "7, Fort",
  city: "Mumbai",
  state: "Maharashtra",
  pincode: "400001",
});

/** The order of a business buyer in Mumbai. */
export function aBusinessOrder(shop: Shop, over: Partial<PushOrder> = {}): PushOrder {
  return aPushOrder([{ productId: shop.productId, quantity: 2 }], {
    gstin: BUYER_GSTIN,
    shippingAddress: MUMBAI,
    billingAddress: MUMBAI,
    ...over,
  });
}

export async function businessPackages(t: TestDatabase, shop: Shop, count: number): Promise<ShippingPackageId[]> {
  return packagesFor(
    t,
    shop,
    Array.from({ length: count }, () => aBusinessOrder(shop)),
  );
}

/** The job, as a worker runs it, for the registration of the shop. */
export const askNow = (t: TestDatabase, tenantId: TenantId) => askPortal(t.ctx(tenantId), SELLER_GSTIN);

export interface StoredEInvoice {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly wish: string;
  readonly code: string | null;
  readonly words: string | null;
  readonly irn: string | null;
  readonly attempts: number;
  readonly tried: boolean;
  readonly nextAttemptAt: Temporal.Instant | null;
  readonly handed: boolean;
}

export function eInvoicesIn(t: TestDatabase, tenantId: TenantId): Promise<StoredEInvoice[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<StoredEInvoice>`
      select e_invoice_id as id, number, state, wish, code, words, irn, attempts, tried_at is not null as tried, next_attempt_at as "nextAttemptAt",
        handed_at is not null as handed from godown.e_invoice where tenant_id = ${tenantId} order by created_at, e_invoice_id`),
  );
}

export interface ParcelAndInvoice {
  readonly package: string;
  readonly number: string | null;
  readonly invoice: string | null;
}

/** State of packages with their open invoices, in the order of the ids. */
export async function parcelsIn(
  t: TestDatabase,
  tenantId: TenantId,
  ids: readonly ShippingPackageId[],
): Promise<ParcelAndInvoice[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<ParcelAndInvoice>`
      select p.state as package, i.number, i.state as invoice
      from unnest(${ids}::uuid[]) with ordinality as w(id, place)
      join godown.shipping_package p on p.tenant_id = ${tenantId} and p.shipping_package_id = w.id
      left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
      order by w.place`),
  );
}
