import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DeclaredForm, Empty, type FieldValue, Refusal } from "../../ui/index.ts";
import { useCombinedStock } from "./combined-stock.tsx";
import {
  billingPartiesQuery,
  type ChannelSettings,
  type FacilityChoice,
  facilitiesQuery,
  type Rules,
  type SourceField,
  type SourceSetting,
} from "./data.ts";
import { FacilityRanks, facilityFieldId } from "./facility-ranks.tsx";
import { atFields, facilityFault } from "./faults.ts";
import { settingsBody, settingsFields, settingsValues } from "./settings-fields.ts";

interface SettingsFormProps {
  readonly source: {
    readonly label: string;
    readonly rules: Rules;
    readonly fields: readonly SourceField[];
    readonly settings: readonly SourceSetting[];
    readonly syncs: readonly string[];
  };
  /** What is set; of a channel that is not there yet only its suggested name. */
  readonly initial: ChannelSettings | { readonly name: string };
  /** What was entered into the connectors: it names facilities that must stay. */
  readonly entered?: Readonly<Record<string, string>>;
  readonly submitLabel: string;
  /** `confirm`: what the person has said yes to. */
  readonly onSave: (body: Record<string, unknown>, confirm: readonly string[]) => Promise<unknown>;
  /** What follows once it is saved. */
  readonly onSaved?: () => void;
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

function Form({ source, initial, entered = {}, facilities, parties, ...props }: FormProps) {
  const { submitLabel, onSave, onSaved, onCancel, notNow } = props;
  const { send, dialog } = useCombinedStock();
  const [chosen, setChosen] = useState<readonly FacilityChoice[]>(() => startFacilities(initial, facilities));
  const [fault, setFault] = useState<string | null>(null);
  const choose = (next: readonly FacilityChoice[]) => {
    setChosen(next);
    setFault(null);
  };
  const save = async (values: Record<string, FieldValue>) => {
    if (chosen.length === 0) {
      setFault("Choose at least one: its stock is published and orders are routed to it.");
      document.getElementById(facilityFieldId)?.focus();
      return;
    }
    try {
      if (await send((confirm) => onSave(settingsBody(values, chosen), confirm))) onSaved?.();
    } catch (error) {
      const placed = atFields(error, source);
      const wrong = facilityFault(placed);
      if (wrong !== null) setFault(wrong.charAt(0).toUpperCase() + wrong.slice(1));
      throw wrong === null ? placed : error;
    }
  };
  const map = source.fields.find((field) => field.type === "warehouse-map");
  const { oneStore } = source.rules;
  const hears = source.syncs.includes("NOTIFICATIONS")
    ? "states"
    : source.syncs.includes("DISPATCH")
      ? "dispatch"
      : "nothing";
  return (
    <>
      <DeclaredForm
        fields={settingsFields({ ...source, hears, billingParties: parties })}
        initial={"tatHours" in initial ? settingsValues(initial) : initial}
        sections={[
          { id: "general", title: "General", line: "What the channel is called here." },
          {
            id: "facilities",
            title: "Choose Facilities For Inventory Sync",
            line: facilitiesLine(source.label, map?.label, oneStore !== null),
            content: (
              <FacilityRanks
                facilities={facilities}
                chosen={chosen}
                sourceLabel={source.label}
                theirCode={oneStore !== null ? "none" : map === undefined ? "typed" : { from: map.label }}
                store={oneStore === null ? null : (entered[oneStore.field] ?? null)}
                fault={fault}
                onChange={choose}
              />
            ),
          },
          { id: "orders", title: "Orders", line: "What happens with an order when it comes in." },
          { id: "packages", title: "Packages", line: "How an order becomes parcels, invoices and labels." },
          ...(hears !== "nothing"
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
      {dialog}
    </>
  );
}

/** What becomes of the stock of the chosen facilities, and of the orders. */
function facilitiesLine(label: string, map: string | undefined, oneStore: boolean): string {
  if (map !== undefined)
    return `Each warehouse of ${label} is told the stock of the facility that ${map} maps it to, and its orders go there. ${map} is entered at Connectors.`;
  if (oneStore)
    return `Choose the facility of the store. The stock of all chosen is published as one figure, and every order is packed at the store, which is named at Connectors.`;
  return "The stock of all of them is published as one figure. Orders go to the first one that has everything and serves the pincode.";
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
