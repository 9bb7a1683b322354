/** The page of a simulated courier: parcels and what happens to them, settings, faults. Drawn here, refreshed by a few lines of script. */
import { FAULT_KINDS } from "../../../connectors/kit/simulator/faults.ts";
import { type Html, html } from "../../../connectors/kit/simulator/html.ts";
import { isJson, type Json } from "../../../connectors/kit/simulator/json.ts";
import { SCRIPT, STYLE } from "../../../connectors/kit/simulator/page-assets.ts";
import { operationIds } from "../../../contract/operations.ts";
import { labelName, manifestName } from "./papers.ts";
import type { SimParcel } from "./types.ts";
import { isFinal, NDR_REASONS, STEP_NAMES, type Step } from "./vocabulary.ts";
import { type CourierWorld, partOf, statusOf } from "./world.ts";

const ROWS = 25;
const ZONE = "Asia/Kolkata";

export function renderPage(world: CourierWorld): string {
  const { house } = world;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${house.label} simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <h1>${house.label} <span>courier simulator, ${house.code}</span></h1>
  <p>Behaves like a courier; nothing here is real. ${targets(world)} <a href="/_sim/state">State as JSON</a></p>
</header>
<p id="said" role="status" aria-live="polite"></p>
<div class="forms">${actForm()}${faultForm()}</div>
<main id="live">
${parcels(world)}
<div class="columns">
${behaviour(world)}
${manifests(world)}
${faults(world)}
${requests(world.server.requests())}
</div>
</main>
<script>${SCRIPT}</script>
</body>
</html>`.text;
}

function targets({ pushTargets }: CourierWorld): Html {
  const urls = [...new Set([...pushTargets.values()].map(({ url }) => url))];
  return urls.length === 0
    ? html`<strong>Tracking words are not pushed anywhere yet</strong> (POST /_sim/target).`
    : html`Tracking words go to ${urls.join(", ")}.`;
}

function actForm(): Html {
  return html`<form data-post="/_sim/act" class="card"><h2>Make happen</h2>
  <label>AWB or shipment <input name="parcel" required></label>
  <label>Step <select name="step">${STEP_NAMES.map((step) => html`<option>${step}</option>`)}</select></label>
  <label>Word of its own <input name="status" placeholder="the step's"></label>
  <label>Reason <input name="reason" list="reasons" placeholder="any"></label>
  <datalist id="reasons">${NDR_REASONS.map(({ reason }) => html`<option value="${reason}"></option>`)}</datalist>
  <label>Remark <input name="remark"></label>
  <button>Make happen</button></form>`;
}

function faultForm(): Html {
  const operations = ["downloadFile", ...operationIds("shipping-provider")];
  return html`<form data-post="/_sim/faults" class="card"><h2>Misbehave</h2>
  <label>Fault <select name="kind">${FAULT_KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
  <label>Rate, 0 to 1 <input name="rate" type="number" min="0" max="1" step="0.05" value="1"></label>
  <label>Operation <input name="operation" list="operations" placeholder="all"></label>
  <datalist id="operations">${operations.map((name) => html`<option value="${name}"></option>`)}</datalist>
  <label>Times <input name="count" type="number" min="1" placeholder="no limit"></label>
  <span class="buttons"><button>Set fault</button><button type="button" data-act="/_sim/faults" class="plain">Clear all</button></span></form>`;
}

function parcels(world: CourierWorld): Html {
  const rows = [...world.parcels.values()].slice(-ROWS).reverse();
  const heads = ["AWB", "Made", "From and to", "Goods", "Status", "Last push", "Make happen"];
  return html`<section class="card wide"><h2>Parcels <small>newest ${ROWS}</small></h2>${
    rows.length === 0
      ? html`<p class="none">No waybill was asked for yet.</p>`
      : html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows.map((row) => parcelRow(world, row))}</tbody></table></div>`
  }</section>`;
}

const BUTTONS: Readonly<Record<SimParcel["direction"], readonly (readonly [Step, string])[]>> = {
  FORWARD: [
    ["pickup", "Pick up"],
    ["transit", "Transit"],
    ["out-for-delivery", "Out"],
    ["undelivered", "NDR"],
    ["deliver", "Deliver"],
    ["rto", "RTO"],
    ["rto-transit", "RTO transit"],
    ["rto-deliver", "RTO back"],
    ["lose", "Lose"],
    ["word", "Odd word"],
  ],
  REVERSE: [
    ["pickup", "Pick up"],
    ["undelivered", "Pickup failed"],
    ["transit", "Transit"],
    ["deliver", "Deliver"],
    ["lose", "Lose"],
    ["word", "Odd word"],
  ],
};

function parcelRow(world: CourierWorld, parcel: SimParcel): Html {
  const { wish, id, code } = parcel;
  const status = statusOf(parcel);
  const last = parcel.pushes.at(-1);
  const pushed = last
    ? (last.error ?? `${last.status} ${isJson(last.body) ? String(last.body.status ?? "") : ""}`)
    : "-";
  const place = (address: unknown, id_: string | null | undefined) =>
    partOf(address, "city") === ""
      ? `address ${id_ ?? ""}`
      : `${partOf(address, "city")} ${partOf(address, "pincode")}`;
  const ndr = parcel.ndr === null ? null : html`<br><small>${parcel.ndr.reason}, attempt ${parcel.attempts}</small>`;
  const goods = wish.Shipment.items.map((item) => html`<div>${item.quantity} × ${item.name}</div>`);
  const buttons = isFinal(status)
    ? null
    : BUTTONS[parcel.direction].map(
        ([step, label]) => html`<button class="plain" data-act="/_sim/parcels/${id}/${step}">${label}</button>`,
      );
  return html`<tr><td><code>${id}</code><br><small>${code} · ${parcel.carrier}${parcel.direction === "REVERSE" ? " · reverse" : ""}</small></td>
<td>${time(parcel.madeAt)}<br><a href="/files/${labelName(world, parcel)}">label</a></td>
<td>${place(wish.pickupAddressDetails, wish.pickupAddressId)}<br><small>to ${place(wish.deliveryAddressDetails, wish.deliveryAddressId)}</small></td>
<td>${goods}<small>${wish.paymentMode}</small></td>
<td><span class="state ${status}">${status}</span>${ndr}</td><td><small>${pushed}</small></td><td class="buttons">${buttons}</td></tr>`;
}

/** Each setting with what a click makes of it. */
function behaviour({ settings, clock }: CourierWorld): Html {
  const choices: readonly (readonly [label: string, wishes: readonly Json[]])[] = [
    ["Labels", [{ labels: true }, { labels: false }]],
    ["A second request gets", [{ repeat: "same" }, { repeat: "another" }]],
    ["Tracking tells history", [{ history: true }, { history: false }]],
    ["Outcome is spelt", [{ statusKey: "status" }, { statusKey: "Status" }]],
    ["Pushes", [{ pushes: "none" }, { pushes: "delivered" }, { pushes: "all" }]],
    ["Parcels move", [{ life: "by hand" }, { life: "after waybill" }, { life: "after manifest" }]],
  ];
  const isNow = (wish: Json) =>
    Object.entries(wish).every(([name, value]) => Object.entries(settings).some(([n, v]) => n === name && v === value));
  const button = (wish: Json) =>
    html`<button class="${isNow(wish) ? "" : "plain"}" aria-pressed="${isNow(wish) ? "true" : "false"}" data-act="/_sim/settings" data-body="${JSON.stringify(wish)}">${words(Object.values(wish)[0])}</button>`;
  const ahead = [60, 360, 1_440].map(
    (advanceMinutes) =>
      html`<button class="plain" data-act="/_sim/clock" data-body="${JSON.stringify({ advanceMinutes })}">+${advanceMinutes / 60} h</button>`,
  );
  return html`<section class="card"><h2>How it behaves</h2><table><tbody>${choices.map(([label, wishes]) => html`<tr><td>${label}</td><td class="buttons">${wishes.map(button)}</td></tr>`)}
<tr><td>Its clock: ${time(clock().toString())}</td><td class="buttons">${ahead}</td></tr></tbody></table></section>`;
}

function words(value: unknown): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

function manifests(world: CourierWorld): Html {
  const rows = [...world.manifests.values()].slice(-ROWS).reverse();
  return html`<section class="card"><h2>Manifests</h2>${
    rows.length === 0
      ? html`<p class="none">None was asked for yet.</p>`
      : html`<table><tbody>${rows.map((row) => html`<tr><td>${time(row.madeAt)}</td><td><a href="/files/${manifestName(world, row)}">${row.number}</a></td><td class="number">${row.awbs.length}</td></tr>`)}</tbody></table>`
  }</section>`;
}

function faults(world: CourierWorld): Html {
  const { list } = world.faults;
  return html`<section class="card"><h2>Faults set</h2>${
    list.length === 0
      ? html`<p class="none">None: it behaves.</p>`
      : html`<table><thead><tr><th>Fault</th><th>Operation</th><th class="number">Rate</th><th class="number">Struck</th></tr></thead><tbody>${list.map((fault) => html`<tr><td>${fault.kind}</td><td>${fault.operation ?? "all"}</td><td class="number">${fault.rate}</td><td class="number">${fault.fired}</td></tr>`)}</tbody></table>`
  }</section>`;
}

function requests(log: Json): Html {
  const last = Array.isArray(log.last) ? log.last.filter(isJson).slice(-ROWS).reverse() : [];
  return html`<section class="card"><h2>Calls received</h2>${
    last.length === 0
      ? html`<p class="none">No calls yet.</p>`
      : html`<table><tbody>${last.map((call) => html`<tr><td>${time(String(call.at))}</td><td>${String(call.operation)}</td><td>${call.status === null ? "no answer" : String(call.status)}</td><td>${typeof call.fault === "string" ? call.fault : ""}</td></tr>`)}</tbody></table>`
  }</section>`;
}

/** As read in India: 21 Nov, 19:40:05. */
function time(text: string): Html {
  const shown = Temporal.Instant.from(text).toZonedDateTimeISO(ZONE).toLocaleString("en-IN", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return html`<time datetime="${text}">${shown}</time>`;
}
