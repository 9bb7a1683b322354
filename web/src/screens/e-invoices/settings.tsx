import { Modal } from "@mantine/core";
import { IconPencil, IconPlugConnected } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatInstant, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  DeclaredForm,
  Empty,
  type FieldDeclaration,
  Instant,
  Page,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { portalUserStates } from "../shared/states.ts";
import type { PortalAccount } from "./data.ts";
import classes from "./e-invoices.module.css";

const turnover = "e-invoice.turnoverCrore";

interface Tenant {
  readonly settings: readonly { readonly name: string; readonly help: string; readonly value: unknown }[];
}

/** Who reports for each registration, and the turnover by which the law's limits go. */
export function Screen() {
  const may = useMay();
  const notMine = may("tenant.manage") ? null : "Only an administrator changes e-invoicing.";
  return (
    <Page
      title="E-invoicing"
      line="The users under which invoices are reported to NIC, and what the law’s limits depend on. Which channels report is a setting of each channel."
      narrow
    >
      <Accounts notMine={notMine} />
      <Turnover notMine={notMine} />
    </Page>
  );
}

function Accounts({ notMine }: { notMine: string | null }) {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["e-invoice-accounts"],
    queryFn: ({ signal }) => api.get<{ accounts: readonly PortalAccount[] }>("/api/v1/e-invoice-accounts", {}, signal),
    refetchInterval: 15_000,
  });
  const [editing, setEditing] = useState<PortalAccount | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ["e-invoice-accounts"] });
  return (
    <Section
      title="Users at NIC"
      line="One for each GSTIN: made on NIC’s e-invoice page under API registration. Secrets are kept encrypted and never shown again."
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data?.accounts.length === 0 && (
        <Empty
          title="No GSTIN"
          cause="No facility and no billing party has a GSTIN. Enter it first: e-invoices are reported under it."
          action={<Link to="/settings/facilities">Facilities & series</Link>}
        />
      )}
      <ul className={classes.accounts}>
        {data?.accounts.map((account) => (
          <li key={account.gstin}>
            <Account account={account} notMine={notMine} onEdit={() => setEditing(account)} onChanged={refresh} />
          </li>
        ))}
      </ul>
      {editing !== null && <AccountForm account={editing} onClose={() => setEditing(null)} onSaved={refresh} />}
    </Section>
  );
}

function Account({
  account,
  notMine,
  onEdit,
  onChanged,
}: {
  account: PortalAccount;
  notMine: string | null;
  onEdit: () => void;
  onChanged: () => unknown;
}) {
  const { gstin, owners, entered, username, state, code, words, whatToDo, checkedAt, setAt, setBy, waiting } = account;
  const verify = async () => {
    try {
      const { goodUntil } = await api.post<{ goodUntil: string }>(`/api/v1/e-invoice-accounts/${gstin}/verify`);
      reportDone(`NIC accepts the user of ${gstin}: its session is good until ${formatInstant(goodUntil)}.`);
    } finally {
      await onChanged();
    }
  };
  return (
    <>
      <div className={classes.head}>
        <Code>{gstin}</Code>
        <StateChip state={state ?? "NONE"} table={portalUserStates} />
        <span className={classes.owners}>{owners.length === 0 ? "no facility any more" : owners.join(", ")}</span>
        {entered && <ActionButton label="Verify" icon={IconPlugConnected} notNow={notMine} onClick={verify} />}
        <ActionButton
          primary={!entered}
          label={entered ? "Change user" : "Enter user"}
          icon={IconPencil}
          notNow={notMine}
          onClick={onEdit}
        />
      </div>
      {entered && (
        <p className={classes.said}>
          User <Code>{username ?? ""}</Code>, entered by {setBy} <Instant at={setAt} />
          {checkedAt !== null && (
            <>
              , checked <Instant at={checkedAt} />
            </>
          )}
          {waiting > 0 && (
            <>
              {" · "}
              <Link to="/e-invoices" search={{ tab: "waiting" }}>
                {plural(waiting, "document")} wait
              </Link>
            </>
          )}
        </p>
      )}
      {state === "REFUSED" && (
        <div className={classes.words} data-stuck role="status">
          <p>
            {code !== null && <Code>{code}</Code>} {words}
          </p>
          {whatToDo !== null && <p>{whatToDo}</p>}
        </div>
      )}
    </>
  );
}

function AccountForm({
  account,
  onClose,
  onSaved,
}: {
  account: PortalAccount;
  onClose: () => void;
  onSaved: () => unknown;
}) {
  const kept = account.entered ? "Left empty, the stored one stays." : undefined;
  const fields: readonly FieldDeclaration[] = [
    { name: "clientId", label: "Client ID", type: "text", required: true, lengthMax: 200 },
    {
      name: "clientSecret",
      label: "Client secret",
      type: "password",
      required: !account.entered,
      ...(kept === undefined ? {} : { help: kept }),
    },
    { name: "username", label: "User name", type: "text", required: true, lengthMax: 200 },
    {
      name: "password",
      label: "Password",
      type: "password",
      required: !account.entered,
      ...(kept === undefined ? {} : { help: kept }),
    },
  ];
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>E-invoice user of {account.gstin}</strong>}>
      <DeclaredForm
        fields={fields}
        initial={{ clientId: account.clientId ?? "", username: account.username ?? "" }}
        submitLabel="Save user"
        onCancel={onClose}
        onSubmit={async (values) => {
          const body = {
            clientId: values.clientId ?? "",
            clientSecret: values.clientSecret ?? "",
            username: values.username ?? "",
            password: values.password ?? "",
          };
          const { woken } = await api.put<{ woken: number }>(`/api/v1/e-invoice-accounts/${account.gstin}`, body);
          await onSaved();
          reportDone(
            woken === 0 ? "Saved. Verify it next." : `Saved. ${plural(woken, "document")} go on by themselves.`,
          );
          onClose();
        }}
      />
    </Modal>
  );
}

function Turnover({ notMine }: { notMine: string | null }) {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<Tenant>("/api/v1/tenant", {}, signal),
  });
  const setting = data?.settings.find((each) => each.name === turnover);
  return (
    <Section title="Turnover">
      {error !== null && data === undefined && <Refusal error={error} />}
      {setting !== undefined && (
        <DeclaredForm
          key={String(setting.value)}
          fields={[
            {
              name: "crore",
              label: "Aggregate turnover, in crore rupees",
              type: "number",
              required: true,
              min: 0,
              help: setting.help,
              half: true,
            },
          ]}
          initial={{ crore: typeof setting.value === "number" ? setting.value : 0 }}
          submitLabel="Save turnover"
          notNow={notMine}
          onSubmit={async (values) => {
            await api.patch("/api/v1/tenant", { settings: { [turnover]: values.crore } });
            await client.invalidateQueries({ queryKey: ["tenant"] });
            reportDone("Saved.");
          }}
        />
      )}
    </Section>
  );
}
