import { useMay } from "../../lib/session.ts";

/** Why somebody may not change channels, or null. */
export function useMayManage(): string | null {
  return useMay()("channels.manage") ? null : "Your role may look at channels and not change them.";
}
