import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import type { AroundCall } from "../../../../core/platform/calls.ts";
import { createTable } from "../../../../core/platform/table.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../../local/names.ts";
import { openShop as openShopOn } from "../../../unit/catalog/search/shop.ts";

/** A shop on the test run's own DynamoDB. */
export function openShop({ around, pageSize }: { around?: AroundCall; pageSize?: number } = {}) {
  const { endpoints, resources } = inject("cloud");
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamodb,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const table = createTable({ client, name: resources.tableName, ...(around ? { around } : {}) });
  return openShopOn(table, pageSize === undefined ? {} : { pageSize });
}
