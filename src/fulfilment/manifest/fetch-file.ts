import { callChannel, type ExchangeId, sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { type Instant, type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import { enqueue, enqueueAll, type JobOutcome } from "../../platform/jobs.ts";
import { keepBytes, storeDocument } from "../../platform/stored-document.ts";
import { type CourierExchangeId, callCourier, type ShippingProviderId } from "../../shipping/index.ts";
import { wishesFor, wishForAll } from "./channel-list.ts";
import { askCourierList } from "./courier-list.ts";
import { fetchManifestFileJob } from "./file-jobs.ts";
import { findFile, lockFile, type ManifestFile, type ManifestFileId, overdueFiles, settleFile } from "./files.store.ts";
import { CHANNEL_MANIFEST, COURIER_MANIFEST, checkManifest, manifestFileName } from "./receive-files.ts";
import { dispatchRows, packagesOn } from "./store.ts";

const FIRST_PAUSE_SECONDS = 10;
const PAUSE_MAX_SECONDS = 1_800;
/** About six hours: after that a person repeats it. */
export const TRIES_MAX = 20;

/** When a file is tried again after so many tries, the last included; null: a person's turn. Pure. */
export function nextTry(tries: number, now: Instant): Instant | null {
  if (tries >= TRIES_MAX) return null;
  return now.add({ seconds: Math.min(PAUSE_MAX_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(tries - 1, 16)) });
}

type AnyExchangeId = ExchangeId | CourierExchangeId | null;

/** What came of one try, before it is kept. */
type Tried =
  | { readonly ok: true; readonly bytes: Buffer; readonly exchangeId: AnyExchangeId; readonly url?: string }
  | {
      readonly ok: false;
      readonly words: string;
      readonly exchangeId: AnyExchangeId;
      /** The address leads nowhere (any more): a new one may. */
      readonly badAddress: boolean;
      /** Trying again by itself is of no use. */
      readonly final?: boolean;
    };

/** The job: one try, which plans the next one. */
export async function fetchFileInBackground(ctx: Ctx, manifestFileId: ManifestFileId): Promise<JobOutcome> {
  const file = await ctx.db.read(ctx.tenantId, (tx) => findFile(tx, ctx, { manifestFileId }));
  if (!file || file.state === "STORED") return "done";
  if (file.providerId !== null) await keep(ctx, file, await courierFile(ctx, file, file.providerId, false));
  else if (file.url !== null) await keep(ctx, file, await download(ctx, file, file.url, false));
  return "done";
}

/**
 * A person's "Download now": tries at once; where the address leads nowhere the channel is asked for its list once more,
 * which gives a new one. The file is told as it stands then, with what came of it. Refusals: NOT_FOUND.
 */
export async function fetchFileNow(
  ctx: Ctx,
  which: { readonly manifestId: ManifestId; readonly manifestFileId: ManifestFileId },
): Promise<Result<ManifestFile>> {
  const find = () => ctx.db.read(ctx.tenantId, (tx) => findFile(tx, ctx, which));
  const file = await find();
  if (!file) return refuse("NOT_FOUND", { what: "file of a manifest", id: which.manifestFileId });
  if (file.state === "STORED") return ok(file);
  if (file.providerId !== null) {
    await keep(ctx, file, await courierFile(ctx, file, file.providerId, true));
    const asked = await find();
    return asked ? ok(asked) : refuse("NOT_FOUND", { what: "file of a manifest", id: which.manifestFileId });
  }
  const tried = file.url === null ? { ...NO_ADDRESS, exchangeId: null } : await download(ctx, file, file.url, true);
  await keep(ctx, file, tried.ok || !tried.badAddress ? tried : await downloadAnew(ctx, file, tried));
  const now = await find();
  return now ? ok(now) : refuse("NOT_FOUND", { what: "file of a manifest", id: which.manifestFileId });
}

const NO_ADDRESS = { ok: false, words: "The channel gave no address for the file.", badAddress: true } as const;

/** The list of a courier that is asked by its API: made first, where it is not there yet, downloaded then. */
async function courierFile(
  ctx: Ctx,
  file: ManifestFile,
  providerId: ShippingProviderId,
  interactive: boolean,
): Promise<Tried> {
  let exchangeId: Tried["exchangeId"] = null;
  let { url } = file;
  if (url === null) {
    const list = await askCourierList(ctx, file, providerId, interactive);
    if (!list.ok)
      return { ok: false, words: list.words, exchangeId: list.exchangeId, badAddress: false, final: list.final };
    ({ url, exchangeId } = list);
  }
  const outcome = await callCourier(ctx, providerId, "fetchLabel", url, {
    interactive,
    links: { manifestId: file.manifestId },
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  if (outcome.ok) return checked(outcome.value, exchangeId);
  const { kind, channelMessage } = outcome.failure;
  return { ok: false, words: channelMessage ?? kind, exchangeId, badAddress: false, final: false };
}

/** Asks the channel for the courier's list again: links run out, and the list is given again as it was. */
async function downloadAnew(ctx: Ctx, file: ManifestFile, before: Extract<Tried, { ok: false }>): Promise<Tried> {
  const rows = await ctx.db.read(ctx.tenantId, async (tx) => dispatchRows(tx, await packagesOn(tx, file.manifestId)));
  const wish =
    file.courierCode === "" ? wishForAll(rows) : wishesFor(rows).find((each) => each.courierCode === file.courierCode);
  if (!wish) return before;
  let exchangeId: ExchangeId | null = null;
  const { courierCode, lines, parcels = [] } = wish;
  const answer = await callChannel(
    ctx,
    file.channelId,
    "fetchManifest",
    { courierCode, lines, parcels },
    {
      interactive: true,
      onExchange: (id) => {
        exchangeId = id;
      },
    },
  );
  if (!answer.ok)
    return { ...before, words: `${before.words} ${answer.failure.channelMessage ?? ""}`.trim(), exchangeId };
  const { url, file: bytes } = answer.value;
  if (bytes !== undefined) return checked(bytes, exchangeId);
  if (url === null || url === file.url) return before;
  const again = await download(ctx, file, url, true);
  return again.ok ? { ...again, url } : again;
}

async function download(ctx: Ctx, file: ManifestFile, url: string, interactive: boolean): Promise<Tried> {
  if (sourceOf(file.source).capabilities.downloadFile !== true) {
    const words = "The channel gives the address of its list, but offers no call to download it.";
    return { ok: false, words, exchangeId: null, badAddress: false, final: true };
  }
  let exchangeId: ExchangeId | null = null;
  const outcome = await callChannel(ctx, file.channelId, "downloadFile", url, {
    interactive,
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  if (!outcome.ok) {
    const { channelMessage, kind } = outcome.failure;
    const badAddress = kind === "refused" || kind === "bad_answer";
    return { ok: false, words: channelMessage ?? kind, exchangeId, badAddress };
  }
  if (outcome.value.state === "NOT_YET")
    return {
      ok: false,
      words: outcome.value.message ?? "The channel has not made it yet.",
      exchangeId,
      badAddress: true,
    };
  return checked(outcome.value.value, exchangeId);
}

/** What cannot be printed may be another file at another address. */
async function checked(bytes: Buffer, exchangeId: AnyExchangeId): Promise<Tried> {
  const fault = await checkManifest(bytes);
  if (fault === null) return { ok: true, bytes, exchangeId };
  return { ok: false, words: fault.words, exchangeId, badAddress: !fault.busy };
}

/** Keeps what came of a try: the file stored, the next try planned, or a person's turn. */
async function keep(ctx: Ctx, file: ManifestFile, tried: Tried): Promise<void> {
  const kept = tried.ok ? await keepBytes(ctx, tried.bytes) : null;
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    if ((await lockFile(tx, file.manifestFileId)) === "STORED") return; // somebody was faster
    const at = ctx.clock.now();
    const { manifestFileId, manifestId, manifest, courierCode } = file;
    const { exchangeId } = tried;
    if (!tried.ok) {
      const over = (file.url === null && file.providerId === null) || tried.final === true;
      const nextAttemptAt = over ? null : nextTry(file.attempts + 1, at);
      const state = nextAttemptAt === null ? "FAILED" : "WAITING";
      await settleFile(
        tx,
        manifestFileId,
        { state, message: tried.words, exchangeId, documentId: null, nextAttemptAt },
        at,
      );
      if (nextAttemptAt !== null) await enqueue(tx, fetchManifestFileJob, { manifestFileId }, { runAt: nextAttemptAt });
      return;
    }
    if (kept === null) return;
    const documentId = await storeDocument(tx, ctx, {
      kept,
      mediaType: "application/pdf",
      fileName: manifestFileName(manifest, courierCode),
      recordType: "manifest",
      recordId: manifestId,
      kind: file.providerId === null ? CHANNEL_MANIFEST : COURIER_MANIFEST,
      exchangeId,
    });
    const stored = { state: "STORED", message: null, exchangeId, documentId, nextAttemptAt: null } as const;
    await settleFile(tx, manifestFileId, { ...stored, ...(tried.url === undefined ? {} : { url: tried.url }) }, at);
    await audit(tx, ctx, {
      action: "fulfilment.manifest_file_stored",
      recordType: "manifest",
      recordId: manifestId,
      recordCode: manifest,
      after: { courierCode, documentId, sizeBytes: kept.sizeBytes },
    });
  });
}

const OVERDUE_SECONDS = 120;
const OVERDUE_AT_ONCE = 500;

/** Each minute: tries whose job was lost with its process are made after all. */
export async function resumeFiles(services: Services): Promise<void> {
  const before = services.clock.now().subtract({ seconds: OVERDUE_SECONDS });
  for (const { tenantId, live } of await services.db.tenants())
    if (live)
      await services.db.transaction(tenantId, async (tx) => {
        const ids = await overdueFiles(tx, before, OVERDUE_AT_ONCE);
        await enqueueAll(
          tx,
          fetchManifestFileJob,
          ids.map((manifestFileId) => ({ manifestFileId })),
        );
      });
}
