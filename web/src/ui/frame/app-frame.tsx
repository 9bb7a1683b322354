import { ActionIcon, Drawer, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconMenu2,
  type TablerIcon,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../../lib/format.ts";
import { useRemembered } from "../../lib/remembered.ts";
import classes from "./app-frame.module.css";
import { FacilitySwitcher, type FacilitySwitcherProps } from "./facility-switcher.tsx";
import { PersonMenu, type PersonMenuProps } from "./person-menu.tsx";
import { SearchField, type SearchFieldProps } from "./search-field.tsx";
import { SyncHealth, type SyncHealthProps } from "./sync-health.tsx";
import { WorkTray } from "./work-tray.tsx";

export interface NavEntry {
  readonly to: string;
  readonly label: string;
  readonly icon: TablerIcon;
  /** Key into `counts`: how many wait for a person. */
  readonly count?: string;
  readonly tone?: "attention" | "failed";
  /** The right that its page asks for; left out: any person sees it. */
  readonly needs?: string;
}
export interface NavGroup {
  readonly label: string | null;
  readonly entries: readonly NavEntry[];
}

export interface AppFrameProps {
  readonly name: string;
  readonly tenant: string;
  readonly nav: readonly NavGroup[];
  readonly counts: Readonly<Record<string, number>>;
  readonly facility: FacilitySwitcherProps;
  readonly search: SearchFieldProps;
  readonly sync: SyncHealthProps;
  readonly person: PersonMenuProps;
  /** A line across the page for what everybody must know: "This tenant is not live yet". */
  readonly notice?: ReactNode;
  readonly children: ReactNode;
}

const readFlag = (stored: unknown): boolean => stored === true;

/** The frame around every page: rail with counts, top bar, and the page. At 390 px the rail becomes a drawer. */
export function AppFrame(props: AppFrameProps) {
  const phone = useMediaQuery("(max-width: 820px)") ?? false;
  const [small, setSmall] = useRemembered("rail.small", readFlag);
  const [drawer, { open, close }] = useDisclosure(false);
  const rail = (narrow: boolean) => (
    <Rail {...props} small={narrow} onNavigate={close} {...(phone ? {} : { onSmall: () => setSmall(!small) })} />
  );
  return (
    <div className={classes.frame} data-small={small || undefined}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      {!phone && <div className={classes.railSlot}>{rail(small)}</div>}
      {phone && (
        <Drawer
          opened={drawer}
          onClose={close}
          size={260}
          padding={0}
          withCloseButton={false}
          title={null}
          styles={{ body: { height: "100%" } }}
        >
          {rail(false)}
        </Drawer>
      )}
      <header className={classes.bar}>
        {phone && (
          <ActionIcon size={36} aria-label="Menu" onClick={open}>
            <IconMenu2 size={20} stroke={1.7} />
          </ActionIcon>
        )}
        <FacilitySwitcher {...props.facility} />
        <SearchField {...props.search} />
        <div className={classes.barEnd}>
          <WorkTray />
          <SyncHealth {...props.sync} />
          <PersonMenu {...props.person} />
        </div>
      </header>
      <main id="page" className={classes.main} tabIndex={-1}>
        {props.notice !== undefined && <div className={classes.notice}>{props.notice}</div>}
        <div className={classes.content}>{props.children}</div>
      </main>
    </div>
  );
}

function Rail({
  name,
  tenant,
  nav,
  counts,
  small,
  onSmall,
  onNavigate,
}: AppFrameProps & { small: boolean; onSmall?: () => void; onNavigate: () => void }) {
  return (
    <nav className={classes.rail} aria-label="Main" data-small={small || undefined}>
      <div className={classes.brand}>
        <img src="/favicon.svg" alt="" width={24} height={24} />
        {!small && (
          <div className={classes.brandWords}>
            <strong>{name}</strong>
            <span>{tenant}</span>
          </div>
        )}
      </div>
      <div className={classes.groups}>
        {nav.map((group) => (
          <div key={group.label ?? ""} className={classes.group}>
            {group.label !== null &&
              (small ? <hr className={classes.rule} /> : <div className={classes.groupLabel}>{group.label}</div>)}
            {group.entries.map((entry) => (
              <RailLink
                key={entry.to}
                entry={entry}
                count={entry.count === undefined ? 0 : (counts[entry.count] ?? 0)}
                small={small}
                onNavigate={onNavigate}
              />
            ))}
          </div>
        ))}
      </div>
      {onSmall !== undefined && (
        <button
          type="button"
          className={classes.collapse}
          onClick={onSmall}
          aria-label={small ? "Widen the rail" : "Make the rail small"}
        >
          {small ? (
            <IconLayoutSidebarLeftExpand size={17} stroke={1.6} />
          ) : (
            <IconLayoutSidebarLeftCollapse size={17} stroke={1.6} />
          )}
          {!small && "Collapse"}
        </button>
      )}
    </nav>
  );
}

function RailLink({
  entry,
  count,
  small,
  onNavigate,
}: {
  entry: NavEntry;
  count: number;
  small: boolean;
  onNavigate: () => void;
}) {
  const Icon = entry.icon;
  const link = (
    <Link
      to={entry.to}
      className={classes.link}
      activeOptions={{ exact: entry.to === "/", includeSearch: false }}
      activeProps={{ "data-here": true, "aria-current": "page" }}
      preload="intent"
      onClick={onNavigate}
    >
      <Icon size={17} stroke={1.6} aria-hidden />
      {small ? <span className="g-sr">{entry.label}</span> : <span className={classes.linkLabel}>{entry.label}</span>}
      {count > 0 && (
        <span className={classes.linkCount} data-tone={entry.tone} data-small={small || undefined}>
          {small ? <span className="g-sr">{count} waiting</span> : formatCount(count)}
        </span>
      )}
    </Link>
  );
  return small ? (
    <Tooltip label={count > 0 ? `${entry.label} · ${formatCount(count)}` : entry.label} position="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
