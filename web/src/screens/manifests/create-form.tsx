import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { useFacility, useSession } from "../../lib/session.ts";
import { DeclaredForm } from "../../ui/index.ts";
import { useChannelChoices, useProviderChoices } from "../shared/choices.ts";

const channelShips = "CHANNEL_SHIPS";

/** Makes a manifest for one facility, channel and courier, and goes to it. */
export function CreateManifest({ onClose }: { onClose: () => void }) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const channels = useChannelChoices();
  const providers = useProviderChoices().filter((provider) => provider.enabled);
  const navigate = useNavigate();
  return (
    <Modal opened onClose={onClose} title={<strong>Create manifest</strong>}>
      <DeclaredForm
        fields={[
          {
            name: "facilityId",
            label: "Facility",
            type: "select",
            required: true,
            options: facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
            help: "Where the courier collects.",
          },
          {
            name: "channelId",
            label: "Channel",
            type: "select",
            required: true,
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
            help: "A manifest is for the parcels of one channel.",
          },
          {
            name: "shippingProviderId",
            label: "Courier",
            type: "select",
            required: true,
            options: [
              ...providers.map(({ providerId, name }) => ({ value: providerId, label: name })),
              { value: channelShips, label: "The channel ships" },
            ],
            help: "The one who collects and signs.",
          },
        ]}
        initial={{
          facilityId: chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null),
          channelId: channels.length === 1 ? (channels[0]?.channelId ?? null) : null,
          shippingProviderId: providers.length === 1 ? (providers[0]?.providerId ?? null) : null,
        }}
        submitLabel="Create manifest"
        onCancel={onClose}
        onSubmit={async (values) => {
          const provider = values.shippingProviderId === channelShips ? null : values.shippingProviderId;
          const made = await api.post<{ manifestId: string }>("/api/v1/manifests", {
            facilityId: values.facilityId,
            channelId: values.channelId,
            shippingProviderId: provider,
          });
          await navigate({ to: `/manifests/${made.manifestId}` });
        }}
      />
    </Modal>
  );
}
