import { describe, expect, it } from "vitest";
import { ApiError } from "../../lib/problem.ts";
import type { Verdict } from "../../ui/index.ts";
import type { Candidate, LookUp } from "./desk-state.ts";
import { type DeskServer, type DeskView, DeskWork, emptyDesk } from "./desk-work.ts";

const parcel = (code: string, over: Partial<Candidate> = {}): Candidate => ({
  ...{ shippingPackageId: `id of ${code}`, package: code, state: "RETURN_EXPECTED", awb: `AWB-${code}`, courier: null },
  ...{ saleOrderId: "o", order: "O-1", channel: "AJIO_1", dispatchFacility: "BLR1", expectedFacility: "BLR1" },
  ...{ foundBy: "PACKAGE", road: "RTO", announced: true, syncFirst: false, returnManifest: null, refusal: null },
  units: [
    {
      ...{ unitId: `u of ${code}`, code: `O-1-${code}`, sku: "KURTA", name: "Teal kurta", imageUrl: null },
      ...{ state: "DISPATCHED", returnCaseId: null, returnCode: null, returnKind: null, returnState: null },
      ...{ itemState: null, grade: null, due: true },
    },
  ],
  ...over,
});
const found = (code: string, ...candidates: Candidate[]): LookUp => ({
  ...{ code, candidates },
  meant: candidates.length === 1 ? (candidates[0]?.shippingPackageId ?? null) : null,
});

function aDesk(parcels: Readonly<Record<string, LookUp>>, over: Partial<DeskServer> = {}) {
  const heard: Verdict[] = [];
  const sent: unknown[] = [];
  let view: DeskView = emptyDesk;
  const work = new DeskWork({
    place: "BLR1",
    onChange: (next) => {
      view = next;
    },
    say: (verdict) => heard.push(verdict),
    server: {
      lookUp: async (code) => {
        const known = parcels[code];
        if (known === undefined)
          throw new ApiError(404, { code: "RETURN_SCAN_UNKNOWN", message: `${code} is unknown.` });
        return known;
      },
      receive: async (receipt) => {
        sent.push(receipt);
        return {
          ...{ putaway: { putawayId: "l", code: "PA-1" }, returns: [] },
          ...{ received: receipt.units.length, missing: 0 },
        };
      },
      syncStatus: async () => ({ changed: false, lines: [{ status: "SHIPPED", raw: "Shipped" }] }),
      ...over,
    },
  });
  return { work, heard, sent, view: () => view };
}

describe("the returns desk", () => {
  it("receives a parcel by scanning the next one, once everything of it was said", async () => {
    const desk = aDesk({ A: found("A", parcel("A")), B: found("B", parcel("B")) });
    expect(await desk.work.submit("A")).toMatchObject({ sound: "good" });
    desk.work.decide("bad");
    const verdict = await desk.work.submit("B");
    expect(verdict.detail).toContain("A received: 1 unit on PA-1");
    expect(desk.sent).toMatchObject([{ shippingPackageId: "id of A", units: [{ grade: "bad", missing: false }] }]);
    expect(desk.view()).toMatchObject({ received: 1, list: { code: "PA-1" }, hand: { code: "B" } });
  });

  it("keeps what is scanned while a parcel is not decided, and opens it afterwards", async () => {
    const desk = aDesk({ A: found("A", parcel("A")), B: found("B", parcel("B")) });
    await desk.work.submit("A");
    expect(await desk.work.submit("B")).toMatchObject({ sound: "warn", title: "B waits" });
    expect(await desk.work.submit("X")).toMatchObject({ sound: "warn", title: "X waits" });
    desk.work.decide("good");
    await desk.work.finish();
    expect(desk.view()).toMatchObject({ hand: { code: "B" }, waiting: ["X"] });
    desk.work.decide("good");
    await desk.work.finish();
    expect(desk.heard.at(-1)).toMatchObject({ sound: "bad", title: "X is unknown." });
    expect(desk.view()).toMatchObject({ hand: null, waiting: [], received: 2 });
  });

  it("keeps the scan and the parcel when receiving is refused", async () => {
    const refusal = new ApiError(409, {
      code: "RETURN_ON_OPEN_MANIFEST",
      message: "A is on RM-1.",
      whatToDo: "Close it.",
    });
    const desk = aDesk({ A: found("A", parcel("A")) }, { receive: () => Promise.reject(refusal) });
    await desk.work.submit("A");
    desk.work.decide("good");
    expect(await desk.work.submit("B")).toMatchObject({ sound: "bad", title: "A is on RM-1." });
    expect(desk.view()).toMatchObject({ hand: { code: "A", said: { "u of A": "good" } }, waiting: ["B"] });
  });

  it("has a parcel of several chosen by its number", async () => {
    const desk = aDesk({ "O-1": found("O-1", parcel("A"), parcel("B")) });
    expect(await desk.work.submit("O-1")).toMatchObject({ sound: "warn", title: "O-1 stands for 2 parcels" });
    expect(await desk.work.submit("3")).toMatchObject({ sound: "bad" });
    await desk.work.submit("2");
    expect(desk.view()).toMatchObject({ hand: { parcel: { package: "B" } }, choice: null });
  });

  it("syncs the status of what nobody announced, and says what the channel answered", async () => {
    const desk = aDesk({ A: found("A", parcel("A", { announced: false, syncFirst: true })) });
    expect(await desk.work.submit("A")).toMatchObject({ sound: "warn", title: "A: nobody announced it" });
    await desk.work.sync();
    expect(desk.heard.at(-1)?.detail).toContain("The channel says “Shipped”: nothing new.");
    desk.work.decide("good");
    await desk.work.finish();
    expect(desk.sent).toMatchObject([{ unannounced: true }]);
  });

  it("goes on to the next scan from a parcel that may not be received", async () => {
    const refusal = { code: "RETURN_NOT_DISPATCHED", message: "A never left.", whatToDo: "Keep it apart." };
    const desk = aDesk({ A: found("A", parcel("A", { refusal, road: null })), B: found("B", parcel("B")) });
    expect(await desk.work.submit("A")).toMatchObject({ sound: "bad", title: "A never left." });
    expect(await desk.work.submit("B")).toMatchObject({ sound: "good" });
    expect(desk.sent).toEqual([]);
  });
});
