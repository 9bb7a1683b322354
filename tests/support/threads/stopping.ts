import {
  checkPdf,
  closeDocumentWorkers,
  renderInWorker,
  storedPdfPart,
} from "../../../src/platform/documents/index.ts";
import { aForeignPdf } from "../sample-pdfs.ts";

// A program for tests: uses the threads of both kinds, stops them, and ends when nothing holds it open.

const pdf = await aForeignPdf(["one"]);
await renderInWorker({ title: "One", madeAt: "2026-11-21T06:00:00Z" }, [storedPdfPart(pdf)]);
const checked = await checkPdf(pdf);
await closeDocumentWorkers();
process.stdout.write(checked.ok ? "read and stopped" : "not read");
