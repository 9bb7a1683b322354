import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../../lib/api.ts";
import { DeclaredForm, Empty, Refusal } from "../../ui/index.ts";
import { ConnectSteps, ConnectUnderWay } from "./connect-steps.tsx";
import { type ConnectAnswer, connectedKey, facilitiesQuery, type Summary, summaryQuery } from "./data.ts";
import { credentialBody, credentialFields, credentialValues, followSame } from "./fields.ts";

interface ConnectFormProps {
  readonly summary: Summary;
  readonly onConnected: () => void;
  /** Leaves the credentials for later. */
  readonly onSkip?: () => void;
  readonly notNow?: string | null;
}

/** The Connectors page: credentials as the source declares them, tried step by step. */
export function ConnectForm({ summary, onConnected, onSkip, notNow }: ConnectFormProps) {
  const { channel, fields } = summary;
  const client = useQueryClient();
  const facilities = useQuery({ ...facilitiesQuery, enabled: fields.some((f) => f.type === "facility") });
  const [answer, setAnswer] = useState<ConnectAnswer | null>(null);
  const [trying, setTrying] = useState(false);
  const apart = useRef<Set<string>>(null);
  apart.current ??= new Set(fields.flatMap((f) => (f.sameAs !== undefined && differs(fields, f.name) ? [f.name] : [])));
  const startApart = apart.current;
  // A key that changes once secrets are stored draws the form anew: what was typed as a secret does not stay in it.
  const drawn = fields.map((field) => field.setAt ?? "").join();

  if (fields.length === 0)
    return (
      <Empty
        title="No credentials needed"
        cause={`${channel.sourceLabel} has no other side to connect to: orders are entered by form or CSV.`}
      />
    );
  if (facilities.error !== null) return <Refusal error={facilities.error} title="The facilities could not be read" />;

  const connect = async (body: Record<string, string>) => {
    setAnswer(null);
    await api.put(`/api/v1/channels/${channel.channelId}/credentials`, { fields: body });
    setTrying(true);
    try {
      const tried = await api.post<ConnectAnswer>(`/api/v1/channels/${channel.channelId}/connect`);
      await client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
      setAnswer(tried);
      if (!tried.connected) return;
      client.setQueryData(connectedKey(channel.channelId), tried);
      onConnected();
    } finally {
      setTrying(false);
    }
  };
  const own = (facilities.data?.rows ?? []).filter((f) =>
    channel.facilities.some((c) => c.facilityId === f.facilityId),
  );
  return (
    <DeclaredForm
      key={drawn}
      fields={credentialFields(fields, own)}
      initial={credentialValues(fields)}
      onChange={(now, changed) => followSame(fields, startApart, now, changed)}
      submitLabel="Connect"
      onSubmit={(values) => connect(credentialBody(fields, values))}
      {...(onSkip === undefined ? {} : { onCancel: onSkip, cancelLabel: "Skip" })}
      {...(notNow === undefined ? {} : { notNow })}
    >
      {trying && <ConnectUnderWay sourceLabel={channel.sourceLabel} />}
      {answer !== null && !answer.connected && (
        <div role="alert">
          <ConnectSteps steps={answer.steps} sourceLabel={channel.sourceLabel} />
        </div>
      )}
    </DeclaredForm>
  );
}

function differs(fields: Summary["fields"], name: string): boolean {
  const field = fields.find((each) => each.name === name);
  const other = fields.find((each) => each.name === field?.sameAs);
  return field?.value !== null && field?.value !== other?.value;
}
