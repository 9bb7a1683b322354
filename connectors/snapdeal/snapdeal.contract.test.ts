import { runContractSuite } from "../kit/contract-suite.ts";
import type { CaughtPush } from "../kit/suite/options.ts";
import { snapdeal } from "./index.ts";
import { SNAPDEAL_PARTNER, SNS_PUBLIC_KEY, snapdealSimulator } from "./simulator/index.ts";

runContractSuite(snapdeal, snapdealSimulator.start, {
  fields: { ...SNAPDEAL_PARTNER, snsCertificate: SNS_PUBLIC_KEY },
  fieldsOf: (seller) => ({ sellerToken: seller.password }),
  // A SUPC is product, variant and listing at once.
  keysOf: ({ variantId }) => ({ channelProductId: variantId, productId: variantId, variantId }),
  order: { items: [{ sku: "SUITE-000" }, { sku: "SUITE-001" }] },
  wrong: { unreadable: { items: "none" }, nameless: { packageReferenceCode: "" } },
  behaves: {
    signsIn: false,
    // What left is looked up: the hand-over list told it.
    countEachTime: ["cancel"],
    // A package has one state; its units are cancelled by themselves, and are then no more of it.
    lineStatuses: false,
    manifestOf: "courier",
    namesCourier: false,
    takesBox: false,
    // Invoice number and label are a package's, not a unit's.
    perLine: ["cancel", "pushInventory"],
    holds: "nothing",
    pages: { listings: 3, orders: 12 },
  },
  feeds: { "suborders/cancelled": { statusless: true } },
  consent: { givesToken: true },
  wakeUp: {
    // All of the proof stands in the message.
    forgeries: {
      "with another message": (push) =>
        withBody(push, { Message: '{"event":"NEW_ORDER","packageReferenceCodes":["SLP1"]}' }),
      "whose certificate stands elsewhere": (push) =>
        withBody(push, { SigningCertURL: "https://sns.example.in/a.pem" }),
      "of another day": (push) => withBody(push, { Timestamp: "2026-01-01T00:00:00.000Z" }),
    },
    confirm: { path: "/_sim/sns/subscribe", body: {} },
  },
});

function withBody(push: CaughtPush, over: object): CaughtPush {
  const body: object = JSON.parse(push.bytes.toString("utf8"));
  return { ...push, bytes: Buffer.from(JSON.stringify({ ...body, ...over })) };
}
