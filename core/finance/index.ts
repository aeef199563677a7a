export type { CostFacts, PurchaseFacts, RefundFacts, SaleFacts, SoldLine, WriteOffFacts } from "./ledger/facts.ts";
export { costEntries, purchaseEntries, refundEntries, saleEntries, writeOffEntries } from "./ledger/entries.ts";
export { type Entry, type ItemFacts, TRANSACTION_TYPES, type TransactionType } from "./ledger/transaction.ts";
export {
  costWrites,
  entryWrites,
  purchaseWrites,
  refundWrites,
  SALE_RECORDED,
  saleWrites,
  writeOffWrites,
} from "./ledger/writes.ts";
export {
  ListTransactionsSchema,
  listTransactions,
  orderTransactions,
  RecordTransactionSchema,
  recordTransaction,
} from "./ledger/transactions.ts";
export { type Summary, SummarySchema, summary } from "./ledger/summary.ts";
export { CreateFeeTableSchema } from "./fees/fee-table.ts";
export {
  createFeeTable,
  FeeTableInForceSchema,
  feeTableInForce,
  ListFeeTablesSchema,
  listFeeTables,
  NetProceedsSchema,
  netProceeds,
  TargetPriceSchema,
  targetPrice,
} from "./fees/fees.ts";
export { CreatePurchaseSchema } from "./matching/purchase.ts";
export { createPurchase, getPurchase, listPurchases, PURCHASE_RECORDED } from "./matching/purchases.ts";
export { ListMatchesSchema } from "./matching/match.ts";
export { acceptMatch, listMatches, rejectMatch } from "./matching/review.ts";
export { matchOrder, matchPurchase } from "./matching/run.ts";
export { releaseUnits, type ReturnedUnits, returnedUnitsWrite } from "./matching/release.ts";
export { type OrderProfit, orderProfit } from "./profit/order-profit.ts";
export { MatchSalesSchema, matchSales } from "./matching/match-sales.ts";
export { matchRecorded } from "./matching/recorded.ts";
