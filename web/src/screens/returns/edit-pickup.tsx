import { Modal } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { useSession } from "../../lib/session.ts";
import { DeclaredForm } from "../../ui/index.ts";
import { pickupBody, pickupFields, pickupSections, pickupValues } from "./pickup-fields.ts";
import type { ReturnDetail } from "./return-data.ts";

/** Changes a reverse pickup that has not arrived. */
export function EditPickup({
  of,
  onClose,
  onDone,
}: {
  of: ReturnDetail;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const { facilities } = useSession();
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>Edit {of.code}</strong>}>
      <DeclaredForm
        fields={pickupFields(facilities)}
        sections={pickupSections}
        initial={pickupValues(of)}
        submitLabel="Save"
        onCancel={onClose}
        onSubmit={async (given) => {
          await api.patch(`/api/v1/returns/${of.returnCaseId}`, pickupBody(given));
          onClose();
          await onDone();
        }}
      />
    </Modal>
  );
}
