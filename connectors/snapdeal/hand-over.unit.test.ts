import { describe, expect, it } from "vitest";
import { by, OK, pack, printed, refused } from "./answers-by-hand.ts";
import { fetchManifest } from "./operations/hand-over.ts";
import { noteModels } from "./operations/models.ts";

const parcel = {
  channelOrderId: "SLP1",
  packageCode: "P",
  lines: [{ channelOrderItemId: "SLP1-1", productId: "S", variantId: "S", quantity: 1 }],
};
const wish = { courierCode: "DLV", parcels: [parcel], lines: parcel.lines };

describe("the hand-over list", () => {
  it("takes a sheet for Oneship and a manifest for the couriers", async () => {
    for (const [model, make, print] of [
      ["ONESHIP", "createHandOverSheet", "printHandOverSheet"],
      ["DROPSHIP", "createManifest", "printManifest"],
    ] as const) {
      const { call, sent } = by({
        [make]: [
          { body: { metadata: OK, payload: { handOverCode: "H", updates: { SLP1: { operationSuccessful: true } } } } },
        ],
        [print]: [{ body: { metadata: OK, payload: { downloadLink: "https://own.example.in/h.pdf" } } }],
      });
      noteModels(call, [{ ...pack("SLP1"), fulfillmentModelCode: model }]);
      expect(await fetchManifest(call, wish)).toMatchObject({
        value: { made: true, url: "https://own.example.in/h.pdf" },
      });
      expect(sent.map((out) => out.operation)).toEqual([make, print]);
    }
  });

  it("is one sheet of Oneship whoever carries the parcels on, and a manifest for each courier of the others", async () => {
    const other = { ...parcel, channelOrderId: "SLP2", lines: [{ ...parcel.lines[0], channelOrderItemId: "SLP2-1" }] };
    const all = { courierCode: "", lines: [], parcels: [parcel, { ...other, lines: parcel.lines }] };
    const updates = { SLP1: { operationSuccessful: true }, SLP2: { operationSuccessful: true } };
    const ones = by({
      createHandOverSheet: [{ body: { metadata: OK, payload: { handOverCode: "H", updates } } }],
      printHandOverSheet: [{ body: { metadata: OK, payload: { downloadLink: "https://own.example.in/h.pdf" } } }],
    });
    const models = (fulfillmentModelCode: "ONESHIP" | "OCPLUS" | "DROPSHIP", codes: readonly string[]) =>
      codes.map((code) => ({ ...pack(code), fulfillmentModelCode }));
    noteModels(ones.call, models("ONESHIP", ["SLP1", "SLP2"]));
    expect(await fetchManifest(ones.call, all)).toMatchObject({ value: { made: true } });
    expect(ones.sent[0]?.body).toEqual({ orderCodes: ["SLP1", "SLP2"] });
    const many = by({});
    noteModels(many.call, [...models("DROPSHIP", ["SLP1"]), ...models("OCPLUS", ["SLP2"])]);
    expect(await fetchManifest(many.call, all)).toMatchObject({ value: { made: false, apart: true, refused: [] } });
    expect(many.sent).toEqual([]);
  });

  it("does not put two kinds on one list: the rarer ones are named", async () => {
    const other = { ...parcel, channelOrderId: "SLP2", lines: [{ ...parcel.lines[0], channelOrderItemId: "SLP2-1" }] };
    const third = { ...parcel, channelOrderId: "SLP3" };
    const { call, sent } = by({});
    noteModels(
      call,
      ["SLP1", "SLP3"].map((code) => ({ ...pack(code), fulfillmentModelCode: "ONESHIP" as const })),
    );
    noteModels(call, [{ ...pack("SLP2"), fulfillmentModelCode: "DROPSHIP" }]);
    const parcels = [parcel, other, third].map((one) => ({
      ...one,
      lines: one.lines.map((line) => ({ ...parcel.lines[0], ...line, productId: "S", variantId: "S", quantity: 1 })),
    }));
    expect(await fetchManifest(call, { ...wish, parcels })).toMatchObject({
      value: { made: false, refused: [{ key: "SLP2-1" }] },
    });
    expect(sent).toEqual([]);
  });
});

describe("parcels that stand on a list already", () => {
  const codes = ["SLP1", "SLP2"];
  const parcels = codes.map((code) => ({
    ...{ channelOrderId: code, packageCode: code },
    lines: [{ channelOrderItemId: `${code}-1`, productId: "S", variantId: "S", quantity: 1 }],
  }));
  const both = { courierCode: "DLV", parcels, lines: parcels.flatMap((one) => one.lines) };
  const file = { body: { metadata: OK, payload: { downloadLink: "https://own.example.in/h.pdf" } } };
  const stand = (code: string, manifestCode: string | null, orderStatus = "PRNT") =>
    printed(pack(code, { orderStatus, manifestCode }));
  const set = (words: Readonly<Record<string, string | null>>) => ({
    body: {
      metadata: OK,
      payload: {
        handOverCode: "H",
        updates: Object.fromEntries(
          Object.entries(words).map(([code, errorMessage]) => [
            code,
            { operationSuccessful: errorMessage === null, errorMessage },
          ]),
        ),
      },
    },
  });
  function told(answers: Parameters<typeof by>[0]) {
    const made = by({ createHandOverSheet: [refused("already listed")], ...answers });
    noteModels(
      made.call,
      codes.map((code) => ({ ...pack(code), fulfillmentModelCode: "ONESHIP" as const })),
    );
    return made;
  }
  const operations = (sent: ReturnType<typeof by>["sent"]) =>
    sent.map((out) => out.operation).filter((name) => name !== "reprintOrder");

  it("have it set to them and no other before it is printed", async () => {
    const { call, sent } = told({
      reprintOrder: [stand("SLP1", "H"), stand("SLP2", null)],
      updateHandOverSheet: [set({ SLP1: null, SLP2: null })],
      printHandOverSheet: [file],
    });
    expect(await fetchManifest(call, both)).toMatchObject({
      value: { made: true, url: "https://own.example.in/h.pdf" },
    });
    expect(operations(sent)).toEqual(["createHandOverSheet", "updateHandOverSheet", "printHandOverSheet"]);
    expect(sent.at(-2)).toMatchObject({ method: "PUT", path: "/oneship/hos/H", body: { orderCodes: codes } });
  });

  it("are named where the list does not take them, and nothing is printed", async () => {
    const some = told({
      reprintOrder: [stand("SLP1", "H"), stand("SLP2", null)],
      updateHandOverSheet: [set({ SLP1: null, SLP2: "not printed" })],
    });
    expect(await fetchManifest(some.call, both)).toMatchObject({
      value: { made: false, refused: [{ key: "SLP2-1", message: "not printed" }] },
    });
    const none = told({
      reprintOrder: [stand("SLP1", "H"), stand("SLP2", "H")],
      updateHandOverSheet: [refused("no such list")],
    });
    expect(await fetchManifest(none.call, both)).toMatchObject({
      value: { made: false, refused: [], message: "Snapdeal does not change its list H: no such list" },
    });
    for (const { sent } of [some, none]) expect(operations(sent)).not.toContain("printHandOverSheet");
  });

  it("have its paper once more where it is closed, and it is not touched", async () => {
    const { call, sent } = told({
      reprintOrder: [stand("SLP1", "H", "AHOS"), stand("SLP2", "H", "AHOS")],
      reprintHandOverSheet: [file],
    });
    expect(await fetchManifest(call, both)).toMatchObject({ value: { made: true } });
    expect(operations(sent)).toEqual(["createHandOverSheet", "reprintHandOverSheet"]);
  });

  it("are set on it whatever their state says, where it is not closed", async () => {
    const { call, sent } = told({
      reprintOrder: [stand("SLP1", "H", "AHOS"), stand("SLP2", "H", "AHOS")],
      reprintHandOverSheet: [refused("not closed")],
      updateHandOverSheet: [set({ SLP1: null, SLP2: null })],
      printHandOverSheet: [file],
    });
    expect(await fetchManifest(call, both)).toMatchObject({ value: { made: true } });
    expect(operations(sent).slice(1)).toEqual(["reprintHandOverSheet", "updateHandOverSheet", "printHandOverSheet"]);
  });

  it("are named where some were handed over and others were not, or where they stand on several", async () => {
    const gone = told({
      reprintOrder: [stand("SLP1", "H", "AHOS"), stand("SLP2", null)],
      reprintHandOverSheet: [file],
    });
    expect(await fetchManifest(gone.call, both)).toMatchObject({
      value: { made: false, refused: [{ key: "SLP1-1", message: expect.stringContaining("list H already") }] },
    });
    const several = told({ reprintOrder: [stand("SLP1", "H"), stand("SLP2", "I")] });
    expect(await fetchManifest(several.call, both)).toMatchObject({
      value: {
        made: false,
        refused: [
          { key: "SLP1-1", message: expect.stringContaining("list H:") },
          { key: "SLP2-1", message: expect.stringContaining("list I:") },
        ],
      },
    });
    expect(operations(several.sent)).toEqual(["createHandOverSheet"]);
  });
});
