import { Checkbox, Modal, MultiSelect } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useSession } from "../../lib/session.ts";
import { DeclaredForm, type FieldDeclaration, reportDone, Section } from "../../ui/index.ts";
import { LinkDialog } from "./panel.tsx";
import { type GivenRole, givenOf, type IssuedLink, type RoleInfo, type UserRow } from "./user-data.ts";
import classes from "./users.module.css";

const contact: readonly FieldDeclaration[] = [
  { name: "name", label: "Name", type: "text", required: true, half: true, lengthMax: 200 },
  { name: "email", label: "Email", type: "text", half: true, lengthMax: 200 },
  { name: "phone", label: "Mobile", type: "text", half: true, lengthMax: 40 },
];
const username: FieldDeclaration = {
  name: "username",
  label: "User name",
  type: "text",
  required: true,
  half: true,
  pattern: "[A-Za-z0-9][A-Za-z0-9._@+\\-]{2,199}",
  patternHelp: "is 3 or more letters, digits or . _ @ + -",
  help: "A mail address fits. It cannot be changed later.",
};

/** Invites a person, or changes one. An invitation ends with the link to hand over. */
export function UserForm({
  user,
  roles,
  onClose,
  onChanged,
}: {
  user: UserRow | null;
  roles: readonly RoleInfo[];
  onClose: () => void;
  onChanged: () => void;
}) {
  const [given, setGiven] = useState<readonly GivenRole[]>(() => givenOf(user?.roles ?? []));
  const [invited, setInvited] = useState<{ link: IssuedLink; name: string } | null>(null);
  if (invited !== null) return <LinkDialog link={invited.link} name={invited.name} onClose={onClose} />;
  const placeless = given.find((role) => role.facilityIds !== "all" && role.facilityIds.length === 0);
  const placelessName = roles.find((each) => each.role === placeless?.role)?.name ?? placeless?.role;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<strong>{user === null ? "Invite user" : `Change ${user.name}`}</strong>}
    >
      <DeclaredForm
        fields={user === null ? [...contact.slice(0, 1), username, ...contact.slice(1)] : contact}
        initial={user === null ? {} : { name: user.name, email: user.email ?? "", phone: user.phone ?? "" }}
        submitLabel={user === null ? "Invite user" : "Save"}
        notNow={placeless === undefined ? null : `Choose a facility for ${placelessName}, or everywhere.`}
        onCancel={onClose}
        onSubmit={async (values) => {
          if (user === null) {
            const link = await api.post<IssuedLink>("/api/v1/users", { ...values, roles: given });
            setInvited({ link, name: String(values.name) });
          } else {
            await api.patch(`/api/v1/users/${user.userId}`, { ...values, roles: given });
            reportDone("Saved.");
            onClose();
          }
          onChanged();
        }}
      >
        <Section title="Roles" line="What the person may do; each everywhere or in chosen facilities.">
          {roles.map((role) => (
            <RoleChoice
              key={role.role}
              role={role}
              given={given.find((each) => each.role === role.role)}
              onChange={(next) =>
                setGiven([...given.filter((each) => each.role !== role.role), ...(next === null ? [] : [next])])
              }
            />
          ))}
        </Section>
      </DeclaredForm>
    </Modal>
  );
}

const everywhere = "all";

function RoleChoice({
  role,
  given,
  onChange,
}: {
  role: RoleInfo;
  given: GivenRole | undefined;
  onChange: (next: GivenRole | null) => void;
}) {
  const { facilities } = useSession();
  const places = given === undefined ? [] : given.facilityIds === "all" ? [everywhere] : [...given.facilityIds];
  return (
    <div className={classes.role}>
      <Checkbox
        label={role.name}
        description={role.does}
        checked={given !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? { role: role.role, facilityIds: "all" } : null)}
      />
      {given !== undefined && (
        <MultiSelect
          size="xs"
          aria-label={`Where ${role.name}`}
          placeholder="Where"
          data={[
            { value: everywhere, label: "Everywhere" },
            ...facilities.map(({ id, code }) => ({ value: id, label: code })),
          ]}
          value={places}
          onChange={(chosen) => {
            // The latest choice wins: "everywhere" and single places exclude each other.
            const all = chosen.at(-1) === everywhere;
            onChange({ role: role.role, facilityIds: all ? "all" : chosen.filter((id) => id !== everywhere) });
          }}
        />
      )}
    </div>
  );
}
