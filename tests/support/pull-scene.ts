import { randomBytes } from "node:crypto";
import type { RunningSimulator, Tamper } from "../../connectors/kit/simulator/index.ts";
import { MARKETPLACE_CATALOGUE, startMarketplaceSimulator } from "../../connectors/marketplace/simulator/index.ts";
import "../../src/app/wiring.ts";
import "../../src/app/sources.ts";
import { addChannel, connectChannel, runSync, type SyncHandler, setCredentials } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { resolveException } from "../../src/exceptions/resolve.ts";
import { figureOf } from "../../src/inventory/publish/figure.ts";
import { readParts } from "../../src/inventory/publish/publish.store.ts";
import {
  type ChannelId,
  type FacilityId,
  type ListingId,
  must,
  type SaleOrderId,
  type SkuId,
  type TenantId,
} from "../../src/kernel/index.ts";
import { pullPendency } from "../../src/orders/index.ts";
import { retryWaiting } from "../../src/orders/retry-intake.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { syncOrders } from "../../src/status-sync/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { stock } from "./inventory-builders.ts";
import { aProvider } from "./order-builders.ts";

/** One thing that the simulated marketplace sells. */
export const STOLE = "BZ-STOLE-PASHMINA";
const PASSWORD = randomBytes(9).toString("base64url"); // the simulator's alone

export interface PullScene {
  readonly tenantId: TenantId;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly ctx: Ctx;
  readonly sim: RunningSimulator;
  /** Our SKUs by the code that they have there too. */
  readonly skus: ReadonlyMap<string, SkuId>;
  readonly credentials: { readonly username: string; readonly password: string };
}

/** A live tenant that is connected to a simulated plain marketplace, with stock of everything that it sells. */
export async function aPullScene(
  t: TestDatabase,
  over: {
    tamper?: Tamper;
    stock?: number;
    autoVerify?: boolean;
    skus?: readonly string[];
    createOnHold?: boolean;
  } = {},
): Promise<PullScene> {
  const username = `seller-${next()}`;
  const sim = await startMarketplaceSimulator({
    ...{ sellers: [{ username, password: PASSWORD }], clock: () => t.clock.now(), logMax: 20_000 },
    ...(over.tamper === undefined ? {} : { tamper: over.tamper }),
  });
  const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  const facilityId = await aFacility(t.db, tenantId);
  const ctx = t.ctx(tenantId, { sourceUrls: new Map([["MARKETPLACE", sim.url]]) });
  const { channelId } = must(
    await addChannel(ctx, {
      source: "MARKETPLACE",
      name: `Bazaar_${next()}`,
      settings: {
        facilities: [{ facilityId, channelWarehouse: null }],
        autoVerify: over.autoVerify ?? true,
        createOnHold: over.createOnHold ?? false,
      },
    }),
  );
  const credentials = { username, password: PASSWORD };
  must(await setCredentials(ctx, channelId, credentials));
  const tried = must(await connectChannel(ctx, channelId));
  if (!tried.connected) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
  await aProvider(t, tenantId);
  const skus = new Map<string, SkuId>();
  for (const code of over.skus ?? MARKETPLACE_CATALOGUE.map((p) => p.sku)) {
    const skuId = await aSku(t.db, tenantId, { code });
    skus.set(code, skuId);
    if ((over.stock ?? 1_000) > 0) await stock(t, tenantId, facilityId, skuId, over.stock ?? 1_000);
  }
  return { tenantId, channelId, facilityId, ctx, sim, skus, credentials };
}

export interface RunRow {
  readonly state: string;
  readonly ok: number;
  readonly failed: number;
  readonly message: string | null;
}

/** Runs a sync of the scene's channel to its end and gives its row. The time is the clock's. */
export async function runOf(
  t: TestDatabase,
  scene: PullScene,
  kind: "ORDERS" | "PENDENCY",
  trigger: "SCHEDULE" | "PERSON" = "SCHEDULE",
  handler: SyncHandler = kind === "ORDERS" ? syncOrders : pullPendency,
): Promise<RunRow> {
  const ctx = { ...scene.ctx, now: t.clock.now() };
  const wanted = { channelId: scene.channelId, kind, trigger, syncRunId: null } as const;
  const ended = await runSync(ctx, wanted, handler).catch((error: unknown) => error);
  const [row] = await t.raw<RunRow & { error?: unknown }>(
    "select state, ok_count as ok, failed_count as failed, message from godown.sync_run where channel_id = $1 and kind = $2 order by started_at desc, sync_run_id desc limit 1",
    [scene.channelId, kind],
  );
  if (!row) throw new Error(`a run was begun: ${String(ended)}`);
  return row;
}

/** The cursor of the ORDERS sync, as it is stored. */
export async function cursorOf(t: TestDatabase, scene: PullScene): Promise<unknown> {
  const [row] = await t.raw<{ cursor: unknown }>(
    "select cursor from godown.sync_state where channel_id = $1 and kind = 'ORDERS'",
    [scene.channelId],
  );
  return row?.cursor;
}

/** So many orders of one unit of the stole each, in the order in which they were placed. */
export async function placeOrders(
  scene: PullScene,
  count: number,
  over: Record<string, unknown> = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { id } = await scene.sim.placeOrder({ items: [{ sku: STOLE, quantity: 1 }], ...over });
    ids.push(id);
  }
  return ids;
}

/** Makes something happen on the marketplace's side. */
export async function there(
  scene: PullScene,
  orderId: string,
  action: string,
  wish: Record<string, unknown> = {},
): Promise<void> {
  const answer = await fetch(`${scene.sim.url}/_sim/orders/${orderId}/${action}`, {
    method: "POST",
    body: JSON.stringify(wish),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

export interface OrderRow {
  readonly id: SaleOrderId;
  readonly code: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly holdReason: string | null;
}

export function ordersOf(t: TestDatabase, scene: PullScene): Promise<OrderRow[]> {
  return t.raw<OrderRow>(
    `select sale_order_id as id, code, state, on_hold as "onHold", hold_reason as "holdReason" from godown.sale_order where tenant_id = $1 order by code`,
    [scene.tenantId],
  );
}

export interface IntakeRow {
  readonly order: string;
  readonly state: string;
  readonly code: string | null;
  readonly seen: number;
}

export function intakeOf(t: TestDatabase, scene: PullScene): Promise<IntakeRow[]> {
  return t.raw<IntakeRow>(
    `select channel_order_id as order, state, code, seen_count as seen from godown.intake where tenant_id = $1 order by received_at, channel_order_id, intake_id`,
    [scene.tenantId],
  );
}

/** Doubts that wait for a person, "KIND order". */
export async function doubtsOf(t: TestDatabase, scene: PullScene): Promise<string[]> {
  const rows = await t.raw<{ kind: string; code: string | null }>(
    "select e.kind, o.code from godown.order_exception e left join godown.sale_order o using (tenant_id, sale_order_id) where e.tenant_id = $1 and e.state = 'OPEN' order by e.kind, o.code",
    [scene.tenantId],
  );
  return rows.map((row) => `${row.kind} ${row.code}`);
}

/** Sends what waits to be told about every order. */
export async function sendAll(t: TestDatabase, scene: PullScene): Promise<void> {
  const waiting = await t.raw<{ id: SaleOrderId }>(
    "select distinct sale_order_id as id from godown.channel_notice where tenant_id = $1 and state in ('PENDING', 'UNKNOWN')",
    [scene.tenantId],
  );
  for (const { id } of waiting)
    await sendNotices({ ...scene.ctx, now: t.clock.now() }, { channelId: scene.channelId, saleOrderId: id });
}

/** How often an operation of the marketplace was called, with what each call asked for. */
export function callsOf(scene: PullScene, operation: string): { query: URLSearchParams; status: number | null }[] {
  const { calls } = scene.sim.log() as { calls: { operation: string; path: string; status: number | null }[] };
  return calls
    .filter((call) => call.operation === operation)
    .map(({ path, status }) => ({ query: new URL(path, scene.sim.url).searchParams, status }));
}

/** Settles the scene's open doubt by one of its choices. */
export async function settleDoubt(t: TestDatabase, scene: PullScene, choice: string): Promise<void> {
  const [doubt] = await t.raw<{ id: string }>(
    "select order_exception_id as id from godown.order_exception where tenant_id = $1 and state = 'OPEN'",
    [scene.tenantId],
  );
  must(await resolveException({ ...scene.ctx, now: t.clock.now() }, doubt?.id ?? "", { choice, note: null }));
}

/** Tries what waits for the scene's channel again, as the job of its hook does. */
export const retryChannel = (scene: PullScene) => retryWaiting(scene.ctx, `CHANNEL:${scene.channelId}`);

/** What the channel would be told of a SKU's listing now. */
export async function figureFor(t: TestDatabase, scene: PullScene, sku: string): Promise<number> {
  const [listing] = await t.raw<{ id: ListingId }>(
    "select listing_id as id from godown.listing where tenant_id = $1 and channel_sku = $2",
    [scene.tenantId, sku],
  );
  const [parts] = listing
    ? await t.db.read(scene.tenantId, (tx) => readParts(tx, scene.channelId, [listing.id]))
    : [undefined];
  if (!parts) throw new Error(`${sku} is listed`);
  return figureOf(parts);
}
