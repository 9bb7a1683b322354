export { DeclaredForm, type DeclaredFormProps, type FormSection } from "./declared-form.tsx";
export { type FieldDeclaration, type FieldOption, type FieldValue, type FormValues, nested } from "./fields.ts";
export { type MapRow, readMap } from "./map-text.ts";
