/** The page of the simulated partner: what arrived, by what it is about and in order; faults and being away. */
import { FAULT_KINDS } from "../../kit/simulator/faults.ts";
import { type Html, html } from "../../kit/simulator/html.ts";
import { isJson } from "../../kit/simulator/json.ts";
import { SCRIPT, STYLE } from "../../kit/simulator/page-assets.ts";
import { EVENTS } from "./events.ts";
import type { LaneStory, ReceivedEvent } from "./inbox.ts";
import { type PartnerState, stateOf } from "./state.ts";
import type { PartnerWorld } from "./world.ts";

const LANES_SHOWN = 40;
const EVENTS_SHOWN = 60;
const CALLS_SHOWN = 25;
const ZONE = "Asia/Kolkata";
/** Kinds that make no sense for a server that is only told things. */
const KINDS = FAULT_KINDS.filter((kind) => !["repeat_page", "bad_file", "partial_success"].includes(kind));
const KIND_WORDS: Readonly<Record<LaneStory["kind"], string>> = {
  shipment: "Shipment",
  order: "Order",
  return: "Return",
  purchase: "Purchase order",
  gatepass: "Gate pass",
};

export function renderPage(world: PartnerWorld): string {
  const state = stateOf(world, EVENTS_SHOWN);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Partner simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <h1>Partner <span>simulator</span></h1>
  <p>Takes the notifications of a hub; nothing here is real. Accounts: ${state.accounts.map(({ username }) => username).join(", ")}. <a href="/_sim/state">State as JSON</a></p>
</header>
<p id="said" role="status" aria-live="polite"></p>
<div class="forms">${faultForm()}${awayForm()}</div>
<main id="live">
${summary(state)}
${stories(state, world.inbox.events.entries)}
<div class="columns">${calls(state)}${faults(state)}</div>
</main>
<script>${SCRIPT}</script>
</body>
</html>`.text;
}

function faultForm(): Html {
  return html`<form data-post="/_sim/faults" class="card"><h2>Misbehave</h2>
  <label>Fault <select name="kind">${KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
  <label>Rate, 0 to 1 <input name="rate" type="number" min="0" max="1" step="0.05" value="1"></label>
  <label>Event <select name="operation"><option value="">all</option>${EVENTS.map(({ name }) => html`<option>${name}</option>`)}</select></label>
  <label>Times <input name="count" type="number" min="1" placeholder="no limit"></label>
  <span class="buttons"><button>Set fault</button><button type="button" data-act="/_sim/faults" class="plain">Clear all</button></span></form>`;
}

function awayForm(): Html {
  const act = (path: string, label: string, body: unknown = {}) =>
    html`<button type="button" class="plain" data-act="${path}" data-body="${JSON.stringify(body)}">${label}</button>`;
  return html`<section class="card"><h2>Be away</h2><div class="buttons">
  ${act("/_sim/down", "Down for a minute", { seconds: 60 })}${act("/_sim/down", "Down for an hour", { seconds: 3_600 })}${act("/_sim/down", "Down until told")}${act("/_sim/up", "Up again")}
  ${act("/_sim/tokens/expire", "End all tokens")}${act("/_sim/reset", "Forget everything")}</div></section>`;
}

function summary({ counts, down, downUntil, turnedAway, tokens }: PartnerState): Html {
  const away = down ? html`<strong>Away${downUntil === "open end" ? "" : ` until ${downUntil}`}.</strong> ` : null;
  return html`<section class="card wide"><p>${away}${counts.received} events received, ${counts.taken} taken, ${counts.doubles} doubles, ${counts.failed} refused,
${counts.remarks} with remarks, ${counts.outOfOrder} out of order; ${counts.lanes} stories. ${tokens.issued} tokens given, ${tokens.refused} logins refused. ${turnedAway} calls found nobody.</p></section>`;
}

function stories({ lanes }: PartnerState, events: readonly ReceivedEvent[]): Html {
  const newest = lanes.slice(-LANES_SHOWN).reverse();
  const codes = new Set(newest.map(({ kind, code }) => `${kind} ${code}`));
  const byLane = Map.groupBy(
    events.filter(({ lane }) => codes.has(`${lane.kind} ${lane.code}`)),
    ({ lane }) => `${lane.kind} ${lane.code}`,
  );
  return html`<section class="card wide"><h2>Received, by what it is about <small>newest ${LANES_SHOWN}, each in the order of arrival</small></h2>${
    newest.length === 0
      ? html`<p class="none">Nothing was received yet.</p>`
      : html`<div class="scroll"><table><thead><tr><th>About</th><th>Events</th></tr></thead><tbody>${newest.map(
          (story) =>
            html`<tr><td>${KIND_WORDS[story.kind]}<br><code>${story.code}</code></td><td>${(byLane.get(`${story.kind} ${story.code}`) ?? []).map(eventLine)}</td></tr>`,
        )}</tbody></table></div>`
  }</section>`;
}

function eventLine({ seq, at, event, outcome, doubleOf, dedupeHeader, remarks }: ReceivedEvent): Html {
  const what = outcome === "Failed" ? "FAILED" : doubleOf === null ? "SUCCESS" : "double";
  const told = [...(doubleOf === null ? [] : [`the same as ${doubleOf}`]), ...remarks];
  return html`<div><a href="/_sim/events?after=${seq - 1}&amp;limit=1">${seq}</a> ${time(at)} <strong>${event}</strong> <span class="state ${what}">${what}</span> <small>${dedupeHeader === null ? "no deduplication header" : dedupeHeader}${told.map((words) => html`<br>${words}`)}</small></div>`;
}

function calls({ requests }: PartnerState): Html {
  const last = Array.isArray(requests.last) ? requests.last.filter(isJson).slice(-CALLS_SHOWN).reverse() : [];
  return html`<section class="card"><h2>Calls received</h2>${
    last.length === 0
      ? html`<p class="none">No calls yet.</p>`
      : html`<table><tbody>${last.map((call) => html`<tr><td>${time(String(call.at))}</td><td>${String(call.operation)}</td><td>${call.status === null ? "no answer" : String(call.status)}</td><td>${typeof call.fault === "string" ? call.fault : ""}</td></tr>`)}</tbody></table>`
  }</section>`;
}

function faults(state: PartnerState): Html {
  return html`<section class="card"><h2>Faults set</h2>${
    state.faults.length === 0
      ? html`<p class="none">None: it behaves.</p>`
      : html`<table><thead><tr><th>Fault</th><th>Event</th><th class="number">Rate</th><th class="number">Struck</th></tr></thead><tbody>${state.faults.map((fault) => html`<tr><td>${fault.kind}</td><td>${fault.operation ?? "all"}</td><td class="number">${fault.rate}</td><td class="number">${fault.fired}</td></tr>`)}</tbody></table>`
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
