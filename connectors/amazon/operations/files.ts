/** Amazon's documents: they are put to and fetched from addresses of their own, which are good for five minutes and take no token. */
import { gunzipSync } from "node:zlib";
import { badAnswer, type Call, fail, type Outcome, type OutRequest, succeed } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { ask } from "./send.ts";

/** The place that keeps documents (S3) says no in XML: `<Error><Code>…</Code><Message>…</Message></Error>`. */
const explain: NonNullable<OutRequest["explain"]> = ({ bytes }) => {
  const xml = bytes.subarray(0, 2_000).toString("utf8");
  const of = (element: string) => text(new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]);
  const [code, message] = [of("Code"), of("Message")];
  return { ...(code === null ? {} : { code }), ...(message === null ? {} : { message }) };
};

/** Unpacked at most: far above any report of a window. */
const BYTES_MAX = 64 * 1024 * 1024;

export interface Document {
  readonly bytes: Buffer;
  /** As the place that keeps it says; "" where it does not. */
  readonly contentType: string;
}

/** Puts what a feed is about to Amazon. @returns the document's id */
export async function upload(call: Call, type: string, bytes: Buffer): Promise<Outcome<string>> {
  const made = await ask(call, { id: "createFeedDocument", body: { contentType: type }, idempotent: true }, 201);
  if (!made.ok) return made;
  const { feedDocumentId, url } = made.value;
  const put = await call.send({
    operation: "uploadDocument",
    method: "PUT",
    path: url,
    raw: { type, bytes },
    expects: "file",
    idempotent: true,
    explain,
  });
  return put.ok ? succeed(feedDocumentId) : refusedThere(put.failure);
}

/** Fetches a document by the address that Amazon gave, unpacked. */
export async function download(
  call: Call,
  of: { readonly url: string; readonly compressionAlgorithm?: string },
): Promise<Outcome<Document>> {
  const got = await call.send({
    operation: "downloadDocument",
    method: "GET",
    path: of.url,
    headers: { accept: "*/*" },
    expects: "file",
    idempotent: true,
    explain,
  });
  if (!got.ok) return refusedThere(got.failure);
  const { bytes, headers, status } = got.value;
  const contentType = headers["content-type"] ?? "";
  if (of.compressionAlgorithm === undefined) return succeed({ bytes, contentType });
  try {
    return succeed({ bytes: gunzipSync(bytes, { maxOutputLength: BYTES_MAX }), contentType });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return fail(badAnswer({ idempotent: true }, status, `The document does not unpack: ${words}`));
  }
}

/** The place that keeps documents says 403 to an address that is too old: that says nothing of the seller's credentials. */
function refusedThere(failure: Parameters<typeof fail>[0]): ReturnType<typeof fail> {
  return fail(failure.kind === "auth" ? { ...failure, kind: "transient" } : failure);
}

/** A text of Amazon's in the charset that its place names; many reports are Windows-1252. */
export function decoded({ bytes, contentType }: Document): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  const label = CHARSETS.has(charset.toLowerCase()) ? charset : "utf-8";
  return new TextDecoder(label).decode(bytes);
}

const CHARSETS = new Set(["utf-8", "utf8", "windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii", "ascii"]);
