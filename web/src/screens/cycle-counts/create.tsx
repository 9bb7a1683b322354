import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { serverNowMs } from "../../lib/clock.ts";
import { dayOf } from "../../lib/format.ts";
import { useFacility, useSession } from "../../lib/session.ts";
import { DeclaredForm } from "../../ui/index.ts";

/** Plans a count of a facility, and goes to it. */
export function CreateCount({ onClose }: { onClose: () => void }) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const navigate = useNavigate();
  return (
    <Modal opened onClose={onClose} title={<strong>Create cycle count</strong>}>
      <DeclaredForm
        fields={[
          {
            name: "facilityId",
            label: "Facility",
            type: "select",
            required: true,
            options: facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
            help: "One count at a time in each facility.",
          },
          {
            name: "targetOn",
            label: "Target date",
            type: "day",
            required: true,
            help: "By then the shelves are to be counted.",
          },
          { name: "note", label: "Note", type: "text", lengthMax: 255, placeholder: "Ground floor, before the sale" },
        ]}
        initial={{
          facilityId: chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null),
          targetOn: dayOf(serverNowMs()),
        }}
        submitLabel="Create cycle count"
        onCancel={onClose}
        onSubmit={async (given) => {
          const made = await api.post<{ cycleCountId: string }>("/api/v1/cycle-counts", {
            facilityId: given.facilityId,
            targetOn: given.targetOn,
            note: given.note ?? null,
          });
          await navigate({ to: `/cycle-counts/${made.cycleCountId}` });
        }}
      />
    </Modal>
  );
}
