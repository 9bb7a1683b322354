import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Refusal, reportDone, Timeline, type TimelineEntry } from "../../ui/index.ts";
import { CourierExchange } from "../shared/courier-exchange.tsx";
import { courierWords } from "../shared/courier-words.ts";
import { StoredExchange } from "../shared/stored-exchange.tsx";
import classes from "./detail.module.css";
import { orderChanged, timelineQuery } from "./queries.ts";
import { actorOf } from "./timeline-actor.ts";
import { exchangeOf, repeatableNotices, wordsOf } from "./timeline-words.ts";
import type { TimelineRow } from "./types.ts";

/** Everything that happened to an order: who, what, why, and what was said to the channel. */
export function OrderTimeline({ id }: { id: string }) {
  const { data, error } = useQuery(timelineQuery(id));
  const client = useQueryClient();
  if (data === undefined)
    return error === null ? (
      <div className={classes.bar} style={{ height: 160 }} aria-busy="true" />
    ) : (
      <Refusal error={error} title="The timeline could not be read" />
    );
  return <Timeline entries={data.map((row) => entryOf(row, () => orderChanged(client, id)))} />;
}

function entryOf(row: TimelineRow, onChanged: () => Promise<void>): TimelineEntry {
  const { what, why, tone } = wordsOf(row);
  const exchangeId = exchangeOf(row);
  const notice = row.kind === "NOTICE" && repeatableNotices.has(row.outcome ?? "");
  return {
    id: `${row.kind} ${row.id}`,
    at: row.at,
    who: actorOf(row),
    what,
    ...(tone === undefined ? {} : { tone }),
    ...(notice
      ? { why: <NoticeWords id={row.id} words={why} onChanged={onChanged} /> }
      : why === undefined
        ? {}
        : { why }),
    ...(exchangeId === null
      ? {}
      : {
          more: {
            label: "Request and answer",
            dialog: what,
            content: () =>
              courierWords(row.kind, row.facts) === null ? (
                <StoredExchange id={exchangeId} onRepeated={onChanged} />
              ) : (
                <CourierExchange id={exchangeId} />
              ),
          },
        }),
  };
}

function NoticeWords({
  id,
  words,
  onChanged,
}: {
  id: string;
  words: string | undefined;
  onChanged: () => Promise<void>;
}) {
  const may = useMay();
  return (
    <>
      {words}
      <div className={classes.buttons} style={{ marginTop: 6 }}>
        <ActionButton
          label="Repeat"
          notNow={may("channels.manage") ? null : "Your roles do not include managing channels."}
          onClick={async () => {
            const told = await api.post<{ found: string | null; done: string }>(`/api/v1/channel-notices/${id}/repeat`);
            reportDone([told.found, told.done].filter((part) => part !== null).join(" "));
            await onChanged();
          }}
        />
      </div>
    </>
  );
}
