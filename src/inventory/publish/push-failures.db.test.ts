import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ctxWith, setFaults } from "../../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { aPushScene, PUSHED_PRODUCTS, type PushScene, pushedProduct } from "../../../tests/support/push-scene.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Db } from "../../platform/db.ts";
import { pushInventory, pushInventoryByJob } from "./push.handler.ts";
import { resumePushes } from "./resume-pushes.ts";

let t: TestDatabase;
let s: PushScene;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  s = await aPushScene(t);
  return () => s.jupiter.close();
});

const push = (over: Partial<Ctx> = {}) => pushInventory({ ...s.ctx, ...over }, s.channelId);
const pushByJob = (over: Partial<Ctx> = {}) => pushInventoryByJob({ ...s.ctx, ...over }, s.channelId);
const unreachable = () => ctxWith(t, s.tenantId, "http://127.0.0.1:1");

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
    listingId = await s.listed(0);
    await push();
    expect(await s.told(listingId)).toEqual({ published: 0, outcome: "ACCEPTED", dirty: false });
    await s.put(5);
    await expect(run({ db: breaking(broken) })).rejects.toThrow("the process ended");
    expect([s.held(0), (await s.told(listingId)).published]).toEqual([5, 0]);
    await s.sell(0, 5);
  }

  it("is made up for when its process was killed: the figure is told though it is the one that stands here", async () => {
    await brokenOff(pushByJob, () => s.held(0) === 5);
    expect(await pushByJob()).toBe("done");
    expect(s.held(0)).toBe(0);
    expect(await s.told(listingId)).toEqual({ published: 0, outcome: "ACCEPTED", dirty: false });
  });

  it("is made up for at once when only its writing failed", async () => {
    let failures = 1;
    await brokenOff(push, () => s.held(0) === 5 && failures-- > 0);
    expect(await push()).toBe("done"); // no lease of the other is waited for
    expect(s.held(0)).toBe(0);
  });

  it("is in doubt for as long as the channel cannot be reached", async () => {
    await brokenOff(pushByJob, () => s.held(0) === 5);
    expect(await pushInventoryByJob(unreachable(), s.channelId)).toMatchObject({ retry: expect.any(String) });
    expect(await s.told(listingId)).toEqual({ published: 0, outcome: "UNKNOWN", dirty: true });
    // A judgement of an older figure, read meanwhile, says nothing of what was told since.
    await t.raw("update godown.listing set publish_outcome = 'ACCEPTED' where listing_id = $1", [listingId]);
    expect(await pushByJob()).toBe("done");
    expect(s.held(0)).toBe(0);
  });

  it("leaves no doubt where one ends as it should, or is under way", async () => {
    await s.put(3);
    listingId = await s.listed(0);
    await pushInventoryByJob(unreachable(), s.channelId);
    await pushByJob();
    await setFaults(s.jupiter, { kind: "late", operation: "updateInventory", delayMs: 400, count: 1 });
    await s.put(1);
    const pushing = pushByJob();
    await waitFor("the channel has the figure", () => s.held(0) === 4);
    expect(await s.told(listingId)).toEqual({ published: 3, outcome: "ACCEPTED", dirty: true });
    await pushing;
    expect(await s.told(listingId)).toEqual({ published: 4, outcome: "ACCEPTED", dirty: false });
  });
});

describe("a channel that refuses a whole call for one figure in it", () => {
  /** Jupiter behind a door that refuses any stock call which names one of these products. */
  async function choosy(bad: readonly number[]) {
    const calls: string[][] = [];
    const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = await text(request);
      const { "content-length": _, host: __, connection: ___, ...headers } = request.headers as Record<string, string>;
      const named = PUSHED_PRODUCTS.map(({ productId }) => productId).filter((id) => body.includes(`"${id}"`));
      if (named.length > 0) calls.push(named);
      if (bad.some((n) => named.includes(pushedProduct(n).productId))) {
        const errors = [{ code: "INVALID_HSN", message: "hsnCode is not valid" }];
        return void response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ errors }));
      }
      const { method = "GET", url = "/" } = request;
      const answer = await fetch(`${s.jupiter.url}${url}`, { method, headers, ...(body === "" ? {} : { body }) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    };
    const server = createServer((request, response) => void pass(request, response));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { calls, ctx: ctxWith(t, s.tenantId, url), [Symbol.dispose]: () => void server.close() };
  }
  const words = async () =>
    (
      await t.raw<{ message: string | null }>(
        "select publish_message as message from godown.listing where tenant_id = $1 and publish_outcome = 'REFUSED'",
        [s.tenantId],
      )
    ).map((row) => row.message);

  it("is told all others; that one is shown as refused, with its words, and told again at its next change", async () => {
    await s.put(5);
    const ids: string[] = [];
    for (let n = 0; n < 8; n++) ids.push(await s.listed(n));
    using door = await choosy([2]);
    expect(await pushInventory(door.ctx, s.channelId)).toBe("done");
    expect(ids.map((_, n) => s.held(n))).toEqual([5, 5, undefined, 5, 5, 5, 5, 5]);
    expect(door.calls.map((call) => call.length)).toEqual([8, 4, 2, 2, 1, 1, 4]);
    expect(await s.told(ids[2] ?? "")).toEqual({ published: null, outcome: "REFUSED", dirty: false });
    expect(await words()).toEqual(["hsnCode is not valid"]);
    await s.dirty();
    expect(await push()).toBe("done");
    expect(await s.told(ids[2] ?? "")).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("is not asked about the same figure for ever where it stands alone", async () => {
    const listingId = await s.listed(0);
    using door = await choosy([0]);
    expect(await pushInventory(door.ctx, s.channelId)).toBe("done");
    expect(door.calls).toHaveLength(1);
    expect(await s.told(listingId)).toEqual({ published: null, outcome: "REFUSED", dirty: false });
  });

  it("is told everything later, and not figure by figure, where nobody was reached", async () => {
    await s.put(5);
    const ids = [await s.listed(0), await s.listed(1)];
    expect(await pushInventory(unreachable(), s.channelId)).toMatchObject({ retry: expect.any(String) });
    for (const id of ids) expect(await s.told(id)).toEqual({ published: null, outcome: null, dirty: true });
  });
});

describe("figures that wait after an outage", () => {
  /** The channel's push in the queue: how often it was tried, and in how many seconds it runs. */
  const queued = () =>
    t.raw<{ attempts: number; seconds: number }>(
      `select j.attempts, extract(epoch from j.run_at - $2)::integer as seconds
       from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = 'inventory.push' and j.payload -> 'payload' ->> 'channelId' = $1`,
      [s.channelId, t.clock.now().toString()],
    );
  /** The push has failed for hours, and a listing waits since so many minutes. */
  async function failing(waitedMinutes: number): Promise<void> {
    await s.listed(0);
    await t.raw("update godown.listing_dirty set since = $2 where channel_id = $1", [
      ...[s.channelId, t.clock.now().subtract({ minutes: waitedMinutes }).toString()],
    ]);
    await t.raw(
      "update graphile_worker._private_jobs set attempts = 12, run_at = $2 where payload -> 'payload' ->> 'channelId' = $1",
      [s.channelId, t.clock.now().add({ hours: 6 }).toString()],
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
      [s.tenantId, s.channelId],
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
      [s.tenantId, s.channelId, t.clock.now().add({ seconds: 60 }).toString()],
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
    await t.raw(change, [s.channelId]);
    await resumePushes(t.services);
    expect(await queued()).toEqual([PAUSED]);
  });
});
