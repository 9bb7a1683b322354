import { expect, it } from "vitest";
import { originWords, rateWords, taxHeads, taxOf } from "./credit-note-data.ts";

const amounts = { taxable: 100_00, cgst: 2_50, sgst: 2_50, utgst: 0, igst: 0, cess: 0, total: 105_00 };

it("sums the heads and shows those that are there", () => {
  expect(taxOf(amounts)).toBe(5_00);
  expect(taxHeads(amounts)).toEqual([
    ["CGST", 2_50],
    ["SGST", 2_50],
  ]);
  expect(taxHeads({ ...amounts, cgst: 0, sgst: 0, igst: 5_00 })).toEqual([["IGST", 5_00]]);
});

it("says rates and whose paper it is", () => {
  expect([1800, 250, 0].map(rateWords)).toEqual(["18%", "2.5%", "0%"]);
  const channel = { numberedBy: "CHANNEL", channelCode: "AJIO_1", series: "CN26", enteredBy: null } as const;
  expect(originWords(channel)).toBe("AJIO_1’s, series CN26");
  expect(originWords({ ...channel, series: null, enteredBy: "Asha" })).toBe("AJIO_1’s, given by hand by Asha");
  expect(originWords({ ...channel, numberedBy: "SERIES" })).toBe("Ours, of our own series");
});
