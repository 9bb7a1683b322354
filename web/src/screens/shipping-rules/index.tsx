import { Modal, Select, TextInput } from "@mantine/core";
import { IconDownload, IconFileUpload, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { plural } from "../../lib/format.ts";
import { useFacility, useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Empty, Page, Refusal, Section, Tabs } from "../../ui/index.ts";
import { useProviderChoices } from "../shared/choices.ts";
import { grouped, type Rule, type RuleType, rulesQuery, shown } from "./data.ts";
import { DryRunPanel } from "./dry-run.tsx";
import { RuleForm } from "./form.tsx";
import { ImportRules } from "./import.tsx";
import { RuleList } from "./list.tsx";
import classes from "./rules.module.css";

type Open = { readonly what: "form"; readonly rule: Rule | null } | { readonly what: "import" } | null;

/** Which courier takes which parcel: the rules in their order, and what they say of a real order. */
export function Screen() {
  const client = useQueryClient();
  const may = useMay();
  const facility = useFacility();
  const [params, change] = useUrlState();
  const type: RuleType = params.type === "REVERSE" ? "REVERSE" : "FORWARD";
  const [open, setOpen] = useState<Open>(null);
  const { data, error } = useQuery(rulesQuery(type, facility.id));
  const providers = useProviderChoices();
  const refresh = () => void client.invalidateQueries({ queryKey: ["shipping-rules"] });
  const notMine = may("shipping.edit") ? null : "Your role does not include changing couriers and their rules.";
  const { q = "", courier = "" } = params;
  const narrowed = q !== "" || courier !== "";
  const close = () => setOpen(null);
  const create = (
    <ActionButton
      primary
      label="New rule"
      icon={IconPlus}
      notNow={notMine}
      onClick={() => setOpen({ what: "form", rule: null })}
    />
  );
  const exported = `/api/v1/shipping-rules.csv?type=${type}${facility.id === null ? "" : `&facilityId=${facility.id}`}`;
  return (
    <Page
      title="Shipping rules"
      line="Which courier takes which parcel. The first rule from the top whose condition holds, and whose courier can take the parcel, decides; without one, couriers go by their priority at the pincode and their preference."
      actions={
        <>
          <a className={classes.export} href={exported} download>
            <IconDownload size={15} aria-hidden /> Export
          </a>
          <ActionButton
            label="Import"
            icon={IconFileUpload}
            notNow={notMine}
            onClick={() => setOpen({ what: "import" })}
          />
          {create}
        </>
      }
    >
      <Tabs
        param="type"
        tabs={[
          { value: "FORWARD", label: "Forward: to the buyer" },
          { value: "REVERSE", label: "Reverse: back from there" },
        ]}
      />
      <div className={classes.columns}>
        <div>
          <div className={classes.filters}>
            <TextInput
              aria-label="Search rules"
              placeholder="Name, condition or courier"
              leftSection={<IconSearch size={15} aria-hidden />}
              value={q}
              onChange={(event) => change({ q: event.currentTarget.value })}
            />
            <Select
              aria-label="Courier"
              placeholder="Every courier"
              clearable
              searchable
              data={providers.map(({ code, name }) => ({ value: code, label: name }))}
              value={courier === "" ? null : courier}
              onChange={(value) => change({ courier: value })}
            />
          </div>
          {error !== null && <Refusal error={error} title="The rules could not be read" />}
          {data?.length === 0 && (
            <Empty
              title={type === "FORWARD" ? "No shipping rules" : "No rules for reverse pickups"}
              cause="Couriers are asked by their priority at the pincode and their preference. A rule says where it is otherwise."
              action={create}
            />
          )}
          {grouped(data ?? []).map((group) => {
            const visible = group.rules.filter((rule) => shown(rule, q, courier));
            if (visible.length === 0) return null;
            return (
              <Section
                key={group.facilityId ?? "all"}
                title={group.facility}
                line={
                  group.facilityId === null
                    ? "Hold for every parcel. Where a facility has rules of its own, both are one order by their number."
                    : `Hold for parcels that leave from ${group.facility}.`
                }
              >
                <RuleList
                  type={type}
                  facilityId={group.facilityId}
                  facility={group.facility}
                  rules={visible}
                  notMine={notMine}
                  notMovable={
                    notMine ?? (narrowed ? "Take the filter off: rules move within their whole order." : null)
                  }
                  onEdit={(rule) => setOpen({ what: "form", rule })}
                  onChanged={refresh}
                />
              </Section>
            );
          })}
          {narrowed && data !== undefined && !data.some((rule) => shown(rule, q, courier)) && data.length > 0 && (
            <p className={classes.quiet}>None of {plural(data.length, "rule")} fits this filter.</p>
          )}
        </div>
        <aside className={classes.aside} aria-label="Dry run">
          <DryRunPanel type={type} />
        </aside>
      </div>
      {open?.what === "form" && (
        <Modal opened onClose={close} size="xl" title={<strong>{open.rule?.name ?? "New shipping rule"}</strong>}>
          <RuleForm
            rule={open.rule}
            type={type}
            facilityId={facility.id}
            onClose={close}
            onSaved={() => {
              refresh();
              close();
            }}
          />
        </Modal>
      )}
      {open?.what === "import" && (
        <Modal opened onClose={close} size="xl" title={<strong>Import shipping rules</strong>}>
          <ImportRules onFinished={refresh} />
        </Modal>
      )}
    </Page>
  );
}
