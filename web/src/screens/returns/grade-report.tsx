import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Instant, reportDone, Section, StateChip } from "../../ui/index.ts";
import { noticeStates } from "../manifests/notices.tsx";
import type { ReturnDetail } from "./return-data.ts";
import classes from "./returns.module.css";

interface GradeNotice {
  readonly noticeId: string;
  readonly packageCode: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly message: string | null;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

/** What the channel was told of the grades, and what came of it. Nothing is shown where its source takes none. */
export function GradeReport({ of, onChanged }: { of: ReturnDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const { data, refetch } = useQuery({
    queryKey: ["list", "/api/v1/channel-notices", of.returnCaseId],
    queryFn: ({ signal }) =>
      api.get<ListPage<GradeNotice>>(
        "/api/v1/channel-notices",
        { returnCaseId: of.returnCaseId, kind: "GRADE", limit: 50 },
        signal,
      ),
    enabled: may("channels.view"),
    refetchInterval: 10_000,
  });
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <Section
      title="Grades told to the channel"
      line={`${of.channel} is told what each unit is worth, once it is on a list.`}
    >
      <ul className={classes.exchanges}>
        {data.rows.map((notice) => (
          <li key={notice.noticeId}>
            <span>
              <StateChip state={notice.state} table={noticeStates} /> {notice.packageCode}{" "}
              <Instant at={notice.sentAt ?? notice.createdAt} />
              {notice.message !== null && <span className={classes.small}> {notice.message}</span>}
              {notice.attempts > 1 && <span className={classes.small}> · {notice.attempts} attempts</span>}
            </span>
            <ActionButton
              label="Repeat"
              notNow={
                may("channels.manage")
                  ? notice.state === "PENDING"
                    ? "It waits to be sent, by itself."
                    : null
                  : "Your roles do not include managing channels."
              }
              onClick={async () => {
                const told = await api.post<{ found: string | null; done: string }>(
                  `/api/v1/channel-notices/${notice.noticeId}/repeat`,
                );
                reportDone([told.found, told.done].filter((part) => part !== null).join(" "));
                await refetch();
                await onChanged();
              }}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}
