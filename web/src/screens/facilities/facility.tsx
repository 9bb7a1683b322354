import { TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay, useSession } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  DeclaredForm,
  type FormValues,
  Page,
  Refusal,
  reportDone,
  reportProblem,
  Section,
} from "../../ui/index.ts";
import classes from "./facilities.module.css";
import { type Facility, facilityFields, facilitySections, gstinFault } from "./facility-data.ts";
import { SeriesSection } from "./series.tsx";

const back = { to: "/settings/facilities", label: "Facilities & series" };
const notMine = "Your role does not include changing facilities.";

/** A facility: its form, its document series and its shelves. ".../new" makes one. */
export function Screen() {
  const { facilityId = "" } = useParams({ strict: false });
  return facilityId === "new" ? <NewFacility /> : <OneFacility facilityId={facilityId} />;
}

/** The form with the GSTIN checked while it is typed. */
function FacilityForm({
  initial,
  submitLabel,
  existing,
  onSubmit,
}: {
  initial: FormValues;
  submitLabel: string;
  existing: boolean;
  onSubmit: (values: Record<string, unknown>) => Promise<void>;
}) {
  const may = useMay();
  const { tenant } = useSession();
  const [typed, setTyped] = useState<FormValues>(initial);
  const gstin = typeof typed.gstin === "string" ? typed.gstin : "";
  const state = typeof typed.stateCode === "string" ? typed.stateCode : null;
  const fault = gstinFault(gstin, state, tenant.sandbox);
  const words =
    gstin === ""
      ? "Its state and its check character are verified."
      : fault === null
        ? "✓ Well formed, and its check character is right."
        : `It ${fault}.`;
  return (
    <DeclaredForm
      fields={facilityFields(existing, words)}
      sections={facilitySections}
      initial={initial}
      submitLabel={submitLabel}
      notNow={may("warehouse.edit") ? null : notMine}
      onChange={(values) => {
        setTyped(values);
        return values;
      }}
      onSubmit={onSubmit}
    />
  );
}

function NewFacility() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return (
    <Page narrow title="New facility" back={back} line="A warehouse, store or dark store. Its series come next.">
      <FacilityForm
        initial={{}}
        existing={false}
        submitLabel="Make facility"
        onSubmit={async (values) => {
          const made = await api.post<{ facilityId: string }>("/api/v1/facilities", values);
          void client.invalidateQueries({ queryKey: ["session"] });
          reportDone("Made. Give it a series for its invoices.");
          await navigate({ to: `/settings/facilities/${made.facilityId}` });
        }}
      />
    </Page>
  );
}

function OneFacility({ facilityId }: { facilityId: string }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["facility", facilityId],
    queryFn: ({ signal }) => api.get<Facility>(`/api/v1/facilities/${facilityId}`, {}, signal),
  });
  if (data === undefined)
    return (
      <Page title="Facility" back={back}>
        {error === null ? <p role="status">Reading the facility…</p> : <Refusal error={error} />}
      </Page>
    );
  const { facilityId: _id, shelves: _shelves, series: _series, ...fields } = data;
  return (
    <Page
      narrow
      back={back}
      documentTitle={data.code}
      title={<Code>{data.code}</Code>}
      line={`${data.name}, ${data.city}`}
    >
      <SeriesSection facilityId={facilityId} />
      <Shelves facilityId={facilityId} />
      <Section title="Facility">
        <FacilityForm
          key={facilityId}
          initial={fields}
          existing
          submitLabel="Save"
          onSubmit={async (values) => {
            await api.put(`/api/v1/facilities/${facilityId}`, { ...values, zone: data.zone });
            await refetch();
            void client.invalidateQueries({ queryKey: ["session"] });
            reportDone("Saved.");
          }}
        />
      </Section>
    </Page>
  );
}

interface Shelf {
  readonly shelfId: string;
  readonly code: string;
  readonly enabled: boolean;
  readonly skus: number;
  readonly pieces: number;
}

function Shelves({ facilityId }: { facilityId: string }) {
  const may = useMay();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const refresh = () => client.invalidateQueries({ queryKey: ["list", "/api/v1/shelves"] });
  const flip = async (shelf: Shelf) => {
    try {
      await api.patch(`/api/v1/shelves/${shelf.shelfId}`, { enabled: !shelf.enabled });
      await refresh();
    } catch (error) {
      reportProblem(error, shelf.enabled ? `Disable ${shelf.code}` : `Enable ${shelf.code}`);
    }
  };
  const columns: readonly Column<Shelf>[] = [
    {
      id: "code",
      header: "Shelf",
      width: 160,
      grow: true,
      always: true,
      sort: "code",
      card: "title",
      cell: (row) => <Code>{row.code}</Code>,
    },
    { id: "skus", header: "SKUs", width: 80, align: "right", card: "meta", cell: (row) => row.skus },
    { id: "pieces", header: "Pieces", width: 90, align: "right", card: "meta", cell: (row) => row.pieces },
    {
      id: "enabled",
      header: "Enabled",
      width: 110,
      card: "trailing",
      cell: (row) => (
        <ActionButton
          label={row.enabled ? "Disable" : "Enable"}
          notNow={may("warehouse.edit") ? null : notMine}
          onClick={() => flip(row)}
        />
      ),
    },
  ];
  const add = async () => {
    await api.post("/api/v1/shelves", { facilityId, code: code.trim() });
    setCode("");
    await refresh();
  };
  return (
    <Section
      title="Shelves"
      line="Where goods lie; DEFAULT takes what has no place of its own. A disabled shelf takes nothing new."
      actions={
        <form
          className={classes.add}
          onSubmit={(event) => {
            event.preventDefault();
            add().catch((error: unknown) => reportProblem(error, "Make shelf"));
          }}
        >
          <TextInput
            size="xs"
            aria-label="Code of the new shelf"
            placeholder="A-01-03"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <ActionButton
            label="Make shelf"
            icon={IconPlus}
            notNow={!may("warehouse.edit") ? notMine : code.trim() === "" ? "Type the shelf's code first." : null}
            onClick={add}
          />
        </form>
      }
    >
      <DataTable<Shelf>
        id="shelves"
        endpoint="/api/v1/shelves"
        prefix="shelf."
        fill={false}
        fixed={{ facilityId }}
        byFacility={false}
        rowId={(row) => row.shelfId}
        noun={["shelf", "shelves"]}
        columns={columns}
        defaultSort="code"
        searchHint="Shelf"
        empty={{ title: "No shelves", cause: "A facility gets the shelf DEFAULT when it is made." }}
      />
    </Section>
  );
}
