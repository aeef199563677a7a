export {
  createBrand,
  createBrandPattern,
  deleteBrandPattern,
  getBrand,
  listBrandPatterns,
  listBrands,
  testBrandPatterns,
} from "./brands.ts";
export { CreateBrandPatternSchema, CreateBrandSchema, TestBrandPatternsSchema } from "./brand.ts";
export { createCategory, getCategory, listCategories, updateCategory } from "./categories.ts";
export { CreateCategorySchema, UpdateCategorySchema } from "./category.ts";
export { listProducts, ListProductsSchema } from "./listing.ts";
export { previewPrice, PreviewPriceSchema, priceOfProduct, ProductPriceSchema } from "./pricing.ts";
export {
  ActivateProductSchema,
  CreateProductSchema,
  type Product,
  PRODUCT_STATUSES,
  UpdateProductSchema,
  viewProduct,
} from "./product.ts";
export {
  changeStatus,
  createProduct,
  findIdsBySku,
  findProducts,
  getProduct,
  getProductBySku,
  planProduct,
  type ProductPlan,
  productsRead,
  skuNamespace,
  updateProduct,
} from "./products.ts";
export { createSize, listSizes, normalizeSize, sizeReader } from "./sizes.ts";
export { CreateSizeSchema, NormalizeSizeSchema, type ReadSize } from "./size.ts";
export { brandByName, brandDetector } from "./brands.ts";
export { categoryByName } from "./categories.ts";
export {
  type ProductFacts,
  type ProductRow,
  type UpsertOptions,
  type UpsertOutcome,
  upsertProducts,
} from "./upsert.ts";
export { createKnownWords, project as projectSearch } from "./search/index.ts";
