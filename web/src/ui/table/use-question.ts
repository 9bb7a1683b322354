import { useMemo } from "react";
import { useFacility } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { listQuery } from "./list-state.ts";
import type { DataTableProps, RowObject } from "./types.ts";

/** What the list asks the server, from the address: the same object for as long as the question is the same. */
export function useQuestion<T extends RowObject>(
  props: DataTableProps<T>,
): { key: string; query: Readonly<Record<string, string>> } {
  const [params] = useUrlState();
  const facility = useFacility();
  const question = listQuery({
    params,
    prefix: props.prefix ?? "",
    tabs: props.tabs ?? [],
    tabFilter: props.tabFilter ?? "tab",
    filters: props.filters ?? [],
    fixed: props.fixed ?? {},
    defaultSort: props.defaultSort,
    facilityId: props.byFacility === false ? null : facility.id,
  });
  const key = JSON.stringify(question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question is rebuilt on each render; its text is what identifies it.
  return useMemo(() => ({ key, query: question }), [key]);
}
