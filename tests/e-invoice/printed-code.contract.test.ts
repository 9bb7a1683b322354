/** What the portal signed, printed, read off the picture as a buyer's phone does, and proved with the portal's key. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSigned } from "../../connectors/nic/index.ts";
import { renderInvoices } from "../../src/billing/render-invoices.ts";
import { INDIA, localDate } from "../../src/kernel/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { aDocument, aLine } from "../support/e-invoice-cases.ts";
import { INVOICE_CASES } from "../support/invoice-cases.ts";
import { PORTAL_ACCOUNT, type PortalScene, portalScene, value, wishFor } from "../support/portal.ts";
import { codesIn, pictureOfPage, readPages } from "../support/read-pdf.ts";

let scene: PortalScene;
beforeAll(async () => {
  scene = await portalScene();
});
afterAll(async () => {
  await scene.close();
  await closeDocumentWorkers();
});

it("the code on an invoice's PDF is the portal's signed text, whole", async () => {
  const long = aDocument({
    number: "INV26/12345678X",
    lines: Array.from({ length: 40 }, () => aLine({ hsn: "09012110" })),
  });
  const registered = value(await scene.portal.register(PORTAL_ACCOUNT, wishFor(long)));
  const page = INVOICE_CASES["an e-invoice"];
  if (page === undefined) throw new Error("the cases have an e-invoice");
  const pdf = await renderInvoices([
    {
      ...page,
      eInvoice: {
        irn: registered.irn,
        acknowledgementNumber: registered.ackNo,
        acknowledgedOn: localDate(registered.ackAt, INDIA).toString(),
      },
      qr: { payload: registered.signedQr, caption: "Signed by the IRP" },
    },
  ]);
  const pages = await readPages(pdf);
  const text = pages.map((each) => each.text).join("\n");
  expect(text).toContain(registered.irn);
  expect(text).toContain(registered.ackNo);
  const codes = await codesIn(await pictureOfPage(pdf, pages.length, 4));
  const printed = codes.find((code) => code.text === registered.signedQr);
  expect(printed).toBeDefined();
  expect(readSigned(printed?.text ?? "", [scene.simulator.keys.signing])).toEqual({
    ok: true,
    data: registered.qr,
    proved: true,
  });
});
