import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aDelivery, aRealPartner, PartnerServer, queue, SUCCESS } from "../../tests/support/partner-scene.ts";
import { newId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { deliverTo } from "./deliver.ts";
import { closePartnerEngine, type PartnerId } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
let partner: PartnerServer;

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
afterEach(() => partner.close());

const ctx = () => t.ctx(tenantId);
const send = (partnerId: PartnerId, limits = {}) => deliverTo(ctx(), partnerId, limits);

interface Row {
  readonly subject: string;
  readonly state: string;
  readonly attempts: number;
  readonly tries: number;
  readonly status: number | null;
  readonly message: string | null;
  readonly nextAttemptAt: Temporal.Instant | null;
}
const rows = (partnerId: PartnerId) =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql<Row>`
      select subject, state, attempts, tries, last_status as status, last_message as message, next_attempt_at as "nextAttemptAt"
      from godown.partner_delivery where tenant_id = ${tenantId} and partner_id = ${partnerId} order by position`),
  );
const row = async (partnerId: PartnerId) => {
  const [only] = await rows(partnerId);
  if (!only) throw new Error("there is a delivery");
  return only;
};
const line = (partnerId: PartnerId) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ held: string | null; heldUntil: Temporal.Instant | null; failures: number; sender: string | null }>`
      select held, held_until as "heldUntil", failures, sender from godown.partner_line where tenant_id = ${tenantId} and partner_id = ${partnerId}`),
  );
/** Seconds until the queue begins another run, to the next ten. */
const nextRunIn = async (partnerId: PartnerId) => {
  const [job] = await t.raw<{ seconds: number }>(
    "select (10 * ceil(extract(epoch from run_at - now()) / 10))::integer as seconds from graphile_worker.jobs where key like '%:' || $1",
    [partnerId],
  );
  return job?.seconds;
};
const openAlarms = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql<{ kind: string }>`
      select kind from godown.alarm where tenant_id = ${tenantId} and cleared_at is null order by kind`),
  );

describe("sending to a partner", () => {
  it("sends the body as it was written, with the key in its header and one that tells repeats apart", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: `${partner.url}/seller/` });
    const payload = { subject: "S-1", zebra: 1, alpha: [1.5, null, "₹"], "10": "ten" };
    await queue(ctx(), [aDelivery(partnerId, { subject: "S-1", dedupeKey: "S-1 / ü", payload })]);
    expect(await send(partnerId)).toBe("done");
    const [heard] = partner.heard;
    expect(heard?.path).toBe("/seller/invoiced");
    expect(heard?.body).toBe(JSON.stringify(payload));
    expect(heard?.headers).toMatchObject({
      ...{ apikey: "k-e-y", "content-type": "application/json", "idempotency-key": "invoiced:S-1%20%2F%20%C3%BC" },
      ...{ "x-godown-event": "invoiced", "x-godown-attempt": "1" },
    });
    expect(await row(partnerId)).toMatchObject({ state: "DELIVERED", attempts: 1, tries: 0, status: 200 });
    expect((await line(partnerId)).sender).toBeNull();
  });

  it("gets a token by JSON or by Basic, takes it under either name, and sends it as it is", async () => {
    for (const [auth, member] of [
      ["TOKEN_JSON", "access_token"],
      ["TOKEN_BASIC", "token"],
    ] as const) {
      const asked: { body: string; authorization: string | undefined }[] = [];
      partner.heard.length = 0;
      partner.token = ({ body, headers }) => {
        asked.push({ body, authorization: headers.authorization });
        return { status: 200, body: { status: "SUCCESS", [member]: `tok-${auth}` } };
      };
      const settings = { auth, headerName: "Authorization", username: "seller-142", secret: "s3cret" };
      const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url, ...settings });
      await queue(
        ctx(),
        Array.from({ length: 20 }, () => aDelivery(partnerId)),
      );
      await send(partnerId);
      expect(asked).toEqual([
        auth === "TOKEN_JSON"
          ? { body: JSON.stringify({ username: "seller-142", password: "s3cret" }), authorization: undefined }
          : { body: "", authorization: `Basic ${btoa("seller-142:s3cret")}` },
      ]);
      expect(partner.heard.map(({ headers }) => headers.authorization)).toEqual(Array(20).fill(`tok-${auth}`));
    }
  });

  it("renews a token once and repeats once when it is refused, however many were under way", async () => {
    let good = "t-1";
    partner.token = () => ({ status: 200, body: { status: "SUCCESS", token: good } });
    partner.answer = ({ headers }) =>
      headers.authorization === good ? SUCCESS : { status: 401, body: { status: "Failed" } };
    const settings = { auth: "TOKEN_JSON", headerName: "Authorization", username: "u", secret: "p" } as const;
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url, ...settings });
    await queue(ctx(), [aDelivery(partnerId)]);
    await send(partnerId);
    good = "t-2";
    await queue(
      ctx(),
      Array.from({ length: 8 }, () => aDelivery(partnerId)),
    );
    await send(partnerId);
    expect(partner.tokensAsked).toBe(2);
    const sent = await rows(partnerId);
    expect(sent.every(({ state, tries }) => state === "DELIVERED" && tries === 0)).toBe(true);
    const keys = new Map<string, number>();
    for (const { key } of partner.heard) keys.set(key, (keys.get(key) ?? 0) + 1);
    expect(Math.max(...keys.values())).toBe(2);
    expect(keys.size).toBe(9);
  });

  it("is held back where the credentials are wrong: an alarm, no event grows old, and it goes on by itself when they are right", async () => {
    partner.token = () => ({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
    const settings = { auth: "TOKEN_JSON", headerName: "Authorization", username: "u", secret: "p" } as const;
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url, ...settings });
    await queue(
      ctx(),
      Array.from({ length: 30 }, () => aDelivery(partnerId)),
    );
    for (const minutes of [0, 1, 5, 15, 60, 60, 60, 60 * 24]) {
      t.clock.advance({ minutes });
      await send(partnerId);
      await send(partnerId); // in its pause nothing is tried
    }
    expect(partner.heard).toEqual([]);
    expect(partner.tokensAsked).toBeLessThan(40);
    expect(await openAlarms()).toEqual([{ kind: "PARTNER_REFUSES_CREDENTIALS" }]);
    expect((await rows(partnerId)).every(({ state, tries }) => state === "PENDING" && tries === 0)).toBe(true);
    partner.token = () => ({ status: 200, body: { status: "SUCCESS", token: "t-9" } });
    t.clock.advance({ minutes: 60 });
    await send(partnerId);
    expect(new Set((await rows(partnerId)).map(({ state }) => state))).toEqual(new Set(["DELIVERED"]));
    expect(await openAlarms()).toEqual([]);
  });

  it("counts a call for a token that many waited for as one: a single hiccup holds nobody back", async () => {
    partner.token = () => ({ status: 503, body: "busy" });
    const settings = { auth: "TOKEN_JSON", headerName: "Authorization", username: "u", secret: "p" } as const;
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url, ...settings });
    await queue(
      ctx(),
      Array.from({ length: 8 }, () => aDelivery(partnerId)),
    );
    await send(partnerId);
    expect(partner.tokensAsked).toBe(1);
    expect(await line(partnerId)).toMatchObject({ held: null, failures: 1 });
    partner.token = () => ({ status: 200, body: { status: "SUCCESS", token: "t-9" } });
    t.clock.advance({ minutes: 1 });
    await send(partnerId);
    expect((await rows(partnerId)).every(({ state, tries }) => state === "DELIVERED" && tries === 1)).toBe(true);
  });

  it("keeps what the business refuses, flags it, and lets later ones of the lane go on", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const answers: Record<string, { status: number; body: unknown }> = {
      A1: { status: 200, body: { status: "Failed", message: "no such seller" } },
      A2: { status: 400, body: { status: "Failed", message: "invoiceCode is missing" } },
      A3: { status: 404, body: "nothing here" },
      A4: { status: 200, body: "<html>hello</html>" },
    };
    partner.answer = ({ body }) => answers[(JSON.parse(body) as { subject: string }).subject] ?? SUCCESS;
    const lane = newId();
    await queue(
      ctx(),
      ["A1", "A2", "A3", "A4", "A5"].map((subject) => aDelivery(partnerId, { subject, lane })),
    );
    await send(partnerId);
    expect(partner.subjects()).toEqual(["A1", "A2", "A3", "A4", "A5"]);
    expect((await rows(partnerId)).map(({ state, status }) => [state, status])).toEqual([
      ...[
        ["FAILED", 200],
        ["FAILED", 400],
        ["FAILED", 404],
        ["FAILED", 200],
        ["DELIVERED", 200],
      ],
    ]);
    expect((await rows(partnerId))[0]?.message).toBe("no such seller");
  });

  it("tries what breaks down by the rule to the minute, and only then lets the next of its lane go", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    partner.answer = ({ body }) => (body.includes("FIRST") ? { status: 500, body: { status: "Failed" } } : SUCCESS);
    const lane = newId();
    const begin = t.clock.now();
    await queue(ctx(), [
      aDelivery(partnerId, { subject: "FIRST", lane }),
      aDelivery(partnerId, { subject: "SECOND", lane }),
    ]);
    const tried: number[] = [];
    for (let minute = 0; minute <= 25 * 60; minute++) {
      t.clock.set(begin.add({ minutes: minute }));
      const before = partner.heard.length;
      await send(partnerId);
      if (partner.heard.length > before) tried.push(minute);
      if (partner.subjects().includes("SECOND")) break;
    }
    expect(tried.slice(0, 6)).toEqual([0, 1, 6, 21, 81, 141]);
    expect(tried.slice(26)).toEqual([1401, 1402]); // given up; a minute later the partner is looked at with the next one
    expect(partner.subjects()).toEqual([...Array(27).fill("FIRST"), "SECOND"]);
    expect((await rows(partnerId)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ["GIVEN_UP", 27],
      ["DELIVERED", 1],
    ]);
    expect(new Set(partner.heard.map(({ key }) => key)).size).toBe(2);
  });

  it("takes no answer in time, and a connection that breaks, as none", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    partner.answer = ({ body }) => (body.includes("HANG") ? "HANG" : "CUT");
    await queue(ctx(), [aDelivery(partnerId, { subject: "HANG" }), aDelivery(partnerId, { subject: "CUT" })]);
    await send(partnerId, { timeoutMs: 300 });
    for (const { state, status, tries, nextAttemptAt } of await rows(partnerId)) {
      expect([state, status, tries]).toEqual(["PENDING", null, 1]);
      expect(nextAttemptAt).toEqual(t.clock.now().add({ minutes: 1 }));
    }
    expect((await rows(partnerId))[0]?.message).toBe("No answer came in time.");
  });

  it("holds a partner back that is away, looks at it in growing pauses, and catches up in the order of each lane", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    partner.answer = () => ({ status: 503, body: "down" });
    const lanes = Array.from({ length: 60 }, () => newId());
    await queue(
      ctx(),
      ["1", "2", "3"].flatMap((no) => lanes.map((lane, i) => aDelivery(partnerId, { lane, subject: `${i}-${no}` }))),
    );
    const begin = t.clock.now();
    const looked: number[] = [];
    for (let minute = 0; minute <= 150; minute++) {
      t.clock.set(begin.add({ minutes: minute }));
      const before = partner.heard.length;
      await send(partnerId);
      if (partner.heard.length > before) looked.push(minute);
    }
    expect(looked).toEqual([0, 1, 6, 21, 81, 141]);
    expect(partner.heard.length).toBeLessThanOrEqual(20 + 5 * 3); // what was under way when it was held, and three at each look;
    expect(await openAlarms()).toEqual([{ kind: "PARTNER_DOWN" }]);
    expect(await line(partnerId)).toMatchObject({ held: "DOWN", heldUntil: begin.add({ minutes: 201 }) });
    partner.answer = () => SUCCESS;
    partner.heard.length = 0;
    t.clock.set(begin.add({ minutes: 201 }));
    await send(partnerId);
    expect(new Set((await rows(partnerId)).map(({ state }) => state))).toEqual(new Set(["DELIVERED"]));
    for (const [i] of lanes.entries())
      expect(partner.subjects().filter((subject) => subject.startsWith(`${i}-`))).toEqual([
        `${i}-1`,
        `${i}-2`,
        `${i}-3`,
      ]);
    expect(await openAlarms()).toEqual([]);
  });

  it("does not let events that a partner stumbles over hold up the others for longer than a minute", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    partner.answer = ({ body }) => (body.includes("POISON") ? { status: 500, body: {} } : SUCCESS);
    await queue(
      ctx(),
      Array.from({ length: 6 }, (_, i) => aDelivery(partnerId, { subject: `POISON-${i}` })),
    );
    for (const minutes of [0, 1, 5, 15, 60]) {
      t.clock.advance({ minutes });
      await send(partnerId);
    }
    expect(await line(partnerId)).toMatchObject({ held: "DOWN" });
    await queue(ctx(), [aDelivery(partnerId, { subject: "GOOD" })]);
    t.clock.advance({ minutes: 1 });
    await send(partnerId);
    expect((await rows(partnerId)).find(({ subject }) => subject === "GOOD")?.state).toBe("DELIVERED");
  });

  it("sends nothing to a disabled partner, and goes on with what waited when it is enabled", async () => {
    const { switchPartner } = await import("./index.ts");
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    await queue(ctx(), [aDelivery(partnerId)]);
    await switchPartner(ctx(), partnerId, false);
    await queue(ctx(), [aDelivery(partnerId)]);
    expect(await send(partnerId)).toBe("done");
    expect(partner.heard).toEqual([]);
    expect((await rows(partnerId)).map(({ state }) => state)).toEqual(["PENDING"]);
    await switchPartner(ctx(), partnerId, true);
    await send(partnerId);
    expect((await rows(partnerId)).map(({ state }) => state)).toEqual(["DELIVERED"]);
  });

  it("sends to one tenant's partners alone, and nothing of a tenant that is not live", async () => {
    const other = await aTenant(t.db);
    const asleep = await aTenant(t.db, { live: false });
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const sleeping = await aRealPartner(t, asleep, { baseUrl: partner.url });
    await queue(ctx(), [aDelivery(partnerId)]);
    await queue(t.ctx(asleep), [aDelivery(sleeping)]);
    expect(await deliverTo(t.ctx(other), partnerId)).toBe("done");
    expect(await deliverTo(t.ctx(asleep), sleeping)).toBe("done");
    expect(partner.heard).toEqual([]);
    await queue(t.ctx(other), [aDelivery(partnerId)]);
    await send(partnerId);
    expect(partner.heard).toHaveLength(1);
  });

  it("reaches no private network and nothing but https where the operator has not allowed it, whatever was saved before", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const named = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    await t.raw("update godown.partner set base_url = 'https://localhost.localdomain' where partner_id = $1", [named]);
    await queue(ctx(), [aDelivery(partnerId), aDelivery(named)]);
    for (const id of [partnerId, named]) await deliverTo(t.ctx(tenantId, { allowPrivateUrls: false }), id);
    expect(partner.heard).toEqual([]);
    expect(await row(partnerId)).toMatchObject({ state: "PENDING", tries: 1 });
    expect((await row(partnerId)).message).toContain("does not begin with https://");
    expect((await row(named)).tries).toBe(1);
  });

  it("is done by one sender at a time; who comes meanwhile comes again when the other's hold has run out", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    partner.answer = async () => {
      await held;
      return SUCCESS;
    };
    await queue(ctx(), [aDelivery(partnerId)]);
    const first = send(partnerId);
    await expect.poll(() => partner.heard.length).toBe(1);
    expect(await send(partnerId)).toBe("done");
    expect(await nextRunIn(partnerId)).toBe(60);
    release();
    expect(await first).toBe("done");
    expect(partner.heard).toHaveLength(1);
    expect(await send(partnerId)).toBe("done");
  });

  it("lets go of the line only when nothing is under way any more, also where what came back cannot be written", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    partner.answer = async ({ body }) => {
      if (body.includes("SLOW")) await held;
      return body.includes("SLOW") ? SUCCESS : { status: 200, body: { status: "Success", message: "unwritable" } };
    };
    await t.raw(`create sequence godown.refused; -- counts also what is rolled back
      create function godown.refuse_unwritable() returns trigger language plpgsql security definer as
        $$ begin perform nextval('godown.refused'); raise exception 'no room'; end $$;
      create trigger refuse_unwritable before insert on godown.partner_attempt for each row when (new.message = 'unwritable') execute function godown.refuse_unwritable()`);
    await queue(ctx(), [aDelivery(partnerId, { subject: "SLOW" }), aDelivery(partnerId, { subject: "FAST" })]);
    let ended = false;
    const sending = send(partnerId).finally(() => {
      ended = true;
    });
    const outcome = expect(sending).rejects.toThrow("no room");
    await expect
      .poll(() => t.raw("select is_called from godown.refused"), { timeout: 20_000 })
      .toEqual([{ is_called: true }]);
    expect(partner.heard).toHaveLength(2);
    expect((await line(partnerId)).sender).not.toBeNull();
    expect(ended).toBe(false);
    release();
    await outcome;
    expect((await line(partnerId)).sender).toBeNull();
    await t.raw("drop trigger refuse_unwritable on godown.partner_attempt; drop function godown.refuse_unwritable()");
    expect(await send(partnerId)).toBe("done");
    expect((await rows(partnerId)).map(({ state }) => state)).toEqual(["DELIVERED", "DELIVERED"]);
  });

  it("begins nothing more when its process is to end, and asks for another run", async () => {
    const partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
    const stop = new AbortController();
    partner.answer = () => {
      stop.abort();
      return SUCCESS;
    };
    const lane = newId();
    await queue(
      ctx(),
      Array.from({ length: 3 }, () => aDelivery(partnerId, { lane })),
    );
    await t.raw("delete from graphile_worker._private_jobs");
    expect(await send(partnerId, { stopping: stop.signal })).toBe("done");
    expect(partner.heard).toHaveLength(1);
    expect((await rows(partnerId)).map(({ state }) => state)).toEqual(["DELIVERED", "PENDING", "PENDING"]);
    expect(await line(partnerId)).toMatchObject({ sender: null });
    const [next] = await t.raw<{ n: number }>(
      "select count(*)::integer as n from graphile_worker.jobs where key like '%:' || $1 and run_at <= now()",
      [partnerId],
    );
    expect(next?.n).toBe(1);
  });
});
