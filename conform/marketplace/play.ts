/** The checks of the marketplace protocol in their order: with a token that is taken, and orders chosen before they are touched. */
import { operation } from "../../contract/validators.ts";
import type { Done } from "../check.ts";
import { printable } from "../exchange.ts";
import { absent, judged, listed, unlessTooMany } from "../judge.ts";
import type { OfferedMap, Play, Ran } from "../protocol.ts";
import type { TouchedOrder } from "../report.ts";
import { type Check, type MarketplaceOperation, skip, type Verdict } from "./check.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import type { Target } from "./facts.ts";
import { AUTH_FORMS, type Fact, type Session } from "./session.ts";
import { usageOf } from "./usage.ts";

export function playOf(session: Session): Play {
  return {
    secrets: session.secrets,
    whyUnreachable: () => whyUnreachable(session),
    run: (announce) => runChecks(session, announce),
  };
}

async function runChecks(session: Session, announce: (words: string) => void): Promise<Ran> {
  const chosen = await chooseChecks(session);
  const done: Done[] = [];
  const offered: OfferedMap = new Map();
  let orders: readonly TouchedOrder[] | null = null;
  for (const check of chosen) {
    // Orders are chosen, and named, before the first check that asks about one or changes it.
    if (ABOUT_AN_ORDER.has(check.operation))
      orders ??= await unlessTooMany([], () => nameOrders(session, chosen, announce));
    done.push({ check, verdict: await judge(session, check, offered, done) });
  }
  return { done, orders: orders ?? [], offered };
}

/** Those asked for; where no token is to be had, also those that say why: a run that could ask nothing must not end well. */
async function chooseChecks(session: Session): Promise<readonly Check[]> {
  const { only } = session.options;
  if (only === null) return ALL_CHECKS;
  const hasToken = (await session.tokenTaken()).known;
  return ALL_CHECKS.filter(
    ({ operation: id, id: name }) => only.includes(id) || (!hasToken && /^auth\.(login|header)/.test(name)),
  );
}

/** Nothing answers at all: there is nothing to check. */
async function whyUnreachable(session: Session): Promise<string | null> {
  for (const form of AUTH_FORMS) {
    const exchange = await session.logIn(form);
    if (!exchange.unreachable) return null;
    if (form === AUTH_FORMS.at(-1)) return printable(session.secrets.strike(exchange.failure ?? ""));
  }
  return null;
}

function judge(session: Session, check: Check, offered: OfferedMap, done: readonly Done[]): Promise<Verdict> {
  return judged(async () => {
    if (!operation("marketplace", check.operation).open) {
      // What a token does is asked of any token; all else needs one that is taken.
      const isAuth = check.id.startsWith("auth.");
      const token = await (isAuth ? session.token() : session.tokenTaken());
      if (!token.known && check.id !== "auth.token-required") return skip(token.why);
      const { offered: isOffered, exchange } = await session.offered(check.operation);
      offered.set(check.operation, isOffered);
      const isFirst = done.every((before) => before.check.operation !== check.operation);
      if (isOffered === false)
        return absent(operation("marketplace", check.operation), usageOf(check.operation), exchange, isFirst);
    }
    if (check.writes && !session.options.write) return skip("changes something on your side: --write runs it");
    return check.run(session);
  });
}

/** What each operation does to the order that goes out, in the order of the checks. */
const DEEDS: readonly (readonly [MarketplaceOperation, string])[] = [
  ["postShipmentDetails", "gets shipment data"],
  ["getCourierDetails", "is asked for its courier"],
  ["getLabels", "is asked for its label"],
  ["getInvoiceDetails", "is asked for its invoice"],
  ["fetchManifest", "gets a manifest"],
  ["postStatusNotification", "gets a notification"],
  ["cancelOrderItems", "gets cancellations that must be refused"],
  ["dispatchOrderItems", "is dispatched"],
];

const ABOUT_AN_ORDER: ReadonlySet<MarketplaceOperation> = new Set(["acknowledgeOrder", ...DEEDS.map(([id]) => id)]);

/** Chooses the orders that the run is about, and says what will become of them before it does. */
async function nameOrders(
  session: Session,
  checks: readonly Check[],
  announce: (words: string) => void,
): Promise<TouchedOrder[]> {
  if (!(await session.tokenTaken()).known) return [];
  const { write } = session.options;
  const { target, cancelTarget, acknowledgeTarget } = session.facts;
  const happens = async (id: MarketplaceOperation): Promise<boolean> => {
    const isAsked = checks.some((check) => check.operation === id && (write || !check.writes));
    return isAsked && (await session.offered(id)).offered !== false;
  };
  const deeds: string[] = [];
  for (const [id, deed] of DEEDS) if (await happens(id)) deeds.push(deed);
  const wishes: { readonly fact: Fact<Target>; readonly what: string }[] = [];
  if (deeds.length > 0) wishes.push({ fact: await target(), what: listed(deeds) });
  if (await happens("cancelOrderItems")) wishes.push({ fact: await cancelTarget(), what: "is cancelled" });
  if (await happens("acknowledgeOrder")) wishes.push({ fact: await acknowledgeTarget(), what: "is acknowledged" });
  const orders = wishes.flatMap(({ fact, what }) =>
    fact.known ? [{ orderId: printable(fact.value.id), what: `${what} (${fact.value.how})` }] : [],
  );
  if (write) for (const { orderId, what } of orders) announce(`Order ${orderId} ${what}.`);
  return orders;
}
