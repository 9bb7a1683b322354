import { Link } from "@tanstack/react-router";
import { formatCount } from "../../lib/format.ts";
import { Code, Facts, Instant, StateChip } from "../../ui/index.ts";
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
  NOT_SYNCED: "It changes nothing here.",
};

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
          {outcome === "DOUBT" && (
            <Link
              to="/exceptions"
              search={word.orderCode === null ? { channel: word.channelCode } : { q: word.orderCode }}
            >
              To the choices
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
          ["Heard by", viaWords[word.via]],
          ["Settled", <Instant key="settled" at={word.settledAt} />],
          ...(lagSeconds === null ? [] : [["Lag", formatLag(lagSeconds)] as const]),
          ...(word.nextAttemptAt === null
            ? []
            : [
                [
                  "Tried again",
                  <span key="next">
                    <Instant at={word.nextAttemptAt} />, {formatCount(word.attempts)} times so far
                  </span>,
                ] as const,
              ]),
        ]}
      />
    </div>
  );
}
