import { useEffect, useRef, useState } from "react";

export interface StationKey {
  /** A function key ("F4"): letters belong to the scanner. */
  readonly key: string;
  readonly label: string;
  readonly onPress: () => unknown;
  readonly primary?: boolean;
  readonly notNow?: string | null;
}

interface Pressed {
  readonly key: string;
  readonly at: number;
}

/** A scan's effect is read back within this time where nothing says that it is still being read. */
const SETTLES_WITHIN_MS = 400;
/** No key takes effect longer than this after it was pressed: by then the person has gone on to something else. */
const PATIENCE_MS = 10_000;

const refusal = (key: StationKey): string | null => key.notNow ?? null;

/**
 * The station's function keys. Hands are faster than the network: "close" is pressed right after the last scan, when
 * the page does not know yet that there is something to close. Such a press waits until what it depends on was read
 * again, and takes effect or is refused in words then; it is never swallowed.
 *
 * @returns why the key pressed last cannot take effect, in words to show
 */
export function useStationKeys(given: {
  keys: readonly StationKey[];
  undo: () => void;
  /** Scans wait for the server, or what the keys depend on is being read. */
  busy: boolean;
}): string | null {
  const latest = useRef(given);
  const pressed = useRef<Pressed | null>(null);
  const [notYet, setNotYet] = useState<string | null>(null);
  const [looks, lookAgain] = useState(0);

  useEffect(() => {
    latest.current = given;
  });
  useEffect(() => {
    const waiting = pressed.current;
    const key = given.keys.find((each) => each.key === waiting?.key);
    if (waiting === null || key === undefined) return;
    const age = Date.now() - waiting.at;
    if (refusal(key) === null && age < PATIENCE_MS) {
      pressed.current = null;
      void key.onPress();
    } else if ((!given.busy && age >= SETTLES_WITHIN_MS) || age >= PATIENCE_MS) {
      pressed.current = null;
      setNotYet(`${key.label}: ${refusal(key) ?? "it took too long to read what is here. Press the key again."}`);
    } else {
      const timer = setTimeout(() => lookAgain(looks + 1), SETTLES_WITHIN_MS);
      return () => clearTimeout(timer);
    }
  }, [given.keys, given.busy, looks]);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { keys, undo } = latest.current;
      const key = keys.find((each) => each.key === event.key);
      if (event.key !== "F8" && key === undefined) return;
      event.preventDefault();
      setNotYet(null);
      if (key === undefined) return undo();
      pressed.current = { key: key.key, at: Date.now() };
      lookAgain((n) => n + 1);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return notYet;
}
