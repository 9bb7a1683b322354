import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { newId } from "../../lib/new-id.ts";
import { useFacility, useMay, useSession } from "../../lib/session.ts";
import { DeclaredForm, type FieldDeclaration, type FieldValue, type FormValues } from "../../ui/index.ts";
import { stateOptions } from "../shared/states-of-india.ts";
import {
  type GatepassDetail,
  type GatepassType,
  type Party,
  type TransferPlace,
  types,
  typeWords,
  useTransferPlaces,
} from "./gatepass-data.ts";
import classes from "./gatepasses.module.css";

/** Makes a gatepass: first what kind it is, then where the goods go; then it goes to its page. */
export function CreateGatepass({ onClose }: { onClose: () => void }) {
  const [type, setType] = useState<GatepassType | null>(null);
  // One id for this dialog: a second click, or a retry after a lost answer, makes no second gatepass.
  const [gatepassId] = useState(newId);
  const { facilities } = useSession();
  const chosen = useFacility();
  const navigate = useNavigate();
  const title = type === null ? "Create gatepass" : `Create gatepass: ${typeWords[type].word.toLowerCase()}`;
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>{title}</strong>}>
      {type === null ? (
        <div className={classes.types}>
          {types.map((each) => (
            <button key={each} type="button" className={classes.type} onClick={() => setType(each)}>
              <strong>{typeWords[each].word}</strong>
              <span>{typeWords[each].line}</span>
            </button>
          ))}
        </div>
      ) : (
        <HeaderForm
          key={type}
          type={type}
          facilities={facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }))}
          initial={{ facilityId: chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null) }}
          submitLabel="Create gatepass"
          onCancel={() => setType(null)}
          cancelLabel="Back"
          onSubmit={async (given) => {
            await api.post("/api/v1/gatepasses", {
              gatepassId,
              type,
              facilityId: given.facilityId,
              ...headerOf(type, given),
            });
            await navigate({ to: `/gatepasses/${gatepassId}` });
          }}
        />
      )}
    </Modal>
  );
}

/** Changes what an open gatepass says. */
export function EditGatepass({
  gatepass,
  onClose,
  onDone,
}: {
  gatepass: GatepassDetail;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const { party, type } = gatepass;
  const initial: FormValues = {
    ...{ facilityId: gatepass.facilityId, toFacilityId: gatepass.toFacilityId },
    ...{ purpose: gatepass.purpose, reference: gatepass.reference ?? "" },
    ...{ invoiceNumber: gatepass.vendorInvoiceNumber ?? "", invoiceOn: gatepass.vendorInvoiceOn ?? "" },
    ...(party === null ? {} : partyValues(party)),
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>Edit gatepass {gatepass.code}</strong>}>
      <HeaderForm
        type={type}
        facilities={null}
        initial={initial}
        submitLabel="Save"
        onCancel={onClose}
        onSubmit={async (given) => {
          await api.put(`/api/v1/gatepasses/${gatepass.gatepassId}`, headerOf(type, given));
          await onDone();
          onClose();
        }}
      />
    </Modal>
  );
}

type Vendor = Party & { readonly vendorId: string; readonly code: string; readonly enabled: boolean };

/** Vendors to choose from; none where this person may not see them. */
function useVendors(wanted: boolean): readonly Vendor[] {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["vendors", "for gatepasses"],
    queryFn: ({ signal }) => api.get<ListPage<Vendor>>("/api/v1/vendors", { limit: 200, sort: "name" }, signal),
    enabled: wanted && may("purchasing.view"),
    staleTime: 30_000,
  });
  return (data?.rows ?? []).filter((vendor) => vendor.enabled);
}

function HeaderForm({
  type,
  facilities,
  ...form
}: {
  type: GatepassType;
  /** Where goods may leave; null: that is settled. */
  facilities: readonly { readonly value: string; readonly label: string }[] | null;
  initial: FormValues;
  submitLabel: string;
  cancelLabel?: string;
  onCancel: () => void;
  onSubmit: (values: Record<string, FieldValue>) => unknown;
}) {
  const places = useTransferPlaces();
  const vendors = useVendors(type === "RETURN_TO_VENDOR");
  const fields: FieldDeclaration[] = [
    ...(facilities === null
      ? []
      : [
          {
            ...{ name: "facilityId", label: "From", type: "select" as const, required: true, options: facilities },
            help: "The facility that the goods leave.",
          },
        ]),
    ...(type === "STOCK_TRANSFER" ? [toField(places)] : partyFields(type, vendors)),
    ...(type === "RETURN_TO_VENDOR" ? invoiceFields : []),
    {
      name: "purpose",
      label: "Purpose",
      type: "textarea",
      required: true,
      lengthMax: 500,
      help: "Printed on the papers.",
    },
    {
      ...{ name: "reference", label: "Reference", type: "text", lengthMax: 45 },
      help: "A number of yours: the lorry receipt, the repair order.",
    },
  ];
  return (
    <DeclaredForm
      fields={fields}
      {...form}
      onChange={(next, changed) => {
        const vendor = changed === "vendorId" ? vendors.find((each) => each.vendorId === next.vendorId) : undefined;
        return vendor === undefined ? next : { ...next, ...partyValues(vendor) };
      }}
      look={(field, values) => (field.name === "toFacilityId" ? withConsequence(field, places, values) : field)}
    />
  );
}

function toField(places: readonly TransferPlace[]): FieldDeclaration {
  return {
    ...{ name: "toFacilityId", label: "To", type: "select", required: true },
    options: places.map(({ facilityId, code, name, city }) => ({
      value: facilityId,
      label: `${code} · ${name}, ${city}`,
    })),
    help: "The facility that receives them.",
  };
}

/** What the choice of the two facilities means for the paper, said beside it. */
function withConsequence(
  field: FieldDeclaration,
  places: readonly TransferPlace[],
  values: FormValues,
): FieldDeclaration {
  const from = places.find((place) => place.facilityId === values.facilityId);
  const to = places.find((place) => place.facilityId === values.toFacilityId);
  if (from === undefined || to === undefined) return field;
  if (from.gstin === to.gstin) return { ...field, help: "Same GSTIN: they go on a delivery challan, without tax." };
  if (from.gstin === null || to.gstin === null)
    return from.stateCode === to.stateCode
      ? { ...field, help: "One of the two has no GSTIN of its own: they go on a delivery challan." }
      : { ...field, help: "One of the two has no GSTIN. Goods sent to another state need one on both sides." };
  const tax = from.stateCode === to.stateCode ? "CGST and SGST" : "IGST";
  return { ...field, help: `Two GSTINs: they go on an invoice with ${tax}. Give each line its value.` };
}

function partyFields(type: GatepassType, vendors: readonly Vendor[]): FieldDeclaration[] {
  const who = type === "RETURN_TO_VENDOR" ? "Vendor" : "To";
  const chooser: FieldDeclaration[] =
    vendors.length === 0
      ? []
      : [
          {
            ...{ name: "vendorId", label: "Take from your vendors", type: "select" },
            options: vendors.map(({ vendorId, code, name }) => ({ value: vendorId, label: `${name} (${code})` })),
            help: "Fills in the fields below.",
          },
        ];
  return [
    ...chooser,
    { name: "name", label: who, type: "text", required: true, lengthMax: 200, help: "Who gets the goods." },
    { name: "line1", label: "Address", type: "text", required: true, lengthMax: 200, half: true },
    { name: "line2", label: "Address, line 2", type: "text", lengthMax: 200, half: true },
    { name: "city", label: "City", type: "text", required: true, lengthMax: 100, half: true },
    {
      name: "pincode",
      label: "PIN code",
      type: "text",
      required: true,
      pattern: "[1-9][0-9]{2} ?[0-9]{3}",
      patternHelp: "is six digits",
      half: true,
    },
    { name: "stateCode", label: "State", type: "select", required: true, options: [...stateOptions], half: true },
    {
      name: "gstin",
      label: "GSTIN",
      type: "text",
      lengthMax: 15,
      half: true,
      help: "Empty where they are not registered.",
    },
    { name: "phone", label: "Phone", type: "text", lengthMax: 30 },
  ];
}

const invoiceFields: FieldDeclaration[] = [
  {
    ...{ name: "invoiceNumber", label: "Vendor's invoice", type: "text", required: true, lengthMax: 45, half: true },
    help: "The invoice that the goods came on: the debit note is against it.",
  },
  { name: "invoiceOn", label: "Dated", type: "day", required: true, half: true },
];

function partyValues(party: Party): FormValues {
  const { name, line1, line2, city, pincode, stateCode, gstin, phone } = party;
  return { name, line1, line2: line2 ?? "", city, pincode, stateCode, gstin: gstin ?? "", phone: phone ?? "" };
}

function headerOf(type: GatepassType, given: Record<string, FieldValue>): Record<string, unknown> {
  const { purpose, reference, toFacilityId, name, line1, line2, city, pincode, stateCode, gstin, phone } = given;
  const said = { purpose, reference: reference === "" ? null : reference };
  if (type === "STOCK_TRANSFER") return { ...said, toFacilityId };
  const party = {
    name,
    line1,
    line2: line2 ?? null,
    city,
    pincode,
    stateCode,
    gstin: gstin ?? null,
    phone: phone ?? null,
  };
  const { invoiceNumber, invoiceOn } = given;
  const named = type === "RETURN_TO_VENDOR" && typeof invoiceNumber === "string" && invoiceNumber !== "";
  return { ...said, party, vendorInvoice: named ? { number: invoiceNumber, on: invoiceOn } : null };
}
