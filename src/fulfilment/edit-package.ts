import { announce } from "../events/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import {
  claimAwb,
  isAwb,
  type ProviderRow,
  providerByCode,
  providerById,
  takeAwb,
  tellOfChange,
} from "../shipping/index.ts";
import { forgetShipment } from "./channel-steps/store.ts";
import { changeNumber, decideChange } from "./couriers/change-number.ts";
import { lockForMove } from "./lock.store.ts";
import type { PackageState } from "./shipping-package.ts";
import {
  awbElsewhere,
  type BoxRow,
  packageByCode,
  type StepPackage,
  sortCodeFor,
  stepPackages,
  writeBox,
  writeCouriers,
} from "./steps.store.ts";

/** What a person changes of a package; what is left out stays. A size or weight may be null: not known. */
export interface PackageEdit extends Partial<BoxRow> {
  /** Code of the shipping provider. Another one without a number takes the next of its pool, or is asked for one when it is labelled. */
  readonly courier?: string;
  readonly awb?: string;
}

export interface EditedPackage extends BoxRow {
  readonly courier: string | null;
  readonly awb: string | null;
  /** The label shows something that is no longer so: print it again, over the old one. */
  readonly printAgain: boolean;
}

/** States in which a parcel has a courier that can still be changed. */
const WITH_COURIER: ReadonlySet<PackageState> = new Set<PackageState>(["PACKED", "READY_TO_SHIP", "MANIFESTED"]);
/** States before the parcel is packed: it has no courier yet. */
const BEFORE_PACKED: ReadonlySet<PackageState> = new Set<PackageState>([
  "CREATED",
  "LOCATION_NOT_SERVICEABLE",
  "PICKING",
  "PICKED",
  "PENDING_CUSTOMIZATION",
  "CUSTOMIZATION_COMPLETE",
]);

/**
 * May these things of a package be changed now? Pure. Until its manifest closes; the courier once it is packed, unless
 * the channel ships. Refusals, in this order: PACKAGE_GONE, COURIER_OF_CHANNEL, COURIER_TOO_EARLY.
 */
export function decideEdit(parcel: StepPackage, edit: PackageEdit): Result<undefined> {
  const { code, state } = parcel;
  if (!WITH_COURIER.has(state) && !BEFORE_PACKED.has(state)) return refuse("PACKAGE_GONE", { package: code, state });
  const courier = edit.courier !== undefined || edit.awb !== undefined;
  if (courier && parcel.thirdPartyShipping)
    return refuse("COURIER_OF_CHANNEL", { package: code, channel: parcel.channelCode });
  if (courier && BEFORE_PACKED.has(state)) return refuse("COURIER_TOO_EARLY", { package: code, state });
  return ok();
}

/**
 * Changes courier, AWB, box and weight of a package before its manifest closes. A number that is given up is not used
 * again; where a courier gave it by its API, it is told, as it is of another weight or size. Refusals: PACKAGE_NOT_FOUND, those of
 * `decideEdit`, COURIER_NOT_CHOSEN, COURIER_UNKNOWN, COURIER_DISABLED, MANIFEST_OF_OTHER_COURIER, those of `decideChange`,
 * AWB_INVALID, AWB_TAKEN, AWB_POOL_EMPTY.
 */
export function editPackage(ctx: Ctx, codeOrId: string, edit: PackageEdit): Promise<Result<EditedPackage>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const id = await packageByCode(tx, ctx, codeOrId);
    if (id === undefined) return refuse("PACKAGE_NOT_FOUND", { packages: [codeOrId] });
    await lockForMove(tx, [id]);
    const parcel = (await stepPackages(tx, [id])).get(id);
    if (!parcel) return refuse("PACKAGE_NOT_FOUND", { packages: [codeOrId] });
    const decision = decideEdit(parcel, edit);
    if (!decision.ok) return decision;
    const courier = await changeCourier(tx, ctx, parcel, edit);
    if (!courier.ok) return courier;
    const before = boxOf(parcel);
    const box = { ...before, ...given(edit) };
    await writeBox(tx, id, box, ctx.now);
    if (JSON.stringify(box) !== JSON.stringify(before)) {
      await forgetShipment(tx, id, ctx.now);
      await tellOfChange(tx, ctx, { packageId: id }, "weight, size or boxes were changed");
    }
    await record(tx, ctx, parcel, {
      before: { courier: parcel.providerCode, awb: parcel.awb, ...before },
      after: { ...courier.value, ...box },
    });
    const changed = courier.value.awb !== parcel.awb || JSON.stringify(box) !== JSON.stringify(before);
    return ok({ ...courier.value, ...box, printAgain: changed && parcel.labelCopies > 0 });
  });
}

interface Courier {
  readonly courier: string | null;
  readonly awb: string | null;
}

async function changeCourier(tx: Tx, ctx: Ctx, parcel: StepPackage, edit: PackageEdit): Promise<Result<Courier>> {
  const now: Courier = { courier: parcel.providerCode, awb: parcel.awb };
  if (edit.courier === undefined && edit.awb === undefined) return ok(now);
  const provider = await wantedProvider(tx, parcel, edit);
  if (!provider.ok) return provider;
  const { providerId, code } = provider.value;
  const same = providerId === parcel.providerId;
  if (same && (edit.awb === undefined || edit.awb === parcel.awb)) return ok(now);
  if (!same && !provider.value.enabled) return refuse("COURIER_DISABLED", { provider: code });
  const { manifestCode, manifestProviderId } = parcel;
  if (manifestCode !== null && manifestProviderId !== null && manifestProviderId !== providerId)
    return refuse("MANIFEST_OF_OTHER_COURIER", { package: parcel.code, manifest: manifestCode });
  const may = await decideChange(tx, ctx, parcel, provider.value, edit.awb);
  if (!may.ok) return may;
  const awb = await numberFor(tx, ctx, parcel, provider.value, edit.awb);
  if (!awb.ok) return awb;
  await changeNumber(tx, ctx, parcel, provider.value, { awb: awb.value, live: may.value });
  const sortCode = await sortCodeFor(tx, providerId, parcel.pincode);
  const choice = { code, why: `chosen by ${ctx.actor.name}`, rejected: [] };
  const { shippingPackageId } = parcel;
  await writeCouriers(tx, [{ shippingPackageId, providerId, awb: awb.value, sortCode, choice }], ctx.now);
  // Another courier or number than who was told of it knows.
  if (parcel.state !== "PACKED")
    announce(tx, ctx, [{ kind: "SHIPMENT_READY", shippingPackageId, happenedAt: ctx.now }]);
  return ok({ courier: code, awb: awb.value });
}

async function wantedProvider(tx: Tx, parcel: StepPackage, edit: PackageEdit): Promise<Result<ProviderRow>> {
  if (edit.courier === undefined) {
    const current = parcel.providerId === null ? undefined : await providerById(tx, parcel.providerId);
    return current ? ok(current) : refuse("COURIER_NOT_CHOSEN", { package: parcel.code });
  }
  const wanted = await providerByCode(tx, edit.courier);
  return wanted ? ok(wanted) : refuse("COURIER_UNKNOWN", { provider: edit.courier });
}

async function numberFor(
  tx: Tx,
  ctx: Ctx,
  parcel: StepPackage,
  provider: ProviderRow,
  given: string | undefined,
): Promise<Result<string | null>> {
  const { providerId, code } = provider;
  const { shippingPackageId } = parcel;
  if (given === undefined)
    return provider.kind === "API"
      ? ok(null) // asked for when it is labelled
      : takeAwb(tx, ctx, providerId, shippingPackageId);
  if (!isAwb(given)) return refuse("AWB_INVALID", { awb: given });
  if (await awbElsewhere(tx, { providerId, awb: given, except: shippingPackageId }))
    return refuse("AWB_TAKEN", { awb: given, provider: code });
  const claimed = await claimAwb(tx, { providerId, packageId: shippingPackageId, awb: given }, ctx.now);
  return claimed ? ok(given) : refuse("AWB_TAKEN", { awb: given, provider: code });
}

function boxOf({ weightGrams, lengthMm, widthMm, heightMm, boxes }: BoxRow): BoxRow {
  return { weightGrams, lengthMm, widthMm, heightMm, boxes };
}

function given(edit: PackageEdit): Partial<BoxRow> {
  return {
    ...(edit.weightGrams === undefined ? {} : { weightGrams: edit.weightGrams }),
    ...(edit.lengthMm === undefined ? {} : { lengthMm: edit.lengthMm }),
    ...(edit.widthMm === undefined ? {} : { widthMm: edit.widthMm }),
    ...(edit.heightMm === undefined ? {} : { heightMm: edit.heightMm }),
    ...(edit.boxes === undefined ? {} : { boxes: edit.boxes }),
  };
}

async function record(
  tx: Tx,
  ctx: Ctx,
  parcel: StepPackage,
  change: { before: Record<string, unknown>; after: Record<string, unknown> },
): Promise<void> {
  const { shippingPackageId, code, saleOrderId } = parcel;
  const facts = { package: code, ...change };
  await writeEvents(
    tx,
    [{ id: newId(), saleOrderId, packageId: shippingPackageId, kind: "PACKAGE_EDITED", facts }],
    ctx.actor,
    ctx.now,
  );
  await audit(tx, ctx, {
    action: "shipments.package_edited",
    recordType: "shipping_package",
    recordId: shippingPackageId,
    recordCode: code,
    ...change,
  });
}
