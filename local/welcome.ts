import { relative } from "node:path";

export interface Welcome {
  url: string;
  apiKey: string | undefined;
  dataDir: string;
  logFile: string;
  localFile: string;
  startedInMs: number;
}

/** What the terminal shows once everything runs: where it is, the key, and three things to try. */
export function welcome({ url, apiKey, dataDir, logFile, localFile, startedInMs }: Welcome): string {
  const near = (path: string) => {
    const short = relative(process.cwd(), path);
    return short.startsWith("..") ? path : short;
  };
  const authorization = `-H 'Authorization: Bearer ${apiKey ?? "<api key>"}'`;
  return `
Stockwright is running (started in ${(startedInMs / 1000).toFixed(1)} s; Ctrl-C stops it)

  API        ${url}
  Docs       ${url}/docs
  API key    ${apiKey ?? "none: see above"}
  Data       ${near(dataDir)}
  Log        ${near(logFile)}
  For tools  ${near(localFile)}

Try:

  curl ${url}/health

  curl ${url}/v1/products ${authorization} -H 'Content-Type: application/json' \\
    -d '{"sku":"TEE-1","name":"T-shirt","cost":{"amount":"8.00","currency":"USD"},"price":{"amount":"13.00","currency":"USD"}}'

  curl '${url}/v1/products?query=shirt' ${authorization}
`;
}
