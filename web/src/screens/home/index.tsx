import { useQuery } from "@tanstack/react-query";
import { type Board, boardQuery, type Queue } from "../../lib/board.ts";
import { useNow } from "../../lib/clock.ts";
import { countdown, formatSpan, plural } from "../../lib/format.ts";
import { useFacility, useMay } from "../../lib/session.ts";
import { useSlow } from "../../lib/use-slow.ts";
import { AsOf, Page, Refusal, StatCard, StatRow } from "../../ui/index.ts";
import { Alarms } from "./alarms.tsx";
import { Awbs } from "./awbs.tsx";
import { Flow } from "./flow.tsx";
import { HandOver } from "./hand-over.tsx";
import classes from "./home.module.css";
import { type QueueCard, queueGroups, toneOf } from "./queues.ts";
import { SyncLag } from "./sync-lag.tsx";

/** The board: what waits, how old the oldest is, and by when the first is due; then how the house keeps up. */
export function Screen() {
  const { id } = useFacility();
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery(boardQuery(id));
  const slow = useSlow(isPending);
  const failed = error !== null && data === undefined;
  return (
    <Page
      title="Home"
      line="What waits for a person, and what is due first."
      actions={<AsOf at={data?.asOf} error={error} onRetry={refetch} />}
    >
      {may("alarms.view") && <Alarms alarms={data?.alarms ?? []} />}
      {may("manifests.view") && <HandOver warnings={data?.handOver ?? []} />}
      {failed && <Refusal error={error} title="The board could not be read" />}
      {slow && <p>The board has been asked for 10 s ago and is not here yet. It is shown as soon as it comes.</p>}
      {!failed && queueGroups.map((group) => <Group key={group.title} group={group} board={data} />)}
      <div className={classes.below}>
        <Flow hours={data?.hours ?? []} pending={isPending} />
        <div>
          <SyncLag channels={data?.channels} />
          <Awbs low={data?.awbsLow} />
        </div>
      </div>
    </Page>
  );
}

function Group({ group, board }: { group: (typeof queueGroups)[number]; board: Board | undefined }) {
  const may = useMay();
  const now = useNow();
  const cards = group.cards.filter((card) => may(card.needs));
  if (cards.length === 0) return null;
  return (
    <section className={classes.group}>
      <h2 className={classes.groupTitle} title={group.line}>
        {group.title}
      </h2>
      <StatRow>
        {cards.map((card) => {
          const queue = board?.queues.find((each) => each.key === card.key);
          return (
            <StatCard
              key={card.key}
              label={card.label}
              value={queue?.count ?? null}
              tone={toneOf(card, queue, now)}
              detail={<Detail card={card} queue={queue} now={now} />}
              {...(queue === undefined ? {} : { to: queue.link.path, search: queue.link.search })}
            />
          );
        })}
      </StatRow>
    </section>
  );
}

/** By when the first is due, and since when the oldest waits. Both lines are always there, so that nothing jumps. */
function Detail({ card, queue, now }: { card: QueueCard; queue: Queue | undefined; now: number }) {
  const shown = queue !== undefined && queue.count > 0;
  const due = shown && queue.dueBy !== null ? countdown(queue.dueBy, now) : null;
  const late = card.key === "pastDispatchBy" ? 0 : (queue?.late ?? 0);
  return (
    <>
      <span className={classes.due} data-urgency={late > 0 ? "late" : due?.urgency}>
        {shown && late > 0 ? plural(late, "is late", "are late") : due === null ? " " : `first due: ${due.text}`}
      </span>
      <span className={classes.old}>
        {shown && queue.oldestAt !== null ? `oldest ${formatSpan(now - Date.parse(queue.oldestAt))}` : " "}
      </span>
    </>
  );
}
