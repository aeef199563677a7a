import { hash } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

/** The same read behind a key with the bare parts: Hono, the SDK, three calls. It is bundled as the API is. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env["TABLE_NAME"] ?? "";
const app = new Hono();

app.get("/v1/products/:id", async (c) => {
  const secret = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  const pk = `API_KEY#${hash("sha256", secret, "base64url")}`;
  const { Item: key } = await table.send(
    new GetCommand({ TableName, Key: { pk, sk: "CREDENTIAL" }, ConsistentRead: true }),
  );
  if (!key) return c.json({ error: "UNAUTHENTICATED" }, 401);
  const organizationId = String(key["organizationId"]);
  const [{ Item: product }] = await Promise.all([
    table.send(
      new GetCommand({
        TableName,
        Key: { pk: `${organizationId}#PRODUCT`, sk: c.req.param("id") },
        ConsistentRead: true,
      }),
    ),
    table.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `${organizationId}#API_KEY`, sk: String(key["id"]) },
        UpdateExpression: "SET lastUsedAt = :at",
        ExpressionAttributeValues: { ":at": new Date().toISOString() },
      }),
    ),
  ]);
  return product ? c.json(product) : c.json({ error: "NOT_FOUND" }, 404);
});

export const handler = handle(app);
