/** The checks of the partner protocol in their order: a token first, then every story from its beginning. */

import { operation } from "../../contract/validators.ts";
import type { Check, Done } from "../check.ts";
import { skip, type Verdict } from "../check.ts";
import { printable } from "../exchange.ts";
import { absent, judged } from "../judge.ts";
import type { OfferedMap, Play, Ran } from "../protocol.ts";
import { PARTNER_CHECKS } from "./checks/index.ts";
import { EVENT_OPERATIONS } from "./events.ts";
import type { PartnerOperation } from "./options.ts";
import { type PartnerSession, TOKEN_CALL } from "./session.ts";

type PartnerCheck = Check<PartnerSession, PartnerOperation>;

/** No page says which events a partner must take; it must let itself be told who is told of. */
export function usageOf(id: string): string {
  return id === TOKEN_CALL ? "conditional" : "optional";
}

export function playOf(session: PartnerSession): Play {
  return {
    secrets: session.secrets,
    whyUnreachable: () => whyUnreachable(session),
    run: (announce) => runChecks(session, announce),
  };
}

/** Nothing answers at all: there is nothing to check. */
async function whyUnreachable(session: PartnerSession): Promise<string | null> {
  const [form] = session.forms;
  const exchange = form ? await session.logIn(form) : await session.withoutToken("notifyShipmentCreated");
  return exchange.unreachable ? printable(session.secrets.strike(exchange.failure ?? "")) : null;
}

async function runChecks(session: PartnerSession, announce: (words: string) => void): Promise<Ran> {
  const orders = [
    {
      orderId: `CF-${session.stamp}-…`,
      what: "is told in all its events: parcels, returns and cancellations that do not exist",
    },
    { orderId: `CF-PO-${session.stamp}-…`, what: "is told: purchase orders and receipts that do not exist" },
    { orderId: `CF-GP-${session.stamp}-…`, what: "is told: gate passes that do not exist" },
  ];
  for (const { orderId, what } of orders) announce(`Story ${orderId} ${what}.`);
  const done: Done[] = [];
  const offered: OfferedMap = new Map();
  for (const check of await chooseChecks(session))
    done.push({ check, verdict: await judge(session, check, offered, done) });
  return { done, orders, offered };
}

/** Those asked for; where no token is to be had, also those that say why: a run that could ask nothing must not end well. */
async function chooseChecks(session: PartnerSession): Promise<readonly PartnerCheck[]> {
  const { only } = session.options;
  if (only === null) return PARTNER_CHECKS;
  const hasToken = (await session.proof()).known;
  return PARTNER_CHECKS.filter(
    ({ operation: id, id: name }) => only.includes(id) || (!hasToken && name.startsWith("token.given")),
  );
}

function judge(
  session: PartnerSession,
  check: PartnerCheck,
  offered: OfferedMap,
  done: readonly Done[],
): Promise<Verdict> {
  return judged(async () => {
    const id = EVENT_OPERATIONS.find((one) => one === check.operation);
    if (id === undefined || check.always) return check.run(session);
    // What a token does is asked of any token; all else needs one that is taken.
    const isAboutToken = check.id.startsWith("token.");
    const token = await (isAboutToken ? session.proof() : session.proofTaken());
    if (!token.known && check.id !== "token.required") return skip(token.why);
    if (isAboutToken) return check.run(session);
    const { offered: isOffered, exchange } = await session.offered(id);
    offered.set(id, isOffered);
    const isFirst = done.every((before) => before.check.operation !== id);
    if (isOffered === false) return absent(operation("partner-notifications", id), usageOf(id), exchange, isFirst);
    return check.run(session);
  });
}
