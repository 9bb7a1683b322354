import { useMemo } from "react";
import { useRemembered } from "../../lib/remembered.ts";
import type { Column } from "./types.ts";

const readChoice = (stored: unknown): Record<string, boolean> =>
  typeof stored === "object" && stored !== null
    ? Object.fromEntries(
        Object.entries(stored).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
      )
    : {};

/** Which columns a person wants, by id; the others follow their own default. */
export function useColumnChoice<T>(
  tableId: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
): [Record<string, boolean>, (choice: Record<string, boolean>) => void] {
  const [stored, remember] = useRemembered(`columns.${tableId}`, readChoice);
  const choice = useMemo(() => choiceOf(columns, rows, stored), [columns, rows, stored]);
  const choose = (wanted: Record<string, boolean>) =>
    remember(Object.fromEntries(Object.entries(wanted).filter(([id, on]) => id in stored || on !== choice[id])));
  return [choice, choose];
}

/** Which columns are shown of these rows: what a person chose wins. Pure. */
export const choiceOf = <T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  stored: Readonly<Record<string, boolean>>,
): Record<string, boolean> =>
  Object.fromEntries(
    columns.map(({ id, always, hidden, tells }) => [
      id,
      always === true || (stored[id] ?? (hidden !== true && (tells?.(rows) ?? true))),
    ]),
  );
