import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleDotted,
  IconCircleX,
  type TablerIcon,
} from "@tabler/icons-react";
import classes from "./state-chip.module.css";
import { type Tone, toneColor, toneSoft } from "./tone.ts";

/** How one state is shown, wherever it is shown. A table of these per lifecycle lives with the screens. */
export interface StateLook {
  readonly word: string;
  readonly tone: Tone;
  readonly icon?: TablerIcon;
}
export type StateTable = Readonly<Record<string, StateLook>>;

const toneIcon: Record<Tone, TablerIcon> = {
  waiting: IconCircleDotted,
  working: IconCircle,
  attention: IconAlertTriangle,
  failed: IconCircleX,
  done: IconCircleCheck,
};

/** A state nobody listed still shows, in grey, by its own name: a missing row in the table must not hide a record's state. */
export function lookOf(state: string, table: StateTable): StateLook {
  const words = state.toLowerCase().replaceAll("_", " ");
  return table[state] ?? { word: words.charAt(0).toUpperCase() + words.slice(1), tone: "waiting" };
}

/** A state: icon, word and colour from `table`. */
export function StateChip({ state, table, size = "sm" }: { state: string; table: StateTable; size?: "sm" | "md" }) {
  const look = lookOf(state, table);
  const Icon = look.icon ?? toneIcon[look.tone];
  return (
    <span
      className={classes.chip}
      data-size={size}
      data-tone={look.tone}
      style={{ color: toneColor(look.tone), background: toneSoft(look.tone) }}
    >
      <Icon size={size === "md" ? 15 : 13} stroke={2} aria-hidden />
      {look.word}
    </span>
  );
}
