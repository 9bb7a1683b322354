import type { ConnectorFailure, ManifestAnswer, ManifestWish } from "../../../connectors/kit/index.ts";
import type { ExchangeId } from "../../channels/index.ts";
import type { ShippingPackageId } from "../../kernel/index.ts";
import { parcelFacts } from "../channel-steps/parcel-facts.ts";
import { type DispatchRow, piecesOf } from "./dispatch-facts.ts";

/** What a channel is asked for about the parcels of one courier, or of all at once: then `courierCode` is empty. */
export interface CourierWish extends ManifestWish {
  readonly packages: readonly {
    readonly shippingPackageId: ShippingPackageId;
    readonly code: string;
    /** The channel's lines in it. */
    readonly lineIds: readonly string[];
  }[];
}

/** What became of asking for one courier's list. */
export type Asked =
  | (AskedOf & { readonly kind: "answered"; readonly answer: ManifestAnswer })
  | (AskedOf & { readonly kind: "failed"; readonly failure: ConnectorFailure });

interface AskedOf {
  readonly wish: CourierWish;
  /** The last exchange of it; null where nothing was sent. */
  readonly exchangeId: ExchangeId | null;
}

/** What a channel's answers mean for a manifest. */
export type Verdict =
  | { readonly kind: "made" }
  | {
      /** "not answered": nobody knows what became of it, or it never got there. */
      readonly kind: "refused" | "not answered";
      /** The channel's words, parcel by parcel where it names them. */
      readonly detail: string;
      readonly exchangeId: ExchangeId | null;
      /** Parcels that the channel names, each with its words. */
      readonly refused: readonly {
        readonly shippingPackageId: ShippingPackageId;
        readonly code: string;
        readonly words: string;
      }[];
      /** Lists that it made all the same: there they are closed, and their parcels handed over. */
      readonly listed: readonly { readonly courierCode: string; readonly packages: readonly string[] }[];
    };

/** Names in one sentence: the page has all of them. */
const NAMED_MAX = 10;

/**
 * What to ask a channel for, one wish per courier in the order of their codes. Every parcel has a courier: `couriersMissing`
 * is empty. Pure.
 */
export function wishesFor(rows: readonly DispatchRow[]): CourierWish[] {
  const byCourier = Map.groupBy(rows, (row) => row.channelCourierCode ?? "");
  return [...byCourier]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([courierCode, parcels]) => wishOf(courierCode, parcels));
}

/** The same for all couriers at once, of a channel whose lists may be so. Pure. */
export function wishForAll(rows: readonly DispatchRow[]): CourierWish {
  return wishOf("", rows);
}

/** A line whose units lie in two parcels is named once with both. */
function wishOf(courierCode: string, parcels: readonly DispatchRow[]): CourierWish {
  const byLine = Map.groupBy(
    parcels.flatMap((row) => row.units),
    (unit) => unit.line,
  );
  return {
    courierCode,
    lines: [...byLine].map(([channelOrderItemId, units]) => ({
      channelOrderItemId,
      productId: units[0]?.productId ?? "",
      variantId: units[0]?.variantId ?? "",
      quantity: piecesOf(units),
    })),
    parcels: parcels.map(parcelFacts),
    packages: parcels.map(({ shippingPackageId, code, units }) => ({
      shippingPackageId,
      code,
      lineIds: [...new Set(units.map((unit) => unit.line))],
    })),
  };
}

/** Parcels for which the channel has named no courier. Pure. */
export function couriersMissing(rows: readonly DispatchRow[]): string[] {
  return rows.filter((row) => row.channelCourierCode === null).map((row) => row.code);
}

/** Reads the answers of all couriers together: made only where every one was made. Pure. */
export function judgeAnswers(asked: readonly Asked[]): Verdict {
  // A list that was made without some of the lines is not the list of these parcels.
  const open = asked.filter((each) => each.kind === "failed" || !each.answer.made || each.answer.refused.length > 0);
  if (open.length === 0) return { kind: "made" };
  const refused = open.flatMap((each) => (each.kind === "answered" ? refusedOf(each.wish, each.answer) : []));
  const words = open.flatMap(wordsOf);
  const said = open.some((each) => each.kind === "answered" || saidNo(each.failure));
  return {
    kind: said ? "refused" : "not answered",
    detail: inOne([...refused.map(({ code, words: why }) => `${code}: ${why}`), ...words]),
    exchangeId: open[0]?.exchangeId ?? null,
    refused,
    listed: asked.flatMap(listedOf),
  };
}

/** The parcels of a list that was made, without those that it leaves out. */
function listedOf(each: Asked) {
  if (each.kind === "failed" || !each.answer.made) return [];
  const { courierCode, packages } = each.wish;
  const left = new Set(refusedOf(each.wish, each.answer).map((parcel) => parcel.code));
  const codes = packages.map(({ code }) => code).filter((code) => !left.has(code));
  return codes.length === 0 ? [] : [{ courierCode, packages: codes }];
}

/** The channel understood and said no, in an HTTP status instead of its own shape. */
function saidNo(failure: ConnectorFailure): boolean {
  return failure.kind === "refused" && failure.reached === "yes";
}

/** A line of a parcel that is refused refuses the parcel: it is handed over whole or not at all. */
function refusedOf(wish: CourierWish, answer: ManifestAnswer) {
  return wish.packages.flatMap(({ shippingPackageId, code, lineIds }) => {
    const of = answer.refused.filter((line) => lineIds.includes(line.key));
    if (of.length === 0) return [];
    return [{ shippingPackageId, code, words: [...new Set(of.map((line) => line.message))].join("; ") }];
  });
}

/** What is said of no parcel: the channel's words in general, lines that are not ours, and failures. */
function wordsOf(each: Asked): string[] {
  const { courierCode, packages } = each.wish;
  const of = courierCode === "" ? "" : `${courierCode}: `;
  if (each.kind === "failed") return [`${of}${each.failure.channelMessage ?? each.failure.kind}`];
  const { refused, message } = each.answer;
  const ours = new Set(packages.flatMap((p) => p.lineIds));
  const strange = refused.filter((line) => !ours.has(line.key)).map((line) => `${line.key}: ${line.message}`);
  if (strange.length > 0 || refused.length === 0)
    return [...strange, ...(message === null && strange.length > 0 ? [] : [message ?? `${of}refused`])];
  return [];
}

function inOne(words: readonly string[]): string {
  const more = words.length - NAMED_MAX;
  return [...words.slice(0, NAMED_MAX), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
