import { Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { serverNowMs } from "../../lib/clock.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { ConfirmAction, reportDone } from "../../ui/index.ts";
import { type Partner, partnersChanged, partnersPath } from "./data.ts";
import { deliveriesAre, fromIndianTime, indianTime } from "./words.ts";

const DAY_MS = 86_400_000;

/** Sends everything again that failed since a moment and was not dismissed. */
export function RepeatFailed({
  partners,
  partnerId,
  onClose,
}: {
  partners: readonly Partner[];
  /** Chosen at first. */
  partnerId: string | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(partnerId ?? partners.find((each) => each.flagged > 0)?.partnerId ?? null);
  const [since, setSince] = useState(() => indianTime(serverNowMs() - DAY_MS));
  const partner = partners.find((each) => each.partnerId === chosen);
  const moment = fromIndianTime(since);
  const missing = partner === undefined ? "Choose a partner." : moment === null ? "Choose since when." : null;
  const repeat = async () => {
    const { repeated } = await api.post<{ repeated: number }>(`${partnersPath}/${chosen ?? ""}/repeat-failed`, {
      since: moment,
    });
    await partnersChanged(client);
    reportDone(
      repeated === 0
        ? "Nothing failed since then that is not dismissed."
        : `${deliveriesAre(repeated)} sent again to ${partner?.name ?? ""}.`,
    );
  };
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title="Repeat all failed"
      verb="Send again"
      willHappen="Sends what the partner refused or what was given up since then, and nobody dismissed: the same bodies under the same keys, in order. What the partner has booked already it knows by its key."
      notNow={missing}
      onConfirm={repeat}
    >
      <Select
        label="Partner"
        data={partners.map(({ partnerId: value, name, flagged }) => ({
          value,
          label: `${name} · ${formatCount(flagged)} failed in all`,
        }))}
        value={chosen}
        allowDeselect={false}
        onChange={setChosen}
        mb={12}
      />
      <TextInput
        type="datetime-local"
        label="Failed since"
        description="India time."
        inputWrapperOrder={["label", "input", "error", "description"]}
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
      />
    </ConfirmAction>
  );
}

/** Switches a partner on or off, and says what becomes of what waits. */
export function SwitchPartner({ partner, onClose }: { partner: Partner; onClose: () => void }) {
  const client = useQueryClient();
  const { partnerId, name, enabled, waiting } = partner;
  const some = plural(waiting, "event waits", "events wait");
  const switchIt = async () => {
    await api.post(`${partnersPath}/${partnerId}/${enabled ? "disable" : "enable"}`);
    await partnersChanged(client);
    reportDone(enabled ? `${name} is told of nothing any more.` : `${name} is told of what happens from now on.`);
  };
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`${enabled ? "Disable" : "Enable"} ${name}`}
      verb={enabled ? "Disable" : "Enable"}
      danger={enabled}
      willHappen={
        enabled
          ? `Nothing more is queued for it, and nothing is sent. ${
              waiting === 0
                ? "Nothing waits now."
                : `${some}: kept, and sent in order once it is enabled again, unless discarded.`
            } What happens meanwhile it is never told.`
          : `It is told of what happens from now on. ${
              waiting === 0 ? "Nothing waits for it." : `${some} from before: sent at once, in order.`
            } What happened while it was off is not sent.`
      }
      onConfirm={switchIt}
    />
  );
}

/** What waits is not sent after all. */
export function DiscardWaiting({ partner, onClose }: { partner: Partner; onClose: () => void }) {
  const client = useQueryClient();
  // What comes in after the dialog was opened is not what was asked about.
  const [before] = useState(() => new Date(serverNowMs()).toISOString());
  const { partnerId, name, waiting } = partner;
  const discard = async () => {
    const { discarded } = await api.post<{ discarded: number }>(`${partnersPath}/${partnerId}/discard-waiting`, {
      before,
    });
    await partnersChanged(client);
    reportDone(`${deliveriesAre(discarded)} not sent to ${name}.`);
  };
  return (
    <ConfirmAction
      opened
      danger
      onClose={onClose}
      title={`Discard what waits for ${name}`}
      verb="Do not send"
      willHappen={`${plural(waiting, "event waits", "events wait")} for ${name}. What has come in until now is not sent; later events go on. Each stays in the log as Discarded and can be repeated from there.`}
      onConfirm={discard}
    />
  );
}
