import { Modal } from "@mantine/core";
import { IconPencil, IconPlus, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { ActionButton, CsvImport, DeclaredForm, Facts, reportDone, Section } from "../../ui/index.ts";
import { AddAwbs } from "./add-awbs.tsx";
import { CourierPush } from "./courier-push.tsx";
import { type Provider, providerFields, runsLow } from "./provider-data.ts";
import classes from "./providers.module.css";

type Open = "edit" | "awbs" | "pincodes" | null;

/** One courier: its numbers, its pincodes, its settings. */
export function ProviderPanel({
  provider,
  notMine,
  onChanged,
}: {
  provider: Provider;
  notMine: string | null;
  onChanged: () => void;
}) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const { providerId, name } = provider;
  return (
    <>
      <Section
        title="AWB numbers"
        line="Taken in the order of upload, each once, for cancelled packages too."
        actions={
          provider.kind === "AWB_POOL" && (
            <ActionButton label="Add AWBs" icon={IconPlus} notNow={notMine} onClick={() => setOpen("awbs")} />
          )
        }
      >
        <p className={classes.count} data-low={runsLow(provider) || undefined}>
          <strong>{formatCount(provider.awbsLeft)}</strong> left
          {runsLow(provider)
            ? `: fewer than ${formatCount(provider.awbLowMark)}, labels stop when they run out.`
            : `, warned below ${formatCount(provider.awbLowMark)}.`}
        </p>
      </Section>
      <Section
        title="Pincodes"
        actions={
          <ActionButton
            label="Import pincodes"
            icon={IconUpload}
            notNow={notMine}
            onClick={() => setOpen("pincodes")}
          />
        }
      >
        <p className={classes.count}>
          {provider.servesEverywhere
            ? "Serves every pincode; a list is used only for sort codes."
            : `Serves ${formatCount(provider.pincodes)} pincodes.`}
        </p>
      </Section>
      <Section
        title="Settings"
        actions={<ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={() => setOpen("edit")} />}
      >
        <Facts
          facts={[
            ["Code", provider.code],
            ["Preference", provider.preference],
            ["Transit", `${provider.transitDays} days`],
            ["COD", provider.cod ? "collected" : "not collected"],
            ["Tracking page", provider.trackingUrlTemplate ?? "–"],
            ["Enabled", provider.enabled ? "Yes" : "No"],
          ]}
        />
      </Section>
      <CourierPush provider={provider} notMine={notMine} />
      {open === "awbs" && <AddAwbs provider={provider} onClose={close} onChanged={onChanged} />}
      {open === "pincodes" && (
        <Modal opened onClose={close} size="lg" title={<strong>Pincodes of {name}</strong>}>
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
      {open === "edit" && (
        <Modal opened onClose={close} size="lg" title={<strong>{name}</strong>}>
          <DeclaredForm
            fields={providerFields}
            initial={{
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
            onCancel={close}
            onSubmit={async (values) => {
              await api.put(`/api/v1/shipping-providers/${providerId}`, { ...values, kind: provider.kind });
              onChanged();
              reportDone("Saved.");
              close();
            }}
          />
        </Modal>
      )}
    </>
  );
}
