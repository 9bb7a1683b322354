/** For unit tests of operations: Snapdeal's packages and answers, made by hand. */
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";

export const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const FIELDS = { clientId: "godown", authToken: "partner", sellerToken: "seller" };
export const OK = { requestId: "r" };

export function pack(code: string, over: object = {}) {
  return {
    ...{ packageReferenceCode: code, fulfillmentModelCode: "ONESHIP", orderStatus: "PFF", created: 1795140000000 },
    shippingAddress: { name: "A", addressLine1: "B", city: "C", state: "D", pincode: "411038" },
    items: [
      {
        orderCode: "9",
        suborderCode: "9-1",
        skuCode: "M",
        siReferenceCode: `${code}-1`,
        supc: "SDL1",
        sellingPrice: 1,
      },
    ],
    ...over,
  };
}

export const listed = (...packages: readonly object[]): GivenAnswer => ({
  body: { metadata: OK, payload: { packages } },
});
export const printed = (...orderDetails: readonly object[]): GivenAnswer => ({
  body: { metadata: OK, payload: { downloadLink: "https://own.example.in/l.pdf", orderDetails } },
});
export const updated = (code: string, words: string | null = null): GivenAnswer => ({
  body: { metadata: OK, payload: { [code]: { operationSuccessful: words === null, errorMessage: words } } },
});
export const refused = (message: string): GivenAnswer => ({ status: 400, body: { metadata: { message } } });
export const by = (answers: Readonly<Record<string, readonly GivenAnswer[]>>) => callByHand(NOW, answers, FIELDS);
