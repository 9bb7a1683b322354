import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { Instant } from "../../ui/index.ts";
import { statusWords, type Word } from "../status-sync/data.ts";

/** Words of the channel about an order that are heard and not applied yet, one for each reason. */
export function useWaitingWords(saleOrderId: string): readonly Word[] {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["order", saleOrderId, "waiting-words"],
    queryFn: ({ signal }) =>
      api.get<ListPage<Word>>("/api/v1/status-sync/words", { saleOrderId, outcome: "WAITING", limit: 50 }, signal),
    enabled: may("channels.view"),
    refetchInterval: 10_000,
  });
  const seen = new Set<string>();
  return (data?.rows ?? []).filter(({ status, message }) => {
    const key = `${status} ${message}`;
    if (message === null || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Where the series that a word waits for is defined; null: it waits for something else. */
export const seriesPage = ({ code, facilityId }: Pick<Word, "code" | "facilityId">): string | null =>
  code !== "SERIES_MISSING"
    ? null
    : facilityId === null
      ? "/settings/facilities"
      : `/settings/facilities/${facilityId}`;

/** What the channel says, why that waits, and what to do. */
export function WaitingWord({ word }: { word: Word }) {
  const series = seriesPage(word);
  return (
    <>
      The channel says: {statusWords[word.status] ?? word.status}, heard <Instant at={word.heardAt} />. It waits:{" "}
      {word.message} {word.whatToDo}{" "}
      {series !== null && (
        <>
          <Link to={series}>To the series</Link>{" "}
        </>
      )}
      <Link
        to="/status-sync"
        search={{ view: "words", tab: "WAITING", q: word.channelOrderId, open: word.channelWordId }}
      >
        See the word
      </Link>
    </>
  );
}
