import type { Tracked, TrackedParcel } from "../../../couriers/kit/index.ts";
import type { Instant } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import {
  type HeardWord,
  hearReturnWords,
  noteWatchedReturns,
  returnsByNumbers,
  type TrackedReturn,
  type WatchedReturn,
} from "../../returns/index.ts";
import { type ReturnMeaning, returnMeaningOf, type ShippingProviderId } from "../../shipping/index.ts";
import { plainText, RAW_MAX } from "./limits.ts";
import type { PushedWord } from "./read-push.ts";

/** Nothing more is to be expected of it by itself. */
const RESTING: ReadonlySet<ReturnMeaning> = new Set<ReturnMeaning>(["RETURN_AT_SELLER", "LOST", "DAMAGED"]);

/** Keeps what a courier answered about customers' returns that it collects. In the caller's transaction. */
export async function hearReturnsAnswer(
  tx: Tx,
  ctx: Ctx,
  providerId: ShippingProviderId,
  asked: readonly string[],
  answer: Tracked,
  latest: Instant,
): Promise<{ asked: number; news: number; answered: number; unknown: number }> {
  const found = await returnsByNumbers(tx, providerId, asked);
  if (found.length === 0) return { asked: 0, news: 0, answered: 0, unknown: 0 };
  const by = new Map(answer.parcels.map((parcel) => [parcel.awb, parcel]));
  const unknown = new Set(answer.unknown);
  const news = await hearReturnWords(
    tx,
    ctx,
    found.flatMap((ours) => wordsOf(ours, by.get(ours.number), latest)),
  );
  const watched = found.map(({ returnCaseId, number }): WatchedReturn => {
    const told = by.get(number);
    const known = told !== undefined ? true : unknown.has(number) ? false : null;
    const resting = rests(told?.scans.at(-1)?.raw ?? "");
    return { returnCaseId, asked: true, pushed: false, known, resting, expectedAt: told?.expectedAt ?? null };
  });
  await noteWatchedReturns(tx, watched, ctx.now);
  const counted = (known: boolean) => watched.filter((each) => each.known === known).length;
  return { asked: watched.length, news, answered: counted(true), unknown: counted(false) };
}

/** What a pushed word says of the return that it is about. In the caller's transaction. @returns whether it was news */
export async function hearReturnPush(tx: Tx, ctx: Ctx, ours: TrackedReturn, word: PushedWord): Promise<boolean> {
  const { raw, at, place, remark, expectedAt } = word;
  const news = await hearReturnWords(tx, ctx, [{ ours, raw, at, via: "COURIER_PUSH", place, remark }]);
  const { returnCaseId } = ours;
  const watched = { returnCaseId, asked: false, pushed: true, known: null, resting: rests(raw), expectedAt };
  await noteWatchedReturns(tx, [watched], ctx.now);
  return news > 0;
}

function rests(raw: string): boolean {
  const meaning = returnMeaningOf(raw);
  return meaning !== null && RESTING.has(meaning);
}

function wordsOf(ours: TrackedReturn, told: TrackedParcel | undefined, latest: Instant): HeardWord[] {
  return (told?.scans ?? []).flatMap((scan): HeardWord[] => {
    const raw = plainText(scan.raw, RAW_MAX);
    if (raw === null) return [];
    const at = scan.at !== null && Temporal.Instant.compare(scan.at, latest) <= 0 ? scan.at : null;
    const said = { place: plainText(scan.place), remark: plainText(scan.remark) };
    return [{ ours, raw, at, via: "COURIER_DETAILS", ...said }];
  });
}
