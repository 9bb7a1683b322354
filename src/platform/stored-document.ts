import { type Id, type Instant, newId } from "../kernel/index.ts";
import type { Ctx } from "./context.ts";
import { sql, type Tx } from "./db.ts";
import type { FileAnswer } from "./http/route.ts";

export type DocumentId = Id<"Document">;

/** Bytes that lie in the document store. */
export interface KeptBytes {
  readonly sha256: Buffer;
  readonly sizeBytes: number;
}

export interface NewDocument {
  readonly kept: KeptBytes;
  readonly mediaType: string;
  readonly fileName: string;
  /** The record it belongs to. */
  readonly recordType: string;
  readonly recordId: string;
  /** What it is to its record: "LABEL". */
  readonly kind?: string;
  /** The exchange that brought it. */
  readonly exchangeId?: string | null;
  /** When it may be thrown away; never unless given. */
  readonly expiresAt?: Instant;
}

export interface StoredDocument extends KeptBytes {
  readonly documentId: DocumentId;
  readonly recordId: string;
  readonly kind: string | null;
  readonly exchangeId: string | null;
  readonly mediaType: string;
  readonly fileName: string;
  readonly createdAt: Instant;
}

/** Stores bytes durably. Done before the transaction that records them: the store may be on the network. */
export async function keepBytes(ctx: Pick<Ctx, "documents">, bytes: Uint8Array): Promise<KeptBytes> {
  return { sha256: await ctx.documents.put(bytes), sizeBytes: bytes.byteLength };
}

/**
 * Records a file whose bytes were kept. After a rollback the bytes lie in the store without a row, which harms nobody: the
 * same bytes come to the same place when they are stored again.
 */
export async function storeDocument(tx: Tx, ctx: Pick<Ctx, "now">, file: NewDocument): Promise<DocumentId> {
  const documentId = newId<"Document">();
  await tx.run(sql`
    insert into godown.document
      (tenant_id, document_id, sha256, media_type, file_name, size_bytes, record_type, record_id, kind, exchange_id, created_at, expires_at)
    values (${tx.tenantId}, ${documentId}, ${file.kept.sha256}, ${file.mediaType}, ${file.fileName}, ${file.kept.sizeBytes},
      ${file.recordType}, ${file.recordId}, ${file.kind ?? null}, ${file.exchangeId ?? null}, ${ctx.now}, ${file.expiresAt ?? null})`);
  return documentId;
}

const columns = sql`document_id as "documentId", record_id as "recordId", kind, exchange_id as "exchangeId", sha256,
  media_type as "mediaType", file_name as "fileName", size_bytes as "sizeBytes", created_at as "createdAt"`;

/** The files of records, newest first; of one kind where one is named. Who may see a record is the caller's to check. */
export function documentsOf(
  tx: Tx,
  recordType: string,
  recordIds: readonly string[],
  kind?: string,
): Promise<StoredDocument[]> {
  return tx.run(sql<StoredDocument>`
    select ${columns} from godown.document
    where tenant_id = ${tx.tenantId} and record_type = ${recordType} and record_id = any(${recordIds}::uuid[])
      and (${kind ?? null}::text is null or kind = ${kind ?? null})
    order by created_at desc, document_id desc`);
}

/** A file's row; undefined: unknown to this tenant. Who may see its record is the caller's to check. */
export function findDocument(tx: Tx, documentId: DocumentId): Promise<StoredDocument | undefined> {
  return tx.first(sql<StoredDocument>`
    select ${columns} from godown.document where tenant_id = ${tx.tenantId} and document_id = ${documentId}`);
}

/** A stored file as an answer; null where its bytes were thrown away. To be called outside of transactions. */
export async function documentAnswer(
  ctx: Pick<Ctx, "documents">,
  file: Pick<StoredDocument, "sha256" | "mediaType" | "fileName">,
  disposition: FileAnswer["disposition"] = "attachment",
): Promise<(FileAnswer & { readonly bytes: Buffer }) | null> {
  const bytes = await ctx.documents.get(file.sha256);
  const { mediaType, fileName } = file;
  return bytes && { kind: "file", mediaType, fileName, disposition, bytes };
}

/** The file, or null: unknown to this tenant, or thrown away. To be called outside of transactions. */
export async function readDocument(
  ctx: Pick<Ctx, "db" | "tenantId" | "documents">,
  documentId: DocumentId,
): Promise<(FileAnswer & { readonly bytes: Buffer }) | null> {
  const found = await ctx.db.read(ctx.tenantId, (tx) => findDocument(tx, documentId));
  return found ? documentAnswer(ctx, found) : null;
}
