import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { newId, type TenantId } from "../kernel/index.ts";
import {
  documentAnswer,
  documentsOf,
  findDocument,
  keepBytes,
  type NewDocument,
  readDocument,
  storeDocument,
} from "./stored-document.ts";

let t: TestDatabase;
let tenantId: TenantId;
beforeAll(async () => {
  t = await testDatabase();
  tenantId = await aTenant(t.db);
});
afterAll(() => t.close());

async function store(text: string, over: Partial<NewDocument> & Pick<NewDocument, "recordId">) {
  const ctx = t.ctx(tenantId);
  const kept = await keepBytes(ctx, Buffer.from(text));
  return ctx.db.transaction(tenantId, (tx) =>
    storeDocument(tx, ctx, {
      ...{ kept, mediaType: "application/pdf", fileName: "label.pdf", recordType: "shipping_package", kind: "LABEL" },
      ...over,
    }),
  );
}

describe("stored documents", () => {
  it("are found by their record, newest first, with the exchange that brought them", async () => {
    const [one, other, exchangeId] = [newId(), newId(), newId()];
    const first = await store("first", { recordId: one, exchangeId });
    t.clock.advance({ seconds: 1 });
    const second = await store("second", { recordId: one });
    const invoice = await store("invoice", { recordId: one, kind: "INVOICE" });
    const others = await store("other", { recordId: other });
    await store("of another type", { recordId: one, recordType: "manifest" });
    const ctx = t.ctx(tenantId);
    const of = (ids: string[], kind?: string) =>
      ctx.db.read(tenantId, (tx) => documentsOf(tx, "shipping_package", ids, kind));
    expect((await of([one], "LABEL")).map((each) => each.documentId)).toEqual([second, first]);
    expect(new Set((await of([one, other])).map((each) => each.documentId))).toEqual(
      new Set([invoice, second, first, others]),
    );
    expect(await of([])).toEqual([]);
    expect(await ctx.db.read(tenantId, (tx) => findDocument(tx, first))).toMatchObject({
      ...{
        recordId: one,
        kind: "LABEL",
        exchangeId,
        mediaType: "application/pdf",
        fileName: "label.pdf",
        sizeBytes: 5,
      },
    });
  });

  it("of the same content lie once in the store and are two documents", async () => {
    const recordId = newId();
    const ids = [await store("same", { recordId }), await store("same", { recordId, exchangeId: newId() })];
    const rows = await t.ctx(tenantId).db.read(tenantId, (tx) => documentsOf(tx, "shipping_package", [recordId]));
    expect(new Set(rows.map((row) => row.documentId))).toEqual(new Set(ids));
    expect(new Set(rows.map((row) => row.sha256.toString("hex"))).size).toBe(1);
  });

  it("are answered with their bytes, to their own tenant alone", async () => {
    const documentId = await store("the label", { recordId: newId() });
    const file = await readDocument(t.ctx(tenantId), documentId);
    expect([file?.fileName, file?.disposition, file?.bytes.toString()]).toEqual([
      "label.pdf",
      "attachment",
      "the label",
    ]);
    const stranger = await aTenant(t.db);
    expect(await readDocument(t.ctx(stranger), documentId)).toBeNull();
  });

  it("whose bytes were thrown away are no answer", async () => {
    const file = { sha256: Buffer.alloc(32, 7), mediaType: "application/pdf", fileName: "gone.pdf" };
    expect(await documentAnswer(t.ctx(tenantId), file)).toBeNull();
  });
});
