/** Flipkart's answers by hand, for tests of operations. */
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";
import { aShipmentIn, NOW, SHIPMENT_ID, TOKEN } from "./test-facts.ts";

export const FIELDS = { appId: "app-1", appSecret: "secret-1", locations: '{"LOC7a1b2c3d":"BLR1"}' };
export const LINE = "12345678901234500";
export const PDF = { bytes: Buffer.from("%PDF-1.7 paper") };

export function by(
  answers: Readonly<Record<string, readonly GivenAnswer[]>>,
  fields: Readonly<Record<string, string>> = FIELDS,
) {
  const tokens = Array.from({ length: 3 }, () => TOKEN);
  return callByHand(NOW, { getToken: tokens, ...answers }, fields, { cancelReason: "cannot_procure_item" });
}

export function found(status: string, over: Readonly<Record<string, unknown>> = {}): GivenAnswer {
  return { body: { shipments: [aShipmentIn(status, over)] } };
}

export function result(word: string, errorCode: string | null = null, name = "status"): GivenAnswer {
  return {
    body: {
      shipments: [
        {
          shipmentId: SHIPMENT_ID,
          [name]: word,
          errorCode,
          errorMessage: errorCode === null ? null : "in their words",
        },
      ],
    },
  };
}
