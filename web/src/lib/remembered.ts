import { useCallback, useState } from "react";

/** What this browser remembers of a person's taste (columns, views, an open rail). Never data. `read` refuses what it does not know. */
export function useRemembered<T>(key: string, read: (stored: unknown) => T): [T, (value: T) => void] {
  const name = `godown.${key}`;
  const [value, setValue] = useState<T>(() => read(readStored(name)));
  const remember = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // Storage is full or forbidden (private window): the choice holds until the page is closed.
      }
    },
    [name],
  );
  return [value, remember];
}

function readStored(name: string): unknown {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // another program's text under our name reads as "nothing remembered"
  }
}
