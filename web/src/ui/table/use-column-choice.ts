import { useMemo } from "react";
import { useRemembered } from "../../lib/remembered.ts";
import type { Column } from "./types.ts";

const readChoice = (stored: unknown): Record<string, boolean> =>
  typeof stored === "object" && stored !== null
    ? Object.fromEntries(
        Object.entries(stored).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
      )
    : {};

/** Which columns a person wants, by id; columns added later follow their own default. */
export function useColumnChoice<T>(
  tableId: string,
  columns: readonly Column<T>[],
): [Record<string, boolean>, (choice: Record<string, boolean>) => void] {
  const [stored, remember] = useRemembered(`columns.${tableId}`, readChoice);
  const choice = useMemo(
    () =>
      Object.fromEntries(
        columns.map((column) => [column.id, column.always === true || (stored[column.id] ?? column.hidden !== true)]),
      ),
    [columns, stored],
  );
  return [choice, remember];
}
