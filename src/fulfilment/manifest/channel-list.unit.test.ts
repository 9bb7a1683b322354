import { describe, expect, it } from "vitest";
import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import { newId } from "../../kernel/index.ts";
import { type Asked, type CourierWish, couriersMissing, judgeAnswers, wishesFor, wishForAll } from "./channel-list.ts";
import type { DispatchRow } from "./dispatch-facts.ts";

const aRow = (code: string, channelCourierCode: string | null, lines: readonly string[]): DispatchRow => ({
  ...{ shippingPackageId: newId<"ShippingPackage">(), code, saleOrderId: newId<"SaleOrder">() },
  ...{
    channelId: newId<"Channel">(),
    channelOrderId: `O-${code}`,
    source: "X",
    thirdPartyShipping: true,
    packageNo: 1,
  },
  ...{ channelCourierCode, awb: "1", providerName: null, trackingUrlTemplate: null, transitDays: null },
  ...{ invoiceState: "ISSUED", invoiceNumber: "I", invoicedOn: Temporal.PlainDate.from("2026-11-20"), lines: [] },
  units: lines.map((line) => ({
    ...{ unitId: newId<"SaleOrderItem">(), line, parts: 1 },
    ...{ productId: `P-${line}`, variantId: `V-${line}` },
  })),
});

describe("what a channel is asked for", () => {
  it("is one list per courier, in the order of their codes, each line once with its units", () => {
    const rows = [aRow("A", "ECOM", ["L1", "L1", "L2"]), aRow("B", "DELH", ["L3"]), aRow("C", "ECOM", ["L1"])];
    expect(wishesFor(rows)).toMatchObject([
      { courierCode: "DELH", lines: [{ channelOrderItemId: "L3", quantity: 1 }], packages: [{ code: "B" }] },
      {
        courierCode: "ECOM",
        lines: [
          { channelOrderItemId: "L1", productId: "P-L1", variantId: "V-L1", quantity: 3 },
          { channelOrderItemId: "L2", quantity: 1 },
        ],
        packages: [
          { code: "A", lineIds: ["L1", "L2"] },
          { code: "C", lineIds: ["L1"] },
        ],
      },
    ]);
  });

  it("is one list for all couriers where the channel's may be so, a line of two parcels once", () => {
    const rows = [aRow("A", "ECOM", ["L1"]), aRow("B", "DELH", ["L2"]), aRow("C", "DELH", ["L1"])];
    expect(wishForAll(rows)).toMatchObject({
      courierCode: "",
      lines: [
        { channelOrderItemId: "L1", quantity: 2 },
        { channelOrderItemId: "L2", quantity: 1 },
      ],
      parcels: [{ packageCode: "A" }, { packageCode: "B" }, { packageCode: "C" }],
    });
  });

  it("leaves out nobody: parcels without a courier are named", () => {
    expect(couriersMissing([aRow("A", null, ["L1"]), aRow("B", "DELH", ["L2"])])).toEqual(["A"]);
  });
});

describe("what its answers mean", () => {
  const [wish] = wishesFor([aRow("A", "ECOM", ["L1", "L2"]), aRow("B", "ECOM", ["L3"])]);
  const [other] = wishesFor([aRow("C", "DELH", ["L9"])]);
  const exchangeId = newId<"Exchange">();
  const answered = (over: object, of = wish): Asked => ({
    ...{ kind: "answered", wish: of as CourierWish, exchangeId },
    answer: { made: false, url: null, refused: [], message: null, ...over },
  });
  const failed = (failure: ConnectorFailure, of = wish): Asked => ({
    ...{ kind: "failed", wish: of as CourierWish, exchangeId, failure },
  });
  const made = { made: true, url: "https://x.example/1.pdf" };

  it("is made where every list is made", () => {
    expect(judgeAnswers([answered(made), answered(made, other)])).toEqual({ kind: "made" });
    expect(judgeAnswers([answered({ made: true })])).toEqual({ kind: "made" });
  });

  it("names the parcels of the lines that are refused, each with its words", () => {
    const refused = [
      { key: "L2", message: "cancelled" },
      { key: "L3", message: "no label" },
    ];
    expect(judgeAnswers([answered({ refused })])).toMatchObject({
      kind: "refused",
      detail: "A: cancelled, B: no label",
      exchangeId,
      refused: [
        { code: "A", words: "cancelled" },
        { code: "B", words: "no label" },
      ],
    });
  });

  it("is refused where one line of a list that was made is refused", () => {
    const refused = [{ key: "L3", message: "no label" }];
    expect(judgeAnswers([answered({ ...made, refused })])).toMatchObject({ kind: "refused", refused: [{ code: "B" }] });
  });

  it("names lists that were made before another was refused: their parcels are gone there", () => {
    const refused = [{ key: "L3", message: "cancelled" }];
    expect(judgeAnswers([answered(made, other), answered({ refused })])).toMatchObject({
      kind: "refused",
      refused: [{ code: "B" }],
      listed: [{ courierCode: "DELH", packages: ["C"] }],
    });
    const lost = failed({ reached: "unknown", kind: "transient" });
    expect(judgeAnswers([answered(made, other), lost])).toMatchObject({
      kind: "not answered",
      listed: [{ courierCode: "DELH" }],
    });
    expect(judgeAnswers([answered({ ...made, refused })])).toMatchObject({ listed: [{ packages: ["A"] }] });
    expect(judgeAnswers([answered({ refused }), answered({}, other)])).toMatchObject({ listed: [] });
  });

  it.each([
    ["the channel's words in general", { message: "pickup is closed" }, "pickup is closed"],
    ["lines that are not ours", { refused: [{ key: "L77", message: "unknown" }] }, "L77: unknown"],
    ["a refusal without a word", {}, "ECOM: refused"],
  ])("tells %s", (_, answer, detail) => {
    expect(judgeAnswers([answered(answer)])).toMatchObject({ kind: "refused", detail, refused: [] });
  });

  it("tells of a list of all couriers without the name of any", () => {
    const all = wishForAll([aRow("A", "ECOM", ["L1"]), aRow("C", "DELH", ["L9"])]);
    expect(judgeAnswers([answered({}, all)])).toMatchObject({ detail: "refused" });
    const lost = failed({ reached: "unknown", kind: "transient", channelMessage: "timeout" }, all);
    expect(judgeAnswers([lost])).toMatchObject({ kind: "not answered", detail: "timeout", listed: [] });
  });

  it.each([
    ["an HTTP refusal", { reached: "yes", kind: "refused", channelMessage: "bad courier" } as const, "refused"],
    ["a lost answer", { reached: "unknown", kind: "transient", channelMessage: "timeout" } as const, "not answered"],
    ["credentials", { reached: "yes", kind: "auth", channelMessage: "log in" } as const, "not answered"],
    ["a channel that is off", { reached: "no", kind: "refused", channelMessage: "is off" } as const, "not answered"],
    ["a breaker", { reached: "no", kind: "breaker_open" } as const, "not answered"],
  ])("takes %s for what it is", (_, failure, kind) => {
    const words = "channelMessage" in failure ? failure.channelMessage : failure.kind;
    expect(judgeAnswers([answered(made, other), failed(failure)])).toMatchObject({ kind, detail: `ECOM: ${words}` });
  });

  it("keeps the sentence short where very many are refused, and names all beside it", () => {
    const rows = Array.from({ length: 30 }, (_, n) => aRow(`P${n}`, "ECOM", [`L${n}`]));
    const refused = rows.map((_, n) => ({ key: `L${n}`, message: "no" }));
    const verdict = judgeAnswers([answered({ refused }, wishesFor(rows)[0])]);
    expect(verdict).toMatchObject({ kind: "refused", detail: expect.stringMatching(/, and 20 more$/) });
    expect(verdict.kind === "made" ? [] : verdict.refused).toHaveLength(30);
  });
});
