import { Modal } from "@mantine/core";
import { IconKey, IconLockOpen, IconLogout, IconPencil, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatInstant } from "../../lib/format.ts";
import { useSession } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  Facts,
  Instant,
  OneTimeSecret,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { userStates } from "../shared/states.ts";
import { givenOf, type IssuedLink, type RoleInfo, type UserRow } from "./user-data.ts";
import { UserForm } from "./user-form.tsx";
import classes from "./users.module.css";

/** One person: what they may do where, and what an administrator can do about it. */
export function UserPanel({
  user,
  roles,
  onChanged,
}: {
  user: UserRow;
  roles: readonly RoleInfo[];
  onChanged: () => void;
}) {
  const { user: me } = useSession();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<"disable" | "link" | null>(null);
  const [link, setLink] = useState<IssuedLink | null>(null);
  const path = `/api/v1/users/${user.userId}`;
  const invited = user.state === "INVITED";
  const act = async (words: string, call: () => Promise<unknown>) => {
    await call();
    onChanged();
    reportDone(words);
  };
  const linkWord = invited ? "New invitation link" : "Password reset link";
  return (
    <>
      <div className={classes.chips}>
        <StateChip state={user.state} table={userStates} size="md" />
        {user.lockedUntil !== null && (
          <span className={classes.locked}>locked by wrong passwords until {formatInstant(user.lockedUntil)}</span>
        )}
      </div>
      <div className={classes.buttons}>
        <ActionButton label="Change" icon={IconPencil} onClick={() => setEditing(true)} />
        <ActionButton
          label={linkWord}
          icon={IconKey}
          notNow={user.state === "DISABLED" ? "Enable the user first." : null}
          onClick={() => setAsking("link")}
        />
        <ActionButton
          label="End sessions"
          icon={IconLogout}
          notNow={user.state === "ENABLED" ? null : "There are no sessions."}
          onClick={() => act(`Every session of ${user.name} has ended.`, () => api.post(`${path}/sign-out`))}
        />
        {user.lockedUntil !== null && (
          <ActionButton
            label="Unlock"
            icon={IconLockOpen}
            onClick={() => act(`${user.name} may log in again.`, () => api.post(`${path}/unlock`))}
          />
        )}
        {user.state === "DISABLED" ? (
          <ActionButton
            label="Enable"
            icon={IconUserCheck}
            onClick={() => act(`${user.name} is enabled.`, () => api.patch(path, { enabled: true }))}
          />
        ) : (
          <ActionButton
            danger
            label="Disable"
            icon={IconUserOff}
            notNow={user.userId === me.id ? "You cannot disable yourself." : null}
            onClick={() => setAsking("disable")}
          />
        )}
      </div>
      <Section title="Person">
        <Facts
          facts={[
            ["User name", <Code key="username">{user.username}</Code>],
            ["Email", user.email ?? "–"],
            ["Mobile", user.phone ?? "–"],
            ["Last login", <Instant key="last" at={user.lastLoginAt} />],
            ["Made", <Instant key="made" at={user.createdAt} />],
          ]}
        />
      </Section>
      <Section title="Roles">
        <ul className={classes.roles}>
          {givenOf(user.roles).map(({ role, facilityIds }) => {
            const info = roles.find((each) => each.role === role);
            const places =
              facilityIds === "all"
                ? "everywhere"
                : `at ${user.roles
                    .filter((each) => each.role === role)
                    .map((each) => each.facilityCode)
                    .join(", ")}`;
            return (
              <li key={role}>
                <strong>{info?.name ?? role}</strong> {places}
                <div className={classes.does}>{info?.does}</div>
              </li>
            );
          })}
          {user.roles.length === 0 && <li>None: may log in and see nothing.</li>}
        </ul>
      </Section>
      {editing && <UserForm user={user} roles={roles} onClose={() => setEditing(false)} onChanged={onChanged} />}
      <ConfirmAction
        opened={asking === "disable"}
        onClose={() => setAsking(null)}
        danger
        title={`Disable ${user.name}`}
        willHappen="Ends every session and API token at once; nobody can log in with this user name until it is enabled again. What the person did stays on record."
        verb="Disable user"
        onConfirm={() => act(`${user.name} is disabled.`, () => api.patch(path, { enabled: false }))}
      />
      <ConfirmAction
        opened={asking === "link"}
        onClose={() => setAsking(null)}
        title={`${linkWord} for ${user.name}`}
        willHappen={
          invited
            ? "Makes a new link to hand over. The earlier one ends."
            : "Makes a link with which the person sets a new password. The present password works until then; earlier links end."
        }
        verb="Make link"
        onConfirm={async () => setLink(await api.post<IssuedLink>(`${path}/link`))}
      />
      {link !== null && <LinkDialog link={link} name={user.name} onClose={() => setLink(null)} />}
    </>
  );
}

/** The link, shown this once. */
export function LinkDialog({ link, name, onClose }: { link: IssuedLink; name: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} size="lg" title={<strong>Hand it to {name}</strong>}>
      <OneTimeSecret
        label={link.purpose === "INVITATION" ? "Invitation link" : "Password reset link"}
        secret={link.link}
        note={`Send this link to ${name}. It works once, until ${formatInstant(link.expiresAt)}. Lost, a new one is made here.`}
        onStored={onClose}
      />
    </Modal>
  );
}
