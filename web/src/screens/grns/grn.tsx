import { IconPackageImport, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  AsOf,
  Code,
  ConfirmAction,
  Day,
  Empty,
  Facts,
  Instant,
  Page,
  Refusal,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { grnStates, putawayStates } from "../shared/states.ts";
import { Counts } from "./counts.tsx";
import { Desk } from "./desk.tsx";
import classes from "./grn.module.css";
import type { GrnDetail } from "./grn-data.tsx";

/** A goods receipt: the desk while it is counted, afterwards what was counted and where it lies. */
export function Screen() {
  const { grnId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ["grn", grnId],
    queryFn: ({ signal }) => api.get<GrnDetail>(`/api/v1/grns/${grnId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    void client.invalidateQueries({ queryKey: ["purchase-order"] });
    await refetch();
  };
  const back = { to: "/grns", label: "Goods received" };
  if (data === undefined)
    return (
      <Page title="Goods receipt" back={back}>
        {error === null ? <p role="status">Reading the receipt…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={grnStates} size="md" />
        </>
      }
      line={
        <>
          {data.vendorName} · order <Link to={`/purchase-orders/${data.purchaseOrderId}`}>{data.order}</Link> · invoice{" "}
          {data.vendorInvoiceNumber} of <Day on={data.vendorInvoiceOn} /> · {data.facility}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions grn={data} onChanged={changed} />}
    >
      {data.state === "CREATED" ? (
        <Desk grn={data} reading={isFetching} onChanged={changed} />
      ) : (
        <>
          <Facts
            facts={[
              ["Accepted", plural(data.accepted, "piece")],
              ["Rejected", plural(data.rejected, "piece")],
              ["Begun", <By key="begun" at={data.createdAt} who={data.createdBy} />],
              ["Finished", <By key="finished" at={data.finishedAt} who={data.finishedBy} />],
              ["Put away", <Instant key="done" at={data.completedAt} />],
              ...(data.remarks === null ? [] : [["Remarks", data.remarks] satisfies [string, string]]),
            ]}
          />
          {data.state !== "DISCARDED" && <WayToTheShelf grn={data} />}
        </>
      )}
      <Counts grn={data} onChanged={changed} />
    </Page>
  );
}

function By({ at, who }: { at: string | null; who: string | null }) {
  return (
    <span>
      <Instant at={at} />
      {who !== null && ` by ${who}`}
    </span>
  );
}

interface Part {
  readonly grn: GrnDetail;
  readonly onChanged: () => Promise<unknown>;
}

function Actions({ grn, onChanged }: Part) {
  const may = useMay();
  const navigate = useNavigate();
  const [discarding, setDiscarding] = useState(false);
  const { grnId, code, allowed, order, purchaseOrderId } = grn;
  if (!allowed.includes("discard")) return null;
  return (
    <>
      <ActionButton
        danger
        label="Discard"
        icon={IconTrash}
        notNow={may("grn.receive") ? null : "Your role does not include receiving goods."}
        onClick={() => setDiscarding(true)}
      />
      <ConfirmAction
        opened={discarding}
        onClose={() => setDiscarding(false)}
        danger
        title={`Discard ${code}`}
        willHappen={`Nothing of it is received; what was counted is again to come on ${order}. This cannot be undone.`}
        verb="Discard receipt"
        onConfirm={async () => {
          await api.post(`/api/v1/grns/${grnId}/discard`);
          await onChanged();
          await navigate({ to: `/purchase-orders/${purchaseOrderId}` });
        }}
      />
    </>
  );
}

/** Putaway lists that hold pieces of the receipt, and the button that makes one of what is on none. */
function WayToTheShelf({ grn }: { grn: GrnDetail }) {
  const may = useMay();
  const navigate = useNavigate();
  const waiting = grn.putaways.find((each) => each.putawayId === null)?.units ?? 0;
  const lists = grn.putaways.filter((each) => each.putawayId !== null);
  const create = (
    <ActionButton
      primary
      label="Create putaway list"
      icon={IconPackageImport}
      notNow={may("putaway.manage") ? null : "Your role does not include putaway."}
      onClick={async () => {
        const made = await api.post<{ putawayId: string }>(`/api/v1/grns/${grn.grnId}/putaway`);
        await navigate({ to: `/putaway/${made.putawayId}` });
      }}
    />
  );
  return (
    <Section
      title="To the shelf"
      line={
        grn.rejected === 0
          ? "Pieces are stock once their putaway list is complete."
          : "Pieces are stock once their putaway list is complete. Rejected ones lie as QC rejected until a gatepass takes them back to the vendor."
      }
      actions={waiting > 0 ? create : undefined}
    >
      {waiting > 0 && <p className={classes.waiting}>{plural(waiting, "piece")} on no putaway list yet.</p>}
      {lists.length === 0 && waiting === 0 ? (
        <Empty title="Nothing is on its way" cause="All pieces of this receipt were taken elsewhere." />
      ) : (
        <ul className={classes.lists}>
          {lists.map((list) => (
            <li key={list.putawayId}>
              <Code href={`/putaway/${list.putawayId}`}>{list.putaway ?? ""}</Code>
              <StateChip state={list.state ?? ""} table={putawayStates} />
              <span>{plural(list.units, "piece")}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
