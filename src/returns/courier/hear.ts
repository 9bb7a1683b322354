import { newId } from "../../kernel/index.ts";
import { type NewException, openExceptions } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { returnMeaningOf, returnMeanings } from "../../shipping/index.ts";
import { lockCases, saveCaseState } from "../case.store.ts";
import { note, tell } from "../case-record.ts";
import { returnLifecycle } from "../return-case.ts";
import { insertWords, type ReturnWord, type ReturnWordOutcome, type TrackedReturn } from "./tracking.store.ts";

/** A word about a return, with the return that it is about. */
export interface HeardWord extends Omit<ReturnWord, "returnCaseId" | "awb"> {
  readonly ours: TrackedReturn;
}

/**
 * Keeps what couriers say of returns that they collect, each word once, and does what it means: collected, it is PICKED_UP and
 * cannot be cancelled any more. It is never received by a courier's word. What a person has to see is opened. A word about a
 * number that was given back is kept and does nothing. In the caller's transaction. @returns how many returns had news
 */
export async function hearReturnWords(tx: Tx, given: Ctx, words: readonly HeardWord[]): Promise<number> {
  if (words.length === 0) return 0;
  const ids = [...new Set(words.map(({ ours }) => ours.returnCaseId))].toSorted();
  const cases = new Map((await lockCases(tx, ids)).map((found) => [found.returnCaseId, found]));
  const states = new Map([...cases].map(([id, found]) => [id, found.state]));
  const judged = words.flatMap(({ ours, ...word }) => {
    const found = cases.get(ours.returnCaseId);
    const state = states.get(ours.returnCaseId);
    if (found === undefined || state === undefined) return [];
    const { returnCaseId, number: awb, isLive } = ours;
    const meaning = returnMeaningOf(word.raw);
    const of = { ...word, id: newId(), returnCaseId, awb, meaning };
    const outcome = outcomeOf(meaning, isLive, state);
    if (outcome === "MOVED") states.set(returnCaseId, returnLifecycle.events.pickUp.to);
    return [{ ours, found, row: { ...of, outcome } }];
  });
  const fresh = await insertWords(
    tx,
    judged.map(({ row }) => row),
    given.now,
  );
  const news = judged.filter(({ row }) => fresh.has(row.id));
  for (const { ours, found, row } of news) {
    if (row.outcome !== "MOVED") continue;
    // Whoever brings the word, it is the courier's.
    const ctx: Ctx = { ...given, actor: { kind: "COURIER", id: null, name: ours.provider.code } };
    const { to } = returnLifecycle.events.pickUp;
    await saveCaseState(tx, found.returnCaseId, to, earlier(row.at, ctx.now));
    await tell(tx, ctx, found, "REVERSE_PICKUP_PICKED_UP", { courier: ours.provider.code, status: row.raw });
    await note(tx, ctx, found, "picked_up", { before: { state: found.state }, after: { state: to, status: row.raw } });
  }
  await openExceptions(
    tx,
    given,
    news.flatMap(({ ours, row }) => doubtOf(ours, row)),
  );
  return new Set(news.map(({ ours }) => ours.returnCaseId)).size;
}

function outcomeOf(
  meaning: ReturnType<typeof returnMeaningOf>,
  isLive: boolean,
  state: TrackedReturn["state"],
): ReturnWordOutcome {
  if (meaning === null) return "UNKNOWN";
  if (!isLive) return "NOTHING";
  const { effect, flagged } = returnMeanings[meaning];
  if (flagged) return "DOUBT";
  if (meaning === "NUMBER_GIVEN_BACK") return returnLifecycle.may("receive", state) ? "DOUBT" : "NOTHING";
  return effect !== null && returnLifecycle.may(effect, state) ? "MOVED" : "NOTHING";
}

/** What a person has to see of a word that is news: nothing happens by itself, and something should. Pure. */
function doubtOf(
  ours: TrackedReturn,
  { raw, meaning, outcome }: { raw: string; meaning: ReturnType<typeof returnMeaningOf>; outcome: ReturnWordOutcome },
): NewException[] {
  const { returnCaseId, saleOrderId, channelId, orderCode: order, code, number: awb, provider } = ours;
  const of = { channelId, saleOrderId };
  const facts = { order, what: order, return: code, returnCaseId, awb, status: raw, provider: provider.code };
  // Once for the word and who says it, not for each return: it is the table that lacks it.
  if (outcome === "UNKNOWN") return [{ kind: "UNKNOWN_STATUS", ...of, key: `courier:${provider.id}:${raw}`, facts }];
  if (outcome !== "DOUBT" || meaning === null) return [];
  if (meaning === "NUMBER_GIVEN_BACK")
    return [{ kind: "RETURN_COURIER_GAVE_BACK", ...of, key: `${returnCaseId}:${awb}`, facts }];
  const label = returnMeanings[meaning].label.toLowerCase();
  return [{ kind: "RETURN_LOST", ...of, key: `${returnCaseId}:${meaning}`, facts: { ...facts, label } }];
}

const earlier = (at: Temporal.Instant | null, now: Temporal.Instant) =>
  at !== null && Temporal.Instant.compare(at, now) < 0 ? at : now;
