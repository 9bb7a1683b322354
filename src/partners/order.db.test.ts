import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  aDelivery,
  aRealPartner,
  PartnerServer,
  queue,
  type Reply,
  SUCCESS,
} from "../../tests/support/partner-scene.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { newId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { JobRegistry } from "../platform/jobs.ts";
import { startWorker, type Worker } from "../platform/worker.ts";
import { deliverTo } from "./deliver.ts";
import { closePartnerEngine, type PartnerId, registerJobs, startDue } from "./index.ts";

const WORKERS = 4;
const LANES = 25;
const ROUNDS_MAX = 400;

let t: TestDatabase;
let tenantId: TenantId;
let partner: PartnerServer;
let workers: Worker[] = [];

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(async () => {
  await closePartnerEngine();
  await t.close();
});
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  partner = await PartnerServer.start();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await partner.close();
});

/** A share from 0 to 1 that the seed, the key and the number of its request decide, and nothing else. */
function chance(seed: number, key: string, request: number): number {
  return createHash("sha256").update(`${seed}:${key}:${request}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** What happens to a request. `taken`: the partner has it, whatever we hear. `settled`: it is done with, by our rule. */
function weather(share: number): { reply: Reply; taken: boolean; settled: boolean } {
  if (share < 0.08) return { reply: "CUT", taken: false, settled: false };
  if (share < 0.14) return { reply: "CUT", taken: true, settled: false }; // the answer is lost
  if (share < 0.2) return { reply: { status: 503, body: "busy" }, taken: false, settled: false };
  if (share < 0.24) return { reply: { status: 500, body: {} }, taken: true, settled: false };
  if (share < 0.28)
    return { reply: { status: 429, body: "slower", headers: { "retry-after": "90" } }, taken: false, settled: false };
  if (share < 0.33) return { reply: { status: 401, body: { status: "Failed" } }, taken: false, settled: false };
  if (share < 0.37)
    return { reply: { status: 200, body: { status: "Failed", message: "no" } }, taken: false, settled: true };
  return { reply: SUCCESS, taken: true, settled: true };
}

async function startWorkers(): Promise<void> {
  for (let i = 0; i < WORKERS; i++) {
    const registry = new JobRegistry();
    registerJobs(registry);
    workers.push(
      await startWorker({
        ...{ connectionString: t.connectionString, concurrency: 2, callConcurrency: 4, services: t.services, registry },
        observe: () => undefined,
      }),
    );
  }
}

const count = async (text: string) => Number((await t.raw<{ n: string }>(text))[0]?.n);
const working = () =>
  count(`select count(*) as n from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
    where k.identifier = 'partners.deliver'`);
const pending = (partnerId: PartnerId) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ n: number }>`
      select count(*)::integer as n from godown.partner_delivery where tenant_id = ${tenantId} and partner_id = ${partnerId} and state = 'PENDING'`),
  );

/** Minutes pass until nothing waits. */
async function untilSettled(partnerId: PartnerId): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await waitFor("the workers to be done", async () => (await working()) === 0, 60_000);
    if ((await pending(partnerId)).n === 0) return;
    t.clock.advance({ minutes: round < 30 ? 1 : 20 });
    await startDue(t.services);
  }
  throw new Error("something still waits");
}

describe(`${WORKERS} workers at once, and a third of all requests struck`, () => {
  it.each([1, 2, 3])(
    "every event arrives, each lane in order, each under one key (seed %i)",
    async (seed) => {
      const requests = new Map<string, number>();
      const settled = new Set<string>();
      const taken = new Set<string>();
      const faults: string[] = [];
      const told = new Map<string, string[]>();
      partner.token = () => ({ status: 200, body: { status: "SUCCESS", token: `t-${partner.tokensAsked}` } });
      partner.answer = ({ key, body }) => {
        const { lane, subject } = JSON.parse(body) as { lane: string; subject: string };
        const story = told.get(lane) ?? [];
        if (key !== `invoiced:${subject}`) faults.push(`${subject} came under ${key}`);
        for (const earlier of story.slice(0, story.indexOf(subject)))
          if (!settled.has(earlier)) faults.push(`${subject} came before ${earlier} was done with`);
        const request = (requests.get(key) ?? 0) + 1;
        requests.set(key, request);
        const struck = weather(chance(seed, key, request));
        if (struck.taken) taken.add(subject);
        if (struck.settled) settled.add(subject);
        return struck.reply;
      };
      const settings = { auth: "TOKEN_JSON", headerName: "Authorization", username: "u", secret: "p" } as const;
      const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url, ...settings });
      await startWorkers();
      const lanes = Array.from({ length: LANES }, (_, i) => ({ lane: newId(), name: `s${seed}-${i}` }));
      // They happen while the workers work: a few lanes' next events in each transaction.
      for (let no = 1; no <= 6; no++)
        for (let from = 0; from < LANES; from += 5) {
          const rows = lanes.slice(from, from + 5).map(({ lane, name }) => {
            const subject = `${name}-${no}`;
            told.set(lane, [...(told.get(lane) ?? []), subject]);
            return aDelivery(partnerId, { lane, subject, payload: { lane, subject } });
          });
          await queue(t.ctx(tenantId), rows);
        }
      await untilSettled(partnerId);
      expect(faults, `seed ${seed}`).toEqual([]);
      const all = [...told.values()].flat();
      const rows = await t.db.read(tenantId, (tx) =>
        tx.run(sql<{ subject: string; state: string }>`
        select subject, state from godown.partner_delivery where tenant_id = ${tenantId} and partner_id = ${partnerId}`),
      );
      expect(rows).toHaveLength(all.length);
      for (const { subject, state } of rows) {
        expect(["DELIVERED", "FAILED"], subject).toContain(state);
        if (state === "DELIVERED") expect(taken.has(subject), `${subject} was taken`).toBe(true);
      }
      expect(rows.some(({ state }) => state === "FAILED")).toBe(true);
      expect(Math.max(...requests.values()), "there was something to repeat").toBeGreaterThan(2);
    },
    180_000,
  );
});

describe("a sender that dies", () => {
  it("holds its partner up for as long as its hold and no longer; what it sent is sent again under the same key", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    await queue(t.ctx(tenantId), [aDelivery(partnerId)]);
    await t.raw("update godown.partner_line set sender = $2, sender_until = $3 where partner_id = $1", [
      ...[partnerId, newId(), t.clock.now().add({ seconds: 60 }).toString()],
    ]);
    expect(await deliverTo(t.ctx(tenantId), partnerId)).toBe("done");
    expect(partner.heard).toEqual([]);
    t.clock.advance({ seconds: 61 });
    expect(await deliverTo(t.ctx(tenantId), partnerId)).toBe("done");
    expect(partner.heard).toHaveLength(1);
  });

  it("leaves the line to who took it over: it begins nothing more, and what it had sent is written down", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const lane = newId();
    await queue(
      t.ctx(tenantId),
      [1, 2, 3].map(() => aDelivery(partnerId, { lane })),
    );
    partner.answer = async () => {
      await t.raw("update godown.partner_line set sender = $2 where partner_id = $1", [partnerId, newId()]);
      return SUCCESS;
    };
    expect(await deliverTo(t.ctx(tenantId), partnerId)).toBe("done");
    expect(partner.heard).toHaveLength(1);
    expect((await pending(partnerId)).n).toBe(2);
  });
});

describe("what is queued", () => {
  it("is gone with the transaction that it tells of, and is there once however often it is told", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const row = aDelivery(partnerId);
    const ctx = t.ctx(tenantId);
    const { queueDeliveries } = await import("./deliveries.ts");
    await expect(
      ctx.db.transaction(tenantId, async (tx) => {
        await queueDeliveries(tx, ctx, [row]);
        throw new Error("on purpose");
      }),
    ).rejects.toThrow("on purpose");
    expect((await pending(partnerId)).n).toBe(0);
    await queue(ctx, [row, { ...row, payload: { other: true } }]);
    await queue(ctx, [row]);
    expect((await pending(partnerId)).n).toBe(1);
    await queue(ctx, [{ ...row, event: "createShipment" }]);
    expect((await pending(partnerId)).n).toBe(2);
  });

  it("is sent at once by a worker that waits for work", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    await startWorkers();
    await queue(t.ctx(tenantId), [aDelivery(partnerId)]);
    await waitFor("the delivery", () => partner.heard.length === 1, 10_000);
    await waitFor("its end", async () => (await pending(partnerId)).n === 0, 10_000);
  });
});
