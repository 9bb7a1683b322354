import { type ManifestId, newId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueueAll } from "../../platform/jobs.ts";
import {
  accountAbilities,
  allCourierAccounts,
  type CourierExchangeId,
  callCourier,
  findCourier,
  type ShippingProviderId,
} from "../../shipping/index.ts";
import { fetchManifestFileJob } from "./file-jobs.ts";
import {
  courierNumbers,
  insertCourierLists,
  type ManifestFile,
  noteCourierList,
  type RefusedNumbers,
} from "./files.store.ts";

/**
 * A manifest closes: couriers that make a list of their own of the parcels that they gave numbers are asked for it in the
 * background. Whatever they say, the parcels have left.
 */
export async function wantCourierLists(tx: Tx, ctx: Ctx, manifestId: ManifestId): Promise<void> {
  const numbers = await courierNumbers(tx, manifestId);
  if (numbers.length === 0) return;
  const making = new Set(
    (await allCourierAccounts(tx))
      .filter((account) => findCourier(account.courier) !== undefined && accountAbilities(account).manifests)
      .map((account) => account.providerId),
  );
  const lists = numbers
    .filter((each) => making.has(each.providerId))
    .map(({ providerId, provider }) => ({ id: newId<"ManifestFile">(), providerId, provider }));
  if (lists.length === 0) return;
  await insertCourierLists(tx, manifestId, lists, ctx.now);
  await enqueueAll(
    tx,
    fetchManifestFileJob,
    lists.map((list) => ({ manifestFileId: list.id })),
  );
}

/** What asking a courier for its list came to. */
export type CourierList =
  | { readonly ok: true; readonly url: string; readonly exchangeId: CourierExchangeId | null }
  | {
      readonly ok: false;
      readonly words: string;
      readonly exchangeId: CourierExchangeId | null;
      /** Asking again by itself is of no use. */
      readonly final: boolean;
    };

/** Numbers that it refuses are left out and the rest asked for again, so often at most. */
const ROUNDS_MAX = 3;

/**
 * Asks a courier for its list of the parcels of a closed manifest. Numbers that it does not know, or that stand on another
 * list, are kept beside the file and left out. An answer that was lost may have made the list: asked again, the courier says
 * that all of them stand on one.
 */
export async function askCourierList(
  ctx: Ctx,
  file: ManifestFile,
  providerId: ShippingProviderId,
  interactive: boolean,
): Promise<CourierList> {
  const { manifestId, manifestFileId } = file;
  const numbers = await ctx.db.read(ctx.tenantId, (tx) => courierNumbers(tx, manifestId));
  let awbs = numbers.find((each) => each.providerId === providerId)?.awbs ?? [];
  const refused: RefusedNumbers[] = [];
  let exchangeId: CourierExchangeId | null = null;
  for (let round = 1; awbs.length > 0 && round <= ROUNDS_MAX; round++) {
    const outcome = await callCourier(ctx, providerId, "manifest", awbs, {
      interactive,
      links: { manifestId },
      onExchange: (id) => {
        exchangeId = id;
      },
    });
    if (!outcome.ok) {
      const { kind, reached, channelMessage } = outcome.failure;
      return { ok: false, words: channelMessage ?? kind, exchangeId, final: kind === "refused" && reached === "yes" };
    }
    const answer = outcome.value;
    if (answer.kind === "made") {
      await note(ctx, file, { url: answer.url, number: answer.number, refused });
      return { ok: true, url: answer.url, exchangeId };
    }
    const named = answer.awbs.filter((awb) => awbs.includes(awb));
    refused.push({ awbs: named.length > 0 ? named : awbs, why: answer.why, words: answer.words });
    awbs = named.length > 0 ? awbs.filter((awb) => !named.includes(awb)) : [];
  }
  await note(ctx, file, { url: null, number: null, refused });
  const last = refused.at(-1);
  const words =
    last === undefined
      ? "None of its parcels has a number of this courier any more."
      : last.why === "ALREADY"
        ? `All of them stand on a list of the courier already: print it on its panel. (${last.words})`
        : last.words;
  ctx.log.info({ manifestFileId, outcome: "refused" }, "a courier made no list of a manifest's parcels");
  return { ok: false, words, exchangeId, final: true };
}

function note(
  ctx: Ctx,
  { manifestFileId }: ManifestFile,
  made: { readonly url: string | null; readonly number: string | null; readonly refused: readonly RefusedNumbers[] },
): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => noteCourierList(tx, manifestFileId, made, ctx.clock.now()));
}
