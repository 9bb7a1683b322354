import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelReasonMark } from "../../kit/simulator/index.ts";
import { AmazonBench } from "./test-bench.ts";

// What Amazon leaves to the seller: a label that it voided, and a buyer who asks to cancel.

let bench: AmazonBench;
beforeAll(async () => {
  bench = await AmazonBench.start();
});
beforeEach(() => bench.begin());
afterAll(() => bench.close());

describe("an Easy Ship parcel whose label was voided", () => {
  const line = async (id: string) => (await bench.must("readStatuses", [id])).orders[0]?.lines[0];
  /** Looks until the label is there. */
  const label = async (id: string): Promise<Buffer> => {
    for (let looks = 0; looks < 5; looks++) {
      const got = await bench.must("fetchLabel", bench.parcel(id));
      if (got.state === "READY") return got.value;
      bench.later({ seconds: 30 });
    }
    throw new Error("the label is there after some looks");
  };

  it("is told to a person, has no courier, and is scheduled again with papers of its own", async () => {
    const id = await bench.place();
    expect(await bench.pack(id)).toMatchObject({ status: "SUCCESS" });
    const before = await label(id);
    const [first] = bench.there(id).parcels;
    await bench.post(`/_sim/amazon/orders/${id}/void-label`);
    const needsPerson = { kind: "LABEL_VOID", awb: first?.courier?.awb };
    expect(await line(id)).toMatchObject({ status: "OPEN", raw: "LABEL_CANCELLED", needsPerson });
    expect(await bench.must("fetchCourier", bench.parcel(id))).toMatchObject({ state: "NOT_YET" });
    expect(await bench.pack(id)).toMatchObject({ status: "SUCCESS" });
    expect(await line(id)).toMatchObject({ status: "OPEN", raw: "PENDING_PICK_UP" });
    expect(await line(id)).not.toHaveProperty("needsPerson");
    bench.later({ seconds: 30 });
    expect((await label(id)).equals(before)).toBe(false);
    expect(bench.there(id).parcels.map((each) => each.courier?.awb)).not.toEqual([first?.courier?.awb]);
    expect(bench.there(id).parcels).toHaveLength(1);
  });

  it("is not packed where Amazon schedules it no more", async () => {
    const id = await bench.place();
    await bench.pack(id);
    await bench.post(`/_sim/amazon/orders/${id}/void-label`);
    await bench.post("/_sim/faults", { kind: "failed", operation: "listHandoverSlots", message: "No slots are left" });
    expect(await bench.pack(id)).toMatchObject({ status: "FAILED", message: "No slots are left" });
  });
});

describe("the seller's cancellation", () => {
  it("says of each line why: its buyer asked for it, or the seller cannot ship it", async () => {
    const id = await bench.place({
      items: ["MIXER-GRINDER-750W", "YOGA-MAT-6MM"].map((sku) => ({ sku, quantity: 1 })),
      thirdPartyShipping: false,
    });
    const [asked, other] = bench.there(id).items;
    if (asked === undefined || other === undefined) throw new Error("the order has two lines");
    await bench.post(`/_sim/amazon/orders/${id}/cancel-request`, { orderItemId: asked.orderItemId });
    expect(await bench.must("cancel", bench.parcel(id))).toMatchObject({ status: "TAKEN" });
    bench.later({ seconds: 30 });
    await bench.must("readStatuses", [id]); // what is due by now is done with the next call
    const marks = bench.there(id).marks ?? {};
    expect([asked, other].map((one) => marks[cancelReasonMark(one)])).toEqual(["BuyerCanceled", "NoInventory"]);
  });
});
