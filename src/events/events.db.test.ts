import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { newId, ok, refuse, type ShippingPackageId, type TenantId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import { announce, type BusinessEvent, onBusinessEvents } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
const heard: (readonly BusinessEvent[])[] = [];
let listen: (tx: Tx) => Promise<void> = async () => {};

beforeAll(async () => {
  t = await testDatabase();
  tenantId = await aTenant(t.db);
  onBusinessEvents(async (tx, _ctx, events) => {
    heard.push(events);
    await listen(tx);
  });
});
afterAll(() => t.close());

const packed = (): BusinessEvent => ({
  kind: "SHIPMENT_PACKED",
  shippingPackageId: newId<"ShippingPackage">() satisfies ShippingPackageId,
  happenedAt: t.clock.now(),
});
const rename = (tx: Tx, name: string) =>
  tx.run(sql`update godown.tenant set name = ${name} where tenant_id = ${tx.tenantId}`);
const nameNow = () =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ name: string }>`select name from godown.tenant where tenant_id = ${tenantId}`),
  );
const told = async (work: (tx: Tx) => Promise<unknown>) => {
  heard.length = 0;
  await t.db.transaction(tenantId, work).catch((error: unknown) => expect(String(error)).toContain("on purpose"));
  return heard.map((events) => events.length);
};

describe("what is announced", () => {
  it("is told once, all together and in order, when everything else is done", async () => {
    const events = [packed(), packed(), packed()];
    let name = "";
    listen = async (tx) => {
      name = (await tx.one(sql<{ name: string }>`select name from godown.tenant where tenant_id = ${tx.tenantId}`))
        .name;
    };
    const counts = await told(async (tx) => {
      announce(tx, t.ctx(tenantId), events.slice(0, 1));
      announce(tx, t.ctx(tenantId), events.slice(1));
      await rename(tx, "Later");
      return ok();
    });
    expect(counts).toEqual([3]);
    expect(heard[0]).toEqual(events);
    expect(name).toBe("Later");
  });

  it("is told to nobody where it did not happen", async () => {
    expect(
      await told(async (tx) => {
        announce(tx, t.ctx(tenantId), [packed()]);
        return refuse("NOT_FOUND", { what: "anything", id: "x" });
      }),
    ).toEqual([]);
    expect(
      await told(async (tx) => {
        announce(tx, t.ctx(tenantId), [packed()]);
        throw new Error("on purpose");
      }),
    ).toEqual([]);
  });

  it("happens though who listens fails: what he wrote is undone, and nothing else", async () => {
    listen = async (tx) => {
      await rename(tx, "By the listener");
      await tx.run(sql`select 1 / 0`);
    };
    const counts = await told(async (tx) => {
      await rename(tx, "By the command");
      announce(tx, t.ctx(tenantId), [packed()]);
      return ok();
    });
    expect(counts).toEqual([1]);
    expect((await nameNow()).name).toBe("By the command");
    listen = async () => {};
  });
});
