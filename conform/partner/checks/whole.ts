/** What is asked of all events together. */
import { type Check, failed, findings, pass, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { EVENT_OPERATIONS, nameOf } from "../events.ts";
import type { PartnerOperation } from "../options.ts";
import type { PartnerSession } from "../session.ts";

type PartnerCheck = Check<PartnerSession, PartnerOperation>;

/** A hub gives up after 30 s; who needs a tenth of that does the work before the answer. */
const PROMPT_MS = 3_000;

/** Before the events: a partner that offers none of them is no partner. */
export const offeredCheck: PartnerCheck = {
  id: "events.offered",
  operation: "notifyShipmentCreated",
  title: "some of the fourteen events are offered",
  always: true,
  contract: ["info"],
  beyond: "Which events a partner takes is chosen per partner.",
  todo: "Offer the events that you want to be told of, each at its own address below the base URL, and say so in the hub's settings.",
  run: async (session) => {
    const offered: string[] = [];
    for (const id of EVENT_OPERATIONS) if ((await session.offered(id)).offered !== false) offered.push(nameOf(id));
    if (offered.length > 0) return pass(offered.join(", "));
    const { exchange } = await session.offered("notifyShipmentPacked");
    return failed("none of the fourteen events is offered", exchange);
  },
};

export const promptCheck: PartnerCheck = {
  id: "events.prompt",
  operation: "notifyGatepassDiscarded",
  title: `events are answered within ${PROMPT_MS / 1_000} s`,
  always: true,
  contract: ["paths", "/invoiced", "post"],
  beyond: "A hub waits for 30 s, and later events of the same parcel wait with it.",
  todo: "Store the event, answer, and work on it afterwards.",
  run: async (session) => judgePromptness(session.answers),
};

export function judgePromptness(answers: readonly Exchange[]): Verdict {
  const found = findings();
  for (const exchange of answers)
    if (exchange.durationMs > PROMPT_MS)
      found.advise(`an event took ${(exchange.durationMs / 1_000).toFixed(1)} s`, exchange);
  return found.verdict();
}
