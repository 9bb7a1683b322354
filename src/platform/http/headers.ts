/** Headers of every answer: a browser reads it as what it says it is, alone, and tells nobody where it came from. */
export function safeHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ...(publicUrl.startsWith("https:") ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}

/** Of the web app's own pages: scripts come from here alone; styles may be inline, for the component library sets them so. */
export const PAGE_POLICY: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:", // pictures of listings lie with the marketplaces
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self' blob:", // labels and invoices before they are printed
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
};

/** Of files: shown by a browser's own viewer inside our pages, which a stricter policy would break. */
export const FILE_POLICY: Readonly<Record<string, string>> = {
  "x-frame-options": "SAMEORIGIN",
  "content-security-policy": "frame-ancestors 'self'; script-src 'none'; object-src 'self'",
};
