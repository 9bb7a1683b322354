import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import type { DataTableProps, RowObject } from "./types.ts";

const pageSize = 100;
// "Select all" reads every matching row, so that each action can say which of them it takes. More than this is a job for an export.
const selectAllMax = 20_000;
const readAllPageSize = 200;
// Refreshing more pages than this every few seconds would load the server for rows nobody looks at.
const refreshPagesMax = 3;

export interface List<T> {
  readonly rows: readonly T[];
  /** Null until the first answer: not known is not zero. */
  readonly total: number | null;
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly asOf: string | undefined;
  readonly pending: boolean;
  /** What failed; with rows on screen they are merely old. */
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
  readonly refetch: () => unknown;
  /** All matching rows, read page by page (at most 20,000). */
  readonly readAll: (onProgress: (read: number) => void) => Promise<readonly T[]>;
}

/** A list by its question: pages are read as they are scrolled to and refreshed while looked at. */
export function useList<T extends RowObject>(
  props: DataTableProps<T>,
  rowId: (row: T) => string,
  query: Readonly<Record<string, string>>,
): List<T> {
  const { endpoint, load, refreshMs = 15_000 } = props;
  // The first one holds: a page gives a new arrow on every render.
  const [ask] = useState(() => props.ask);
  const read = useCallback(
    (limit: number, cursor: string | null, signal: AbortSignal): Promise<ListPage<T>> => {
      const asked = ask === undefined ? query : ask(query);
      const full = { ...asked, limit: String(limit), ...(cursor === null ? {} : { cursor }) };
      return load === undefined ? api.get<ListPage<T>>(endpoint, full, signal) : load(full, signal);
    },
    [endpoint, load, query, ask],
  );
  const result = useInfiniteQuery({
    queryKey: ["list", endpoint, query],
    queryFn: ({ pageParam, signal }) => read(pageSize, pageParam, signal),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: (q) => (refreshMs > 0 && (q.state.data?.pages.length ?? 0) <= refreshPagesMax ? refreshMs : false),
  });
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = result;
  const first = data?.pages[0];
  // Tabs keep their numbers while the next tab's rows are on their way: nothing jumps.
  const [counts, setCounts] = useState(first?.counts);
  useEffect(() => {
    if (first?.counts !== undefined) setCounts(first.counts);
  }, [first]);
  const rows = useMemo(() => uniqueRows(data?.pages ?? [], rowId), [data, rowId]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const readAll = useCallback(
    async (onProgress: (count: number) => void) => {
      const all: T[] = [];
      let cursor: string | null = null;
      do {
        const page: ListPage<T> = await read(readAllPageSize, cursor, new AbortController().signal);
        all.push(...page.rows);
        cursor = page.nextCursor;
        onProgress(all.length);
      } while (cursor !== null && all.length < selectAllMax);
      return all;
    },
    [read],
  );
  return {
    rows,
    total: first?.total ?? null,
    counts: first?.counts ?? counts,
    asOf: first?.asOf,
    pending: isPending,
    error,
    hasMore: hasNextPage,
    loadingMore: isFetchingNextPage,
    loadMore,
    refetch,
    readAll,
  };
}

const firstPage = (): string | null => null;

/** A row that moved between two pages while they were read shows once. */
function uniqueRows<T>(pages: readonly ListPage<T>[], rowId: (row: T) => string): readonly T[] {
  const seen = new Set<string>();
  return pages.flatMap((page) =>
    page.rows.filter((row) => {
      const id = rowId(row);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    }),
  );
}
