import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where the tests live that take minutes, mostly waiting: begun last, they would be waited for with a processor idle. */
const LONGEST = [
  "/tests/simulation/",
  "/tests/flows/jupiter-story.",
  "/tests/flows/survives-kills.",
  "/src/platform/postgres/",
];

/** The runner's own order (browsers last, as `groupOrder` says), but the longest of a group before all others of it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at === -1 ? LONGEST.length : at;
    };
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return sorted.sort((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
