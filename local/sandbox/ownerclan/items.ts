/** An item as the stand-in keeps it; times are seconds since the epoch, amounts are won. */
export interface SandboxItem {
  id: string;
  key: string;
  name: string;
  model: string;
  production: string;
  origin: string;
  price: number;
  pricePolicy: "free" | "fixed";
  fixedPrice: number | null;
  searchKeywords: string[];
  category: { key: string; name: string; fullName: string };
  content: string;
  shippingFee: number;
  shippingType: "inAdvance" | "uponArrival" | "free";
  images: string[];
  status: "soldout" | "available" | "unavailable" | "discontinued";
  options: SandboxOption[];
  taxFree: boolean;
  adultOnly: boolean;
  returnable: boolean;
  noReturnReason: string | null;
  guaranteedShippingPeriod: number;
  openmarketSellable: boolean;
  boxQuantity: number | null;
  attributes: string[];
  metadata: { vendorKey: string };
  isUsed: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface SandboxOption {
  key: string;
  price: number;
  quantity: number;
  status: SandboxItem["status"];
  optionAttributes: { name: string; value: string }[];
}

const KINDS = [
  { name: "수건", category: "생활/주방>욕실용품>수건" },
  { name: "텀블러", category: "생활/주방>주방용품>텀블러" },
  { name: "티셔츠", category: "패션의류>상의>티셔츠" },
  { name: "운동화", category: "패션잡화>신발>운동화" },
  { name: "충전 케이블", category: "디지털>주변기기>케이블" },
  { name: "노트", category: "문구>필기구>노트" },
] as const;
const COLOURS = ["블랙", "화이트", "네이비"];
/** 2026-01-01, the first of them; each further one came a minute later. */
const FIRST = Date.UTC(2026, 0, 1) / 1_000;

export const keyAt = (index: number) => `W${index.toString(36).toUpperCase().padStart(6, "0")}`;

/** The item of a number: always the same, plainly made up. Every tenth has options, some of them sold out or dearer. */
export function itemAt(index: number): SandboxItem {
  const key = keyAt(index);
  const kind = KINDS[index % KINDS.length] ?? KINDS[0];
  const price = 1_000 + ((index * 370) % 90_000);
  const at = FIRST + index * 60;
  const names = kind.category.split(">");
  return {
    id: Buffer.from(`Item:${key}`).toString("base64"),
    key,
    name: `[데모] ${kind.name} ${index}`,
    model: `DEMO-${index}`,
    production: `데모제조 ${index % 7}`,
    origin: index % 4 === 0 ? "대한민국" : "중국",
    price,
    pricePolicy: index % 13 === 0 ? "fixed" : "free",
    fixedPrice: index % 13 === 0 ? price * 2 : null,
    searchKeywords: ["데모", kind.name],
    category: { key: `C${index % KINDS.length}`, name: names.at(-1) ?? "", fullName: kind.category },
    content: `<p>${kind.name} ${index}번의 상세 설명입니다.</p><ul><li>데모 상품</li><li>규격 ${index % 50}cm</li></ul>`,
    shippingFee: index % 5 === 0 ? 0 : 2_500 + (index % 3) * 500,
    shippingType: index % 5 === 0 ? "free" : index % 17 === 0 ? "uponArrival" : "inAdvance",
    images: [`https://images.example.com/ownerclan/${key}/large.jpg`],
    status: index % 11 === 0 ? "soldout" : "available",
    options: index % 10 === 3 ? choices(index, price) : [plain(index, price)],
    taxFree: index % 29 === 0,
    adultOnly: index % 101 === 0,
    returnable: index % 23 !== 0,
    noReturnReason: index % 23 === 0 ? "위생상의 이유" : null,
    guaranteedShippingPeriod: 1 + (index % 3),
    openmarketSellable: index % 41 !== 0,
    boxQuantity: index % 19 === 0 ? 10 : null,
    attributes: [...(index % 97 === 0 ? ["PROHIBIT"] : []), ...(index % 53 === 0 ? ["ATTR_H_FOOD"] : [])],
    metadata: { vendorKey: `V${String(index % 20).padStart(3, "0")}` },
    isUsed: false,
    createdAt: at,
    updatedAt: at,
  };
}

function plain(index: number, price: number): SandboxOption {
  const quantity = index % 11 === 0 ? 0 : 5 + (index % 40);
  return { key: "0", price, quantity, status: "available", optionAttributes: [] };
}

function choices(index: number, price: number): SandboxOption[] {
  return COLOURS.map((colour, place) => {
    const isSoldOut = place === index % 9;
    const dearer = place === 2 ? 2_000 : 0;
    const marks = `${dearer > 0 ? " (+2,000원)" : ""}${isSoldOut ? " (품절)" : ""}`;
    return {
      key: String(place + 1),
      price: price + dearer,
      quantity: isSoldOut ? 0 : 3 + ((index + place) % 20),
      status: "available",
      optionAttributes: [
        { name: "색상", value: `${colour}${marks}` },
        { name: "사이즈", value: "FREE" },
      ],
    };
  });
}
