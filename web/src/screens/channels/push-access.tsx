import { ActionIcon, Modal, Select, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatInstant } from "../../lib/format.ts";
import { ActionButton, ConfirmAction, Instant, OneTimeSecret, Section } from "../../ui/index.ts";
import { type Channel, type PushCredential, type Summary, summaryQuery } from "./data.ts";
import { useMayManage } from "./may.ts";
import classes from "./push-access.module.css";

interface Issued {
  /** There was no key before it. */
  readonly first: boolean;
  readonly clientid: string;
  readonly securitykey: string;
  readonly othersEndAt: string;
}

type Push = NonNullable<Summary["push"]>;

/** Where the marketplace pushes to, with which headers, and a call to try; its key is issued here and shown once. */
export function PushAccess({ channel, push }: { channel: Channel; push: Push }) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const [asking, setAsking] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const [ending, setEnding] = useState<PushCredential | null>(null);
  const [overlap, setOverlap] = useState("24");
  const { credentials } = push;
  const refresh = () => client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
  const issue = async () => {
    const answer = await api.post<Omit<Issued, "first">>(`/api/v1/channels/${channel.channelId}/push-credential`, {
      overlapHours: Number(overlap),
    });
    setIssued({ ...answer, first });
    await refresh();
  };
  const first = credentials.length === 0;
  const base = push.url.replace(/\/uc\/v1\/order$/, "");
  return (
    <Section
      title={`How ${channel.sourceLabel} pushes`}
      line={`Give these to the ${channel.sourceLabel} team: it sends orders, cancellations, statuses and returns here, with these three headers.`}
      actions={
        <ActionButton
          label={first ? "Issue push key" : "Rotate push key"}
          icon={IconKey}
          primary={first}
          onClick={() => setAsking(true)}
          notNow={notNow}
        />
      }
    >
      <dl className={classes.table}>
        <Line label="Push URL" value={push.url} />
        <Line label="clientid" value={push.clientid} none="is made with the first key" />
        <Line label="merchantid" value={push.merchantid} none="the Username, once Connectors has one" />
        <Line
          label="securitykey"
          value={null}
          none={first ? "no key yet: nothing can be pushed" : "shown once, when it was issued"}
        />
        <Line
          label="Also"
          value={push.paths
            .slice(1)
            .map((path) => base + path)
            .join("\n")}
        />
      </dl>
      {credentials.length > 0 && (
        <ul className={classes.keys}>
          {credentials.map((key) => (
            <li key={key.pushCredentialId}>
              <IconKey size={14} aria-hidden />
              <span>
                Issued <Instant at={key.createdAt} /> ·{" "}
                {key.lastUsedAt === null ? (
                  "never used"
                ) : (
                  <>
                    last used <Instant at={key.lastUsedAt} />
                  </>
                )}{" "}
                ·{" "}
                {key.expiresAt === null ? (
                  "in force"
                ) : (
                  <strong className={classes.ends}>ends {formatInstant(key.expiresAt)}</strong>
                )}
              </span>
              <ActionButton label="End now" danger onClick={() => setEnding(key)} notNow={notNow} />
            </li>
          ))}
        </ul>
      )}
      <Curl text={push.curl} />
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={first ? "Issue push key" : "Rotate push key"}
        willHappen={
          first
            ? `Makes the securitykey with which ${channel.sourceLabel} pushes, for all your channels there. It is shown once.`
            : `Makes a new securitykey for all your ${channel.sourceLabel} channels, shown once. The key in use works on beside it for the time you choose; hand the new one over before it ends.`
        }
        verb={first ? "Issue key" : "Rotate key"}
        onConfirm={issue}
      >
        {!first && (
          <Select
            label="The key in use works on for"
            data={[
              { value: "0", label: "not at all: it ends now" },
              { value: "1", label: "1 hour" },
              { value: "24", label: "24 hours" },
              { value: "168", label: "7 days" },
            ]}
            value={overlap}
            onChange={(value) => setOverlap(value ?? "24")}
          />
        )}
      </ConfirmAction>
      {/* Closed by its own button alone: a click beside it would lose the key. */}
      <Modal
        opened={issued !== null}
        onClose={() => setIssued(null)}
        title={<strong>The new push key</strong>}
        size="lg"
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {issued !== null && (
          <OneTimeSecret
            label="securitykey"
            secret={issued.securitykey}
            note={`Send it to the ${channel.sourceLabel} team with clientid ${issued.clientid}. Only its hash is kept here: if it is lost, rotate again.${issued.first ? "" : ` The earlier key ends ${formatInstant(issued.othersEndAt)}.`}`}
            onStored={() => setIssued(null)}
          />
        )}
      </Modal>
      <ConfirmAction
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title="End this push key now"
        willHappen={
          credentials.length > 1
            ? "Whoever still sends it is answered 401 within five seconds. The other key goes on."
            : `It is the only one: ${channel.sourceLabel} can push nothing until a new key is issued and handed over.`
        }
        verb="End key"
        danger
        onConfirm={async () => {
          if (ending !== null) await api.del(`/api/v1/push-credentials/${ending.pushCredentialId}`);
          await refresh();
        }}
      />
    </Section>
  );
}

function Line({ label, value, none = "" }: { label: string; value: string | null; none?: string }) {
  return (
    <div className={classes.line}>
      <dt>{label}</dt>
      <dd>
        {value === null ? <span className={classes.none}>{none}</span> : <code>{value}</code>}
        {value !== null && <Copied text={value} label={label} />}
      </dd>
    </div>
  );
}

/** Copies a text, and says that it did. */
export function Copied({ text, label }: { text: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1_500 });
  return (
    <Tooltip label={clipboard.copied ? "Copied" : "Copy"}>
      <ActionIcon size={22} aria-label={`Copy ${label}`} onClick={() => clipboard.copy(text)}>
        {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Curl({ text }: { text: string }) {
  return (
    <details className={classes.curl}>
      <summary>A call to try</summary>
      <div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be focusable to be scrolled by keys. */}
        <pre tabIndex={0}>{text}</pre>
        <Copied text={text} label="the call" />
      </div>
    </details>
  );
}
