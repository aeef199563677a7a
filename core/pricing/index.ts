export {
  calculatePrice,
  minimumPrice,
  type Price,
  type PriceConflict,
  type PriceInput,
  type PriceStep,
} from "./price.ts";
