import { callChannel, type ExchangeId, sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { type Instant, newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import { decideMove } from "../move.ts";
import { lockPackages } from "../store.ts";
import { claimManifest, refusalsOn, releaseManifest } from "./asking.store.ts";
import {
  type Asked,
  type CourierWish,
  couriersMissing,
  judgeAnswers,
  type Verdict,
  wishesFor,
  wishForAll,
} from "./channel-list.ts";
import type { DispatchRow } from "./dispatch-facts.ts";
import { type Closed, handOver, judgeParcels } from "./hand-over.ts";
import type { Manifest } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { keepReceived, type ReceivedFile, receiveFiles } from "./receive-files.ts";

/** No further courier is asked for after this long: the person has waited enough, and closing again goes on. */
const ASKING_MAX_SECONDS = 30;
/** The engine tries a call three times at most, with short pauses. */
const TRIES_MAX = 3;
const PAUSES_MAX_SECONDS = 10;

/** A manifest whose channel is being asked: nobody changes it until then. */
export interface Asking {
  readonly manifest: Manifest;
  readonly wishes: readonly CourierWish[];
  /** The same as one, where there are several and the channel may put them on one list. */
  readonly together: CourierWish | null;
  readonly until: Instant;
}

/**
 * Claims a locked manifest for asking its channel, for as long as the calls can take: should this process end, others may
 * go on after that. Refusals: PACKAGE_STATE, PACKAGE_ON_HOLD, PACKAGE_LOCKED, MANIFEST_COURIER_MISSING.
 */
export async function beginAsking(
  tx: Tx,
  ctx: Ctx,
  manifest: Manifest,
  rows: readonly DispatchRow[],
): Promise<Result<Asking>> {
  const ids = rows.map((row) => row.shippingPackageId);
  const may = decideMove(ids, await lockPackages(tx, ids), "dispatch");
  if (!may.ok) return may;
  const missing = couriersMissing(rows);
  if (missing.length > 0)
    return refuse("MANIFEST_COURIER_MISSING", {
      manifest: manifest.code,
      channel: manifest.channelCode,
      packages: missing,
    });
  const { limits, capabilities } = sourceOf(manifest.source);
  const callSeconds = Math.ceil((limits.timeoutMs * TRIES_MAX) / 1000) + PAUSES_MAX_SECONDS;
  const wishes = wishesFor(rows);
  const together = wishes.length > 1 && capabilities.fetchManifest?.together ? wishForAll(rows) : null;
  const seconds = ASKING_MAX_SECONDS + callSeconds * (together === null ? 1 : 2);
  const until = ctx.clock.now().add({ seconds }).round("millisecond");
  await claimManifest(tx, manifest.manifestId, until);
  return ok({ manifest, wishes, together, until });
}

/**
 * Asks for the list of all couriers, or every courier's, and closes the manifest when all are made. A list that was made
 * before another is refused stands at the channel: the refusal names it, because its parcels are gone there. Asked for
 * again it is given as it is, so the manifest is only to be closed without what is refused. Refusals as of `closeManifest`.
 */
export async function askForLists(ctx: Ctx, asking: Asking): Promise<Result<Closed>> {
  let verdict: Verdict;
  let asked: readonly Asked[];
  try {
    asked = await askCouriers(ctx, asking);
    verdict = judgeAnswers(asked);
  } catch (error) {
    // A fault of ours: nothing is known to have been made, and the manifest is not to wait for the end of the claim.
    await giveUp(ctx, asking, null);
    throw error;
  }
  // The channel took its time: what is written now happens now.
  const settling: Ctx = { ...ctx, now: ctx.clock.now() };
  if (verdict.kind !== "made") {
    await ctx.db.transaction(ctx.tenantId, (tx) => keepRefusals(tx, settling, asking, verdict));
    return refusalOf(asking.manifest, verdict);
  }
  const files = await receiveFiles(settling, asked);
  const closed = await ctx.db.transaction(ctx.tenantId, (tx) => closeAsked(tx, settling, asking, files));
  if (!closed.ok) await giveUp(ctx, asking, `The channel made its list, but: ${explain(closed.refusal).message}`);
  return closed;
}

type Open = Exclude<Verdict, { kind: "made" }>;

function refusalOf({ code: manifest, channelCode: channel }: Manifest, verdict: Open): Result<never> {
  const { detail, listed, exchangeId: exchange } = verdict;
  const facts = { manifest, channel, detail, exchange, packages: verdict.refused.map((parcel) => parcel.code) };
  if (listed.length > 0) return refuse("MANIFEST_LISTED_IN_PART", { ...facts, ...listedFacts(listed) });
  return refuse(verdict.kind === "refused" ? "MANIFEST_REFUSED_BY_CHANNEL" : "MANIFEST_NOT_ANSWERED", facts);
}

function listedFacts(listed: Open["listed"]) {
  return {
    couriers: listed.map(({ courierCode }) => (courierCode === "" ? "all couriers" : courierCode)),
    listed: listed.flatMap((list) => list.packages),
  };
}

async function askCouriers(ctx: Ctx, { manifest, wishes, together }: Asking): Promise<Asked[]> {
  if (together !== null) {
    const all = await askCourier(ctx, manifest, together);
    if (all.kind === "failed" || all.answer.apart !== true) return [all];
  }
  const asked: Asked[] = [];
  const startedAt = ctx.clock.now();
  // One after the other: together they would renew one token many times.
  for (const wish of wishes) {
    const passed = ctx.clock.now().since(startedAt).total("seconds");
    asked.push(
      passed > ASKING_MAX_SECONDS
        ? { kind: "failed", wish, failure: TOO_SLOW, exchangeId: null }
        : await askCourier(ctx, manifest, wish),
    );
  }
  return asked;
}

const TOO_SLOW = {
  reached: "no",
  kind: "transient",
  channelMessage: "not asked any more: the channel took too long for the other couriers",
} as const;

async function askCourier(ctx: Ctx, manifest: Manifest, wish: CourierWish): Promise<Asked> {
  let exchangeId: ExchangeId | null = null;
  const [only, ...others] = wish.packages;
  const { courierCode, lines, parcels = [] } = wish;
  const outcome = await callChannel(
    ctx,
    manifest.channelId,
    "fetchManifest",
    { courierCode, lines, parcels },
    {
      interactive: true,
      links: only && others.length === 0 ? { shippingPackageId: only.shippingPackageId } : {},
      onExchange: (id) => {
        exchangeId = id;
      },
    },
  );
  return outcome.ok
    ? { kind: "answered", wish, answer: outcome.value, exchangeId }
    : { kind: "failed", wish, failure: outcome.failure, exchangeId };
}

/** The manifest is free again and shows the channel's words; each refused parcel has its own, on its timeline too. */
async function keepRefusals(tx: Tx, ctx: Ctx, asking: Asking, verdict: Open): Promise<Result<undefined>> {
  const { manifest, until } = asking;
  const { couriers, listed } = listedFacts(verdict.listed);
  const known = await refusalsOn(tx, manifest.manifestId);
  const mine = await releaseManifest(tx, manifest.manifestId, until, {
    message:
      listed.length === 0
        ? verdict.detail
        : `${verdict.detail}. The list of ${couriers.join(", ")} is made and closed there already: close again without what is refused, and leave the rest on.`,
    exchangeId: verdict.exchangeId,
    // What was not answered says nothing new of any parcel.
    refused: verdict.kind === "refused" ? verdict.refused : null,
  });
  if (!mine) return ok(); // somebody else asks by now: theirs is the newer answer
  const fresh = verdict.refused.filter((parcel) => known.get(parcel.shippingPackageId)?.words !== parcel.words);
  await writeEvents(
    tx,
    fresh.flatMap(({ shippingPackageId, code, words }) => {
      const saleOrderId = known.get(shippingPackageId)?.saleOrderId;
      if (saleOrderId === undefined) return [];
      const facts = { package: code, manifest: manifest.code, channelMessage: words, exchange: verdict.exchangeId };
      return [{ id: newId(), saleOrderId, packageId: shippingPackageId, kind: "MANIFEST_REFUSED_BY_CHANNEL", facts }];
    }),
    ctx.actor,
    ctx.now,
  );
  await audit(tx, ctx, {
    action: "fulfilment.manifest_refused_by_channel",
    recordType: "manifest",
    recordId: manifest.manifestId,
    recordCode: manifest.code,
    after: {
      ...{ detail: verdict.detail, packages: verdict.refused.map((parcel) => parcel.code) },
      ...(listed.length === 0 ? {} : { listed }),
    },
  });
  return ok();
}

/** The second transaction: what was asked for is what leaves, or nothing does. */
async function closeAsked(tx: Tx, ctx: Ctx, asking: Asking, files: readonly ReceivedFile[]): Promise<Result<Closed>> {
  const { manifest: then, until, wishes } = asking;
  const reached = await reachManifest(tx, ctx, then.manifestId, "alone");
  if (!reached.ok) return reached;
  const changed = (detail: string) =>
    refuse("MANIFEST_CHANGED", { manifest: then.code, channel: then.channelCode, detail });
  // The claim is ours, so it does not stand in our way; one that is not ours, or was given up, does.
  const mine = reached.value.askingUntil?.epochMilliseconds === until.epochMilliseconds;
  if (reached.value.state === "CREATED" && !mine) return changed("it took too long, and somebody else went on");
  const manifest: Manifest = { ...reached.value, asking: false };
  const judged = await judgeParcels(tx, manifest);
  if (!judged.ok) return judged;
  if (JSON.stringify(wishesFor(judged.value)) !== JSON.stringify(wishes))
    return changed("its parcels are not those that were asked for");
  const closed = await handOver(tx, ctx, manifest, judged.value);
  if (!closed.ok) return closed;
  await keepReceived(tx, ctx, manifest, files);
  return closed;
}

async function giveUp(ctx: Ctx, { manifest, until }: Asking, message: string | null): Promise<void> {
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    releaseManifest(tx, manifest.manifestId, until, { message, exchangeId: null, refused: null }),
  );
}
