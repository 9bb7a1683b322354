import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  ConfirmAction,
  DeclaredForm,
  Facts,
  Instant,
  Page,
  Refusal,
  reportDone,
  Section,
} from "../../ui/index.ts";

/** The answer of `GET /api/v1/tenant`. */
interface Tenant {
  readonly code: string;
  readonly name: string;
  readonly edition: string;
  readonly facilitiesMax: number | null;
  readonly live: boolean;
  readonly liveAt: string | null;
  readonly sandbox: boolean;
  readonly settings: readonly {
    readonly name: string;
    readonly label: string;
    readonly help: string;
    readonly value: unknown;
  }[];
}

const anywhere = "returns.courierReturnAnywhere";

const editions = [
  { value: "STANDARD", label: "Standard" },
  { value: "PROFESSIONAL", label: "Professional" },
  { value: "ENTERPRISE", label: "Enterprise" },
];

export function Screen() {
  const client = useQueryClient();
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<Tenant>("/api/v1/tenant", {}, signal),
  });
  const [asking, setAsking] = useState(false);
  const notMine = may("tenant.manage") ? null : "Only an administrator changes the tenant.";
  const refresh = () =>
    client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === "tenant" || queryKey[0] === "session" });
  return (
    <Page
      title="Tenant"
      line="The business that uses this installation."
      narrow
      actions={
        data !== undefined &&
        !data.live && <ActionButton primary label="Go live" onClick={() => setAsking(true)} notNow={notMine} />
      }
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data !== undefined && (
        <>
          <Facts
            facts={[
              ["Code", data.code],
              [
                "Live",
                data.live ? <Instant key="live" at={data.liveAt} /> : "Not yet: no sync runs, pushed orders wait",
              ],
              ["Kind", data.sandbox ? "Trial: test GSTINs are accepted" : "Real"],
              ["Facilities", data.facilitiesMax === null ? "Any number" : `At most ${data.facilitiesMax}`],
            ]}
          />
          <Section title="Name and edition">
            <DeclaredForm
              key={`${data.name}:${data.edition}`}
              fields={[
                { name: "name", label: "Name", type: "text", required: true, lengthMax: 200, half: true },
                {
                  name: "edition",
                  label: "Edition",
                  type: "select",
                  required: true,
                  options: editions,
                  half: true,
                  help: "Decides how many facilities and which channels there may be.",
                },
              ]}
              initial={{ name: data.name, edition: data.edition }}
              submitLabel="Save"
              notNow={notMine}
              onSubmit={async (values) => {
                await api.patch("/api/v1/tenant", values);
                await refresh();
                reportDone("Saved.");
              }}
            />
          </Section>
          <Returns tenant={data} notMine={notMine} onSaved={refresh} />
          <ConfirmAction
            opened={asking}
            onClose={() => setAsking(false)}
            title={`Go live with ${data.name}`}
            verb="Go live"
            willHappen="Syncs begin to run with every connected channel, and orders that wait in intake are taken in at once. This cannot be undone."
            onConfirm={async () => {
              await api.post("/api/v1/tenant/go-live");
              await refresh();
            }}
          />
        </>
      )}
    </Page>
  );
}

/** Where parcels that turn back may be received. */
function Returns({
  tenant,
  notMine,
  onSaved,
}: {
  tenant: Tenant;
  notMine: string | null;
  onSaved: () => Promise<unknown>;
}) {
  const setting = tenant.settings.find((each) => each.name === anywhere);
  if (setting === undefined) return null;
  return (
    <Section title="Returns" line={setting.help}>
      <DeclaredForm
        key={String(setting.value)}
        fields={[
          {
            ...{ name: "anywhere", label: setting.label, type: "switch" },
            consequence: {
              on: "Any facility receives a parcel that was not delivered.",
              off: "Only the mapped facility receives it; others are refused, with the one to send it to.",
            },
          },
        ]}
        initial={{ anywhere: setting.value === true }}
        submitLabel="Save returns"
        notNow={notMine}
        onSubmit={async (values) => {
          await api.patch("/api/v1/tenant", { settings: { [anywhere]: values.anywhere } });
          await onSaved();
          reportDone("Saved.");
        }}
      />
    </Section>
  );
}
