import { describe, expect, it } from "vitest";
import { must, newId } from "../kernel/index.ts";
import { type Candidate, checkProvider, type Parcel, type ProviderInput, type ServedPincode } from "./provider.ts";
import { decideCourier } from "./rules/decide.ts";

const decideProvider = (candidates: readonly Candidate[], parcel: Parcel) => decideCourier(candidates, [], parcel);

const aRow = (over: Partial<ServedPincode> = {}): ServedPincode => ({
  cod: true,
  prepaid: true,
  codPriority: null,
  prepaidPriority: null,
  sortCode: null,
  ...over,
});
const aCandidate = (code: string, over: Partial<Candidate> = {}): Candidate => ({
  providerId: newId<"ShippingProvider">(),
  code,
  kind: "AWB_POOL",
  enabled: true,
  servesEverywhere: true,
  cod: true,
  preference: 100,
  pincode: null,
  awbsLeft: 10,
  connected: true,
  ...over,
});
const prepaid = { pincode: "560068", cod: false };

describe("choosing a courier", () => {
  it("takes the first by preference, then by code, and says why the others were passed over", () => {
    const choice = must(
      decideProvider(
        [
          aCandidate("LAST", { preference: 300 }),
          aCandidate("SECOND", { preference: 200, pincode: aRow({ sortCode: "BLR/HSR" }) }),
          aCandidate("OFF", { preference: 1, enabled: false }),
          aCandidate("FAR", { preference: 2, servesEverywhere: false }),
          aCandidate("EMPTY", { preference: 3, awbsLeft: 0 }),
        ],
        prepaid,
      ),
    );
    expect(choice).toMatchObject({
      code: "SECOND",
      sortCode: "BLR/HSR",
      rejected: [
        { code: "OFF", reason: "is disabled" },
        { code: "FAR", reason: "does not serve 560068" },
        { code: "EMPTY", reason: "has no tracking numbers left" },
      ],
    });
    expect(must(decideProvider([aCandidate("B"), aCandidate("A")], prepaid)).code).toBe("A");
  });

  it("asks for cash on delivery only where the parcel needs it", () => {
    const noCash = aCandidate("NOCASH", { cod: false, preference: 1 });
    const notThere = aCandidate("NOTTHERE", { preference: 2, pincode: aRow({ cod: false }) });
    expect(must(decideProvider([noCash, notThere], prepaid)).code).toBe("NOCASH");
    expect(decideProvider([noCash, notThere], { ...prepaid, cod: true })).toMatchObject({
      ok: false,
      refusal: {
        code: "NO_PROVIDER",
        facts: {
          rejected: ["NOCASH takes no cash on delivery", "NOTTHERE takes no cash on delivery in 560068"],
        },
      },
    });
  });

  it("asks those with a priority for the pincode and method first", () => {
    const usual = aCandidate("USUAL", { preference: 1 });
    const second = aCandidate("SECOND", { preference: 90, pincode: aRow({ codPriority: 1, prepaidPriority: 2 }) });
    const first = aCandidate("FIRST", { preference: 99, pincode: aRow({ codPriority: 3, prepaidPriority: 1 }) });
    const chosen = (cod: boolean) => must(decideProvider([usual, second, first], { ...prepaid, cod }));
    expect(chosen(false)).toMatchObject({ code: "FIRST", why: "priority 1 at 560068 for PREPAID, serves 560068" });
    expect(chosen(true).code).toBe("SECOND");
  });

  it("does not take prepaid parcels where the courier only collects cash", () => {
    const onlyCod = aCandidate("ONLYCOD", { pincode: aRow({ prepaid: false }) });
    expect(must(decideProvider([onlyCod], { ...prepaid, cod: true })).code).toBe("ONLYCOD");
    expect(decideProvider([onlyCod], prepaid)).toMatchObject({
      refusal: { facts: { rejected: ["ONLYCOD takes no prepaid parcels to 560068"] } },
    });
  });

  it("passes over a courier that refused the parcel, and one whose account is not connected", () => {
    const refused = aCandidate("REFUSED", { preference: 1 });
    const off = aCandidate("OFF", { preference: 2, kind: "API", connected: false });
    const parcel = { ...prepaid, refusedBy: [{ providerId: refused.providerId, words: "no such pincode" }] };
    expect(must(decideProvider([refused, off, aCandidate("NEXT", { preference: 3 })], parcel))).toMatchObject({
      code: "NEXT",
      rejected: [
        { code: "REFUSED", reason: "refused this parcel: no such pincode" },
        { code: "OFF", reason: "is not connected" },
      ],
    });
  });

  it("needs no uploaded numbers of a courier with an API", () => {
    expect(must(decideProvider([aCandidate("API", { kind: "API", awbsLeft: 0 })], prepaid)).code).toBe("API");
  });
});

describe("a provider's tracking address", () => {
  it("holds a place for the number", () => {
    const input: ProviderInput = {
      code: "X",
      name: "X",
      kind: "AWB_POOL",
      trackingUrlTemplate: null,
      transitDays: 5,
      servesEverywhere: true,
      cod: true,
      preference: 1,
      awbLowMark: 1,
      enabled: true,
    };
    const may = (trackingUrlTemplate: string | null) => checkProvider({ ...input, trackingUrlTemplate }).ok;
    expect([null, "https://x.example/t/{awb}", "https://x.example/t", "javascript:{awb}"].map(may)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
