import { audit } from "../../identity/index.ts";
import {
  assert,
  type ManifestId,
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockForMove, reachPackages } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { createManifestIn } from "./create-manifest.ts";
import { decideAdd, decideOpen, type Manifest, type ManifestFor, PARCELS_MAX, type Parcel } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { lockManifest, lockOpenManifest, packagesOn, parcels, putOn } from "./store.ts";

/** What became of chosen parcels: those that are on now, and why the others are not. */
export interface Added {
  readonly added: readonly Parcel[];
  readonly refused: readonly { readonly parcel: Parcel; readonly refusal: Refusal }[];
}

/**
 * Puts those of the parcels that may go onto a locked manifest, and says why the others may not. Two people who add the
 * same parcel wait for each other at its lock: the second sees where it is.
 */
export async function addTo(tx: Tx, ctx: Ctx, manifest: Manifest, ids: readonly ShippingPackageId[]): Promise<Added> {
  await lockForMove(tx, ids);
  const found = await parcels(tx, ids);
  const refused = found.flatMap((parcel) => {
    const decision = decideAdd(manifest, parcel);
    return decision.ok ? [] : [{ parcel, refusal: decision.refusal }];
  });
  const added = found.filter((parcel) => !refused.some((r) => r.parcel === parcel));
  const fitting = added.map((parcel) => parcel.shippingPackageId);
  if (fitting.length === 0) return { added: [], refused };
  const moved = await movePackages(tx, ctx, fitting, "manifest", { facts: { manifest: manifest.code } });
  assert(moved.ok, "parcels that were locked and judged may go onto the manifest");
  await putOn(tx, manifest.manifestId, fitting, ctx.actor.name, ctx.now);
  await audit(tx, ctx, {
    action: "fulfilment.manifest_parcels_added",
    recordType: "manifest",
    recordId: manifest.manifestId,
    recordCode: manifest.code,
    after: { packages: added.map((parcel) => parcel.code) },
  });
  return { added, refused };
}

/** Room for more parcels on one printed list. Pure. */
function decideRoom(manifest: Manifest, on: number, more: number): Result<undefined> {
  return on + more > PARCELS_MAX
    ? refuse("MANIFEST_FULL", { manifest: manifest.code, parcels: on + more, most: PARCELS_MAX })
    : ok();
}

/**
 * Puts chosen parcels onto a manifest; those that do not fit stay where they are and are named. Refusals: NOT_FOUND,
 * MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_FULL, PACKAGE_NOT_FOUND.
 */
export function addParcels(
  ctx: Ctx,
  input: { manifestId: ManifestId; packageIds: readonly ShippingPackageId[] },
): Promise<Result<Added>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, input.manifestId, "shared");
    if (!manifest.ok) return manifest;
    const open = decideOpen(manifest.value);
    if (!open.ok) return open;
    const reached = await reachPackages(tx, ctx, input.packageIds);
    if (!reached.ok) return reached;
    const room = decideRoom(manifest.value, (await packagesOn(tx, input.manifestId)).length, input.packageIds.length);
    return room.ok ? ok(await addTo(tx, ctx, manifest.value, input.packageIds)) : room;
  });
}

/** A manifest that chosen parcels went onto. */
export interface FilledManifest {
  readonly manifestId: ManifestId;
  readonly code: string;
  readonly created: boolean;
  readonly added: number;
}

/**
 * Puts chosen parcels onto the open manifest of their facility, channel and courier; one is made where there is none.
 * Parcels that may not go are named with the reason. Refuses PACKAGE_NOT_FOUND.
 */
export function addToManifests(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ manifests: FilledManifest[]; refused: Added["refused"] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPackages(tx, ctx, input.packageIds);
    if (!reached.ok) return reached;
    const groups = Map.groupBy(await parcels(tx, input.packageIds), groupKey);
    const manifests: FilledManifest[] = [];
    const refused: Added["refused"][number][] = [];
    // In one order for all: two who add the same parcels lock the same manifests one after the other.
    for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const target = await targetOf(tx, ctx, group);
      if (!target.ok) {
        refused.push(...target.refused);
        continue;
      }
      const ids = group.map((parcel) => parcel.shippingPackageId);
      const outcome = await addTo(tx, ctx, target.manifest, ids);
      refused.push(...outcome.refused);
      const { manifestId, code } = target.manifest;
      if (outcome.added.length > 0)
        manifests.push({ manifestId, code, created: target.created, added: outcome.added.length });
    }
    return ok({ manifests, refused });
  });
}

function groupKey(of: ManifestFor): string {
  return [of.facilityId, of.channelId, of.thirdPartyShipping, of.shippingProviderId].join(" ");
}

type Target =
  | { readonly ok: true; readonly manifest: Manifest; readonly created: boolean }
  | { readonly ok: false; readonly refused: Added["refused"] };

/** The manifest for a group of like parcels: an open one with room, or a new one where at least one of them may go onto it. */
async function targetOf(tx: Tx, ctx: Ctx, group: readonly Parcel[]): Promise<Target> {
  const [first] = group;
  assert(first, "a group has a parcel");
  const open = await lockOpenManifest(tx, first);
  if (open && decideRoom(open, (await packagesOn(tx, open.manifestId)).length, group.length).ok)
    return { ok: true, manifest: open, created: false };
  const imagined: Manifest = { ...first, manifestId: newId<"Manifest">(), code: "(new)", state: "CREATED" };
  const refused = group.flatMap((parcel) => {
    const decision = decideAdd(imagined, parcel);
    return decision.ok ? [] : [{ parcel, refusal: decision.refusal }];
  });
  if (refused.length === group.length) return { ok: false, refused };
  const made = await createManifestIn(tx, ctx, first);
  assert(made.ok, "parcels that are ready have all that their manifest needs");
  const manifest = await lockManifest(tx, made.value.manifestId, "shared");
  assert(manifest, "a manifest just made is there");
  return { ok: true, manifest, created: true };
}
