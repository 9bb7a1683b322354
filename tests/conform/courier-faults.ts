/** Couriers that are wrong in one thing each, and the checks that must name it. */
import { isJson, type Json } from "../../contract/compile.ts";
import { type Answered, type Asked, altered, type Fault, mapRows } from "./fault-proxy.ts";
import type { Planted } from "./faults.ts";
import { without } from "./spoil.ts";

const body = ({ body: json }: Asked): Json => (isJson(json) ? json : {});
/** Spoils what is answered with 200 or 201 at one address. */
const taken =
  (path: string, spoil: (said: Answered, asked: Asked) => Answered): (() => Fault) =>
  () =>
  async (asked, pass) => {
    const said = await pass();
    return asked.path === path && said.status < 300 ? spoil(said, asked) : said;
  };
const isSuccess = ({ body: json }: Answered) => isJson(json) && json.status === "SUCCESS";
/** The same server's page in place of a file. */
const pageOf = (file: unknown) => new URL("/", String(file)).href;
const awbsOf = (asked: Asked) => (asked.query.waybills ?? "").replaceAll('"', "").split(",");

export const COURIER_FAULTS: readonly Planted[] = [
  {
    name: "another word for done",
    fault: taken("/waybill/update", (said) => altered(said, { status: "OK" })),
    fails: ["update.taken"],
    says: 'status is "OK", and must be one of SUCCESS, FAILED',
    write: true,
  },
  {
    name: "the number under another case",
    fault: taken("/waybill", (said) => {
      if (!isSuccess(said) || !isJson(said.body)) return said;
      return { ...said, body: { ...without(said.body, "waybill"), WayBill: said.body.waybill } };
    }),
    fails: ["waybill.prepaid", "waybill.cod", "waybill.reverse", "waybill.variety"],
    says: 'there is "WayBill", and it must be written "waybill"',
    write: true,
  },
  {
    name: "cancellations from anybody",
    fault: () => {
      let token = "";
      return async (asked, pass) => {
        const said = await pass();
        if (asked.path === "/authToken" && isJson(said.body) && typeof said.body.token === "string")
          token = said.body.token;
        return said.status === 401 && asked.path === "/cancel" ? pass({ headers: { authorization: token } }) : said;
      };
    },
    fails: ["auth.token-required"],
    says: "POST /cancel without a token: HTTP 400",
  },
  {
    name: "403 for a token that has ended",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return said.status === 401 && asked.headers.authorization !== undefined ? { ...said, status: 403 } : said;
    },
    fails: ["auth.token-checked"],
    says: "HTTP 403",
  },
  {
    name: 'a token that is only taken with "Bearer" before it',
    fault: () => async (asked, pass) => {
      const isBearer = /^Bearer /.test(asked.headers.authorization ?? "");
      return asked.path === "/authToken" || isBearer ? pass() : pass({ headers: {} });
    },
    fails: ["auth.header"],
    says: "a token that was just given: HTTP 401",
  },
  {
    name: "500 for a wrong password",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return asked.path === "/authToken" && !isSuccess(said) ? { status: 500, body: { message: "no" } } : said;
    },
    fails: ["auth.refused"],
    says: "a wrong password: HTTP 500",
  },
  {
    name: "a token under another name",
    fault: taken("/authToken", (said) =>
      isSuccess(said) && isJson(said.body)
        ? { ...said, body: { ...without(said.body, "token"), access_token: said.body.token } }
        : said,
    ),
    fails: ["auth.login"],
    says: "status is SUCCESS, and token is missing or empty",
  },
  {
    name: "a label that is a web page",
    fault: taken("/waybill", (said) =>
      isSuccess(said) && isJson(said.body) ? altered(said, { shippingLabel: pageOf(said.body.shippingLabel) }) : said,
    ),
    fails: ["label.pdf"],
    says: "the label is no PDF",
    write: true,
  },
  {
    name: "a label by a name alone",
    fault: taken("/waybill", (said) => (isSuccess(said) ? altered(said, { shippingLabel: "label.pdf" }) : said)),
    fails: ["waybill.prepaid", "waybill.cod", "waybill.reverse", "waybill.variety", "label.pdf"],
    says: "shippingLabel is no web address",
    write: true,
  },
  {
    name: "a parcel without weight booked",
    fault: () => async (asked, pass) => {
      const { Shipment } = body(asked);
      const isLight = asked.path === "/waybill" && isJson(Shipment) && Shipment.weight === undefined;
      return isLight ? pass({ body: { ...body(asked), Shipment: { ...Shipment, weight: "500" } } }) : pass();
    },
    fails: ["waybill.incomplete"],
    says: "without Shipment.weight: 200, and status is SUCCESS",
    write: true,
  },
  {
    name: "a PIN code that is not served, booked all the same",
    fault: () => async (asked, pass) => {
      const address = body(asked).deliveryAddressDetails;
      return isJson(address) && address.pincode === "799999"
        ? pass({ body: { ...body(asked), deliveryAddressDetails: { ...address, pincode: "560001" } } })
        : pass();
    },
    fails: ["waybill.unserviceable"],
    says: "PIN code 799999: 200, and status is SUCCESS",
    write: true,
  },
  {
    name: "one number for every parcel",
    fault: () => {
      let first = "";
      return async (asked, pass) => {
        const said = await pass();
        if (asked.path !== "/waybill" || !isSuccess(said) || !isJson(said.body)) return said;
        first ||= String(said.body.waybill);
        return body(asked).returnShipmentFlag === "true" ? altered(said, { waybill: first }) : said;
      };
    },
    fails: ["waybill.reverse"],
    says: "before",
    write: true,
  },
  {
    name: "fifty-one numbers answered",
    fault: () => async (asked, pass) => {
      const numbers = awbsOf(asked);
      return asked.path === "/waybillDetails" && numbers.length > 50
        ? pass({ query: { waybills: `"${numbers.slice(0, 50).join(",")}"` } })
        : pass();
    },
    fails: ["tracking.too-many"],
    says: "51 numbers: 200, and status is SUCCESS",
  },
  {
    name: "404 where a number is not known",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const rows = isJson(said.body) && Array.isArray(said.body.waybillDetails) ? said.body.waybillDetails.length : 0;
      return asked.path === "/waybillDetails" && said.status === 200 && rows < awbsOf(asked).length
        ? { status: 404, body: { status: "FAILED", message: "not found", waybillDetails: [] } }
        : said;
    },
    fails: ["tracking.unknown", "tracking.fifty"],
    says: "an unknown number: HTTP 404",
    write: true,
  },
  {
    name: "a state for numbers that nobody knows",
    fault: taken("/waybillDetails", (said, asked) => {
      const known = new Set(
        isJson(said.body) && Array.isArray(said.body.waybillDetails)
          ? said.body.waybillDetails.filter(isJson).map(({ waybill }) => waybill)
          : [],
      );
      const invented = awbsOf(asked).filter((awb) => awb !== "" && !known.has(awb));
      const rows = invented.map((waybill) => ({
        waybill,
        currentStatus: "PICKUP_PENDING",
        statusDate: "05-Aug-2023 03:52:09",
      }));
      const given = isJson(said.body) && Array.isArray(said.body.waybillDetails) ? said.body.waybillDetails : [];
      return altered(said, { waybillDetails: [...given, ...rows] });
    }),
    fails: ["tracking.unknown", "tracking.fifty"],
    says: "an unknown number: a state is given",
    write: true,
  },
  {
    name: "dates as computers write them",
    fault: taken("/waybillDetails", (said) =>
      mapRows(said, "waybillDetails", (row) => ({ ...row, statusDate: "2026-11-22T10:00:00" })),
    ),
    fails: ["tracking.one", "tracking.fifty", "cancel.tracked"],
    says: "statusDate must match pattern",
    write: true,
  },
  {
    name: "one number of a list answered",
    fault: taken("/waybillDetails", (said) =>
      altered(said, {
        waybillDetails:
          isJson(said.body) && Array.isArray(said.body.waybillDetails) ? said.body.waybillDetails.slice(0, 1) : [],
      }),
    ),
    fails: ["tracking.fifty"],
    says: "is given not at all",
    write: true,
  },
  {
    name: "a parcel that is delivered when it is booked",
    fault: taken("/waybillDetails", (said) =>
      mapRows(said, "waybillDetails", (row) =>
        row.currentStatus === "CANCELLED" ? row : { ...row, currentStatus: "DELIVERED" },
      ),
    ),
    fails: ["tracking.one"],
    says: "a parcel that was just booked is DELIVERED",
    write: true,
  },
  {
    name: "200 for a manifest",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return asked.path === "/manifest" && said.status === 201 ? { ...said, status: 200 } : said;
    },
    fails: ["manifest.made"],
    says: "HTTP 200 (SUCCESS), where 201 is meant",
    write: true,
  },
  {
    name: "a manifest that is a web page",
    fault: taken("/manifest", (said) =>
      isJson(said.body) ? altered(said, { manifestDownloadUrl: pageOf(said.body.manifestDownloadUrl) }) : said,
    ),
    fails: ["manifest.pdf"],
    says: "the manifest is no PDF",
    write: true,
  },
  {
    name: "a second manifest for one number",
    fault: () => {
      let first: Answered | null = null;
      return async (asked, pass) => {
        const said = await pass();
        if (asked.path !== "/manifest") return said;
        if (said.status === 201) first = said;
        return said.status === 400 && first ? first : said;
      };
    },
    fails: ["manifest.again"],
    says: "again: HTTP 201 (SUCCESS), where 400 is meant",
    write: true,
  },
  {
    name: "an unknown number that is not named",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return asked.path === "/manifest"
        ? altered(said, isJson(said.body) && "invalidAWBs" in said.body ? { invalidAWBs: [] } : {})
        : said;
    },
    fails: ["manifest.unknown"],
    says: "invalidAWBs does not name it",
    write: true,
  },
  {
    name: "500 for a number that is cancelled already",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const again = isJson(said.body) && String(said.body.errorMessage).includes("already");
      return asked.path === "/cancel" && again ? { status: 500, body: { message: "already" } } : said;
    },
    fails: ["cancel.twice"],
    says: "a second time: HTTP 500",
    write: true,
  },
  {
    name: "a cancellation of a number that nobody knows",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const unknown = isJson(said.body) && said.body.errorMessage === "Waybill is unknown";
      return asked.path === "/cancel" && unknown
        ? { status: 200, body: { ...body({ ...asked, body: said.body }), status: "SUCCESS" } }
        : said;
    },
    fails: ["cancel.unknown"],
    says: "an unknown number: 200, and status is SUCCESS",
    write: true,
  },
  {
    name: "a cancellation without words",
    fault: taken("/cancel", (said) => ({ ...said, body: without(isJson(said.body) ? said.body : {}, "errorMessage") })),
    fails: ["cancel.taken"],
    says: "errorMessage is missing",
    write: true,
  },
];

/** Exactly these warn, and nothing fails. */
export const COURIER_ODDITIES: readonly (Omit<Planted, "fails"> & { readonly warns: readonly string[] })[] = [
  {
    name: "another number for a code that was booked",
    fault: () => {
      let times = 0;
      return async (asked, pass) => {
        const { Shipment } = body(asked);
        if (asked.path !== "/waybill" || !isJson(Shipment)) return pass();
        times++;
        return pass({ body: { ...body(asked), Shipment: { ...Shipment, code: `${String(Shipment.code)}-${times}` } } });
      };
    },
    warns: ["waybill.repeat"],
    says: "a second time: another number",
    write: true,
  },
  {
    name: "times in UTC",
    fault: taken("/waybillDetails", (said) =>
      mapRows(said, "waybillDetails", (row) => ({ ...row, statusDate: inUtc() })),
    ),
    warns: ["tracking.time"],
    says: "330 minutes from now in India",
    write: true,
  },
  {
    name: "a number that stays booked",
    fault: () => {
      const kept = new Set<string>();
      return async (asked, pass) => {
        const { waybill, awbNumbers } = body(asked);
        if (asked.path === "/cancel" && kept.has(String(waybill)))
          return { status: 200, body: { status: "FAILED", waybill, errorMessage: "already on a manifest" } };
        if (asked.path === "/manifest" && Array.isArray(awbNumbers))
          for (const awb of awbNumbers) kept.add(String(awb));
        return pass();
      };
    },
    warns: ["cancel.rest"],
    says: "stays booked: HTTP 200 (FAILED: already on a manifest)",
    write: true,
  },
];

/** Now, as UTC writes it. */
function inUtc(): string {
  const at = Temporal.Now.instant().toZonedDateTimeISO("UTC");
  const month = at.toLocaleString("en-US", { month: "short" });
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.day)}-${month}-${at.year} ${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
}
