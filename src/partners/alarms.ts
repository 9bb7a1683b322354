import { shownTime } from "../fulfilment/index.ts";
import { INDIA, type Instant } from "../kernel/index.ts";
import { type AlarmCheck, type AlarmFact, clearAlarm, raiseAlarm } from "../platform/alarms.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { GaugeSource } from "../platform/metrics.ts";
import type { PartnerId } from "./partner.ts";
import { countFlagged, heldLines, listWaiting } from "./queries.ts";
import type { Line } from "./rule.ts";

const KINDS = { DOWN: "PARTNER_DOWN", REFUSES_CREDENTIALS: "PARTNER_REFUSES_CREDENTIALS" } as const;

/** A line as alarms need it. */
export interface LineFacts extends Pick<Line, "held" | "heldSince"> {
  readonly partnerId: PartnerId;
  readonly code: string;
  readonly name: string;
  readonly message: string | null;
}

function lineAlarm({ partnerId, code, name, held, heldSince, message }: LineFacts): AlarmFact | null {
  if (held === null) return null;
  const since = heldSince === null ? "" : ` since ${at(heldSince)}`;
  const said = message === null ? "" : ` It said last: ${message}`;
  const about = { kind: KINDS[held], recordType: "partner", recordId: partnerId, severity: "CRITICAL" } as const;
  if (held === "DOWN")
    return {
      ...about,
      message: `The partner ${name} (${code}) does not answer${since}. What is to be sent to it waits, in order.${said}`,
      whatToDo:
        "Ask the partner whether its server is up. Everything is sent by itself when it answers again; Try now on the partner's page looks at once.",
    };
  return {
    ...about,
    message: `The partner ${name} (${code}) refuses our credentials${since}. Nothing is sent to it until they are right.${said}`,
    whatToDo:
      "Enter the right user name and password, or key, under Settings > Partners and press Test now. What waits is then sent, in order.",
  };
}

const at = (instant: Instant): string => shownTime(instant, INDIA);

/** Raises or clears the alarms of one line at once, where it was just held back or opened. */
export async function followLine(tx: Tx, ctx: Ctx, line: LineFacts): Promise<void> {
  const fact = lineAlarm(line);
  for (const kind of Object.values(KINDS))
    if (kind !== fact?.kind) await clearAlarm(tx, ctx, { kind, recordId: line.partnerId });
  if (fact) await raiseAlarm(tx, ctx, fact);
}

/** Alarms of this module: partners that are away or refuse our credentials, events that were not taken. */
export const partnerChecks: readonly AlarmCheck[] = [
  {
    kinds: Object.values(KINDS),
    check: async (_ctx, tx) => (await heldLines(tx)).map(lineAlarm).filter((fact) => fact !== null),
  },
  {
    kinds: ["PARTNER_DELIVERIES_FAILED"],
    check: async (_ctx, tx) =>
      (await countFlagged(tx)).map(({ partnerId, code, name, flagged, oldestAt }) => ({
        ...{ kind: "PARTNER_DELIVERIES_FAILED", recordType: "partner", recordId: partnerId, severity: "WARNING" },
        message: `${flagged} ${flagged === 1 ? "event was" : "events were"} not taken by the partner ${name} (${code}), the first ${at(oldestAt)}.`,
        whatToDo:
          "Look at its answers under Partners > Deliveries. Send them again when the reason is gone, one by one or all since a time, or dismiss them.",
      })),
  },
];

/** How much waits for each partner, and how long. */
export const partnerGauges: readonly GaugeSource[] = [
  {
    name: "godown_partner_waiting",
    help: "Events that wait to be sent to a partner",
    labels: ["tenant", "partner"],
    read: async (services) => (await readWaiting(services)).map(({ labels, waiting }) => ({ labels, value: waiting })),
  },
  {
    name: "godown_partner_oldest_waiting_seconds",
    help: "How long the oldest event has been waiting for its partner",
    labels: ["tenant", "partner"],
    read: async (services) => (await readWaiting(services)).map(({ labels, seconds }) => ({ labels, value: seconds })),
  },
];

async function readWaiting(services: Parameters<GaugeSource["read"]>[0]) {
  const now = services.clock.now();
  const values: { labels: Record<string, string>; waiting: number; seconds: number }[] = [];
  for (const { tenantId, code, live } of await services.db.tenants()) {
    if (!live) continue;
    for (const row of await services.db.read(tenantId, listWaiting))
      values.push({
        labels: { tenant: code, partner: row.code },
        waiting: row.waiting,
        seconds: row.oldestAt === null ? 0 : Math.max(0, now.since(row.oldestAt).total("seconds")),
      });
  }
  return values;
}
