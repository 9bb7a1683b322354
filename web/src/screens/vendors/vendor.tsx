import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { ActionButton, Code, DeclaredForm, type FormValues, Page, Refusal, reportDone } from "../../ui/index.ts";
import { gstinFault } from "../facilities/facility-data.ts";
import { Offers } from "./offers.tsx";
import { type Vendor, vendorFields, vendorSections } from "./vendor-data.ts";

const back = { to: "/vendors", label: "Vendors" };

/** A vendor: its form and what it offers. ".../new" makes one. */
export function Screen() {
  const { vendorId = "" } = useParams({ strict: false });
  return vendorId === "new" ? <NewVendor /> : <OneVendor vendorId={vendorId} />;
}

/** The form with the GSTIN checked while it is typed. */
function VendorForm({
  initial,
  submitLabel,
  onSubmit,
}: {
  initial: FormValues;
  submitLabel: string;
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
      ? "Left empty, the vendor is not registered and charges no GST."
      : fault === null
        ? "✓ Well formed, and its check character is right."
        : `It ${fault}.`;
  return (
    <DeclaredForm
      fields={vendorFields(words)}
      sections={vendorSections}
      initial={initial}
      submitLabel={submitLabel}
      notNow={may("purchasing.manage") ? null : "Your role does not include changing vendors."}
      onChange={(values) => {
        // The form asks in the middle of its own change: ours comes after it.
        queueMicrotask(() => setTyped(values));
        return values;
      }}
      onSubmit={onSubmit}
    />
  );
}

function NewVendor() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return (
    <Page narrow title="New vendor" back={back} line="Who sells goods to you.">
      <VendorForm
        initial={{}}
        submitLabel="Make vendor"
        onSubmit={async (values) => {
          const made = await api.post<{ vendorId: string; code: string }>("/api/v1/vendors", values);
          void client.invalidateQueries({ queryKey: ["list", "/api/v1/vendors"] });
          reportDone(`${made.code} is made. Say what it offers, or order from it.`);
          await navigate({ to: `/vendors/${made.vendorId}` });
        }}
      />
    </Page>
  );
}

function OneVendor({ vendorId }: { vendorId: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: ["vendor", vendorId],
    queryFn: ({ signal }) => api.get<Vendor>(`/api/v1/vendors/${vendorId}`, {}, signal),
  });
  if (data === undefined)
    return (
      <Page title="Vendor" back={back}>
        {error === null ? <p role="status">Reading the vendor…</p> : <Refusal error={error} />}
      </Page>
    );
  const { vendorId: _id, createdAt: _made, updatedAt: _changed, ...fields } = data;
  return (
    <Page
      narrow
      back={back}
      documentTitle={data.code}
      title={<Code>{data.code}</Code>}
      line={data.name}
      actions={
        <ActionButton
          label="New purchase order"
          icon={IconPlus}
          notNow={
            !may("purchasing.manage")
              ? "Your role does not include ordering."
              : data.enabled
                ? null
                : "The vendor is disabled."
          }
          onClick={() => navigate({ href: `/purchase-orders/new?vendor=${vendorId}` })}
        />
      }
    >
      <Offers vendorId={vendorId} />
      <div style={{ height: 24 }} />
      <VendorForm
        key={data.updatedAt}
        initial={fields}
        submitLabel="Save"
        onSubmit={async (values) => {
          await api.put(`/api/v1/vendors/${vendorId}`, values);
          await refetch();
          void client.invalidateQueries({ queryKey: ["list", "/api/v1/vendors"] });
          reportDone("Saved. Orders that exist keep the vendor as it was.");
        }}
      />
    </Page>
  );
}
