import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf } from "../../tests/support/fulfilment-builders.ts";
import { readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { eventsIn } from "../../tests/support/panel-scene.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { closeManifest } from "../fulfilment/index.ts";
import { type ManifestId, must, type SaleOrderId, type ShippingPackageId } from "../kernel/index.ts";
import { openExceptions, settleExceptions } from "../orders/index.ts";
import { resolveException } from "./resolve.ts";
import { exceptionRoutes } from "./routes.ts";

// A courier's scan of a parcel whose manifest was never closed: a person hands it over, or says that it is still here.

let t: TestDatabase;
let shop: Shop;
let parcel: ShippingPackageId;
let doubtId: string;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
  await readyParcels(t, shop, 1);
  const [row] = await t.raw<{ id: ShippingPackageId; saleOrderId: SaleOrderId; code: string }>(
    `select shipping_package_id as id, sale_order_id as "saleOrderId", code from godown.shipping_package where tenant_id = $1`,
    [shop.tenantId],
  );
  if (!row) throw new Error("there is a package");
  parcel = row.id;
  const facts = { order: "A", package: row.code, status: "PICKED_UP", label: "picked up" };
  const about = { channelId: shop.channelId, saleOrderId: row.saleOrderId, shippingPackageId: parcel, key: parcel };
  await t.db.transaction(shop.tenantId, (tx) =>
    openExceptions(tx, by("Fleet"), [{ kind: "LEFT_WITHOUT_MANIFEST", ...about, facts }]),
  );
  const [doubt] = await listed("open");
  doubtId = doubt?.id ?? "";
});

const by = (name: string) => t.ctx(shop.tenantId, { now: t.clock.now(), actor: { kind: "SYSTEM", id: null, name } });
function decides(name: string, choice: string, note: string | null = null) {
  t.clock.advance({ minutes: 1 });
  return resolveException(by(name), doubtId, { choice, note });
}
interface Listed {
  readonly id: string;
  readonly choice: string | null;
  readonly note: string | null;
  readonly resolvedBy: string | null;
  readonly facts: Record<string, unknown>;
}
async function listed(tab: "open" | "resolved"): Promise<Listed[]> {
  const route = exceptionRoutes.find((each) => each.method === "GET" && each.path === "/exceptions");
  const query = route?.query?.parse({ tab });
  const found = (await route?.handle(by("Asha"), { params: {}, query, body: undefined })) as { rows: Listed[] }; // its answer schema
  return found.rows;
}
const audits = () =>
  t.raw<{ actor: string; after: Record<string, unknown> }>(
    "select actor_name as actor, after from godown.audit_event where tenant_id = $1 and action = 'exception.resolve' order by at",
    [shop.tenantId],
  );
const states = async () => (await packagesOf(t, shop.tenantId)).map((each) => each.state);
/** What the status sync does when it finds that the parcel left with a closed manifest after all. */
const seenLeft = () =>
  t.db.transaction(shop.tenantId, (tx) =>
    settleExceptions(tx, by("Fleet"), { kind: "LEFT_WITHOUT_MANIFEST", key: parcel, note: "Its manifest was closed." }),
  );

describe("a parcel that left without a manifest", () => {
  it("is put onto one by a person: his note is kept, and he is named when the manifest is closed and settles it", async () => {
    must(await decides("Asha", "ADD_TO_MANIFEST", "the rider took it early"));
    expect(await states()).toEqual(["MANIFESTED"]);
    const told = { choice: "ADD_TO_MANIFEST", note: "the rider took it early" };
    expect(await listed("open"), "it has not left in the books").toMatchObject([{ ...told, resolvedBy: "Asha" }]);
    expect(await eventsIn(t, shop, "EXCEPTION_RESOLVED")).toMatchObject([{ ...told, label: "Add to manifest" }]);
    expect(await audits()).toMatchObject([{ actor: "Asha", after: { state: "OPEN", ...told } }]);
    const [manifest] = await t.raw<{ id: ManifestId }>(
      "select manifest_id as id from godown.manifest where tenant_id = $1",
      [shop.tenantId],
    );
    must(await closeManifest(by("Ravi"), manifest?.id ?? ("" as ManifestId)));
    await seenLeft();
    const [decided] = await listed("resolved");
    expect(decided).toMatchObject({ ...told, resolvedBy: "Asha" });
  });

  it("is handed over by closing its manifest: that is the decision, and settles it", async () => {
    must(await decides("Asha", "ADD_TO_MANIFEST", "first this"));
    must(await decides("Ravi", "CLOSE_MANIFEST", "all of them left"));
    expect(await states()).toEqual(["DISPATCHED"]);
    expect(await listed("open")).toEqual([]);
    const told = { choice: "CLOSE_MANIFEST", note: "all of them left" };
    expect(await listed("resolved")).toMatchObject([{ ...told, resolvedBy: "Ravi" }]);
    await seenLeft();
    expect(await listed("resolved"), "what is seen later changes nothing").toMatchObject([told]);
    expect((await eventsIn(t, shop, "EXCEPTION_RESOLVED")).map((event) => event.note)).toEqual([
      ...["first this", "all of them left"],
    ]);
    expect((await audits()).map(({ actor, after }) => `${actor}: ${after.state}`)).toEqual([
      ...["Asha: OPEN", "Ravi: RESOLVED"],
    ]);
  });

  it("is told nothing of where the hand-over is refused", async () => {
    expect(await decides("Asha", "CLOSE_MANIFEST", "now")).toMatchObject(refusedWith("LEFT_ON_NO_MANIFEST"));
    expect(await decides("Asha", "TELEPORT", "now")).toMatchObject(refusedWith("EXCEPTION_CHOICE"));
    expect(await listed("open")).toMatchObject([{ choice: null, note: null, resolvedBy: null }]);
    expect([await audits(), await eventsIn(t, shop, "EXCEPTION_RESOLVED")]).toEqual([[], []]);
  });

  it("goes by the last answer: still here, whatever was chosen before", async () => {
    must(await decides("Asha", "ADD_TO_MANIFEST"));
    must(await decides("Ravi", "DISMISS", "it lies on the dock"));
    expect(await listed("resolved")).toMatchObject([
      { choice: "DISMISS", note: "it lies on the dock", resolvedBy: "Ravi" },
    ]);
  });
});
