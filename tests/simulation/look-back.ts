import { join } from "node:path";
import pg from "pg";
import type { CatalogueVariant, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { startPostgres } from "../../src/platform/postgres/index.ts";
import { figuresOf } from "../support/marketplace-client.ts";
import type { OnlineSeller } from "../support/seller.ts";
import type { Kept } from "./load.ts";

const NAMED_MAX = 10;

interface Scene {
  readonly dataDir: string;
  readonly seller: OnlineSeller;
  readonly sim: RunningSimulator;
  readonly products: readonly CatalogueVariant[];
}

/** Compares what the outside was promised with what the database holds, read from outside the product. */
export async function lookBack(scene: Scene, kept: Kept): Promise<string[]> {
  const silent = { info: () => undefined, warn: () => undefined };
  const postgres = await startPostgres({ dataDir: join(scene.dataDir, "postgres"), log: silent });
  const client = new pg.Client({ connectionString: postgres.connectionString });
  try {
    await client.connect();
    const query = async <Row extends pg.QueryResultRow>(text: string) =>
      (await client.query<Row>(text, [scene.seller.tenantId])).rows;
    const orders = await query<{ id: string; orders: number; units: number }>(`
      select o.channel_order_id as id, count(distinct o.sale_order_id)::integer as orders, count(u.sale_order_item_id)::integer as units
      from godown.sale_order o left join godown.sale_order_item u using (tenant_id, sale_order_id)
      where o.tenant_id = $1 group by 1`);
    const invoices = await query<{ number: string; package: string; count: number }>(`
      select i.number, p.code as package, count(*) over (partition by i.number)::integer as count
      from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id) where i.tenant_id = $1`);
    const left = await query<{ sku: string; free: number }>(`
      select s.code as sku, (l.good - l.blocked - (
        select count(*) from godown.sale_order_item u where u.tenant_id = l.tenant_id and u.sku_id = l.sku_id
          and u.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')))::integer as free
      from godown.stock_level l join godown.sku s using (tenant_id, sku_id) where l.tenant_id = $1`);
    return [
      ...kept.wrongs,
      ...orderFaults(kept, orders),
      ...invoiceFaults(kept, invoices),
      ...figureFaults(scene, new Map(left.map(({ sku, free }) => [sku, Math.max(0, free)]))),
    ];
  } finally {
    await client.end();
    await postgres.stop();
  }
}

function orderFaults(kept: Kept, found: readonly { id: string; orders: number; units: number }[]): string[] {
  const byId = new Map(found.map((order) => [order.id, order]));
  const faults: string[] = [];
  for (const [id, units] of kept.orders) {
    const order = byId.get(id);
    if (!order) faults.push(`order ${id} was acknowledged and is not there`);
    else if (order.units !== units) faults.push(`order ${id} has ${order.units} units instead of ${units}`);
  }
  for (const { id, orders } of found) {
    if (orders !== 1) faults.push(`order ${id} is there ${orders} times`);
    if (!kept.orders.has(id) && !kept.unanswered.has(id)) faults.push(`order ${id} is there and was never pushed`);
  }
  return few(faults);
}

function invoiceFaults(kept: Kept, found: readonly { number: string; package: string; count: number }[]): string[] {
  const packages = new Map(found.map((invoice) => [invoice.number, invoice.package]));
  const lost = [...kept.invoices].filter(([code, number]) => packages.get(number) !== code);
  const repeated = found.filter((invoice) => invoice.count > 1).map((invoice) => invoice.number);
  return few([
    ...lost.map(([code, number]) => `invoice ${number} of package ${code} was answered and is not there`),
    ...repeated.map((number) => `invoice number ${number} was given more than once`),
  ]);
}

/** The figure that each account was told last, against what nobody has a claim on. */
function figureFaults({ seller, sim, products }: Scene, free: ReadonlyMap<string, number>): string[] {
  const faults = products.flatMap(({ productId, sku }) =>
    seller.channels.flatMap((channel) => {
      const told = figuresOf(sim, channel, productId).at(-1)?.quantity;
      return told === free.get(sku)
        ? []
        : [`${channel.code} was told ${told} of ${sku}, and ${free.get(sku)} are left`];
    }),
  );
  return few(faults);
}

function few(faults: readonly string[]): string[] {
  const rest = faults.length - NAMED_MAX;
  return rest > 0 ? [...faults.slice(0, NAMED_MAX), `and ${rest} more of this kind`] : [...faults];
}
