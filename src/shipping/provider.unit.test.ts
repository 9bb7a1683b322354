import { describe, expect, it } from "vitest";
import { must, newId } from "../kernel/index.ts";
import { type Candidate, checkProvider, decideProvider, type ProviderInput } from "./provider.ts";

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
  ...over,
});
const prepaid = { pincode: "560068", cod: false };

describe("choosing a courier", () => {
  it("takes the first by preference, then by code, and says why the others were passed over", () => {
    const choice = must(
      decideProvider(
        [
          aCandidate("LAST", { preference: 300 }),
          aCandidate("SECOND", { preference: 200, pincode: { cod: true, sortCode: "BLR/HSR" } }),
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
    const notThere = aCandidate("NOTTHERE", { preference: 2, pincode: { cod: false, sortCode: null } });
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
