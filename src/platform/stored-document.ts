import { type Id, type Instant, newId } from "../kernel/index.ts";
import type { Ctx } from "./context.ts";
import { sql, type Tx } from "./db.ts";
import type { FileAnswer } from "./http/route.ts";

export type DocumentId = Id<"Document">;

export interface NewDocument {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly fileName: string;
  /** The record it belongs to. */
  readonly recordType: string;
  readonly recordId: string;
  /** When it may be thrown away; never unless given. */
  readonly expiresAt?: Instant;
}

/**
 * Keeps a file: bytes in the document store, what it is in the database. The bytes are durable before the row is
 * written; after a rollback they lie there without a row, which the store's cleaning finds.
 */
export async function storeDocument(
  tx: Tx,
  ctx: Pick<Ctx, "documents" | "now">,
  file: NewDocument,
): Promise<DocumentId> {
  const documentId = newId<"Document">();
  const sha256 = await ctx.documents.put(file.bytes);
  await tx.run(sql`
    insert into godown.document (tenant_id, document_id, sha256, media_type, file_name, size_bytes, record_type, record_id, created_at, expires_at)
    values (${tx.tenantId}, ${documentId}, ${sha256}, ${file.mediaType}, ${file.fileName}, ${file.bytes.byteLength},
      ${file.recordType}, ${file.recordId}, ${ctx.now}, ${file.expiresAt ?? null})`);
  return documentId;
}

/** The file, or null: unknown to this tenant, or thrown away. */
export async function readDocument(
  tx: Tx,
  ctx: Pick<Ctx, "documents">,
  documentId: DocumentId,
): Promise<(FileAnswer & { readonly bytes: Buffer }) | null> {
  const row = await tx.first(sql<{ sha256: Buffer; mediaType: string; fileName: string }>`
    select sha256, media_type as "mediaType", file_name as "fileName" from godown.document
    where tenant_id = ${tx.tenantId} and document_id = ${documentId}`);
  const bytes = row && (await ctx.documents.get(row.sha256));
  if (!row || !bytes) return null;
  return { kind: "file", mediaType: row.mediaType, fileName: row.fileName, disposition: "attachment", bytes };
}
