/** Feeds: work that Amazon takes, does by and by, and tells the result of in a document. */
import type { RequestBody } from "../../../contract/types.ts";
import { type Call, type Fetched, fail, type Outcome, succeed } from "../../kit/index.ts";
import { MARKETPLACE } from "../map/market.ts";
import { type Document, download, upload } from "./files.ts";
import { ask } from "./send.ts";

/** XML feeds, as Amazon's pages have them. */
export const XML = "text/xml; charset=UTF-8";
export const JSON_TYPE = "application/json; charset=UTF-8";

export interface FeedWish {
  readonly feedType: string;
  readonly contentType: string;
  readonly content: string;
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * Hands a feed in. Amazon takes one in two minutes after the first fifteen: past that it is a failure of kind "throttle" that
 * says when. Sent twice it is done twice, which for all feeds here comes to the same.
 * @returns the feed's id
 */
export async function submitFeed(call: Call, wish: FeedWish): Promise<Outcome<string>> {
  const document = await upload(call, wish.contentType, Buffer.from(wish.content, "utf8"));
  return document.ok ? createFeed(call, wish, document.value) : document;
}

export async function createFeed(
  call: Call,
  { feedType, options }: Pick<FeedWish, "feedType" | "options">,
  inputFeedDocumentId: string,
): Promise<Outcome<string>> {
  const body: RequestBody<"amazon", "createFeed"> = {
    feedType,
    marketplaceIds: [MARKETPLACE],
    inputFeedDocumentId,
    ...(options === undefined ? {} : { feedOptions: { ...options } }),
  };
  const made = await ask(call, { id: "createFeed", body, idempotent: true }, 202);
  return made.ok ? succeed(made.value.feedId) : made;
}

/** How a feed or report ended; NOT_YET while it runs. `documentId` null: it says nothing of itself. */
export type Ended = Fetched<{ readonly done: boolean; readonly word: string; readonly documentId: string | null }>;

/** Words of `processingStatus`. One that is not here means that it runs. */
const ENDS: ReadonlyMap<string, boolean> = new Map([
  ["DONE", true],
  ["CANCELLED", false],
  ["FATAL", false],
]);

export function endOf(word: string, documentId: string | undefined, what: string): Ended {
  const done = ENDS.get(word);
  if (done === undefined) return { state: "NOT_YET", message: `Amazon still works on ${what} (${word}).` };
  return { state: "READY", value: { done, word, documentId: documentId ?? null } };
}

export async function readFeed(call: Call, feedId: string): Promise<Outcome<Ended>> {
  const read = await ask(call, { id: "getFeed", path: { feedId }, idempotent: true });
  if (!read.ok) return read;
  return succeed(endOf(read.value.processingStatus, read.value.resultFeedDocumentId, `feed ${feedId}`));
}

/** What Amazon says of a feed that ended. */
export async function feedResult(call: Call, feedDocumentId: string): Promise<Outcome<Document>> {
  const request = { id: "getFeedDocument", path: { feedDocumentId }, idempotent: true } as const;
  const document = await ask(call, request);
  return document.ok ? download(call, document.value) : document;
}

/** A feed that ended badly and says nothing more. */
export function ended(what: string, word: string): ReturnType<typeof fail> {
  return fail({
    reached: "yes",
    kind: "refused",
    channelCode: word,
    channelMessage: `Amazon ended ${what} as ${word}.`,
  });
}
