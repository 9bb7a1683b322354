import { IconArrowRight } from "@tabler/icons-react";
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
  const to = `/settings/shipping-providers/${provider.providerId}`;
  return (
    <>
      <div className={classes.buttons}>
        {provider.account !== null && <StateChip state={provider.account} table={courierAccountStates} size="md" />}
        <ActionButton
          label={provider.account === null || provider.account === "CONNECTED" ? "Open" : "Connect"}
          icon={IconArrowRight}
          primary={provider.account !== null && provider.account !== "CONNECTED"}
          onClick={() =>
            navigate({
              to,
              search: provider.account === null || provider.account === "CONNECTED" ? {} : { view: "account" },
            })
          }
        />
      </div>
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
