/** Calls to the simulator beside the connector, as anybody may make them. */
import type { AmazonAccount } from "./index.ts";

/** A token of the seller, as the log-in gives it; "" where it gives none. */
export async function tokenOf(baseUrl: string, account: AmazonAccount): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = account;
  const form = new URLSearchParams({ grant_type: "refresh_token", client_id, client_secret, refresh_token });
  const answer: unknown = await (await fetch(`${baseUrl}/auth/o2/token`, { method: "POST", body: form })).json();
  return typeof answer === "object" && answer !== null && "access_token" in answer ? String(answer.access_token) : "";
}

export async function rawCall(baseUrl: string, path: string, token: string) {
  const answer = await fetch(`${baseUrl}${path}`, { headers: { "x-amz-access-token": token } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text.startsWith("{") ? JSON.parse(text) : null };
}
