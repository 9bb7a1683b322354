/** Amazon's page on which a seller lets the application in. */
import type { ConsentDeclaration } from "../kit/index.ts";

const SELLER_CENTRAL = "https://sellercentral.amazon.in";
const PATH = "/apps/authorize/consent";

export const consent: ConsentDeclaration = {
  label: "Authorize on Amazon",
  gives: ["refreshToken", "sellerId"],
  url: ({ fields, state, redirectUri, origin }) => {
    const url = new URL(PATH, origin ?? SELLER_CENTRAL);
    url.searchParams.set("application_id", fields.applicationId ?? "");
    url.searchParams.set("state", state);
    url.searchParams.set("redirect_uri", redirectUri);
    return url.toString();
  },
};
