import { describe, expect, it } from "vitest";
import type { Connector } from "../../connectors/kit/index.ts";
import { paytm } from "../../connectors/paytm/index.ts";
import { PLAIN_CAPABILITIES, PLAIN_RULES } from "../../connectors/protocol/index.ts";
import { shopclues } from "../../connectors/shopclues/index.ts";
import { voonik } from "../../connectors/voonik/index.ts";
import { wooplr } from "../../connectors/wooplr/index.ts";

/** Members of an object that are not as plain. */
function differences(of: object, plain: object): string[] {
  const was = new Map(Object.entries(plain).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.entries(of)
    .filter(([name, value]) => was.get(name) !== JSON.stringify(value))
    .map(([name]) => name)
    .toSorted();
}

const SOURCES: readonly Connector[] = [paytm, shopclues, voonik, wooplr];

describe("sources of which little is known", () => {
  it.each(SOURCES)("$label is discontinued and reports what the FAQ says, no more", (source) => {
    expect(source.state).toBe("discontinued");
    expect(source.rules.reports).toEqual(["CANCELLED", "DISPATCHED"]);
    expect(source.rules.sendsReturns).toEqual([]);
    expect(Object.keys(source.operations).toSorted()).toEqual(Object.keys(source.capabilities).toSorted());
    expect(source.fields.slice(0, 2).map((field) => [field.name, field.required])).toEqual([
      ["username", true],
      ["password", true],
    ]);
  });

  it("differ from the plain protocol in known facts alone", () => {
    const of = ({ rules, capabilities }: Connector) => ({
      rules: differences(rules, PLAIN_RULES),
      capabilities: differences(capabilities, PLAIN_CAPABILITIES),
    });
    const plain = { rules: ["reports"], capabilities: [] };
    expect(SOURCES.map((source) => [source.id, of(source)])).toEqual([
      [
        "PAYTM",
        {
          rules: ["invoiceBy", "manifestBy", "multiBox", "reports", "split"],
          capabilities: [
            ...["acknowledge", "downloadFile", "fetchInvoice", "fetchLabel", "fetchManifest", "pullOrders"],
            "pushInventory",
          ],
        },
      ],
      ["SHOPCLUES", plain],
      ["VOONIK", plain],
      ["WOOPLR", plain],
    ]);
  });
});
