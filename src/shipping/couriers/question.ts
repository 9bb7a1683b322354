import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import { assert, type Instant, newId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";
import { findAccount } from "./account.store.ts";
import { accountAbilities } from "./call.ts";
import type { CourierExchangeId } from "./exchange.store.ts";
import { tellOfCancel } from "./give-back.ts";
import { findCourier } from "./registry.ts";
import * as waybills from "./waybill.store.ts";
import { subjectCodeOf, type WaybillAnswer, type WaybillId, type WaybillRow, type WaybillSubject } from "./waybill.ts";

/**
 * How long a question may be under way: longer than a call with its repeats. A process that ends leaves its question behind
 * for so long.
 */
const ASKING_SECONDS = 120;

/**
 * A question for a tracking number, of a package or of a customer's return. It is written down before it is sent
 * (`writeQuestion`), and what is answered right after (`noteAnswer`): a process that ends in between leaves either a number to
 * go on with or a doubt, and never a second number.
 */
export interface NumberQuestion {
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly courier: string;
  /** The shipment's code as the courier is given it. */
  readonly code: string;
  /** It was asked before, and its answer lost. */
  readonly again: boolean;
}

/** A first question for a subject's number; nothing is written yet. */
export async function newQuestion(
  tx: Tx,
  subject: WaybillSubject,
  of: { readonly providerId: ShippingProviderId; readonly courier: string; readonly code: string },
): Promise<NumberQuestion> {
  const before = await waybills.waybillsOf(tx, subject);
  const dead = before.filter((w) => w.providerId === of.providerId && w.awb !== null);
  const code = subjectCodeOf(of.code, dead.length);
  return { ...of, waybillId: newId<"CourierWaybill">(), code, again: false };
}

/** What is to be done with the number, or the question, that a subject has already. */
export type Resumed =
  | { readonly kind: "given"; readonly waybill: WaybillRow }
  /** Its answer is on its way, or its claim ends by itself. */
  | { readonly kind: "busy" }
  /** The answer was lost, and asked again the courier would give a second number: a person looks first. */
  | { readonly kind: "lost"; readonly words: string }
  | { readonly kind: "again"; readonly question: NumberQuestion };

/** A number that is there is used; a question that was cut off is asked again only where that gives the same number. */
export async function resume(tx: Tx, live: WaybillRow, at: Instant): Promise<Resumed> {
  if (live.state === "GIVEN") return { kind: "given", waybill: live };
  const { waybillId, providerId, providerCode: courier, subjectCode: code } = live;
  if (live.askingUntil !== null && Temporal.Instant.compare(live.askingUntil, at) > 0) return { kind: "busy" };
  const words = live.words ?? "the process that asked ended before the answer came";
  if (await repeatIsSafe(tx, providerId))
    return { kind: "again", question: { waybillId, providerId, courier, code, again: true } };
  await waybills.becomeUnsure(tx, waybillId, words, null, at);
  return { kind: "lost", words };
}

/** Writes down that the question is about to be sent. */
export async function writeQuestion(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  question: NumberQuestion,
  of: {
    readonly subject: WaybillSubject;
    readonly direction: WaybillRow["direction"];
    /** Which courier was chosen and why; of a question that is asked again it stands already. */
    readonly choice: unknown;
  },
): Promise<void> {
  const until = ctx.now.add({ seconds: ASKING_SECONDS });
  const { waybillId, providerId, code: subjectCode, again } = question;
  if (again) return waybills.askAgain(tx, waybillId, until, ctx.now);
  await waybills.insertAsked(tx, { waybillId, providerId, ...of, subjectCode, until, by: ctx.actor.name }, ctx.now);
}

/** What an answer has come to, once it is written. */
export type NotedAnswer =
  | { readonly kind: "given"; readonly waybill: WaybillRow }
  /** `triesNext`: this courier does not go there, and the next may be asked. */
  | { readonly kind: "refused"; readonly words: string; readonly triesNext: boolean }
  /** It gave a number that another parcel has. */
  | { readonly kind: "taken"; readonly awb: string; readonly other: string; readonly words: string }
  /** `repeats`: asked again it gives the same number. */
  | { readonly kind: "unsure"; readonly words: string; readonly repeats: boolean }
  | { readonly kind: "not asked"; readonly failure: ConnectorFailure }
  /** The question was settled otherwise while its answer was on its way. */
  | { readonly kind: "changed" };

/**
 * Writes what the courier answered, whatever became of the subject meanwhile.
 * @param elsewhere who has a number besides those that couriers gave; null: nobody
 */
export async function noteAnswer(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  question: NumberQuestion,
  answer: WaybillAnswer,
  exchangeId: CourierExchangeId | null,
  elsewhere: (awb: string) => Promise<string | null>,
): Promise<NotedAnswer> {
  const { waybillId, providerId } = question;
  switch (answer.kind) {
    case "given":
      return noteGiven(tx, ctx, question, answer, exchangeId, elsewhere);
    case "refused": {
      const { words, code, triesNext } = answer;
      await waybills.becomeRefused(tx, waybillId, { words, code, triesNext }, exchangeId, ctx.now);
      return { kind: "refused", words, triesNext };
    }
    case "unsure": {
      await waybills.becomeUnsure(tx, waybillId, answer.words, exchangeId, ctx.now);
      return { kind: "unsure", words: answer.words, repeats: await repeatIsSafe(tx, providerId) };
    }
    case "not asked": {
      const { failure } = answer;
      if (question.again) await waybills.becomeUnsure(tx, waybillId, failure.channelMessage ?? "", null, ctx.now);
      else await waybills.forgetAsked(tx, waybillId);
      return { kind: "not asked", failure };
    }
  }
}

async function noteGiven(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  { waybillId, providerId }: NumberQuestion,
  { waybill }: Extract<WaybillAnswer, { kind: "given" }>,
  exchangeId: CourierExchangeId | null,
  elsewhere: (awb: string) => Promise<string | null>,
): Promise<NotedAnswer> {
  const { awb } = waybill;
  const mine = await waybills.lockWaybill(tx, waybillId);
  const holder = await waybills.lockNumber(tx, { providerId, awb });
  if (mine?.state === "GIVEN" && mine.awb === awb) return { kind: "given", waybill: mine }; // asked twice, answered alike
  const other = holder?.subjectCode ?? (await elsewhere(awb));
  if (other !== null) {
    const words = `the tracking number ${awb} is ${other}'s`;
    const why = { code: "COURIER_AWB_TAKEN", words, triesNext: false };
    await waybills.becomeRefused(tx, waybillId, why, exchangeId, ctx.now);
    return { kind: "taken", awb, other, words };
  }
  if (mine?.state === "ASKED" || mine?.state === "UNSURE") {
    await waybills.becomeGiven(tx, waybillId, waybill, exchangeId, ctx.now);
    const given = await waybills.lockWaybill(tx, waybillId);
    assert(given?.state === "GIVEN", "a number that was given is there");
    return { kind: "given", waybill: given };
  }
  // This number is nobody's, and goes back.
  assert(mine !== undefined, "a question that was sent is written down");
  const spare = await waybills.insertGivenBesides(tx, mine, waybill, exchangeId, ctx.now);
  await tellOfCancel(tx, ctx, [{ waybillId: spare, providerId }], "another number is used");
  return mine.state === "GIVEN" ? { kind: "given", waybill: mine } : { kind: "changed" };
}

async function repeatIsSafe(tx: Tx, providerId: ShippingProviderId): Promise<boolean> {
  const account = await findAccount(tx, providerId);
  return (
    account !== undefined && findCourier(account.courier) !== undefined && accountAbilities(account).repeatGivesSame
  );
}
