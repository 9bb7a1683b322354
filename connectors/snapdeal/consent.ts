/** The seller's consent at Snapdeal's own page: its token comes back with the browser. */
import { type ConsentDeclaration, fail, type OperationTable, succeed } from "../kit/index.ts";

const PAGE = "https://authorize.snapdeal.com";
/** Under which name the token comes back is not published. */
const TOKEN_PARAMETERS = ["token", "sellerToken", "authToken", "authzToken", "X-Seller-AuthZ-Token"] as const;

export const consent: ConsentDeclaration = {
  label: "Authorize on Snapdeal",
  gives: ["sellerToken"],
  url: ({ fields, state, redirectUri, origin }) => {
    const back = new URL(redirectUri);
    back.searchParams.set("state", state); // the page gives nothing back but what stands in returnURL
    const page = new URL("/authserverui/login", origin ?? PAGE);
    page.searchParams.set("returnURL", back.toString());
    page.searchParams.set("appId", fields.appId || fields.clientId || "");
    return page.toString();
  },
};

/** Snapdeal gives the seller's token itself, not a code for one: there is nothing to ask for. */
export const redeemConsent: OperationTable["redeemConsent"] = async (_, { parameters }) => {
  const sellerToken = TOKEN_PARAMETERS.map((name) => parameters[name]?.trim() ?? "").find((value) => value !== "");
  if (sellerToken !== undefined) return succeed({ sellerToken });
  const channelMessage =
    "Snapdeal's page came back without a seller token: access was not given, or its name is new to us.";
  return fail({ reached: "yes", kind: "refused", channelMessage });
};
