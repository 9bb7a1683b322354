/** An error of Bazaar Street's. */
export function problem(code: string, message: string): { readonly code: string; readonly message: string } {
  return { code, message };
}
