import { describe, expect, test } from "vitest";
import { readStage } from "../../stacks/stage.ts";
import { SECRET_KEY } from "./scenarios.ts";
import {
  BUCKET,
  environment,
  evaluation,
  find,
  functions,
  isSecret,
  needStacks,
  only,
  stage,
  TABLE,
  text,
} from "./support.ts";

const ORIGIN = "https://shop.example.com";

describe("production", () => {
  needStacks();

  test("cannot be removed by a command, and loses neither table nor bucket when they leave the code", () => {
    expect(stage("production").app).toEqual({ removal: "retain", protect: true });
    expect(only(stage("production"), TABLE)["deletionProtectionEnabled"]).toBe(true);
    expect(only(stage("production"), BUCKET)["forceDestroy"]).toBe(false);
    expect(find(stage("production"), TABLE, "TableTable").retained).toBe(true);
    expect(find(stage("production"), BUCKET, "FilesBucket").retained).toBe(true);
  });

  test("tells its functions that they are in production, and who may call", () => {
    const api = functions(stage("production")).get("Api") ?? {};
    expect(environment(api)).toMatchObject({
      ENVIRONMENT: "production",
      CORS_ORIGINS: "https://shop.example.com,https://admin.example.com",
    });
  });

  test("tells its API at which address providers send browsers back", () => {
    const api = functions(stage("productionWithDomain")).get("Api") ?? {};
    expect(environment(api)).toMatchObject({ PUBLIC_URL: "https://api.example.com", ENABLE_USER_REGISTRATION: "true" });
  });

  test("is not deployed without origins", () => {
    expect(evaluation("productionWithoutOrigins")).toEqual({
      ok: false,
      message: expect.stringContaining("CORS_ORIGINS must be set in production"),
    });
  });

  test("is not deployed with a short secret, and the refusal does not show it", () => {
    const refused = evaluation("productionWithShortKey");
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("32 characters") });
    expect(JSON.stringify(refused)).not.toContain('"short"');
  });
});

describe("another stage", () => {
  needStacks();

  test.each(["staging", "personal"] as const)("(%s) is removed whole with one command", (name) => {
    expect(stage(name).app).toEqual({ removal: "remove", protect: false });
    expect(only(stage(name), TABLE)["deletionProtectionEnabled"]).toBe(false);
    expect(only(stage(name), BUCKET)["forceDestroy"]).toBe(true);
    expect(stage(name).resources.filter(({ retained }) => retained)).toEqual([]);
  });

  test.each([
    ["staging", "staging"],
    ["personal", "development"],
  ] as const)("(%s) tells its functions that they are in %s", (name, expected) => {
    const api = functions(stage(name)).get("Api") ?? {};
    expect(environment(api)["ENVIRONMENT"]).toBe(expected);
  });

  test("shares no name with production", () => {
    const names = (name: "production" | "staging") =>
      stage(name).resources.flatMap(({ inputs }) => (typeof inputs["name"] === "string" ? [inputs["name"]] : []));
    const shared = names("staging").filter((candidate) => names("production").includes(candidate));
    // Names inside another resource: an API's default stage and a role's inline policy are only unique within it.
    expect(shared.filter((candidate) => candidate !== "$default")).toEqual([]);
  });
});

describe("a secret", () => {
  needStacks();

  test("comes from SST's store only: a stage without it is refused with the command that sets it", () => {
    expect(evaluation("withoutSecretKey")).toEqual({
      ok: false,
      message: expect.stringContaining("sst secret set SecretKey"),
    });
  });

  test("is nowhere but in functions' environments, which are kept encrypted", () => {
    for (const { type, name, inputs } of stage("production").resources) {
      const open = Object.entries(inputs).filter(([, value]) => !isSecret(value));
      expect(JSON.stringify(open), `${type} ${name}`).not.toContain(SECRET_KEY);
    }
    expect(JSON.stringify(stage("production").outputs)).not.toContain(SECRET_KEY);
  });
});

describe("reading a stage", () => {
  test("allows any origin outside production only", () => {
    expect(readStage("ada", { CORS_ORIGINS: "*" }).corsOrigins).toEqual(["*"]);
    expect(() => readStage("production", { CORS_ORIGINS: `${ORIGIN},*` })).toThrow("cannot be '*' in production");
  });

  test("refuses what no browser sends as an origin, naming every fault at once", () => {
    const read = () => readStage("staging", { CORS_ORIGINS: `${ORIGIN}/, shop.example.com, ${ORIGIN}` });
    expect(read).toThrow(/"https:\/\/shop\.example\.com\/".*\n.*"shop\.example\.com"/);
  });

  test("wants to know as which identity mail is sent, and that it is one", () => {
    const read = (arn: string) => readStage("ada", { MAIL_FROM: "a@example.com", MAIL_IDENTITY_ARN: arn });
    for (const arn of ["", "arn:aws:ses:us-east-1:1:identity/*", "example.com"])
      expect(() => read(arn)).toThrow("MAIL_IDENTITY_ARN");
    const arn = "arn:aws:ses:us-east-1:123456789012:identity/example.com";
    expect(read(arn).mail).toEqual({ from: "a@example.com", identityArn: arn });
  });

  test("takes an empty domain or address as none", () => {
    const read = readStage("production", { CORS_ORIGINS: ORIGIN, API_DOMAIN: "", ALARM_EMAIL: "" });
    expect(read).toMatchObject({ apiDomain: undefined, alarmEmail: undefined });
  });

  test("expects a page on this machine where nothing is said, but never in production", () => {
    expect(readStage("ada", {}).corsOrigins).toEqual(["http://localhost:3000"]);
    expect(() => readStage("production", {})).toThrow("CORS_ORIGINS must be set in production");
    expect(text(readStage("production", { CORS_ORIGINS: ORIGIN }).environment)).toBe("production");
  });
});
