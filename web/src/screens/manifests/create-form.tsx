import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useFacility, useSession } from "../../lib/session.ts";
import { DeclaredForm, type FieldValue, type FormValues } from "../../ui/index.ts";
import { useChannelChoices, useChoicesRead, useProviderChoices, useSourceOf, useSources } from "../shared/choices.ts";

const channelShips = "CHANNEL_SHIPS";
const ofChannel = "CHANNEL_COURIER:";

interface ChannelCourier {
  readonly code: string;
  readonly name: string;
  readonly ready: number;
}

const chosenId = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Couriers of the channel that have parcels ready at the facility. */
function useChannelCouriers(channelId: string | null, facilityId: string | null): readonly ChannelCourier[] {
  const { data } = useQuery({
    queryKey: ["manifest-couriers", channelId, facilityId],
    queryFn: ({ signal }) =>
      api.get<{ couriers: readonly ChannelCourier[] }>("/api/v1/manifest-couriers", { channelId, facilityId }, signal),
    enabled: channelId !== null && facilityId !== null,
  });
  return data?.couriers ?? [];
}

/** Makes a manifest for one facility, channel and courier, and goes to it. */
export function CreateManifest({ onClose }: { onClose: () => void }) {
  const read = useChoicesRead();
  return (
    <Modal opened onClose={onClose} title={<strong>Create manifest</strong>}>
      {read ? <ManifestForm onClose={onClose} /> : <p role="status">Reading channels and couriers…</p>}
    </Modal>
  );
}

function ManifestForm({ onClose }: { onClose: () => void }) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const channels = useChannelChoices();
  const providers = useProviderChoices().filter((provider) => provider.enabled);
  const navigate = useNavigate();
  const onlyOne = providers.length === 1 ? (providers[0]?.providerId ?? null) : null;
  const initial: FormValues = {
    facilityId: chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null),
    channelId: channels.length === 1 ? (channels[0]?.channelId ?? null) : null,
    shippingProviderId: onlyOne,
  };
  const [values, setValues] = useState<FormValues>(initial);
  const channelId = chosenId(values.channelId);
  const couriers = useChannelCouriers(channelId, chosenId(values.facilityId));
  const sources = useSources();
  const source = useSourceOf(channelId ?? "");
  const ships = source?.rules.channelShips ?? [true, false];
  /** Another channel or facility has other couriers: the one that was chosen may not be among them. */
  const courierFor = (next: FormValues): FieldValue => {
    const channel = channels.find((each) => each.channelId === next.channelId);
    const allowed = sources.find((each) => each.id === channel?.source)?.rules.channelShips ?? [true, false];
    const before = chosenId(next.shippingProviderId);
    const own = providers.find(({ providerId }) => providerId === before);
    if (!allowed.includes(false)) return channelShips;
    return own?.providerId ?? (before === channelShips && allowed.includes(true) ? channelShips : onlyOne);
  };
  /** A channel of one facility is packed there; what was chosen stays. */
  const facilityFor = (next: FormValues): FieldValue => {
    const at = channels.find((each) => each.channelId === next.channelId)?.facilities ?? [];
    const [only] = at.length === 1 ? facilities.filter(({ id }) => id === at[0]?.facilityId) : [];
    return chosenId(next.facilityId) ?? only?.id ?? null;
  };
  const ownList = providers.map(({ providerId, name }) => ({ value: providerId, label: name }));
  return (
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
          options: channels.map(({ channelId: value, name }) => ({ value, label: name })),
          help: "A manifest is for the parcels of one channel.",
        },
        {
          name: "shippingProviderId",
          label: "Courier",
          type: "select",
          required: true,
          options: [
            ...(ships.includes(true)
              ? [
                  { value: channelShips, label: "The channel ships, with any of its couriers" },
                  ...couriers.map(({ code, name, ready }) => ({
                    value: ofChannel + code,
                    label: `${name} of the channel (${plural(ready, "package")} ready)`,
                  })),
                ]
              : []),
            ...(ships.includes(false) ? ownList : []),
          ],
          help:
            source?.rules.manifestBy === "channel"
              ? `The one who collects and signs. ${source.label} makes the list when the manifest closes.`
              : "The one who collects and signs.",
        },
      ]}
      initial={initial}
      onChange={(next, changed) => {
        const placed = changed === "channelId" ? { ...next, facilityId: facilityFor(next) } : next;
        const kept = changed === "shippingProviderId" ? next : { ...placed, shippingProviderId: courierFor(placed) };
        // The form asks in the middle of its own change: ours comes after it.
        queueMicrotask(() => setValues(kept));
        return kept;
      }}
      submitLabel="Create manifest"
      onCancel={onClose}
      onSubmit={async (given) => {
        const wanted = String(given.shippingProviderId);
        const courier = wanted.startsWith(ofChannel) ? wanted.slice(ofChannel.length) : null;
        const byChannel = wanted === channelShips || courier !== null;
        const made = await api.post<{ manifestId: string }>("/api/v1/manifests", {
          facilityId: given.facilityId,
          channelId: given.channelId,
          shippingProviderId: byChannel ? null : wanted,
          channelCourierCode: courier,
        });
        await navigate({ to: `/manifests/${made.manifestId}` });
      }}
    />
  );
}
