import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { amazonAccount, startAmazonSimulator } from "../../connectors/amazon/simulator/index.ts";
import { startFlipkartSimulator } from "../../connectors/flipkart/simulator/index.ts";
import type { PushRecord, RunningSimulator, SimOrder } from "../../connectors/kit/simulator/index.ts";
import { snapdealFields, snapdealSimulator } from "../../connectors/snapdeal/simulator/index.ts";
import { issueHook } from "../../src/channels/hook.ts";
import { addChannel, connectChannel, setCredentials } from "../../src/channels/index.ts";
import { type ChannelId, must, type TenantId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aFacility, aSku, aTenant } from "../support/builders.ts";
import { waitFor } from "../support/wait.ts";

/** Pushes over real HTTP to a running application. No schedule runs for these channels: what comes, a push brought. */
describe("a marketplace that wakes us", () => {
  const username = "wake-up-seller";
  const password = "a password of the simulator";
  const LOCATION = "LOC7a1b2c3d";
  let app: TestApp;
  const sims: Record<string, RunningSimulator> = {};
  beforeAll(async () => {
    const sellers = [{ username, password }];
    sims.FLIPKART = await startFlipkartSimulator({ sellers, warehouses: [LOCATION] });
    sims.AMAZON = await startAmazonSimulator({ sellers, pace: { pendingMs: 0, lateMs: 0, applyMs: 0, workMs: 0 } });
    sims.SNAPDEAL = await snapdealSimulator.start({ sellers });
    const urls = Object.entries(sims).map(([source, { url }]) => `${source}=${url}`);
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: urls.join(",") } });
  });
  afterEach(() => Promise.all(Object.keys(sims).map((source) => control(source, "/_sim/faults", {}))));
  afterAll(async () => {
    await app.close();
    await Promise.all(Object.values(sims).map((sim) => sim.close()));
  });

  const simOf = (source: string): RunningSimulator => {
    const sim = sims[source];
    if (!sim) throw new Error(`${source} is simulated`);
    return sim;
  };
  async function control(source: string, path: string, body: object): Promise<void> {
    const answer = await fetch(`${simOf(source).url}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  interface Scene {
    readonly ctx: Ctx;
    readonly tenantId: TenantId;
    readonly channelId: ChannelId;
    /** What the seller gives to his marketplace. */
    readonly url: string;
  }

  /** A connected channel, its schedules off, its address registered with the marketplace. */
  async function woken(source: string, fields: Readonly<Record<string, string>>, sku: string): Promise<Scene> {
    const tenantId = await aTenant(app.db);
    const facilityId = await aFacility(app.db, tenantId, { code: "BLR1" });
    await aSku(app.db, tenantId, { code: sku });
    const ctx = app.ctx(tenantId);
    const settings = { facilities: [{ facilityId, channelWarehouse: null }] };
    const { channelId } = must(await addChannel(ctx, { source, name: source, settings }));
    must(await setCredentials(ctx, channelId, fields));
    const tried = must(await connectChannel(ctx, channelId));
    expect(tried.steps.filter((step) => step.state === "FAILED")).toEqual([]);
    await app.raw("update godown.sync_state set enabled = false, next_run_at = null where channel_id = $1", [
      channelId,
    ]);
    const { url } = must(await issueHook(ctx, channelId));
    simOf(source).setTarget({ url, headers: {} });
    return { ctx, tenantId, channelId, url };
  }
  const flipkart = () => {
    const locations = JSON.stringify({ [LOCATION]: "BLR1" });
    return woken("FLIPKART", { appId: username, appSecret: password, locations }, "MILTON-BOTTLE-1L-SLV");
  };
  const placed = async (source: string, sku: string) => {
    const { id } = await simOf(source).placeOrder({ items: [{ sku, quantity: 1 }] });
    return id;
  };
  const pushesOf = (source: string, id: string): readonly PushRecord[] => {
    const orders = simOf(source).state().orders as readonly SimOrder[]; // the shape that simulators promise
    return orders.find((order) => order.id === id)?.pushes ?? [];
  };
  const orderOf = async ({ tenantId }: Scene, channelOrderId: string) => {
    const rows = await app.raw<{ state: string }>(
      "select state from godown.sale_order where tenant_id = $1 and channel_order_id = $2",
      [tenantId, channelOrderId],
    );
    return rows[0]?.state;
  };
  const keptOf = ({ tenantId }: Scene) =>
    app.raw<{ kind: string; times: number; open: boolean }>(
      "select kind, times, handled_at is null as open from godown.wake_up where tenant_id = $1 order by received_at, key",
      [tenantId],
    );
  const operationsOf = async ({ tenantId }: Scene) =>
    (
      await app.raw<{ operation: string }>(
        "select operation from godown.exchange where tenant_id = $1 order by at, exchange_id",
        [tenantId],
      )
    ).map((row) => row.operation);
  const settled = (scene: Scene) =>
    waitFor("all pushes to be looked at", async () => (await keptOf(scene)).every(({ open }) => !open));

  it("Flipkart's signed notification brings the order and later its cancellation, both read by its id", async () => {
    const scene = await flipkart();
    const before = (await operationsOf(scene)).length;
    const id = await placed("FLIPKART", "MILTON-BOTTLE-1L-SLV");
    expect(pushesOf("FLIPKART", id)).toMatchObject([{ status: 200, error: null }]);
    await waitFor("the order", () => orderOf(scene, id));
    await settled(scene);
    const asked = (await operationsOf(scene)).slice(before);
    expect(asked).toContain("readOrders/getShipments");
    expect(asked.join()).not.toContain("filterShipments");
    await control("FLIPKART", `/_sim/orders/${id}/cancel`, { reason: "buyerCancellation" });
    await waitFor("its cancellation", async () => (await orderOf(scene, id)) === "CANCELLED");
  });

  it("a notification that comes twice is answered twice and looked at once", async () => {
    const scene = await flipkart();
    await control("FLIPKART", "/_sim/faults", { kind: "twice", operation: "receiveNotification" });
    const id = await placed("FLIPKART", "MILTON-BOTTLE-1L-SLV");
    expect(pushesOf("FLIPKART", id)).toMatchObject([{ status: 200 }, { status: 200 }]);
    await waitFor("the order", () => orderOf(scene, id));
    await settled(scene);
    expect(await keptOf(scene)).toEqual([{ kind: "LOOK", times: 2, open: false }]);
    const reads = (await operationsOf(scene)).filter((operation) => operation === "readOrders/getShipments");
    expect(reads).toHaveLength(1);
    const orders = await app.raw("select 1 from godown.sale_order where tenant_id = $1", [scene.tenantId]);
    expect(orders).toHaveLength(1);
  });

  it("forged ones are refused and leave nothing: another's signature, a signature for another address, none", async () => {
    const scene = await flipkart();
    simOf("FLIPKART").setTarget(null);
    const id = await placed("FLIPKART", "MILTON-BOTTLE-1L-SLV");
    const body = { shipmentId: id, eventType: "shipment_created", source: "flipkart", version: "v3" };
    const signature = { x_date: new Date().toUTCString(), x_authorization: "FKLOGIN Zm9yZ2VkOmZvcmdlZA==" };
    const post = async (headers: Record<string, string>, url = scene.url) => {
      const content = { ...body, timestamp: "2026-11-20T10:00:00+05:30", attributes: {} };
      const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(content) });
      return [answer.status, await answer.text()];
    };
    expect(await post(signature)).toEqual([401, expect.stringContaining("signature")]);
    expect(await post({})).toEqual([401, expect.stringContaining("X_Authorization")]);
    expect(await post(signature, `${scene.url}x`)).toEqual([404, expect.stringContaining("Nobody is woken")]);
    // Signed rightly, for another channel of the same application.
    const other = await flipkart();
    simOf("FLIPKART").setTarget({ url: other.url, headers: {} });
    const caught = await placed("FLIPKART", "MILTON-BOTTLE-1L-SLV");
    await waitFor("the other channel's order", () => orderOf(other, caught));
    expect(await keptOf(scene)).toEqual([]);
    expect(await orderOf(scene, id)).toBeUndefined();
    expect(await orderOf(scene, caught)).toBeUndefined();
  });

  it("Amazon's ORDER_CHANGE brings the order it names without a search; without the channel's key it is refused", async () => {
    const { hookKey, ...fields } = amazonAccount({ username, password });
    const scene = await woken("AMAZON", { ...fields, hookKey }, "MIXER-GRINDER-750W");
    const before = (await operationsOf(scene)).length;
    const id = await placed("AMAZON", "MIXER-GRINDER-750W");
    expect(pushesOf("AMAZON", id)).toMatchObject([{ status: 200 }]);
    await waitFor("the order", () => orderOf(scene, id));
    const asked = (await operationsOf(scene)).slice(before);
    expect(asked).toContain("readOrders/getOrder");
    expect(asked.join()).not.toContain("searchOrders");
    await control("AMAZON", "/_sim/faults", { kind: "401", operation: "receiveOrderChange" });
    const unproved = await placed("AMAZON", "MIXER-GRINDER-750W");
    expect(pushesOf("AMAZON", unproved)).toMatchObject([{ status: 401 }]);
    await settled(scene);
    expect(await orderOf(scene, unproved)).toBeUndefined();
  });

  it("Snapdeal's subscription is confirmed at the address that it names, and a notice has its lists read now", async () => {
    const scene = await woken("SNAPDEAL", { ...snapdealFields({ password }) }, "SUITE");
    await control("SNAPDEAL", "/_sim/sns/subscribe", {});
    const confirmed = await waitFor("the confirmation", () => {
      const at = simOf("SNAPDEAL").state().subscriptionsConfirmed as readonly string[];
      return at.length > 0 ? at : undefined;
    });
    expect(confirmed).toHaveLength(1);
    await settled(scene);
    await simOf("SNAPDEAL").placeOrder();
    await settled(scene);
    const due = await app.raw<{ kind: string }>(
      "select kind from godown.sync_state where channel_id = $1 and next_run_at <= now() order by kind",
      [scene.channelId],
    );
    expect(due.map(({ kind }) => kind)).toEqual(["ORDERS", "STATUS_CANCELLED", "STATUS_DELIVERED"]);
    expect((await keptOf(scene)).map(({ kind }) => kind)).toEqual(["CONFIRM", "LOOK"]);
  });
});
