import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aSku } from "../../../tests/support/builders.ts";
import { aFieldScene, type FieldScene, withFields } from "../../../tests/support/custom-field-builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { aChannel, aListing, aPushOrder, receive } from "../../../tests/support/order-builders.ts";
import { runWork } from "../../../tests/support/run-work.ts";
import { type ChannelId, type FacilityId, must, type Result, type TenantId } from "../../kernel/index.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { exportCustomFields } from "./export-values.ts";
import { importCustomFields } from "./import-values.ts";

let t: TestDatabase;
let scene: FieldScene;
let tenantId: TenantId;
let facilityId: FacilityId;
let channelId: ChannelId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  scene = await aFieldScene(t);
  ({ tenantId, facilityId, channelId } = scene);
});
const define: FieldScene["define"] = (...of) => scene.define(...of);
const sentOf: FieldScene["sentOf"] = (code) => scene.sentOf(code);

describe("a file of values", () => {
  const upload = async (text: string) => {
    const bytes = Buffer.from(text);
    const started = await importCustomFields.start(t.ctx(tenantId), { fileName: "f.csv", bytes, options: {} });
    return started.ok ? runWork(t, tenantId, started.value.workId, importCustomFields.register) : started.refusal;
  };

  it("writes what each line names, tells of each line what became of it, and is harmless a second time", async () => {
    must(await define("slot", { label: "Slot" }));
    must(await define("boxes", { kind: "WHOLE_NUMBER" }));
    must(await define("engraving", { appliesTo: "ITEM" }));
    must(await define("pallet", { appliesTo: "PACKAGE" }));
    const twin = await aChannel(t, tenantId, [facilityId], { code: "JM_2" });
    await aListing(t, tenantId, twin, await aSku(t.db, tenantId), { productId: "P1" });
    await receive(t, tenantId, channelId, [
      aPushOrder([{ productId: "P1", quantity: 2 }], { id: "O1" }),
      aPushOrder([{ productId: "P1" }], { id: "TWIN" }),
    ]);
    await receive(t, tenantId, twin, [aPushOrder([{ productId: "P1" }], { id: "TWIN" })]);
    await allocate(t, tenantId, facilityId);
    const parcel = (await packagesOf(t, tenantId)).find((each) => each.order === "O1");
    const file = [
      "Channel Code,Order Code,Item Code,Package Code,Slot,boxes,engraving,pallet",
      ",O1,,,evening,3,,", //                          2
      ",O1,O1-1,,,,A.R.,", //                          3
      ",O1,O1-L1,,,,B.R.,", //                         4: the channel's line, both units
      `,,,${parcel?.code},,,,7`, //                    5
      ",O1,,,morning,some,,", //                       6: its good cell is not written either
      ",NOBODY,,,x,,,", //                             7
      ",TWIN,,,x,,,", //                               8
      "JM_2,TWIN,,,x,,,", //                           9
      ",O1,O1-1,,x,,,", //                            10: no field of items
      ",O1,,,-,,,", //                                11
      ",,,,x,,,", //                                  12
      ",O1,,,,,,", //                                 13
    ].join("\n");
    const work = await upload(file);
    expect("rows" in work ? work.rows.map((row) => [row.row, row.code ?? row.outcome]) : work).toEqual([
      [2, "DONE"],
      [3, "DONE"],
      [4, "DONE"],
      [5, "DONE"],
      [6, "CUSTOM_FIELD_VALUE_INVALID"],
      [7, "CUSTOM_FIELD_RECORD_UNKNOWN"],
      [8, "CUSTOM_FIELD_RECORD_AMBIGUOUS"],
      [9, "DONE"],
      [10, "CUSTOM_FIELD_UNKNOWN"],
      [11, "DONE"],
      [12, "CUSTOM_FIELD_RECORD_MISSING"],
      [13, "UNCHANGED"],
    ]);
    expect(await sentOf("O1")).toEqual({
      order: { boxes: "3" },
      units: [{ engraving: "B.R." }, { engraving: "B.R." }],
      packages: [{ pallet: "7" }],
    });
    const again = await upload([file.split("\n")[0], ",O1,,,,3,,"].join("\n"));
    expect("rows" in again ? again.rows.map((row) => row.outcome) : again).toEqual(["UNCHANGED"]);
  });

  it("with a column that no field is named after is refused whole", async () => {
    must(await define("slot"));
    expect(await upload("Order Code,slto\nO1,x\n")).toMatchObject({
      code: "CUSTOM_FIELD_COLUMNS_UNKNOWN",
      facts: { columns: "slto", names: "slot" },
    });
    expect(await upload("Order Code\nO1\n")).toMatchObject({ code: "CUSTOM_FIELD_COLUMNS_UNKNOWN" });
  });

  it("is what the export gives, filled in: of orders, items and packages", async () => {
    must(await define("slot", { defaultValue: "any" }));
    must(await define("engraving", { appliesTo: "ITEM" }));
    await receive(t, tenantId, channelId, [
      withFields("O1", { slot: "evening" }, { engraving: '=A,"R"' }),
      aPushOrder([{ productId: "P1" }], { id: "O2" }),
    ]);
    const text = async (appliesTo: string) => {
      // The route gives a file or a refusal.
      const given = await exportCustomFields.handle(t.ctx(tenantId), { params: {}, body: {}, query: { appliesTo } });
      const { bytes } = must(given as Result<FileAnswer & { bytes: Uint8Array }>);
      return Buffer.from(bytes).toString("utf8").slice(1).trimEnd().split("\r\n");
    };
    expect(await text("ORDER")).toEqual(["Channel Code,Order Code,slot", "JM_1,O1,evening", "JM_1,O2,"]);
    expect((await text("ITEM")).slice(0, 2)).toEqual([
      "Channel Code,Order Code,Item Code,SKU Code,engraving",
      `JM_1,O1,O1-1,PEN,"'=A,""R"""`,
    ]);
    const back = await upload((await text("ITEM")).join("\r\n"));
    expect("rows" in back ? back.rows.map((row) => row.outcome) : back).toEqual([
      "UNCHANGED",
      "UNCHANGED",
      "UNCHANGED",
    ]);
  });
});
