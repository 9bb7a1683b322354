import { Menu, UnstyledButton } from "@mantine/core";
import { IconBuildingWarehouse, IconCheck, IconSelector } from "@tabler/icons-react";
import classes from "./bar.module.css";

export interface FacilitySwitcherProps {
  readonly facilities: readonly { readonly code: string; readonly name: string }[];
  /** A code, or null for All. */
  readonly chosen: string | null;
  readonly onChoose: (code: string | null) => void;
}

/** Which facility the lists speak of; All is one of them. */
export function FacilitySwitcher({ facilities, chosen, onChoose }: FacilitySwitcherProps) {
  const tick = <IconCheck size={14} />;
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.facility} aria-label={`Facility: ${chosen ?? "All"}`}>
          <IconBuildingWarehouse size={16} stroke={1.6} aria-hidden />
          <span className={classes.facilityWord}>
            {chosen ?? (
              <>
                All<span className={classes.wide}> facilities</span>
              </>
            )}
          </span>
          <IconSelector size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChoose(null)} rightSection={chosen === null ? tick : null}>
          All facilities
        </Menu.Item>
        <Menu.Divider />
        {facilities.map((facility) => (
          <Menu.Item
            key={facility.code}
            onClick={() => onChoose(facility.code)}
            rightSection={chosen === facility.code ? tick : null}
          >
            <span className={classes.facilityCode}>{facility.code}</span> {facility.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
