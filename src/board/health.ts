import { lagMaxSeconds, lagSeconds, type SyncLag, sourceOf } from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { ChannelRow } from "./queries.ts";

/** How one sync of a channel keeps up. */
export interface Lag {
  readonly kind: string;
  readonly seconds: number;
  /** The ceiling; null where there is none. */
  readonly maxSeconds: number | null;
}

export interface ChannelHealth {
  readonly channelId: string;
  readonly code: string;
  readonly state: "OK" | "LAGGING" | "BROKEN" | "OFF";
  /** In words, the worst first. */
  readonly message: string;
  readonly lags: Lag[];
}

const WORDS: Readonly<Record<string, string>> = {
  CATALOG: "Listings",
  INVENTORY: "Stock",
  ORDERS: "Orders",
  PENDENCY: "Orders under review",
  STATUS_CANCELLED: "Cancelled statuses",
  STATUS_DELIVERED: "Delivered and returned statuses",
  NOTIFICATIONS: "Notifications",
  DISPATCH: "Dispatch details",
};

/** How a channel keeps up, from what its lag is measured by. Pure. */
export function healthOf(channel: ChannelRow, syncs: readonly SyncLag[], now: Instant): ChannelHealth {
  const lags = syncs.flatMap((sync): Lag[] => {
    const seconds = lagSeconds(sourceOf(sync.source), sync.kind, sync, now);
    const max = lagMaxSeconds(sync.kind);
    return seconds === null ? [] : [{ kind: sync.kind, seconds, maxSeconds: Number.isFinite(max) ? max : null }];
  });
  const about = { channelId: channel.channelId, code: channel.code, lags };
  if (channel.state === "BROKEN")
    return { ...about, state: "BROKEN", message: channel.brokenReason ?? "Its credentials are refused." };
  if (channel.state !== "CONNECTED")
    return { ...about, state: "OFF", message: channel.state === "DISABLED" ? "Switched off." : "Not connected yet." };
  const behind = lags
    .filter((lag) => lag.maxSeconds !== null && lag.seconds > lag.maxSeconds)
    .sort((a, b) => b.seconds / (b.maxSeconds ?? 1) - a.seconds / (a.maxSeconds ?? 1));
  const [worst] = behind;
  if (!worst) return { ...about, state: "OK", message: "Keeps up." };
  const others = behind.length === 1 ? "" : `, and ${behind.length - 1} more`;
  return {
    ...about,
    state: "LAGGING",
    message: `${WORDS[worst.kind] ?? worst.kind} ${span(worst.seconds)} behind${others}`,
  };
}

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
