import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import { useEvent } from "../../lib/use-event.ts";
import { successor } from "./list-state.ts";
import type { DataTableProps, RowObject } from "./types.ts";
import { useRowKeys } from "./use-row-keys.ts";
import type { Selection } from "./use-selection.ts";

interface OpenRowInput<T extends RowObject> {
  readonly props: DataTableProps<T>;
  readonly rowId: (row: T) => string;
  readonly selection: Selection<T>;
  /** Tells one question to the server from another: a row that a filter hides did not leave by a decision. */
  readonly question: string;
  readonly reading: boolean;
}

interface Seen<T> {
  readonly question: string;
  readonly id: string;
  readonly row: T;
  readonly ids: readonly string[];
}

/** The row in the side panel and the one under the keyboard's cursor. The open one is in the address: Back closes it. */
export function useOpenRow<T extends RowObject>({ props, rowId, selection, question, reading }: OpenRowInput<T>) {
  const { prefix = "", href } = props;
  const [params, change] = useUrlState();
  const navigate = useNavigate();
  const id = params[`${prefix}open`];
  const listed = id === undefined ? undefined : selection.data.find((each) => rowId(each) === id);
  const seen = useLastSeen(question, id, listed, selection.ids);
  const row = listed ?? seen?.row;
  const show = (next: string | null) =>
    change({ [`${prefix}open`]: next }, { push: next !== null && id === undefined });
  const visit = useEvent((target: T) => {
    if (href !== undefined) void navigate({ href: href(target) });
    else if (props.panel !== undefined) show(rowId(target));
  });
  const { active, setActive } = useRowKeys({
    ids: selection.ids,
    onOpen: (wanted) => {
      const target = selection.data.find((each) => rowId(each) === wanted);
      if (target !== undefined) visit(target);
    },
    onToggle: (wanted) => props.bulk !== undefined && selection.toggle(wanted, false),
    onMove: (wanted) => id !== undefined && show(wanted),
    onEscape: () => (id === undefined ? selection.clear() : show(null)),
  });
  // Only who is done with a row goes on to the next: one that somebody else took stays under the hands that are about to press.
  const [doneId, setDoneId] = useState<string | null>(null);
  const moveOn = useEvent(() => {
    if (seen === null) return;
    const next = successor(seen.ids, seen.id, selection.ids);
    setDoneId(null);
    setActive(next);
    show(next);
  });
  const isGone = listed === undefined && seen !== null && !reading;
  const isDone = isGone && seen.id === doneId;
  useEffect(() => {
    if (isDone) moveOn();
  }, [isDone, moveOn]);
  const click = useEvent((target: T) => {
    setActive(rowId(target));
    if (props.panel !== undefined) show(rowId(target));
    else visit(target);
  });
  const visitOpen = () => row !== undefined && visit(row);
  const done = () => setDoneId(id ?? null);
  return { id, row, isGone, active, click, visit, close: () => show(null), visitOpen, done };
}

/** The open row as it was last listed, under the same question; null when it has not been. */
function useLastSeen<T>(question: string, id: string | undefined, row: T | undefined, ids: readonly string[]) {
  const [seen, setSeen] = useState<Seen<T> | null>(null);
  const fresh = seen !== null && seen.row === row && seen.ids === ids && seen.id === id && seen.question === question;
  if (id === undefined && seen !== null) setSeen(null);
  if (id !== undefined && row !== undefined && !fresh) setSeen({ question, id, row, ids });
  return seen !== null && seen.id === id && seen.question === question ? seen : null;
}
