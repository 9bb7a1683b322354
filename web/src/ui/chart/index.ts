export { Sparkline, type SparklineProps } from "./sparkline.tsx";
export { StatCard, type StatCardProps, StatRow } from "./stat-card.tsx";
