import type { OperationIo, OperationName, Outcome } from "../../../connectors/kit/index.ts";
import { callChannel, type ExchangeId, sourceOf } from "../../channels/index.ts";
import { type Instant, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { checkPdf, DocumentsBusy } from "../../platform/documents/index.ts";
import { type KeptBytes, keepBytes } from "../../platform/stored-document.ts";
import type { CourierExchangeId } from "../../shipping/index.ts";
import type { DispatchRow } from "../manifest/dispatch-facts.ts";
import type { StepPackage } from "../steps.store.ts";
import type { Question, Verdict } from "./channel-step.ts";
import { type Claim, extendClaim } from "./store.ts";

/**
 * How long a claim lasts without a word of its holder: longer than a call with its repeats. One that has to renew its token on
 * the way may take longer: then whoever claims next asks too, and the answer of one of them is written.
 */
export const CLAIM_SECONDS = 120;

/** A step that is claimed: what it is of, and what is asked with it. Nothing of it is locked. */
export class Asking {
  readonly parcel: StepPackage;
  readonly row: DispatchRow;
  /** A person waits for the answer. */
  readonly interactive: boolean;
  #claim: Claim;
  /** When it was begun. */
  readonly at: Instant;
  #exchangeId: ExchangeId | CourierExchangeId | null = null;

  constructor(of: { parcel: StepPackage; row: DispatchRow; claim: Claim; interactive: boolean; at: Instant }) {
    this.parcel = of.parcel;
    this.row = of.row;
    this.interactive = of.interactive;
    this.at = of.at;
    this.#claim = of.claim;
  }

  get claim(): Claim {
    return this.#claim;
  }

  /** The last exchange; null where nothing was sent. */
  get exchangeId(): ExchangeId | CourierExchangeId | null {
    return this.#exchangeId;
  }

  /** An exchange with a courier; null: nothing was sent. */
  note(exchangeId: CourierExchangeId | null): void {
    this.#exchangeId = exchangeId ?? this.#exchangeId;
  }

  get capabilities() {
    return sourceOf(this.parcel.source).capabilities;
  }

  about(what: string): Question {
    const { code, channelCode } = this.parcel;
    return { package: code, channel: channelCode, what, attempts: this.#claim.attempts };
  }

  /** One call, outside of any transaction; its exchanges stand at order and package. */
  call<K extends OperationName>(
    ctx: Ctx,
    name: K,
    input: OperationIo[K]["in"],
  ): Promise<Outcome<OperationIo[K]["out"]>> {
    const { channelId, saleOrderId, shippingPackageId } = this.parcel;
    return callChannel(ctx, channelId, name, input, {
      interactive: this.interactive,
      links: { saleOrderId, shippingPackageId },
      onExchange: (exchangeId) => {
        this.#exchangeId = exchangeId;
      },
    });
  }

  /** Keeps the claim for another call. False: it took too long, and somebody else asks by now. */
  async goOn(ctx: Ctx): Promise<boolean> {
    const now = ctx.clock.now();
    const longer = await ctx.db.transaction(ctx.tenantId, (tx) =>
      extendClaim(tx, this.#claim, now.add({ seconds: CLAIM_SECONDS }), now),
    );
    if (longer === undefined) return false;
    this.#claim = longer;
    return true;
  }
}

/** A file that came from the channel, in the document store: checked first, so that what is kept can be printed. */
export interface FetchedFile {
  readonly kept: KeptBytes;
  readonly exchangeId: ExchangeId | CourierExchangeId | null;
}

export async function keepPdf(ctx: Ctx, asking: Asking, bytes: Buffer): Promise<Verdict<FetchedFile>> {
  try {
    const checked = await checkPdf(bytes);
    if (!checked.ok) return { kind: "fail", refusal: checked.refusal, words: null };
    return { kind: "ready", value: { kept: await keepBytes(ctx, bytes), exchangeId: asking.exchangeId } };
  } catch (error) {
    if (!(error instanceof DocumentsBusy)) throw error;
    return { kind: "wait", refusal: refuse("DOCUMENTS_BUSY", { retryAfterSeconds: 60 }).refusal, words: null };
  }
}

/** The claim ran out while we waited: whoever has it now asks, and the answer is theirs. */
export function lost(asking: Asking, what: "invoice" | "label"): Verdict<never> {
  const { code, channelCode } = asking.parcel;
  const { refusal } = refuse("CHANNEL_ASKED_NOW", { package: code, channel: channelCode, what });
  return { kind: "wait", refusal, words: null };
}
