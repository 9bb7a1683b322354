import { IconLink } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { ActionButton, ConfirmAction, Instant, Refusal, Section } from "../../ui/index.ts";
import { type Channel, type Hook, hookQuery } from "./data.ts";
import { useMayManage } from "./may.ts";
import classes from "./push-access.module.css";
import { Copied } from "./push-access.tsx";

/** Where the marketplace wakes us: the address to enter there, made here, made anew when it has become known to others. */
export function WakeUps({ channel }: { channel: Channel }) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const [asking, setAsking] = useState(false);
  const { data, error } = useQuery(hookQuery(channel.channelId));
  const issue = async () => {
    const hook = await api.post<Hook>(`/api/v1/channels/${channel.channelId}/hook`);
    client.setQueryData(hookQuery(channel.channelId).queryKey, { hook });
  };
  const hook = data?.hook ?? null;
  return (
    <Section
      title={`Wake-ups from ${channel.sourceLabel}`}
      line={`Enter this address on the panel of ${channel.sourceLabel}: when it tells that something happened, it is asked at once instead of at the next run. Nothing else is believed of what comes there. Without it, the syncs run by the clock.`}
      actions={
        data !== undefined && (
          <ActionButton
            label={hook === null ? "Make address" : "Make anew"}
            icon={IconLink}
            onClick={() => (hook === null ? issue() : setAsking(true))}
            notNow={notNow}
          />
        )
      }
    >
      {error !== null && data === undefined && <Refusal error={error} title="The address could not be read" />}
      {data !== undefined && (
        <dl className={classes.table}>
          <div className={classes.line}>
            <dt>Address</dt>
            <dd>
              {hook === null ? (
                <span className={classes.none}>none was made yet</span>
              ) : (
                <>
                  <code>{hook.url}</code>
                  <Copied text={hook.url} label="the address for wake-ups" />
                </>
              )}
            </dd>
          </div>
          {hook !== null && (
            <div className={classes.line}>
              <dt>Last used</dt>
              <dd>
                {hook.lastUsedAt === null ? (
                  <span className={classes.none}>never: it is not entered there yet, or nothing has happened</span>
                ) : (
                  <Instant at={hook.lastUsedAt} />
                )}
              </dd>
            </div>
          )}
        </dl>
      )}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title="Make the address anew"
        willHappen={`The address in use ends at once: ${channel.sourceLabel} wakes nobody until the new one is entered there. Orders and statuses go on being asked for by the clock.`}
        verb="Make anew"
        danger
        onConfirm={issue}
      />
    </Section>
  );
}
