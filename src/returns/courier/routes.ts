import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { idField, textField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { explain } from "../../platform/refusals.ts";
import { RETURN_MEANINGS, returnMeanings, WAYBILL_STATES } from "../../shipping/index.ts";
import { returnById } from "../queries.ts";
import { ASK_STATES, askOf } from "./ask.store.ts";
import { settleReturnNumber } from "./by-hand.ts";
import { whoCannotCollect } from "./choose.ts";
import { pickupFacts } from "./facts.store.ts";
import { decideWanted, isOursToCollect } from "./pickup.ts";
import { allProviders } from "./providers.store.ts";
import { courierExchangesOf, numbersOfReturn, watchOfReturn, wordsOfReturn } from "./queries.ts";
import { allocateByApi, allocateMany } from "./want.ts";

const VIEW = "returns.view";
const MANAGE = "returns.manage";
const RETURNS_MAX = 500;
const params = z.object({ returnCaseId: idField<"ReturnCase">() });
const text = z.string();
const nullable = z.string().nullable();
const refusal = z.object({ code: text, message: text, whatToDo: text }).nullable();

const courierAnswer = z.object({
  /** The seller collects it: not a courier of the channel's. */
  ours: z.boolean(),
  /** Why no courier can be asked by rules now; null: one can. */
  notNow: refusal,
  /** Whether a courier is asked, and what came of it; null: none was wanted. */
  ask: z
    .object({
      state: z.enum(ASK_STATES),
      wantedProvider: nullable,
      provider: nullable,
      nextAttemptAt: nullable,
      attempts: z.number().int(),
      refusal,
      courierSays: nullable,
      exchangeId: nullable,
      wantedAt: text,
      wantedBy: text,
    })
    .nullable(),
  /** An answer was lost: a person says which number it was. The shipment's code at the courier. */
  unsure: z.object({ courier: text, code: text }).nullable(),
  /** Numbers that couriers gave or were asked for, the newest first. */
  numbers: z.array(
    z.object({
      courier: text,
      awb: nullable,
      state: z.enum(WAYBILL_STATES),
      carrier: nullable,
      words: nullable,
      choice: z.unknown(),
      labelUrl: nullable,
      trackingUrl: nullable,
      askedAt: text,
      askedBy: text,
      exchangeId: nullable,
      /** Telling the courier that it is not used. */
      tellingId: nullable,
      telling: nullable,
      tellingWords: nullable,
    }),
  ),
  askedAt: nullable,
  pushedAt: nullable,
  unknownSince: nullable,
  expectedAt: nullable,
  /** What couriers said of it, the latest first. */
  words: z.array(
    z.object({
      awb: text,
      raw: text,
      meaning: z.enum(RETURN_MEANINGS).nullable(),
      label: nullable,
      at: nullable,
      heardAt: text,
      via: z.enum(["COURIER_DETAILS", "COURIER_PUSH"]),
      place: nullable,
      remark: nullable,
      outcome: z.enum(["MOVED", "NOTHING", "DOUBT", "UNKNOWN"]),
    }),
  ),
  exchanges: z.array(
    z.object({ exchangeId: text, courier: text, at: text, operation: text, outcome: text, message: nullable }),
  ),
  /** Shipping providers, and why one cannot be asked; null: it can. */
  couriers: z.array(z.object({ providerId: text, code: text, name: text, why: nullable })),
});

const asked = z.object({ outcome: z.enum(["DONE", "WAITING", "FAILED"]), courier: nullable, awb: nullable, refusal });
const words = (given: Parameters<typeof explain>[0] | null) => {
  if (given === null) return null;
  const { code, message, whatToDo } = explain(given);
  return { code, message, whatToDo };
};

export const returnCourierRoutes: Route[] = [
  route({
    method: "POST",
    path: "/returns/allocate-couriers",
    summary: "Give many reverse pickups their couriers by the shipping rules; they are asked in the background",
    permission: MANAGE,
    body: z.strictObject({ returnCaseIds: z.array(idField<"ReturnCase">()).min(1).max(RETURNS_MAX) }),
    answer: z.object({
      results: z.array(z.object({ returnCaseId: text, code: text, outcome: z.enum(["WAITING", "FAILED"]), refusal })),
    }),
    handle: async (ctx, { body }) => {
      const rows = await allocateMany(ctx, body.returnCaseIds);
      if (!rows.ok) return rows;
      return ok({
        results: rows.value.map(({ returnCaseId, code, refusal: why }) => ({
          ...{ returnCaseId, code, outcome: why === null ? ("WAITING" as const) : ("FAILED" as const) },
          refusal: words(why),
        })),
      });
    },
  }),
  route({
    method: "GET",
    path: "/returns/:returnCaseId/courier",
    summary: "Who collects a reverse pickup: why this courier, what was asked, and where it is by the courier's word",
    permission: VIEW,
    params,
    answer: courierAnswer,
    handle: (ctx, { params: { returnCaseId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await returnById(ctx, tx, returnCaseId);
        const [facts] = found ? await pickupFacts(tx, [returnCaseId]) : [];
        if (!facts) return refuse("NOT_FOUND", { what: "return", id: returnCaseId });
        const ask = await askOf(tx, returnCaseId);
        const numbers = await numbersOfReturn(tx, returnCaseId);
        const watch = await watchOfReturn(tx, returnCaseId);
        const providers = (await allProviders(tx)).filter((provider) => provider.enabled);
        const unable = await whoCannotCollect(tx, providers);
        const may = decideWanted(facts, false);
        const at = (moment: Temporal.Instant | null | undefined) => moment?.toString() ?? null;
        const unsure = numbers.find((number) => number.state === "UNSURE");
        const refused = ask?.code ? words({ code: ask.code, facts: ask.facts }) : null;
        return ok({
          ours: isOursToCollect(facts),
          notNow: may.ok ? null : words(may.refusal),
          ask: ask
            ? {
                ...{ state: ask.state, wantedProvider: ask.wantedProvider, provider: ask.provider, refusal: refused },
                ...{ nextAttemptAt: at(ask.nextAttemptAt), attempts: ask.attempts, courierSays: ask.words },
                ...{ exchangeId: ask.exchangeId, wantedAt: ask.wantedAt.toString(), wantedBy: ask.wantedBy },
              }
            : null,
          unsure: unsure && ask?.state !== "WAITING" ? { courier: unsure.courier, code: unsure.subjectCode } : null,
          numbers: numbers.map(({ subjectCode: _, askedAt, ...number }) => ({
            ...number,
            askedAt: askedAt.toString(),
          })),
          ...{ askedAt: at(watch?.askedAt), pushedAt: at(watch?.pushedAt), unknownSince: at(watch?.unknownSince) },
          expectedAt: at(watch?.expectedAt),
          words: (await wordsOfReturn(tx, returnCaseId)).map((word) => ({
            ...word,
            label: word.meaning === null ? null : returnMeanings[word.meaning].label,
            ...{ at: at(word.at), heardAt: word.heardAt.toString() },
          })),
          exchanges: (await courierExchangesOf(tx, returnCaseId)).map((each) => ({ ...each, at: each.at.toString() })),
          couriers: providers.map(({ providerId, code, name }) => ({
            ...{ providerId, code, name },
            why: unable.get(providerId) ?? null,
          })),
        });
      }),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/allocate-courier",
    summary: "Ask a courier to collect a reverse pickup now: by the shipping rules, or the one that is chosen",
    permission: MANAGE,
    params,
    body: z.strictObject({ providerId: idField<"ShippingProvider">().nullable().default(null) }),
    answer: asked,
    handle: async (ctx, { params: { returnCaseId }, body }) => {
      const done = await allocateByApi(ctx, returnCaseId, body.providerId);
      return done.ok ? ok({ ...done.value, refusal: words(done.value.refusal) }) : done;
    },
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/courier-number",
    summary: "Say which tracking number a courier's lost answer was, or that there is none",
    permission: MANAGE,
    params,
    body: z.strictObject({ awb: textField(48).nullable() }),
    answer: z.object({ state: z.enum(["GIVEN", "REFUSED"]) }),
    handle: (ctx, { params: { returnCaseId }, body }) => settleReturnNumber(ctx, returnCaseId, body.awb),
  }),
];
