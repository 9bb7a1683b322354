/** Where documents lie: addresses of their own, signed and good for five minutes, asked without a token. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Answer, NOT_A_FILE } from "../../kit/simulator/index.ts";
import { isBefore, type Parts, serve } from "./parts.ts";

const URL_MINUTES = 5;
/** Oldest are forgotten past this. */
const KEPT_MAX = 3_000;

export interface Kept {
  readonly id: string;
  readonly seller: string;
  readonly contentType: string;
  readonly gzip: boolean;
  bytes: Buffer | null;
}

export interface Documents {
  /** A place for bytes that the seller will put there, or that Amazon puts there now. */
  open(wish: Omit<Kept, "id">): Kept;
  find(id: string, seller: string): Kept | undefined;
  /** An address of it that is good for five minutes. */
  addressOf(document: Kept): string;
  clear(): void;
}

/** Amazon's own documents are packed, as most are. */
export function packed(content: string | Buffer): Buffer {
  return gzipSync(content);
}

export function serveDocuments(parts: Parts): Documents {
  const kept = new Map<string, Kept>();
  const { sim } = parts;
  const signature = (id: string, until: string) =>
    createHash("sha256").update(`document ${id} until ${until}`).digest("hex");
  const expired = (): Answer => s3Error(403, "AccessDenied", "Request has expired");
  const isSigned = (id: string, query: object, at: Temporal.Instant) => {
    const given = new Map(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const until = given.get("X-Amz-Expires-At") ?? "";
    const right = given.get("X-Amz-Signature") === signature(id, until);
    return right && !isBefore(Temporal.Instant.from(until), at);
  };
  serve(parts, "uploadDocument", ({ path, query, raw, headers, at }) => {
    const document = kept.get(path.documentId);
    if (!document || !isSigned(document.id, query, at)) return expired();
    if ((headers["content-type"] ?? "") !== document.contentType)
      return s3Error(403, "SignatureDoesNotMatch", "The content type is not the one that was signed");
    document.bytes = Buffer.from(raw);
    return file(Buffer.alloc(0), "application/xml");
  });
  serve(
    parts,
    "downloadDocument",
    ({ path, query, at, fault }) => {
      const document = kept.get(path.documentId);
      if (fault?.kind === "bad_file") return file(NOT_A_FILE, "text/html");
      if (fault?.kind === "failed")
        return s3Error(404, "NoSuchKey", fault.message ?? "The specified key does not exist.");
      if (!document?.bytes) return s3Error(404, "NoSuchKey", "The specified key does not exist.");
      if (!isSigned(document.id, query, at)) return expired();
      return file(document.bytes, document.contentType);
    },
    { acts: ["failed", "bad_file"] },
  );
  return {
    open(wish) {
      const id = `amzn1.tortuga.4.eu.${createHash("sha256").update(`document ${parts.next()}`).digest("hex").slice(0, 28)}`;
      const document: Kept = { ...wish, id };
      kept.set(id, document);
      const oldest = kept.keys().next().value;
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
      return document;
    },
    find(id, seller) {
      const document = kept.get(id);
      return document?.seller === seller ? document : undefined;
    },
    addressOf({ id }) {
      const until = sim.clock().add({ minutes: URL_MINUTES }).toString();
      const url = new URL(`/documents/${id}`, sim.server.url());
      url.searchParams.set("X-Amz-Expires-At", until);
      url.searchParams.set("X-Amz-Signature", signature(id, until));
      return url.href;
    },
    clear: () => kept.clear(),
  };
}

function file(bytes: Buffer, type: string): Answer {
  return { status: 200, headers: { "content-type": type }, body: bytes, unchecked: true };
}

function s3Error(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body, unchecked: true };
}
