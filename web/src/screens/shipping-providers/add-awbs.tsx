import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { DeclaredForm, Facts } from "../../ui/index.ts";
import type { Provider, UploadAnswer } from "./provider-data.ts";
import classes from "./providers.module.css";

const listedMax = 20;

/** Puts numbers into a courier's pool: a range, or a list as the courier sent it. */
export function AddAwbs({
  provider,
  onClose,
  onChanged,
}: {
  provider: Provider;
  onClose: () => void;
  onChanged: () => void;
}) {
  const [done, setDone] = useState<UploadAnswer | null>(null);
  return (
    <Modal opened onClose={onClose} title={<strong>Add AWBs to {provider.name}</strong>}>
      {done === null ? (
        <DeclaredForm
          fields={[
            {
              name: "how",
              label: "How",
              type: "select",
              required: true,
              default: "range",
              options: [
                { value: "range", label: "A range" },
                { value: "list", label: "A list" },
              ],
            },
            {
              name: "from",
              label: "From",
              type: "text",
              required: true,
              half: true,
              lengthMax: 60,
              placeholder: "DX10000001",
              when: { field: "how", is: "range" },
            },
            {
              name: "to",
              label: "To",
              type: "text",
              required: true,
              half: true,
              lengthMax: 60,
              placeholder: "DX10020000",
              when: { field: "how", is: "range" },
              help: "Both belong to the range.",
            },
            {
              name: "list",
              label: "Numbers",
              type: "textarea",
              required: true,
              when: { field: "how", is: "list" },
              help: "One a line, or parted by commas, as the courier sent them.",
            },
          ]}
          submitLabel="Add AWBs"
          onCancel={onClose}
          onSubmit={async ({ how: _how, ...values }) => {
            setDone(await api.post<UploadAnswer>(`/api/v1/shipping-providers/${provider.providerId}/awbs`, values));
            onChanged();
          }}
        />
      ) : (
        <>
          <Facts
            facts={[
              ["Added", formatCount(done.added)],
              ["There before", formatCount(done.alreadyThere)],
              ["Twice in it", formatCount(done.duplicates.length)],
              ["Not numbers", formatCount(done.invalid.length)],
            ]}
          />
          {done.invalid.length > 0 && (
            <ul className={classes.invalid}>
              {done.invalid.slice(0, listedMax).map((each) => (
                <li key={each.line}>
                  Line {each.line}: <code>{each.text}</code>
                </li>
              ))}
            </ul>
          )}
          <Button size="sm" mt={16} onClick={onClose}>
            Done
          </Button>
        </>
      )}
    </Modal>
  );
}
