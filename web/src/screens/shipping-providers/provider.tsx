import { IconPlugConnected, IconPlugX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, AsOf, Code, ConfirmAction, Page, Refusal, reportDone, StateChip, Tabs } from "../../ui/index.ts";
import { courierAccountStates } from "../shared/courier-numbers.ts";
import { type Connected, type CourierOfProvider, courierQuery, providerPath, providerQuery } from "./account-data.ts";
import { AccountForm } from "./account-form.tsx";
import { CourierLine } from "./courier-line.tsx";
import { CourierPush } from "./courier-push.tsx";
import { CourierExchangesTab } from "./exchanges.tsx";
import { NumbersTab } from "./numbers.tsx";
import { kindWords, type Provider } from "./provider-data.ts";
import { ProviderSections } from "./provider-sections.tsx";
import classes from "./providers.module.css";
import { ToldTab } from "./told.tsx";

const back = { to: "/settings/shipping-providers", label: "Shipping providers" };

/** One courier: how it does, its account, its numbers, what it was told, and every exchange. */
export function Screen() {
  const { providerId = "" } = useParams({ strict: false });
  const { data, error, dataUpdatedAt, refetch } = useQuery(providerQuery(providerId));
  if (data === undefined)
    return (
      <Page title="Shipping provider" back={back}>
        {error === null ? (
          <div className={classes.bones} aria-busy="true" aria-hidden />
        ) : (
          <Refusal error={error} title="The provider could not be read" />
        )}
      </Page>
    );
  return (
    <Found
      // What was typed for one provider must not show at another.
      key={data.providerId}
      provider={data}
      asOf={<AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />}
    />
  );
}

function Found({ provider, asOf }: { provider: Provider; asOf: React.ReactNode }) {
  const may = useMay();
  const { kind, providerId, name, code, account, enabled } = provider;
  const isApi = kind === "API";
  const courier = useQuery({ ...courierQuery(providerId), enabled: isApi });
  const notMine = may("shipping.edit") ? null : "Your role does not include changing couriers.";
  const [tried, setTried] = useState<Connected | null>(null);
  return (
    <Page
      back={back}
      documentTitle={name}
      title={
        <>
          <span className={classes.name}>{name}</span>
          {account !== null && <StateChip state={account} table={courierAccountStates} size="md" />}
          {asOf}
        </>
      }
      line={
        <>
          <Code>{code}</Code> · {kindWords[kind]}
          {!enabled && " · off: no new parcel is given to it"}
        </>
      }
      actions={courier.data !== undefined && <Actions of={courier.data} notMine={notMine} onTried={setTried} />}
    >
      {!isApi ? (
        <Basics provider={provider} notMine={notMine} />
      ) : courier.data !== undefined ? (
        <OfApi provider={provider} of={courier.data} notMine={notMine} tried={tried} onTried={setTried} />
      ) : courier.error === null ? (
        <div className={classes.bones} aria-busy="true" aria-hidden />
      ) : (
        <Refusal error={courier.error} title="Its account could not be read" />
      )}
    </Page>
  );
}

function useChanged(providerId: string) {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) =>
        queryKey[1] === "/api/v1/shipping-providers" ||
        queryKey[0] === "choices" ||
        (queryKey[0] === "shipping-provider" && queryKey[1] === providerId),
    });
}

/** Its pincodes, settings, and how it pushes. */
function Basics({ provider, notMine }: { provider: Provider; notMine: string | null }) {
  const changed = useChanged(provider.providerId);
  return (
    <div className={classes.view}>
      <ProviderSections provider={provider} notMine={notMine} onChanged={() => void changed()} />
      {provider.kind === "AWB_POOL" && <CourierPush provider={provider} notMine={notMine} />}
    </div>
  );
}

function OfApi({
  provider,
  of,
  notMine,
  tried,
  onTried,
}: {
  provider: Provider;
  of: CourierOfProvider;
  notMine: string | null;
  /** What Connect came to when it was pressed last. */
  tried: Connected | null;
  onTried: (answer: Connected | null) => void;
}) {
  const [{ view: asked }, change] = useUrlState();
  const { providerId } = provider;
  // Without an account there is one thing to do.
  const first = of.account === null ? "account" : "line";
  const view = asked ?? first;
  const tabs = [
    { value: "line", label: "How it does" },
    { value: "account", label: "Account" },
    { value: "numbers", label: "Numbers" },
    { value: "told", label: "Told" },
    { value: "exchanges", label: "Exchanges" },
    { value: "basics", label: "Pincodes & settings" },
  ];
  return (
    <>
      <Tabs param="view" tabs={[...tabs].sort((a, b) => Number(b.value === first) - Number(a.value === first))} />
      {view === "account" ? (
        <AccountForm
          of={of}
          notMine={notMine}
          answer={tried}
          onAnswer={onTried}
          onConnected={() => change({ view: "line" })}
        />
      ) : view === "numbers" ? (
        <NumbersTab providerId={providerId} />
      ) : view === "told" ? (
        <ToldTab providerId={providerId} />
      ) : view === "exchanges" ? (
        <CourierExchangesTab providerId={providerId} />
      ) : view === "basics" ? (
        <Basics provider={provider} notMine={notMine} />
      ) : (
        <CourierLine provider={provider} of={of} notMine={notMine} />
      )}
    </>
  );
}

/** Connect tries what is stored; Disconnect stops everything that is sent. */
function Actions({
  of,
  notMine,
  onTried,
}: {
  of: CourierOfProvider;
  notMine: string | null;
  onTried: (answer: Connected) => void;
}) {
  const [{ view }, change] = useUrlState();
  const [asking, setAsking] = useState(false);
  const { providerId, name, account } = of;
  const changed = useChanged(providerId);
  if (account === null) return null;
  const path = `${providerPath(providerId)}/courier`;
  const connect = async () => {
    const tried = await api.post<Connected>(`${path}/connect`);
    await changed();
    if (tried.connected) reportDone(tried.detail);
    // The form says what came back, and is where it is mended.
    else {
      onTried(tried);
      change({ view: "account" }, { push: true });
    }
  };
  return (
    <>
      {account.state !== "CONNECTED" && view !== "account" && (
        <ActionButton primary label="Connect" icon={IconPlugConnected} notNow={notMine} onClick={connect} />
      )}
      {account.state !== "NOT_CONNECTED" && (
        <ActionButton label="Disconnect" icon={IconPlugX} notNow={notMine} onClick={() => setAsking(true)} />
      )}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        danger
        title={`Disconnect ${name}`}
        willHappen={`Nothing is sent to ${name} any more: no numbers are asked for, none are given back, tracking is not asked. Its address and credentials stay; Connect goes on with what waited. What it pushes is still taken.`}
        verb="Disconnect"
        onConfirm={async () => {
          await api.post(`${path}/disconnect`);
          await changed();
        }}
      />
    </>
  );
}
