/** Style and script of the simulator's page. Kept in the page itself: it must work without a network. */
import { Html } from "./html.ts";

export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e6e9ee); --soft: light-dark(#5b6675, #9aa5b4); --paper: light-dark(#f5f6f8, #14181e);
  --card: light-dark(#fff, #1c222b); --line: light-dark(#dfe3e9, #303843); --act: light-dark(#0b5cad, #7ab8ff); --good: light-dark(#17683b, #6fd39b); --bad: light-dark(#a3261d, #ff9a90); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 1.25rem; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
header h1 { margin: 0; font-size: 1.35rem; } header h1 span, small, .none { color: var(--soft); font-weight: 400; } header p { margin: .25rem 0 1rem; color: var(--soft); }
a { color: var(--act); } h2 { margin: 0 0 .6rem; font-size: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; min-width: 0; }
.forms, .columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); margin-bottom: 1rem; }
.wide { margin-bottom: 1rem; } .scroll { overflow-x: auto; } .scroll table { min-width: 60rem; }
form { display: grid; gap: .6rem .8rem; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); align-items: end; } form h2 { grid-column: 1 / -1; }
label { display: grid; gap: .2rem; color: var(--soft); } input, select, button { font: inherit; color: var(--ink); width: 100%; min-width: 0; }
input, select { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .4rem .5rem; }
button { background: var(--act); color: var(--card); border: 1px solid var(--act); border-radius: 6px; padding: .4rem .7rem; cursor: pointer; white-space: nowrap; }
button.plain { background: none; color: var(--act); border-color: var(--line); padding: .2rem .5rem; } .buttons { display: flex; flex-wrap: wrap; gap: .3rem; } .buttons button { width: auto; }
:focus-visible { outline: 2px solid var(--act); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .5rem .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; border: 0; } .number { text-align: right; font-variant-numeric: tabular-nums; padding-right: 1rem; } time { white-space: nowrap; }
td.buttons { min-width: 15rem; } code { font-size: .92em; } td > code, .state { white-space: nowrap; }
.state { font-size: .85em; color: var(--soft); } .DELIVERED, .COMPLETE, .SUCCESS { color: var(--good); } .CANCELLED, .FAILED, .COURIER_RETURN, .RETURN_REQUESTED, .PARTIAL_SUCCESS { color: var(--bad); }
#said { position: sticky; top: 0; margin: 0 0 .8rem; padding: .5rem .8rem; border-radius: 6px; background: var(--card); border: 1px solid var(--line); } #said:empty { display: none; } #said.bad { color: var(--bad); }
`);

export const SCRIPT = new Html(`
const said = document.getElementById("said");
async function post(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const result = await answer.json();
    const push = result.pushed ? (result.pushed.error ?? (result.pushed.body && (result.pushed.body.message ?? result.pushed.body.status)) ?? result.pushed.status) : "";
    said.className = answer.ok ? "" : "bad";
    said.textContent = answer.ok ? "Done" + (result.id ? ": " + result.id : "") + (push ? " (answer: " + push + ")" : "") : result.message;
  } catch (error) { said.className = "bad"; said.textContent = "The simulator does not answer: " + error.message; }
  await refresh();
}
async function refresh() {
  const live = document.getElementById("live");
  if (live.contains(document.activeElement) || document.hidden) return;
  const answer = await fetch("/").catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  live.replaceChildren(...page.getElementById("live").childNodes);
}
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
  if (event.target.dataset.post === "/_sim/orders") {
    const { sku, quantity, ...rest } = given;
    post("/_sim/orders", sku ? { ...rest, items: [{ sku, quantity: Number(quantity ?? 1) }] } : rest);
  } else if (event.target.dataset.post === "/_sim/settings")
    post("/_sim/settings", Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)])));
  else post(event.target.dataset.post, { ...given, rate: Number(given.rate ?? 1), ...(given.count ? { count: Number(given.count) } : {}) });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  button.blur();
  post(button.dataset.act, JSON.parse(button.dataset.body ?? "{}"));
});
setInterval(refresh, 2000);
`);
