/** The page of a marketplace simulator: orders by hand, what arrived, faults. Drawn here, refreshed by a few lines of script. */
import { FAULT_KINDS } from "./faults.ts";
import { type Html, html } from "./html.ts";
import { isJson, type Json } from "./json.ts";
import type { Simulation } from "./marketplace.ts";
import { fullTitle } from "./orders.ts";
import { SCRIPT, STYLE } from "./page-assets.ts";
import type { SimOrder, SimOrderItem, SimReturn } from "./types.ts";
import { type Received, stockView } from "./world.ts";

const ROWS = 25;
const ZONE = "Asia/Kolkata";
const SUGGESTED = [
  "downloadFile",
  "fetchManifest",
  "getCourierDetails",
  "getInvoiceDetails",
  "getLabels",
  "pushOrder",
  "updateInventory",
  "dispatchOrderItems",
  "cancelOrderItems",
  "postStatusNotification",
  "pushReturn",
  "getOrders",
];

export function renderPage(sim: Simulation): string {
  const { dialect, world } = sim;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${dialect.label} simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <h1>${dialect.label} <span>simulator</span></h1>
  <p>Behaves like ${dialect.label}; nothing here is real. ${target(sim)} <a href="/_sim/state">State as JSON</a></p>
</header>
<p id="said" role="status" aria-live="polite"></p>
<div class="forms">${placeForm(sim)}${faultForm(sim)}${settingsForm(sim)}</div>
<main id="live">
${orders([...world.orders.values()].slice(-ROWS).reverse(), dialect.pushesEvents)}
${returns(dialect.creditsReturns, [...world.orders.values()])}
<div class="columns">
${stock(stockView(world, null))}
${received("Notifications", world.notifications.entries, (entry) => [entry.orderId, list(entry.statuses)])}
${received("Dispatches", world.dispatches.entries, (entry) => [entry.orderId, words(entry.courier, entry.trackingNumber)])}
${received("Seller cancellations", world.cancellations.entries, (entry) => [entry.orderId, list(entry.orderItemIds)])}
${dialect.thirdPartyShipping ? received("Manifests", world.manifests.entries, (entry) => [list(entry.orderIds), manifest(entry)]) : null}
${requests(sim.server.requests())}
${faults(sim)}
</div>
</main>
<script>${SCRIPT}</script>
</body>
</html>`.text;
}

function target(sim: Simulation): Html {
  if (!sim.dialect.pushesEvents) return html`It pushes nothing: it is asked.`;
  const urls = [sim.world.defaultTarget?.url, ...[...sim.world.targets.values()].map(({ url }) => url)].filter(
    (url) => url !== undefined,
  );
  return urls.length === 0
    ? html`<strong>Orders are not pushed anywhere yet</strong> (POST /_sim/target).`
    : html`Pushes go to ${[...new Set(urls)].join(", ")}.`;
}

function placeForm(sim: Simulation): Html {
  const products = [...sim.world.products.values()].slice(0, 500);
  return html`<form data-post="/_sim/orders" class="card"><h2>Place an order</h2>
  <label>Product <select name="sku"><option value="">any</option>${products.map((product) => html`<option value="${product.sku}">${fullTitle(product)} · ${rupees(product.pricePaise)}</option>`)}</select></label>
  <label>Quantity <input name="quantity" type="number" min="1" max="10000" value="1"></label>
  <label>Payment <select name="paymentType"><option value="">either</option><option>PREPAID</option><option>COD</option></select></label>
  <label>Seller <select name="seller">${[...sim.world.sellers.keys()].map((name) => html`<option>${name}</option>`)}</select></label>
  ${warehouses(sim)}<label>Buyer's PIN code <input name="pincode" inputmode="numeric" pattern="[1-9][0-9]{5}" placeholder="any"></label>
  <button>Place order</button></form>`;
}

function warehouses({ dialect }: Simulation): Html {
  if (dialect.warehouses.length === 0) return html``;
  return html`<label>Warehouse <select name="warehouse"><option value="">any</option>${dialect.warehouses.map((code) => html`<option>${code}</option>`)}</select></label>
  `;
}

/** A channel that ships or invoices takes its time; others have nothing to set. */
function settingsForm({ dialect, settings }: Simulation): Html {
  if (!dialect.thirdPartyShipping) return html``;
  const { courierDelayMs, invoiceDelayMs, creditNoteDelayMs } = settings.now();
  const credit = dialect.creditsReturns
    ? html`<label>Until a graded return has a credit note, ms <input name="creditNoteDelayMs" type="number" min="0" max="86400000" value="${creditNoteDelayMs}"></label>
  `
    : null;
  return html`<form data-post="/_sim/settings" class="card"><h2>Take time</h2>
  <label>Until a parcel has a courier, ms <input name="courierDelayMs" type="number" min="0" max="86400000" value="${courierDelayMs}"></label>
  <label>Until an order has an invoice, ms <input name="invoiceDelayMs" type="number" min="0" max="86400000" value="${invoiceDelayMs}"></label>
  ${credit}<button>Set</button></form>`;
}

/** Whether its list was made, with the list to look at. */
function manifest(entry: Received): Html {
  return typeof entry.file === "string" ? html`<a href="/files/${entry.file}">${entry.file}</a>` : html`none made`;
}

function faultForm(sim: Simulation): Html {
  const { byOperation } = sim.server.requests();
  const operations = new Set([...SUGGESTED, ...Object.keys(isJson(byOperation) ? byOperation : {})]);
  return html`<form data-post="/_sim/faults" class="card"><h2>Misbehave</h2>
  <label>Fault <select name="kind">${FAULT_KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
  <label>Rate, 0 to 1 <input name="rate" type="number" min="0" max="1" step="0.05" value="1"></label>
  <label>Operation <input name="operation" list="operations" placeholder="all"></label>
  <datalist id="operations">${[...operations].map((name) => html`<option value="${name}"></option>`)}</datalist>
  <label>Times <input name="count" type="number" min="1" placeholder="no limit"></label>
  <span class="buttons"><button>Set fault</button><button type="button" data-act="/_sim/faults" class="plain">Clear all</button></span></form>`;
}

function orders(list: readonly SimOrder[], pushes: boolean): Html {
  return html`<section class="card wide"><h2>Orders <small>newest ${ROWS}</small></h2>${
    list.length === 0
      ? html`<p class="none">No orders yet. Place one above.</p>`
      : html`<div class="scroll"><table><thead><tr><th>Order</th><th>Placed</th><th>Buyer</th><th>Lines</th><th>Status</th><th>Last push or papers</th><th>Make happen</th></tr></thead><tbody>${list.map((order) => orderRow(order, pushes))}</tbody></table></div>`
  }</section>`;
}

function orderRow(order: SimOrder, pushes: boolean): Html {
  const last = order.pushes.at(-1);
  const papers = [
    ...order.invoices.map(({ number }) => number),
    ...order.parcels.map(({ courier }) => courier?.awb ?? "no courier yet"),
  ];
  const outcome = last
    ? `${last.operation}: ${last.error ?? `${last.status} ${said(last.body) ?? ""}`}`
    : papers.length === 0
      ? "-"
      : papers.join(", ");
  const act = (action: string, label: string, push: boolean, of: Json = {}) =>
    html`<button class="plain" data-act="/_sim/orders/${encodeURIComponent(order.id)}/${action}" data-body="${JSON.stringify({ push, ...of })}">${label}</button>`;
  // Of an order of several lines each may come back alone.
  const line = ({ orderItemId, status, quantity, title }: SimOrderItem) => {
    const items = [{ orderItemId }];
    const alone = order.items.length > 1 && (status === "DISPATCHED" || status === "DELIVERED");
    return html`<div>${quantity} × ${title} <small class="state ${status}">${status}</small>${alone ? html`<span class="buttons">${act("rto", "RTO", pushes, { items })}${act("return", "Return", pushes, { items })}</span>` : null}</div>`;
  };
  return html`<tr><td><code>${order.id}</code><br><small>${order.seller} · ${order.paymentType}</small></td><td>${time(order.orderDate)}</td>
<td>${order.shippingAddress.name}<br><small>${order.shippingAddress.city}, ${order.shippingAddress.state} ${order.shippingAddress.pincode}</small></td>
<td>${order.items.map(line)}</td>
<td><span class="state ${order.orderStatus}">${order.orderStatus}</span></td><td><small>${outcome}</small></td>
<td class="buttons">${
    order.underReview
      ? html`${act("release", "Release", false)}${act("drop", "Drop", false)}`
      : html`${pushes ? act("push", "Push again", true) : null}${act("cancel", "Cancel", pushes)}${act("dispatch", "Dispatch", false)}${act("deliver", "Deliver", pushes)}${act("rto", "RTO", pushes)}${act("return", "Return", pushes)}`
  }</td></tr>`;
}

/** What comes back, newest first; grades and credit note where the marketplace has those. */
function returns(credits: boolean, all: readonly SimOrder[]): Html {
  const rows = all
    .flatMap((order) => order.returns.map((one) => ({ order, one })))
    .sort((a, b) => (a.one.at < b.one.at ? 1 : -1))
    .slice(0, ROWS);
  const kind = (type: string) => (type === "COURIER_RETURN" ? "RTO" : "Customer return");
  const units = (lines: readonly { quantity: number }[]) => lines.reduce((sum, line) => sum + line.quantity, 0);
  const note = ({ creditNote, grades, lines }: SimReturn) =>
    creditNote
      ? html`<a href="/files/${creditNote.file}">${creditNote.number}</a>`
      : `${units(grades)} of ${units(lines)} graded`;
  const heads = ["Return", "Announced", "Kind", "Courier", "Units", ...(credits ? ["Credit note"] : [])];
  return html`<section class="card wide"><h2>Returns <small>newest ${ROWS}</small></h2>${
    rows.length === 0
      ? html`<p class="none">Nothing comes back yet.</p>`
      : html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows.map(
          ({
            order,
            one,
          }) => html`<tr><td><code>${one.returnId}</code><br><small>${order.id}</small></td><td>${time(one.at)}</td>
<td>${kind(one.type)}<br><small>${one.reason}</small></td><td>${words(one.courier, one.trackingNumber)}</td><td>${units(one.lines)}</td>${credits ? html`<td>${note(one)}</td>` : null}</tr>`,
        )}</tbody></table></div>`
  }</section>`;
}

function stock(view: Json): Html {
  const rows = Object.entries(view).slice(-ROWS);
  return html`<section class="card"><h2>Stock received</h2>${
    rows.length === 0
      ? html`<p class="none">No figure was pushed yet.</p>`
      : html`<table><thead><tr><th>Product</th><th class="number">Quantity</th><th>Received</th></tr></thead><tbody>${rows.map(
          ([productId, entry]) => {
            const known = isJson(entry) ? entry : {};
            return html`<tr><td><code>${productId}</code></td><td class="number">${String(known.quantity)}</td><td>${time(String(known.receivedAt))}</td></tr>`;
          },
        )}</tbody></table>`
  }</section>`;
}

function received(
  title: string,
  entries: readonly Received[],
  cells: (entry: Received) => readonly (string | Html | null)[],
): Html {
  const rows = entries.slice(-ROWS).reverse();
  return html`<section class="card"><h2>${title}</h2>${
    rows.length === 0
      ? html`<p class="none">Nothing received yet.</p>`
      : html`<table><tbody>${rows.map((entry) => html`<tr><td>${time(entry.receivedAt)}</td>${cells(entry).map((cell) => html`<td>${cell}</td>`)}<td><span class="state ${entry.outcome}">${entry.outcome}</span></td></tr>`)}</tbody></table>`
  }</section>`;
}

function requests(log: Json): Html {
  const last = Array.isArray(log.last) ? log.last.filter(isJson).slice(-ROWS).reverse() : [];
  return html`<section class="card"><h2>Calls received</h2>${
    last.length === 0
      ? html`<p class="none">No calls yet.</p>`
      : html`<table><tbody>${last.map((call) => html`<tr><td>${time(String(call.at))}</td><td>${String(call.operation)}</td><td>${call.status === null ? "no answer" : String(call.status)}</td><td>${words(call.fault)}</td></tr>`)}</tbody></table>`
  }</section>`;
}

function faults(sim: Simulation): Html {
  return html`<section class="card"><h2>Faults set</h2>${
    sim.faults.list.length === 0
      ? html`<p class="none">None: it behaves.</p>`
      : html`<table><thead><tr><th>Fault</th><th>Operation</th><th class="number">Rate</th><th class="number">Struck</th></tr></thead><tbody>${sim.faults.list.map((fault) => html`<tr><td>${fault.kind}</td><td>${fault.operation ?? "all"}</td><td class="number">${fault.rate}</td><td class="number">${fault.fired}</td></tr>`)}</tbody></table>`
  }</section>`;
}

/** As read in India: 21 Nov, 19:40:05. */
function time(text: string): Html {
  const at = Temporal.Instant.from(text).toZonedDateTimeISO(ZONE);
  const shown = at.toLocaleString("en-IN", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return html`<time datetime="${text}">${shown}</time>`;
}

function rupees(paise: number): string {
  return new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" }).format(paise / 100);
}

function said(body: unknown): string | null {
  return isJson(body) ? words(body.status, body.message) : null;
}

function words(...parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(" ");
}

function list(value: unknown): string {
  return Array.isArray(value) ? [...new Set(value.map(String))].join(", ") : "";
}
