import { useSyncExternalStore } from "react";

// Deadlines are the server's: a till whose clock is ten minutes slow must not show ten minutes too many. Every answer
// carries a Date header (whole seconds), so differences below this are noise and are left alone.
const noiseMs = 5_000;
let offsetMs = 0;

/** Learns how far this machine's clock is from the server's. */
export function learnServerTime(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs - Date.now();
  offsetMs = Math.abs(difference) < noiseMs ? 0 : difference;
}

/** The present by the server's clock, in epoch milliseconds. */
export const serverNowMs = (): number => Date.now() + offsetMs;

const listeners = new Set<() => void>();
let tickMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (timer === undefined) {
    tickMs = serverNowMs();
    timer = setInterval(() => {
      tickMs = serverNowMs();
      for (const notify of listeners) notify();
    }, 1_000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present in whole steps of `stepMs`: one timer serves the page, and a component redraws only when its step changes. */
export function useNow(stepMs = 15_000): number {
  return useSyncExternalStore(subscribe, () => Math.floor((tickMs === 0 ? serverNowMs() : tickMs) / stepMs) * stepMs);
}
