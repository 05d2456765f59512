interface PolicyOptions {
  /** New for every page: only scripts that carry it run. */
  readonly nonce: string;
  /** Where browsers send files to beside the application itself. */
  readonly uploadOrigins: readonly string[];
  readonly isHttps: boolean;
  /** React's tools for developers evaluate text. */
  readonly isDevelopment: boolean;
}

/**
 * What a page may load and do: its own scripts, by nonce, and what those load; nothing of anybody else. Styles
 * may stand in attributes, for the bars of a chart do.
 */
export function contentSecurityPolicy({ nonce, uploadOrigins, isHttps, isDevelopment }: PolicyOptions): string {
  const script = ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])];
  // The development server puts styles into the page by script.
  const style = ["'self'", isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`];
  const directives = [
    "default-src 'self'",
    `script-src ${script.join(" ")}`,
    `style-src ${style.join(" ")}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...uploadOrigins].join(" ")}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}
