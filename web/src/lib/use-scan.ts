import { useEffect, useRef } from "react";
import { emptyScanBuffer, takeKey } from "./scan-buffer.ts";

/** True when the key press belongs to something a person types into. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=textbox]") !== null)
  );
}

/** Calls `onScan` when a hand scanner is used anywhere on the page outside a field: the Enter of a scan then does nothing else. */
export function useScan(onScan: (code: string) => void, enabled = true): void {
  const act = useRef(onScan);
  useEffect(() => {
    act.current = onScan;
  }, [onScan]);
  useEffect(() => {
    if (!enabled) return;
    let buffer = emptyScanBuffer;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const step = takeKey(buffer, event.key, event.timeStamp);
      buffer = step.buffer;
      // Characters of a burst must not move the list's cursor either.
      if (step.inBurst || step.scanned !== null) event.stopPropagation();
      if (step.scanned === null) return;
      event.preventDefault();
      act.current(step.scanned);
    };
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, [enabled]);
}
