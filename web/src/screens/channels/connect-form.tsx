import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../../lib/api.ts";
import { DeclaredForm, Empty, type FieldValue, type FormValues, Refusal } from "../../ui/index.ts";
import { authorize } from "./authorize.ts";
import classes from "./channel.module.css";
import { useCombinedStock } from "./combined-stock.tsx";
import { ConnectSteps, ConnectUnderWay } from "./connect-steps.tsx";
import {
  choosesFacilities,
  credentialBody,
  credentialFields,
  credentialValues,
  followNamed,
  followSame,
  namedFacilities,
  withNotes,
} from "./credential-fields.ts";
import {
  type ConnectAnswer,
  type Consent,
  connectedKey,
  type Facility,
  facilitiesQuery,
  type Summary,
  summaryQuery,
} from "./data.ts";
import { atFields } from "./faults.ts";

interface ConnectFormProps {
  readonly summary: Summary;
  readonly onConnected: () => void;
  /** Leaves the credentials for later. */
  readonly onSkip?: () => void;
  readonly notNow?: string | null;
}

/** The Connectors page: credentials as the source declares them, tried step by step. */
export function ConnectForm(props: ConnectFormProps) {
  const { channel, fields } = props.summary;
  const needed = choosesFacilities(fields);
  const facilities = useQuery({ ...facilitiesQuery, enabled: needed });
  if (fields.length === 0)
    return (
      <Empty
        title="No credentials needed"
        cause={`${channel.sourceLabel} has no other side to connect to: orders are entered by form or CSV.`}
      />
    );
  if (facilities.error !== null) return <Refusal error={facilities.error} title="The facilities could not be read" />;
  if (needed && facilities.data === undefined)
    return <Empty title="Reading facilities" cause="The form is drawn as soon as they are here." />;
  return <Form {...props} facilities={facilities.data?.rows ?? []} />;
}

function Form({
  summary,
  onConnected,
  onSkip,
  notNow,
  facilities,
}: ConnectFormProps & { facilities: readonly Facility[] }) {
  const { channel, fields } = summary;
  const client = useQueryClient();
  const { send, dialog } = useCombinedStock();
  const [answer, setAnswer] = useState<ConnectAnswer | null>(null);
  const [trying, setTrying] = useState(false);
  const chosen = channel.facilities.flatMap(
    (each) => facilities.find((f) => f.facilityId === each.facilityId)?.code ?? [],
  );
  const start = credentialValues(fields, chosen);
  const follow = useFollow(fields, start, chosen);
  // A key that changes once secrets are stored draws the form anew: what was typed as a secret does not stay in it.
  const drawn = fields.map((field) => field.setAt ?? "").join();

  const path = `/api/v1/channels/${channel.channelId}`;
  /** @returns false where the person would not have the sum of several facilities published */
  const save = async (values: Record<string, FieldValue>): Promise<boolean> => {
    setAnswer(null);
    const body = credentialBody(fields, values, facilities);
    try {
      return await send((confirm) => api.put(`${path}/credentials`, { ...body, confirm }));
    } catch (error) {
      throw atFields(error, { fields });
    }
  };
  const connect = async (values: Record<string, FieldValue>) => {
    if (!(await save(values))) return;
    setTrying(true);
    try {
      const tried = await api.post<ConnectAnswer>(`${path}/connect`);
      await client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
      setAnswer(tried);
      if (!tried.connected) return;
      client.setQueryData(connectedKey(channel.channelId), tried);
      onConnected();
    } finally {
      setTrying(false);
    }
  };
  return (
    <>
      <DeclaredForm
        key={drawn}
        fields={credentialFields(fields, facilities, channel.sourceLabel)}
        initial={start}
        onChange={follow}
        look={(field, values) => withNotes(fields, field, values)}
        submitLabel="Connect"
        onSubmit={connect}
        {...(summary.consent === null
          ? {}
          : {
              second: {
                label: summary.consent.label,
                onSubmit: async (values: Record<string, FieldValue>) => {
                  if (await save(values)) await authorize(channel.channelId);
                },
              },
            })}
        {...(onSkip === undefined ? {} : { onCancel: onSkip, cancelLabel: "Skip" })}
        {...(notNow === undefined ? {} : { notNow })}
      >
        {summary.consent !== null && <ConsentNote consent={summary.consent} sourceLabel={channel.sourceLabel} />}
        {trying && <ConnectUnderWay sourceLabel={channel.sourceLabel} />}
        {answer !== null && !answer.connected && (
          <div role="alert" ref={bringIntoView}>
            <ConnectSteps steps={answer.steps} sourceLabel={channel.sourceLabel} />
          </div>
        )}
      </DeclaredForm>
      {dialog}
    </>
  );
}

/** Two ways to the same credentials: typed, or given on the source's own page. */
function ConsentNote({ consent, sourceLabel }: { consent: Consent; sourceLabel: string }) {
  return (
    <p className={classes.note}>
      <strong>{consent.label}</strong> saves what stands above and opens {sourceLabel}’s own page. There you let this
      application in, and the browser comes back with {consent.gives.join(" and ")}: leave{" "}
      {consent.gives.length > 1 ? "those fields" : "that field"} empty. Then press Connect.
    </p>
  );
}

/** The form is longer than many a screen: the step that failed must not stand below its edge. */
const bringIntoView = (steps: HTMLElement | null): void => steps?.scrollIntoView({ block: "nearest" });

/** Values that follow each other, until a person says otherwise. */
function useFollow(
  fields: Summary["fields"],
  start: FormValues,
  chosen: readonly string[],
): (now: FormValues, changed: string) => FormValues {
  const own = useRef<{ readonly apart: Set<string>; readonly byHand: Set<string> }>(null);
  own.current ??= {
    apart: new Set(fields.flatMap((f) => (f.sameAs !== undefined && differs(fields, f.name) ? [f.name] : []))),
    byHand: new Set(chosen.filter((code) => !namedFacilities(fields, start).includes(code))),
  };
  const { apart, byHand } = own.current;
  return (now, changed) => followNamed(fields, byHand, followSame(fields, apart, now, changed), changed);
}

function differs(fields: Summary["fields"], name: string): boolean {
  const field = fields.find((each) => each.name === name);
  const other = fields.find((each) => each.name === field?.sameAs);
  return field?.value !== null && field?.value !== other?.value;
}
