/** Partners that are wrong in one thing each, and the checks that must name it. */
import { isJson, type Json } from "../../contract/compile.ts";
import { type Asked, altered, type Fault } from "./fault-proxy.ts";
import type { Planted } from "./faults.ts";
import { without } from "./spoil.ts";

const failed = (message: string, status = 200) => ({ status, body: { status: "Failed", message } });
const body = ({ body: json }: Asked): Json => (isJson(json) ? json : {});
/** Spoils what is answered with Success at one address. */
const taken =
  (
    path: string,
    spoil: (said: { status: number; body: unknown }, asked: Asked) => ReturnType<typeof failed> | typeof said,
  ): (() => Fault) =>
  () =>
  async (asked, pass) => {
    const said = await pass();
    return asked.path === path && said.status === 200 ? spoil(said, asked) : said;
  };
/** Refuses what a picky partner would. */
const picky =
  (path: string, isRefused: (json: Json) => boolean, status = 200): (() => Fault) =>
  () =>
  async (asked, pass) =>
    asked.path === path && isJson(asked.body) && isRefused(asked.body) ? failed("I do not take that", status) : pass();
const lines = (json: Json): Json[] => (Array.isArray(json.invoiceItems) ? json.invoiceItems.filter(isJson) : []);

export const PARTNER_FAULTS: readonly Planted[] = [
  {
    name: "SUCCESS in capitals",
    fault: taken("/allocateReturnCourier", (said) => altered(said, { status: "SUCCESS" })),
    fails: ["allocateReturnCourier.taken", "allocateReturnCourier.twice"],
    says: 'status is "SUCCESS" and must be written Success',
  },
  {
    name: "another word for done",
    fault: taken("/closeGatepass", (said) => altered(said, { status: "OK" })),
    fails: ["closeGatepass.taken", "closeGatepass.twice"],
    says: 'status is "OK", and must be one of Success, Failed',
  },
  {
    name: "no message",
    fault: taken("/completeReturn", (said) => ({
      ...said,
      body: without(isJson(said.body) ? said.body : {}, "message"),
    })),
    fails: ["completeReturn.taken", "completeReturn.twice"],
    says: "message is missing",
  },
  {
    name: "a page in place of JSON",
    fault: taken("/approvedPurchaseOrder", (said) => ({ ...said, text: "<html>Thank you</html>" })),
    fails: ["approvedPurchaseOrder.taken", "approvedPurchaseOrder.twice"],
    says: "the answer is not JSON",
  },
  {
    name: "204 without a body",
    fault: taken("/discardGatepass", () => ({ status: 204, body: { status: "", message: "" } })),
    fails: ["discardGatepass.taken", "discardGatepass.twice"],
    says: "the answer is not JSON",
  },
  {
    name: "deliveries from anybody, with a token or without",
    fault: () => {
      let token = "";
      return async (asked, pass) => {
        const said = await pass();
        if (asked.path === "/oauth/token" && isJson(said.body) && typeof said.body.token === "string")
          token = said.body.token;
        return said.status === 401 && asked.path === "/delivered" ? pass({ headers: { authorization: token } }) : said;
      };
    },
    fails: ["token.required", "token.checked"],
    says: "/delivered without a token: HTTP 200 (Success",
  },
  {
    name: "200 with Failed for a wrong token",
    fault: () => async (_, pass) => {
      const said = await pass();
      return said.status === 401 ? { ...said, status: 200 } : said;
    },
    fails: ["token.required", "token.checked"],
    says: "HTTP 200 (Failed",
  },
  {
    name: 'a token that is only taken with "Bearer" before it',
    fault: () => async (asked, pass) => {
      const bearer = /^Bearer (.*)$/.exec(asked.headers.authorization ?? "")?.[1];
      if (asked.path === "/oauth/token") return pass();
      return pass({ headers: bearer === undefined ? {} : { authorization: bearer } });
    },
    fails: ["token.header"],
    says: "a token that was just given: HTTP 401",
  },
  {
    name: "500 for a wrong password",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const isRefused = isJson(said.body) && said.body.status === "INVALID_CREDENTIALS";
      return isRefused && asked.body !== undefined ? { status: 500, body: { message: "bad credentials" } } : said;
    },
    fails: ["token.refused-json"],
    says: "a wrong password: HTTP 500, where 200 or 401 is meant",
  },
  {
    name: "a token for any password",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const isRefused = isJson(said.body) && said.body.status === "INVALID_CREDENTIALS";
      return isRefused && asked.body === undefined
        ? { status: 200, body: { status: "SUCCESS", access_token: "anybody" } }
        : said;
    },
    fails: ["token.refused-basic"],
    says: "a wrong password: status is SUCCESS",
  },
  {
    name: "a token call whose words are in lower case",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const isGiven = asked.path === "/oauth/token" && isJson(said.body) && said.body.status === "SUCCESS";
      return isGiven && asked.body !== undefined ? altered(said, { status: "success" }) : said;
    },
    fails: ["token.given-json"],
    says: "must be written SUCCESS",
  },
  {
    name: "500 for an event that comes twice",
    fault: () => {
      const known = new Set<string>();
      return async (asked, pass) => {
        if (asked.path !== "/assignAWB") return pass();
        const key = asked.headers["idempotency-key"] ?? "";
        const said = known.has(key) ? { status: 500, body: { message: "duplicate key" } } : await pass();
        if (said.status === 200) known.add(key);
        return said;
      };
    },
    fails: ["assignAWB.twice"],
    says: "a second time: HTTP 500 (duplicate key)",
  },
  {
    name: "Failed for an event that comes twice",
    fault: () => {
      const known = new Set<string>();
      return async (asked, pass) => {
        const key = asked.headers["idempotency-key"] ?? "";
        const said = await pass();
        if (asked.path !== "/completeInflowReceipt" || said.status !== 200) return said;
        if (known.has(key)) return failed("known already");
        known.add(key);
        return said;
      };
    },
    fails: ["completeInflowReceipt.twice"],
    says: "status is Failed (Failed: known already)",
  },
  {
    name: "500 for a body that is no JSON",
    fault: () => async (asked, pass) =>
      asked.path === "/createShipment" && asked.raw !== undefined
        ? { status: 500, body: { message: "Unexpected end of JSON input" } }
        : pass(),
    fails: ["createShipment.malformed"],
    says: "a body cut in the middle: HTTP 500",
  },
  {
    name: "Success for whatever comes",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return asked.path === "/cancelSOItem" && said.status === 400
        ? { status: 200, body: { status: "Success", message: "Thank you" } }
        : said;
    },
    fails: ["cancelSOItem.malformed"],
    says: "a body cut in the middle: HTTP 200 (Success: Thank you)",
  },
  {
    name: "an invoice without paymentDetail refused",
    fault: picky("/invoiced", (json) => json.paymentDetail === undefined),
    fails: ["invoiced.charges", "invoiced.payment"],
    says: "status is Failed (Failed: I do not take that)",
  },
  {
    name: "a custom field without a value refused",
    fault: picky("/invoiced", (json) => JSON.stringify(json.customFieldValues ?? []).includes("null"), 400),
    fails: ["invoiced.fields"],
    says: "HTTP 400 (Failed: I do not take that), where 200 is meant",
  },
  {
    name: "a line of several pieces refused",
    fault: picky("/invoiced", (json) => lines(json).some(({ quantity }) => quantity !== 1)),
    fails: ["invoiced.lines"],
    says: "three lines, several pieces of each: status is Failed",
  },
  {
    name: "UTGST that nobody thought of",
    fault: picky("/invoiced", (json) => lines(json).some(({ unionTerritoryGst }) => unionTerritoryGst !== 0), 422),
    fails: ["invoiced.taxes"],
    says: "sold within a union territory (CGST and UTGST): HTTP 422",
  },
  {
    name: "an hour of 12 that is no hour",
    fault: picky("/invoiced", (json) => / 12:05:07/.test(String(json.created)), 500),
    fails: ["invoiced.dates"],
    says: "just after midnight, and a label older than its invoice: HTTP 500",
  },
  {
    name: "a narrow space that is not read",
    fault: picky("/invoiced", (json) => String(json.created).includes("\u202f")),
    fails: ["invoiced.dates"],
    says: "a narrow space (U+202F) before AM or PM: status is Failed",
  },
  {
    name: "an unknown member refused",
    fault: picky("/createShipment", (json) => "godownConform" in json, 400),
    fails: ["createShipment.extra"],
    says: "members that the contract does not name: HTTP 400",
  },
  {
    name: "a shipment of which only the codes are known refused",
    fault: picky("/createShipment", (json) => isJson(json.saleOrderDTO) && json.saleOrderDTO.items === undefined, 400),
    fails: ["createShipment.bare"],
    says: "the wrapper with the codes alone: HTTP 400",
  },
  {
    name: "a server that does not know Devanagari",
    fault: () => async (asked, pass) =>
      asked.path === "/createShipment" && /\p{Script=Devanagari}/u.test(JSON.stringify(body(asked)))
        ? { status: 500, body: { message: "Incorrect string value" } }
        : pass(),
    fails: ["createShipment.texts"],
    says: "long names and other scripts: HTTP 500 (Incorrect string value)",
  },
  {
    name: "a label that must not be older than its invoice",
    fault: () => {
      const invoices = new Map<string, string>();
      return async (asked, pass) => {
        const { shippingPackageCode: code, created } = body(asked);
        if (asked.path === "/invoiced") invoices.set(String(code), String(created));
        const isOlder =
          / 11:\d\d:\d\d PM$/.test(String(created)) && / 12:05:07 AM$/.test(invoices.get(String(code)) ?? "");
        return asked.path === "/assignAWB" && isOlder ? failed("the label is older than the invoice") : pass();
      };
    },
    fails: ["assignAWB.earlier"],
    says: "status is Failed (Failed: the label is older than the invoice)",
  },
];

/** Exactly these warn, and nothing fails. */
export const PARTNER_ODDITIES: readonly (Omit<Planted, "fails"> & { readonly warns: readonly string[] })[] = [
  {
    name: "a dispatch refused whose invoice never came",
    fault: () => {
      const packed = new Set<string>();
      return async (asked, pass) => {
        const code = String(body(asked).shippingPackageCode);
        if (asked.path === "/invoiced") packed.add(code);
        return asked.path === "/dispatchedShipment" &&
          isJson(asked.body) &&
          asked.headers.authorization &&
          !packed.has(code)
          ? failed("not packed yet")
          : pass();
      };
    },
    warns: ["dispatchedShipment.disorder"],
    says: "told in the wrong order: status is Failed (Failed: not packed yet)",
  },
  {
    name: "202 for what is taken",
    fault: taken("/awaitedGatepass", (said) => ({ ...said, status: 202 })),
    warns: ["awaitedGatepass.taken", "awaitedGatepass.twice"],
    says: "HTTP 202; 200 is what the contract has",
  },
  {
    name: "401 without words",
    fault: () => async (_, pass) => {
      const said = await pass();
      return said.status === 401 ? { status: 401, body: null, text: "Unauthorized" } : said;
    },
    warns: ["token.required", "token.checked"],
    says: "the body of 401 is not",
  },
  {
    name: "an older text of a parcel that comes back, not known",
    fault: picky("/createReturn", (json) => json.type === "COURIER_RETURN"),
    warns: ["createReturn.spelling"],
    says: "the older text of a parcel that comes back: status is Failed",
  },
];
