import { Modal, Select } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatInstant } from "../../lib/format.ts";
import { ActionButton, Code, ConfirmAction, Facts, Instant, OneTimeSecret, Refusal, Section } from "../../ui/index.ts";
import { Payload } from "../shared/payload.tsx";
import type { Provider } from "./provider-data.ts";
import classes from "./providers.module.css";

interface Key {
  readonly pushCredentialId: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

interface Access {
  readonly url: string;
  readonly clientid: string | null;
  readonly merchantid: string;
  readonly providerCode: string;
  readonly credentials: readonly Key[];
}

interface Issued {
  readonly clientid: string;
  readonly securitykey: string;
  readonly othersEndAt: string;
  readonly first: boolean;
}

/** What a courier needs in order to push what becomes of its parcels; its key is issued here and shown once. */
export function CourierPush({ provider, notMine }: { provider: Provider; notMine: string | null }) {
  const client = useQueryClient();
  const path = `/api/v1/shipping-providers/${provider.providerId}`;
  const queryKey = ["shipping-provider", provider.providerId, "push-access"];
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<Access>(`${path}/push-access`, {}, signal),
  });
  const [asking, setAsking] = useState(false);
  const [overlap, setOverlap] = useState("24");
  const [issued, setIssued] = useState<Issued | null>(null);
  const [ending, setEnding] = useState<Key | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey });
  if (data === undefined)
    return error === null ? null : <Refusal error={error} title="The push address could not be read" />;
  const first = data.credentials.length === 0;
  return (
    <Section
      title="Tracking pushed by the courier"
      line="Give these to the courier: it tells of each scan at once, and is asked less often."
      actions={
        <ActionButton
          label={first ? "Issue push key" : "Rotate push key"}
          icon={IconKey}
          notNow={notMine}
          onClick={() => setAsking(true)}
        />
      }
    >
      <Facts
        facts={[
          ["Push URL", <Code key="url">{data.url}</Code>],
          [
            "clientid",
            data.clientid === null ? "is made with the first key" : <Code key="client">{data.clientid}</Code>,
          ],
          ["merchantid", <Code key="merchant">{data.merchantid}</Code>],
          ["securitykey", first ? "no key yet: nothing can be pushed" : "shown once, when it was issued"],
          ["providerCode", <Code key="provider">{data.providerCode}</Code>],
        ]}
      />
      <PushExample access={data} />
      {data.credentials.map((key) => (
        <div key={key.pushCredentialId} className={classes.key}>
          <span>
            Issued <Instant at={key.createdAt} />,{" "}
            {key.lastUsedAt === null ? (
              "never used"
            ) : (
              <>
                last used <Instant at={key.lastUsedAt} />
              </>
            )}
            , {key.expiresAt === null ? "in force" : <strong>ends {formatInstant(key.expiresAt)}</strong>}
          </span>
          <ActionButton label="End now" danger notNow={notMine} onClick={() => setEnding(key)} />
        </div>
      ))}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={first ? "Issue push key" : "Rotate push key"}
        willHappen={
          first
            ? `Makes the securitykey with which ${provider.name} pushes. It is shown once.`
            : "Makes a new securitykey, shown once. The key in use works on beside it for the time you choose."
        }
        verb={first ? "Issue key" : "Rotate key"}
        onConfirm={async () => {
          const answer = await api.post<Omit<Issued, "first">>(`${path}/push-credential`, {
            overlapHours: Number(overlap),
          });
          setIssued({ ...answer, first });
          await refresh();
        }}
      >
        {!first && (
          <Select
            label="The key in use works on for"
            data={[
              { value: "0", label: "not at all: it ends now" },
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
            note={`Send it to ${provider.name} with clientid ${issued.clientid}. Only its hash is kept here: if it is lost, rotate again.${issued.first ? "" : ` The earlier key ends ${formatInstant(issued.othersEndAt)}.`}`}
            onStored={() => setIssued(null)}
          />
        )}
      </Modal>
      <ConfirmAction
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title="End this push key now"
        willHappen="Whoever still sends it is answered 401 within five seconds."
        verb="End key"
        danger
        onConfirm={async () => {
          if (ending !== null) await api.del(`${path}/push-credentials/${ending.pushCredentialId}`);
          await refresh();
        }}
      />
    </Section>
  );
}

/** A call to try, as the courier would send it; the key is left for whoever has it. */
function PushExample({ access }: { access: Access }) {
  const body = {
    trackingNumber: "AWB-OF-A-PARCEL",
    providerCode: access.providerCode,
    trackingStatus: "DELIVERED_SHIPMENT_DELIVERED",
    statusDate: "2026-01-31 14:32:10",
  };
  const text = [
    `curl -X POST '${access.url}' \\`,
    `  -H 'clientid: ${access.clientid ?? "CLIENTID"}' -H 'merchantid: ${access.merchantid}' -H 'securitykey: SECURITYKEY' \\`,
    "  -H 'content-type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join("\n");
  return (
    <details className={classes.example}>
      <summary>A call to try</summary>
      <Payload body={text} label="A call to try" />
    </details>
  );
}
