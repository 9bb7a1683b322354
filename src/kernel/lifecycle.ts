import { assert } from "./assert.ts";

interface Transition<State extends string> {
  readonly from: readonly State[];
  readonly to: State;
}

/** A state machine as data: code asks it, tests walk it, docs and screens are drawn from it. */
export interface Lifecycle<State extends string, Event extends string> {
  readonly name: string;
  readonly states: readonly State[];
  readonly initial: readonly State[];
  readonly terminal: readonly State[];
  readonly events: Readonly<Record<Event, Transition<State>>>;
  /** May this event happen in this state? The table says *may*; guards beside it say *may now*. */
  readonly may: (event: Event, state: State) => boolean;
  /** The states from which an event may happen: for SQL (`state = any(...)`). */
  readonly from: (event: Event) => readonly State[];
  /** The events that may happen in a state: the screen draws its buttons from them. */
  readonly allowed: (state: State) => Event[];
}

export function lifecycle<const State extends string, const Event extends string>(definition: {
  name: string;
  states: readonly State[];
  initial: readonly NoInfer<State>[];
  terminal: readonly NoInfer<State>[];
  events: Record<Event, { from: readonly NoInfer<State>[]; to: NoInfer<State> }>;
}): Lifecycle<State, Event> {
  const events: Record<Event, Transition<State>> = definition.events;
  const names = Object.keys(events) as Event[];
  for (const name of names)
    assert(
      !events[name].from.some((s) => definition.terminal.includes(s)),
      `${definition.name}: ${name} leaves no terminal state`,
    );
  return {
    ...definition,
    events,
    may: (event, state) => events[event].from.includes(state),
    from: (event) => events[event].from,
    allowed: (state) => names.filter((name) => events[name].from.includes(state)),
  };
}
