import { formatDuration, formatInstant } from "../lib/format.ts";
import { ActionButton } from "./action-button.tsx";
import classes from "./exchange.module.css";

/** One request to the other side and its answer, as kept: secrets are struck out before they reach the screen. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Null when no answer came. */
  readonly answer: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  } | null;
  readonly at?: string;
  readonly durationMs?: number;
  readonly attempt?: number;
  /** Why there is no answer. */
  readonly failure?: string;
  readonly onRepeat?: () => unknown;
  /** Why it may not be repeated. */
  readonly notRepeatable?: string;
}

/** JSON with two blanks of indent; text that is not JSON as it is. */
export function pretty(body: unknown): string {
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function ExchangeView({ exchange }: { exchange: Exchange }) {
  const { request, answer } = exchange;
  const facts = [
    exchange.at === undefined ? null : formatInstant(exchange.at),
    exchange.durationMs === undefined ? null : formatDuration(exchange.durationMs),
    exchange.attempt === undefined ? null : `attempt ${exchange.attempt}`,
  ].filter((fact) => fact !== null);
  return (
    <div className={classes.exchange}>
      <div className={classes.head}>
        <span>{facts.join(" · ")}</span>
        {exchange.onRepeat !== undefined && (
          <ActionButton label="Repeat" onClick={exchange.onRepeat} notNow={exchange.notRepeatable} />
        )}
      </div>
      <div className={classes.sides}>
        <section>
          <h4>
            <code>{request.method}</code> <span className={classes.url}>{request.url}</span>
          </h4>
          <Block headers={request.headers} body={request.body} empty="No body" />
        </section>
        <section>
          <h4>
            {answer === null ? (
              <span data-bad>No answer</span>
            ) : (
              <span data-bad={answer.status >= 400 || undefined}>{answer.status}</span>
            )}
          </h4>
          {answer === null ? (
            <p className={classes.none}>{exchange.failure ?? "The other side did not answer."}</p>
          ) : (
            <Block headers={answer.headers} body={answer.body} empty="Empty answer" />
          )}
        </section>
      </div>
    </div>
  );
}

function Block({
  headers,
  body,
  empty,
}: {
  headers: Readonly<Record<string, string>> | undefined;
  body: unknown;
  empty: string;
}) {
  const text = pretty(body);
  return (
    <>
      {headers !== undefined && Object.keys(headers).length > 0 && (
        <dl className={classes.headers}>
          {Object.entries(headers).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {/* Scrolls on its own: the keyboard must reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be focusable to be scrolled by keys. */}
      {text === "" ? <p className={classes.none}>{empty}</p> : <pre tabIndex={0}>{text}</pre>}
    </>
  );
}
