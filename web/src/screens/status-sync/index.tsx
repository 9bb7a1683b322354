import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { AsOf, Page, Tabs } from "../../ui/index.ts";
import { CouriersTab } from "./couriers.tsx";
import { overviewQuery } from "./data.ts";
import { OverviewTab } from "./overview.tsx";
import { PushList } from "./push-list.tsx";
import { ShortageList } from "./shortage-list.tsx";
import { WordsList } from "./words-list.tsx";

/** The automated status sync: how late each channel's words are, what waits and why, what was adopted, what is short. */
export function Screen() {
  const [{ view = "channels" }] = useUrlState();
  const may = useMay();
  const { data, error, refetch } = useQuery(overviewQuery);
  return (
    <Page
      fill={view !== "channels" && view !== "couriers"}
      title="Status sync"
      line="What is cancelled or dispatched on a marketplace’s own panel becomes so here, within ten minutes at most."
      actions={<AsOf at={data?.asOf} error={error} onRetry={refetch} />}
    >
      <Tabs
        param="view"
        tabs={[
          { value: "channels", label: "Channels" },
          { value: "words", label: "Words heard" },
          ...(may("shipping.view")
            ? [
                { value: "couriers", label: "Couriers" },
                { value: "pushes", label: "Pushed by couriers" },
              ]
            : []),
          ...(may("inventory.view") ? [{ value: "shortages", label: "Shortages" }] : []),
        ]}
      />
      {view === "words" ? (
        <WordsList />
      ) : view === "shortages" ? (
        <ShortageList prefix="s-" />
      ) : view === "couriers" ? (
        <CouriersTab />
      ) : view === "pushes" ? (
        <PushList />
      ) : (
        <OverviewTab />
      )}
    </Page>
  );
}
