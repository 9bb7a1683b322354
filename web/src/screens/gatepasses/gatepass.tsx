import { Textarea } from "@mantine/core";
import { IconArrowBackUp, IconEdit, IconPrinter, IconSend, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatPaise, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, AsOf, Code, ConfirmAction, Page, Refusal, reportDone, StateChip } from "../../ui/index.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { Arrivals } from "./arrivals.tsx";
import { EditGatepass } from "./create.tsx";
import { Editor } from "./editor.tsx";
import { type GatepassDetail, gatepassStates, typeWords } from "./gatepass-data.ts";
import classes from "./gatepasses.module.css";
import { Side } from "./side.tsx";

/** One gatepass: fill it, issue it, receive what it brings, and see what came of every piece. */
export function Screen() {
  const { gatepassId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ["gatepass", gatepassId],
    queryFn: ({ signal }) => api.get<GatepassDetail>(`/api/v1/gatepasses/${gatepassId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/gatepasses", label: "Gatepasses" };
  if (data === undefined)
    return (
      <Page title="Gatepass" back={back}>
        {error === null ? <p role="status">Reading the gatepass…</p> : <Refusal error={error} />}
      </Page>
    );
  const part = { gatepass: data, reading: isFetching, onChanged: changed };
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={gatepassStates} size="md" />
        </>
      }
      line={
        <>
          {typeWords[data.type].word} · {data.facility} → {data.to} · {data.purpose}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions gatepass={data} onChanged={changed} />}
    >
      <div className={classes.columns}>
        <div className={classes.main}>{data.state === "CREATED" ? <Editor {...part} /> : <Arrivals {...part} />}</div>
        <Side gatepass={data} />
      </div>
    </Page>
  );
}

type Asked = "issue" | "cancel" | "recall" | "edit" | null;

function Actions({ gatepass, onChanged }: { gatepass: GatepassDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const pdf = usePdf();
  const [asked, setAsked] = useState<Asked>(null);
  const { gatepassId, code, allowed, lines, willIssue } = gatepass;
  const close = () => setAsked(null);
  const prints = [
    ...gatepass.papers.map((paper) => ({
      label: `${paper.title} ${paper.number}`,
      path: `/api/v1/gatepass-documents/${paper.documentId}/pdf`,
    })),
    { label: "Gatepass", path: `/api/v1/gatepasses/${gatepassId}/pdf` },
  ];
  return (
    <>
      <ActionButton
        label="Print"
        icon={IconPrinter}
        notNow={lines === 0 ? "There is nothing on it yet." : null}
        onClick={() => pdf.open(`Gatepass ${code}`, prints)}
      />
      {allowed.includes("edit") && (
        <ActionButton
          label="Edit"
          icon={IconEdit}
          notNow={may("gatepasses.manage") ? null : "Your role does not include this."}
          onClick={() => setAsked("edit")}
        />
      )}
      {allowed.includes("cancel") && (
        <ActionButton
          danger
          label="Cancel gatepass"
          icon={IconX}
          notNow={may("gatepasses.manage") ? null : "Your role does not include this."}
          onClick={() => setAsked("cancel")}
        />
      )}
      {allowed.includes("recall") && (
        <ActionButton
          danger
          label="Recall"
          icon={IconArrowBackUp}
          notNow={may("gatepasses.issue") ? null : "Your role does not include this."}
          onClick={() => setAsked("recall")}
        />
      )}
      {gatepass.state === "CREATED" && (
        <ActionButton
          primary
          label="Issue gatepass"
          icon={IconSend}
          notNow={whyNotIssue(gatepass, may("gatepasses.issue"))}
          onClick={() => setAsked("issue")}
        />
      )}
      {asked === "edit" && <EditGatepass gatepass={gatepass} onClose={close} onDone={onChanged} />}
      <ConfirmAction
        opened={asked === "issue"}
        onClose={close}
        title={`Issue gatepass ${code}`}
        willHappen={issueWords(gatepass)}
        verb="Issue gatepass"
        onConfirm={async () => {
          const issued = await api.post<{ paper: { number: string; awaitsIrn: boolean } }>(
            `/api/v1/gatepasses/${gatepassId}/issue`,
          );
          await onChanged();
          const { number, awaitsIrn } = issued.paper;
          const next = awaitsIrn ? "the goods leave when its IRN is there" : "print it for the driver";
          reportDone(`${willIssue?.title ?? "Paper"} ${number} made: ${next}.`);
        }}
      />
      <ConfirmAction
        opened={asked === "cancel"}
        onClose={close}
        danger
        title={`Cancel gatepass ${code}`}
        willHappen="Nothing has left on it: the stock stays as it is. A cancelled gatepass cannot be issued any more."
        verb="Cancel gatepass"
        onConfirm={async () => {
          await api.post(`/api/v1/gatepasses/${gatepassId}/cancel`, {});
          await onChanged();
        }}
      />
      {asked === "recall" && <Recall gatepass={gatepass} onClose={close} onChanged={onChanged} />}
      {pdf.preview}
    </>
  );
}

function whyNotIssue(gatepass: GatepassDetail, may: boolean): string | null {
  if (!may) return "Your role does not include issuing gatepasses.";
  if (!gatepass.allowed.includes("edit")) return "It is issued where the goods leave.";
  if (gatepass.lines === 0) return "Put goods on it first.";
  return gatepass.willIssue?.refusal ?? null;
}

function issueWords({ pieces, facility, to, type, willIssue }: GatepassDetail): string {
  const paper = willIssue?.title ?? "paper";
  const value = willIssue?.total === null || willIssue === null ? "" : ` over ${formatPaise(willIssue.total)}`;
  const after =
    type === "STOCK_TRANSFER"
      ? `They are in transit until ${to} receives them.`
      : type === "RETURNABLE"
        ? "They are awaited back here."
        : "They do not come back.";
  return `Takes ${plural(pieces, "piece")} out of the stock of ${facility} and makes the ${paper.toLowerCase()}${value} with the next number of its series. ${after}`;
}

function Recall({
  gatepass,
  onClose,
  onChanged,
}: {
  gatepass: GatepassDetail;
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const [reason, setReason] = useState("");
  const { gatepassId, code, pieces, papers, facility } = gatepass;
  const numbers = papers.map((paper) => paper.number).join(", ");
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      danger
      title={`Recall gatepass ${code}`}
      willHappen={`For goods that did not leave: ${plural(pieces, "piece")} wait for putaway at ${facility}, and ${numbers} is cancelled and keeps its number. This cannot be undone.`}
      verb="Recall gatepass"
      notNow={reason.trim() === "" ? "Say why." : null}
      onConfirm={async () => {
        await api.post(`/api/v1/gatepasses/${gatepassId}/recall`, { reason: reason.trim() });
        await onChanged();
      }}
    >
      <Textarea
        label="Why"
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmAction>
  );
}
