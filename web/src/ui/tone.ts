/** What a colour says, and all it may say: waiting for its turn, in work, wants a person, failed or late, finished. */
export type Tone = "waiting" | "working" | "attention" | "failed" | "done";

export const toneColor = (tone: Tone): string => `var(--g-${tone})`;
export const toneSoft = (tone: Tone): string => `var(--g-${tone}-soft)`;
export const toneMark = (tone: Tone): string => `var(--g-${tone}-mark)`;
