import { sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import {
  assert,
  type ManifestId,
  newId,
  ok,
  type Refusal,
  type Result,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockForMove, reachPackages } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { createManifestIn } from "./create-manifest.ts";
import {
  channelParcelsMax,
  decideAdd,
  decideOpen,
  decideRoom,
  type Manifest,
  type ManifestFor,
  PARCELS_MAX,
  type Parcel,
} from "./manifest.ts";
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

/**
 * Puts chosen parcels onto a manifest; those that do not fit stay where they are and are named. Refusals: NOT_FOUND,
 * MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED, PACKAGE_NOT_FOUND, MANIFEST_TOO_LARGE_FOR_CHANNEL,
 * MANIFEST_FULL.
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
    const on = await packagesOn(tx, input.manifestId);
    const more = input.packageIds.filter((id) => !on.includes(id)).length;
    const room = decideRoom(manifest.value, sourceOf(manifest.value.source), on.length, more);
    return room.ok ? ok(await addTo(tx, ctx, manifest.value, input.packageIds)) : room;
  });
}

/** A manifest that chosen parcels went onto. */
export interface FilledManifest {
  readonly manifestId: ManifestId;
  readonly code: string;
  readonly created: boolean;
  readonly added: number;
  /** Those that were added. */
  readonly packageIds: ShippingPackageId[];
}

/**
 * Puts chosen parcels onto the open manifests of their facility, channel and courier; missing ones are made, and more of
 * them where one would not hold all. Parcels that may not go are named with the reason. Refuses PACKAGE_NOT_FOUND.
 */
export function addToManifests(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ manifests: FilledManifest[]; refused: Added["refused"] }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPackages(tx, ctx, input.packageIds);
    if (!reached.ok) return reached;
    const groups = Map.groupBy(await parcels(tx, input.packageIds), (parcel) =>
      Object.values(kindOf(parcel)).join(" "),
    );
    const manifests: FilledManifest[] = [];
    const refused: Added["refused"][number][] = [];
    // In one order for all: two who add the same parcels lock the same manifests one after the other.
    for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const outcome = await addGroup(tx, ctx, group);
      manifests.push(...outcome.manifests);
      refused.push(...outcome.refused);
    }
    return ok({ manifests, refused });
  });
}

/** Which manifest a parcel belongs on: each courier's rider signs for his own parcels, whoever chose the courier. Pure. */
function kindOf(parcel: Parcel): ManifestFor {
  const { facilityId, channelId, shippingProviderId, thirdPartyShipping, channelCourierCode } = parcel;
  return { facilityId, channelId, shippingProviderId, thirdPartyShipping, channelCourierCode };
}

/** Puts like parcels onto their open manifest as far as it has room, and the rest onto new ones. */
async function addGroup(
  tx: Tx,
  ctx: Ctx,
  group: readonly Parcel[],
): Promise<{ manifests: FilledManifest[]; refused: Added["refused"] }> {
  const [first] = group;
  assert(first, "a group has a parcel");
  const source = sourceOf(first.source);
  const most = channelParcelsMax(source, first) ?? PARCELS_MAX;
  let open = await lockOpenManifest(tx, kindOf(first), ctx.clock.now());
  const imagined: Manifest = {
    ...{ ...first, ...kindOf(first), manifestId: newId<"Manifest">(), code: "(new)" },
    ...{ state: "CREATED", asking: false, askingUntil: null },
  };
  const refused = group.flatMap((parcel): Added["refused"][number][] => {
    const decision = decideAdd(open ?? imagined, parcel);
    return decision.ok ? [] : [{ parcel, refusal: decision.refusal }];
  });
  // A new manifest is made only where one of them may go onto it.
  let rest = group.filter((parcel) => !refused.some((r) => r.parcel === parcel));
  const manifests: FilledManifest[] = [];
  while (rest.length > 0) {
    const room = open ? most - (await packagesOn(tx, open.manifestId)).length : 0;
    const created = !open || room <= 0;
    const target: Manifest = open && !created ? open : await newManifest(tx, ctx, kindOf(first));
    const ids = rest.slice(0, created ? most : room).map((parcel) => parcel.shippingPackageId);
    const outcome = await addTo(tx, ctx, target, ids);
    refused.push(...outcome.refused);
    const { manifestId, code } = target;
    const packageIds = outcome.added.map((parcel) => parcel.shippingPackageId);
    if (packageIds.length > 0) manifests.push({ manifestId, code, created, added: packageIds.length, packageIds });
    rest = rest.slice(ids.length);
    open = undefined; // it is full
  }
  return { manifests, refused };
}

async function newManifest(tx: Tx, ctx: Ctx, of: ManifestFor): Promise<Manifest> {
  const made = await createManifestIn(tx, ctx, of);
  assert(made.ok, "parcels that are ready have all that their manifest needs");
  const manifest = await lockManifest(tx, made.value.manifestId, "shared", ctx.clock.now());
  assert(manifest, "a manifest just made is there");
  return manifest;
}
