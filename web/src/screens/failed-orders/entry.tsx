import { Button, Select, TextInput } from "@mantine/core";
import { IconRefresh, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, ConfirmAction, Facts, Instant, Refusal, reportDone, StateChip } from "../../ui/index.ts";
import { sourcesQuery } from "../channels/data.ts";
import { useChannels } from "../shared/channels.ts";
import { Payload } from "../shared/payload.tsx";
import { intakeStates } from "../shared/states.ts";
import { stateOptions } from "../shared/states-of-india.ts";
import classes from "./entry.module.css";
import { causeOf, correctable, type HealChannel } from "./heals.ts";
import type { IntakeDetail, IntakeRow } from "./types.ts";

const vias: Readonly<Record<string, string>> = {
  PUSH: "pushed by the channel",
  PULL: "fetched from the channel",
  FORM: "entered by form",
  CSV: "from a file",
};

/** One entry beside the list: why it is as it is, what heals it, what was received. */
export function Entry({ row }: { row: IntakeRow }) {
  const { data, error } = useQuery({
    queryKey: ["intake", row.id, row.state, row.attempts],
    queryFn: ({ signal }) => api.get<IntakeDetail>(`/api/v1/intake/${row.id}`, {}, signal),
  });
  const waits = row.kind === "ORDER" && (row.state === "FAILED" || row.state === "RECEIVED");
  return (
    <div className={classes.entry}>
      <div>
        <StateChip state={row.state} table={intakeStates} size="md" />
        {row.message !== null && <p className={classes.message}>{row.message}</p>}
        {row.whatToDo !== null && <p className={classes.remedy}>{row.whatToDo}</p>}
      </div>
      {waits && <Repair row={row} detail={data} />}
      {row.saleOrderId !== null && (
        <Button component={Link} to={`/orders/${row.saleOrderId}`} variant="default" className={classes.link}>
          Open the order
        </Button>
      )}
      <Facts
        facts={[
          ["Channel", row.channel],
          ["Came", vias[row.via] ?? row.via],
          ["Received", <Instant key="received" at={row.receivedAt} />],
          ["Seen", row.seenCount === 1 ? "once" : `${row.seenCount} times`],
          ["Last seen", <Instant key="seen" at={row.lastSeenAt} />],
          ["Decided", <Instant key="decided" at={row.decidedAt} />],
          ["By", row.decidedBy ?? "–"],
          ...(row.code === null ? [] : [["Code", <code key="code">{row.code}</code>] as const]),
        ]}
      />
      <section>
        <h3 className={classes.head}>What was received</h3>
        {error !== null && <Refusal error={error} title="It could not be read" />}
        {data === undefined && error === null && <div className={classes.bar} aria-busy="true" />}
        {data !== undefined && <Payload body={data.raw} label={`Payload of ${row.channelOrderId}`} />}
      </section>
      {data?.answer !== null && data?.answer !== undefined && (
        <section>
          <h3 className={classes.head}>What was answered</h3>
          <Payload body={data.answer} label="Our answer" />
        </section>
      )}
    </div>
  );
}

function useHealChannel({ channel, source }: IntakeRow): HealChannel {
  const may = useMay();
  const found = useChannels().find((each) => each.code === channel);
  const sources = useQuery({ ...sourcesQuery(undefined), enabled: may("channels.view") });
  const fields = sources.data?.sources.find((each) => each.id === source)?.fields ?? [];
  return {
    code: channel,
    channelId: found?.channelId ?? null,
    mapsWarehouses: fields.some((field) => field.type === "warehouse-map"),
  };
}

const namedWarehouses = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each: unknown) => typeof each === "string" && each !== "") : [];

/** What a person can do about it: take the cause away, correct it, try again, or let it go. */
function Repair({ row, detail }: { row: IntakeRow; detail: IntakeDetail | undefined }) {
  const may = useMay();
  const client = useQueryClient();
  const [dismissing, setDismissing] = useState(false);
  const [reason, setReason] = useState("");
  const right = may("intake.retry") ? null : "Your roles do not include retrying orders.";
  const channel = useHealChannel(row);
  const causes = row.waitsFor.flatMap(
    (each) => causeOf(each, channel, row.code, namedWarehouses(detail?.facts.warehouses)) ?? [],
  );
  const field = correctable(row.code);
  const changed = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["list", "/api/v1/intake"] }),
      client.invalidateQueries({ queryKey: ["board"] }),
    ]);
  const retry = async (correction?: { pincode?: string; state?: string }) => {
    const [tried] = await api.post<readonly { state: string; message: string | null }[]>("/api/v1/intake/retry", {
      ids: [row.id],
      ...(correction === undefined ? {} : { correction }),
    });
    await changed();
    if (tried === undefined) return reportDone(`${row.channelOrderId} does not wait any more.`);
    if (tried.state !== "CREATED")
      throw new ApiError(409, {
        code: tried.state,
        message: tried.message ?? `It is ${tried.state.toLowerCase()} still.`,
      });
    reportDone(`${row.channelOrderId} is created.`);
  };
  return (
    <div className={classes.repair}>
      {causes.length > 0 && (
        <ul className={classes.causes}>
          {causes.map((cause) => (
            <li key={cause.words}>
              <span>It is created by itself when {cause.words}.</span>
              <Link to={cause.to} search={cause.search}>
                {cause.label}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {field !== null && <Correction field={field} detail={detail} notNow={right} onRetry={retry} />}
      <div className={classes.buttons}>
        {field === null && (
          <ActionButton
            label="Retry now"
            icon={IconRefresh}
            primary={causes.length === 0}
            notNow={right}
            onClick={() => retry()}
          />
        )}
        <ActionButton label="Dismiss" icon={IconTrash} danger notNow={right} onClick={() => setDismissing(true)} />
      </div>
      <ConfirmAction
        opened={dismissing}
        onClose={() => setDismissing(false)}
        danger
        title={`Dismiss ${row.channelOrderId}`}
        willHappen="It will never become an order here, even if the marketplace goes on with it. It stays in the log. The channel is told nothing. This cannot be undone."
        verb="Dismiss"
        notNow={reason.trim().length < 3 ? "Say why; it stands in the audit." : null}
        onConfirm={async () => {
          await api.post(`/api/v1/intake/${row.id}/dismiss`, { reason: reason.trim() });
          await changed();
          reportDone(`${row.channelOrderId} is dismissed.`);
        }}
      >
        <TextInput
          data-autofocus
          label="Why"
          placeholder="A test order of the marketplace"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmAction>
    </div>
  );
}

const stateNames = stateOptions.map(({ label }) => label.replace(/ \(\d+\)$/, ""));

/** The field that is wrong, put right here; what the channel sent is kept as it came. */
function Correction({
  field,
  detail,
  notNow,
  onRetry,
}: {
  field: "pincode" | "state";
  detail: IntakeDetail | undefined;
  notNow: string | null;
  onRetry: (correction: { pincode?: string; state?: string }) => Promise<void>;
}) {
  const [value, setValue] = useState("");
  const sent = detail?.facts[field];
  const given = typeof sent === "string" && sent !== "" ? `The channel sent “${sent}”.` : undefined;
  const fits = field === "pincode" ? /^[1-9]\d{5}$/.test(value.trim()) : value !== "";
  const description = [given, "What the channel sent is kept as it came; the correction is laid over it."]
    .filter((part) => part !== undefined)
    .join(" ");
  const wrong = field === "pincode" ? "Six digits, the first not 0." : "Choose a state.";
  return (
    <div className={classes.correction}>
      {field === "pincode" ? (
        <TextInput
          label="Correct PIN code"
          description={description}
          inputMode="numeric"
          maxLength={6}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      ) : (
        <Select
          label="Correct state"
          description={description}
          data={stateNames}
          searchable
          value={value === "" ? null : value}
          onChange={(next) => setValue(next ?? "")}
        />
      )}
      <ActionButton
        label="Correct and retry"
        icon={IconRefresh}
        primary
        notNow={notNow ?? (fits ? null : wrong)}
        onClick={() => onRetry(field === "pincode" ? { pincode: value.trim() } : { state: value })}
      />
    </div>
  );
}
