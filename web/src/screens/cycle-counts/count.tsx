import { IconBarcode, IconLock, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatDay, formatPaise, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  AsOf,
  Code,
  ConfirmAction,
  Page,
  Refusal,
  reportDone,
  StatCard,
  StateChip,
  StatRow,
  Tabs,
} from "../../ui/index.ts";
import { AddShelves } from "./add-shelves.tsx";
import { accuracy, type CountDetail, countStates, differenceOf } from "./count-data.ts";
import { Shelves } from "./shelves.tsx";
import { Variances } from "./variances.tsx";

/** One cycle count: its shelves, what was found on them, and how right the books were. */
export function Screen() {
  const { cycleCountId = "" } = useParams({ strict: false });
  const [params] = useUrlState();
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ["cycle-count", cycleCountId],
    queryFn: ({ signal }) => api.get<CountDetail>(`/api/v1/cycle-counts/${cycleCountId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/cycle-counts", label: "Cycle counts" };
  if (data === undefined)
    return (
      <Page title="Cycle count" back={back}>
        {error === null ? <p role="status">Reading the count…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      fill
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={countStates} size="md" />
        </>
      }
      line={
        <>
          {data.facility} · target {formatDay(data.targetOn)}
          {data.late ? ", passed" : ""} · created by {data.createdBy}
          {data.note === null ? "" : ` · ${data.note}`} <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions count={data} onChanged={changed} />}
    >
      <Figures count={data} />
      <Tabs
        param="view"
        tabs={[
          { value: "shelves", label: "Shelves" },
          { value: "variances", label: "Variances" },
        ]}
        counts={{ shelves: data.shelves }}
      />
      {params.view === "variances" ? <Variances count={data} /> : <Shelves count={data} onChanged={changed} />}
    </Page>
  );
}

function Figures({ count }: { count: CountDetail }) {
  const net = count.extraValue - count.missingValue;
  const parts = count.subCounts.length > 1 ? count.subCounts.map((s) => `${s.name} ${s.counted}/${s.shelves}`) : [];
  return (
    <StatRow>
      <StatCard
        label="Shelves counted"
        value={`${count.judged} of ${count.shelves}`}
        tone={count.late ? "failed" : undefined}
        detail={parts.length > 0 ? parts.slice(0, 3).join(" · ") : `${count.accepted} accepted`}
      />
      <StatCard
        label="To accept"
        value={count.toAccept}
        tone={count.toAccept > 0 ? "attention" : undefined}
        detail={
          count.counting > 0 ? `${plural(count.counting, "shelf", "shelves")} being counted` : "none being counted"
        }
      />
      <StatCard
        label="Shelves right"
        value={count.judged === 0 ? null : accuracy(count.shelfAccuracyBps)}
        detail={`pieces ${accuracy(count.pieceAccuracyBps)}`}
      />
      <StatCard
        label="Difference in pieces"
        value={count.judged === 0 ? null : differenceOf(count.missing, count.extra)}
        detail={count.judged === 0 ? "nothing counted yet" : `${net > 0 ? "+" : ""}${formatPaise(net)} at MRP`}
      />
    </StatRow>
  );
}

const noPlan = "Your role does not include planning cycle counts.";

function Actions({ count, onChanged }: { count: CountDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"add" | "close" | "cancel" | null>(null);
  const open = count.counting + count.toAccept;
  const done = () => setAsked(null);
  if (count.state === "CLOSED" || count.state === "CANCELLED") return null;
  const mine = may("cyclecounts.manage") ? null : noPlan;
  const nothing = count.accepted + open === 0;
  return (
    <>
      {nothing && (
        <ActionButton danger label="Cancel count" icon={IconX} notNow={mine} onClick={() => setAsked("cancel")} />
      )}
      {!nothing && (
        <ActionButton
          label="Close count"
          icon={IconLock}
          notNow={mine ?? (open > 0 ? `Accept or give up first: ${plural(open, "shelf", "shelves")}.` : null)}
          onClick={() => setAsked("close")}
        />
      )}
      <ActionButton label="Add shelves" icon={IconPlus} notNow={mine} onClick={() => setAsked("add")} />
      <ActionButton
        primary
        label="Count shelves"
        icon={IconBarcode}
        notNow={
          count.shelves === 0
            ? "Add shelves first."
            : may("cyclecounts.count")
              ? null
              : "Your role does not include counting."
        }
        onClick={() => navigate({ to: `/cycle-counts/${count.cycleCountId}/station` })}
      />
      {asked === "add" && <AddShelves count={count} onClose={done} onDone={onChanged} />}
      <ConfirmAction
        opened={asked === "close"}
        onClose={done}
        title={`Close cycle count ${count.code}`}
        willHappen={`The count ends with ${plural(count.accepted, "accepted shelf", "accepted shelves")}.${
          count.shelves > count.accepted
            ? ` Not counted, and left so: ${plural(count.shelves - count.accepted, "shelf", "shelves")}.`
            : ""
        } This cannot be undone.`}
        verb="Close count"
        onConfirm={async () => {
          await api.post(`/api/v1/cycle-counts/${count.cycleCountId}/close`);
          await onChanged();
          reportDone(`${count.code} is closed.`);
        }}
      />
      <ConfirmAction
        danger
        opened={asked === "cancel"}
        onClose={done}
        title={`Cancel cycle count ${count.code}`}
        willHappen="Nothing was counted, so nothing changes in the books. The facility is free for another count."
        verb="Cancel count"
        onConfirm={async () => {
          await api.post(`/api/v1/cycle-counts/${count.cycleCountId}/cancel`);
          await onChanged();
        }}
      />
    </>
  );
}
