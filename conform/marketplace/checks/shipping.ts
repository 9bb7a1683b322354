/** What a marketplace that ships or invoices gives: courier, label, invoice. These are GETs, asked about one order. */
import { isJson, type Json } from "../../../contract/compile.ts";
import type { Exchange } from "../../exchange.ts";
import { pdfFault } from "../../pdf.ts";
import { came, expectAnswer, expectInvalid, expectJson, kindOf, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../check.ts";
import type { Target } from "../facts.ts";
import { sampleOf } from "../samples.ts";
import type { Session } from "../session.ts";
import { wallTime } from "./order-rows.ts";

const MISSING_IDS = 'Answer 400 {"errors": [{"code", "message"}]} when the mandatory parameter is missing.';

export const shippingChecks: readonly Check[] = [
  {
    id: "courier.answer",
    operation: "getCourierDetails",
    title: "the answer is bare; AVAILABLE comes with courier and number",
    contract: ["paths", "/courierDetails", "get"],
    todo: "Say AVAILABLE only with awbNo, courierCode and courierName filled; COURIER_NOT_ASSIGNED until then, SELLER_SHIPPING where the seller ships.",
    run: (session) => withTarget(session, (target) => judgeCourier(session, target)),
  },
  {
    id: "courier.repeat",
    operation: "getCourierDetails",
    title: "asked twice, courier and number stay the same",
    contract: ["paths", "/courierDetails", "get"],
    todo: "Book the parcel once and answer the same booking every time: the answer is asked again after every doubt.",
    run: (session) =>
      withTarget(session, async (target) => {
        const found = findings();
        const first = await courier(session, target);
        const again = await courier(session, target);
        const [one, other] = [first.json, again.json];
        if (!isJson(one) || one.status !== "AVAILABLE") return skip(`no courier is assigned to order ${target.id} yet`);
        if (!isJson(other) || other.awbNo !== one.awbNo || other.courierCode !== one.courierCode)
          found.must(
            `order ${target.id}: first ${textOf(one.courierCode)} ${textOf(one.awbNo)}, then ${isJson(other) ? `${textOf(other.courierCode)} ${textOf(other.awbNo)}` : came(again)}`,
            again,
          );
        return found.verdict();
      }),
  },
  {
    id: "courier.unknown",
    operation: "getCourierDetails",
    title: "items that nobody knows have no courier",
    contract: ["paths", "/courierDetails", "get"],
    todo: "Answer COURIER_NOT_ASSIGNED (or 400) for items that are not an order's of this seller.",
    run: async (session) => {
      const found = findings();
      const exchange = await session.call("getCourierDetails", sampleOf("getCourierDetails"));
      if (exchange.status === 200) {
        const body = expectAnswer(found, "getCourierDetails", exchange, "unknown items", "status");
        if (body?.status === "AVAILABLE")
          found.must(
            `unknown items have courier ${textOf(body.courierCode)} and number ${textOf(body.awbNo)}`,
            exchange,
            "status",
          );
      } else if (exchange.status !== 400 && exchange.status !== 404)
        found.must(`unknown items: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
  {
    id: "courier.bad-request",
    operation: "getCourierDetails",
    title: "a call without orderItemIds is refused with 400",
    contract: ["components", "parameters", "OrderItemIds"],
    todo: MISSING_IDS,
    run: (session) => withoutIds(session, "getCourierDetails", "without orderItemIds"),
  },
  {
    id: "labels.pdf",
    operation: "getLabels",
    title: "a label is a bare JSON string: base64 of a readable PDF",
    contract: ["paths", "/orders/labels", "get"],
    todo: "Answer the base64 text itself as a JSON string, quotes around it and nothing else: no object, no list, no data: prefix, no raw PDF.",
    run: (session) => withTarget(session, (target) => judgeLabel(session, target)),
  },
  {
    id: "labels.unknown",
    operation: "getLabels",
    title: "items without a label are answered with 404 {message}",
    contract: ["paths", "/orders/labels", "get", "responses", "404"],
    todo: 'Answer 404 {"message": "Label not available"}.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.call("getLabels", sampleOf("getLabels"));
      if (exchange.status === 404) judgeMessage(found, exchange);
      else if (exchange.status === 200) found.must("unknown items have a label", exchange);
      else if (exchange.status !== 400) found.must(`unknown items: ${came(exchange)}, where 404 is meant`, exchange);
      return found.verdict();
    },
  },
  {
    id: "labels.bad-request",
    operation: "getLabels",
    title: "a call without orderItemIds is refused with 400",
    contract: ["components", "parameters", "OrderItemIds"],
    todo: MISSING_IDS,
    run: (session) => withoutIds(session, "getLabels", "without orderItemIds"),
  },
  {
    id: "invoice.answer",
    operation: "getInvoiceDetails",
    title: "number, date and the tax rates of each listing are given",
    contract: ["components", "schemas", "InvoiceDetails"],
    todo: "Send code, invoiceDate (yyyy-MM-ddTHH:mm:ss) and one row of productTaxes for each listing of the order, every rate as a number.",
    run: (session) => withInvoice(session, "invoice.answer", judgeInvoice),
  },
  {
    id: "invoice.taxes",
    operation: "getInvoiceDetails",
    title: "a listing is taxed by IGST, or by CGST with SGST or UTGST",
    contract: ["components", "schemas", "TaxRates"],
    todo: "Inside a state send CGST and SGST (in a union territory without a legislature CGST and UTGST) in equal halves and IGST 0; between states IGST alone.",
    run: (session) => withInvoice(session, "invoice.taxes", judgeTaxes),
  },
  {
    id: "invoice.repeat",
    operation: "getInvoiceDetails",
    title: "asked twice, number and date stay the same",
    contract: ["paths", "/invoiceDetails", "get"],
    todo: "Make the invoice of an order once. A second number for the same goods is a second tax invoice.",
    run: (session) =>
      withInvoice(session, "invoice.repeat", async (found, target, body) => {
        const again = await invoice(session, target);
        const other = isJson(again.json) ? again.json : {};
        if (other.code !== body.code || other.invoiceDate !== body.invoiceDate)
          found.must(
            `order ${target.id}: first ${textOf(body.code)} of ${textOf(body.invoiceDate)}, then ${textOf(other.code) || came(again)} of ${textOf(other.invoiceDate)}`,
            again,
          );
      }),
  },
  {
    id: "invoice.unknown",
    operation: "getInvoiceDetails",
    title: "an unknown order has no invoice",
    contract: ["paths", "/invoiceDetails", "get", "responses", "400"],
    todo: 'Answer 400 {"errors": [{"code", "message"}]} for an order that is not this seller\'s.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.call("getInvoiceDetails", sampleOf("getInvoiceDetails"));
      if (exchange.status !== 400 && exchange.status !== 404)
        found.must(`an unknown order: ${came(exchange)}, where 400 is meant`, exchange);
      return found.verdict();
    },
  },
  {
    id: "invoice.bad-request",
    operation: "getInvoiceDetails",
    title: "a call without orderId is refused with 400",
    contract: ["paths", "/invoiceDetails", "get", "parameters", "0"],
    todo: MISSING_IDS,
    run: (session) => withoutIds(session, "getInvoiceDetails", "without orderId"),
  },
];

async function withTarget(session: Session, run: (target: Target) => Promise<Verdict>): Promise<Verdict> {
  const target = await session.facts.target();
  return target.known ? run(target.value) : skip(target.why);
}

async function withoutIds(
  session: Session,
  id: "getLabels" | "getCourierDetails" | "getInvoiceDetails",
  what: string,
): Promise<Verdict> {
  const found = findings();
  expectInvalid(found, id, await session.withNothing(id), what);
  return found.verdict();
}

function courier(session: Session, target: Target): Promise<Exchange> {
  return session.call("getCourierDetails", { query: { orderItemIds: target.itemIds } });
}

function invoice(session: Session, target: Target): Promise<Exchange> {
  return session.call("getInvoiceDetails", { query: { orderId: target.id } });
}

async function judgeCourier(session: Session, target: Target): Promise<Verdict> {
  const found = findings();
  const exchange = await courier(session, target);
  const body = expectAnswer(found, "getCourierDetails", exchange, `order ${target.id}`, "status");
  if (body?.status === "AVAILABLE")
    for (const name of ["awbNo", "courierCode", "courierName"])
      if (body[name] === "") found.must(`order ${target.id}: AVAILABLE, and ${name} is empty`, exchange, name);
  return found.verdict(body ? `order ${target.id}: ${textOf(body.status)}` : "");
}

function judgeMessage(found: Findings, exchange: Exchange): void {
  if (!isJson(exchange.json) || typeof exchange.json.message !== "string")
    found.advise("404 comes without {message}; the message is shown to the person who waits for the label", exchange);
}

async function judgeLabel(session: Session, target: Target): Promise<Verdict> {
  const exchange = await session.call("getLabels", { query: { orderItemIds: target.itemIds } });
  const found = findings();
  if (exchange.status === 404) {
    judgeMessage(found, exchange);
    return found.count > 0 ? found.verdict() : skip(`order ${target.id} has no label yet`);
  }
  if (exchange.status !== 200) {
    found.must(`order ${target.id}: ${came(exchange)}`, exchange);
    return found.verdict();
  }
  if (exchange.content?.subarray(0, 5).toString("latin1") === "%PDF-") {
    found.must("the answer is a PDF itself, not its base64 text as a JSON string", exchange);
    return found.verdict();
  }
  const label = expectJson(found, exchange, "label");
  if (label === undefined) return found.verdict();
  const text = typeof label === "string" ? label : firstText(label);
  if (typeof label !== "string") found.must(`the answer is ${kindOf(label)}, not a bare string`, exchange);
  if (text.startsWith("data:")) found.must('the string begins with "data:", a prefix that must not be there', exchange);
  const base64 = text.replace(/^data:[^,]*,/, "");
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(base64)) found.must("the string is not base64", exchange);
  else {
    const fault = pdfFault(Buffer.from(base64, "base64"));
    if (fault !== null) found.must(`what the base64 holds ${fault}`, exchange);
  }
  return found.verdict(`order ${target.id}: a PDF of ${Buffer.byteLength(base64, "base64")} bytes`);
}

/** The label inside of whatever stands around it, so that all that is wrong with it is said at once. */
function firstText(label: unknown): string {
  const inside = Array.isArray(label) ? label : isJson(label) ? Object.values(label) : [];
  return inside.map(textOf).toSorted((one, other) => other.length - one.length)[0] ?? "";
}

type JudgeInvoice = (found: Findings, target: Target, body: Json, exchange: Exchange) => void | Promise<void>;

/** The order's invoice, for checks of it; the first of them says where it cannot be read. */
function withInvoice(session: Session, id: string, judge: JudgeInvoice): Promise<Verdict> {
  return withTarget(session, async (target) => {
    const exchange = await invoice(session, target);
    const found = findings();
    const body = expectAnswer(found, "getInvoiceDetails", exchange, `order ${target.id}`, "code");
    if (id !== "invoice.answer" && (body === null || found.count > 0))
      return skip("the invoice could not be read: see invoice.answer");
    if (body) await judge(found, target, body, exchange);
    return found.verdict(body ? `order ${target.id}: ${textOf(body.code)}` : "");
  });
}

function judgeInvoice(found: Findings, target: Target, body: Json, exchange: Exchange): void {
  const code = textOf(body.code);
  if (code === "") found.must(`order ${target.id}: code is empty`, exchange, "code");
  // Rule 46 of the CGST Rules; the contract itself sets no length.
  if (code.length > 16)
    found.advise(
      `order ${target.id}: code "${code}" has ${code.length} characters; a GST invoice number has 16 at most`,
      exchange,
      "code",
    );
  if (typeof body.invoiceDate === "string" && wallTime(body.invoiceDate) === null)
    found.must(
      `order ${target.id}: invoiceDate "${body.invoiceDate.slice(0, 40)}" is not yyyy-MM-ddTHH:mm:ss`,
      exchange,
      "invoiceDate",
    );
  const taxed = new Set(
    objects(body.productTaxes).map(({ productId, variantId }) => `${textOf(productId)}\n${textOf(variantId)}`),
  );
  for (const { productId, variantId, status } of target.items)
    if (status !== "CANCELLED" && !taxed.has(`${productId}\n${variantId}`))
      found.must(
        `order ${target.id}: productTaxes has no row for product ${productId}, variant ${variantId}`,
        exchange,
        "productTaxes",
      );
}

function judgeTaxes(found: Findings, target: Target, body: Json, exchange: Exchange): void {
  for (const [index, row] of objects(body.productTaxes).entries()) {
    const rate = (name: string) => (typeof row[name] === "number" ? row[name] : 0);
    const [central, state, territory, integrated] = [
      rate("centralGstPercentage"),
      rate("stateGstPercentage"),
      rate("unionTerritoryGstPercentage"),
      rate("integratedGstPercentage"),
    ];
    const at = `productTaxes/${index}`;
    const what = `order ${target.id}, product ${textOf(row.productId)}`;
    const inside = central + state + territory;
    if (integrated > 0 && inside > 0)
      found.must(
        `${what}: IGST ${integrated} stands beside CGST ${central}, SGST ${state} and UTGST ${territory}; it is one or the other`,
        exchange,
        at,
      );
    if (state > 0 && territory > 0)
      found.must(`${what}: SGST ${state} and UTGST ${territory} are both set; it is one or the other`, exchange, at);
    if (integrated === 0 && Math.abs(central - (state + territory)) > 1e-9)
      found.must(`${what}: CGST ${central} and SGST or UTGST ${state + territory} are not equal`, exchange, at);
    const whole = integrated + inside;
    if (typeof row.taxPercentage === "number" && row.taxPercentage > 0 && Math.abs(row.taxPercentage - whole) > 1e-9)
      found.advise(`${what}: taxPercentage is ${row.taxPercentage}, and the heads make ${whole}`, exchange, at);
  }
}
