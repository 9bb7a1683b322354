import { TextInput } from "@mantine/core";
import { useState } from "react";
import classes from "./putaway.module.css";

/** The shelves that `ShelfInput`s of a page offer: one list for all of them, however many rows there are. */
export function ShelfOffers({ id, shelves }: { id: string; shelves: readonly string[] }) {
  return (
    <datalist id={id}>
      {shelves.map((shelf) => (
        <option key={shelf} value={shelf} />
      ))}
    </datalist>
  );
}

/** A shelf's code, typed, scanned or chosen; it is said when the field is left or Enter is pressed. */
export function ShelfInput({
  label,
  value,
  offers,
  onChoose,
  placeholder = "Shelf",
}: {
  label: string;
  value: string | null;
  offers: string;
  onChoose: (shelf: string) => unknown;
  placeholder?: string;
}) {
  const [typed, setTyped] = useState(value ?? "");
  const say = () => {
    const shelf = typed.trim();
    if (shelf !== (value ?? "")) onChoose(shelf);
  };
  return (
    <TextInput
      aria-label={label}
      className={classes.shelf}
      size="xs"
      list={offers}
      placeholder={placeholder}
      autoComplete="off"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={say}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}
