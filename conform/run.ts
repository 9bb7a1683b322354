/** A run: checks one after another, each with its verdict, whatever the implementation does. */
import { contractOf, isJson } from "../contract/compile.ts";
import { operation } from "../contract/validators.ts";
import { came, saysNotOffered } from "./answers.ts";
import { type Check, failed, type MarketplaceOperation, skip, type Verdict } from "./check.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { createClient, TooManyCalls } from "./client.ts";
import { printable } from "./exchange.ts";
import type { Target } from "./facts.ts";
import { CHECKED_OPERATIONS, type ConformOptions } from "./options.ts";
import {
  type Done,
  FORMAT,
  type Report,
  type ReportedOperation,
  reportChecks,
  summaryOf,
  type TouchedOrder,
} from "./report.ts";
import { AUTH_FORMS, createSession, type Fact, type Session } from "./session.ts";
import { usageOf } from "./usage.ts";

export interface RunSettings {
  readonly clock: () => Temporal.Instant;
  /** Told before anything is changed on the other side, and in which orders. */
  readonly announce: (words: string) => void;
}

/** By operation, as far as it was found out. */
type OfferedMap = Map<MarketplaceOperation, boolean | null>;

/** Checks an implementation. Never throws for what the other side does. */
export async function runConform(options: ConformOptions, { clock, announce }: RunSettings): Promise<Report> {
  const startedAt = clock();
  const client = createClient(options);
  const session = createSession(options, client, startedAt);
  try {
    const unreachable = await whyUnreachable(session);
    const { done, orders, offered } = unreachable === null ? await runChecks(session, announce) : NOTHING;
    const { checks, exchanges, summary } =
      unreachable === null ? reportChecks(session, done) : { checks: [], exchanges: [], summary: summaryOf([]) };
    return {
      format: FORMAT,
      protocol: options.protocol,
      contract: contractInfo(),
      baseUrl: options.baseUrl.href,
      mode: options.write ? "write" : "read-only",
      startedAt: startedAt.toString({ smallestUnit: "second" }),
      durationMs: Math.round(clock().since(startedAt).total("milliseconds")),
      calls: client.calls,
      verdict: unreachable === null ? (summary.FAIL > 0 ? "fail" : "pass") : "unreachable",
      message: unreachable ?? "",
      orders,
      summary,
      operations: CHECKED_OPERATIONS.map((id) => reportOperation(id, offered)),
      checks,
      exchanges,
    };
  } finally {
    await client.close();
  }
}

interface Ran {
  readonly done: readonly Done[];
  readonly orders: readonly TouchedOrder[];
  readonly offered: OfferedMap;
}
const NOTHING: Ran = { done: [], orders: [], offered: new Map() };

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

async function judge(session: Session, check: Check, offered: OfferedMap, done: readonly Done[]): Promise<Verdict> {
  const tooMany = failed("could not be finished: it needs more calls than a run may make", null);
  return unlessTooMany(tooMany, async () => {
    if (!operation("marketplace", check.operation).open) {
      // What a token does is asked of any token; all else needs one that is taken.
      const isAuth = check.id.startsWith("auth.");
      const token = await (isAuth ? session.token() : session.tokenTaken());
      if (!token.known && check.id !== "auth.token-required") return skip(token.why);
      const absent = await whyAbsent(session, check, offered, done);
      if (absent) return absent;
    }
    if (check.writes && !session.options.write) return skip("changes something on your side: --write runs it");
    return check.run(session);
  });
}

async function unlessTooMany<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooManyCalls) return otherwise;
    throw error;
  }
}

/** The verdict where the operation is not offered: allowed for some, and for mandatory ones told once. */
async function whyAbsent(
  session: Session,
  check: Check,
  offered: OfferedMap,
  done: readonly Done[],
): Promise<Verdict | null> {
  const { offered: isOffered, exchange } = await session.offered(check.operation);
  offered.set(check.operation, isOffered);
  if (isOffered !== false) return null;
  const { method, path } = operation("marketplace", check.operation);
  const words = exchange && saysNotOffered(exchange) ? came(exchange) : "no answer";
  if (usageOf(check.operation) !== "mandatory") return { ...skip(`${words}`), result: "NOT_OFFERED" };
  const first = done.every((before) => before.check.operation !== check.operation);
  return first
    ? failed(`${method} ${path} is mandatory and not offered: ${words}`, exchange)
    : skip(`${method} ${path} is not offered`);
}

function reportOperation(id: MarketplaceOperation, offered: OfferedMap): ReportedOperation {
  const { method, path } = operation("marketplace", id);
  return { id, method, path, usage: usageOf(id), offered: offered.get(id) ?? null };
}

function contractInfo(): Report["contract"] {
  const { info } = contractOf("marketplace").document;
  return isJson(info) ? { title: String(info.title), version: String(info.version) } : { title: "", version: "" };
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

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
