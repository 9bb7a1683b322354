/** Invoices that are cancelled around their IRN, processes that end in the middle, and labels that wait for it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InvoicePortal } from "../../connectors/kit/index.ts";
import { cancelEInvoice, tryNow } from "../../src/e-invoice/actions.ts";
import { askPortal } from "../../src/e-invoice/ask-portal.ts";
import { startDue } from "../../src/e-invoice/jobs.ts";
import type { EInvoiceId } from "../../src/e-invoice/lifecycle.ts";
import { askDueSteps, cancelUnits, invoiceAndLabel, invoicePackages } from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { explain } from "../../src/platform/refusals.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { SELLER_GSTIN } from "../support/e-invoice-cases.ts";
import {
  aReportingShop,
  askNow,
  businessPackages,
  eInvoicesIn,
  parcelsIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import type { Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let scene: ReportingScene;
beforeAll(async () => {
  t = await testDatabase();
  scene = await reportingScene(t);
});
afterAll(async () => {
  await scene.close();
  await t.close();
});
beforeEach(() => {
  t.clock.set(TEST_MORNING);
  scene.install();
});
afterEach(async () => {
  scene.simulator.fault(null);
  await scene.reset();
});

const invoice = (shop: Shop, packageIds: readonly ShippingPackageId[]) =>
  invoicePackages(t.ctx(shop.tenantId), { packageIds });

interface Unit {
  readonly unitId: SaleOrderItemId;
  readonly saleOrderId: SaleOrderId;
}
const unitsOf = (shop: Shop, id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<Unit>`
      select sale_order_item_id as "unitId", sale_order_id as "saleOrderId" from godown.sale_order_item
      where tenant_id = ${shop.tenantId} and shipping_package_id = ${id} order by unit_no`),
  );
const cancel = async (shop: Shop, id: ShippingPackageId, count?: number) => {
  const units = await unitsOf(shop, id);
  const [first] = units;
  if (!first) throw new Error("a package has units");
  const unitIds = units.slice(0, count).map((unit) => unit.unitId);
  const order = { saleOrderId: first.saleOrderId, code: "the order" };
  return t.db.transaction(shop.tenantId, (tx) =>
    cancelUnits(tx, t.ctx(shop.tenantId), order, { unitIds, reason: "asked", by: "SELLER" }),
  );
};
const invoicesIn = (shop: Shop) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ number: string; state: string }>`
      select number, state from godown.invoice where tenant_id = ${shop.tenantId} order by sequence_number`),
  );
const statesAtPortal = () =>
  scene.simulator.documents().map(({ number, cancelledAt }) => [number, cancelledAt === null ? "ACT" : "CNL"]);
const onePackage = async (over: Parameters<typeof aReportingShop>[1] = {}) => {
  const shop = await aReportingShop(t, over);
  const [id] = await businessPackages(t, shop, 1);
  if (!id) throw new Error("the order has a package");
  return { shop, id };
};
const eInvoiceOf = async (shop: Shop) => {
  const [one] = await eInvoicesIn(t, shop.tenantId);
  if (!one) throw new Error("there is an e-invoice");
  return { ...one, id: one.id as EInvoiceId };
};

describe("cancelling", () => {
  it("before anything was sent: the number is kept, and the portal is never asked", async () => {
    const { shop, id } = await onePackage({ series: "CA-" });
    await invoice(shop, [id]);
    must(await cancel(shop, id));
    await askNow(t, shop.tenantId);
    expect(await invoicesIn(shop)).toEqual([{ number: "CA-1", state: "CANCELLED" }]);
    expect(await eInvoiceOf(shop)).toMatchObject({ state: "CANCELLED", irn: null });
    expect(scene.exchanges).toEqual([]);
  });

  it("while its answer is lost: the IRN that came to exist is found by number and cancelled", async () => {
    const { shop, id } = await onePackage({ series: "CB-" });
    await invoice(shop, [id]);
    scene.simulator.fault({ kind: "drop", operation: "generate", processed: true, count: 1 });
    scene.simulator.fault({ kind: "5xx", operation: "getByDocument", count: 1 });
    await askNow(t, shop.tenantId);
    expect(statesAtPortal()).toEqual([["CB-1", "ACT"]]);
    must(await cancel(shop, id));
    await askNow(t, shop.tenantId);
    expect(statesAtPortal()).toEqual([["CB-1", "CNL"]]);
    expect(await eInvoiceOf(shop)).toMatchObject({ state: "CANCELLED", wish: "CANCEL" });
    expect(await invoicesIn(shop)).toEqual([{ number: "CB-1", state: "CANCELLED" }]);
  });

  it("while it is being asked for: the invoice is void at once, and its IRN as soon as it is there", async () => {
    const { shop, id } = await onePackage({ series: "CC-" });
    await invoice(shop, [id]);
    scene.install((portal) => ({
      ...bound(portal),
      register: async (account, wish) => {
        must(await cancel(shop, id));
        return portal.register(account, wish);
      },
    }));
    await askNow(t, shop.tenantId);
    expect(await invoicesIn(shop)).toEqual([{ number: "CC-1", state: "CANCELLED" }]);
    expect(statesAtPortal()).toEqual([["CC-1", "CNL"]]);
    expect(await eInvoiceOf(shop)).toMatchObject({ state: "CANCELLED" });
  });

  it("some units of a packed parcel: its IRN is cancelled, the rest gets a new number and a new IRN", async () => {
    const { shop, id } = await onePackage({ series: "CD-" });
    await invoice(shop, [id]);
    await askNow(t, shop.tenantId);
    must(await cancel(shop, id, 1));
    await askNow(t, shop.tenantId);
    const [rest] = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ id: ShippingPackageId }>`
        select shipping_package_id as id from godown.shipping_package where tenant_id = ${shop.tenantId} and state = 'CREATED'`),
    );
    if (!rest) throw new Error("what stays is in a new package");
    await invoice(shop, [rest.id]);
    await askNow(t, shop.tenantId);
    expect(statesAtPortal()).toEqual([
      ["CD-1", "CNL"],
      ["CD-2", "ACT"],
    ]);
    expect(await parcelsIn(t, shop.tenantId, [id, rest.id])).toMatchObject([
      { package: "CANCELLED" },
      { package: "PACKED", number: "CD-2", invoice: "ISSUED" },
    ]);
  });

  it("at 23 hours it is cancelled at the portal, at 25 hours refused in words that say: credit note", async () => {
    const early = await onePackage({ series: "CE-" });
    await invoice(early.shop, [early.id]);
    await askNow(t, early.shop.tenantId);
    t.clock.advance({ hours: 23 });
    must(await cancel(early.shop, early.id));
    await askNow(t, early.shop.tenantId);
    expect(statesAtPortal()).toEqual([["CE-1", "CNL"]]);

    t.clock.set(TEST_MORNING);
    const late = await onePackage({ series: "CF-" });
    await invoice(late.shop, [late.id]);
    await askNow(t, late.shop.tenantId);
    t.clock.advance({ hours: 25 });
    const refused = await cancel(late.shop, late.id);
    if (refused.ok) throw new Error("it is too late");
    const { message, whatToDo } = explain(refused.refusal);
    expect(refused.refusal.code).toBe("EINVOICE_CANCEL_TOO_LATE");
    expect(message).toContain("CF-1");
    expect(whatToDo).toMatch(/credit note/i);
    expect(await parcelsIn(t, late.shop.tenantId, [late.id])).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
    const { id } = await eInvoiceOf(late.shop);
    expect(await cancelEInvoice(t.ctx(late.shop.tenantId), id, "wrong")).toMatchObject({
      refusal: { code: "EINVOICE_CANCEL_TOO_LATE" },
    });
    expect(statesAtPortal()).toContainEqual(["CF-1", "ACT"]);
  });

  it("from the list: a blocked one is void and its package invoiced anew, a packed one is opened", async () => {
    const { shop, id } = await onePackage({ series: "CG-" });
    await invoice(shop, [id]);
    scene.simulator.fail({ code: "2176", operation: "generate", count: 1 });
    await askNow(t, shop.tenantId);
    const blocked = await eInvoiceOf(shop);
    expect(blocked).toMatchObject({ state: "BLOCKED", code: "2176" });
    must(await cancelEInvoice(t.ctx(shop.tenantId), blocked.id, "wrong HSN"));
    expect((await invoice(shop, [id]))[0]?.invoiceNumber).toBe("CG-2");
    await askNow(t, shop.tenantId);
    const [, second] = await eInvoicesIn(t, shop.tenantId);
    must(await cancelEInvoice(t.ctx(shop.tenantId), second?.id as EInvoiceId, "wrong buyer"));
    await askNow(t, shop.tenantId);
    expect(statesAtPortal()).toEqual([["CG-2", "CNL"]]);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "CANCELLED" }]);
    expect(await unitsOf(shop, id)).toEqual([]);
  });

  it("what the portal named can be corrected there, and is tried again by a click under the same number", async () => {
    const { shop, id } = await onePackage({ series: "CH-" });
    await invoice(shop, [id]);
    scene.simulator.fail({ code: "3028", operation: "generate", count: 2 });
    await askNow(t, shop.tenantId);
    const blocked = await eInvoiceOf(shop);
    expect(blocked).toMatchObject({ state: "BLOCKED", code: "3028" });
    must(await tryNow(t.ctx(shop.tenantId), blocked.id));
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, [id])).toEqual([{ package: "PACKED", number: "CH-1", invoice: "ISSUED" }]);
  });
});

/** The portal's own methods: a client is a class, and what stands before it is not. */
function bound(portal: InvoicePortal): InvoicePortal {
  return {
    begin: (account) => portal.begin(account),
    register: (account, wish) => portal.register(account, wish),
    byIrn: (account, irn) => portal.byIrn(account, irn),
    byDocument: (account, document) => portal.byDocument(account, document),
    cancel: (account, wish) => portal.cancel(account, wish),
    syncGstin: (account, gstin) => portal.syncGstin(account, gstin),
  };
}

/** The process ends: what it was doing never comes back, and nothing after it happens. */
class Killed extends Error {
  override readonly name = "Killed";
}

describe("a process that ends in the middle", () => {
  const steps: readonly (readonly [string, (portal: InvoicePortal) => InvoicePortal])[] = [
    ["before it sends", (portal) => ({ ...bound(portal), register: () => Promise.reject(new Killed()) })],
    [
      "after the portal has registered, before the answer is stored",
      (portal) => ({
        ...bound(portal),
        register: async (account, wish) => {
          await portal.register(account, wish);
          throw new Killed();
        },
      }),
    ],
  ];
  it.each(steps)("%s: one number, one IRN, and it goes on by itself", async (words, asked) => {
    const { shop, id } = await onePackage({ series: words.startsWith("before") ? "KA-" : "KB-" });
    await invoice(shop, [id]);
    scene.install(asked);
    await expect(askNow(t, shop.tenantId)).rejects.toThrow(Killed);
    expect(await eInvoiceOf(shop)).toMatchObject({ state: "ASKING", tried: true });
    scene.install();
    // While its time runs nobody else speaks for the registration.
    const before = scene.exchanges.length;
    await askNow(t, shop.tenantId);
    expect(scene.exchanges).toHaveLength(before);
    t.clock.advance({ minutes: 4 });
    await askNow(t, shop.tenantId);
    expect(scene.simulator.documents()).toHaveLength(1);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
    expect(await invoicesIn(shop)).toHaveLength(1);
    expect(scene.exchanges.filter((each) => each.operation === "generate")).toHaveLength(1);
  });

  it("after the IRN was stored, before the package took it: the package is packed by the next one", async () => {
    const { shop, id } = await onePackage({ series: "KC-" });
    await invoice(shop, [id]);
    const hold = (on: boolean) =>
      t.db.transaction(shop.tenantId, (tx) =>
        tx.run(sql`update godown.sale_order set on_hold = ${on} where tenant_id = ${shop.tenantId}`),
      );
    await hold(true);
    await askNow(t, shop.tenantId);
    expect(await eInvoiceOf(shop)).toMatchObject({ state: "ACTIVE", handed: false, code: "PACKAGE_ON_HOLD" });
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "CREATED", invoice: "IRN_PENDING" }]);
    await hold(false);
    t.clock.advance({ minutes: 1 });
    const asked = scene.exchanges.length;
    await askNow(t, shop.tenantId);
    expect(scene.exchanges).toHaveLength(asked);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
  });

  it("two processes at once: one asks, the other comes back later", async () => {
    const { shop, id } = await onePackage({ series: "KD-" });
    await invoice(shop, [id]);
    const ctx = () => t.ctx(shop.tenantId);
    scene.install((portal) => ({
      ...bound(portal),
      register: async (account, wish) => {
        await askPortal(ctx(), SELLER_GSTIN); // the other one, in the middle of this
        return portal.register(account, wish);
      },
    }));
    await askNow(t, shop.tenantId);
    expect(scene.exchanges.filter((each) => each.operation === "generate")).toHaveLength(1);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "PACKED", invoice: "ISSUED" }]);
  });

  it("what is due is found by the schedule, whoever forgot it", async () => {
    const { shop, id } = await onePackage({ series: "KE-" });
    await invoice(shop, [id]);
    await t.raw("delete from graphile_worker._private_jobs");
    await startDue(t.services);
    const [{ jobs } = { jobs: 0 }] = await t.raw<{ jobs: number }>(
      "select count(*)::integer as jobs from graphile_worker._private_jobs",
    );
    expect(jobs).toBeGreaterThan(0);
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "PACKED" }]);
  });
});

describe("invoice and label in one click", () => {
  it("goes on to the label by itself when the IRN is here", async () => {
    const { shop, id } = await onePackage({ series: "LA-" });
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.channel set single_action = 'INVOICE_AND_LABEL_MERGED' where tenant_id = ${shop.tenantId}`,
      ),
    );
    const [clicked] = await invoiceAndLabel(t.ctx(shop.tenantId), { packageIds: [id] });
    expect([clicked?.outcome, clicked?.refusal?.code]).toEqual(["WAITING", "EINVOICE_WAITING"]);
    await askNow(t, shop.tenantId);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "PACKED" }]);
    await askDueSteps(t.ctx(shop.tenantId), shop.channelId);
    expect(await parcelsIn(t, shop.tenantId, [id])).toMatchObject([{ package: "READY_TO_SHIP" }]);
  });
});
