import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { Code, DeclaredForm, type FormValues, Page, Refusal, reportDone, Section } from "../../ui/index.ts";
import { type Facility, facilityFields, facilitySections, gstinFault } from "./facility-data.ts";
import { SeriesSection } from "./series.tsx";
import { ShelfTypesSection } from "./shelf-types.tsx";
import { ShelvesSection } from "./shelves.tsx";

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
      <ShelvesSection facilityId={facilityId} />
      <ShelfTypesSection />
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
