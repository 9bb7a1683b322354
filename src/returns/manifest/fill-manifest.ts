import { lockForMove } from "../../fulfilment/index.ts";
import { audit } from "../../identity/index.ts";
import {
  assert,
  type ChannelId,
  type FacilityId,
  newId,
  ok,
  type Result,
  refuse,
  type ShippingPackageId,
} from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import type { BackParcel } from "../parcel.ts";
import { decideReceive } from "../parcel.ts";
import { type Held, type Judged, lockHeld, mayReceive, reachFacility } from "../reach-parcels.ts";
import { backParcels } from "../receive.store.ts";
import { decideAdd, decideOpen, type ReturnManifest, type ReturnManifestId } from "./return-manifest.ts";
import {
  channelExists,
  insertReturnManifest,
  lockReturnManifest,
  parcelsOn,
  putOn,
  saveEnded,
  saveMissing,
  takeOffRows,
} from "./store.ts";

/** A return manifest within reach, locked as `lockReturnManifest` says. Refuses NOT_FOUND. */
export async function reachReturnManifest(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  id: ReturnManifestId,
  as: "shared" | "alone",
): Promise<Result<ReturnManifest>> {
  const manifest = await lockReturnManifest(tx, id, as);
  return manifest && mayWorkIn(ctx, manifest.facilityId)
    ? ok(manifest)
    : refuse("NOT_FOUND", { what: "return manifest", id });
}

/**
 * Makes an open return manifest for what is brought to a facility, of one channel or of all. The courier is who brings it:
 * he signs the list; which courier brings a parcel back is often not known before. Refuses NOT_FOUND (facility, channel).
 */
export function createReturnManifest(
  ctx: Ctx,
  of: { facilityId: FacilityId; channelId: ChannelId | null; courier: string | null },
): Promise<Result<{ returnManifestId: ReturnManifestId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const place = await reachFacility(tx, ctx, of.facilityId);
    if (!place.ok) return place;
    if (of.channelId !== null && !(await channelExists(tx, of.channelId)))
      return refuse("NOT_FOUND", { what: "channel", id: of.channelId });
    const [code] = await takeCodes(tx, "RETURN_MANIFEST", "RM-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const returnManifestId = newId<"ReturnManifest">();
    await insertReturnManifest(tx, { ...of, returnManifestId, code }, ctx.actor.name, ctx.now);
    await note(tx, ctx, { returnManifestId, code }, "created", { after: of });
    return ok({ returnManifestId, code });
  });
}

/** A parcel that went onto a return manifest. */
export interface ScannedReturn {
  readonly parcel: BackParcel;
  readonly announced: boolean;
}

/**
 * Puts a parcel that came back onto a return manifest, announced or not; it keeps its state until the list is closed.
 * @param input.unannounced the person has seen that nobody announced it. Refusals: NOT_FOUND, those of `lockHeld`,
 * `decideAdd` and `mayReceive`, RETURN_UNITS_NOT_DUE.
 */
export function scanReturn(
  ctx: Ctx,
  input: {
    returnManifestId: ReturnManifestId;
    held: Held;
    unannounced: boolean;
    missingUnitIds: readonly string[];
  },
): Promise<Result<ScannedReturn>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachReturnManifest(tx, ctx, input.returnManifestId, "shared");
    if (!reached.ok) return reached;
    const manifest = reached.value;
    const open = decideOpen(manifest);
    if (!open.ok) return open;
    const judged = await lockHeld(tx, input.held, null);
    if (!judged.ok) return judged;
    const one = onlyOne(input.held, judged.value);
    if (!one.ok) return one;
    const { parcel, due } = one.value;
    const may = decideAdd(manifest, one.value, (await parcelsOn(tx, manifest.returnManifestId)).length);
    if (!may.ok) return may;
    const at = { facilityId: manifest.facilityId, code: manifest.facilityCode };
    const received = await mayReceive(tx, one.value, at, {
      sure: input.unannounced,
      manifestId: manifest.returnManifestId,
    });
    if (!received.ok) return received;
    const named = missingOf(one.value, input.missingUnitIds);
    if (!named.ok) return named;
    await putOn(
      tx,
      manifest.returnManifestId,
      {
        ...{ shippingPackageId: parcel.shippingPackageId, announced: due.announced, missingUnitIds: named.value },
        scanned: "code" in input.held ? input.held.code.trim() : parcel.code,
      },
      ctx.actor.name,
      ctx.now,
    );
    await note(tx, ctx, manifest, "parcel_added", { after: { package: parcel.code, announced: due.announced } });
    return ok({ parcel, announced: due.announced });
  });
}

function onlyOne(held: Held, judged: readonly Judged[]): Result<Judged> {
  const [first, ...others] = judged;
  assert(first, "what was found is a parcel or a refusal");
  if (others.length === 0) return ok(first);
  return refuse("RETURN_SCAN_AMBIGUOUS", {
    code: "code" in held ? held.code : "",
    packages: judged.map(({ parcel }) => parcel.code),
  });
}

function missingOf({ parcel, due }: Judged, unitIds: readonly string[]): Result<string[]> {
  const strange = unitIds.filter((id) => !due.units.some((unit) => unit.unitId === id));
  return strange.length > 0
    ? refuse("RETURN_UNITS_NOT_DUE", { package: parcel.code, units: strange })
    : ok([...new Set(unitIds)]);
}

/** Says which units a parcel on the list came without; none: all are in it. Refusals: NOT_FOUND, RETURN_MANIFEST_CLOSED, RETURN_NOT_ON_MANIFEST, RETURN_UNITS_NOT_DUE. */
export function markMissing(
  ctx: Ctx,
  input: {
    returnManifestId: ReturnManifestId;
    shippingPackageId: ShippingPackageId;
    missingUnitIds: readonly string[];
  },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachReturnManifest(tx, ctx, input.returnManifestId, "shared");
    if (!reached.ok) return reached;
    const open = decideOpen(reached.value);
    if (!open.ok) return open;
    await lockForMove(tx, [input.shippingPackageId]);
    const [parcel] = await backParcels(tx, [input.shippingPackageId]);
    if (parcel?.returnManifestId !== input.returnManifestId)
      return refuse("RETURN_NOT_ON_MANIFEST", {
        packages: parcel?.code ?? input.shippingPackageId,
        manifest: reached.value.code,
      });
    const due = decideReceive(parcel, null);
    if (!due.ok) return due;
    const named = missingOf({ parcel, due: due.value }, input.missingUnitIds);
    if (!named.ok) return named;
    await saveMissing(tx, input.returnManifestId, input.shippingPackageId, named.value);
    await note(tx, ctx, reached.value, "units_missing", {
      after: { package: parcel.code, missing: named.value.length },
    });
    return ok();
  });
}

/** Takes parcels off an open return manifest: they stand as before. All or none. Refusals: NOT_FOUND, RETURN_MANIFEST_CLOSED, RETURN_MANIFEST_DISCARDED, RETURN_NOT_ON_MANIFEST. */
export function takeOffReturns(
  ctx: Ctx,
  input: { returnManifestId: ReturnManifestId; packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ taken: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachReturnManifest(tx, ctx, input.returnManifestId, "shared");
    if (!reached.ok) return reached;
    const open = decideOpen(reached.value);
    if (!open.ok) return open;
    await lockForMove(tx, input.packageIds);
    const on = new Set((await parcelsOn(tx, input.returnManifestId)).map((each) => each.shippingPackageId));
    const strange = input.packageIds.filter((id) => !on.has(id));
    if (strange.length > 0)
      return refuse("RETURN_NOT_ON_MANIFEST", { packages: strange, manifest: reached.value.code });
    await takeOffRows(tx, input.returnManifestId, input.packageIds);
    await note(tx, ctx, reached.value, "parcels_taken_off", { before: { packages: input.packageIds.length } });
    return ok({ taken: input.packageIds.length });
  });
}

/** Discards an empty return manifest. Refusals: NOT_FOUND, RETURN_MANIFEST_CLOSED, RETURN_MANIFEST_DISCARDED, RETURN_MANIFEST_NOT_EMPTY. */
export function discardReturnManifest(ctx: Ctx, id: ReturnManifestId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachReturnManifest(tx, ctx, id, "alone");
    if (!reached.ok) return reached;
    const open = decideOpen(reached.value);
    if (!open.ok) return open;
    const parcels = (await parcelsOn(tx, id)).length;
    if (parcels > 0) return refuse("RETURN_MANIFEST_NOT_EMPTY", { manifest: reached.value.code, parcels });
    await saveEnded(tx, id, "DISCARDED", ctx.actor.name, ctx.now);
    await note(tx, ctx, reached.value, "discarded", { after: { state: "DISCARDED" } });
    return ok();
  });
}

/** An entry of the audit trail about a return manifest. */
export function note(
  tx: Tx,
  ctx: Ctx,
  manifest: Pick<ReturnManifest, "returnManifestId" | "code">,
  what: string,
  facts: { before?: unknown; after?: unknown },
): Promise<void> {
  return audit(tx, ctx, {
    action: `returns.manifest_${what}`,
    recordType: "return_manifest",
    recordId: manifest.returnManifestId,
    recordCode: manifest.code,
    ...facts,
  });
}
