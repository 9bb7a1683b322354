import { api } from "../../lib/api.ts";

/** Sends the browser to the marketplace's own page on which the seller gives access; it comes back to /channels/consent. */
export async function authorize(channelId: string): Promise<void> {
  const { url } = await api.post<{ url: string }>(`/api/v1/channels/${channelId}/consent`);
  window.location.assign(url);
}
