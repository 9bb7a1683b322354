/** The hand-over list: one sheet for all of Oneship, a manifest for each courier of dropship. */
import type { Schema } from "../../../contract/types.ts";
import { assert } from "../../../src/kernel/index.ts";
import {
  type Call,
  type ManifestAnswer,
  type ManifestWish,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { BEFORE_HAND_OVER } from "../map/states.ts";
import { knownModel, type Model } from "./models.ts";
import { isRefusal, reprint } from "./papers.ts";
import { send } from "./send.ts";

/** Not published; a rider's sheet of a busy seller. */
export const HAND_OVER_MAX = 200;

const SHEET = {
  make: "createHandOverSheet",
  set: "updateHandOverSheet",
  print: "printHandOverSheet",
  reprint: "reprintHandOverSheet",
} as const;
const MANIFEST = {
  make: "createManifest",
  set: "updateManifest",
  print: "printManifest",
  reprint: "reprintManifest",
} as const;
type Updates = Schema<"snapdeal", "ListedAnswer">["payload"]["updates"];
type Kind = typeof SHEET | typeof MANIFEST;

/** OCPlus parcels are fetched by couriers, as those of dropship are (our reading). */
const kindOf = (model: Model): Kind => (model === "ONESHIP" ? SHEET : MANIFEST);

interface Parcel {
  readonly code: string;
  readonly lineIds: readonly string[];
}

/**
 * Lists the parcels and closes the list by printing it: that is the hand-over. Where some stand on a list already (it was made
 * by a call that did not come to its printing, or on Snapdeal's panel), that list is set to these parcels, and printed: what
 * else was on it would be told as handed over while it lies on the shelf. Two kinds do not go on one list: those of the rarer
 * one are refused by name. One rider collects all of Oneship, whoever carries it on: of several couriers it is one sheet. A
 * manifest is of one courier: those of several are to be asked for one by one, and nothing is made before that is said.
 */
export const fetchManifest: OperationTable["fetchManifest"] = async (call, wish) => {
  const parcels = parcelsOf(wish);
  assert(parcels.length > 0, "a hand-over list names its parcels");
  const models = new Map<string, Model>();
  for (const { code } of parcels) {
    const known = knownModel(call, code);
    const asked = known === null ? await reprint(call, code) : null;
    if (asked && !asked.ok)
      return isRefusal(asked.failure) ? refuse([code], parcels, asked.failure.channelMessage) : asked;
    const model = known ?? asked?.value.pack.fulfillmentModelCode;
    if (model !== undefined) models.set(code, model);
  }
  const kinds = parcels.map(({ code }) => kindOf(models.get(code) ?? "DROPSHIP"));
  const sheets = kinds.filter((kind) => kind === SHEET).length;
  const kind = sheets * 2 >= kinds.length ? SHEET : MANIFEST;
  const strangers = parcels.filter((_, i) => kinds[i] !== kind).map(({ code }) => code);
  if (strangers.length > 0)
    return refuse(strangers, parcels, "travels by another model of Snapdeal's: it needs a list of its own");
  if (kind === MANIFEST && wish.courierCode === "")
    return succeed({ made: false, url: null, refused: [], message: null, apart: true });
  return listAndPrint(call, kind, parcels);
};

function parcelsOf({ parcels = [] }: ManifestWish): readonly Parcel[] {
  return parcels.map((parcel) => ({
    code: parcel.channelOrderId,
    lineIds: parcel.lines.map((line) => line.channelOrderItemId),
  }));
}

async function listAndPrint(call: Call, kind: Kind, parcels: readonly Parcel[]): Promise<Outcome<ManifestAnswer>> {
  const made = await send(call, { id: kind.make, body: contentOf(parcels), idempotent: false });
  if (!made.ok) {
    if (!isRefusal(made.failure)) return made;
    return onEarlierList(call, kind, parcels, new Map(), made.failure.channelMessage ?? null);
  }
  const { handOverCode, updates } = made.value.payload;
  const refused = refusedIn(updates, parcels);
  if (refused.size === 0 && handOverCode) return print(call, kind, handOverCode);
  return onEarlierList(call, kind, parcels, refused, null);
}

const contentOf = (parcels: readonly Parcel[]) => ({ orderCodes: parcels.map(({ code }) => code) });

function refusedIn(updates: Updates, parcels: readonly Parcel[]): ReadonlyMap<string, string> {
  const refused = parcels.flatMap(({ code }) => {
    const update = updates[code];
    if (update?.operationSuccessful) return [];
    return [[code, text(update?.errorMessage) ?? "refused without a reason"] as const];
  });
  return new Map(refused);
}

/** Where a parcel stands on Snapdeal's side. */
interface Stand {
  readonly code: string;
  readonly list: string | null;
  /** By its state, the list is closed. */
  readonly handedOver: boolean;
}

/** What is refused may be on a list already. */
async function onEarlierList(
  call: Call,
  kind: Kind,
  parcels: readonly Parcel[],
  refused: ReadonlyMap<string, string>,
  message: string | null,
): Promise<Outcome<ManifestAnswer>> {
  const stands: Stand[] = [];
  for (const { code } of parcels) {
    const asked = await reprint(call, code);
    if (!asked.ok && !isRefusal(asked.failure)) return asked;
    const pack = asked.ok ? asked.value.pack : null;
    const handedOver = pack !== null && !BEFORE_HAND_OVER.has(pack.orderStatus);
    stands.push({ code, list: text(pack?.manifestCode), handedOver });
  }
  const lists = new Set(stands.flatMap((stand) => stand.list ?? []));
  const [list] = lists;
  if (list === undefined)
    return refused.size > 0
      ? named(refused, parcels)
      : notMade(message ?? "Snapdeal made no list and named no parcel.");
  if (lists.size > 1)
    return named(
      wordsFor(
        stands.filter((stand) => stand.list !== null),
        (stand) =>
          `stands on Snapdeal's list ${stand.list}: what stands on several of its lists needs a manifest for each`,
      ),
      parcels,
    );
  const gone = stands.filter((stand) => stand.handedOver);
  if (gone.length === 0) return setAndPrint(call, kind, list, parcels);
  // Only a closed list is reprinted: nothing can be taken off it or put on it any more.
  const closed = await send(call, { id: kind.reprint, body: { handOverCode: list }, idempotent: true });
  if (!closed.ok) return isRefusal(closed.failure) ? setAndPrint(call, kind, list, parcels) : closed;
  if (gone.length === parcels.length && stands.every((stand) => stand.list === list))
    return succeed({ made: true, url: closed.value.payload.downloadLink, refused: [], message: null });
  const words = `was handed over on Snapdeal's list ${list} already: what was not needs a manifest of its own`;
  return named(
    wordsFor(gone, () => words),
    parcels,
  );
}

function wordsFor(stands: readonly Stand[], words: (stand: Stand) => string): ReadonlyMap<string, string> {
  return new Map(stands.map((stand) => [stand.code, words(stand)]));
}

/** Makes an open list hold these parcels and no other, and closes it. */
async function setAndPrint(
  call: Call,
  kind: Kind,
  list: string,
  parcels: readonly Parcel[],
): Promise<Outcome<ManifestAnswer>> {
  const set = await send(call, { id: kind.set, path: { code: list }, body: contentOf(parcels), idempotent: true });
  if (!set.ok) {
    if (!isRefusal(set.failure)) return set;
    return notMade(`Snapdeal does not change its list ${list}: ${set.failure.channelMessage ?? "it says not why"}`);
  }
  const refused = refusedIn(set.value.payload.updates, parcels);
  return refused.size > 0 ? named(refused, parcels) : print(call, kind, list);
}

/** Printing closes the list, once; from then on it is reprinted, as after a printing whose answer was lost. */
async function print(call: Call, kind: Kind, handOverCode: string): Promise<Outcome<ManifestAnswer>> {
  const first = await send(call, { id: kind.print, body: { handOverCode }, idempotent: false });
  const isOpen = !first.ok && first.failure.reached !== "unknown" && !isRefusal(first.failure);
  if (isOpen) return first;
  const printed = first.ok ? first : await send(call, { id: kind.reprint, body: { handOverCode }, idempotent: true });
  if (printed.ok) return succeed({ made: true, url: printed.value.payload.downloadLink, refused: [], message: null });
  if (first.ok || !isRefusal(first.failure)) return first.ok ? printed : first;
  const words = first.failure.channelMessage ?? `Snapdeal does not print the list ${handOverCode}.`;
  return notMade(words);
}

function notMade(message: string): Outcome<ManifestAnswer> {
  return succeed({ made: false, url: null, refused: [], message });
}

function refuse(
  codes: readonly string[],
  parcels: readonly Parcel[],
  words = "refused without a reason",
): Outcome<ManifestAnswer> {
  return named(new Map(codes.map((code) => [code, words])), parcels);
}

/** Every line of a parcel that is refused, with the words for its parcel. */
function named(refused: ReadonlyMap<string, string>, parcels: readonly Parcel[]): Outcome<ManifestAnswer> {
  const lines = parcels.flatMap(({ code, lineIds }) => {
    const message = refused.get(code);
    return message === undefined ? [] : lineIds.map((key) => ({ key, message }));
  });
  return succeed({ made: false, url: null, refused: lines, message: null });
}
