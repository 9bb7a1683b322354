import type { RowSelectionState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { useEvent } from "../../lib/use-event.ts";
import { between, withChosen } from "./list-state.ts";

export interface Selection<T> {
  /** The rows to show: those on screen, or all that matched when "select all" was asked. */
  readonly data: readonly T[];
  readonly ids: readonly string[];
  readonly state: RowSelectionState;
  readonly chosen: readonly T[];
  readonly toggle: (id: string, range: boolean) => void;
  readonly toggleAll: (value: boolean) => void;
  readonly takeAll: (rows: readonly T[]) => void;
  readonly clear: () => void;
}

/** Which rows are chosen. `questionKey` is the list's question: "all 3,412" holds for the one it was asked with. */
export function useSelection<T>(rows: readonly T[], rowId: (row: T) => string, questionKey: string): Selection<T> {
  const [all, setAll] = useState<{ key: string; rows: readonly T[] } | null>(null);
  const [state, setState] = useState<RowSelectionState>({});
  const [anchor, setAnchor] = useState<string | null>(null);
  const data = all !== null && all.key === questionKey ? all.rows : rows;
  const ids = useMemo(() => data.map(rowId), [data, rowId]);
  const chosen = useMemo(() => data.filter((row) => state[rowId(row)] === true), [data, rowId, state]);
  return {
    data,
    ids,
    state,
    chosen,
    toggle: useEvent((id: string, range: boolean) => {
      const touched = range && anchor !== null ? between(ids, anchor, id) : [id];
      setState(withChosen(state, touched, state[id] !== true));
      setAnchor(id);
    }),
    toggleAll: useEvent((value: boolean) => setState(value ? withChosen({}, ids, true) : {})),
    takeAll: useEvent((taken: readonly T[]) => {
      setAll({ key: questionKey, rows: taken });
      setState(withChosen({}, taken.map(rowId), true));
    }),
    clear: useEvent(() => {
      setState({});
      setAll(null);
    }),
  };
}
