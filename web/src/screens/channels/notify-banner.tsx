import { Checkbox } from "@mantine/core";
import { IconBellOff, IconSend } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { ActionButton, ConfirmAction, reportDone } from "../../ui/index.ts";
import { Banner } from "./banner.tsx";
import { type Summary, summaryQuery } from "./data.ts";
import { useMayManage } from "./may.ts";

/** Says what was not told while Notify Channel On Dispatch was off, and offers to tell it. */
export function NotifyBanner({ summary }: { summary: Summary }) {
  const { channel, notify } = summary;
  const client = useQueryClient();
  const notNow = useMayManage();
  const [asking, setAsking] = useState(false);
  const [sendToo, setSendToo] = useState(true);
  const refresh = () => client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
  const send = async () => {
    const { orders } = await api.post<{ orders: number }>(`/api/v1/channels/${channel.channelId}/send-unsent`);
    await refresh();
    reportDone(`What was not sent of ${plural(orders, "order")} is on its way.`);
  };
  const switchOn = async () => {
    await api.patch(`/api/v1/channels/${channel.channelId}/settings`, { notifyOnDispatch: true });
    if (sendToo && notify.notSent > 0) await send();
    else await refresh();
  };
  if (notify.warning === null && notify.notSent === 0) return null;
  if (notify.warning === null)
    return (
      <Banner
        tone="attention"
        icon={<IconSend size={18} />}
        action={<ActionButton label={`Send ${formatCount(notify.notSent)}`} onClick={send} notNow={notNow} />}
      >
        <strong>{formatCount(notify.notSent)} not sent.</strong> These notifications and dispatch details fell into the
        time when Notify Channel On Dispatch was off. {channel.sourceLabel} does not know of them until they are sent.
      </Banner>
    );
  return (
    <Banner
      tone="attention"
      icon={<IconBellOff size={18} />}
      action={<ActionButton label="Switch on" onClick={() => setAsking(true)} notNow={notNow} />}
    >
      {notify.warning}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title="Switch Notify Channel On Dispatch on"
        willHappen={`From now on ${channel.sourceLabel} is told every change of a package's state, and the dispatch details at hand-over.`}
        verb="Switch on"
        onConfirm={switchOn}
      >
        {notify.notSent > 0 && (
          <Checkbox
            label={`Send the ${formatCount(notify.notSent)} that were not sent, too`}
            checked={sendToo}
            onChange={(event) => setSendToo(event.currentTarget.checked)}
          />
        )}
      </ConfirmAction>
    </Banner>
  );
}
