import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { Code, Facts, Instant, StateChip } from "../../ui/index.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { wordOutcomes } from "../shared/states.ts";
import { formatLag, statusWords, viaWords, type Word } from "./data.ts";
import classes from "./status-sync.module.css";

/** What each outcome means, for who has not met it. */
const meanings: Readonly<Record<Word["outcome"], string>> = {
  WAITING: "It is heard and kept, and is applied by itself as soon as it can be.",
  ADOPTED: "It was done on the marketplace’s panel, and is so here because of that.",
  APPLIED: "It ended something that began here.",
  KNOWN: "It was so here already: nothing changed.",
  DOUBT: "It does not fit how the order stands here: a person decides.",
  DECIDED: "It did not fit how the order stood here; what was asked about it is decided.",
  NOT_SYNCED: "It changes nothing here.",
};

/** What was asked and answered when the word was heard, while that is kept. */
function BroughtBy({ word }: { word: Word }) {
  const { data } = useQuery({
    queryKey: ["status-word", word.channelWordId, "exchange"],
    queryFn: ({ signal }) =>
      api.get<{ exchangeId: string | null }>(`/api/v1/status-sync/words/${word.channelWordId}/exchange`, {}, signal),
    staleTime: 60_000,
  });
  if (data?.exchangeId == null) return <>{viaWords[word.via]}</>;
  return (
    <>
      {viaWords[word.via]} <ExchangeButton id={data.exchangeId} title={`How “${word.raw}” was heard: what was said`} />
    </>
  );
}

/** One word: what was said, by which way, when, what became of it and what to do. */
export function WordPanel({ word }: { word: Word }) {
  const { message, whatToDo, lagSeconds, outcome } = word;
  return (
    <div className={classes.panel}>
      <div className={classes.panelHead}>
        <StateChip state={outcome} table={wordOutcomes} size="md" />
        <p>{meanings[outcome]}</p>
      </div>
      {message !== null && (
        <div className={classes.why} data-waits={outcome === "WAITING" || outcome === "DOUBT" || undefined}>
          <p>{message}</p>
          {whatToDo !== null && <p className={classes.remedy}>{whatToDo}</p>}
          {(outcome === "DOUBT" || outcome === "DECIDED") && (
            <Link
              to="/exceptions"
              search={{
                ...(outcome === "DECIDED" ? { tab: "resolved" } : {}),
                ...(word.orderCode === null ? { channel: word.channelCode } : { q: word.orderCode }),
              }}
            >
              {outcome === "DOUBT" ? "To the choices" : "To the decision"}
            </Link>
          )}
        </div>
      )}
      <Facts
        facts={[
          [
            "Order",
            word.saleOrderId === null || word.orderCode === null ? (
              "not here"
            ) : (
              <Code key="order" href={`/orders/${word.saleOrderId}`}>
                {word.orderCode}
              </Code>
            ),
          ],
          ["The channel’s id", <Code key="id">{word.channelOrderId}</Code>],
          ["Line", <Code key="line">{word.line}</Code>],
          ["Units", word.quantity === 0 ? "all of the line" : formatCount(word.quantity)],
          ["Says", statusWords[word.status] ?? word.status],
          ["In its spelling", <Code key="raw">{word.raw}</Code>],
          [
            "Channel",
            <Link key="channel" to={`/settings/channels/${word.channelId}`}>
              {word.channelCode}
            </Link>,
          ],
          ["Changed there", word.changedAt === null ? "not said" : <Instant key="changed" at={word.changedAt} />],
          ["Heard", <Instant key="heard" at={word.heardAt} />],
          ["Heard by", <BroughtBy key="via" word={word} />],
          ["Settled", <Instant key="settled" at={word.settledAt} />],
          ...(lagSeconds === null ? [] : [["Lag", formatLag(lagSeconds)] as const]),
          ...(word.nextAttemptAt === null
            ? []
            : [
                [
                  "Tried again",
                  <span key="next">
                    <Instant at={word.nextAttemptAt} />, {plural(word.attempts, "try", "tries")} so far
                  </span>,
                ] as const,
              ]),
        ]}
      />
    </div>
  );
}
