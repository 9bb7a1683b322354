import { Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { reportDone, reportProblem, Section } from "../../ui/index.ts";
import { type Summary, summaryQuery } from "./data.ts";
import { useMayManage } from "./may.ts";

/** The syncs that the pace is of: they are asked for together. */
const paced = ["ORDERS", "STATUS_CANCELLED"];

/** How often the channel is asked for orders, Cancelled and Dispatched at most. Saved as soon as it is chosen. */
export function Pace({ summary }: { summary: Summary }) {
  const { channel, pace, cards } = summary;
  const client = useQueryClient();
  const notNow = useMayManage();
  const asked = cards.filter((card) => paced.includes(card.kind) && card.canSyncNow);
  if (asked.length === 0) return null;
  const wished = pace.wishedMinutes;
  const set = async (value: string | null) => {
    const minutes = value === null || value === "free" ? null : Number(value);
    try {
      await api.put(`/api/v1/channels/${channel.channelId}/pace`, { minutes });
      await client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
      reportDone(
        minutes === null
          ? `${channel.name} is asked as often as limits allow.`
          : `${channel.name} is asked every ${minutes} minutes at most.`,
      );
    } catch (error) {
      reportProblem(error, "Set how often it is asked");
    }
  };
  const now = asked.flatMap((card) => (card.schedule === null ? [] : [`${card.title} ${card.schedule}`]));
  return (
    <Section
      title="How often it is asked"
      line={`New orders, Cancelled and Dispatched are asked for together. Slower spares the limits of ${channel.sourceLabel}; past ${pace.minutesMax} minutes news would come later than the ten minutes within which Cancelled and Dispatched are to be here.`}
    >
      <Select
        size="sm"
        maw={360}
        label="How often it is asked, at most"
        description={`Saved as soon as it is chosen.${now.length === 0 ? "" : ` Now: ${now.join("; ")}.`}`}
        inputWrapperOrder={["label", "input", "error", "description"]}
        allowDeselect={false}
        disabled={notNow !== null}
        value={wished === null ? "free" : String(wished)}
        data={[
          { value: "free", label: "As often as its limits allow" },
          ...Array.from({ length: pace.minutesMax - 1 }, (_, i) => ({
            value: String(i + 2),
            label: `Every ${i + 2} minutes`,
          })),
          ...(wished === 1 ? [{ value: "1", label: "Every minute" }] : []),
        ]}
        onChange={(value) => void set(value)}
      />
    </Section>
  );
}
