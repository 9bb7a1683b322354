import { afterAll, beforeAll, beforeEach } from "vitest";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { type CancelAnswer, onCancelAnswer, queueNotices } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import {
  type ChannelId,
  type FacilityId,
  ok,
  type SaleOrderItemId,
  type ShippingPackageId,
  type SkuId,
  type TenantId,
} from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { aSku, aTenant } from "./builders.ts";
import {
  aConnectedChannel,
  aJupiter,
  anOrderOnBothSides,
  aPackageRow,
  ctxWith,
  noticesOf,
  setFaults,
} from "./channel-builders.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

interface Scene {
  readonly tenantId: TenantId;
  readonly ctx: Ctx;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
}

type Order = Awaited<ReturnType<typeof anOrderOnBothSides>> & { readonly packageId: ShippingPackageId };

interface Received {
  readonly orderId: string;
  readonly statuses?: string[];
  readonly [member: string]: unknown;
}

/**
 * A database and a Jupiter Money simulator for a file of tests, and for each test a live tenant of its own that is
 * connected to it. Notices are sent by hand (`send`), so that a test decides when.
 */
export function jupiterScene() {
  let t: TestDatabase;
  let sim: RunningSimulator & { username: string };
  beforeAll(async () => {
    t = await testDatabase();
    sim = await aJupiter();
  });
  afterAll(async () => {
    await sim.close();
    await t.close();
  });

  let scene: Scene;
  let answers: CancelAnswer[];

  /** A tenant of its own, connected to the simulator. */
  async function aScene(over: { notifyOnDispatch?: boolean } = {}): Promise<Scene> {
    const tenantId = await aTenant(t.db);
    const ctx = ctxWith(t, tenantId, sim.url);
    const { channelId, facilityId } = await aConnectedChannel(ctx, sim.username, over);
    return { tenantId, ctx, channelId, facilityId, skuId: await aSku(t.db, tenantId) };
  }

  beforeEach(async () => {
    await setFaults(sim, null);
    answers = [];
    onCancelAnswer(async (_tx, _ctx, answer) => {
      answers.push(answer);
      return ok();
    });
    scene = await aScene();
  });

  async function anOrder(quantity = 1): Promise<Order> {
    const order = await anOrderOnBothSides(t, scene.ctx, sim, scene.channelId, scene.skuId, quantity);
    const packageId = await aPackageRow(t, scene.tenantId, { ...scene, saleOrderId: order.saleOrderId });
    return { ...order, packageId };
  }

  const state = (order: Order, packageState: "CREATED" | "PACKED" | "READY_TO_SHIP" | "DISPATCHED") => ({
    kind: "STATE" as const,
    ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: order.packageId },
    ...{ packageState, channelOrderItemIds: [order.lineId], courierStatus: null },
  });
  const dispatch = (order: Order) => ({
    kind: "DISPATCH" as const,
    packageNo: 1,
    ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: order.packageId },
    lines: [
      {
        channelOrderItemId: order.lineId,
        quantity: order.unitIds.length,
        rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 },
      },
    ],
    shipper: {
      ...{
        providerName: "Own couriers",
        courierName: "Bluedart",
        awb: `AWB-${order.channelOrderId}`,
        trackingUrl: "https://track.example.in/1",
      },
      ...{
        dispatchedAt: t.clock.now(),
        deliveryExpectedAt: t.clock.now().add({ hours: 96 }),
        invoiceNumber: "BLR-00001",
      },
      ...{ invoicedOn: Temporal.PlainDate.from("2026-11-20"), zone: "Asia/Kolkata" },
    },
  });
  const cancel = (order: Order, units = order.unitIds.length) => ({
    kind: "CANCEL" as const,
    ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: null },
    unitIds: order.unitIds.slice(0, units) as SaleOrderItemId[],
    lines: [
      { channelOrderItemId: order.lineId, productId: order.productId, variantId: order.variantId, quantity: units },
    ],
  });

  const queue = (...notices: Parameters<typeof queueNotices>[2]) =>
    t.db.transaction(scene.tenantId, (tx) => queueNotices(tx, scene.ctx, notices));
  const send = (order: Order) => sendNotices(scene.ctx, { channelId: scene.channelId, saleOrderId: order.saleOrderId });
  const stand = async (order: Order) =>
    (await noticesOf(t, scene.tenantId, order.saleOrderId)).map((n) => `${n.packageState ?? n.kind} ${n.state}`);

  function received(kind: "notifications" | "dispatches" | "cancellations", order: Order): Received[] {
    const list = sim.state()[kind] as Received[];
    return list.filter((entry) => entry.orderId === order.channelOrderId);
  }
  const channelState = () =>
    t.db.read(scene.tenantId, (tx) =>
      tx.one(
        sql<{
          state: string;
          reason: string | null;
        }>`select state, broken_reason as reason from godown.channel where channel_id = ${scene.channelId}`,
      ),
    );
  const openAlarms = () =>
    t.db.read(scene.tenantId, (tx) =>
      tx.run(sql<{ kind: string }>`select kind from godown.alarm where cleared_at is null`),
    );

  return {
    get t() {
      return t;
    },
    get sim() {
      return sim;
    },
    get scene() {
      return scene;
    },
    /** What was handed on of answers to cancellations. */
    get answers() {
      return answers;
    },
    ...{ anOrder, state, dispatch, cancel, queue, send, stand, received, channelState, openAlarms },
  };
}
