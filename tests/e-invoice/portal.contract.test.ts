/** The rules on our side and the simulated portal's, each written apart from the other, and what goes between them. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { irnFor } from "../../connectors/nic/simulator/registry.ts";
import { examine } from "../../connectors/nic/simulator/rules.ts";
import type { Inv01 } from "../../contract/inv01.ts";
import { irnOf, judgeRegistration, prepareEInvoice } from "../../src/e-invoice/index.ts";
import { inv01, portalDay } from "../../src/e-invoice/inv01.ts";
import { checkSums } from "../../src/e-invoice/sums.ts";
import { must, paise } from "../../src/kernel/index.ts";
import {
  aDocument,
  aLine,
  BUYER_GSTIN,
  NEAR_BUYER_GSTIN,
  SELLER_GSTIN,
  someFacts,
} from "../support/e-invoice-cases.ts";
import { PORTAL_ACCOUNT, type PortalScene, portalScene, value, wishFor } from "../support/portal.ts";

let scene: PortalScene;
beforeAll(async () => {
  scene = await portalScene();
});
afterAll(() => scene.close());

const against = { today: Temporal.PlainDate.from("2026-11-21"), turnoverCrore: 20, sandbox: false };

const someInvoice = fc
  .record({
    type: fc.constantFrom("INV" as const, "CRN" as const),
    near: fc.boolean(),
    roundOff: fc.integer({ min: -50, max: 50 }),
    number: fc.stringMatching(/^[A-Za-z1-9][A-Za-z0-9/-]{0,15}$/),
    lines: fc.array(
      fc.record({
        taxable: fc.integer({ min: 100, max: 90_000_000 }),
        discount: fc.integer({ min: 0, max: 100_000 }),
        quantity: fc.integer({ min: 1, max: 500 }),
        gstBps: fc.constantFrom(25, 300, 500, 1_200, 1_800, 2_800, 4_000),
        cessFixed: fc.integer({ min: 0, max: 5_000 }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ type, near, roundOff, number, lines }) =>
    someFacts({
      ...{ type, number, roundOff: paise(roundOff), placeOfSupply: near ? "29" : "27" },
      ...(near ? { buyer: { gstin: NEAR_BUYER_GSTIN, stateCode: "29", pincode: "560001", city: "Bengaluru" } } : {}),
      precedes: type === "CRN" ? [{ number: "INV26/0", on: Temporal.PlainDate.from("2026-11-20") }] : [],
      lines: lines.map((line) => aLine({ ...line, heads: near ? "SGST" : "IGST" })),
    }),
  );

const portalFaults = (document: Inv01) =>
  examine(document, { today: "2026-11-21", gstinState: () => null, unknownHsn: new Set() }).faults;

describe("both arithmetics", () => {
  it("take every document that is prepared here", () => {
    fc.assert(
      fc.property(someInvoice, (facts) => {
        const { document, warnings } = must(prepareEInvoice(facts, against));
        expect(portalFaults(document)).toEqual([]);
        expect(warnings).toEqual([]);
      }),
    );
  });

  it("agree on which altered documents are wrong", () => {
    const members = ["AssVal", "CgstVal", "SgstVal", "IgstVal", "CesVal", "TotInvVal", "RndOffAmt"] as const;
    const itemMembers = ["TotAmt", "Discount", "AssAmt", "TotItemVal", "CesNonAdvlAmt"] as const;
    const shift = (rupees: number | undefined, by: number) => (Math.round((rupees ?? 0) * 100) + by) / 100;
    fc.assert(
      fc.property(
        someInvoice,
        fc.constantFrom(...members, ...itemMembers),
        fc.integer({ min: 0, max: 300 }),
        (facts, member, by) => {
          const document = must(inv01(facts));
          const ofTotals = members.find((name) => name === member);
          const altered: Inv01 =
            ofTotals === undefined
              ? {
                  ...document,
                  ItemList: document.ItemList.map((item) => ({
                    ...item,
                    [member]: shift(Reflect.get(item, member), by),
                  })),
                }
              : { ...document, ValDtls: { ...document.ValDtls, [ofTotals]: shift(document.ValDtls[ofTotals], by) } };
          expect(checkSums(altered).length > 0).toBe(portalFaults(altered).length > 0);
        },
      ),
    );
  });

  it("make one IRN of one document", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(SELLER_GSTIN, BUYER_GSTIN),
        fc.integer({ min: 0, max: 2_500 }).map((days) => Temporal.PlainDate.from("2020-10-01").add({ days })),
        fc.constantFrom("INV" as const, "CRN" as const, "DBN" as const),
        fc.stringMatching(/^[A-Za-z1-9][A-Za-z0-9/-]{0,15}$/),
        (gstin, on, type, number) => {
          expect(irnOf({ gstin, on, type, number })).toBe(irnFor(gstin, portalDay(on), type, number));
        },
      ),
    );
  });
});

describe("from facts to the portal and back", () => {
  it.each([
    ["an invoice between states", {}],
    ["an invoice within a state", { placeOfSupply: "29", lines: [aLine({ heads: "SGST" })] }],
    ["a credit note", { type: "CRN", precedes: [{ number: "INV26/1", on: against.today }] }],
    ["small letters in a number", { number: "inv26/9b" }],
    ["a SEZ unit of the same state", { supply: "SEZWP", placeOfSupply: "29", number: "SEZ1" }],
    [
      "an export without payment of tax",
      { supply: "EXPWOP", placeOfSupply: "96", number: "EXP1", lines: [aLine({ gstBps: 0 })] },
    ],
  ] as const)("%s gets the IRN that was worked out, and a code that names it", async (_, wish) => {
    const near = { gstin: NEAR_BUYER_GSTIN, stateCode: "29", pincode: "560001" };
    const abroad = { gstin: null, stateCode: "96", pincode: null };
    const place = "placeOfSupply" in wish ? wish.placeOfSupply : "27";
    const buyer = place === "29" ? near : place === "96" ? abroad : {};
    const { document, irn } = must(
      prepareEInvoice(someFacts({ ...wish, buyer, number: "number" in wish ? wish.number : `N${place}` }), against),
    );
    const registered = value(await scene.portal.register(PORTAL_ACCOUNT, wishFor(document)));
    expect(registered).toMatchObject({ irn, proved: true });
    expect(judgeRegistration(document, irn, registered)).toMatchObject({ ok: true });
  });

  it("a code of another document is seen", async () => {
    const one = must(prepareEInvoice(someFacts({ number: "ONE" }), against));
    const registered = value(await scene.portal.register(PORTAL_ACCOUNT, wishFor(aDocument({ number: "TWO" }))));
    expect(judgeRegistration(one.document, one.irn, registered)).toMatchObject({ ok: false });
  });
});
