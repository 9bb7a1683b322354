import { useQuery } from "@tanstack/react-query";
import { boardQuery, type Queue } from "../../lib/board.ts";
import { useNow } from "../../lib/clock.ts";
import { countdown, formatSpan, plural } from "../../lib/format.ts";
import { useFacility } from "../../lib/session.ts";
import { useSlow } from "../../lib/use-slow.ts";
import { AsOf, Page, Refusal, Section, StatCard, StatRow } from "../../ui/index.ts";
import { type QueueCard, queueGroups } from "./queues.ts";

/** The board: what waits, how old the oldest is, and by when the first is due. */
export function Screen() {
  const { id } = useFacility();
  const { data, error, isPending, refetch } = useQuery(boardQuery(id));
  const now = useNow();
  const slow = useSlow(isPending);
  return (
    <Page
      title="Home"
      line="What waits for a person, and what is due first."
      actions={<AsOf at={data?.asOf} error={error} onRetry={refetch} />}
    >
      {error !== null && data === undefined && <Refusal error={error} title="The board could not be read" />}
      {slow && <p>The board has been asked for 10 s ago and is not here yet. It is shown as soon as it comes.</p>}
      {(error === null || data !== undefined) &&
        queueGroups.map((group) => (
          <Section key={group.title} title={group.title}>
            <StatRow>
              {group.cards.map((card) => {
                const queue = data?.queues.find((each) => each.key === card.key);
                return (
                  <StatCard
                    key={card.key}
                    label={card.label}
                    value={queue?.count ?? null}
                    tone={toneOf(card, queue, now)}
                    detail={detailOf(queue, now)}
                    to={card.to}
                    search={card.search ?? {}}
                  />
                );
              })}
            </StatRow>
          </Section>
        ))}
    </Page>
  );
}

/** Late is red, due within two hours amber; else the colour the queue always has. */
function toneOf(card: QueueCard, queue: Queue | undefined, now: number) {
  if (queue === undefined || queue.count === 0) return undefined;
  const urgency = queue.dueBy === null ? "calm" : countdown(queue.dueBy, now).urgency;
  return (queue.late ?? 0) > 0 || urgency === "late" ? "failed" : urgency === "soon" ? "attention" : card.tone;
}

function detailOf(queue: Queue | undefined, now: number): string {
  if (queue === undefined || queue.count === 0) return "";
  if ((queue.late ?? 0) > 0) return `${plural(queue.late ?? 0, "is", "are")} late`;
  if (queue.dueBy !== null) return `first due: ${countdown(queue.dueBy, now).text}`;
  return queue.oldestAt === null ? "" : `oldest ${formatSpan(now - Date.parse(queue.oldestAt))}`;
}
