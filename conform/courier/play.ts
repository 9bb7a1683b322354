/** The checks of the courier protocol in their order: with a token that is taken, and parcels told of before they are booked. */
import { operation } from "../../contract/validators.ts";
import { type Check, type Done, skip, type Verdict } from "../check.ts";
import { printable } from "../exchange.ts";
import { absent, judged } from "../judge.ts";
import type { OfferedMap, Play, Ran } from "../protocol.ts";
import type { TouchedOrder } from "../report.ts";
import { COURIER_CHECKS } from "./checks/index.ts";
import type { CourierOperation } from "./options.ts";
import { PARCEL_KINDS, type ParcelKind, planOf } from "./parcels.ts";
import type { CourierSession } from "./session.ts";

type CourierCheck = Check<CourierSession, CourierOperation>;

/** /cancel is optional by its page; /manifest is mandatory for aggregators alone. */
const USAGE: Readonly<Record<CourierOperation, "mandatory" | "optional" | "conditional">> = {
  getShipperToken: "mandatory",
  generateWaybill: "mandatory",
  getWaybillDetails: "mandatory",
  updateWaybill: "optional",
  cancelWaybill: "optional",
  generateManifest: "conditional",
};

export function usageOf(id: string): string {
  return Object.entries(USAGE).find(([name]) => name === id)?.[1] ?? "optional";
}

export function playOf(session: CourierSession): Play {
  return {
    secrets: session.secrets,
    whyUnreachable: async () => {
      const exchange = await session.logIn();
      return exchange.unreachable ? printable(session.secrets.strike(exchange.failure ?? "")) : null;
    },
    run: (announce) => runChecks(session, announce),
  };
}

async function runChecks(session: CourierSession, announce: (words: string) => void): Promise<Ran> {
  const checks = await chooseChecks(session);
  const orders = plansOf(session, checks);
  for (const { orderId, what } of orders) announce(`Parcel ${orderId} ${what}.`);
  const done: Done[] = [];
  const offered: OfferedMap = new Map();
  for (const check of checks) done.push({ check, verdict: await judge(session, check, offered, done) });
  return { done, orders, offered };
}

const WHAT: Readonly<Record<ParcelKind, string>> = {
  prepaid: "is booked (forward, prepaid), changed, put on a manifest and cancelled",
  cod: "is booked (forward, cash on delivery) and cancelled",
  reverse: "is booked (reverse) and cancelled",
  variety: "is booked (forward) and cancelled",
  addressId: "is booked (forward, from the address agreed by its id) and cancelled",
};

/** What is booked is told before it is. */
function plansOf({ options, stamp }: CourierSession, checks: readonly CourierCheck[]): TouchedOrder[] {
  if (!options.write || checks.every(({ writes }) => !writes)) return [];
  return PARCEL_KINDS.filter((kind) => kind !== "addressId" || options.pickupId !== null).map((kind) => ({
    orderId: planOf(stamp, kind).code,
    what: WHAT[kind],
  }));
}

/** Those asked for; where no token is to be had, also those that say why: a run that could ask nothing must not end well. */
async function chooseChecks(session: CourierSession): Promise<readonly CourierCheck[]> {
  const { only } = session.options;
  if (only === null) return COURIER_CHECKS;
  const hasToken = (await session.tokenTaken()).known;
  return COURIER_CHECKS.filter(
    ({ operation: id, id: name }) => only.includes(id) || (!hasToken && /^auth\.(login|header)/.test(name)),
  );
}

function judge(
  session: CourierSession,
  check: CourierCheck,
  offered: OfferedMap,
  done: readonly Done[],
): Promise<Verdict> {
  return judged(async () => {
    const { operation: id } = check;
    if (id !== "getShipperToken") {
      const isAuth = check.id.startsWith("auth.");
      const token = await (isAuth ? session.token() : session.tokenTaken());
      if (!token.known && check.id !== "auth.token-required") return skip(token.why);
      const { offered: isOffered, exchange } = await session.offered(id);
      offered.set(id, isOffered);
      const isFirst = done.every((before) => before.check.operation !== id);
      if (isOffered === false) return absent(operation("shipping-provider", id), usageOf(id), exchange, isFirst);
    }
    if (check.writes && !session.options.write) return skip("changes something on your side: --write runs it");
    return check.run(session);
  });
}
