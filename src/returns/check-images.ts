import { userUrlFault } from "../../connectors/kit/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";

/** Whether addresses of pictures may be shown as links: public, http or https. They are never fetched from here. Refuses REVERSE_PICKUP_IMAGE. */
export function checkImages(urls: readonly string[]): Result<undefined> {
  for (const url of urls) {
    const fault = userUrlFault(url);
    if (fault !== null) return refuse("REVERSE_PICKUP_IMAGE", { url, fault });
  }
  return ok();
}
