import { Modal } from "@mantine/core";
import { IconPencil, IconPlus, IconUpload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { ActionButton, CsvImport, DeclaredForm, Facts, reportDone, Section } from "../../ui/index.ts";
import { AddAwbs } from "./add-awbs.tsx";
import { kindField, kindWords, type Provider, providerFields, runsLow } from "./provider-data.ts";
import classes from "./providers.module.css";

interface Part {
  readonly provider: Provider;
  readonly notMine: string | null;
  readonly onChanged: () => void;
}

/** What every courier has: its numbers, its pincodes, its settings. */
export function ProviderSections(part: Part) {
  return (
    <>
      {part.provider.kind === "AWB_POOL" && <Numbers {...part} />}
      <Pincodes {...part} />
      <Settings {...part} />
    </>
  );
}

function Numbers({ provider, notMine, onChanged }: Part) {
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title="AWB numbers"
      line="Taken in the order of upload, each once, for cancelled packages too."
      actions={<ActionButton label="Add AWBs" icon={IconPlus} notNow={notMine} onClick={() => setAdding(true)} />}
    >
      <p className={classes.count} data-low={runsLow(provider) || undefined}>
        <strong>{formatCount(provider.awbsLeft)}</strong> left
        {runsLow(provider)
          ? `: fewer than ${formatCount(provider.awbLowMark)}, labels stop when they run out.`
          : `, warned below ${formatCount(provider.awbLowMark)}.`}
      </p>
      {adding && <AddAwbs provider={provider} onClose={() => setAdding(false)} onChanged={onChanged} />}
    </Section>
  );
}

function Pincodes({ provider, notMine, onChanged }: Part) {
  const [importing, setImporting] = useState(false);
  const { providerId, name } = provider;
  return (
    <Section
      title="Pincodes"
      actions={
        <ActionButton label="Import pincodes" icon={IconUpload} notNow={notMine} onClick={() => setImporting(true)} />
      }
    >
      <p className={classes.count}>
        {provider.servesEverywhere
          ? "Serves every pincode; a list is used only for sort codes."
          : `Serves ${formatCount(provider.pincodes)} pincodes.`}{" "}
        Which parcel goes with which courier: <Link to="/settings/shipping-rules">Shipping rules</Link>.
      </p>
      {importing && (
        <Modal opened onClose={() => setImporting(false)} size="lg" title={<strong>Pincodes of {name}</strong>}>
          <CsvImport
            endpoint="/api/v1/provider-pincodes/import"
            options={{ providerId }}
            columns={[
              { name: "Pincode", required: true, help: "Six digits." },
              { name: "COD", help: "true or false: is cash collected there." },
              { name: "Sort Code", help: "Printed on the label." },
              { name: "Serves", help: "false takes the pincode away." },
            ]}
            template={{
              fileName: "pincodes.csv",
              text: "Pincode,COD,Sort Code,Serves\r\n560068,true,BLR/HSR,true\r\n",
            }}
            note="Rows change what they name; pincodes not in the file stay. The same file again changes nothing."
            onFinished={onChanged}
          />
        </Modal>
      )}
    </Section>
  );
}

function Settings({ provider, notMine, onChanged }: Part) {
  const [editing, setEditing] = useState(false);
  const { providerId, name, kind } = provider;
  return (
    <Section
      title="Settings"
      actions={<ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={() => setEditing(true)} />}
    >
      <Facts
        facts={[
          ["Code", provider.code],
          ["Tracking numbers", kindWords[kind]],
          ["Preference", provider.preference],
          ["Transit", `${provider.transitDays} days`],
          ["COD", provider.cod ? "collected" : "not collected"],
          ["Tracking page", provider.trackingUrlTemplate ?? "–"],
          ["Enabled", provider.enabled ? "Yes" : "No"],
        ]}
      />
      {editing && (
        <Modal opened onClose={() => setEditing(false)} size="lg" title={<strong>{name}</strong>}>
          <DeclaredForm
            fields={[{ ...kindField, fixed: "Stays: make another provider for the other way." }, ...providerFields]}
            initial={{
              kind,
              code: provider.code,
              name,
              preference: provider.preference,
              transitDays: provider.transitDays,
              awbLowMark: provider.awbLowMark,
              trackingUrlTemplate: provider.trackingUrlTemplate ?? "",
              cod: provider.cod,
              servesEverywhere: provider.servesEverywhere,
              enabled: provider.enabled,
            }}
            submitLabel="Save"
            onCancel={() => setEditing(false)}
            onSubmit={async (values) => {
              await api.put(`/api/v1/shipping-providers/${providerId}`, {
                ...{ awbLowMark: provider.awbLowMark, ...values, kind },
              });
              onChanged();
              reportDone("Saved.");
              setEditing(false);
            }}
          />
        </Modal>
      )}
    </Section>
  );
}
