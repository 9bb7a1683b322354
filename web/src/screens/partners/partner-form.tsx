import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dayOf, formatDay } from "../../lib/format.ts";
import { useSession } from "../../lib/session.ts";
import { DeclaredForm, Refusal } from "../../ui/index.ts";
import { useChannels } from "../shared/channels.ts";
import { type Partner, partnersQuery } from "./data.ts";
import { EventList } from "./event-list.tsx";
import { bodyOf, type Kept, lookOfField, partnerFields, startOf } from "./form-fields.ts";

/** The settings of a partner, new or old. */
export function PartnerForm({
  partner,
  submitLabel,
  notNow,
  onSave,
  onCancel,
}: {
  partner: Partner | null;
  submitLabel: string;
  notNow: string | null;
  onSave: (body: Record<string, unknown>) => Promise<unknown>;
  onCancel?: () => void;
}) {
  const { data, error } = useQuery({ ...partnersQuery, refetchInterval: false, staleTime: 60_000 });
  const [chosen, setChosen] = useState<readonly string[] | null>(partner === null ? null : partner.events);
  const channels = useChannels().map(({ channelId, name }) => ({ value: channelId, label: name }));
  const facilities = useSession().facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }));
  if (data === undefined) return error === null ? null : <Refusal error={error} title="The events could not be read" />;
  const kept: Kept | null =
    partner === null
      ? null
      : { partner, words: `set on ${formatDay(dayOf(partner.secretSetAt))} by ${partner.secretSetBy}` };
  const events = chosen ?? data.events.map(({ event }) => event);
  const noEvent = events.length === 0 ? "Choose at least one event." : null;
  return (
    <DeclaredForm
      fields={partnerFields({ channels, facilities }, kept)}
      sections={[
        { id: "address", title: "Where events go" },
        { id: "proof", title: "How we prove who we are" },
        {
          id: "events",
          title: "What it is told",
          line: "Each body follows its JSON schema, which opens without login: hand it to who builds the other side.",
          content: <EventList events={data.events} chosen={events} onChange={setChosen} />,
        },
        { id: "filter", title: "Of what" },
      ]}
      initial={partner === null ? { auth: "TOKEN_JSON" } : startOf(partner)}
      look={(field, values) => lookOfField(kept, field, values)}
      submitLabel={submitLabel}
      notNow={notNow ?? noEvent}
      {...(onCancel === undefined ? {} : { onCancel })}
      onSubmit={(values) => onSave(bodyOf(values, events))}
    />
  );
}
