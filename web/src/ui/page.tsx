import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { formatCount } from "../lib/format.ts";
import { useUrlState } from "../lib/url-state.ts";
import classes from "./page.module.css";

export interface PageTab {
  readonly value: string;
  readonly label: string;
  /** Draws the count in this tone when it is above zero: the tabs that wait for a person. */
  readonly tone?: "attention" | "failed";
}

export interface PageProps {
  readonly title: ReactNode;
  /** The tab of the browser; needed only where `title` is not plain text. */
  readonly documentTitle?: string;
  /** One line on what the page is for. */
  readonly line?: ReactNode;
  readonly actions?: ReactNode;
  /** Where this page hangs: the list a record belongs to. */
  readonly back?: { readonly to: string; readonly label: string };
  /** A page that is one list fills the window and scrolls inside; others scroll as a whole. */
  readonly fill?: boolean;
  /** Reading width for forms; lists and boards take all there is. */
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** A page: title, one line on what it is for, its actions at the right. */
export function Page({ title, documentTitle, line, actions, back, fill = false, narrow = false, children }: PageProps) {
  const name = documentTitle ?? (typeof title === "string" ? title : undefined);
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · Godown`;
  }, [name]);
  return (
    <div className={classes.page} data-fill={fill || undefined} data-narrow={narrow || undefined}>
      <header className={classes.head}>
        <div className={classes.words}>
          {back !== undefined && (
            <Link to={back.to} className={classes.back}>
              ← {back.label}
            </Link>
          )}
          <h1 className={classes.title}>{title}</h1>
          {line !== undefined && <p className={classes.line}>{line}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Tabs with counts, kept in the address under `param`. The first is the default and needs no parameter. */
export function Tabs({
  tabs,
  counts,
  param = "tab",
  onChange,
}: {
  tabs: readonly PageTab[];
  counts?: Readonly<Record<string, number>> | undefined;
  param?: string;
  onChange?: (value: string) => void;
}) {
  const [params, change] = useUrlState();
  const first = tabs[0]?.value ?? "";
  const active = params[param] ?? first;
  const list = useRef<HTMLDivElement>(null);
  // On a phone the tabs run beyond the edge: the chosen one is brought into sight.
  const at = tabs.findIndex((tab) => tab.value === active);
  const counted = counts !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tabs grow when their counts come.
  useEffect(() => {
    list.current?.children.item(at)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at, counted]);
  const choose = (value: string) => {
    change({ [param]: value === first ? null : value, open: null }, { push: true });
    onChange?.(value);
  };
  const move = (by: number, from: number) => {
    const next = tabs[(from + by + tabs.length) % tabs.length];
    if (next !== undefined) choose(next.value);
  };
  return (
    <div className={classes.tabs} role="tablist" ref={list}>
      {tabs.map((tab, i) => {
        const count = counts?.[tab.value];
        return (
          <button
            key={tab.value}
            type="button"
            role="tab"
            aria-selected={tab.value === active}
            tabIndex={tab.value === active ? 0 : -1}
            className={classes.tab}
            ref={(node) => {
              // Arrow keys move between tabs, as screen readers announce.
              if (
                tab.value === active &&
                node !== null &&
                document.activeElement?.getAttribute("role") === "tab" &&
                node.parentElement?.contains(document.activeElement)
              )
                node.focus();
            }}
            onClick={() => choose(tab.value)}
            onKeyDown={(event) => {
              if (event.key === "ArrowRight") move(1, i);
              if (event.key === "ArrowLeft") move(-1, i);
            }}
          >
            {tab.label}
            {count !== undefined && (
              <span className={classes.count} data-tone={count > 0 ? tab.tone : undefined}>
                {formatCount(count)}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}

/** A part of a page: a heading, a sentence, its content. A line above it, no box around it. */
export function Section({
  title,
  line,
  actions,
  children,
}: {
  title: string;
  line?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <div>
          <h2 className={classes.sectionTitle}>{title}</h2>
          {line !== undefined && <p className={classes.line}>{line}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** Facts of one thing, label beside value. */
export function Facts({ facts }: { facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
