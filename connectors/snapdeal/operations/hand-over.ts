/** The hand-over list: one sheet for all of Oneship, a manifest for each courier of dropship. */
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
import { knownModel, type Model } from "./models.ts";
import { isRefusal, reprint } from "./papers.ts";
import { send } from "./send.ts";

/** Not published; a rider's sheet of a busy seller. */
export const HAND_OVER_MAX = 200;

const SHEET = { make: "createHandOverSheet", print: "printHandOverSheet", reprint: "reprintHandOverSheet" } as const;
const MANIFEST = { make: "createManifest", print: "printManifest", reprint: "reprintManifest" } as const;
type Kind = typeof SHEET | typeof MANIFEST;

/** OCPlus parcels are fetched by couriers, as those of dropship are (our reading). */
const kindOf = (model: Model): Kind => (model === "ONESHIP" ? SHEET : MANIFEST);

interface Parcel {
  readonly code: string;
  readonly lineIds: readonly string[];
}

/**
 * Lists the parcels and closes the list by printing it: that is the hand-over. Parcels that stand on a list already, all on
 * the same, were listed by a call whose answer was lost: that list is printed. Two kinds do not go on one list: those of the
 * rarer one are refused by name.
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
  return listAndPrint(call, kind, parcels);
};

function parcelsOf({ parcels = [] }: ManifestWish): readonly Parcel[] {
  return parcels.map((parcel) => ({
    code: parcel.channelOrderId,
    lineIds: parcel.lines.map((line) => line.channelOrderItemId),
  }));
}

async function listAndPrint(call: Call, kind: Kind, parcels: readonly Parcel[]): Promise<Outcome<ManifestAnswer>> {
  const body = { orderCodes: parcels.map(({ code }) => code) };
  const made = await send(call, { id: kind.make, body, idempotent: false });
  if (!made.ok) {
    if (!isRefusal(made.failure)) return made;
    return onEarlierList(call, kind, parcels, new Map(), made.failure.channelMessage ?? null);
  }
  const { handOverCode, updates } = made.value.payload;
  const refused = new Map(
    parcels.flatMap(({ code }) => {
      const update = updates[code];
      return update?.operationSuccessful
        ? []
        : [[code, text(update?.errorMessage) ?? "refused without a reason"] as const];
    }),
  );
  if (refused.size === 0 && handOverCode) return print(call, kind, handOverCode);
  return onEarlierList(call, kind, parcels, refused, null);
}

/** What is refused may be on a list already. */
async function onEarlierList(
  call: Call,
  kind: Kind,
  parcels: readonly Parcel[],
  refused: ReadonlyMap<string, string>,
  message: string | null,
): Promise<Outcome<ManifestAnswer>> {
  const lists = new Set<string>();
  for (const { code } of parcels) {
    const asked = await reprint(call, code);
    if (!asked.ok && !isRefusal(asked.failure)) return asked;
    lists.add((asked.ok ? text(asked.value.pack.manifestCode) : null) ?? "");
  }
  const [list = ""] = lists;
  if (lists.size === 1 && list !== "") return print(call, kind, list);
  if (refused.size > 0) return named(refused, parcels);
  return succeed({
    made: false,
    url: null,
    refused: [],
    message: message ?? "Snapdeal made no list and named no parcel.",
  });
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
  return succeed({ made: false, url: null, refused: [], message: words });
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
