import { houseOf } from "../simulation/week/houses.ts";
import { tellStories } from "./told.ts";

tellStories(houseOf("AMAZON"));
