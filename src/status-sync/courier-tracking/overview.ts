import type { Instant } from "../../kernel/index.ts";
import type { AlarmFact } from "../../platform/alarms.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { accountAbilities, allCourierAccounts, findCourier, type ShippingProviderId } from "../../shipping/index.ts";
import { type CourierFacts, type CourierLag, courierFacts, courierLags, unknownWords } from "./queries.ts";

export const MEASURED_HOURS = 24;
const UNKNOWN_DAYS = 30;
const UNKNOWN_MAX = 200;
/** A courier that answered nothing for so many rounds is told of. */
const STALLED_AFTER_ROUNDS = 3;
const STALLED_AFTER_MINUTES_MIN = 60;

/** How each courier of the seller tells of its parcels: how it is asked, how late its words are here, and which nobody knows. */
export async function trackingOverview(ctx: Ctx, tx: Tx) {
  const couriers = await courierFacts(tx, ctx.now);
  const lags = Map.groupBy(await courierLags(tx, ctx.now.subtract({ hours: MEASURED_HOURS })), (lag) => lag.providerId);
  const unknown = Map.groupBy(
    await unknownWords(tx, ctx.now.subtract({ hours: 24 * UNKNOWN_DAYS }), UNKNOWN_MAX),
    (word) => word.providerId,
  );
  const paces = await pacesOf(tx);
  return {
    couriers: couriers.map((courier) => ({
      ...inWire(courier),
      everyMinutes: paces.get(courier.providerId) ?? null,
      lagAsked: lagOf(lags.get(courier.providerId), "COURIER_DETAILS"),
      lagPushed: lagOf(lags.get(courier.providerId), "COURIER_PUSH"),
      unknownWords: (unknown.get(courier.providerId) ?? []).map(({ raw, parcels, lastHeardAt }) => ({
        ...{ raw, parcels, lastHeardAt: lastHeardAt.toString() },
      })),
    })),
    measuredHours: MEASURED_HOURS,
    asOf: ctx.now.toString(),
  };
}

/** How often each connected courier is asked, in minutes. */
async function pacesOf(tx: Tx): Promise<ReadonlyMap<ShippingProviderId, number>> {
  const accounts = await allCourierAccounts(tx);
  return new Map(
    accounts.flatMap((account) =>
      account.state === "CONNECTED" && findCourier(account.courier)
        ? [[account.providerId, accountAbilities(account).trackEveryMinutes] as const]
        : [],
    ),
  );
}

function inWire(courier: CourierFacts) {
  const text = (at: Instant | null) => at?.toString() ?? null;
  const { startedAt, finishedAt, okAt, nextRunAt, oldestAskedAt, pushedAt, keyUsedAt, ...rest } = courier;
  return {
    ...rest,
    ...{ startedAt: text(startedAt), finishedAt: text(finishedAt), okAt: text(okAt), nextRunAt: text(nextRunAt) },
    ...{ oldestAskedAt: text(oldestAskedAt), pushedAt: text(pushedAt), keyUsedAt: text(keyUsedAt) },
  };
}

function lagOf(lags: readonly CourierLag[] | undefined, via: CourierLag["via"]) {
  const found = lags?.find((lag) => lag.via === via);
  if (!found) return null;
  const { count, p50Seconds, p95Seconds, maxSeconds } = found;
  return { count, p50Seconds, p95Seconds, maxSeconds };
}

/** Couriers that have answered nothing for long, though parcels travel with them. */
export async function stalledCouriers(ctx: Ctx, tx: Tx): Promise<AlarmFact[]> {
  const paces = await pacesOf(tx);
  if (paces.size === 0) return [];
  return (await courierFacts(tx, ctx.now)).flatMap((courier): AlarmFact[] => {
    const every = paces.get(courier.providerId);
    if (every === undefined || courier.travelling === 0 || courier.failures < STALLED_AFTER_ROUNDS) return [];
    const minutes = Math.max(STALLED_AFTER_MINUTES_MIN, every * STALLED_AFTER_ROUNDS);
    const since = courier.okAt;
    if (since !== null && Temporal.Instant.compare(since.add({ minutes }), ctx.now) > 0) return [];
    return [
      {
        ...{ kind: "COURIER_TRACKING_STALLED", recordType: "shipping_provider", recordId: courier.providerId },
        severity: "WARNING",
        message: `${courier.code} tells nothing of ${courier.travelling} parcels: ${courier.failed ?? "it did not answer"}.`,
        whatToDo: "See Settings > Status sync > Couriers; it is asked again by itself. Ask the courier if it goes on.",
      },
    ];
  });
}
