import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { newId } from "../../lib/new-id.ts";
import { ApiError } from "../../lib/problem.ts";
import { useFacility, useMay, useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { DeclaredForm, type FieldDeclaration, type FormValues, Page, Refusal, reportDone } from "../../ui/index.ts";
import { useVendorListWith, type VendorChoice } from "../shared/vendors.ts";
import { emptyLine, type PurchaseOrderDetail, sentLines, type TypedLine, typedLines } from "./order-data.ts";
import { OrderLines } from "./order-lines.tsx";

const back = { to: "/purchase-orders", label: "Purchase orders" };

/** Writes a purchase order; ".../:id/edit" writes one again that is not approved yet. */
export function Screen() {
  const { purchaseOrderId } = useParams({ strict: false });
  return purchaseOrderId === undefined ? <NewOrder /> : <EditOrder purchaseOrderId={purchaseOrderId} />;
}

function NewOrder() {
  const [params] = useUrlState();
  const { facilities } = useSession();
  const chosen = useFacility();
  // Made once: a second click sends the same id, and the server makes no second order of it.
  const [purchaseOrderId] = useState(newId);
  const facilityId = chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null);
  return (
    <OrderForm
      title="New purchase order"
      line="It may be changed until somebody with the right to approve has approved it."
      initial={{ facilityId, vendorId: params.vendor ?? null }}
      firstLines={[emptyLine()]}
      submitLabel="Make purchase order"
      save={(body) => api.post<Written>("/api/v1/purchase-orders", { purchaseOrderId, ...body })}
    />
  );
}

function EditOrder({ purchaseOrderId }: { purchaseOrderId: string }) {
  const { data, error } = useQuery({
    queryKey: ["purchase-order", purchaseOrderId],
    queryFn: ({ signal }) => api.get<PurchaseOrderDetail>(`/api/v1/purchase-orders/${purchaseOrderId}`, {}, signal),
  });
  if (data === undefined)
    return (
      <Page title="Purchase order" back={back}>
        {error === null ? <p role="status">Reading the order…</p> : <Refusal error={error} />}
      </Page>
    );
  const { vendorId, facilityId, expectedOn, remarks } = data;
  return (
    <OrderForm
      title={`Edit ${data.code}`}
      line="Its tax is worked out anew when it is saved."
      initial={{ vendorId, facilityId, expectedOn, remarks }}
      firstLines={typedLines(data.items)}
      submitLabel="Save"
      notNow={data.state === "CREATED" ? null : "It is approved: the vendor was told, and it changes no more."}
      save={(body) => api.put<Written>(`/api/v1/purchase-orders/${purchaseOrderId}`, body)}
    />
  );
}

interface Written {
  readonly purchaseOrderId: string;
  readonly code: string;
}

function OrderForm({
  title,
  line,
  initial,
  firstLines,
  submitLabel,
  notNow = null,
  save,
}: {
  title: string;
  line: string;
  initial: FormValues;
  firstLines: readonly TypedLine[];
  submitLabel: string;
  notNow?: string | null;
  save: (body: Record<string, unknown>) => Promise<Written>;
}) {
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [lines, setLines] = useState(firstLines);
  const [checked, setChecked] = useState(false);
  const [vendorId, setVendorId] = useState(typeof initial.vendorId === "string" ? initial.vendorId : null);
  const [named] = useState(vendorId);
  const vendors = useVendorListWith(named);
  const fields = useOrderFields(vendors ?? []);
  const vendor = vendors?.find((each) => each.vendorId === vendorId);
  const submit = async (values: Record<string, unknown>) => {
    const sent = sentLines(lines);
    if (!sent.ok)
      throw new ApiError(422, {
        code: "LINES",
        message: sent.fault,
        whatToDo: "Correct the lines; what was typed is kept.",
      });
    const written = await save({ ...values, lines: sent.lines });
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/purchase-orders"] });
    await client.invalidateQueries({ queryKey: ["purchase-order", written.purchaseOrderId] });
    reportDone(`${written.code} is saved. Goods are received on it once it is approved.`);
    await navigate({ to: `/purchase-orders/${written.purchaseOrderId}` });
  };
  if (vendors === undefined)
    return (
      <Page title={title} back={back} line={line}>
        <p role="status">Reading the vendors…</p>
      </Page>
    );
  return (
    <Page title={title} back={back} line={line}>
      {/* The form names its own faults; the lines say theirs at the same time. */}
      <div onSubmitCapture={() => setChecked(true)}>
        <DeclaredForm
          fields={fields}
          initial={initial}
          submitLabel={submitLabel}
          notNow={may("purchasing.manage") ? notNow : "Your role does not include ordering."}
          onChange={(values) => {
            // The form asks in the middle of its own change: ours comes after it.
            queueMicrotask(() => setVendorId(typeof values.vendorId === "string" ? values.vendorId : null));
            return values;
          }}
          onSubmit={submit}
          onCancel={() => window.history.back()}
        >
          <OrderLines
            lines={lines}
            onChange={setLines}
            checked={checked}
            vendorId={vendorId}
            taxed={vendor === undefined || vendor.gstin !== null}
          />
        </DeclaredForm>
      </div>
    </Page>
  );
}

function useOrderFields(vendors: readonly VendorChoice[]): readonly FieldDeclaration[] {
  const { facilities } = useSession();
  return [
    {
      ...{ name: "vendorId", label: "Vendor", type: "select", required: true, half: true },
      options: vendors.map(({ vendorId, code, name, enabled }) => ({
        value: vendorId,
        label: `${code} · ${name}`,
        ...(enabled ? {} : { unavailable: "disabled" }),
      })),
      help: "Whoever is missing is made under Vendors.",
    },
    {
      ...{ name: "facilityId", label: "Deliver to", type: "select", required: true, half: true },
      options: facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
    },
    {
      ...{ name: "expectedOn", label: "Expected on", type: "day", half: true },
      help: "Left empty: as soon as possible. After that day the order counts as late.",
    },
    { name: "remarks", label: "Remarks", type: "text", half: true, lengthMax: 500, help: "Printed on the order." },
  ];
}
