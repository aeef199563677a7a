/** The directions of docs/architecture.md, held by a tool. Types count too: a type import is still a dependency. */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^(core|functions)/", pathNot: "^functions/.*" },
      to: {},
    },
    {
      name: "core-stands-alone",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "^(functions|local|stacks|tests)/" },
    },
    {
      name: "core-knows-no-transport",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "node_modules/(hono|@hono|sst|@types/aws-lambda)/" },
    },
    {
      name: "nouns-meet-at-their-index",
      severity: "error",
      from: { path: "^core/([^/]+)/" },
      to: { path: "^core/([^/]+)/", pathNot: ["^core/$1/", "^core/platform/", "^core/[^/]+/index\\.ts$"] },
    },
    {
      name: "platform-knows-no-noun",
      severity: "error",
      from: { path: "^core/platform/" },
      to: { path: "^core/(?!platform/)" },
    },
    {
      name: "functions-use-verbs",
      severity: "error",
      from: { path: "^functions/" },
      to: { path: "^core/(?!platform/)[^/]+/(?!index\\.ts$)" },
    },
    {
      name: "functions-know-no-local",
      severity: "error",
      from: { path: "^functions/" },
      to: { path: "^(local|stacks|tests)/" },
    },
    {
      name: "stores-stay-home",
      severity: "error",
      from: { path: "^core/([^/]+)/" },
      to: { path: "^core/[^/]+/.*\\.store\\.ts$", pathNot: "^core/$1/" },
    },
    {
      name: "rules-are-pure",
      comment: "A noun's own file (product.ts, price.ts …) imports no SDK.",
      severity: "error",
      from: { path: "^core/(?!platform/)", pathNot: "\\.store\\.ts$|/index\\.ts$" },
      to: { path: "node_modules/@aws-sdk/" },
    },
    {
      name: "stacks-import-nothing-of-run-time",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(core|functions|local|tests)/" },
    },
    {
      name: "local-uses-definitions-only",
      severity: "error",
      from: { path: "^local/" },
      to: { path: "^stacks/(?!definitions\\.ts$)" },
    },
    {
      name: "nothing-needs-tests",
      severity: "error",
      from: { path: "^(core|functions|local|stacks)/" },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.sst|coverage|reports)/" },
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
