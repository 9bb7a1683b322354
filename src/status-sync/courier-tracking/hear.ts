import type { Tracked, TrackedParcel } from "../../../couriers/kit/index.ts";
import { lockForMove } from "../../fulfilment/index.ts";
import { assert, type Instant, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { meaningOf, onTheWayBack, type ShippingProviderId, type TrackingMeaning } from "../../shipping/index.ts";
import { keepTold, SAYS_NO_MORE, type Told } from "../tracking.ts";
import { hearReturnsAnswer } from "./hear-returns.ts";
import { plainText, RAW_MAX } from "./limits.ts";
import { isNumber, type PushedWord } from "./read-push.ts";
import { type CourierParcel, courierParcels, noteWatched, type Watched } from "./store.ts";

const ATTEMPTS_MAX = 99;
/** A clock of the other side may go wrong by so much; what is said to happen later has no time that can be believed. */
const AHEAD_MAX_MINUTES = 15;
/** Nothing more is to be expected of it by itself. */
const RESTING: ReadonlySet<TrackingMeaning> = new Set<TrackingMeaning>(["RTO_DELIVERED", "LOST", "DAMAGED"]);

export interface HeardAnswer {
  readonly asked: number;
  /** Packages of which something was news. */
  readonly news: readonly ShippingPackageId[];
  /** Customers' returns of which something was news. */
  readonly newsOfReturns: number;
  /** Parcels of which the courier said anything. */
  readonly answered: number;
  readonly unknown: number;
}

/** Keeps what a courier answered about its parcels: words, each once, and when it was asked. In the caller's transaction. */
export async function hearAnswer(
  tx: Tx,
  ctx: Ctx,
  providerId: ShippingProviderId,
  asked: readonly string[],
  answer: Tracked,
): Promise<HeardAnswer> {
  const found = await courierParcels(tx, providerId, asked);
  await lockForMove(
    tx,
    found.map((parcel) => parcel.shippingPackageId),
  );
  const by = new Map(answer.parcels.map((parcel) => [parcel.awb, parcel]));
  const unknown = new Set(answer.unknown);
  const news = await keepTold(
    tx,
    ctx,
    found.flatMap((ours) => wordsOf(ours, by.get(ours.number), ctx.now)),
  );
  const watched = [...Map.groupBy(found, (ours) => ours.shippingPackageId).values()].map((numbers) =>
    watchedOf(numbers, by, unknown),
  );
  await noteWatched(tx, watched, ctx.now);
  const counted = (known: boolean) => watched.filter((each) => each.known === known).length;
  const latest = ctx.now.add({ minutes: AHEAD_MAX_MINUTES });
  const returns = await hearReturnsAnswer(tx, ctx, providerId, asked, answer, latest);
  return {
    ...{ news, newsOfReturns: returns.news, asked: watched.length + returns.asked },
    ...{ answered: counted(true) + returns.answered, unknown: counted(false) + returns.unknown },
  };
}

/** One parcel by all numbers that it was asked about: it is known where one of them is. */
function watchedOf(
  numbers: readonly CourierParcel[],
  by: ReadonlyMap<string, TrackedParcel>,
  unknown: ReadonlySet<string>,
): Watched {
  const [first] = numbers;
  assert(first !== undefined, "a parcel has a number");
  const told = numbers.flatMap((ours) => {
    const parcel = by.get(ours.number);
    return parcel === undefined ? [] : [{ ours, parcel }];
  });
  const last = told.flatMap(({ ours, parcel }) => {
    const scan = parcel.scans.at(-1);
    return scan === undefined ? [] : [meant(ours, scan.raw)];
  });
  const rtoAwb = told.map(({ parcel }) => parcel.rtoAwb?.trim() ?? "").find((each) => isNumber(each)) ?? "";
  return {
    ...{ shippingPackageId: first.shippingPackageId, asked: true, pushed: false },
    known: told.length > 0 ? true : numbers.some((ours) => unknown.has(ours.number)) ? false : null,
    resting: last.some((meaning) => meaning !== null && RESTING.has(meaning)),
    expectedAt: told.map(({ parcel }) => parcel.expectedAt).find((each) => each !== null) ?? null,
    rtoAwb: rtoAwb !== "" && rtoAwb !== first.awb ? rtoAwb : null,
  };
}

/** What a pushed word says of the parcel that it is about. In the caller's transaction, the package locked. */
export async function hearPush(tx: Tx, ctx: Ctx, ours: CourierParcel, word: PushedWord): Promise<boolean> {
  const { raw, at, place, remark, ndrCode, ndrReason, attempts, nextAttemptAt, expectedAt, rtoAwb } = word;
  const meaning = meant(ours, raw);
  const isNews = await keepTold(tx, ctx, [
    { ours, raw, meaning, at, via: "COURIER_PUSH", place, remark, ndrCode, ndrReason, attempts, nextAttemptAt },
  ]);
  const resting = meaning !== null && RESTING.has(meaning);
  const { shippingPackageId } = ours;
  await noteWatched(
    tx,
    [{ shippingPackageId, asked: false, pushed: true, known: null, resting, expectedAt, rtoAwb }],
    ctx.now,
  );
  return isNews.length > 0;
}

function meant(ours: CourierParcel, raw: string): TrackingMeaning | null {
  const meaning = meaningOf(raw);
  return ours.wayBack ? onTheWayBack(meaning) : meaning;
}

function wordsOf(ours: CourierParcel, told: TrackedParcel | undefined, now: Instant): Told[] {
  if (!told) return [];
  const latest = now.add({ minutes: AHEAD_MAX_MINUTES });
  const words = told.scans.flatMap((scan): Told[] => {
    const raw = plainText(scan.raw, RAW_MAX);
    if (raw === null) return [];
    const at = scan.at !== null && Temporal.Instant.compare(scan.at, latest) <= 0 ? scan.at : null;
    const [place, remark] = [plainText(scan.place), plainText(scan.remark)];
    return [{ ours, raw, meaning: meant(ours, raw), at, via: "COURIER_DETAILS", ...SAYS_NO_MORE, place, remark }];
  });
  const failed = words.findLast((word) => word.meaning === "DELIVERY_FAILED");
  const { ndr } = told;
  if (ndr === null || failed === undefined) return words;
  // Its count goes on: after a later attempt that succeeded it is no count of failures any more.
  const attempts = failed === words.at(-1) && ndr.attempts !== null ? Math.min(ATTEMPTS_MAX, ndr.attempts) : null;
  const why = { ndrCode: plainText(ndr.code), ndrReason: plainText(ndr.reason) };
  return words.map((word) =>
    word === failed ? { ...word, ...why, attempts, nextAttemptAt: ndr.nextAttemptAt ?? null } : word,
  );
}
