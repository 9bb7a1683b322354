/** What the demo sellers list on Flipkart: electronics, home and clothing, with HSN codes and the GST rates since 22 September
 *  2025. A product id is an FSN of 16 characters. Prices are invented. */
import type { CatalogueVariant } from "../../kit/simulator/index.ts";

// biome-ignore format: one listing a line reads as the table it is
const ROWS: readonly (readonly [fsn: string, sku: string, title: string, brand: string, category: string, price: number, mrp: number, hsn: string, bps: number, grams: number, size: readonly [number, number, number]])[] = [
  ["TSHGRAPHBLUE00M1", "ROADSTER-TEE-BLUE-M", "Graphic Print T-Shirt, Blue, M", "Roadster", "T-Shirts", 499, 999, "610910", 500, 180, [280, 220, 20]],
  ["TSHGRAPHBLUE00L1", "ROADSTER-TEE-BLUE-L", "Graphic Print T-Shirt, Blue, L", "Roadster", "T-Shirts", 499, 999, "610910", 500, 190, [280, 220, 20]],
  ["TSHGRAPHBLUE0XL1", "ROADSTER-TEE-BLUE-XL", "Graphic Print T-Shirt, Blue, XL", "Roadster", "T-Shirts", 499, 999, "610910", 500, 200, [280, 220, 20]],
  ["KTAPRINTTEAL0FS1", "ANOUK-KURTA-TEAL-FS", "Printed Straight Kurta, Teal", "Anouk", "Kurtas", 799, 1599, "620442", 500, 290, [320, 240, 30]],
  ["SAREEKANJIVRED01", "POTHYS-SAREE-RED-FS", "Kanjivaram Style Silk Blend Saree, Red", "Pothys", "Sarees", 2499, 4999, "500720", 500, 780, [380, 300, 60]],
  ["SHORUNMESHBLK081", "CAMPUS-RUN-BLK-8", "Mesh Running Shoes, Black, UK 8", "Campus", "Shoes", 1299, 2199, "640411", 500, 720, [330, 210, 120]],
  ["SHORUNMESHBLK091", "CAMPUS-RUN-BLK-9", "Mesh Running Shoes, Black, UK 9", "Campus", "Shoes", 1299, 2199, "640411", 500, 740, [330, 210, 120]],
  ["ACCBTHEADPHONE01", "BOAT-ROCKERZ-450-BLK", "Rockerz 450 Bluetooth Headphones, Black", "boAt", "Headphones", 1499, 3990, "851830", 1800, 320, [220, 190, 90]],
  ["ACCTWSEARBUDS001", "NOISE-BUDS-VS104-WHT", "Buds VS104 Wireless Earbuds, White", "Noise", "Headphones", 1299, 3499, "851830", 1800, 120, [120, 110, 50]],
  ["SMWAMOLEDWATCH01", "FIREBOLTT-PHOENIX-BLK", "Phoenix Smart Watch with Bluetooth Calling, Black", "Fire-Boltt", "Watches", 1799, 7999, "910212", 1800, 180, [140, 120, 60]],
  ["PWB20000MAHBLK01", "AMBRANE-PB-20000-BLK", "Power Bank 20000 mAh, Black", "Ambrane", "Power Banks", 1599, 3499, "850760", 1800, 470, [180, 110, 40]],
  ["CBLTYPECFAST1M01", "PORTRONICS-KONNECT-C1M", "Type-C Fast Charging Cable, 1 m", "Portronics", "Cables", 199, 599, "854442", 1800, 60, [140, 90, 20]],
  ["PRSCOOK5LITRES01", "PRESTIGE-COOKER-5L", "Popular Aluminium Pressure Cooker, 5 l", "Prestige", "Cookware", 1699, 2390, "761510", 500, 2400, [360, 260, 220]],
  ["MXGRINDER750W001", "BAJAJ-MIXER-750W", "Mixer Grinder 750 W with 3 Jars", "Bajaj", "Appliances", 3299, 6299, "850940", 1800, 4300, [430, 280, 260]],
  ["BTLSTEEL1LITRE01", "MILTON-BOTTLE-1L-SLV", "Thermosteel Bottle, 1 l, Silver", "Milton", "Bottles", 799, 1295, "961700", 1800, 480, [290, 100, 100]],
  ["BDSHTCOTTONKING1", "BOMBAYDYEING-SHEET-K", "Cotton King Bedsheet with 2 Pillow Covers", "Bombay Dyeing", "Bedsheets", 1199, 2499, "630221", 500, 1150, [340, 260, 80]],
  ["BPKLAPTOP32LGRY1", "SAFARI-BACKPACK-32L-GRY", "Laptop Backpack, 32 l, Grey", "Safari", "Bags", 899, 2499, "420292", 1800, 620, [450, 310, 120]],
  ["TOYBLOCKS250PCS1", "FUNSKOOL-BLOCKS-250", "Building Blocks, 250 Pieces", "Funskool", "Toys", 999, 1499, "950300", 500, 860, [380, 270, 90]],
  ["DMBPVC20KGSET001", "KORE-DUMBBELL-20KG", "PVC Dumbbell Set, 20 kg", "Kore", "Fitness", 1399, 3499, "950691", 500, 20500, [420, 320, 160]],
  ["LEDBULB9WPACK401", "WIPRO-LED-9W-P4", "LED Bulb 9 W, Pack of 4", "Wipro", "Lighting", 379, 800, "853952", 500, 310, [250, 130, 70]],
];

export const FLIPKART_CATALOGUE: readonly CatalogueVariant[] = ROWS.map(
  ([productId, sku, title, brand, category, price, mrp, hsnCode, gstBasisPoints, weightGrams, sizeMm]) => ({
    ...{ productId, variantId: sku, sku, title, brand, category, hsnCode, gstBasisPoints, weightGrams, sizeMm },
    ...{ pricePaise: price * 100, mrpPaise: mrp * 100 },
  }),
);
