import { ApiError } from "../../lib/problem.ts";
import { CsvImport } from "../csv-import.tsx";
import { DeclaredForm } from "../form/index.ts";
import { Page, Section } from "../page.tsx";
import { WorkResults } from "../work-results.tsx";

/** Every kind of field, with a server that finds a fault of its own; an import and its outcome. */
export function FormsPart() {
  return (
    <Page title="Forms" line="Drawn from declarations; save an empty one to see all faults." narrow>
      <DeclaredForm
        sections={[
          { id: "general", title: "General", line: "What the channel is called and whose it is." },
          { id: "order", title: "Orders", line: "What happens with an order when it comes in." },
        ]}
        fields={[
          {
            section: "general",
            name: "name",
            label: "Channel Name",
            type: "text",
            required: true,
            half: true,
            pattern: "[A-Za-z0-9_]{3,45}",
            patternHelp: "is 3 to 45 letters, digits or _",
            help: "Like JUPITER or AJIO_Dropship_1.",
          },
          {
            section: "general",
            name: "password",
            label: "Password",
            type: "password",
            half: true,
            required: true,
            kept: "set on 12 Nov by Asha",
          },
          {
            section: "general",
            name: "facilities",
            label: "Choose Facilities For Inventory Sync",
            type: "ranked",
            required: true,
            options: [
              { value: "BLR1", label: "BLR1 Bengaluru", note: "gets WH_01" },
              { value: "DEL1", label: "DEL1 Delhi" },
            ],
            help: "The stock of all chosen ones is published as one figure.",
          },
          {
            section: "general",
            name: "map",
            label: "Warehouse map",
            type: "json-map",
            default: '{"WH_01": "BLR1"}',
            options: [
              { value: "BLR1", label: "BLR1 Bengaluru" },
              { value: "DEL1", label: "DEL1 Delhi" },
            ],
            map: {
              titles: ["Oker's warehouse", "Our facility"],
              valueNoun: "facility",
              valueOnce: "each would be told the whole of its stock",
            },
          },
          {
            section: "order",
            name: "tat",
            label: "Tat",
            type: "number",
            half: true,
            default: 48,
            min: 1,
            max: 720,
            unit: "hours",
            help: "Until the parcel must be handed over.",
          },
          {
            section: "order",
            name: "edition",
            label: "Single Action Invoice Label New",
            type: "select",
            half: true,
            default: "OFF",
            options: [
              { value: "OFF", label: "OFF" },
              { value: "TWO", label: "One click, two PDFs" },
              { value: "ONE", label: "One click, one PDF", unavailable: "It comes with a later version." },
            ],
          },
          {
            section: "order",
            name: "notify",
            label: "Notify Channel On Dispatch",
            type: "switch",
            default: true,
            consequence: {
              on: "JUPITER hears of every change of a package's state, and of its dispatch.",
              off: "JUPITER hears nothing, not even the dispatch. What was not sent is counted.",
            },
          },
          { section: "order", name: "limit", label: "Cash on delivery up to", type: "money", half: true },
          { section: "order", name: "note", label: "Note", type: "textarea", help: "Only for people here." },
          {
            section: "order",
            name: "source",
            label: "Source",
            type: "text",
            half: true,
            default: "EXAMPLE_SOURCE",
            fixed: "The source of a channel cannot be changed.",
          },
        ]}
        submitLabel="Save & Next"
        onCancel={() => {}}
        onSubmit={() =>
          Promise.reject(
            new ApiError(422, {
              code: "MALFORMED",
              message: "One field was refused.",
              whatToDo: "Correct it and save again.",
              fields: [{ path: "name", message: "is taken by another channel" }],
            }),
          )
        }
      />
      <Section title="Import">
        <CsvImport
          endpoint="/api/v1/gallery-import"
          columns={[
            { name: "SKU", required: true, help: "3 to 45 letters, digits and . _ - /" },
            { name: "Quantity", required: true, help: "Whole units" },
            { name: "Shelf", help: "DEFAULT if left empty" },
          ]}
          template={{ fileName: "stock.csv", text: "SKU,Quantity,Shelf\nPEN-10,40,DEFAULT\n" }}
          note="Each row adds to the shelf. Sending the same file again changes nothing: a row is known by its line and the file's contents."
        />
      </Section>
      <Section title="Outcome">
        <WorkResults
          work={{
            id: "w",
            kind: "IMPORT",
            title: "Import stock.csv",
            state: "PARTIAL",
            total: 3,
            done: 2,
            failed: 1,
            createdAt: new Date(Date.now() - 60_000).toISOString(),
            finishedAt: null,
            hasDocument: true,
            results: [
              { record: "line 2 · PEN-10", outcome: "CREATED", message: "40 added" },
              { record: "line 3 · KURTA-L", outcome: "CREATED", message: "12 added" },
              {
                record: "line 4 · BOTTEL",
                outcome: "FAILED",
                message: "No SKU BOTTEL. Correct the code, or make the product first.",
              },
            ],
          }}
        />
      </Section>
    </Page>
  );
}
