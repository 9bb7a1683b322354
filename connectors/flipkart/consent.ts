/** A seller gives the operator's application access on Flipkart's own page. */
import type { ConsentDeclaration } from "../kit/index.ts";

/** Below the log-in service's address. */
const AUTHORIZE = "/oauth/authorize";

/** @param oauthHost Flipkart's own log-in service */
export function consentAt(oauthHost: string): ConsentDeclaration {
  return {
    label: "Authorize on Flipkart",
    gives: ["refreshToken"],
    url: ({ fields, state, redirectUri, origin }) => {
      const url = new URL(`${(origin ?? oauthHost).replace(/\/+$/, "")}${AUTHORIZE}`);
      const query = {
        client_id: fields.appId ?? "",
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "Seller_Api",
        state,
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
  };
}
