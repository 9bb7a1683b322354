import type { SyncResult } from "../channels/index.ts";
import type { FeedRead } from "./read-feed.ts";

const REJECTED_SHOWN = 3;

/**
 * How a run ended: PARTIAL where some of its lists failed, or what it was told to slow down for is asked for again; FAILED where
 * nothing was read at all. Pure.
 */
export function stateOf(reads: readonly FeedRead[]): NonNullable<SyncResult["state"]> {
  const failed = reads.filter((read) => read.failed !== null);
  if (failed.length === 0) return reads.some((read) => read.rejected.length > 0) ? "PARTIAL" : "DONE";
  const nothing = failed.length === reads.length && failed.every((read) => !read.throttled && read.orders === 0);
  return nothing ? "FAILED" : "PARTIAL";
}

/**
 * What a run came to, in words; null: nothing is worth one. Pure.
 * @param insteadOf lists that fail for so long that orders were asked about by their ids
 */
export function inWords(reads: readonly FeedRead[], insteadOf: readonly string[] = []): string | null {
  const failed = reads.flatMap((read) => {
    if (read.failed === null) return [];
    const what = reads.length === 1 ? "" : `${read.name}: `;
    return [
      ended(
        `${what}${read.throttled ? `the channel asks to slow down (${read.failed}); it goes on from there` : read.failed}`,
      ),
    ];
  });
  const news = reads.reduce((sum, read) => sum + read.heard.changed, 0);
  const waiting = reads.reduce((sum, read) => sum + read.heard.waiting, 0);
  const doubts = reads.reduce((sum, read) => sum + read.heard.doubts, 0);
  const rejected = reads.flatMap((read) => read.rejected);
  const words = [
    ...failed,
    ...(insteadOf.length > 0 ? [`Orders are asked about by their ids instead of ${insteadOf.join(", ")}.`] : []),
    ...(news > 0 ? [`${count(news, "status", "statuses")} taken over.`] : []),
    ...(waiting > 0 ? [`${count(waiting, "waits", "wait")} (see Status sync).`] : []),
    ...(doubts > 0 ? [`${count(doubts, "waits", "wait")} for a person under Exceptions.`] : []),
    ...(rejected.length > 0 ? [`Not understood: ${rejected.slice(0, REJECTED_SHOWN).join("; ")}`] : []),
  ];
  return words.length === 0 ? null : words.join(" ");
}

function count(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}

const ended = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);
