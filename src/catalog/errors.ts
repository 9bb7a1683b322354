import { defineRefusals } from "../platform/refusals.ts";

defineRefusals("catalog", {
  SKU_FAULTS: {
    status: 422,
    message: "The SKU {sku} cannot be saved: {faults}",
    whatToDo: "Correct the fields named.",
  },
  SKU_CODE_INVALID: {
    status: 422,
    message: "{sku} is not a SKU code: 3 to 45 of A-Z, a-z, 0-9, dot, underscore, hyphen and slash.",
    whatToDo: "Choose a code of these characters.",
  },
  SKU_NAME_INVALID: {
    status: 422,
    message: "A name has 1 to {lengthMax} characters without line breaks.",
    whatToDo: "Shorten or enter the name.",
  },
  SKU_CATEGORY_INVALID: {
    status: 422,
    message: "A category has at most {lengthMax} characters without line breaks.",
    whatToDo: "Shorten the category.",
  },
  SKU_BRAND_INVALID: {
    status: 422,
    message: "A brand has at most {lengthMax} characters without line breaks.",
    whatToDo: "Shorten the brand.",
  },
  HSN_FORMAT: {
    status: 422,
    message: "{hsn} is not an HSN code: {reason}.",
    whatToDo: "Look the code up in the GST portal's HSN search.",
  },
  SKU_MRP_INVALID: {
    status: 422,
    message: "The MRP is an amount in rupees with at most two decimals, up to ten crore.",
    whatToDo: "Correct the MRP.",
  },
  SKU_WEIGHT_INVALID: {
    status: 422,
    message: "The weight is in whole grams, from 0 to {maxGrams}.",
    whatToDo: "Correct the weight.",
  },
  SKU_SIZE_INVALID: {
    status: 422,
    message: "{field} is in whole millimetres, from 0 to {maxMm}.",
    whatToDo: "Correct the size.",
  },
  SKU_IMAGE_URL_INVALID: {
    status: 422,
    message: "The image's address begins with https:// or http:// and has at most 2,000 characters.",
    whatToDo: "Correct the address.",
  },
  SKU_CODE_TAKEN: {
    status: 409,
    message: "There is already a SKU {sku}.",
    whatToDo: "Change that SKU, or choose another code.",
  },
  SKU_FLAG_INVALID: {
    status: 422,
    message: "{field} is {allowed}, not {value}.",
    whatToDo: "Correct the cell.",
  },
  SKU_TWICE_IN_FILE: {
    status: 422,
    message: "The SKU {sku} stands in this file already, in line {line}.",
    whatToDo: "Keep one of the two lines.",
  },
  SKU_KIND_FIXED: {
    status: 409,
    message: "{sku} is {kind} and cannot become {wanted}.",
    whatToDo: "Make a new SKU: whether something is a bundle is settled when it is made.",
  },
  SKU_CHANGED_MEANWHILE: {
    status: 409,
    message: "The SKU {sku} was made by somebody else at this moment.",
    whatToDo: "Upload the line again.",
  },
  BUNDLE_UNKNOWN: {
    status: 422,
    message: "There is no bundle {sku}.",
    whatToDo: "Make the SKU first, with type BUNDLE.",
  },
  NOT_A_BUNDLE: {
    status: 409,
    message: "{sku} is not a bundle.",
    whatToDo: "Make a new SKU of type BUNDLE: whether something is a bundle is settled when it is made.",
  },
  BUNDLE_WITHOUT_COMPONENTS: {
    status: 422,
    message: "The bundle {sku} needs at least one component.",
    whatToDo: "Add a component with its quantity.",
  },
  BUNDLE_COMPONENT_UNKNOWN: {
    status: 422,
    message: "There is no SKU {component} to be part of {sku}.",
    whatToDo: "Check the code (case counts), or make the SKU first.",
  },
  BUNDLE_NESTED: {
    status: 422,
    message: "{component} is a bundle itself and cannot be part of {sku}.",
    whatToDo: "Name its components instead.",
  },
  BUNDLE_QUANTITY_INVALID: {
    status: 422,
    message: "{quantity} pieces of {component} cannot be part of {sku}: 1 to 1,000.",
    whatToDo: "Correct the quantity.",
  },
  BUNDLE_COMPONENT_TWICE: {
    status: 422,
    message: "{component} is named twice in {sku}.",
    whatToDo: "Name it once, with the whole quantity.",
  },
  TAX_CLASS_UNKNOWN: {
    status: 422,
    message: "There is no tax class {taxClass}.",
    whatToDo: "Choose one from the list, or make it under Settings > Tax classes.",
  },
  TAX_CLASS_CODE_TAKEN: {
    status: 409,
    message: "There is already a tax class {taxClass}.",
    whatToDo: "Change that class, or choose another code.",
  },
  TAX_CLASS_CODE_INVALID: {
    status: 422,
    message: "{taxClass} is not a code of a tax class: up to 30 of A-Z, 0-9, underscore, dot and hyphen.",
    whatToDo: "Choose a code such as GST_18.",
  },
  TAX_CLASS_NAME_MISSING: {
    status: 422,
    message: "The tax class {taxClass} has no name.",
    whatToDo: "Enter a name.",
  },
  TAX_CLASS_WITHOUT_RATE: {
    status: 422,
    message: "The tax class {taxClass} has no rate.",
    whatToDo: "Add a rate and the day from which it holds.",
  },
  TAX_RATE_OUT_OF_RANGE: {
    status: 422,
    message: "The rates of {taxClass} from {holdsFrom} are out of range.",
    whatToDo: "Enter GST up to 100 % and cess up to 500 %, in hundredths of a per cent.",
  },
  TAX_SLAB_INVALID: {
    status: 422,
    message: "A slab of {taxClass} from {holdsFrom} ends below its beginning.",
    whatToDo: "Correct the limits of the slab.",
  },
  TAX_SLAB_OVERLAP: {
    status: 422,
    message: "Slabs of {taxClass} from {holdsFrom} overlap at {atUnitPricePaise:rupees}.",
    whatToDo: "Let each slab begin one paisa above the end of the one below.",
  },
  TAX_SLAB_GAP: {
    status: 422,
    message: "The slabs of {taxClass} from {holdsFrom} leave the price {atUnitPricePaise:rupees} without a rate.",
    whatToDo: "Begin the first slab at 0, leave no gap, and leave the last one open.",
  },
  NO_TAX_RATE: {
    status: 409,
    message: "The tax class {taxClass} has no rate on {on}; its first holds from {firstRateFrom}.",
    whatToDo: "Add the rate of that day under Settings > Tax classes.",
  },
});
