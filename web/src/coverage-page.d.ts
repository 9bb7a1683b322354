// The build puts docs/generated/coverage.md in its place (vite.config.ts).
declare module "coverage-page?raw" {
  const page: string;
  export default page;
}
