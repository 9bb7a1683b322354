import { audit } from "../identity/index.ts";
import { assert, ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { AlarmCheck } from "../platform/alarms.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type AwbList, expandAwbRange, parseAwbList } from "./awb.ts";
import type { ShippingProviderId } from "./provider.ts";
import * as store from "./store.ts";

/** Tracking numbers as a courier gives them: the ends of a range, or a list (text or CSV, one a line). */
export interface AwbUpload {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly list?: string | undefined;
}

export interface AddedAwbs {
  readonly added: number;
  /** In the pool already, used ones too: they stay as they are. */
  readonly alreadyThere: number;
  /** Named more than once in this upload. */
  readonly duplicates: readonly string[];
  readonly invalid: AwbList["invalid"];
}

/** Adds numbers to a pool; what is no number is reported and does not stop the others. Refusals: NOT_FOUND, PROVIDER_HAS_NO_POOL, AWB_UPLOAD_UNCLEAR, those of the range or list. */
export function addAwbs(ctx: Ctx, providerId: ShippingProviderId, upload: AwbUpload): Promise<Result<AddedAwbs>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const read = await readUpload(tx, providerId, upload);
    if (!read.ok) return read;
    const { provider, list } = read.value;
    const added = list.awbs.length === 0 ? 0 : await store.insertAwbs(tx, providerId, list.awbs);
    if (added > 0)
      await audit(tx, ctx, {
        action: "shipping.awbs_added",
        recordType: "shipping_provider",
        recordId: providerId,
        recordCode: provider.code,
        after: { added, first: list.awbs[0], last: list.awbs.at(-1) },
      });
    const alreadyThere = list.awbs.length - added;
    return ok({ added, alreadyThere, duplicates: list.duplicates, invalid: list.invalid });
  });
}

/** Takes numbers out of the pool that were uploaded by mistake; those that a package has stay. Refusals as of `addAwbs`. */
export function withdrawAwbs(
  ctx: Ctx,
  providerId: ShippingProviderId,
  upload: AwbUpload,
): Promise<Result<{ withdrawn: number; kept: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const read = await readUpload(tx, providerId, upload);
    if (!read.ok) return read;
    const { provider, list } = read.value;
    const withdrawn = await store.deleteFreeAwbs(tx, providerId, list.awbs);
    if (withdrawn > 0)
      await audit(tx, ctx, {
        action: "shipping.awbs_withdrawn",
        recordType: "shipping_provider",
        recordId: providerId,
        recordCode: provider.code,
        before: { withdrawn, first: list.awbs[0], last: list.awbs.at(-1) },
      });
    return ok({ withdrawn, kept: list.awbs.length - withdrawn });
  });
}

async function readUpload(
  tx: Tx,
  providerId: ShippingProviderId,
  upload: AwbUpload,
): Promise<Result<{ provider: store.ProviderRow; list: AwbList }>> {
  const provider = await store.providerById(tx, providerId);
  if (provider === undefined) return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
  if (provider.kind !== "AWB_POOL") return refuse("PROVIDER_HAS_NO_POOL", { provider: provider.code });
  const { from, to, list: text } = upload;
  if (text !== undefined && from === undefined && to === undefined) {
    const list = parseAwbList(text);
    return list.ok ? ok({ provider, list: list.value }) : list;
  }
  if (text !== undefined || from === undefined || to === undefined) return refuse("AWB_UPLOAD_UNCLEAR");
  const range = expandAwbRange(from, to);
  return range.ok ? ok({ provider, list: { awbs: range.value, duplicates: [], invalid: [] } }) : range;
}

/** Takes the next number for a package; it is never given again. Refusals: NOT_FOUND, PROVIDER_HAS_NO_POOL, AWB_POOL_EMPTY. */
export async function takeAwb(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  providerId: ShippingProviderId,
  packageId: ShippingPackageId,
): Promise<Result<string>> {
  const taken = (await takeAwbs(tx, ctx, [{ providerId, packageId }])).get(packageId);
  assert(taken !== undefined, "each package that asks for a number gets an answer");
  return taken;
}

/** `takeAwb` for many packages, one statement a provider: first come, first served, in the order of the list. */
export async function takeAwbs(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  wanted: readonly { providerId: ShippingProviderId; packageId: ShippingPackageId }[],
): Promise<Map<ShippingPackageId, Result<string>>> {
  const answers = new Map<ShippingPackageId, Result<string>>();
  assert(new Set(wanted.map((w) => w.packageId)).size === wanted.length, "a package asks for one number at a time");
  const byProvider = Map.groupBy(wanted, (w) => w.providerId);
  for (const providerId of [...byProvider.keys()].sort()) {
    const packageIds = (byProvider.get(providerId) ?? []).map((w) => w.packageId);
    const provider = await store.providerById(tx, providerId);
    const usable = provider?.kind === "AWB_POOL";
    const given = usable ? await store.assignAwbs(tx, providerId, packageIds, ctx.now) : [];
    const awbs = new Map(given.map((g) => [g.packageId, g.awb]));
    for (const packageId of packageIds) {
      const awb = awbs.get(packageId);
      if (awb !== undefined) answers.set(packageId, ok(awb));
      else if (provider === undefined)
        answers.set(packageId, refuse("NOT_FOUND", { what: "shipping provider", id: providerId }));
      else
        answers.set(packageId, refuse(usable ? "AWB_POOL_EMPTY" : "PROVIDER_HAS_NO_POOL", { provider: provider.code }));
    }
  }
  return answers;
}

/** Raised while a pool in use is below its mark; critical when it is empty. */
export const awbsLowCheck: AlarmCheck = {
  kinds: ["AWBS_LOW"],
  check: async (_ctx, tx) =>
    (await store.lowPools(tx)).map(({ providerId, code, lowMark, left }) => ({
      kind: "AWBS_LOW",
      recordType: "shipping_provider",
      recordId: providerId,
      severity: left === 0 ? "CRITICAL" : "WARNING",
      message:
        left === 0
          ? `${code} has no tracking numbers left: its parcels cannot be labelled.`
          : `${code} has ${left} tracking numbers left; its mark is ${lowMark}.`,
      whatToDo: "Ask the courier for numbers and upload them under Settings > Shipping providers.",
    })),
};
