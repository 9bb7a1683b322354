import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aSku, aTenant } from "../../../tests/support/builders.ts";
import { aConnectedChannel, aJupiter, ctxWith, setFaults } from "../../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import { aListing, aPushOrder, JUPITER_PRODUCTS, receive } from "../../../tests/support/order-builders.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { markDirty } from "../../channels/index.ts";
import type { ChannelId, FacilityId, SkuId, TenantId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { type Db, sql } from "../../platform/db.ts";
import { pushInventory, pushInventoryByJob } from "./push.handler.ts";
import { resumePushes } from "./resume-pushes.ts";

let t: TestDatabase;
let jupiter: Awaited<ReturnType<typeof aJupiter>>;
let tenantId: TenantId;
let ctx: Ctx;
let channelId: ChannelId;
let facilityId: FacilityId;
let pen: SkuId;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  jupiter = await aJupiter();
  tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  ctx = ctxWith(t, tenantId, jupiter.url);
  ({ channelId, facilityId } = await aConnectedChannel(ctx, jupiter.username));
  pen = await aSku(t.db, tenantId);
  return () => jupiter.close();
});

/** One variant of each. */
const PRODUCTS = [...new Map(JUPITER_PRODUCTS.map((each) => [each.productId, each])).values()];

function product(n: number) {
  const found = PRODUCTS[n];
  if (!found) throw new Error(`the simulator offers product ${n}`);
  return found;
}
/** The listing of a product that the simulator offers. */
async function listed(n: number): Promise<string> {
  const { productId, variantId } = product(n);
  const { listingId } = await aListing(t, tenantId, channelId, pen, { productId });
  await t.raw("update godown.listing set variant_id = $2, channel_product_id = $3 where listing_id = $1", [
    ...[listingId, variantId, `${productId}-${variantId}`],
  ]);
  await t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }));
  return listingId;
}
const put = (quantity: number) => stock(t, tenantId, facilityId, pen, quantity);
const push = (over: Partial<Ctx> = {}) => pushInventory({ ...ctx, ...over }, channelId);
const pushByJob = (over: Partial<Ctx> = {}) => pushInventoryByJob({ ...ctx, ...over }, channelId);
const unreachable = () => ctxWith(t, tenantId, "http://127.0.0.1:1");
const held = (n: number): number | undefined =>
  (jupiter.state().stock as Record<string, { quantity: number }>)[product(n).productId]?.quantity;
const told = (listingId: string) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ published: number | null; outcome: string | null; dirty: boolean }>`
      select l.published, l.publish_outcome as outcome, exists (select from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.listing_id = l.listing_id) as dirty
      from godown.listing l where l.tenant_id = ${tenantId} and l.listing_id = ${listingId}`),
  );
async function sell(n: number, quantity: number): Promise<void> {
  const { productId, variantId } = product(n);
  await receive(t, tenantId, channelId, [await aPushOrder([{ productId, quantity, over: { variantId } }])]);
}

/** A database that writes nothing any more for as long as `broken` says so. */
function breaking(broken: () => boolean): Db {
  return new Proxy(t.db, {
    get(db, name) {
      if (name === "transaction" && broken()) return () => Promise.reject(new Error("the process ended"));
      const value: unknown = Reflect.get(db, name);
      return typeof value === "function" ? value.bind(db) : value;
    },
  });
}

describe("a push that breaks off between the channel's answer and its writing", () => {
  let listingId: string;

  /** The channel holds 5, here stands 0, and 0 is right again before anybody tells anything. */
  async function brokenOff(run: typeof push, broken: () => boolean): Promise<void> {
    listingId = await listed(0);
    await push();
    expect(await told(listingId)).toEqual({ published: 0, outcome: "ACCEPTED", dirty: false });
    await put(5);
    await expect(run({ db: breaking(broken) })).rejects.toThrow("the process ended");
    expect([held(0), (await told(listingId)).published]).toEqual([5, 0]);
    await sell(0, 5);
  }

  it("is made up for when its process was killed: the figure is told though it is the one that stands here", async () => {
    await brokenOff(pushByJob, () => held(0) === 5);
    expect(await pushByJob()).toBe("done");
    expect(held(0)).toBe(0);
    expect(await told(listingId)).toEqual({ published: 0, outcome: "ACCEPTED", dirty: false });
  });

  it("is made up for at once when only its writing failed", async () => {
    let failures = 1;
    await brokenOff(push, () => held(0) === 5 && failures-- > 0);
    expect(await push()).toBe("done"); // no lease of the other is waited for
    expect(held(0)).toBe(0);
  });

  it("is in doubt for as long as the channel cannot be reached", async () => {
    await brokenOff(pushByJob, () => held(0) === 5);
    expect(await pushInventoryByJob(unreachable(), channelId)).toMatchObject({ retry: expect.any(String) });
    expect(await told(listingId)).toEqual({ published: 0, outcome: "UNKNOWN", dirty: true });
    // A judgement of an older figure, read meanwhile, says nothing of what was told since.
    await t.raw("update godown.listing set publish_outcome = 'ACCEPTED' where listing_id = $1", [listingId]);
    expect(await pushByJob()).toBe("done");
    expect(held(0)).toBe(0);
  });

  it("leaves no doubt where one ends as it should, or is under way", async () => {
    await put(3);
    listingId = await listed(0);
    await pushInventoryByJob(unreachable(), channelId);
    await pushByJob();
    await setFaults(jupiter, { kind: "late", operation: "updateInventory", delayMs: 400, count: 1 });
    await put(1);
    const pushing = pushByJob();
    await waitFor("the channel has the figure", () => held(0) === 4);
    expect(await told(listingId)).toEqual({ published: 3, outcome: "ACCEPTED", dirty: true });
    await pushing;
    expect(await told(listingId)).toEqual({ published: 4, outcome: "ACCEPTED", dirty: false });
  });
});

describe("a channel that refuses a whole call for one figure in it", () => {
  /** Jupiter behind a door that refuses any stock call which names one of these products. */
  async function choosy(bad: readonly number[]) {
    const calls: string[][] = [];
    const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = await text(request);
      const { "content-length": _, host: __, connection: ___, ...headers } = request.headers as Record<string, string>;
      const named = PRODUCTS.map(({ productId }) => productId).filter((id) => body.includes(`"${id}"`));
      if (named.length > 0) calls.push(named);
      if (bad.some((n) => named.includes(product(n).productId))) {
        const errors = [{ code: "INVALID_HSN", message: "hsnCode is not valid" }];
        return void response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ errors }));
      }
      const { method = "GET", url = "/" } = request;
      const answer = await fetch(`${jupiter.url}${url}`, { method, headers, ...(body === "" ? {} : { body }) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    };
    const server = createServer((request, response) => void pass(request, response));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { calls, ctx: ctxWith(t, tenantId, url), [Symbol.dispose]: () => void server.close() };
  }
  const words = async () =>
    (
      await t.raw<{ message: string | null }>(
        "select publish_message as message from godown.listing where tenant_id = $1 and publish_outcome = 'REFUSED'",
        [tenantId],
      )
    ).map((row) => row.message);

  it("is told all others; that one is shown as refused, with its words, and told again at its next change", async () => {
    await put(5);
    const ids: string[] = [];
    for (let n = 0; n < 8; n++) ids.push(await listed(n));
    using door = await choosy([2]);
    expect(await pushInventory(door.ctx, channelId)).toBe("done");
    expect(ids.map((_, n) => held(n))).toEqual([5, 5, undefined, 5, 5, 5, 5, 5]);
    expect(door.calls.map((call) => call.length)).toEqual([8, 4, 2, 2, 1, 1, 4]);
    expect(await told(ids[2] ?? "")).toEqual({ published: null, outcome: "REFUSED", dirty: false });
    expect(await words()).toEqual(["hsnCode is not valid"]);
    await t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }));
    expect(await push()).toBe("done");
    expect(await told(ids[2] ?? "")).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("is not asked about the same figure for ever where it stands alone", async () => {
    const listingId = await listed(0);
    using door = await choosy([0]);
    expect(await pushInventory(door.ctx, channelId)).toBe("done");
    expect(door.calls).toHaveLength(1);
    expect(await told(listingId)).toEqual({ published: null, outcome: "REFUSED", dirty: false });
  });

  it("is told everything later, and not figure by figure, where nobody was reached", async () => {
    await put(5);
    const ids = [await listed(0), await listed(1)];
    expect(await pushInventory(unreachable(), channelId)).toMatchObject({ retry: expect.any(String) });
    for (const id of ids) expect(await told(id)).toEqual({ published: null, outcome: null, dirty: true });
  });
});

describe("figures that wait after an outage", () => {
  /** The channel's push in the queue: how often it was tried, and in how many seconds it runs. */
  const queued = () =>
    t.raw<{ attempts: number; seconds: number }>(
      `select j.attempts, extract(epoch from j.run_at - $2)::integer as seconds
       from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = 'inventory.push' and j.payload -> 'payload' ->> 'channelId' = $1`,
      [channelId, t.clock.now().toString()],
    );
  /** The push has failed for hours, and a listing waits since so many minutes. */
  async function failing(waitedMinutes: number): Promise<void> {
    await listed(0);
    await t.raw("update godown.listing_dirty set since = $2 where channel_id = $1", [
      ...[channelId, t.clock.now().subtract({ minutes: waitedMinutes }).toString()],
    ]);
    await t.raw(
      "update graphile_worker._private_jobs set attempts = 12, run_at = $2 where payload -> 'payload' ->> 'channelId' = $1",
      [channelId, t.clock.now().add({ hours: 6 }).toString()],
    );
  }
  const PAUSED = { attempts: 12, seconds: 6 * 3_600 };

  it("are told within minutes, by one push however often it is woken", async () => {
    await failing(4);
    await resumePushes(t.services);
    await resumePushes(t.services);
    expect(await queued()).toEqual([{ attempts: 0, seconds: 0 }]);
  });

  it("are told as well where publishing is stopped: 0 is what waits", async () => {
    await failing(4);
    await t.raw(
      "insert into godown.publish_stop (tenant_id, kind, record_id, stopped_at, stopped_by) values ($1, 'CHANNEL', $2, now(), 'test')",
      [tenantId, channelId],
    );
    await resumePushes(t.services);
    expect(await queued()).toEqual([{ attempts: 0, seconds: 0 }]);
  });

  it("are left to the push that was just woken, and to one that is under way", async () => {
    await failing(2);
    await resumePushes(t.services);
    expect(await queued()).toEqual([PAUSED]);
    t.clock.advance({ minutes: 2 });
    await t.raw(
      "insert into godown.push_lease (tenant_id, channel_id, holder, until) values ($1, $2, gen_random_uuid(), $3)",
      [tenantId, channelId, t.clock.now().add({ seconds: 60 }).toString()],
    );
    await resumePushes(t.services);
    expect(await queued()).toMatchObject([{ attempts: 12 }]);
    t.clock.advance({ seconds: 61 });
    await resumePushes(t.services);
    expect(await queued()).toEqual([{ attempts: 0, seconds: 0 }]);
  });

  it.each([
    ["is broken", "update godown.channel set state = 'BROKEN' where channel_id = $1"],
    [
      "has its sync switched off",
      "update godown.sync_state set enabled = false where channel_id = $1 and kind = 'INVENTORY'",
    ],
  ])("stay where the channel %s", async (_, change) => {
    await failing(4);
    await t.raw(change, [channelId]);
    await resumePushes(t.services);
    expect(await queued()).toEqual([PAUSED]);
  });
});
