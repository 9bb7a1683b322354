import { IconPencil } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Refusal, Section } from "../../ui/index.ts";
import { isOpen, type ShownField } from "../shared/custom-field-data.ts";
import { EditFields, FieldList } from "../shared/custom-fields.tsx";

const refreshMs = 15_000;

/** The custom fields of a package. Nothing is defined and nothing was written: nothing is shown. */
export function PackageFields({ code }: { code: string }) {
  const may = useMay();
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  const path = `/api/v1/shipments/${encodeURIComponent(code)}/custom-fields`;
  const { data, error, refetch } = useQuery({
    queryKey: ["shipment", code, "custom-fields"],
    queryFn: ({ signal }) => api.get<{ fields: readonly ShownField[] }>(path, {}, signal),
    refetchInterval: refreshMs,
  });
  if (data === undefined)
    return error === null ? null : (
      <Section title="Custom fields">
        <Refusal error={error} title="The custom fields could not be read" />
      </Section>
    );
  if (data.fields.length === 0) return null;
  const notNow = !may("shipments.manage")
    ? "Your roles do not include changing packages."
    : data.fields.some(isOpen)
      ? null
      : "None of these fields is defined and enabled: see Settings > Custom Fields.";
  return (
    <Section
      title="Custom fields"
      line="Sent to partners and couriers as they stand here."
      actions={<ActionButton label="Change" icon={IconPencil} notNow={notNow} onClick={() => setEditing(true)} />}
    >
      <FieldList fields={data.fields} appliesTo="PACKAGE" />
      {editing && (
        <EditFields
          title={`Custom fields of ${code}`}
          groups={[{ id: "package", title: "Package", fields: data.fields }]}
          save={async (changes) => {
            await api.put(path, { changes: changes.map(({ name, value }) => ({ name, value })) });
            await refetch();
            await client.invalidateQueries({ queryKey: ["shipment", code] });
            await client.invalidateQueries({ queryKey: ["list", "/api/v1/shipments"] });
          }}
          onClose={() => setEditing(false)}
        />
      )}
    </Section>
  );
}
