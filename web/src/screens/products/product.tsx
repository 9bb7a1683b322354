import { ActionIcon, Button, NumberInput, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, DeclaredForm, Page, Refusal, reportDone, Section } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import { type Component, type ProductDetail, productFields, productSections, rupeesText } from "./product-data.ts";
import classes from "./products.module.css";

const back = { to: "/products", label: "Products" };

function useTaxClasses(): readonly { code: string; name: string }[] {
  const { data } = useQuery({
    queryKey: ["tax-classes"],
    queryFn: ({ signal }) =>
      api.get<{ taxClasses: readonly { code: string; name: string }[] }>("/api/v1/tax-classes", {}, signal),
    staleTime: 60_000,
  });
  return data?.taxClasses ?? [];
}

/** A product: its form and, for a bundle, what it is made of. "/products/new" makes one. */
export function Screen() {
  const { skuId = "" } = useParams({ strict: false });
  return skuId === "new" ? <NewProduct /> : <Product skuId={skuId} />;
}

function NewProduct() {
  const navigate = useNavigate();
  const may = useMay();
  const taxClasses = useTaxClasses();
  const [bundle, setBundle] = useState(false);
  const [components, setComponents] = useState<readonly Component[]>([]);
  return (
    <Page title="New product" back={back} narrow line="A SKU that is stocked and sold, or a bundle of others.">
      <DeclaredForm
        fields={productFields(taxClasses, false)}
        sections={productSections}
        submitLabel="Make product"
        notNow={may("catalog.edit") ? null : "Your role does not include changing products."}
        onCancel={() => void navigate({ to: "/products" })}
        onSubmit={async (values) => {
          const made = await api.post<{ skuId: string }>("/api/v1/skus", {
            ...values,
            components: bundle ? components : null,
          });
          reportDone("Made.");
          await navigate({ to: `/products/${made.skuId}` });
        }}
      >
        <Section title="Bundle" line="A bundle holds no stock of its own: its figure is what its components allow.">
          <Switch
            label="This is a bundle of other products"
            checked={bundle}
            onChange={(event) => setBundle(event.currentTarget.checked)}
          />
          {bundle && <Components components={components} onChange={setComponents} />}
        </Section>
      </DeclaredForm>
    </Page>
  );
}

function Product({ skuId }: { skuId: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const taxClasses = useTaxClasses();
  const { data, error, refetch } = useQuery({
    queryKey: ["sku", skuId],
    queryFn: ({ signal }) => api.get<ProductDetail>(`/api/v1/skus/${skuId}`, {}, signal),
  });
  if (data === undefined)
    return (
      <Page title="Product" back={back}>
        {error === null ? <p role="status">Reading the product…</p> : <Refusal error={error} />}
      </Page>
    );
  const notMine = may("catalog.edit") ? null : "Your role does not include changing products.";
  const { components, ...fields } = data;
  const saved = async () => {
    await refetch();
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/skus"] });
    reportDone("Saved.");
  };
  return (
    <Page
      narrow
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Thumb name={data.name} imageUrl={data.imageUrl} size={40} />
          <Code>{data.code}</Code>
        </>
      }
      line={data.name}
      actions={<ActionButton label="Stock and ledger" onClick={() => navigate({ href: `/stock?q=${data.code}` })} />}
    >
      {data.isBundle && (
        <BundleSection key={JSON.stringify(components)} product={data} notMine={notMine} onSaved={saved} />
      )}
      <DeclaredForm
        key={`${skuId}:${taxClasses.length}`}
        fields={productFields(taxClasses, true)}
        sections={productSections}
        initial={{ ...fields, mrpPaise: rupeesText(data.mrpPaise) }}
        submitLabel="Save"
        notNow={notMine}
        onSubmit={async (values) => {
          await api.put(`/api/v1/skus/${skuId}`, values);
          await saved();
        }}
      />
    </Page>
  );
}

function BundleSection({
  product,
  notMine,
  onSaved,
}: {
  product: ProductDetail;
  notMine: string | null;
  onSaved: () => Promise<void>;
}) {
  const [components, setComponents] = useState<readonly Component[]>(product.components);
  const [refused, setRefused] = useState<unknown>(null);
  return (
    <Section
      title="Made of"
      line="One bundle takes these from stock; how many bundles can be sold follows from them."
      actions={
        <ActionButton
          label="Save components"
          notNow={notMine}
          onClick={async () => {
            setRefused(null);
            try {
              await api.put(`/api/v1/skus/${product.skuId}/components`, {
                components: components.map(({ sku, quantity }) => ({ sku, quantity })),
              });
              await onSaved();
            } catch (error) {
              setRefused(error); // shown beneath the rows that it is about
            }
          }}
        />
      }
    >
      <Components components={components} onChange={setComponents} />
      {refused !== null && <Refusal error={refused} />}
    </Section>
  );
}

/** Rows of component and quantity. */
function Components({
  components,
  onChange,
}: {
  components: readonly Component[];
  onChange: (components: readonly Component[]) => void;
}) {
  const set = (at: number, change: Partial<Component>) =>
    onChange(components.map((each, i) => (i === at ? { ...each, ...change } : each)));
  return (
    <div className={classes.components}>
      {components.map((component, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name until its SKU is typed, and rows do not move.
        <div key={i} className={classes.component}>
          <TextInput
            aria-label={`SKU of component ${i + 1}`}
            placeholder="SKU"
            value={component.sku}
            onChange={(event) => set(i, { sku: event.currentTarget.value })}
          />
          <NumberInput
            aria-label={`Pieces of component ${i + 1}`}
            value={component.quantity}
            min={1}
            allowDecimal={false}
            suffix=" pcs"
            onChange={(value) => set(i, { quantity: typeof value === "number" ? value : 1 })}
          />
          <ActionIcon
            aria-label={`Remove component ${i + 1}`}
            onClick={() => onChange(components.filter((_, at) => at !== i))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={15} />}
        onClick={() => onChange([...components, { sku: "", quantity: 1 }])}
      >
        Add component
      </Button>
    </div>
  );
}
