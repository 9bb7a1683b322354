import { type OperationTable, succeed } from "../../kit/index.ts";
import { ask, token } from "../wire.ts";

/** Checks the credentials: a new token, then the first page of listings with it. */
export const verify: OperationTable["verify"] = async (call, step) => {
  const renewed = await token.renew(call); // the token of a moment ago would prove nothing about these credentials
  if (!renewed.ok) return renewed;
  step({ title: "Sign in", detail: "Bazaar Street accepted user name and password and gave a token." });
  const listed = await token.withToken(call, (headers) =>
    ask(call, { id: "getListings", query: { page: 1 }, idempotent: true }, headers),
  );
  if (!listed.ok) return listed;
  const { total } = listed.value;
  step({ title: "Read the listings", detail: `${total} listings are on Bazaar Street.` });
  return succeed({ listings: total });
};
