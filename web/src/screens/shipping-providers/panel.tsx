import { IconPlugConnected } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { ActionButton, StateChip } from "../../ui/index.ts";
import { courierAccountStates } from "../shared/courier-numbers.ts";
import { CourierPush } from "./courier-push.tsx";
import type { Provider } from "./provider-data.ts";
import { ProviderSections } from "./provider-sections.tsx";
import classes from "./providers.module.css";

/** One courier beside the list: how it stands, its numbers, its pincodes, its settings. */
export function ProviderPanel({
  provider,
  notMine,
  onChanged,
}: {
  provider: Provider;
  notMine: string | null;
  onChanged: () => void;
}) {
  const navigate = useNavigate();
  const { account, providerId } = provider;
  return (
    <>
      {account !== null && (
        <div className={classes.buttons}>
          <StateChip state={account} table={courierAccountStates} size="md" />
          {account !== "CONNECTED" && (
            <ActionButton
              primary
              label="Connect"
              icon={IconPlugConnected}
              onClick={() =>
                navigate({ to: `/settings/shipping-providers/${providerId}`, search: { view: "account" } })
              }
            />
          )}
        </div>
      )}
      {provider.brokenReason !== null && (
        <p className={classes.note} data-tone="failed">
          {provider.brokenReason}
        </p>
      )}
      <ProviderSections provider={provider} notMine={notMine} onChanged={onChanged} />
      <CourierPush provider={provider} notMine={notMine} />
    </>
  );
}
