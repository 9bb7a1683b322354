import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import classes from "./bar.module.css";

export interface PersonMenuProps {
  readonly name: string;
  readonly detail: string;
  readonly version: string;
  readonly onLogOut: () => unknown;
}

const schemes = [
  ["light", "Light", IconSun],
  ["dark", "Dark", IconMoon],
  ["auto", "As the system", IconDeviceDesktop],
] as const;

/** Two letters for a person: first and last name, or the first two of one. */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const letters = parts.length > 1 ? `${parts[0]?.charAt(0)}${parts.at(-1)?.charAt(0)}` : name.trim().slice(0, 2);
  return letters.toUpperCase();
}

export function PersonMenu({ name, detail, version, onLogOut }: PersonMenuProps) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.person} aria-label={`${name}: theme, log out`}>
          {initials(name)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <strong style={{ color: "var(--g-text)" }}>{name}</strong>
          <br />
          {detail}
        </Menu.Label>
        <Menu.Divider />
        {schemes.map(([value, label, Icon]) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} stroke={1.6} />}
            rightSection={colorScheme === value ? <IconCheck size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} stroke={1.6} />} onClick={() => void onLogOut()}>
          Log out
        </Menu.Item>
        <Menu.Label>Godown {version}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
