import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AskedScene } from "../../tests/support/asked-scene.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import {
  anOrder,
  aWord,
  doubtsIn,
  says as left,
  outcomes,
  packagesIn,
  parcelsIn,
  statesIn,
} from "../../tests/support/panel-scene.ts";
import { packagesFor } from "../../tests/support/shop-builders.ts";
import { adoptionChecks } from "../fulfilment/index.ts";
import { must } from "../kernel/index.ts";
import type { AlarmFact } from "../platform/alarms.ts";
import { resolveException } from "./resolve.ts";

// The channel numbers the invoices and carries the parcels; it is asked for both after what left there is adopted.

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());

const says = (
  id: string,
  ...over: Parameters<typeof left> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
) => left(scene.t, scene.shop, id, ...over);
const order = (id: string, lines = 1) =>
  anOrder(
    scene.t,
    scene.shop,
    id,
    Array.from({ length: lines }, () => ({ productId: scene.shop.productId })),
    { thirdPartyShipping: true },
  );
const parcels = () => parcelsIn(scene.t, scene.shop);
const only = async () => {
  const rows = await scene.t.raw<{ id: Parameters<AskedScene["steps"]>[0] }>(
    "select shipping_package_id as id from godown.shipping_package where tenant_id = $1 and state <> 'CANCELLED'",
    [scene.shop.tenantId],
  );
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error("there is one package");
  return row.id;
};
const alarms = () =>
  scene.t.db.read(scene.shop.tenantId, async (tx) => {
    const facts: AlarmFact[] = [];
    for (const { check } of adoptionChecks) facts.push(...(await check(scene.ctx({ now: scene.t.clock.now() }), tx)));
    return facts.map((fact) => fact.kind);
  });

describe("an invoice that the channel numbers", () => {
  it("is awaited, and comes after the parcel has left: no number of ours is taken", async () => {
    const { next } = await scene.nextNumber();
    await order("A");
    expect(await outcomes(says("A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1"]);
    expect((await scene.steps(await only())).map(({ step, state }) => `${step} ${state}`)).toEqual([
      "INVOICE WAITING",
      "LABEL WAITING",
    ]);
    await scene.byJob();
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED CHANNEL"]);
    expect((await packagesIn(scene.t, scene.shop)).map((p) => p.awb)).toEqual([`CH${scene.numbered}`]);
    expect(await scene.nextNumber()).toEqual({ next });
    expect(scene.source.count("fetchLabel"), "nobody prints a label of what has left").toBe(0);
    expect(scene.source.count("giveShipment")).toBe(0);
    expect(await outcomes(says("A"))).toEqual(["NOTHING"]);
    await expectStockTrue(scene.t, scene.shop.tenantId);
  });

  it("that is not there yet is asked for again, and alarmed after hours", async () => {
    scene.source.answers({ fetchInvoice: () => ({ body: "NOT_YET" }) });
    await order("A");
    expect(await outcomes(says("A"))).toEqual(["ADOPTED"]);
    await scene.byJob();
    expect((await scene.steps(await only()))[0]).toMatchObject({ step: "INVOICE", code: expect.any(String) });
    expect(await alarms()).toEqual([]);
    scene.t.clock.advance({ hours: 5 });
    expect(await alarms()).toEqual(["ADOPTED_INVOICE_AWAITED"]);
    expect(await scene.alarms(), "and not as a parcel that stands and waits").toEqual([]);
    scene.inOrder();
    await scene.byJob();
    expect(await scene.invoice(await only())).toEqual(["UNCHANGED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED CHANNEL"]);
    expect(await alarms()).toEqual([]);
  });

  it("that is asked for at this moment is waited for, never raced", async () => {
    const [id] = await packagesFor(scene.t, scene.shop, [
      aPushOrder([{ productId: scene.shop.productId }], { id: "A", thirdPartyShipping: true }),
    ]);
    if (!id) throw new Error("there is a package");
    let during: unknown;
    scene.source.answers({
      fetchInvoice: async () => {
        during = await says("A");
        return { body: scene.invoiceOf("OKR/2026-27/77") };
      },
    });
    expect(await scene.invoice(id)).toEqual(["DONE"]);
    expect(during).toMatchObject(refusedWith("CHANNEL_ASKED_NOW"));
    expect(await outcomes(says("A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED CHANNEL"]);
  });

  describe("of a parcel of which a part left", () => {
    beforeEach(async () => {
      const product = { productId: scene.shop.productId };
      const [id] = await packagesFor(scene.t, scene.shop, [
        aPushOrder([product, product], { id: "A", thirdPartyShipping: true }),
      ]);
      if (!id) throw new Error("there is a package");
      expect(await scene.invoice(id)).toEqual(["DONE"]);
      expect(await outcomes(says("A"))).toEqual(["DOUBT"]);
      expect(await outcomes(says("A")), "asked once").toEqual(["DOUBT"]);
      expect(await statesIn(scene.t, scene.shop)).toEqual(["PACKED held", "PACKED held"]);
    });
    const settle = async (choice: string) => {
      const [doubt, ...more] = await doubtsIn(scene.t, scene.shop);
      expect(doubt?.kind).toBe("PART_LEFT_ON_CHANNEL");
      expect(more).toEqual([]);
      must(await resolveException(scene.ctx(), doubt?.id ?? "", { choice, note: null }));
    };

    it("a person says that all of it left", async () => {
      await settle("ADOPT_ALL");
      expect(await parcels()).toEqual(["DISPATCHED ADOPTED 2 ISSUED CHANNEL"]);
    });

    it("or that they left alone: both are invoiced anew", async () => {
      await settle("ADOPT_PART");
      expect((await parcels()).sort()).toEqual(["CANCELLED 0", "CREATED 1", "DISPATCHED ADOPTED 1"]);
      expect(await statesIn(scene.t, scene.shop)).toEqual(["DISPATCHED", "FULFILLABLE"]);
      await scene.byJob();
      expect((await parcels()).sort()).toEqual(["CANCELLED 0", "CREATED 1", "DISPATCHED ADOPTED 1 ISSUED CHANNEL"]);
      await expectStockTrue(scene.t, scene.shop.tenantId);
    });

    it("or that nothing left: it goes on, and the same word asks nobody again", async () => {
      await settle("GO_ON");
      expect(await statesIn(scene.t, scene.shop)).toEqual(["PACKED", "PACKED"]);
      expect(await outcomes(says("A"))).toEqual(["DOUBT"]);
      expect(await doubtsIn(scene.t, scene.shop)).toEqual([]);
      expect(await statesIn(scene.t, scene.shop)).toEqual(["PACKED", "PACKED"]);
    });

    it("and the channel's word about the rest ends the question", async () => {
      expect(await outcomes(says("A", [aWord("A", 1), aWord("A", 2)]))).toEqual(["ADOPTED", "ADOPTED"]);
      expect(await parcels()).toEqual(["DISPATCHED ADOPTED 2 ISSUED CHANNEL"]);
      expect(await doubtsIn(scene.t, scene.shop)).toEqual([]);
    });
  });
});
