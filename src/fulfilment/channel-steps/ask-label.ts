import type { ChannelCourier } from "../../../connectors/kit/index.ts";
import { sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { assert, newId, ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { storeDocument } from "../../platform/stored-document.ts";
import { movePackages } from "../move.ts";
import { CHANNEL_LABEL, fillParcels } from "../steps.store.ts";
import { judgeFailure, judgeFetched, judgeGiven, type Verdict } from "./channel-step.ts";
import { decideBox, parcelFacts, shipmentFacts } from "./parcel-facts.ts";
import { type Asking, type FetchedFile, keepPdf, lost } from "./question.ts";
import { becomeSellerShipped, isTold, lockChannelAwb, noteShipment, writeChannelCourier } from "./store.ts";

const AWB_MAX = 48;
const TAKEN_WITH_WORDS = "TAKEN_WITH_WORDS";

/** Who carries a package and what its label is. "seller ships": the label is ours to make. */
export type FetchedLabel =
  | { readonly kind: "channel ships"; readonly courier: ChannelCourier; readonly label: FetchedFile | null }
  | { readonly kind: "seller ships" };

type Courier = { readonly kind: "channel ships"; readonly courier: ChannelCourier } | { readonly kind: "seller ships" };

/**
 * Asks the channel for courier and label of a package, giving it box, weight and invoice first where its source wants
 * them. That is the one write: where its answer was lost it is looked whether it arrived, before it is sent again.
 */
export async function askLabel(ctx: Ctx, asking: Asking): Promise<Verdict<FetchedLabel>> {
  const given = await giveShipment(ctx, asking);
  if (given.kind !== "ready") return given;
  if (!(await asking.goOn(ctx))) return lost(asking, "label");
  const courier = given.value ?? (await askCourier(ctx, asking));
  if (courier.kind !== "ready") return courier;
  if (courier.value.kind === "seller ships") return { kind: "ready", value: courier.value };
  if (!asking.capabilities.fetchLabel) return { kind: "ready", value: { ...courier.value, label: null } };
  if (!(await asking.goOn(ctx))) return lost(asking, "label");
  const outcome = await asking.call(ctx, "fetchLabel", parcelFacts(asking.row));
  const label = judgeFetched(outcome, asking.about("label"), "CHANNEL_LABEL_NOT_YET");
  if (label.kind !== "ready") return label;
  const file = await keepPdf(ctx, asking, label.value);
  return file.kind === "ready" ? { kind: "ready", value: { ...courier.value, label: file.value } } : file;
}

/** Who carries a package that left from the channel's panel: nothing is given to the channel, and nothing is printed. */
export async function askCarrier(ctx: Ctx, asking: Asking): Promise<Verdict<FetchedLabel>> {
  const courier = await askCourier(ctx, asking);
  if (courier.kind !== "ready") return courier;
  const { value } = courier;
  return { kind: "ready", value: value.kind === "seller ships" ? value : { ...value, label: null } };
}

async function askCourier(ctx: Ctx, asking: Asking): Promise<Verdict<Courier>> {
  const outcome = await asking.call(ctx, "fetchCourier", parcelFacts(asking.row));
  const question = asking.about("courier");
  if (!outcome.ok) return judgeFailure(outcome.failure, question);
  if (outcome.value.state === "SELLER_SHIPS") return { kind: "ready", value: { kind: "seller ships" } };
  const verdict = judgeFetched({ ok: true, value: outcome.value }, question, "CHANNEL_COURIER_NOT_YET");
  if (verdict.kind !== "ready") return verdict;
  return { kind: "ready", value: { kind: "channel ships", courier: verdict.value } };
}

/**
 * Gives box, weight and invoice where the source wants them and has them not. Ready with the courier where looking
 * whether a lost one arrived has told it already, with null otherwise.
 */
async function giveShipment(ctx: Ctx, asking: Asking): Promise<Verdict<Verdict<Courier> | null>> {
  const nothing = { kind: "ready", value: null } as const;
  if (!asking.capabilities.giveShipment || asking.claim.shipmentGiven) return nothing;
  if (asking.claim.shipmentTried) {
    const courier = await askCourier(ctx, asking);
    if (courier.kind === "ready") {
      await note(ctx, asking, "yes");
      return { kind: "ready", value: courier };
    }
    // What cannot be looked up now is not sent again either; "no courier yet" is the answer of a channel that has nothing.
    if (courier.refusal.code !== "CHANNEL_COURIER_NOT_YET") return courier;
    if (!(await asking.goOn(ctx))) return lost(asking, "label");
  }
  const box = decideBox(asking.parcel);
  if (!box.ok) return { kind: "fail", refusal: box.refusal, words: null };
  const shipment = shipmentFacts(asking.row, box.value);
  assert(shipment !== null, "a package that may be labelled has an invoice");
  await note(ctx, asking, "begun");
  const { arrived, verdict } = judgeGiven(await asking.call(ctx, "giveShipment", shipment), asking.about("label"));
  const words = verdict.kind === "ready" ? verdict.value : null;
  if (arrived !== "unknown") await note(ctx, asking, arrived, words);
  return verdict.kind === "ready" ? nothing : verdict;
}

/** @param words what the channel says although it took them: nobody would see it otherwise. Once, however often it is told. */
function note(ctx: Ctx, asking: Asking, arrived: "begun" | "yes" | "no", words: string | null = null): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const at = ctx.clock.now();
    await noteShipment(tx, asking.claim, arrived, at);
    const { shippingPackageId: packageId, saleOrderId, code } = asking.parcel;
    if (words === null || (await isTold(tx, asking.parcel, TAKEN_WITH_WORDS, words))) return;
    const facts = { package: code, message: words, exchange: asking.exchangeId };
    await writeEvents(tx, [{ id: newId(), saleOrderId, packageId, kind: TAKEN_WITH_WORDS, facts }], ctx.actor, at);
  });
}

/**
 * Writes courier and label of a package, which is locked and may be labelled, and makes it READY_TO_SHIP; of one that left from
 * the channel's panel the courier alone.
 * Refusals: CHANNEL_AWB_UNUSABLE, CHANNEL_AWB_TAKEN; then nothing was written.
 */
export async function writeLabel(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  fetched: Extract<FetchedLabel, { kind: "channel ships" }>,
): Promise<Result<{ awb: string }, Refusal>> {
  const { parcel } = asking;
  const { shippingPackageId: id, channelId } = parcel;
  const { courier, label } = fetched;
  const about = { package: parcel.code, channel: parcel.channelCode };
  const awb = courier.awb.trim();
  const fault = courierFault({ ...courier, awb });
  if (fault !== null) return refuse("CHANNEL_AWB_UNUSABLE", { ...about, words: fault });
  const other = await lockChannelAwb(tx, { channelId, courier: courier.code, awb, except: id });
  if (other !== undefined) return refuse("CHANNEL_AWB_TAKEN", { ...about, awb, courier: courier.name, other });
  await writeChannelCourier(tx, id, { ...courier, awb }, ctx.now);
  if (label !== null)
    await storeDocument(tx, ctx, {
      kept: label.kept,
      mediaType: "application/pdf",
      fileName: `label-${parcel.code}.pdf`,
      recordType: "shipping_package",
      recordId: id,
      kind: CHANNEL_LABEL,
      exchangeId: label.exchangeId,
    });
  await fillParcels(tx, [id], ctx.now);
  const facts = { package: parcel.code, courier: courier.name, awb, madeBy: parcel.channelCode };
  await writeEvents(
    tx,
    [
      {
        ...{ id: newId(), saleOrderId: parcel.saleOrderId, packageId: id },
        kind: parcel.adopted ? "COURIER_TOLD" : "LABEL_MADE",
        facts,
      },
    ],
    ctx.actor,
    ctx.now,
  );
  if (parcel.adopted) return ok({ awb });
  const moved = await movePackages(tx, ctx, [id], "label");
  assert(moved.ok, "a locked package that may be labelled can be labelled");
  return ok({ awb });
}

/** What keeps a courier's answer from being a courier. Pure. */
export function courierFault(courier: ChannelCourier): string | null {
  if (courier.code.trim() === "" || courier.name.trim() === "") return "the courier has no code or no name";
  if (courier.awb === "") return "the tracking number is empty";
  if (courier.awb.length > AWB_MAX)
    return `the tracking number has ${courier.awb.length} characters, ${AWB_MAX} at most`;
  return /^[\x21-\x7e]+$/.test(courier.awb) ? null : "the tracking number has characters that no label can show";
}

/** The channel hands the shipping of a package back to the seller, where its source allows that. Refuses CHANNEL_SELLER_SHIPS. */
export async function handBackShipping(tx: Tx, ctx: Ctx, asking: Asking): Promise<Result<undefined, Refusal>> {
  const { parcel } = asking;
  const { shippingPackageId: id, code } = parcel;
  const { rules, label } = sourceOf(parcel.source);
  if (!rules.thirdPartyShipping.allowed.includes(false))
    return refuse("CHANNEL_SELLER_SHIPS", { package: code, channel: parcel.channelCode, source: label });
  await becomeSellerShipped(tx, id, ctx.now);
  const facts = { package: code, channel: parcel.channelCode };
  await writeEvents(
    tx,
    [{ id: newId(), saleOrderId: parcel.saleOrderId, packageId: id, kind: "SELLER_SHIPS_NOW", facts }],
    ctx.actor,
    ctx.now,
  );
  await audit(tx, ctx, {
    action: "shipments.seller_ships",
    recordType: "shipping_package",
    recordId: id,
    recordCode: code,
    before: { thirdPartyShipping: true },
    after: { thirdPartyShipping: false, because: `${parcel.channelCode} says that the seller ships` },
  });
  return ok();
}
