/** How AJIO says no to its own operations. */

export function refusal(code: string, message: string) {
  return { status: 400, body: { errors: [{ code, message }] } };
}

export function notYet(message: string) {
  return { status: 404, body: { message } };
}
