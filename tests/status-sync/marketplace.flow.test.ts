import { storyHouseOf } from "./houses.ts";
import { tellStories } from "./told.ts";

tellStories(storyHouseOf("MARKETPLACE"));
