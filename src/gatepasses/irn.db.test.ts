import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { BUYER_GSTIN, SELLER_GSTIN } from "../../tests/support/e-invoice-cases.ts";
import {
  askNow,
  eInvoicesIn,
  enterAccount,
  type ReportingScene,
  reportingScene,
} from "../../tests/support/e-invoice-shop.ts";
import {
  anOpenGatepass,
  aYard,
  levels,
  lineIds,
  papers,
  say,
  type Yard,
} from "../../tests/support/gatepass-builders.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { must } from "../kernel/index.ts";
import { documentsOf } from "./document.store.ts";
import type { GatepassId } from "./gatepass.ts";
import { gatepassDetail } from "./gatepass-detail.ts";
import { followGatepassPortal } from "./index.ts";
import { issueGatepass } from "./issue-gatepass.ts";
import { paperSchema } from "./paper.ts";
import { recallGatepass } from "./recall-gatepass.ts";
import { reportShort } from "./say-outcome.ts";

let t: TestDatabase;
let portal: ReportingScene;
beforeAll(async () => {
  t = await testDatabase();
  portal = await reportingScene(t);
  followGatepassPortal();
});
afterEach(() => portal.reset());
afterAll(async () => {
  await portal.close();
  await t.close();
});

/** Two warehouses of one owner whose sender reports: one in Karnataka, one in the buyer's state of the portal's master. */
async function aReportingYard(over: { account?: boolean; sameGstin?: boolean } = {}): Promise<Yard> {
  const yard = await aYard(t, { gstin: SELLER_GSTIN, delGstin: over.sameGstin ? SELLER_GSTIN : BUYER_GSTIN });
  if (over.account !== false) await enterAccount(t, yard.tenantId);
  return yard;
}

const pages = async (yard: Yard, gatepassId: GatepassId) =>
  (await t.db.read(yard.tenantId, (tx) => documentsOf(tx, gatepassId))).map((paper) => paperSchema.parse(paper.page));

describe("a transfer invoice of a registration that reports", () => {
  it("waits for its IRN and says so; with it the page has IRN and signed code", async () => {
    const yard = await aReportingYard();
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 3, price: 100_050 }]);
    expect(must(await issueGatepass(yard.ctx(), gatepassId)).paper).toMatchObject({ awaitsIrn: true });
    expect(await papers(yard)).toMatchObject([{ kind: "TAX_INVOICE", state: "IRN_PENDING" }]);
    const waiting = must(await gatepassDetail(yard.ctx(), gatepassId));
    expect(waiting.papers[0]?.waits?.reason).toBe("NIC is being asked.");
    await askNow(t, yard.tenantId);
    expect(await eInvoicesIn(t, yard.tenantId)).toMatchObject([{ state: "ACTIVE", handed: true }]);
    const [e] = await eInvoicesIn(t, yard.tenantId);
    expect(await papers(yard)).toMatchObject([{ state: "ISSUED", number: e?.number }]);
    const [page] = await pages(yard, gatepassId);
    expect(page?.eInvoice?.irn).toBe(e?.irn);
    expect(page?.eInvoice?.signedQr).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(must(await gatepassDetail(yard.ctx(), gatepassId)).papers[0]).toMatchObject({ irn: e?.irn, waits: null });
  });

  it("is not asked for where nobody is entered at the portal, nor on a challan within one registration", async () => {
    for (const over of [{ account: false }, { sameGstin: true }]) {
      const yard = await aReportingYard(over);
      const issued = must(await issueGatepass(yard.ctx(), await anOpenGatepass(yard)));
      expect(issued.paper.awaitsIrn).toBe(false);
      expect(await eInvoicesIn(t, yard.tenantId)).toEqual([]);
    }
  });

  it("that the portal would refuse is refused here: no stock moves, no number is spent", async () => {
    const yard = await aReportingYard();
    await t.raw("update godown.facility set city = 'X' where tenant_id = $1 and code = 'DEL1'", [yard.tenantId]);
    const gatepassId = await anOpenGatepass(yard);
    const refused = await issueGatepass(yard.ctx(), gatepassId);
    expect(refused).toMatchObject({ ok: false, refusal: { code: expect.stringMatching(/^EINVOICE_/) } });
    expect(await levels(yard, yard.blr)).toEqual({ good: 10 });
    await t.raw("update godown.facility set city = 'Mumbai' where tenant_id = $1 and code = 'DEL1'", [yard.tenantId]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    expect((await papers(yard)).map((paper) => Number(paper.number.split("-")[1]))).toEqual([1]);
  });

  it("is recalled within a day, its IRN cancelled at the portal; later only a credit note takes it back", async () => {
    const yard = await aReportingYard();
    const [early, late] = [
      await anOpenGatepass(yard, {}, [{ quantity: 2 }]),
      await anOpenGatepass(yard, {}, [{ quantity: 2 }]),
    ];
    for (const id of [early, late]) must(await issueGatepass(yard.ctx(), id));
    await askNow(t, yard.tenantId);
    portal.pass({ hours: 23 });
    must(await recallGatepass(yard.ctx(), early, "wrong price"));
    await askNow(t, yard.tenantId);
    expect((await eInvoicesIn(t, yard.tenantId)).map((each) => each.state).sort()).toEqual(["ACTIVE", "CANCELLED"]);
    portal.pass({ hours: 2 });
    expect(await recallGatepass(yard.ctx(), late, "wrong price")).toMatchObject(
      refusedWith("EINVOICE_CANCEL_TOO_LATE"),
    );
    expect((await papers(yard)).map((paper) => paper.state)).toEqual(["CANCELLED", "ISSUED"]);
    must(await reportShort(yard.ctx(), late, "never left"));
    expect(must(await say(yard, late, "BACK", 2)).creditNote).toMatchObject({ kind: "CREDIT_NOTE", awaitsIrn: true });
    await askNow(t, yard.tenantId);
    const credit = (await papers(yard)).find((paper) => paper.kind === "CREDIT_NOTE");
    expect(credit).toMatchObject({ state: "ISSUED", total: 236_000 });
    expect((await pages(yard, late))[1]?.eInvoice?.irn).toHaveLength(64);
    await expectStockTrue(t, yard.tenantId);
  });

  it("has no credit note before it has its IRN", async () => {
    const yard = await aReportingYard();
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 1 }]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    must(await reportShort(yard.ctx(), gatepassId, null));
    expect(await lineIds(yard, gatepassId)).toHaveLength(1);
    expect(await say(yard, gatepassId, "BACK", 1)).toMatchObject(refusedWith("GATEPASS_IRN_AWAITED"));
    await askNow(t, yard.tenantId);
    must(await say(yard, gatepassId, "BACK", 1));
  });
});
