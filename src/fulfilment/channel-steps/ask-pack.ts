import type { ChannelAnswer, Outcome, PackFacts } from "../../../connectors/kit/index.ts";
import { plannedRates } from "../../billing/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { dispatchLines } from "../manifest/dispatch-facts.ts";
import { judgeFailure, type Question, type Verdict } from "./channel-step.ts";
import { missingOf, parcelFacts } from "./parcel-facts.ts";
import type { Asking } from "./question.ts";
import { notePacked } from "./store.ts";

/**
 * Tells the channel that a package is packed, where its source wants to know before it makes the invoice, and has not been told
 * yet: box, weight, and the rates that the goods would be taxed at here today. A repeat changes nothing on the other side, so
 * that one whose answer was lost is sent again.
 */
export async function packThere(ctx: Ctx, asking: Asking): Promise<Verdict<null>> {
  // What left from the channel's own panel was packed there.
  if (!asking.capabilities.pack || asking.claim.packed || asking.parcel.adopted) return { kind: "ready", value: null };
  const facts = await packFacts(ctx, asking);
  if (!facts.ok) return { kind: "fail", refusal: facts.refusal, words: null };
  const verdict = judgePacked(await asking.call(ctx, "pack", facts.value), asking.about("packing"));
  if (verdict.kind === "ready")
    await ctx.db.transaction(ctx.tenantId, (tx) => notePacked(tx, asking.claim, ctx.clock.now()));
  return verdict;
}

/** Refusals: PACK_INCOMPLETE, those of `plannedRates`. */
async function packFacts(ctx: Ctx, { parcel, row }: Asking): Promise<Result<PackFacts>> {
  const { weightGrams, lengthMm, widthMm, heightMm } = parcel;
  if (weightGrams === null || lengthMm === null || widthMm === null || heightMm === null)
    return refuse("PACK_INCOMPLETE", {
      ...{ package: parcel.code, channel: parcel.channelCode, missing: missingOf(parcel) },
    });
  const planned = await ctx.db.read(ctx.tenantId, (tx) => plannedRates(tx, ctx, parcel.shippingPackageId));
  if (!planned.ok) return planned;
  const rates = new Map(
    dispatchLines({ ...row, lines: planned.value.lines }).map((line) => [line.channelOrderItemId, line.rates]),
  );
  const facts = parcelFacts(row);
  return ok({
    ...facts,
    packedOn: planned.value.on,
    ...{ weightGrams, lengthMm, widthMm, heightMm },
    lines: facts.lines.flatMap((line) => {
      const own = rates.get(line.channelOrderItemId);
      return own ? [{ ...line, rates: own }] : [];
    }),
  });
}

/** What became of telling. TAKEN is as good as done: what the channel makes of it shows when its invoice is asked for. Pure. */
export function judgePacked(outcome: Outcome<ChannelAnswer>, question: Question): Verdict<null> {
  if (!outcome.ok) return judgeFailure(outcome.failure, question);
  const { status, results, message } = outcome.value;
  const refused = results.filter((line) => !line.accepted);
  if ((status === "SUCCESS" || status === "TAKEN") && refused.length === 0) return { kind: "ready", value: null };
  const words = refused.map((line) => `${line.key}: ${line.message ?? "refused"}`).join("; ") || (message ?? status);
  const { refusal } = refuse("CHANNEL_PACK_REFUSED", { package: question.package, channel: question.channel, words });
  return { kind: "fail", refusal, words };
}
