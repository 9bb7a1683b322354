import { IconPlayerPlay } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { formatCount, formatDay, plural } from "../../lib/format.ts";
import { ActionButton, Instant, reportDone } from "../../ui/index.ts";
import { useMayManage } from "../channels/may.ts";
import { type ChannelSync, formatLag, overviewQuery, type Reread, statusWords, type WaitReason } from "./data.ts";
import classes from "./status-sync.module.css";

/** What waits and why, what was adopted last, what left without stock, what the daily reading corrected. */
export function ChannelFacts({ channel, hours }: { channel: ChannelSync; hours: number }) {
  const { lastAdoption, openShortages, reread, lagHourly } = channel;
  return (
    <>
      <Backlog channel={channel} />
      <dl className={classes.facts}>
        <Fact label="Adopted from its panel">
          {lastAdoption === null ? (
            "never yet"
          ) : (
            <>
              <Link to={`/orders/${lastAdoption.saleOrderId}`}>{lastAdoption.orderCode}</Link>,{" "}
              {(statusWords[lastAdoption.status] ?? lastAdoption.status).toLowerCase()},{" "}
              <Instant at={lastAdoption.at} />
              {channel.adoptedToday > 0 && (
                <>
                  {" · "}
                  <Link to="/status-sync" search={{ view: "words", tab: "ADOPTED", channelId: channel.channelId }}>
                    {plural(channel.adoptedToday, "word")} today
                  </Link>
                </>
              )}
            </>
          )}
        </Fact>
        <Fact label="Shortages open">
          {openShortages === 0 ? (
            "none"
          ) : (
            <Link
              to="/status-sync"
              search={{ view: "shortages", "s-tab": "OPEN", "s-channelId": channel.channelId }}
              className={classes.wants}
            >
              {plural(openShortages, "unit")} left without stock
            </Link>
          )}
        </Fact>
        {lagHourly !== null && (
          <Fact label="Delivered, Returned">
            p95 {formatLag(lagHourly.p95Seconds)}, slowest {formatLag(lagHourly.maxSeconds)} of{" "}
            {formatCount(lagHourly.count)} in {hours} h
          </Fact>
        )}
        <Fact label="Read again daily">
          {channel.readsById ? (
            <RereadWords reread={reread} channelId={channel.channelId} />
          ) : (
            "its orders cannot be asked for singly"
          )}
        </Fact>
        {channel.openDoubts > 0 && (
          <Fact label="For a person">
            <Link to="/exceptions" search={{ channel: channel.code }} className={classes.wants}>
              {plural(channel.openDoubts, "doubt waits", "doubts wait")}
            </Link>
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const rereadStates: Readonly<Record<string, string>> = {
  RUNNING: "under way",
  DONE: "done",
  PARTIAL: "done in part",
  FAILED: "failed",
};

function RereadWords({ reread, channelId }: { reread: Reread | null; channelId: string }) {
  if (reread === null) return <>not yet; each channel has its time of day</>;
  const { asked, corrected, state, message, failed } = reread;
  return (
    <>
      {formatDay(reread.day)}
      {state === "DONE" ? "" : `, ${rereadStates[state] ?? state}`}: {plural(asked, "order")},{" "}
      {corrected === 0 ? (
        "nothing to correct"
      ) : (
        <Link to="/status-sync" search={{ view: "words", via: "REREAD", channelId }}>
          {formatCount(corrected)} corrected
        </Link>
      )}
      {message !== null && <span className={failed > 0 ? classes.bad : undefined}> · {message}</span>}
    </>
  );
}

/** Words that are heard and not applied: how many, since when, why, what to do, and the order it is about. */
function Backlog({ channel }: { channel: ChannelSync }) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const { backlog, channelId } = channel;
  if (backlog.count === 0)
    return (
      <div className={classes.backlog}>
        <h3 className={classes.label}>Words that wait</h3>
        <p className={classes.small}>None: each was applied when it was heard.</p>
      </div>
    );
  const apply = async () => {
    await api.post("/api/v1/status-sync/apply-waiting", { channelId });
    reportDone("What waits is being applied again.");
    await client.invalidateQueries({ queryKey: overviewQuery.queryKey });
  };
  return (
    <div className={classes.backlog} data-waits>
      <div className={classes.backlogHead}>
        <h3 className={classes.label}>
          <Link to="/status-sync" search={{ view: "words", tab: "WAITING", channelId }}>
            {plural(backlog.count, "word waits", "words wait")}
          </Link>
        </h3>
        <ActionButton label="Apply again" icon={IconPlayerPlay} onClick={apply} notNow={notNow} />
      </div>
      <ul className={classes.reasons}>
        {backlog.reasons.map((reason) => (
          <ReasonLine key={`${reason.code} ${reason.oldestAt}`} reason={reason} channelId={channelId} />
        ))}
      </ul>
    </div>
  );
}

function ReasonLine({ reason, channelId }: { reason: WaitReason; channelId: string }) {
  const now = useNow(15_000);
  const waits = formatLag(Math.max(0, (now - Date.parse(reason.oldestAt)) / 1_000));
  return (
    <li>
      <div>
        <strong>{formatCount(reason.count)}</strong> {reason.message ?? "Just heard: applied in a moment."}{" "}
        <span className={classes.small}>
          The oldest waits for {waits}:{" "}
          {reason.saleOrderId === null ? (
            <Link to="/status-sync" search={{ view: "words", tab: "WAITING", channelId, q: reason.channelOrderId }}>
              {reason.channelOrderId}
            </Link>
          ) : (
            <Link to={`/orders/${reason.saleOrderId}`}>{reason.channelOrderId}</Link>
          )}
        </span>
      </div>
      {reason.whatToDo !== null && <div className={classes.remedy}>{reason.whatToDo}</div>}
    </li>
  );
}
