import { useEffect, useState } from "react";
import classes from "./tip-layer.module.css";

interface Tip {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly above: boolean;
}

const showAfterMs = 250;
const edgePx = 160;

/**
 * Shows `data-tip` of whatever is pointed at or focused. One listener for the page: a list has hundreds of times and
 * deadlines in sight, and a tooltip component for each brings its hooks and listeners into every row that is drawn.
 */
export function TipLayer() {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      over = null;
      setTip(null);
    };
    const look = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      if (target === over) return;
      hide();
      over = target;
      if (target === null) return;
      timer = setTimeout(() => {
        const box = target.getBoundingClientRect();
        const above = box.bottom + 60 > innerHeight;
        const x = Math.min(Math.max(box.left + box.width / 2, edgePx), innerWidth - edgePx);
        setTip({ text: target.getAttribute("data-tip") ?? "", x, y: above ? box.top - 6 : box.bottom + 6, above });
      }, showAfterMs);
    };
    document.addEventListener("pointerover", look);
    document.addEventListener("focusin", look);
    document.addEventListener("scroll", hide, { capture: true, passive: true });
    document.addEventListener("pointerdown", hide);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", look);
      document.removeEventListener("focusin", look);
      document.removeEventListener("scroll", hide, { capture: true });
      document.removeEventListener("pointerdown", hide);
    };
  }, []);
  if (tip === null) return null;
  return (
    <div className={classes.tip} role="tooltip" data-above={tip.above || undefined} style={{ left: tip.x, top: tip.y }}>
      {tip.text}
    </div>
  );
}
