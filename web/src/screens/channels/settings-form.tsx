import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DeclaredForm, Empty, type FieldValue, Refusal } from "../../ui/index.ts";
import {
  billingPartiesQuery,
  type ChannelSettings,
  type FacilityChoice,
  facilitiesQuery,
  type Rules,
  type SourceSetting,
} from "./data.ts";
import { FacilityRanks, facilityFieldId } from "./facility-ranks.tsx";
import { settingsBody, settingsFields, settingsValues } from "./fields.ts";

interface SettingsFormProps {
  readonly source: {
    readonly label: string;
    readonly rules: Rules;
    readonly settings: readonly SourceSetting[];
    readonly syncs: readonly string[];
  };
  /** What is set; of a channel that is not there yet only its suggested name. */
  readonly initial: ChannelSettings | { readonly name: string };
  readonly submitLabel: string;
  readonly onSave: (body: Record<string, unknown>) => unknown;
  readonly onCancel?: () => void;
  readonly notNow?: string | null;
}

/** The Settings page of a channel, new or old. */
export function SettingsForm(props: SettingsFormProps) {
  const facilities = useQuery(facilitiesQuery);
  const parties = useQuery(billingPartiesQuery);
  const error = facilities.error ?? parties.error;
  if (error !== null) return <Refusal error={error} title="The facilities could not be read" />;
  if (facilities.data === undefined || parties.data === undefined) return <SettingsOnTheirWay />;
  return <Form {...props} facilities={facilities.data.rows} parties={parties.data.rows} />;
}

function SettingsOnTheirWay() {
  return <Empty title="Reading facilities" cause="The form is drawn as soon as they are here." />;
}

type FormProps = SettingsFormProps & {
  readonly facilities: Parameters<typeof FacilityRanks>[0]["facilities"];
  readonly parties: Parameters<typeof settingsFields>[0]["billingParties"];
};

function Form({ source, initial, submitLabel, onSave, onCancel, notNow, facilities, parties }: FormProps) {
  const [chosen, setChosen] = useState<readonly FacilityChoice[]>(() => startFacilities(initial, facilities));
  const [fault, setFault] = useState<string | null>(null);
  const choose = (next: readonly FacilityChoice[]) => {
    setChosen(next);
    setFault(null);
  };
  const save = (values: Record<string, FieldValue>) => {
    if (chosen.length > 0) return onSave(settingsBody(values, chosen));
    setFault("Choose at least one: its stock is published and orders are routed to it.");
    document.getElementById(facilityFieldId)?.focus();
  };
  const notifies = source.syncs.includes("NOTIFICATIONS") || source.syncs.includes("DISPATCH");
  return (
    <DeclaredForm
      fields={settingsFields({ ...source, notifies, billingParties: parties })}
      initial={"tatHours" in initial ? settingsValues(initial) : initial}
      sections={[
        { id: "general", title: "General", line: "What the channel is called here." },
        {
          id: "facilities",
          title: "Choose Facilities For Inventory Sync",
          line: "The stock of all of them is published as one figure. Orders go to the first one that has everything and serves the pincode.",
          content: (
            <FacilityRanks
              facilities={facilities}
              chosen={chosen}
              sourceLabel={source.label}
              fault={fault}
              onChange={choose}
            />
          ),
        },
        { id: "orders", title: "Orders", line: "What happens with an order when it comes in." },
        { id: "packages", title: "Packages", line: "How an order becomes parcels, invoices and labels." },
        ...(notifies
          ? [{ id: "tell", title: "Notifications", line: `What ${source.label} hears of your packages.` }]
          : []),
        ...(source.settings.length > 0
          ? [{ id: "own", title: source.label, line: `Settings that only ${source.label} has.` }]
          : []),
      ]}
      submitLabel={submitLabel}
      onSubmit={save}
      {...(onCancel === undefined ? {} : { onCancel })}
      {...(notNow === undefined ? {} : { notNow })}
    />
  );
}

/** One facility is no choice: it is taken. More are chosen by a person, since their stock is published. */
function startFacilities(
  initial: SettingsFormProps["initial"],
  facilities: readonly { readonly facilityId: string; readonly enabled: boolean }[],
): readonly FacilityChoice[] {
  if ("facilities" in initial) return initial.facilities;
  const enabled = facilities.filter((f) => f.enabled);
  return enabled.length === 1 ? enabled.map((f) => ({ facilityId: f.facilityId, channelWarehouse: null })) : [];
}
