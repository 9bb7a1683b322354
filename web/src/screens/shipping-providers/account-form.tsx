import { Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { DeclaredForm, Empty, type FieldValue, reportDone } from "../../ui/index.ts";
import { type Connected, type CourierOfProvider, providerPath } from "./account-data.ts";
import { accountBody, accountFields, accountSections, accountValues, atAccountFields } from "./account-fields.ts";
import { ConnectResult, ConnectUnderWay } from "./connect-result.tsx";
import classes from "./providers.module.css";

/** How a courier is asked: its address, credentials and settings as its API declares them, tried when they are saved. */
export function AccountForm({
  of,
  notMine,
  answer,
  onAnswer,
  onConnected,
}: {
  of: CourierOfProvider;
  notMine: string | null;
  /** What Connect came to when it was pressed last. */
  answer: Connected | null;
  onAnswer: (answer: Connected | null) => void;
  onConnected: () => void;
}) {
  const client = useQueryClient();
  const { couriers, account, providerId, name } = of;
  const [chosen, setChosen] = useState(account?.courier ?? couriers[0]?.id ?? "");
  const [trying, setTrying] = useState(false);
  const kind = couriers.find((each) => each.id === chosen);
  const refresh = () => client.invalidateQueries({ queryKey: ["shipping-provider", providerId] });
  const path = `${providerPath(providerId)}/courier`;
  if (kind === undefined)
    return <Empty title="No such courier API" cause="This installation does not carry the API that was chosen." />;
  const save = async (values: Record<string, FieldValue>) => {
    onAnswer(null);
    try {
      await api.put(path, accountBody(kind, values));
    } catch (error) {
      throw atAccountFields(error, kind);
    }
  };
  const connect = async (values: Record<string, FieldValue>) => {
    await save(values);
    setTrying(true);
    try {
      const tried = await api.post<Connected>(`${path}/connect`);
      onAnswer(tried);
      await refresh();
      if (!tried.connected) return;
      reportDone(tried.detail);
      onConnected();
    } finally {
      setTrying(false);
    }
  };
  // Drawn anew when other secrets are stored: what was typed as a secret does not stay in the form.
  const drawn = `${kind.id} ${account?.setAt ?? ""}`;
  return (
    <div className={classes.form}>
      {couriers.length > 1 && (
        <Select
          label="API"
          data={couriers.map((each) => ({ value: each.id, label: each.label }))}
          value={chosen}
          allowDeselect={false}
          mb={16}
          onChange={(value) => setChosen(value ?? chosen)}
        />
      )}
      <DeclaredForm
        key={drawn}
        fields={accountFields(kind, account)}
        sections={accountSections(kind)}
        initial={accountValues(kind, account)}
        submitLabel="Connect"
        notNow={notMine}
        onSubmit={connect}
        second={{
          label: "Save",
          onSubmit: async (values) => {
            await save(values);
            await refresh();
            reportDone("Saved. Connect tries it.");
          },
        }}
      >
        {trying && <ConnectUnderWay name={name} />}
        {answer !== null && !answer.connected && (
          <div role="alert" ref={(node) => node?.scrollIntoView({ block: "nearest" })}>
            <ConnectResult answer={answer} name={name} />
          </div>
        )}
      </DeclaredForm>
    </div>
  );
}
